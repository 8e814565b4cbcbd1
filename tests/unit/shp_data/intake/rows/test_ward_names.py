"""What a file says of a ward, by name or code, and where the record then lies; without coordinates."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from helpers.stores import DESK, chosen, csv_file, load, opened, tally
from helpers.wards import store_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shp_data.analysis.measures import count_by_field
from shp_data.analysis.places.points import list_busiest_locations
from shp_data.analysis.places.repeats import find_repeat_locations
from shp_data.analysis.records import list_incidents
from shp_data.domain.areas import Area, Areas, Ward, WardBoundaries, WardChange
from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import UNPLACED
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows.ward_names import WardNames
from shp_data.store.notes.mappings import save_mapping
from shp_data.store.reading import Reader, count_records

E, W = "East Bank", "West Bank"
WARDS = {  # vintage -> code, name, LPA
    "2019": [("E1", "Cliff", E), ("E2", "Mill", E), ("E3", "St. Mary's & Quay", E),
             ("W1", "Mill", W), ("W2", "Lodge", W), ("W3", "Howard", W)],
    "2021": [("E1", "Cliff", E), ("E4", "Mill", E), ("E3", "St. Mary's & Quay", E),
             ("W1", "Mill", W), ("W2", "Lodge", W), ("W3", "Howard", W)],
    "2023": [("E1", "Cliff", E), ("E4", "Mill", E), ("E5", "Quay", E),
             ("W4", "Mill", W), ("W5", "Orchard", W), ("W3", "Howard", W)],
}  # fmt: skip
AREAS = Areas(
    (Area("A1", E), Area("A2", W)),
    (
        WardBoundaries("2019"),
        WardBoundaries("2021", dt.date(2021, 5, 6)),
        WardBoundaries("2023", dt.date(2023, 5, 4)),
    ),
    (WardChange(W, dt.date(2022, 5, 5), "2023", "redrawn a year before the vintage"),),
    {vintage: {code: Ward(code, name, lpa) for code, name, lpa in wards} for vintage, wards in WARDS.items()},
    {},
)
NAMES = WardNames(AREAS)


def lies(text: str, day: str, *covered: str) -> tuple[str, ...]:
    """The LPA, and the ward of each vintage, of a record of a day."""
    on = dt.date.fromisoformat(day)
    found = [meaning for meaning in NAMES.find_meanings(text, covered) if meaning.first <= on < meaning.until]
    assert len(found) <= 1, "no day has two meanings"
    return (found[0].lpa, *found[0].wards.values()) if found else ()


def fault(text: str, *covered: str) -> str:
    with pytest.raises(InputError) as told:
        NAMES.find_meanings(text, covered)
    return str(told.value)


@pytest.mark.parametrize(
    ("text", "wards"),
    [
        ("E1", ("E1", "E1", "E1")),
        ("e1", ("E1", "E1", "E1")),
        ("E2", ("E2", UNPLACED, UNPLACED)),
        ("E5", (UNPLACED, UNPLACED, "E5")),
    ],
)
def test_a_code_is_that_ward_on_every_day_and_in_every_vintage_that_has_it(text: str, wards: tuple[str, ...]) -> None:
    for day in ("1990-01-01", "2021-05-05", "2021-05-06", "2030-01-01"):
        assert lies(text, day) == (E, *wards)


@pytest.mark.parametrize(
    ("text", "day", "wards"),
    [
        ("Mill", "2020-01-01", ("E2", UNPLACED, UNPLACED)),  # before the redraw
        ("Mill", "2021-05-05", ("E2", UNPLACED, UNPLACED)),
        ("Mill", "2021-05-06", (UNPLACED, "E4", "E4")),  # from its day on another ward of the same name
        ("Mill", "2024-01-01", (UNPLACED, "E4", "E4")),
        ("Cliff", "2020-01-01", ("E1", "E1", "E1")),
        ("Quay", "2020-01-01", (UNPLACED, UNPLACED, "E5")),  # of a later vintage alone
        ("St. Mary's & Quay", "2024-01-01", ("E3", "E3", UNPLACED)),  # of earlier ones alone
    ],
)
def test_a_name_is_the_ward_in_force_on_the_day_else_that_of_the_nearest_vintage(
    text: str, day: str, wards: tuple[str, ...]
) -> None:
    assert lies(text, day, E) == (E, *wards)


def test_a_name_follows_the_change_of_its_own_area() -> None:
    """In the west the wards of the vintage of May 2023 have been in force for a year by then."""
    assert lies("Mill", "2022-05-04", W) == (W, "W1", "W1", UNPLACED)
    assert lies("Mill", "2022-05-05", W) == (W, UNPLACED, UNPLACED, "W4")
    assert lies("Mill", "2022-05-05", E) == (E, UNPLACED, "E4", "E4")


def test_of_two_vintages_as_near_the_earlier_is_meant() -> None:
    wards = {
        "2019": {"E1": Ward("E1", "Mill", E)},
        "2021": {"E9": Ward("E9", "Cliff", E)},
        "2023": {"E2": Ward("E2", "Mill", E)},
    }
    names = WardNames(Areas(AREAS.lpas, AREAS.ward_boundaries, (), wards, {}))
    (first, second, third) = names.find_meanings("Mill", ())
    assert [m.wards["2019"] for m in (first, second, third)] == ["E1", "E1", UNPLACED]
    assert (second.first, second.until) == (dt.date(2021, 5, 6), dt.date(2023, 5, 4))


@pytest.mark.parametrize(
    "text",
    ["st marys and quay", "ST. MARY'S & QUAY", "St Mary’s-and-Quay Ward", "Saint Marys & Quay", "St_Marys  & Quay"],
)
def test_a_name_in_any_usual_spelling(text: str) -> None:
    assert lies(text, "2020-01-01") == (E, "E3", "E3", UNPLACED)


@pytest.mark.parametrize("text", ["Howard", "Howard Ward", "HOWARD\xa0ward"])
def test_a_name_that_ends_in_ward_is_a_name(text: str) -> None:
    assert lies(text, "2020-01-01") == (W, "W3", "W3", "W3")
    assert "'How' is not recognised" in fault("How")


def test_a_name_of_two_areas_is_refused_unless_the_source_covers_one_of_them() -> None:
    assert fault("Mill") == f"ward 'Mill' is in {E} and in {W}; give its ONS code"
    assert fault("Mill", E, W) == f"ward 'Mill' is in {E} and in {W}; give its ONS code"
    assert fault("Mill", "North Bank") == f"ward 'Mill' is in {E} and in {W}; give its ONS code"
    assert lies("Mill", "2020-01-01", W)[0] == W
    assert lies("Mill", "2020-01-01", W, "North Bank")[0] == W


def test_a_ward_beyond_the_sources_areas_is_that_ward_as_a_point_there_would_be() -> None:
    assert lies("Lodge", "2020-01-01", E) == (W, "W2", "W2", UNPLACED)
    assert lies("W2", "2020-01-01", E) == (W, "W2", "W2", UNPLACED)


@pytest.mark.parametrize(
    "text", ["", " ", "-", "--", "unknown", "Not Known", "N/A", "n.a.", "none", "NULL", "(unplaced)"]
)
def test_a_blank_lies_in_the_one_area_of_its_source_else_nowhere(text: str) -> None:
    assert lies(text, "2020-01-01") == ()
    assert lies(text, "2020-01-01", E, W) == ()
    assert lies(text, "2020-01-01", W) == (W, UNPLACED, UNPLACED, UNPLACED)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Orchrad", "ward 'Orchrad' is not recognised; similar names: Orchard"),
        ("Mills", "ward 'Mills' is not recognised; similar names: Mill"),
        ("E7", "ward 'E7' is not recognised; give its name or its ONS code"),
        ("Atlantis", "ward 'Atlantis' is not recognised; give its name or its ONS code"),
        ("ward", "ward 'ward' is not recognised; similar names: Howard"),
        (
            "'; DROP TABLE staged; --",
            "ward ''; DROP TABLE staged; --' is not recognised; give its name or its ONS code",
        ),
        ("Mill'", None),
    ],
)
def test_what_is_no_ward_is_told_with_what_is_near(text: str, says: str | None) -> None:
    assert fault(text) == (says or f"ward 'Mill'' is in {E} and in {W}; give its ONS code")


def test_only_wards_of_the_sources_areas_are_near() -> None:
    assert "similar names: Orchard" in fault("Orchrad", W)
    assert "nearest" not in fault("Orchrad", E)
    with pytest.raises(InputError, match="not recognised; give its name"):
        NAMES.find_meanings("Orchrad", (), suggest=False)


def test_a_huge_text_is_no_ward_and_shown_in_part() -> None:
    assert fault("x" * 1_000_000) == f"ward '{'x' * 40}' is not recognised; give its name or its ONS code"
    assert len(fault("Mill" + " " * 500_000 + "x ward")) < 120


def test_a_name_of_many_areas_names_a_few() -> None:
    lpas = [f"Area {number}" for number in range(320)]
    wards = {"2024": {f"X{n}": Ward(f"X{n}", "Central", lpa) for n, lpa in enumerate(lpas)}}
    names = WardNames(Areas(tuple(Area(lpa, lpa) for lpa in lpas), (WardBoundaries("2024"),), (), wards, {}))
    with pytest.raises(InputError) as told:
        names.find_meanings("Central", ())
    assert str(told.value) == "ward 'Central' is in Area 0, in Area 1, in Area 2 and in 317 more; give its ONS code"
    assert [m.wards for m in names.find_meanings("Central", ("Area 7",))] == [{"2024": "X7"}]
    assert [m.lpa for m in names.find_meanings("x319", ())] == ["Area 319"]


@given(day=st.dates(), lpa=st.sampled_from([E, W]))
def test_on_every_day_one_vintage_is_in_force(day: dt.date, lpa: str) -> None:
    found = [vintage for vintage, first, until in AREAS.list_ward_years(lpa) if first <= day < until]
    assert len(found) == (1 if day < dt.date.max else 0)


# --- loaded


def by_ward(root: Path, period: str, vintage: str, *areas: str) -> dict[str, int]:
    """The records stored by area and ward, whether or not a ward of so few is told."""
    asked = chosen(period, "asb_police", *areas, vintage=vintage)
    table = count_records(Reader(opened(root), DESK), asked, ["lpa", "ward"])
    name = partnership().areas.find_ward_name
    return {f"{lpa}: {name(ward)}": n for lpa, ward, n in zip(table["lpa"], table["ward"], table["count"], strict=True)}


FILE = """
    | date       | indicator  | ward              | incident_id | longitude | latitude |
    | 2021-04-01 | asb_police | Burn Valley       |             |           |          |
    | 2021-04-02 | asb_police | burn valley ward  |             |           |          |
    | 2021-04-03 | asb_police | Fens and Rossmere |             |           |          |
    | 2021-04-04 | asb_police | E05008946         |             | 0         | 0        |
    | 2021-06-01 | asb_police | Burn Valley       |             |           |          |
    | 2021-06-02 | asb_police | Throston          |             |           |          |
    | 2021-06-03 | asb_police | Yarm              |             |           |          |
    | 2021-05    | asb_police | Hart              |             |           |          |
    | 2021-06-04 | asb_police | unknown           |             |           |          |
    | 2021-06-05 | asb_police |                   |             |           |          |
    | 2021-06-06 | asb_police | no ward of any    |             | -1.2129   | 54.6862  |
    | 2021-06-07 | asb_police | Throston          |             | -1.0800   | 53.9600  |
    | 2021-06-08 | asb_police | Harbour Vew       |             |           |          |
"""


def test_a_file_with_ward_names_alone_is_counted_by_ward_and_area(tmp_path: Path) -> None:
    found = load(tmp_path / "S", csv_file(tmp_path / "a.csv", FILE))
    assert tally(found) == (13, 12, 0, 1)
    assert (found.unplaced, found.outside) == (2, 1)
    assert by_ward(tmp_path / "S", "2021-04 to 2021-06", "2020", "Hartlepool", "Stockton-on-Tees") == {
        "Hartlepool: Burn Valley": 2,  # those of June are of the ward that came later
        "Hartlepool: Fens and Rossmere": 1,
        "Hartlepool: Hart": 1,
        "Hartlepool: Victoria": 1,  # by its coordinates
        "Hartlepool: (unplaced)": 3,
        "Stockton-on-Tees: Yarm": 1,
    }
    assert by_ward(tmp_path / "S", "2021-04 to 2021-06", "2022", "Hartlepool", "Stockton-on-Tees") == {
        "Hartlepool: Burn Valley": 1,
        "Hartlepool: Hart": 1,  # of May, whose wards are those of its last day
        "Hartlepool: Throston": 1,
        "Hartlepool: Victoria": 1,
        "Hartlepool: (unplaced)": 4,
        "Stockton-on-Tees: Yarm": 1,
    }
    lpas = count_by_field(Reader(opened(tmp_path / "S"), DESK), chosen("2021-04 to 2021-06"), ["lpa"])
    assert {lpa: n for lpa, n in zip(lpas["lpa"], lpas["count"], strict=True) if n} == {
        "Hartlepool": 8,
        "Stockton-on-Tees": 1,
        "(unplaced)": 2,
        "(outside)": 1,
    }


def test_a_rejected_ward_is_written_out_with_its_reason(tmp_path: Path) -> None:
    found = load(tmp_path / "S", csv_file(tmp_path / "a.csv", FILE))
    with (tmp_path / "S" / found.rejected_file).open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["rejected_row"], row["ward"]) == ("14", "Harbour Vew")
    assert row["rejected_reason"].startswith("ward 'Harbour Vew' is not recognised; similar names: ")


def test_records_with_a_ward_and_no_point_are_listed_and_are_at_no_place(tmp_path: Path) -> None:
    load(tmp_path / "S", csv_file(tmp_path / "a.csv", FILE))
    store, asked = opened(tmp_path / "S"), chosen("2021-04 to 2021-06", "asb_police", "Hartlepool", vintage="2022")
    listed = list_incidents(Reader(store, DESK), asked).table
    assert Counter(listed["ward"]) == {
        "Burn Valley": 1, "Hart": 1, "Throston": 1, "Victoria": 1, UNPLACED: 4,
    }  # fmt: skip
    assert listed["longitude"].notna().sum() == 1
    drawn = list_busiest_locations(Reader(store, DESK), asked)
    assert drawn.table["count"].tolist() == [1]
    assert "Incidents without coordinates, which have no point: 7." in drawn.caveats
    assert find_repeat_locations(Reader(store, DESK), asked, minimum=1).table["ward"].tolist() == ["Victoria"]


def test_a_source_of_one_area_places_what_says_nothing_of_its_place(tmp_path: Path) -> None:
    root = tmp_path / "S"
    save_mapping(root, Supplier("Council", areas=("Middlesbrough",)))
    text = """
        | date       | indicator  | source  | ward    | longitude | latitude |
        | 2021-06-01 | asb_police | Council |         |           |          |
        | 2021-06-02 | asb_police | Council | n/a     |           |          |
        | 2021-06-03 | asb_police | Council | Central |           |          |
        | 2021-06-04 | asb_police | Council |         | -1.0800   | 53.9600  |
        | 2021-06-05 | asb_police | Another |         |           |          |
    """
    found = load(root, csv_file(tmp_path / "a.csv", text))
    assert (tally(found), found.unplaced, found.outside) == ((5, 5, 0, 0), 1, 1)
    assert by_ward(root, "2021-06", "2022") == {
        "Middlesbrough: (unplaced)": 2,
        "Middlesbrough: Central": 1,
        "(unplaced): (unplaced)": 1,
        "(outside): (outside)": 1,
    }


def test_a_file_without_a_column_for_wards_is_placed_by_its_source_too(tmp_path: Path) -> None:
    save_mapping(tmp_path / "S", Supplier("Police", areas=("Hartlepool",)))
    found = load(tmp_path / "S", csv_file(tmp_path / "a.csv", "| date | indicator |\n| 2021-06-01 | asb_police |"))
    assert (tally(found), found.unplaced) == ((1, 1, 0, 0), 0)
    assert by_ward(tmp_path / "S", "2021-06", "2022") == {"Hartlepool: (unplaced)": 1}


def test_one_id_with_two_wards_is_a_conflict_and_with_one_in_two_spellings_a_duplicate(tmp_path: Path) -> None:
    text = """
        | date       | indicator  | ward             | incident_id |
        | 2021-06-01 | asb_police | Burn Valley      | A1          |
        | 2021-06-01 | asb_police | Burn Valley Ward | A1          |
        | 2021-06-01 | asb_police | Throston         | A1          |
    """
    assert tally(load(tmp_path / "S", csv_file(tmp_path / "a.csv", text))) == (3, 1, 1, 1)


def test_of_many_wards_that_are_not_known_the_first_are_told_with_their_nearest(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [f"2021-06-01,asb_police,Burn Vally {number:04}" for number in range(300)]
    path.write_text("\n".join(["date,indicator,ward", *lines, "2021-06-01,asb_police,Hart"]), encoding="utf-8")
    found = load(tmp_path / "S", path)
    assert tally(found) == (301, 1, 0, 300)
    text = (tmp_path / "S" / found.rejected_file).read_text(encoding="utf-8-sig")
    assert text.count("is not recognised; similar names: ") == 200
    assert text.count("is not recognised; give its name") == 100


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_names_count_by_ward_as_the_points_that_they_stand_for(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """The same incidents, once in the middle of their wards, once with the wards' names alone, or their codes."""
    vintage, month = data.draw(st.sampled_from([("2020", "2021-04"), ("2022", "2021-06"), ("2025", "2024-01")]))
    wards = partnership().areas.wards[vintage]
    drawn = data.draw(st.lists(st.sampled_from(list(wards)), min_size=1, max_size=40))
    folder = tmp_path_factory.mktemp("names")
    store_of(folder, [(code, month, "asb_police") for code in drawn], vintage=vintage)
    path = folder / "names.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("date", "indicator", "ward"))
        for number, code in enumerate(drawn):
            writer.writerow((month, "asb_police", code if number % 3 == 0 else wards[code].name))
    load(folder / "S", path)
    counted = by_ward(folder / "S", month, vintage)
    assert counted == by_ward(folder / "store", month, vintage)
    assert counted == Counter(f"{wards[code].lpa}: {wards[code].name}" for code in drawn)
