"""Wards: counts, rates, shares and change, in the wards of the period."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import DESK, chosen
from helpers.wards import codes, store_of

from shp_data.analysis.hotspots import MEASURED, compare_wards, find_changed_wards, list_ward_figures
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import Store, open_store


@pytest.fixture(scope="module")
def sample() -> Store:
    return open_store(prepare_sample_store())


def test_the_published_wards(sample: Store) -> None:
    table = compare_wards(Reader(sample, DESK), chosen("2020-21-Q3", "drugs_supply", "Hartlepool")).table.set_index(
        "ward"
    )
    assert len(table) == 11  # the wards in force in December 2020
    assert table["count"][["Victoria", "Burn Valley", "Manor House", "Fens and Rossmere"]].tolist() == [
        32,
        14,
        14,
        0,
    ]
    assert round(table["share"]["Victoria"]) == 37
    assert table["share"].sum() == pytest.approx(100)
    assert table["count"].sum() == 86
    assert table["rate_per_1000"].is_monotonic_decreasing
    row = table.loc["Victoria"]
    assert row["rate_per_1000"] == pytest.approx(32 * 1000 / row["population"])


def test_last_years_records_are_placed_in_this_years_wards(sample: Store) -> None:
    """The wards of 2022 are in force at the end of the period, and those of 2020 a year before."""
    table = compare_wards(Reader(sample, DESK), chosen("2020-06 to 2021-05", "asb_police", "Hartlepool")).table
    assert len(table) == 12
    codes = {ward.code for ward in partnership().areas.list_wards("2022", "Hartlepool")}
    assert set(table["code"]) == codes
    assert table["count"].isna().all()  # April 2021 is not loaded
    assert table["share"].isna().all()
    assert (table["last_year"] > 0).all()


def test_all_areas_have_all_wards_and_add_up(sample: Store) -> None:
    table = compare_wards(Reader(sample, DESK), chosen("2020-21-Q3")).table
    assert len(table) == len(partnership().areas.wards["2020"])
    assert table["count"].sum() == 1246 + 1762 + 2478 + 2425


def test_wards_with_many_visitors_are_named_in_every_vintage(sample: Store) -> None:
    for period, vintage in (("2020-21-Q3", None), ("2020-21-Q3", "2025")):
        said = " ".join(
            compare_wards(Reader(sample, DESK), chosen(period, "asb_police", "Hartlepool", vintage=vintage)).caveats
        )
        assert "do not live there: Headland and Harbour; Victoria. A rate per resident" in said
        assert "Stockton Town Centre" not in said
    every = " ".join(compare_wards(Reader(sample, DESK), chosen("2020-21-Q3")).caveats)
    assert "Central; " in every
    assert "Mandale and Victoria" not in every


def test_the_spread_holds_the_figures_of_every_period_of_a_length(sample: Store) -> None:
    every = list_ward_figures(Reader(sample, DESK), ("asb_police",), ("Hartlepool",), "include", 3)
    assert len(every) == 11 * 34  # 36 months hold 34 runs of three
    for period in ("2018-19-Q2", "2019-20-Q1", "2020-21-Q4"):
        table = compare_wards(Reader(sample, DESK), chosen(period, "asb_police", "Hartlepool")).table
        ends = 12 * int(period[2:4]) - 216 + 3 * int(period[-1]) - 1  # months from April 2018 to the period's last
        codes = sorted(table["code"], key=lambda code: partnership().areas.wards["2020"][code].name)
        own = table.set_index("code").loc[codes, list(MEASURED)].astype(float).reset_index(drop=True)
        found = every.iloc[11 * (ends - 2) : 11 * (ends - 1)].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, own, check_dtype=False)


def test_the_spread_of_what_is_not_loaded_is_empty(sample: Store) -> None:
    assert list_ward_figures(Reader(sample, DESK), ("asb_police", "no_such"), (), "include", 3).empty
    assert list_ward_figures(Reader(sample, DESK), ("asb_police",), (), "include", 37).empty


def test_the_spread_of_a_partner_over_a_year_without_data(tmp_path: Path) -> None:
    """Two quarters a year apart are two of the spread: what is between them is missing and never zero."""
    first, second, third, *others = codes("Hartlepool")
    counts = {("2019-11", first): 7, ("2019-11", second): 9}
    # The 2 is withheld, and the 9 with it: its sum would give it away.
    counts |= {("2020-11", first): 2, ("2020-11", second): 9, ("2020-11", third): 11}
    months = [f"{year}-{month}" for year in (2019, 2020) for month in (10, 11, 12)]
    incidents = [(code, month, "asb_police") for (month, code), count in counts.items() for _ in range(count)]
    incidents += [(codes("Middlesbrough")[0], month, "asb_police") for month in months for _ in range(5)]
    store = store_of(tmp_path, incidents)
    partner = Reader(store, Viewer("partner"))
    spread = list_ward_figures(partner, ("asb_police",), ("Hartlepool",), "include", 3)
    assert sorted(spread["count"]) == [0] * (1 + 2 * len(others)) + [7, 9, 11]


def test_another_period_stands_in_the_place_of_last_year(sample: Store) -> None:
    now = chosen("2020-21-Q4", "asb_police", "Hartlepool")
    before = now.period.previous
    table = compare_wards(Reader(sample, DESK), now, before).table.set_index("code")
    then = compare_wards(Reader(sample, DESK), chosen("2020-21-Q3", "asb_police", "Hartlepool")).table.set_index("code")
    assert "last_year" not in table
    assert table["other_period"].to_dict() == then["count"].to_dict()
    assert table["other_period"].sum() == 1246  # as published
    assert (table["difference"] == table["count"] - table["other_period"]).all()
    own = compare_wards(Reader(sample, DESK), now).table.set_index("code")
    assert table["count"].to_dict() == own["count"].to_dict()
    assert table["p_value"].to_dict() != own["p_value"].to_dict()


def test_the_same_period_last_year_is_the_usual_comparison(sample: Store) -> None:
    now = chosen("2020-21-Q4", "asb_police", "Hartlepool")
    assert (
        compare_wards(Reader(sample, DESK), now, now.period.last_year).caveats
        == compare_wards(Reader(sample, DESK), now).caveats
    )
    assert "last_year" in compare_wards(Reader(sample, DESK), now, now.period.last_year).table


def test_a_comparison_with_other_months_of_the_year_says_so(sample: Store) -> None:
    now = chosen("2020-21-Q4", "asb_police", "Hartlepool")
    said = " ".join(compare_wards(Reader(sample, DESK), now, now.period.previous).caveats)
    assert "Other period: 2020-21 Q3 (Oct to Dec 2020). The two periods are other months of the year" in said
    two_years = now.period.shift(-24)
    assert "other months" not in " ".join(compare_wards(Reader(sample, DESK), now, two_years).caveats)


def test_only_wards_whose_code_changed_are_other_wards(sample: Store) -> None:
    then = parse_period("2020-21-Q4")
    every = find_changed_wards(chosen("2023-24-Q1"), then)
    assert set(every) >= {"Seaton", "Marton East", "Nunthorpe"}
    hartlepool = chosen("2021-22-Q1", "asb_police", "Hartlepool")
    assert len(find_changed_wards(hartlepool, then)) == 12
    assert find_changed_wards(chosen("2021-22-Q1", "asb_police", "Middlesbrough"), then) == []
    assert find_changed_wards(chosen("2021-22-Q1", "asb_police", "Hartlepool", vintage="2020"), then) == []


def test_a_change_that_reaches_over_the_census_is_over_residents_of_one_edition(sample: Store) -> None:
    """A rate of 2020-21 alone takes the residents as then published; against 2021-22, those of the series since."""
    selection = chosen("2020-21-Q3", "asb_police", "Hartlepool")
    alone = compare_wards(Reader(sample, DESK), selection)
    against = compare_wards(Reader(sample, DESK), selection, parse_period("2021-22-Q3"))
    next_to = compare_wards(Reader(sample, DESK), selection, None, parse_period("2021-22-Q3"))
    assert next_to.table["population"].sum() == 92_401
    assert alone.table["population"].sum() == 93_663
    assert against.table["population"].sum() == 92_401
    shares = "mid-2019 estimate, shared between wards as in mid-2020"
    assert f"Rates are per 1,000 residents: {shares}, ONS edition before Census 2021." in alone.caveats
    assert f"Rates are per 1,000 residents: {shares}, ONS edition of July 2025." in against.caveats
