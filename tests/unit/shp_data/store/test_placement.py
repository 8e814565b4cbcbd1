"""How exactly records are placed, and which figures follow from that."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from helpers.stores import load, opened, tally

from shp_data.analysis import loaded
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Viewer
from shp_data.intake.rows.reconcile import NO_POSTCODES, to_text
from shp_data.store.files import layout
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.retention import RecordsToRemove, remove_records
from shp_data.store.placement import count_load_placements, count_placements
from shp_data.store.reading import Reader, list_records
from shp_data.store.version import Store

MONTH = parse_period("2024-04")
ASB = ("asb_police",)
EVERY_KIND = """incident_id,date,indicator,easting,northing,postcode,lsoa,area,ward
1,2024-04-05,asb_police,450832,532245,,,,
2,2024-04-05,asb_police,"450,8**","532,2**",,,,
3,2024-04-05,asb_police,450***,532***,,,Hartlepool Borough Council,
4,2024-04-06,asb_police,,,TS24 7AA,,,
5,2024-04-06,asb_police,,,,E01011949,,
6,2024-04-06,asb_police,,,,E01011950,,
7,2024-04-06,asb_police,,,,,Darlington,Central
8,2024-04-06,asb_police,,,,,MIDDLESBROUGH,
9,2024-04-06,asb_police,,,,,,"Victoria, Hartlepool"
10,2024-04-06,asb_police,,,,,,
11,2024-04-06,asb_police,46****,51****,,,,
"""


def stored(folder: Path, text: str, name: str = "records.csv") -> Store:
    (folder / name).write_text(text, encoding="utf-8")
    load(folder / "S", folder / name)
    return opened(folder / "S")


def placements(store: Store) -> dict[str, int]:
    return {placement.label: placement.records for placement in count_placements(store)}


def test_every_record_is_in_one_row_and_the_most_exact_come_first(tmp_path: Path) -> None:
    store = stored(tmp_path, EVERY_KIND)
    assert list(placements(store).items()) == [
        ("by point", 1),
        ("by ward", 1),
        ("by LSOA", 1),
        ("by grid square, the area only", 2),
        ("by LSOA, the area only", 1),
        ("by area", 1),
        ("outside every area", 1),
        ("not placed: the postcode is not in the postcode directory of this store", 1),
        ("not placed: the grid square is in several areas", 1),
        ("not placed: no place given", 1),
    ]  # fmt: skip
    assert count_load_placements(store.layout, store.manifest.loads[0]) == count_placements(store)
    assert int(loaded.count_all_by_place(Reader(store, Viewer())).table["records"].sum()) == 11
    text = to_text(store.manifest.loads[0], tmp_path / "S")
    assert "Placed: 1 by point; 1 by ward;" in text and NO_POSTCODES in text


def test_a_load_that_is_all_by_point_says_nothing_of_it(tmp_path: Path) -> None:
    store = stored(tmp_path, "date,indicator,longitude,latitude\n2024-04-05,asb_police,-1.2129,54.6862\n")
    assert "Placed" not in to_text(store.manifest.loads[0], tmp_path / "S")


@pytest.mark.parametrize(("column", "text"), [("area", "Hartlepool"), ("lsoa", "E01011949")])
def test_records_known_by_their_area_alone_make_area_figures_and_no_ward_figures(
    tmp_path: Path, column: str, text: str
) -> None:
    store = stored(tmp_path, f"date,indicator,{column}\n" + f"2024-04-05,asb_police,{text}\n" * 12)
    assert store.covers(ASB, MONTH, ("Hartlepool",))
    assert not any(store.covers(ASB, MONTH, ("Hartlepool",), wards=year) for year in ("2020", "2022", "2025"))


def test_one_lsoa_in_ten_that_is_in_several_wards_is_too_many_for_ward_figures(tmp_path: Path) -> None:
    points, divided = "2024-04-05,asb_police,-1.2129,54.6862,\n", "2024-04-05,asb_police,,,E01011949\n"
    for number, (exact, rough) in enumerate(((89, 11), (91, 9))):
        (folder := tmp_path / str(number)).mkdir()
        store = stored(folder, "date,indicator,longitude,latitude,lsoa\n" + points * exact + divided * rough)
        assert store.covers(ASB, MONTH, ("Hartlepool",), wards="2025") == (rough < 10)


def test_two_records_of_one_id_in_different_areas_are_not_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "incident_id,date,indicator,area\n1,2024-04-05,asb_police,Hartlepool\n1,2024-04-05,asb_police,Middlesbrough\n"
        "1,2024-04-05,asb_police,HARTLEPOOL\n"
    )
    assert tally(load(tmp_path / "S", tmp_path / "a.csv")) == (3, 1, 1, 1)


def test_a_store_of_an_earlier_version_is_read_added_to_and_cleared(tmp_path: Path) -> None:
    row = ",asb_police,-1.2129,54.6862\n"
    stored(tmp_path, f"date,indicator,longitude,latitude\n2024-03-05{row}2024-04-05{row}")
    # As the files were before `placed_by` was among their columns.
    for path in StoreLayout(tmp_path / "S").parts.glob("*.parquet"):
        if "placed_by" in duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").df()["column_name"].tolist():
            duckdb.sql(f"COPY (SELECT * EXCLUDE (placed_by) FROM '{path}') TO '{path}.old' (FORMAT parquet)")
            path.with_name(f"{path.name}.old").replace(path)
    layout._has_placed_by.cache_clear()
    store = opened(tmp_path / "S")
    assert placements(store) == {"not recorded by an earlier version": 2}
    selection = partnership().select(ASB, MONTH)
    assert list_records(Reader(store, Viewer()), selection)["placed_by"].isna().all()
    store = stored(tmp_path, "date,indicator,area\n2024-05-05,asb_police,Hartlepool\n", "later.csv")
    assert placements(store) == {"by area": 1, "not recorded by an earlier version": 2}
    remove_records(tmp_path / "S", RecordsToRemove(before=MONTH.first))
    assert placements(opened(tmp_path / "S")) == {"by area": 1, "not recorded by an earlier version": 1}
