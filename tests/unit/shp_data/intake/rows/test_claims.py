"""Which rows give an id that was given before: in their load, in another of its files, or in the store."""

from __future__ import annotations

from pathlib import Path

import duckdb
from helpers.stores import incidents, load, opened

from shp_data.domain.partnership import partnership
from shp_data.intake.rows.claims import find_repeated_ids
from shp_data.intake.rows.placed import place_records
from shp_data.intake.rows.staging import create_staged
from shp_data.store.facts import Store, make_empty_store

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
