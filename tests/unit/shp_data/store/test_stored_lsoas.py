"""The LSOA of each record, by its coordinates, and who may see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from helpers.lsoas import FENS, FOGGY, GRANGE, WARD, find_points, store_of_lsoas
from helpers.stores import chosen

from shp_data.domain.disclosure import Disclosure
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.partnership import Partnership, partnership
from shp_data.domain.schema import LSOA
from shp_data.domain.selection import Role, Selection, Viewer
from shp_data.store.files import layout
from shp_data.store.files.layout import StoreLayout
from shp_data.store.reading import Reader, count_records
from shp_data.store.version import Store

ROWS = [
    (FOGGY, "2024-03", 3), (GRANGE, "2024-03", 2), (FOGGY, "2024-04", 1),
    (WARD, "2024-03", 2), ("(outside)", "2024-03", 1),
]  # fmt: skip
MARCH = {FOGGY: 3, GRANGE: 2, "(unplaced)": 2, "(outside)": 1}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of_lsoas(tmp_path_factory.mktemp("lsoas"), ROWS)


def count_lsoas(
    store: Store, selection: Selection, role: Role = "analyst", owner: Partnership | None = None
) -> dict[str, int]:
    table = count_records(Reader(store, Viewer(role), owner or partnership()), selection, [LSOA])
    return dict(zip(table[LSOA], map(int, table["count"]), strict=True))


def test_records_are_counted_by_the_lsoa_of_their_point(store: Store) -> None:
    """A record that gives a ward and no point is in the area and in no LSOA."""
    assert count_lsoas(store, chosen("2024-03")) == MARCH
    assert count_lsoas(store, chosen("2024-03 to 2024-04")) == MARCH | {FOGGY: 4}
    assert count_lsoas(store, chosen("2024-03", "asb_police", "Hartlepool")) == {
        FOGGY: 3, GRANGE: 2, "(unplaced)": 2,
    }  # fmt: skip


def test_a_later_load_has_its_lsoas_too(tmp_path: Path) -> None:
    first = store_of_lsoas(tmp_path, ROWS)
    assert count_lsoas(first, chosen("2024-03")) == MARCH
    second = store_of_lsoas(tmp_path, [(FENS, "2024-05", 7)], name="b")
    assert count_lsoas(second, chosen("2024-05")) == {FENS: 7}
    assert count_lsoas(first, chosen("2024-03")) == MARCH  # the version that is open stays as it was


def test_a_point_well_inside_an_lsoa_is_in_it(tmp_path: Path) -> None:
    """In each of them, one record: the outlines and the residents have the same codes."""
    store = store_of_lsoas(tmp_path, [(code, "2024-03", 1) for code in find_points() if code.startswith("E01")])
    counts = count_lsoas(store, chosen("2024-03"))
    assert counts == dict.fromkeys(partnership().areas.lsoas, 1)


def test_a_store_of_an_earlier_version_has_lsoas_without_loading_again(tmp_path: Path) -> None:
    store = store_of_lsoas(tmp_path, ROWS)
    for path in StoreLayout(tmp_path / "store").parts.glob("*.parquet"):
        if "placed_by" in duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").df()["column_name"].tolist():
            duckdb.sql(f"COPY (SELECT * EXCLUDE (placed_by) FROM '{path}') TO '{path}.old' (FORMAT parquet)")
            path.with_name(f"{path.name}.old").replace(path)
    layout._has_placed_by.cache_clear()
    assert count_lsoas(store, chosen("2024-03")) == MARCH
    assert [str(month) for month in store.list_months(("asb_police",), ("Hartlepool",), wards=LSOA)] == [
        "2024-03", "2024-04",
    ]  # fmt: skip


def test_months_in_which_most_records_have_no_point_have_no_lsoas(tmp_path: Path) -> None:
    """11 of 20 records in March, and 9 of 20 in April."""
    rows = [(FOGGY, "2024-03", 9), (WARD, "2024-03", 11), (FOGGY, "2024-04", 11), (WARD, "2024-04", 9)]
    store = store_of_lsoas(tmp_path, rows)
    hartlepool = (("asb_police",), ("Hartlepool",))
    assert [str(month) for month in store.list_months(*hartlepool, wards=LSOA)] == ["2024-04"]
    assert [str(month) for month in store.list_months(*hartlepool)] == ["2024-03", "2024-04"]
    assert [str(month) for month in store.list_months(*hartlepool, wards="2022")] == ["2024-03", "2024-04"]


@pytest.mark.parametrize("role", ["partner", "public"])
def test_a_role_under_protection_sees_no_lsoa_of_data_that_is_not_published(
    store: Store, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    for_all = replace(partnership(), disclosure=Disclosure(public=True))
    with pytest.raises(NotAllowedError, match="choose wards"):
        count_lsoas(store, chosen("2024-03"), role, for_all)
    monkeypatch.setattr(Partnership, "is_open", lambda *_: True)
    assert count_lsoas(store, chosen("2024-03"), role, for_all) == MARCH


def test_one_month_that_is_not_published_closes_every_month_of_the_indicator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Partnership, "is_open", lambda _, source: source == "Police")
    store_of_lsoas(tmp_path, ROWS)
    store_of_lsoas(tmp_path, [(FOGGY, "2024-03", 1)], "fires_vehicle_deliberate", source="Fire", name="b")
    store = store_of_lsoas(tmp_path, [(FENS, "2024-05", 1)], "burglary", name="c")
    assert count_lsoas(store, chosen("2024-03"), "partner") == MARCH
    with pytest.raises(NotAllowedError):
        count_lsoas(store, chosen("2024-03", "fires_vehicle_deliberate"), "partner")
    store = store_of_lsoas(tmp_path, [(FENS, "2024-06", 1)], source="Council", name="d")
    with pytest.raises(NotAllowedError):
        count_lsoas(store, chosen("2024-03"), "partner")
    assert count_lsoas(store, chosen("2024-05", "burglary"), "partner") == {FENS: 1}


def test_a_partnership_without_lsoas_says_so(store: Store) -> None:
    without = replace(partnership(), areas=replace(partnership().areas, lsoas={}))
    with pytest.raises(SelectionError, match="has no LSOAs"):
        count_lsoas(store, chosen("2024-03"), owner=without)
