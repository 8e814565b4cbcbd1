"""Of which areas is anything known? Sources that cover some of them, and records without a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.stores import chosen, csv_file, incidents, load, opened

from shp_data.analysis.measures import count_by_field
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.domain.vocabulary import Supplier
from shp_data.store.files.manifest import Manifest
from shp_data.store.notes.mappings import remove_mapping, save_mapping
from shp_data.store.reading import Reader, find_covered_months, is_covered
from shp_data.store.version import Store

DESK = Viewer()
BOROUGH, POLICE = "Borough", "Police"
BURGLARY = ("burglary",)
HARTLEPOOL, STOCKTON = ("Hartlepool",), ("Stockton-on-Tees",)
MONTHS = {"2020-10": 4, "2020-11": 2, "2020-12": 1}
NOWHERE = """
    date    | indicator | lpa
    2020-10 | burglary  | (unplaced)
    2020-11 | burglary  | Hartlepool
    2020-11 | burglary  | (unplaced)
"""


def of_borough(root: Path, *areas: str) -> Store:
    """Burglaries of a source that covers some areas."""
    save_mapping(root / "S", Supplier(BOROUGH, areas=areas))
    load(root / "S", incidents(root / "some.csv", MONTHS, "burglary"), source=BOROUGH)
    return opened(root / "S")


def quarter(*areas: str, ward: str | None = None) -> Selection:
    return partnership().select(BURGLARY, chosen("2020-21-Q3").period, areas, ward=ward)


def months(store: Store, *areas: str) -> list[str]:
    return [str(month) for month in store.list_months(BURGLARY, areas)]


def test_a_load_keeps_which_areas_its_source_covered_then(tmp_path: Path) -> None:
    store = of_borough(tmp_path, *HARTLEPOOL)
    assert [dict(one.areas) for one in store.manifest.loads] == [{BOROUGH: HARTLEPOOL}]
    assert Manifest.from_json(store.manifest.to_json()) == store.manifest
    remove_mapping(tmp_path / "S", BOROUGH)
    assert dict(opened(tmp_path / "S").supplier_areas) == {BOROUGH: frozenset(HARTLEPOOL)}


def test_a_manifest_without_areas_is_read_as_before(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "some.csv", MONTHS, "burglary"))
    store = opened(tmp_path / "S")
    text = store.manifest.to_json()
    assert Manifest.from_json(text.replace(', "areas": {}', "")) == store.manifest
    assert ', "areas": {}' in text and not store.supplier_areas


def test_a_source_named_in_the_rows_keeps_its_areas(tmp_path: Path) -> None:
    save_mapping(tmp_path / "S", Supplier(BOROUGH, areas=HARTLEPOOL))
    text = "date|indicator|lpa|source\n2020-10|burglary|Hartlepool|Borough\n2020-10|burglary|Stockton-on-Tees|Police"
    made = load(tmp_path / "S", csv_file(tmp_path / "a.csv", text), source=None)
    assert dict(made.areas) == {BOROUGH: HARTLEPOOL}
    assert months(opened(tmp_path / "S"), *STOCKTON) == ["2020-10"]  # the other source covers all


def test_a_month_is_covered_where_a_source_covers_each_of_the_areas(tmp_path: Path) -> None:
    store = of_borough(tmp_path, *HARTLEPOOL)
    every = partnership().areas
    assert months(store) == months(store, *HARTLEPOOL) == ["2020-10", "2020-11", "2020-12"]
    assert months(store, "(unplaced)") == months(store, "(outside)") == months(store)
    assert months(store, *STOCKTON) == months(store, *HARTLEPOOL, *STOCKTON) == months(store, *every.everywhere) == []
    assert store.list_months(None, HARTLEPOOL) == store.list_months() and store.list_months(None, STOCKTON) == ()
    assert store.covers(BURGLARY, quarter().period, HARTLEPOOL)
    assert not store.covers(BURGLARY, quarter().period, STOCKTON)


def test_areas_add_up_over_sources_and_appended_loads(tmp_path: Path) -> None:
    of_borough(tmp_path, *HARTLEPOOL)
    save_mapping(tmp_path / "S", Supplier("Council", areas=STOCKTON))
    load(tmp_path / "S", incidents(tmp_path / "more.csv", {"2020-11": 3}, "burglary"), source="Council")
    store = opened(tmp_path / "S")
    assert months(store, *HARTLEPOOL, *STOCKTON) == ["2020-11"]
    save_mapping(tmp_path / "S", Supplier("Council"))
    load(tmp_path / "S", incidents(tmp_path / "all.csv", {"2020-10": 9}, "burglary"), source="Council", append=True)
    assert months(opened(tmp_path / "S"), "Middlesbrough") == ["2020-10"]


def test_the_sources_that_cover_part_are_named_where_it_matters(tmp_path: Path) -> None:
    store = of_borough(tmp_path, *HARTLEPOOL)
    period = quarter().period
    assert store.find_partial_suppliers(BURGLARY, period, STOCKTON) == (BOROUGH,)
    assert store.find_partial_suppliers(BURGLARY, period, HARTLEPOOL) == ()
    assert store.find_partial_suppliers(("robbery",), period, STOCKTON) == ()
    assert store.find_partial_suppliers(BURGLARY, period.last_year, STOCKTON) == ()


def test_where_no_record_has_a_place_nothing_is_known_of_areas(tmp_path: Path) -> None:
    load(tmp_path / "S", csv_file(tmp_path / "a.csv", NOWHERE))
    store = opened(tmp_path / "S")
    assert months(store) == ["2020-10", "2020-11"]
    assert months(store, *HARTLEPOOL) == ["2020-11"]  # one of its records has a place
    assert months(store, *partnership().areas.everywhere) == ["2020-10", "2020-11"]  # all of them, wherever


def test_where_no_record_of_an_area_has_a_ward_nothing_is_known_of_its_wards(tmp_path: Path) -> None:
    """The one area that a supplier covers is that of all its records, also of those without coordinates."""
    save_mapping(tmp_path / "S", Supplier(BOROUGH, areas=HARTLEPOOL))
    text = "date|indicator|lpa\n2020-10|burglary|(unplaced)\n2020-11|burglary|Hartlepool"
    load(tmp_path / "S", csv_file(tmp_path / "a.csv", text), source=BOROUGH)
    store = opened(tmp_path / "S")
    assert months(store, *HARTLEPOOL) == ["2020-10", "2020-11"]
    assert [str(month) for month in store.list_months(BURGLARY, HARTLEPOOL, wards="2020")] == ["2020-11"]


def wards_known(root: Path, text: str, vintage: str = "2020") -> list[str]:
    """The months in which wards of Hartlepool are known, of burglaries by date and ward."""
    save_mapping(root / "S", Supplier(BOROUGH, areas=HARTLEPOOL))
    load(root / "S", csv_file(root / "a.csv", f"date|indicator|ward\n{text}"), source=BOROUGH)
    return [str(month) for month in opened(root / "S").list_months(BURGLARY, HARTLEPOOL, wards=vintage)]


def rows(month: str, ward: str, times: int) -> str:
    return f"{month}-20|burglary|{ward}\n" * times


def test_a_ward_s_name_says_nothing_of_the_wards_of_another_vintage(tmp_path: Path) -> None:
    """Hartlepool's wards were redrawn in May 2021: before, they would all look empty."""
    text = "".join(rows(month, "Burn Valley", 12) for month in ("2021-03", "2021-04", "2021-05", "2021-06"))
    assert wards_known(tmp_path, text, "2020") == ["2021-03", "2021-04"]
    assert wards_known(tmp_path, text, "2022") == ["2021-05", "2021-06"]
    store = opened(tmp_path / "S")
    assert store.covers(BURGLARY, quarter().period, HARTLEPOOL) is store.covers(BURGLARY, quarter().period)
    assert months(store, *HARTLEPOOL) == ["2021-03", "2021-04", "2021-05", "2021-06"]


@pytest.mark.parametrize(
    ("blank", "known"),
    [(9, ["2020-10", "2020-11"]), (10, ["2020-10", "2020-11"]), (11, ["2020-10"])],  # of 11 others
)
def test_wards_are_told_where_most_records_have_one(tmp_path: Path, blank: int, known: list[str]) -> None:
    text = rows("2020-10", "Hart", 30) + rows("2020-11", "Hart", 11) + rows("2020-11", "n/a", blank)
    assert wards_known(tmp_path, text) == known


@pytest.mark.parametrize(
    ("others", "known"),
    [(4, ["2020-10", "2020-11"]), (3, ["2020-11"])],  # of 4 to 7 records about
)
def test_a_few_records_without_a_ward_are_no_rule(tmp_path: Path, others: int, known: list[str]) -> None:
    assert wards_known(tmp_path, rows("2020-10", "n/a", 3) + rows("2020-11", "Hart", others)) == known


@pytest.mark.parametrize(
    ("none", "others", "known"),
    [
        (3, 4, ["2020-10", "2020-11"]),
        (3, 3, ["2020-11"]),
        (9, 30, ["2020-10", "2020-11"]),
        (10, 30, ["2020-11"]),
    ],
)
def test_a_few_records_without_a_place_are_no_rule(tmp_path: Path, none: int, others: int, known: list[str]) -> None:
    text = "date|indicator|lpa\n" + "2020-10|burglary|(unplaced)\n" * none + "2020-11|burglary|Hartlepool\n" * others
    load(tmp_path / "S", csv_file(tmp_path / "a.csv", text))
    assert months(opened(tmp_path / "S"), *HARTLEPOOL) == known


def test_a_selection_speaks_of_its_ward_and_else_of_its_areas(tmp_path: Path) -> None:
    store = of_borough(tmp_path, *HARTLEPOOL)
    ward = partnership().areas.list_wards("2020", "Stockton-on-Tees")[0]
    assert quarter(ward=ward.code).lpas == STOCKTON
    assert quarter(*HARTLEPOOL).lpas == HARTLEPOOL and quarter().lpas == ()
    assert (
        not is_covered(Reader(store, Viewer()), quarter(ward=ward.code))
        and find_covered_months(Reader(store, Viewer()), quarter(ward=ward.code)) == ()
    )
    assert (
        is_covered(Reader(store, Viewer()), quarter(*HARTLEPOOL))
        and len(find_covered_months(Reader(store, Viewer()), quarter(*HARTLEPOOL))) == 3
    )


@pytest.mark.parametrize("field", ["lpa", "ward"])
def test_counts_have_no_row_of_an_area_that_is_not_covered(tmp_path: Path, field: str) -> None:
    table = count_by_field(Reader(of_borough(tmp_path, *HARTLEPOOL), DESK), quarter(), [field])
    assert table["count"].sum() == 7
    wards = {ward.name for ward in partnership().areas.list_wards("2020", "Hartlepool")}
    assert set(table[field]) == ({"Hartlepool"} if field == "lpa" else wards)


def test_counts_of_areas_of_which_one_is_not_covered_are_no_count(tmp_path: Path) -> None:
    store = of_borough(tmp_path, *HARTLEPOOL)
    assert count_by_field(Reader(store, DESK), quarter(*HARTLEPOOL), [])["count"].tolist() == [7]
    for areas in (STOCKTON, partnership().areas.everywhere):
        with pytest.raises(SelectionError, match="nothing is loaded for burglary"):
            count_by_field(Reader(store, DESK), quarter(*areas), ["month"])


def test_a_store_of_placed_records_asks_nothing_of_areas(tmp_path: Path) -> None:
    """So that its answers are kept once for all areas."""
    load(tmp_path / "S", incidents(tmp_path / "some.csv", MONTHS, "burglary"))
    store = opened(tmp_path / "S")
    assert store.list_months(BURGLARY, STOCKTON) is store.list_months(BURGLARY)
    assert store.covers(BURGLARY, Period(store.list_months()[0], store.list_months()[-1]), STOCKTON)
