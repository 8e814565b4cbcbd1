"""LSOAs: counts, rates, change and deprivation."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers.lsoas import FENS, FOGGY, GRANGE, WARD, find_points, store_of_lsoas
from helpers.stores import DESK, chosen

from shp_data.analysis import lsoas
from shp_data.analysis.measures import count_by_field
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.periods import parse_period
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Viewer
from shp_data.store.reading import Reader, count_records
from shp_data.store.version import Store

HARTLEPOOL = 57  # LSOAs
ROWS = [
    (FOGGY, "2023-03", 10), (GRANGE, "2023-03", 2),
    (FOGGY, "2024-03", 40), (GRANGE, "2024-03", 2), (FENS, "2024-03", 6), (WARD, "2024-03", 2),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of_lsoas(tmp_path_factory.mktemp("lsoas"), ROWS)


def compare(store: Store, period: str = "2024-03", against: str = "") -> Figure:
    other = parse_period(against) if against else None
    return lsoas.compare_lsoas(Reader(store, DESK), chosen(period, "asb_police", "Hartlepool"), other)


def test_every_lsoa_has_its_count_rate_share_and_change(store: Store) -> None:
    table = compare(store).table.set_index("lsoa")
    assert len(table) == HARTLEPOOL + 1
    row = table.loc[FOGGY]
    assert (row["lsoa_name"], row["lpa"]) == ("Hartlepool 008A (Foggy Furze)", "Hartlepool")
    assert row[["count", "last_year", "difference", "population"]].tolist() == [40, 10, 30, 1094]
    assert row["rate_per_1000"] == pytest.approx(40 * 1000 / 1094)
    assert row["share"] == pytest.approx(100 * 40 / 50)  # of all 50 in March, with the 2 in no LSOA
    assert row["imd2025_decile"] == 1
    assert row["verdict"] == "clear increase"
    assert table.loc[GRANGE, "verdict"] == "no clear change"
    assert table.loc[UNPLACED, "count"] == 2 and pd.isna(table.loc[UNPLACED, "rate_per_1000"])
    others = table.drop([FOGGY, GRANGE, FENS, UNPLACED])
    assert (others["count"] == 0).all() and (others["rate_per_1000"] == 0).all()
    assert table["share"].sum() == pytest.approx(100)


def test_the_highest_rate_is_first_and_sources_are_named(store: Store) -> None:
    figure = compare(store)
    assert figure.table["lsoa"].iloc[0] == FOGGY
    assert figure.table["lsoa"].iloc[-1] == UNPLACED
    assert {lsoas.DEPRIVATION, lsoas.NEIGHBOURHOODS} <= set(figure.sources)
    assert any("OS data" in source for source in figure.sources)
    assert any("mid-2022" in str(note) for note in figure.caveats)


def test_another_period_can_be_compared(store: Store, tmp_path: Path) -> None:
    store = store_of_lsoas(tmp_path, [(FOGGY, "2024-02", 12), (FOGGY, "2024-03", 40)])
    row = compare(store, against="2024-02").table.set_index("lsoa").loc[FOGGY]
    assert row[["count", "other_period", "difference"]].tolist() == [40, 12, 28]


def test_the_most_deprived_tenth_has_its_share_of_incidents_and_of_residents(store: Store) -> None:
    """Of 10 incidents in LSOAs 7 are in decile 1, with 300 of 1,000 residents. What is in no LSOA is left out."""
    table = pd.DataFrame(
        {"count": [4, 3, 2, 1, 5], "population": [100, 200, 300, 400, None], "imd2025_decile": [1, 1, 2, 10, None]}
    ).convert_dtypes()
    assert lsoas.compute_deprived_shares(table) == (70.0, 30.0)
    table.loc[2, "count"] = pd.NA
    assert lsoas.compute_deprived_shares(table) == (None, None)
    assert lsoas.compute_deprived_shares(table.assign(count=0)) == (None, None)
    # In the store 42 of 48. The residents of decile 1 in Hartlepool: 39,854 of 93,861, by the Indices' own file.
    assert lsoas.compute_deprived_shares(compare(store).table) == pytest.approx((100 * 42 / 48, 100 * 39854 / 93861))


def test_the_spread_has_the_figures_of_every_period_of_a_length(tmp_path: Path) -> None:
    store = store_of_lsoas(tmp_path, [(FOGGY, "2024-01", 1), (FOGGY, "2024-02", 2), (GRANGE, "2024-03", 3)])
    spread = lsoas.list_lsoa_figures(Reader(store, DESK), ("asb_police",), ("Hartlepool",), "include", 2)
    assert len(spread) == 2 * HARTLEPOOL
    assert sorted(spread["count"][spread["count"] > 0]) == [2, 3, 3]  # Foggy Furze 1 + 2 and 2 + 0, Grange 0 + 3
    assert spread["difference"].isna().all()
    assert spread["rate_per_1000"].max() == pytest.approx(3000 / 1094)
    assert spread["share"].sum() == pytest.approx(200)


def test_an_lsoa_is_a_location_of_all_its_points(store: Store) -> None:
    reader = Reader(store, DESK)
    location = lsoas.find_lsoa(reader, FOGGY)
    assert location is not None
    assert (location.points, location.cell) == ((find_points()[FOGGY],), FOGGY)
    selection = chosen("2024-03", "asb_police", "Hartlepool").select_location(location, "2022")
    assert count_records(reader, selection, [])["count"].tolist() == [40]
    assert lsoas.find_lsoa(reader, "E01011949") is None  # no record
    assert lsoas.find_lsoa(reader, "x") is None
    with pytest.raises(NotAllowedError):
        lsoas.find_lsoa(Reader(store, Viewer("partner")), FOGGY)


def test_months_in_which_most_records_have_no_point_have_no_figure(tmp_path: Path) -> None:
    store = store_of_lsoas(tmp_path, [(FOGGY, "2024-03", 9), (WARD, "2024-03", 11)])
    figure = compare(store)
    assert figure.coverage.state == "in no LSOA"
    assert figure.table["count"].isna().sum() == HARTLEPOOL


def test_counts_by_lsoa_have_codes_zeros_and_what_is_in_none(tmp_path: Path) -> None:
    store = store_of_lsoas(tmp_path, [*ROWS, ("(outside)", "2024-03", 4)])
    selection = chosen("2024-03")
    table = count_by_field(Reader(store, DESK), selection, ["lsoa"])
    assert list(table.columns) == ["lsoa", "count", "rate_per_1000"]
    counts = table.set_index("lsoa")["count"].to_dict()
    assert {code: count for code, count in counts.items() if count} == {
        "(outside)": 4, UNPLACED: 2, FOGGY: 40, GRANGE: 2, FENS: 6,
    }  # fmt: skip
    assert len(table) == 359 + 2
    assert list(table["lsoa"]) == sorted(table["lsoa"])
    rates = table.set_index("lsoa")["rate_per_1000"]
    assert rates[FOGGY] == pytest.approx(40 * 1000 / 1094) and rates[[UNPLACED, "(outside)"]].isna().all()


def test_counts_by_lsoa_and_another_field(store: Store) -> None:
    selection = chosen("2023-03 to 2024-03", "asb_police", "Hartlepool")
    table = count_by_field(Reader(store, DESK), selection, ["lpa", "lsoa", "month"])
    assert set(table["lpa"]) == {"Hartlepool"}
    assert set(table["month"]) == {"2023-03", "2024-03"}  # the months between are not loaded
    assert table["count"].sum() == 62
    with pytest.raises(SelectionError, match="not by both"):
        count_by_field(Reader(store, DESK), selection, ["ward", "lsoa"])
