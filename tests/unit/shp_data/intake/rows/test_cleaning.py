"""What a row's texts mean, and the reason for which it is rejected."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyproj import Transformer

from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows import staging
from shp_data.intake.rows.cleaning import stage_rows
from shp_data.intake.rows.columns import FileReading, choose_reading
from shp_data.intake.rows.placing import place_records

TODAY = dt.date(2021, 3, 31)
GOOD = {"date": "2020-10-05", "indicator": "asb_police"}


@cache
def scratch() -> duckdb.DuckDBPyConnection:
    """One database for all: making one is slow."""
    connection = duckdb.connect()
    staging.create_staged(connection)
    return connection


def cleaned(row: dict[str, str | None], reading: FileReading | None = None) -> dict[str, Any]:
    """One row, as it is staged."""
    table = pa.table({name: pa.array([value], pa.string()) for name, value in row.items()} | {"row": [2]})
    known = partnership()
    read = reading or choose_reading(list(row), "Some supplier", known.suppliers, None)
    scratch().execute("DELETE FROM staged")
    stage_rows(scratch(), table, 0, read, known.vocabulary, known.suppliers, TODAY)
    found = scratch().execute("SELECT * FROM staged")
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchone(), strict=True))


def reason(**changes: str | None) -> str | None:
    return cleaned({**GOOD, **changes})["reason"]


@pytest.mark.parametrize(
    ("date", "occurred", "precision"),
    [
        ("2020-10-05", "2020-10-05 00:00", "day"),
        ("05/10/2020", "2020-10-05 00:00", "day"),  # UK order
        ("5/1/2020", "2020-01-05 00:00", "day"),
        ("2020-10-05 14:30", "2020-10-05 14:30", "minute"),
        ("05/10/2020 14:30", "2020-10-05 14:30", "minute"),
        ("2020-10-05 14:30:59", "2020-10-05 14:30:59", "minute"),
        ("05/10/2020 09:05:07", "2020-10-05 09:05:07", "minute"),
        ("2020-10-05T14:30", "2020-10-05 14:30", "minute"),
        ("2020-10-05T14:30:00", "2020-10-05 14:30", "minute"),
        ("2020-10-05T14:30:00.000", "2020-10-05 14:30", "minute"),
        ("2020-10-05 00:00", "2020-10-05 00:00", "minute"),
        ("5 October 2020", "2020-10-05 00:00", "day"),
        ("05-OCT-2020", "2020-10-05 00:00", "day"),
        ("5-Oct-2020 14:30", "2020-10-05 14:30", "minute"),
        ("05/10/2020 2:30 PM", "2020-10-05 14:30", "minute"),
        ("2020-10-05 12:05:00 am", "2020-10-05 00:05", "minute"),
        ("44109", "2020-10-05 00:00", "day"),  # Excel's serial number
        ("44109.604166667", "2020-10-05 14:30", "minute"),
        ("2020-10", "2020-10-01 00:00", "month"),
        ("29/02/2020", "2020-02-29 00:00", "day"),
        ("1970-01-01", "1970-01-01 00:00", "day"),
        ("2021-03-31 23:59", "2021-03-31 23:59", "minute"),  # today
        ("2021-03", "2021-03-01 00:00", "month"),
        ("  2020-10-05\t", "2020-10-05 00:00", "day"),
        ("\xa02020-10-05\xa0", "2020-10-05 00:00", "day"),
    ],
)
def test_dates_that_are_understood(date: str, occurred: str, precision: str) -> None:
    row = cleaned({**GOOD, "date": date})
    assert row["reason"] is None
    assert (row["occurred"], row["precision"]) == (dt.datetime.fromisoformat(occurred), precision)
    assert row["month"] == occurred[:7]


@pytest.mark.parametrize(
    ("date", "says"),
    [
        ("31/02/2020", "is not a real day"),
        ("29/02/2021", "is not a real day"),
        ("2020-02-30", "is not a real day"),
        ("10/25/2020", "is not a real day"),  # American order
        ("5 Brumaire 2020", "not recognised"),
        ("31 Feb 2020", "is not a real day"),
        ("05/10/2020 14:30 PM", "not recognised"),
        ("2020-13", "not recognised"),
        ("2020-00", "not recognised"),
        ("2020", "not recognised"),
        ("31/02/2020 14:30", "is not a real day"),
        ("2020-10-05 25:00", "not recognised"),
        ("2020-10-05 14:30 BST", "not recognised"),
        ("2020-10-05 14:30; DROP TABLE staged", "not recognised"),
        ("yesterday", "not recognised"),
        ("1969-12-31", "before 1970"),
        ("01/01/1900", "before 1970"),
        ("1066-10", "before 1970"),
        ("20000", "before 1970"),  # Excel's 1954
        ("2021-04-01", "in the future"),
        ("2021-04", "in the future"),
        ("01/04/2021 00:00", "in the future"),
        ("60000", "in the future"),
        ("9999-12-31", "in the future"),
    ],
)
def test_dates_that_are_not(date: str, says: str) -> None:
    told = reason(date=date)
    assert told is not None
    assert f"'{date[:40]}'" in told
    assert says in told


@pytest.mark.parametrize("blank", [None, "", " ", "\xa0", "\t", "\ufeff", "NULL", "n/a", "-", "--", "nan", "#REF!"])
def test_blanks_are_no_values(blank: str | None) -> None:
    assert reason(date=blank) == "no date"
    assert reason(indicator=blank) == "no indicator"
    row = cleaned({**GOOD, "location": blank, "incident_id": blank, "longitude": blank, "latitude": blank,
                   "covid_related": blank, "source": blank})  # fmt: skip
    assert row["reason"] is None
    assert row["source"] == "Some supplier"
    for name in ("location", "incident_id", "covid_related", "longitude", "latitude"):
        assert row[name] is None


@pytest.mark.parametrize(
    "name",
    ["asb_police", "ASB Police", "ASB incidents reported to the Police", "Police ASB", "\xa0police asb "],
)
def test_an_indicator_by_any_of_its_names(name: str) -> None:
    assert cleaned({**GOOD, "indicator": name})["indicator"] == "asb_police"


@pytest.mark.parametrize("name", ["domestic_abuse", "asb_police_rate", "Fly-tipping", "Antisocial", "Deliberate F3"])
def test_what_is_no_incident_indicator_is_told(name: str) -> None:
    told = reason(indicator=name)
    assert told is not None
    assert told == f"unknown indicator '{name}'; map it on the Load files page, or in partnership.toml"


def test_a_category_that_the_mapping_leaves_out_is_told_as_such() -> None:
    source = Supplier("Council", categories={"Bins": "", "Fires": "fires_vehicle_deliberate"})
    reading = FileReading(source, {"date": "date", "indicator": "indicator"}, "Council")
    assert cleaned({**GOOD, "indicator": "BINS"}, reading)["reason"] == (
        "category 'BINS' is left out by the mapping of Council"
    )
    assert cleaned({**GOOD, "indicator": "Fires"}, reading)["reason"] is None
    assert "unknown indicator" in str(cleaned({**GOOD, "indicator": "Bin"}, reading)["reason"])


@pytest.mark.parametrize(
    ("row", "ward"),
    [
        ({}, ""),
        ({"ward": " Example \xa0"}, "Example"),
        ({"ward": ""}, ""),
        ({"ward": "Example", "longitude": "0", "latitude": "0"}, "Example"),
        ({"ward": "Example", "longitude": "-1.21", "latitude": "54.68"}, None),
        ({"ward": "Example", "easting": "450000", "northing": "530000"}, "Example"),  # in case they are rounded
        ({"WARD": "Example"}, "Example"),
    ],
)
def test_what_is_said_of_a_ward_counts_without_coordinates(row: dict[str, str | None], ward: str | None) -> None:
    found = cleaned({**GOOD, **row})
    assert (found["reason"], found["ward"]) == (None, ward)


def test_a_category_of_the_source_that_the_row_names() -> None:
    fire = {"date": "2020-10-05", "indicator": "Deliberate F3", "source": "Cleveland Fire Brigade"}
    row = cleaned(fire)
    assert (row["indicator"], row["source"]) == ("fires_secondary_deliberate", "Cleveland Fire Brigade")
    assert cleaned({**fire, "source": "Another"})["indicator"] is None
    assert cleaned({**fire, "indicator": "Drug supply"})["indicator"] == "drugs_supply"


def test_a_mapping_of_one_indicator_needs_no_category() -> None:
    source = Supplier("Bins", headers={"date": "Reported on"}, indicator="fires_vehicle_deliberate")
    row = cleaned(
        {"Reported on": "2020-10-05", "indicator": "anything"},
        FileReading(source, {"date": "Reported on"}, "Bins"),
    )
    assert (row["reason"], row["indicator"], row["source"]) == (None, "fires_vehicle_deliberate", "Bins")


@pytest.mark.parametrize(
    ("text", "mark"),
    [("true", True), ("YES", True), ("y", True), ("1", True), ("T", True),
     ("False", False), ("no", False), ("N", False), ("0", False), (" f ", False)],
)  # fmt: skip
def test_words_for_covid_related(text: str, mark: bool) -> None:
    assert cleaned({**GOOD, "covid_related": text})["covid_related"] is mark


@pytest.mark.parametrize("text", ["maybe", "2", "-1", "yes!"])
def test_other_words_for_covid_related_are_told(text: str) -> None:
    assert reason(covid_related=text) == f"covid_related '{text}' is not recognised; expected yes or no"


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("-1.21", None, "only one is given"),
        (None, "54.68", "only one is given"),
        ("west", "54.68", "longitude 'west' is not a number"),
        ("-1.21", "54,68", "latitude '54,68' is not a number"),
        ("nan", "54.68", "only one is given"),
        ("-1.21", "inf", "latitude 'inf' is not a number"),
        ("-181", "54.68", "longitude '-181', latitude '54.68' is not a position"),
        ("-1.21", "91", "is not a position in degrees"),
        ("450000", "530000", "is not a position in degrees"),  # National Grid under the wrong header
    ],
)
def test_coordinates_that_are_no_place(first: str | None, second: str | None, says: str) -> None:
    told = reason(longitude=first, latitude=second)
    assert told is not None
    assert says in told


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("450000", None, "easting and northing are both needed"),
        ("NZ 45", "530000", "easting 'NZ 45' is not a number"),
        ("-5", "530000", "easting '-5', northing '530000' is not a position in British National Grid metres"),
        ("450000", "1300001", "is not a position in British National Grid"),
    ],
)
def test_grid_references_that_are_no_place(first: str | None, second: str | None, says: str) -> None:
    told = reason(easting=first, northing=second)
    assert told is not None
    assert says in told


@pytest.mark.parametrize("zero", ["0", "0.0", "-0", "0.000"])
def test_nought_nought_is_no_place(zero: str) -> None:
    row = cleaned({**GOOD, "longitude": zero, "latitude": zero, "easting": zero, "northing": zero})
    assert row["reason"] is None
    assert all(row[name] is None for name in ("longitude", "latitude", "easting", "northing"))


@pytest.mark.parametrize("pair", [("0", "99.999999"), ("0.000000", "99.999999"), ("99.999999", "0")])
def test_nought_with_ninety_nine_is_no_place(pair: tuple[str, str]) -> None:
    row = cleaned({**GOOD, "longitude": pair[0], "latitude": pair[1], "ward": "Hart"})
    assert (row["reason"], row["longitude"], row["latitude"], row["ward"]) == (None, None, None, "Hart")


DEGREES = {"longitude": "-1.21", "latitude": "54.68"}
BAD_DEGREES = {"longitude": "west", "latitude": "54.68"}
GRID = {"easting": "450000", "northing": "532000"}
BAD_GRID = {"easting": "450000", "northing": None}


@pytest.mark.parametrize(
    ("places", "used"),
    [
        (DEGREES | GRID | {"ward": "Hart"}, "degrees"),
        (DEGREES | BAD_GRID | {"ward": "Hart"}, "degrees"),
        (BAD_DEGREES | GRID | {"ward": "Hart"}, "grid"),
        (BAD_DEGREES | BAD_GRID | {"ward": "Hart"}, "ward"),
        ({"longitude": "-1", "latitude": "-1", "ward": "Hart"}, "ward"),  # valid, but in the Atlantic
        ({"longitude": "-1", "latitude": "-1"} | GRID, "grid"),
        ({"longitude": "-1", "latitude": "-1", "ward": None}, "degrees"),  # the only place: outside every area
    ],
)
def test_the_best_valid_place_of_a_row_is_used(places: dict[str, str | None], used: str) -> None:
    row = cleaned({**GOOD, **places})
    assert row["reason"] is None
    has_degrees, has_grid = row["longitude"] is not None, row["easting"] is not None
    assert (has_degrees, has_grid and not has_degrees) == (used == "degrees", used == "grid")
    assert row["ward"] == "Hart" or used != "ward"


def test_a_row_whose_every_place_is_invalid_is_rejected_with_the_first_reason() -> None:
    told = reason(**BAD_DEGREES, **BAD_GRID, ward=None)
    assert told == "longitude 'west' is not a number"
    assert reason(**BAD_GRID, ward="N/A") == "easting and northing are both needed; only one is given"


def test_unknown_is_a_category_unless_it_is_a_word_of_a_machine() -> None:
    assert str(reason(indicator="Unknown")).startswith("unknown indicator 'Unknown'")
    assert reason(indicator="None") == reason(indicator="N/A") == "no indicator"
    source = Supplier("Council", categories={"None": "asb_police"})
    reading = FileReading(source, {"date": "date", "indicator": "indicator"}, "Council")
    assert cleaned({**GOOD, "indicator": "NONE"}, reading)["indicator"] == "asb_police"


def test_a_longitude_of_nought_alone_is_greenwich() -> None:
    row = cleaned({**GOOD, "longitude": "0", "latitude": "51.48"})
    assert (row["longitude"], row["latitude"]) == (0, 51.48)


@pytest.mark.parametrize("point", [(-1.2129, 54.6862), (-1.3120, 54.5650), (-0.9000, 54.5600)])
def test_a_grid_reference_is_placed_as_its_twin_in_degrees(point: tuple[float, float]) -> None:
    east, north = Transformer.from_crs(4326, 27700, always_xy=True).transform(*point)
    known = partnership()
    with duckdb.connect() as connection:
        staging.create_staged(connection)
        table = pa.table({"date": ["2020-10", "2020-10"], "indicator": ["asb_police"] * 2, "row": [2, 3],
                          "easting": [f"{east:.0f}", None], "northing": [f"{north:.0f}", None],
                          "longitude": [None, str(point[0])], "latitude": [None, str(point[1])]})  # fmt: skip
        reading = choose_reading(table.column_names, "f", {}, None)
        stage_rows(connection, table, 0, reading, known.vocabulary, {}, TODAY)
        place_records(connection, known.areas, {})
        grid, degrees = connection.execute(
            "SELECT longitude, latitude, lpa, ward_2020, ward_2022 FROM placed ORDER BY row"
        ).fetchall()
    assert abs(grid[0] - degrees[0]) * 64_000 < 3  # metres
    assert abs(grid[1] - degrees[1]) * 111_000 < 3
    assert grid[2:] == degrees[2:]


def test_known_points_of_the_national_grid() -> None:
    """Ordnance Survey's worked example: TG 51409 13177 is 52°39′28.72″N 1°42′57.79″E in WGS84."""
    known = partnership()
    with duckdb.connect() as connection:
        staging.create_staged(connection)
        table = pa.table({"date": ["2020-10"], "indicator": ["asb_police"], "row": [2],
                          "easting": ["651409"], "northing": ["313177"]})  # fmt: skip
        stage_rows(connection, table, 0, choose_reading(table.column_names, "f", {}, None), known.vocabulary, {}, TODAY)
        place_records(connection, known.areas, {})
        ((longitude, latitude, lpa),) = connection.execute("SELECT longitude, latitude, lpa FROM placed").fetchall()
    assert latitude == pytest.approx(52 + 39 / 60 + 28.72 / 3600, abs=5e-5)
    assert longitude == pytest.approx(1 + 42 / 60 + 57.79 / 3600, abs=8e-5)
    assert lpa == "(outside)"


def test_a_name_with_quotation_marks_is_a_name() -> None:
    row = cleaned({**GOOD, 'in"cident': "x", "source": "O'Neill's \"Fire\""})
    assert row["source"] == "O'Neill's \"Fire\""
