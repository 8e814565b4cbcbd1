"""A file that is nearly all outside: what it seems to be, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.stores import POINTS, opened

from shp_data.__main__ import main
from shp_data.intake.load import ingest
from shp_data.intake.rows.outside import describe_outside
from shp_view.views import loading

IN, YORK = ",".join(POINTS["Hartlepool"]), ",".join(POINTS["(outside)"])
SWAPPED, NO_MINUS = "54.6862,-1.2129", "1.2129,54.6862"
STREET = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,Crime type"


def written(path: Path, *rows: tuple[str, int], columns: str = "longitude,latitude") -> Path:
    """A file of so many rows at each place; a day in each, so that no two files are alike."""
    lines = [f"2020-10-05,asb_police,{place}" for place, times in rows for _ in range(times)]
    path.write_text("\n".join([f"date,indicator,{columns}", *lines]) + "\n", encoding="utf-8")
    return path


def street(path: Path, *rows: tuple[str, str, int]) -> Path:
    lines = [
        f",2020-10,{force},{force},{place},On or near A,Anti-social behaviour"
        for force, place, times in rows
        for _ in range(times)
    ]
    path.write_text("\n".join([STREET, *lines]) + "\n", encoding="utf-8")
    return path


def refused(path: Path) -> str:
    """What a load says of a file that it does not take."""
    (file,) = ingest([path], path.parent / "S").files
    assert (file.status, file.is_outside, file.tally.read) == ("failed", True, 0)
    return file.message


@pytest.mark.parametrize(
    ("place", "columns", "says"),
    [
        (SWAPPED, "longitude,latitude", "Longitude and latitude seem to be swapped: exchange the two columns."),
        (NO_MINUS, "longitude,latitude", "The longitude seems to lack its minus: 1.2129 where -1.2129 is meant."),
        # 450800, 532800 is in Hartlepool.
        ("532800,450800", "easting,northing", "Easting and northing seem to be swapped: exchange the two columns."),
        ("530000,180000", "easting,northing", "km south of the areas, around longitude -0.1"),  # London
    ],
)
def test_the_cause_is_recognised(tmp_path: Path, place: str, columns: str, says: str) -> None:
    message = refused(written(tmp_path / "a.csv", (place, 4), columns=columns))
    assert message.startswith("a.csv: All its records with a location are outside every area. ")
    assert says in message and "--outside-ok" in message


def test_a_place_far_away_is_told_in_words(tmp_path: Path) -> None:
    """York is 54.5 km south of the nearest edge of Redcar & Cleveland, by hand about 60 km of its middle."""
    message = refused(written(tmp_path / "a.csv", (YORK, 9), (IN, 3)))
    assert "75 % of its records with a location are outside every area." in message
    assert "km south of the areas, around longitude -1.0800, latitude 53.9600." in message
    kilometres = int(message.split("about ")[1].split(" km")[0])
    assert 50 <= kilometres <= 65
    assert "which is not in the United Kingdom" in refused(written(tmp_path / "b.csv", ("2.35,48.86", 3)))


def test_a_neighbouring_force_is_named(tmp_path: Path) -> None:
    file = street(tmp_path / "a.csv", ("Durham Constabulary", YORK, 7), ("Durham Constabulary", IN, 3))
    assert "The records are of Durham Constabulary, which is not the police force of these areas." in refused(file)


@pytest.mark.parametrize(
    "rows", [[(IN, 5), (YORK, 5)], [(IN, 6), (YORK, 5)], [(",", 9)], [("0,0", 9)], [(IN, 3), (",", 9)]]
)
def test_half_outside_or_without_a_place_is_no_such_file(tmp_path: Path, rows: list[tuple[str, int]]) -> None:
    (file,) = ingest([written(tmp_path / "a.csv", *rows)], tmp_path / "S").files
    assert (file.status, file.is_outside) == ("loaded", False)


def test_wards_are_places_too(tmp_path: Path) -> None:
    rows = [(f"{YORK},", 3), (",,E05008942", 3)]
    path = written(tmp_path / "a.csv", *rows, columns="longitude,latitude,ward")
    assert ingest([path], tmp_path / "S").files[0].status == "loaded"
    assert "57 %" in refused(written(tmp_path / "b.csv", (f"{YORK},", 4), rows[1], columns="longitude,latitude,ward"))


def test_nothing_of_the_file_is_stored_and_the_others_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = written(tmp_path / "good.csv", (IN, 4)), written(tmp_path / "bad.csv", (SWAPPED, 6), (IN, 1))
    arguments = ["ingest", str(good), str(bad), "--source", "Police", "--store", str(tmp_path / "S")]
    assert main([*arguments, "--json"]) == 1
    output = capsys.readouterr()
    found = json.loads(output.out)
    assert [file["status"] for file in found["files"]] == ["loaded", "failed"]
    assert (found["read"], found["accepted"], found["outside"]) == (4, 4, 0)
    assert set(found) == {
        "read", "accepted", "duplicates", "rejected", "replaced", "unplaced", "outside", "files", "rejected_file",
    }  # fmt: skip
    assert "error: bad.csv: 86 % of" in output.err
    assert sum(opened(tmp_path / "S").coverage.values()) == 4
    # Asked for, it is loaded as it is.
    assert main([*arguments, "--append", "--outside-ok"]) == 0
    assert sum(opened(tmp_path / "S").coverage.values()) == 11


def test_a_first_load_that_is_refused_leaves_no_store(tmp_path: Path) -> None:
    bad = written(tmp_path / "bad.csv", (SWAPPED, 6))
    assert main(["ingest", str(bad), "--store", str(tmp_path / "S")]) == 1
    assert not (tmp_path / "S").exists()


def test_the_page_says_so_before_the_load(tmp_path: Path) -> None:
    files = [written(tmp_path / "good.csv", (IN, 4)), written(tmp_path / "bad.csv", (SWAPPED, 6))]
    desk = loading.Desk(tmp_path / "S")
    previews = desk.preview_files(files, "Police")
    outside = previews[1].outside
    assert previews[0].outside is None and outside is not None
    assert loading.list_outside_notes(previews, None) == [f"bad.csv: {describe_outside(outside)}"]
    assert loading.describe_readiness(previews) == "1 file ready to load and 1 file to check."
    assert loading.describe_partial_load(previews) == (
        "You can load good.csv now. bad.csv is left out unless you tick the box."
    )
    assert loading.describe_partial_load(previews, outside=True) == ""
    desk.load(files, "Police", add=False, progress=lambda *_: None)
    assert desk.last is not None and [file.status for file in desk.last.files] == ["loaded", "failed"]
    # A load reads whole files: what it refused is asked about, whatever the first rows show.
    (note,) = loading.list_outside_notes([previews[0].__class__("bad.csv", reading=previews[1].reading)], desk.last)
    assert "swapped" in note
