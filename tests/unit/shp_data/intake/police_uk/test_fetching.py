"""Months from data.police.uk as files: no record twice, none lost, no half-written file taken for a whole one.

Every point of an area is in exactly one tile. Each request reaches a little further than its tile.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from helpers.police_server import CATEGORIES, NO_PLACE, STREET, Police, body, record, running, status
from helpers.stores import POINTS
from hypothesis import given
from hypothesis import strategies as st

from shp_data.domain.periods import Month
from shp_data.intake.load import ingest
from shp_data.intake.police_uk import fetching
from shp_data.intake.police_uk.fetching import (
    Tile,
    UnpublishedMonth,
    _build_area,
    fetch_months,
    find_doubtful_months,
    find_stored_months,
    make_tiles,
    select_months,
)
from shp_data.intake.police_uk.http_client import ApiClient, FetchError
from shp_data.intake.police_uk.police_api import Force, PoliceApi

CLEVELAND = Force("cleveland", "Cleveland Police")
FEBRUARY, MARCH, APRIL = Month(2021, 2), Month(2021, 3), Month(2021, 4)
MONTHS = [FEBRUARY, MARCH, APRIL]
PLACE = POINTS["Hartlepool"]
AREA = _build_area()
WEST, SOUTH, EAST, NORTH = AREA.bounds
TILE = Tile(WEST, SOUTH, EAST, NORTH)


@pytest.fixture
def police() -> Iterator[Police]:
    with running(Police(months=["2021-02", "2021-03", "2021-04"])) as served:
        yield served


@pytest.fixture
def api(police: Police) -> PoliceApi:
    return PoliceApi(ApiClient(police.url, 100_000))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everywhere(number: int, month: str = "2021-03") -> list[dict]:
    """Records all over the area, and on every corner and edge that tiles of any size have in it."""
    dice = random.Random(5)
    west, south, east, north = AREA.bounds
    places = [(dice.uniform(west, east), dice.uniform(south, north)) for _ in range(number)]
    tiles = make_tiles(AREA, 3)
    places += [(t.west, t.south) for t in tiles] + [(t.west, (t.south + t.north) / 2) for t in tiles]
    return [record(month, (repr(x), repr(y)), "burglary", id_=f"id{n}") for n, (x, y) in enumerate(places)]


def inside(records: list[dict]) -> list[str]:
    """The ids of the records in the area, counted without tiles."""
    from shapely.geometry import Point

    places = {
        r["persistent_id"]: (float(r["location"]["longitude"]), float(r["location"]["latitude"])) for r in records
    }
    return sorted(id_ for id_, place in places.items() if AREA.intersects(Point(*place)))


def test_the_layout_is_that_of_a_download(api, police, tmp_path):
    police.records = [
        record("2021-03", PLACE, "violent-crime", id_="a1", outcome="Under investigation"),
        record("2021-03", None, "drugs", id_="b2"),
        record("2021-03", PLACE, "robbery", id_="c3", kind="BTP"),  # another force's
    ]
    found = fetch_months(api, CLEVELAND, [MARCH], tmp_path)
    assert found.files == (tmp_path / "2021-03" / "2021-03-cleveland-street.csv",)
    assert found.files[0].read_text(encoding="utf-8").splitlines() == [
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
        "Last outcome category,Context",
        "a1,2021-03,Cleveland Police,Cleveland Police,-1.2129,54.6862,On or near Church Street,,,"
        "Violence and sexual offences,Under investigation,",
        "b2,2021-03,Cleveland Police,Cleveland Police,,,No Location,,,Drugs,,",
    ]


@pytest.mark.parametrize("limit", [10_000, 150, 40])
def test_no_record_is_lost_or_doubled_however_small_the_answers(api, police, tmp_path, limit):
    police.records, police.limit = everywhere(1_000), limit
    found = fetch_months(api, CLEVELAND, [MARCH], tmp_path)
    assert sorted(row["Crime ID"] for row in rows(found.files[0])) == inside(police.records)


def test_alike_incidents_are_all_kept(api, police, tmp_path):
    police.records = [record("2021-03", PLACE)] * 25
    assert len(rows(fetch_months(api, CLEVELAND, [MARCH], tmp_path).files[0])) == 25


def test_a_place_with_more_than_any_answer_may_hold_is_an_error_not_a_smaller_month(api, police, tmp_path):
    police.records, police.limit = [record("2021-03", PLACE)] * 3, 2
    with pytest.raises(FetchError, match="503"):
        fetch_months(api, CLEVELAND, [MARCH], tmp_path)
    assert list(tmp_path.rglob("*")) == []


def test_a_service_that_is_down_is_not_asked_much(api, police, tmp_path):
    police.records = [record("2021-03", PLACE)]
    police.faults[STREET] = [status(503)] * 100
    with pytest.raises(FetchError, match="unavailable"):
        fetch_months(api, CLEVELAND, [MARCH], tmp_path)
    assert police.count(STREET) == 5


def test_the_same_records_give_the_same_file_in_any_order(api, police, tmp_path):
    police.records = everywhere(200)
    one = fetch_months(api, CLEVELAND, [MARCH], tmp_path / "one").files[0].read_bytes()
    random.Random(1).shuffle(police.records)
    assert fetch_months(api, CLEVELAND, [MARCH], tmp_path / "two").files[0].read_bytes() == one


def test_a_run_that_broke_off_goes_on_where_it_was(api, police, tmp_path):
    police.records = [record(str(month), PLACE) for month in MONTHS]
    police.faults[STREET] = [lambda _: False] * 20 + [body("[{")]  # in the second month
    with pytest.raises(FetchError, match="damaged"):
        fetch_months(api, CLEVELAND, MONTHS, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["2021-02-cleveland-street.csv"]
    police.asked.clear()
    assert len(fetch_months(api, CLEVELAND, MONTHS, tmp_path).files) == 3
    assert {fields["date"] for _, fields in police.asked} == {"2021-03", "2021-04"}


def test_months_are_fetched_again_only_where_asked(api, police, tmp_path):
    police.records = [record("2021-03", PLACE)]
    fetch_months(api, CLEVELAND, [MARCH], tmp_path)
    police.records *= 2
    assert len(rows(fetch_months(api, CLEVELAND, [MARCH], tmp_path).files[0])) == 1
    assert len(rows(fetch_months(api, CLEVELAND, [MARCH], tmp_path, again=True).files[0])) == 2


def test_a_month_that_cannot_be_replaced_stays(api, police, tmp_path, monkeypatch):
    police.records = [record("2021-03", PLACE)]
    path = fetch_months(api, CLEVELAND, [MARCH], tmp_path).files[0]
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetching.os, "fsync", full)
    with pytest.raises(FetchError, match="cannot be written: No space left on device"):
        fetch_months(api, CLEVELAND, [MARCH], tmp_path, again=True)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_month_without_any_record_is_missing_not_zero(api, police, tmp_path):
    police.records = [record("2021-02", PLACE), record("2021-03", None)]
    found = fetch_months(api, CLEVELAND, [FEBRUARY, MARCH], tmp_path)
    assert found.empty == (MARCH,)
    assert [path.name for path in tmp_path.rglob("*.csv")] == ["2021-02-cleveland-street.csv"]
    assert police.count(NO_PLACE) == 1


def test_a_month_that_the_force_has_not_published_is_left_out(api, police, tmp_path):
    """Forty records in February and April, and three of a neighbour's in March."""
    police.records = [record(str(month), PLACE) for month in (FEBRUARY, APRIL) for _ in range(40)]
    police.records += [record("2021-03", PLACE)] * 3
    found = fetch_months(api, CLEVELAND, MONTHS, tmp_path)
    assert found.doubtful == (UnpublishedMonth(MARCH, 3, 40),)
    assert [path.parent.name for path in found.files] == ["2021-02", "2021-04"]
    assert [path.parent.name for path in sorted(tmp_path.rglob("*.csv"))] == ["2021-02", "2021-04"]
    # Published later, it is fetched.
    police.records += [record("2021-03", PLACE)] * 30
    assert fetch_months(api, CLEVELAND, [MARCH], tmp_path).doubtful == ()


def test_a_month_alone_is_compared_with_the_store_or_with_its_neighbour(api, police, tmp_path):
    police.records = [record("2021-03", PLACE)] * 3 + [record("2021-02", PLACE)] * 40
    asked = {"stored": {APRIL: 50}}, {"published": MONTHS}, {"stored": {APRIL: 20}}, {}
    found = [fetch_months(api, CLEVELAND, [MARCH], tmp_path, **options).doubtful for options in asked]
    assert found == [(UnpublishedMonth(MARCH, 3, 50),), (UnpublishedMonth(MARCH, 3, 40),), (), ()]


@pytest.mark.parametrize(
    ("counts", "doubtful"),
    [
        ({FEBRUARY: 30, MARCH: 2}, [MARCH]),
        ({FEBRUARY: 30, MARCH: 3}, []),  # a tenth
        ({FEBRUARY: 29, MARCH: 0}, []),  # too few to tell
        ({FEBRUARY: 900, MARCH: 2, APRIL: 3}, [MARCH]),  # the median of 900 and 3 is 452
        ({Month(2019, 1): 900, MARCH: 2}, []),  # too long ago
        ({}, []),
    ],
)
def test_a_month_is_doubtful_under_a_tenth_of_the_usual(counts, doubtful):
    assert [doubt.month for doubt in find_doubtful_months(counts, [MARCH] if counts else [])] == doubtful


def test_a_category_that_has_no_name_is_kept_and_rejected_with_its_reason(api, police, tmp_path):
    police.records = [record("2021-03", PLACE), record("2021-03", PLACE, "cyber-crime", id_="x")]
    load = ingest(fetch_months(api, CLEVELAND, [MARCH], tmp_path / "D").files, tmp_path / "S")
    assert (load.tally.accepted, load.tally.rejected) == (1, 1)
    assert "cyber-crime" in (tmp_path / "S" / load.rejected_file).read_text(encoding="utf-8")


def test_every_category_of_the_interface_is_an_indicator(api, police, tmp_path):
    police.records = [record("2021-03", PLACE, id_, id_=id_) for id_ in CATEGORIES if id_ != "all-crime"]
    load = ingest(fetch_months(api, CLEVELAND, [MARCH], tmp_path / "D").files, tmp_path / "S")
    assert (load.tally.accepted, load.tally.rejected) == (14, 0)


def test_what_is_loaded_is_held(api, police, tmp_path):
    police.records = [record("2021-03", PLACE), record("2021-03", None, "drugs", id_="d")]
    store = tmp_path / "S"
    assert find_stored_months(store, CLEVELAND) == frozenset()
    load = ingest(fetch_months(api, CLEVELAND, [MARCH], tmp_path / "D").files, store)
    assert (load.tally.accepted, load.unplaced, load.outside) == (2, 1, 0)
    assert find_stored_months(store, CLEVELAND) == {MARCH}
    assert find_stored_months(store, Force("durham", "Durham Constabulary")) == frozenset()


@pytest.mark.parametrize(
    ("held", "first", "last", "wanted"),
    [
        ([], None, None, MONTHS),
        ([FEBRUARY, MARCH], None, None, [APRIL]),
        (MONTHS, None, None, []),
        (MONTHS, MARCH, None, [MARCH, APRIL]),
        (MONTHS, None, MARCH, [FEBRUARY, MARCH]),
        ([MARCH], MARCH, MARCH, [MARCH]),
    ],
)
def test_which_months_are_wanted(held, first, last, wanted):
    assert select_months(MONTHS, held, first, last) == wanted


@pytest.mark.parametrize(
    ("first", "last"), [(Month(2020, 1), None), (None, Month(2021, 5)), (APRIL, FEBRUARY), (Month(2030, 1), None)]
)
def test_months_that_are_not_published_are_told(first, last):
    with pytest.raises(FetchError, match=r"is published; data\.police\.uk has 2021-02 to 2021-04"):
        select_months(MONTHS, [], first, last)


def test_a_service_that_names_no_month():
    with pytest.raises(FetchError, match="no month"):
        select_months([], [], None, None)


def test_a_real_month_comes_back_as_its_download_has_it(api, police, real_data, tmp_path):
    """All rows of the download that lie in the areas, and no other; all columns but the LSOA ones."""
    with zipfile.ZipFile(real_data / "police_uk" / "cleveland_2021-03_to_2022-03.zip") as download:
        name = next(name for name in download.namelist() if name.endswith("2021-06-cleveland-street.csv"))
        real = list(csv.DictReader(io.TextIOWrapper(download.open(name), encoding="utf-8")))
    ids = {name: id_ for id_, name in CATEGORIES.items()}
    police.months = ["2021-06"]
    police.records = [
        record(
            "2021-06",
            (row["Longitude"], row["Latitude"]),
            ids[row["Crime type"]],
            id_=row["Crime ID"],
            street=row["Location"],
            outcome=row["Last outcome category"],
        )
        for row in real
    ]
    police.limit = 2_000  # less than the fullest tile holds
    fetched = fetch_months(api, CLEVELAND, [Month(2021, 6)], tmp_path / "D").files
    columns = [name for name in real[0] if not name.startswith("LSOA")]
    came = Counter(tuple(row[name] for name in columns) for row in rows(fetched[0]))
    there = Counter(tuple(row[name] for name in columns) for row in real)
    assert came - there == Counter()
    assert (there - came).total() == 3  # outside the four authorities
    load = ingest(fetched, tmp_path / "S")
    assert (load.tally.accepted, load.tally.rejected, load.unplaced, load.outside) == (8_607, 0, 0, 0)


def cut(tile: Tile, splits: int) -> list[Tile]:
    return [tile] if not splits else [small for quarter in tile.split_quarters() for small in cut(quarter, splits - 1)]


@given(
    st.floats(WEST, EAST, exclude_max=True),
    st.floats(SOUTH, NORTH, exclude_max=True),
    st.integers(0, 4),
)
def test_a_point_lies_in_one_tile(longitude, latitude, splits):
    assert sum(tile.contains(longitude, latitude) for tile in cut(TILE, splits)) == 1


@pytest.mark.parametrize("splits", [1, 3])
def test_corners_and_edges_of_tiles_lie_in_one_tile(splits):
    tiles = cut(TILE, splits)
    for tile in tiles:
        for point in ((tile.west, tile.south), (tile.west, (tile.south + tile.north) / 2)):
            assert sum(other.contains(*point) for other in tiles) == 1


@pytest.mark.parametrize("splits", [0, 2, 4])
def test_the_tiles_cover_the_area_and_its_own_edge(splits):
    tiles = make_tiles(AREA, splits)
    edge = shapely.get_coordinates(AREA)
    assert {sum(tile.contains(*point) for tile in tiles) for point in edge} == {1}


def test_tiles_that_do_not_meet_the_area_are_left_out():
    assert len(make_tiles(AREA, 4)) < 4**4
    assert all(AREA.intersects(shapely.box(t.west, t.south, t.east, t.north)) for t in make_tiles(AREA, 4))


def test_the_polygon_is_latitude_first_and_reaches_further_than_the_tile():
    assert Tile(-1.2, 54.6, -1.1, 54.7).format_polygon() == (
        "54.599000,-1.201000:54.599000,-1.099000:54.701000,-1.099000:54.701000,-1.201000"
    )
