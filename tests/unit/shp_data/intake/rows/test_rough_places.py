"""Records without a point: in which area and ward each counts, and what is not a place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows import staging
from shp_data.intake.rows.cleaning import stage_rows
from shp_data.intake.rows.columns import choose_reading
from shp_data.intake.rows.placing import place_records

TODAY = dt.date(2024, 6, 1)
NO = "(unplaced)"
VICTORIA = {"2020": "E05008952", "2022": "E05013049", "2025": "E05013049"}  # Hartlepool's ward, see populations.csv


def placed(*rows: dict[str, str | None], postcodes: Path | None = None, areas: tuple[str, ...] = ()) -> list[Any]:
    """The rows of one file as they are placed; those rejected as their reason."""
    names = dict.fromkeys(name for row in rows for name in row)
    table = pa.table(
        {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
        | {"date": ["2024-04-05"] * len(rows), "indicator": ["asb_police"] * len(rows), "row": range(2, len(rows) + 2)}
    )
    suppliers = {"Council": Supplier("Council", areas=areas)}
    with duckdb.connect() as connection:
        staging.create_staged(connection)
        reading = choose_reading([name for name in table.column_names if name != "row"], "file", suppliers, "Council")
        stage_rows(connection, table, 0, reading, partnership().vocabulary, suppliers, TODAY)
        place_records(connection, partnership().areas, suppliers, postcodes=postcodes)
        found = connection.execute("SELECT * FROM placed ORDER BY row")
        columns = [column[0] for column in found.description]
        records = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return [record["reason"] or record for record in records]


def where(row: Any) -> tuple[str, str, str]:
    """How a record is placed, its area, and its ward of 2025."""
    assert isinstance(row, dict), row
    return row["placed_by"], row["lpa"], row["ward_2025"]


@pytest.mark.parametrize(
    "text",
    ["Hartlepool", "HARTLEPOOL", "Hartlepool Borough Council", "Borough of Hartlepool", "E06000001", "e06000001",
     "Hartlepool LPA", "Hartlepool (UA)", "Hartlepool Local Policing Area"],
)  # fmt: skip
def test_an_area_alone_counts_in_the_area_and_in_no_ward(text: str) -> None:
    (row,) = placed({"LPA": text})
    assert where(row) == ("area", "Hartlepool", NO)
    assert {row[f"ward_{year}"] for year in VICTORIA} == {NO}
    assert row["longitude"] is row["latitude"] is None


@pytest.mark.parametrize(
    "header", ["area", "District", "borough", "Local Policing Area", "local_authority", "Council", "LAD", "lpa_name"]
)
def test_the_usual_headers_of_areas_need_no_mapping(header: str) -> None:
    stockton, redcar = placed({header: "Stockton"}, {header: "Redcar and Cleveland Borough Council"})
    assert (where(stockton)[1], where(redcar)[1]) == ("Stockton-on-Tees", "Redcar & Cleveland")


def test_another_authority_is_outside_and_any_other_text_is_rejected() -> None:
    others = ("County Durham", "Durham County Council", "E07000223", "Scarborough")
    texts = (*others, "Hartlepol", "Team 4", "Middlesbrough", "Unknown", None)
    rows = [{"area": text} for text in texts]
    *outside, misspelt, team, known, unknown, nothing = placed(*rows)
    assert [where(row)[:2] for row in outside] == [("area", "(outside)")] * 4
    assert misspelt == "area 'Hartlepol' is not recognised; similar names: Hartlepool"
    assert team.startswith("area 'Team 4' is not recognised; expected Hartlepool, Middlesbrough")
    assert [where(row)[:2] for row in (known, unknown, nothing)] == [
        ("area", "Middlesbrough"), ("none", NO), ("none", NO),
    ]  # fmt: skip


def test_a_column_of_areas_with_no_area_in_it_rejects_nothing() -> None:
    assert [where(row)[:2] for row in placed({"area": "North team"}, {"area": "South team"})] == [("none", NO)] * 2


@pytest.mark.parametrize(
    "text",
    ["Victoria (Hartlepool)", "Victoria, Hartlepool", "Hartlepool - Victoria", "Victoria Ward (Hartlepool)",
     "Hartlepool: Victoria", "VICTORIA / HARTLEPOOL BOROUGH", "victoria [Hartlepool]", "Hartlepool-Victoria"],
)  # fmt: skip
def test_a_ward_may_come_with_its_area(text: str) -> None:
    assert where(placed({"ward": text})[0]) == ("ward", "Hartlepool", VICTORIA["2025"])


def test_the_column_of_the_area_decides_between_wards_of_one_name() -> None:
    ambiguous, decided, other, wrong, abroad = placed(
        {"ward": "Victoria"},
        {"ward": "Victoria", "area": "Hartlepool"},
        {"ward": "Hart", "area": "Hartlepool"},
        {"ward": "Hart", "area": "Middlesbrough"},
        {"ward": "Central", "area": "Darlington"},
    )
    assert where(decided) == ("ward", "Hartlepool", VICTORIA["2025"])
    assert where(other)[:2] == ("ward", "Hartlepool")
    # There is no ward Hart in Middlesbrough: that the area is right is all that is certain.
    assert where(wrong) == ("area", "Middlesbrough", NO)
    assert where(abroad)[:2] == ("area", "(outside)")  # Middlesbrough has a ward of this name
    assert isinstance(ambiguous, str) or where(ambiguous)[1] == "Hartlepool"


@pytest.mark.parametrize(
    ("reference", "by"),
    [
        ("NZ 50832 32245", "point"),
        ("NZ5083232245", "point"),
        ("nz 5083 3224", "point"),
        ("450832, 532245", "point"),
        ("NZ 508 322", "square"),
        ("NZ50 32", "square"),
    ],
)
def test_a_grid_reference_of_eight_digits_is_a_point_and_a_shorter_one_is_not(reference: str, by: str) -> None:
    (row,) = placed({"Grid reference": reference})
    assert where(row)[:2] == (by, "Hartlepool")
    assert (row["longitude"] is None) == (by == "square")


def test_a_grid_reference_is_the_same_point_as_its_metres() -> None:
    metres, ten_digits, two_numbers, eight_digits = placed(
        {"easting": "450832", "northing": "532245"},
        {"grid_reference": "NZ5083232245"},
        {"grid_reference": "450832 532245"},
        {"grid_reference": "NZ 5083 3224"},
    )
    points = [(row["longitude"], row["latitude"]) for row in (metres, ten_digits, two_numbers)]
    assert len(set(points)) == 1
    # Ten metres are 0.00009 degrees of latitude, and 0.00016 of longitude here.
    assert points[0] == (
        pytest.approx(eight_digits["longitude"], abs=0.00016),
        pytest.approx(eight_digits["latitude"], abs=0.00009),
    )


@pytest.mark.parametrize("reference", ["NZ 508 32", "ZZ 508 322", "somewhere", "IZ508322"])
def test_what_is_no_grid_reference_is_rejected_alone_and_not_next_to_a_place(reference: str) -> None:
    alone, beside = placed({"grid_reference": reference}, {"grid_reference": reference, "area": "Hartlepool"})
    assert alone.startswith(f"grid_reference '{reference}' is not recognised; expected two letters")
    assert where(beside)[:2] == ("area", "Hartlepool")


def test_thousands_may_be_separated_and_last_digits_masked() -> None:
    exact, comma, blank, hundred, thousand = placed(
        {"easting": "450832", "northing": "532245"},
        {"easting": "450,832", "northing": "532,245"},
        {"easting": "450 832", "northing": "532 245"},
        {"easting": "4508xx", "northing": "5322xx"},
        {"easting": "450***", "northing": "532***", "ward": "Victoria", "district": "HARTLEPOOL"},
    )
    assert exact["placed_by"] == "point"
    assert [where(row) for row in (comma, blank)] == [where(exact)] * 2
    points = {(row["longitude"], row["latitude"]) for row in (exact, comma, blank)}
    assert len(points) == 1
    # A square of 100 metres around the point, and one of a kilometre: the ward is more exact.
    assert where(hundred)[:2] == ("square", "Hartlepool") and hundred["longitude"] is None
    assert where(thousand) == ("ward", "Hartlepool", VICTORIA["2025"]) and thousand["longitude"] is None


def test_a_square_counts_where_all_of_it_lies() -> None:
    # The border of Middlesbrough and Stockton is the Tees: a square of 10 km has both.
    both, sea_and_land, far = placed(
        {"grid_reference": "NZ 4 1"}, {"grid_reference": "NZ 52 33"}, {"grid_reference": "TQ 30 80"}
    )
    assert where(both) == ("square", NO, NO)
    assert where(sea_and_land)[1] == NO
    assert where(far) == ("square", "(outside)", "(outside)")


def test_a_square_in_two_areas_counts_in_the_area_given() -> None:
    (row,) = placed({"easting": "44****", "northing": "51****", "area": "Middlesbrough"})
    assert where(row) == ("area", "Middlesbrough", NO)


def test_rounded_metres_are_squares_by_their_values_or_by_the_name_of_their_column() -> None:
    rounded = [{"easting": str(450_000 + 50 * n), "northing": "532250"} for n in range(10)]
    assert {row["placed_by"] for row in placed(*rounded)} == {"square"}
    assert {row["longitude"] for row in placed(*rounded)} == {None}
    # Nine could be a chance, and one exact point shows that the others are exact too.
    assert {row["placed_by"] for row in placed(*rounded[:9])} == {"point"}
    assert {row["placed_by"] for row in placed(*rounded, {"easting": "450832", "northing": "532245"})} == {"point"}


def test_metres_of_a_rounded_column_are_squares_however_few() -> None:
    (row,) = placed({"Easting": "450850", "Northing": "532250"})
    assert row["placed_by"] == "point"
    table = pa.table({"date": ["2024-04-05"], "indicator": ["asb_police"], "Easting_rounded": ["450850"],
                      "Northing_rounded": ["532250"], "row": [2]})  # fmt: skip
    headers = {"easting": "Easting_rounded", "northing": "Northing_rounded"}
    supplier = Supplier("Fire", headers=headers)
    with duckdb.connect() as connection:
        staging.create_staged(connection)
        header = [name for name in table.column_names if name != "row"]
        reading = choose_reading(header, "file", {"Fire": supplier}, "Fire")
        stage_rows(connection, table, 0, reading, partnership().vocabulary, {}, TODAY)
        found = connection.execute("SELECT easting, northing, square FROM staged").fetchall()
    # 50 metres each way: it may have been rounded up, down or to the nearest.
    assert found == [(450800, 532200, 100)]


def test_an_lsoa_counts_in_its_area_and_in_the_ward_that_has_all_of_it() -> None:
    merged, split, whole, divided, elsewhere, none = placed(
        {"LSOA code": "E01011973"},  # of 2011, merged into one that is all in Victoria
        {"LSOA code": "E01012064"},  # of 2011, split in two
        {"LSOA code": "e01035188"},
        {"LSOA code": "E01011949"},
        {"LSOA code": "E01020000"},
        {"LSOA code": "Hartlepool 009A"},
    )
    assert where(merged) == where(whole) == ("lsoa", "Hartlepool", VICTORIA["2025"])
    assert where(split)[:2] == ("lsoa", "Middlesbrough")
    assert where(divided) == ("lsoa", "Hartlepool", NO)
    assert where(elsewhere) == ("lsoa", "(outside)", "(outside)")
    assert none == "lsoa 'HARTLEPOOL 009A' is not recognised; expected an ONS code, such as E01011949"


def test_the_best_place_of_a_row_is_used() -> None:
    everything = {
        "longitude": "-1.2129", "latitude": "54.6862", "grid_reference": "NZ 40 20", "ward": "Coatham",
        "lsoa": "E01012064", "area": "Redcar",
    }  # fmt: skip
    rows = []
    for names in (["longitude", "latitude"], ["ward"], ["grid_reference"], ["lsoa"], ["area"]):
        rows.append(dict(everything))
        for name in names:
            everything.pop(name)
    point, ward, lsoa, also_lsoa, area = (where(row)[:2] for row in placed(*rows))
    assert point == ("point", "Hartlepool")
    assert ward == ("ward", "Redcar & Cleveland")  # more exact than the square of a kilometre
    assert lsoa == also_lsoa == ("lsoa", "Middlesbrough")  # all of the LSOA is in one ward, and the square is not
    assert area == ("area", "Redcar & Cleveland")


def test_a_bad_number_next_to_an_area_decides_nothing() -> None:
    bad, alone = placed({"easting": "abc", "northing": "1", "area": "Hartlepool"}, {"easting": "abc", "northing": "1"})
    assert where(bad)[:2] == ("area", "Hartlepool")
    assert "is not a number" in alone


def test_an_area_comes_before_the_only_area_of_the_supplier() -> None:
    given, not_given = placed({"area": "Middlesbrough"}, {"area": None}, areas=("Hartlepool",))
    assert where(given)[:2] == ("area", "Middlesbrough")
    assert where(not_given) == ("supplier", "Hartlepool", NO)


def test_postcodes_need_the_directory(tmp_path: Path) -> None:
    rows = [{"Postcode": text} for text in ("TS24 7AA", "ts247aa", "TS24 7ZZ", "DL1 1AA", "TS24", None)]
    assert [where(row) for row in placed(*rows)] == [("postcode", NO, NO)] * 4 + [("none", NO, NO)] * 2
    directory = pa.table(
        {"postcode": ["TS247AA"], "lpa": ["Hartlepool"], **{f"ward_{year}": [code] for year, code in VICTORIA.items()}}
    )
    pq.write_table(directory, tmp_path / "postcodes.parquet")
    found = [where(row) for row in placed(*rows, postcodes=tmp_path / "postcodes.parquet")]
    assert found == [
        ("postcode", "Hartlepool", VICTORIA["2025"]),
        ("postcode", "Hartlepool", VICTORIA["2025"]),
        ("postcode", NO, NO),  # of a sector that the directory has: perhaps a new one
        ("postcode", "(outside)", "(outside)"),
        ("none", NO, NO),
        ("none", NO, NO),
    ]
