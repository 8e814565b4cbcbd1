"""Which months a load covers, and which rows repeat an incident id: of their load, of another file or of the store."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from helpers.stores import DESK, by_month, chosen, csv_file, incidents, load, opened

from shp_data.analysis.change import compare_periods
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows.acceptance import find_covered_months, find_gap_months, find_repeated_ids
from shp_data.intake.rows.placing import place_records
from shp_data.intake.rows.staging import create_staged
from shp_data.store.files.manifest import SupplierMonth
from shp_data.store.reading import Reader
from shp_data.store.version import Store, make_empty_store

LISTED = {"Fire": Supplier("Fire", indicators=("fires_secondary_deliberate", "fires_vehicle_deliberate"))}
# What `incidents` writes, as a row is staged; a row of the tests says what differs.
ROW = {
    "source": "Police",
    "occurred": "2020-10-01",
    "precision": "month",
    "month": "2020-10",
    "indicator": "asb_police",
    "longitude": -1.2129,
    "latitude": 54.6862,
}


def cells(text: str) -> set[SupplierMonth]:
    return {SupplierMonth(*line.split()) for line in text.strip().splitlines()}


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        # any source: from an indicator's first to its last month, where the source says anything
        ("Police asb 2020-10\nPolice asb 2020-12", "Police asb 2020-10\nPolice asb 2020-12"),
        (
            "Police asb 2020-10\nPolice asb 2020-12\nPolice drugs 2020-11",
            "Police asb 2020-10\nPolice asb 2020-11\nPolice asb 2020-12\nPolice drugs 2020-11",
        ),
        # another source's months say nothing
        ("Police asb 2020-10\nPolice asb 2020-12\nFire2 x 2020-11",
         "Police asb 2020-10\nPolice asb 2020-12\nFire2 x 2020-11"),
        # a listed source: all its indicators in each month of which it has any row
        (
            "Fire fires_vehicle_deliberate 2020-10",
            "Fire fires_vehicle_deliberate 2020-10\nFire fires_secondary_deliberate 2020-10",
        ),
    ],
)  # fmt: skip
def test_what_is_covered(seen: str, found: str) -> None:
    assert find_covered_months(cells(seen), LISTED) == cells(found)


def test_nothing_seen_covers_nothing() -> None:
    assert find_covered_months([], LISTED) == set()


def test_a_covered_month_without_incidents_is_zero_and_a_gap_is_missing(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "fires.csv",
        """
        | date    | indicator                  | lpa        |
        | 2020-10 | fires_vehicle_deliberate   | Hartlepool |
        | 2020-11 | fires_secondary_deliberate | Hartlepool |
        | 2021-01 | fires_vehicle_deliberate   | Hartlepool |
        """,
    )
    load(tmp_path / "S", path, source="Cleveland Fire Brigade")
    assert by_month(tmp_path / "S", "2020-09 to 2021-02", "fires_vehicle_deliberate") == {
        "2020-10": 1,
        "2020-11": 0,  # a month of the source
        "2020-12": 0,  # between the file's first and last month
        "2021-01": 1,  # and the months before and after are unknown
    }


def difference(root: Path, period: str) -> tuple[object, object, object]:
    table = compare_periods(Reader(opened(root), DESK), chosen(period), pd.DataFrame({"name": ["asb"]}), ())
    row = table.astype(object).where(table.notna(), None).iloc[0]
    return row["count"], row["last_year"], row["difference"]


@pytest.mark.parametrize(
    ("months", "found"),
    [
        ("2019-10 2019-11 2019-12 2020-10 2020-11 2020-12", (3, 3, 0)),
        ("2019-10 2019-11 2019-12 2020-10 2020-11", (None, 3, None)),  # the last month is missing
        ("2019-10 2019-11 2019-12 2020-10 2020-12", (None, 3, None)),  # one in the middle
        ("2019-10 2019-12 2020-10 2020-11 2020-12", (3, None, None)),  # one of last year
        ("2020-10 2020-11 2020-12", (3, None, None)),
    ],
)
def test_an_incomplete_quarter_is_never_compared(tmp_path: Path, months: str, found: tuple[int | None, ...]) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", dict.fromkeys(months.split(), 1)))
    assert difference(tmp_path / "S", "2020-21-Q3") == found


def pairs(text: str) -> set[tuple[int, SupplierMonth]]:
    return {(int(line.split()[0]), SupplierMonth(*line.split()[1:])) for line in text.strip().splitlines()}


def test_a_month_that_one_file_spans_without_a_row_is_covered_for_a_source_that_lists_its_indicators():
    seen = pairs("0 Fire fires_vehicle_deliberate 2020-11\n0 Fire fires_secondary_deliberate 2021-02")
    months = {"2020-12", "2021-01"}
    assert find_gap_months(seen, LISTED) == {
        SupplierMonth("Fire", id_, month) for id_ in LISTED["Fire"].indicators for month in months
    }


def test_a_month_between_two_files_may_be_that_of_a_file_which_was_forgotten():
    seen = "0 Fire fires_vehicle_deliberate 2020-10\n1 Fire fires_vehicle_deliberate 2020-12"
    assert find_gap_months(pairs(seen), LISTED) == set()
    assert find_gap_months(pairs(seen.replace("\n1", "\n0")), LISTED) != set()


def test_of_a_source_that_lists_nothing_a_month_without_a_row_is_unknown():
    seen = pairs("0 police.uk asb 2020-10\n0 police.uk asb 2020-12\n0 New asb 2020-10\n0 New asb 2020-12")
    assert find_gap_months(seen, LISTED | {"police.uk": Supplier("police.uk")}) == set()


def fire_store(tmp_path: Path, *days: tuple[str, ...], append: bool = False) -> dict[str, int | None]:
    """The months of the fire brigade's vehicle fires after files of these days, loaded one after another."""
    for number, dates in enumerate(days):
        path = tmp_path / f"{number}.csv"
        path.write_text("date,indicator\n" + "".join(f"{day},fires_vehicle_deliberate\n" for day in dates))
        load(tmp_path / "S", path, source="Cleveland Fire Brigade", append=append and number > 0)
    return by_month(tmp_path / "S", "2020-10 to 2021-01", "fires_vehicle_deliberate")


def test_a_late_record_takes_no_month_away_that_is_loaded(tmp_path):
    found = fire_store(tmp_path, ("2020-11-03", "2020-11-04"), ("2020-10-31", "2021-01-05"))
    assert found == {"2020-10": 1, "2020-11": 2, "2020-12": 0, "2021-01": 1}


def test_rows_that_are_added_say_nothing_of_the_months_between_them(tmp_path):
    found = fire_store(tmp_path, ("2020-10-03",), ("2020-10-31", "2021-01-05"), append=True)
    assert found == {"2020-10": 2, "2021-01": 1}


def later(store: Store, *rows: dict[str, object], again: bool = False) -> list[tuple[object, ...]]:
    """file, row, same, in_file and in_row of the rows found; `again`: the load replaces all that the store holds."""
    connection = duckdb.connect()
    create_staged(connection)
    for row in rows:
        values = {**ROW, **row}
        names, marks = ", ".join(values), ", ".join(f"${name}" for name in values)
        connection.execute(f"INSERT INTO staged ({names}) VALUES ({marks})", values)
    place_records(connection, partnership().areas, {})
    find_repeated_ids(connection, store.layout, store.manifest, store.coverage if again else ())
    return connection.execute("SELECT file, row, same, in_file, in_row FROM later ORDER BY file, row").fetchall()


def test_a_repeated_id_is_later_than_its_first_in_the_order_of_files_and_rows(tmp_path: Path) -> None:
    rows = (
        {"file": 1, "row": 2, "incident_id": "A"},
        {"file": 0, "row": 9, "incident_id": "A", "location": "High Street"},
        {"file": 0, "row": 4, "incident_id": "A"},
        {"file": 0, "row": 5, "incident_id": "B"},
    )
    assert later(make_empty_store(tmp_path), *rows) == [(0, 9, False, 0, 4), (1, 2, True, 0, 4)]


def test_only_an_id_of_one_source_is_a_claim(tmp_path: Path) -> None:
    rows = (
        {"file": 0, "row": 2, "incident_id": None},
        {"file": 0, "row": 3, "incident_id": None},  # alike, and another incident
        {"file": 0, "row": 4, "incident_id": "A"},
        {"file": 0, "row": 5, "incident_id": "A", "source": "Fire"},
        {"file": 0, "row": 6, "incident_id": "B", "reason": "no such month"},
        {"file": 0, "row": 7, "incident_id": "B"},  # the first that counts
    )
    assert later(make_empty_store(tmp_path), *rows) == []


def test_one_id_with_another_ward_has_other_content(tmp_path: Path) -> None:
    unplaced = {"longitude": None, "latitude": None, "incident_id": "A"}
    first, second = (ward.name for ward in partnership().areas.list_wards("2020")[:2])
    rows = (
        {**unplaced, "file": 0, "row": 2, "ward": first},
        {**unplaced, "file": 0, "row": 3, "ward": first.upper()},
        {**unplaced, "file": 0, "row": 4, "ward": second},
    )
    assert later(make_empty_store(tmp_path), *rows) == [(0, 3, True, 0, 2), (0, 4, False, 0, 2)]


def test_an_id_of_the_store_was_there_before_unless_it_is_replaced(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 2}, ids="N"))
    store = opened(tmp_path / "S")
    rows = (
        {"file": 0, "row": 2, "incident_id": "N-2020-10-1"},
        {"file": 0, "row": 3, "incident_id": "N-2020-10-0", "indicator": "burglary"},
        {"file": 0, "row": 4, "incident_id": "N-2020-10-2"},
        {"file": 0, "row": 5, "incident_id": "M-2020-10-1"},
    )
    assert later(store, *rows) == [(0, 2, True, -1, 3), (0, 3, False, -1, 2)]
    assert later(store, *rows, again=True) == []
