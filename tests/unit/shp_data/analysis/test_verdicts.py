"""Verdicts on the sample: what the published quarters say, tested against what chance alone does."""

import pandas as pd
import pytest

from shp_data.analysis.change import compare_periods
from shp_data.analysis.verdicts import VERDICT, add_verdicts
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_quarter
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store

DESK = Viewer()
USUAL = "within usual variation"
Q3, Q4 = parse_quarter("2020-21-Q3"), parse_quarter("2020-21-Q4")


@pytest.fixture(scope="module")
def store():
    return open_store(prepare_sample_store())


def judged(store, period, indicators, by, keys):
    selection = partnership().select(tuple(indicators), period, ("Hartlepool",))
    table = compare_periods(Reader(store, DESK), selection, pd.DataFrame({by: keys}), (by,))
    return add_verdicts(Reader(store, DESK), selection, table, (by,)).set_index(by)


@pytest.mark.parametrize(
    ("indicator", "period", "last_year", "count", "verdict"),
    [
        ("fires_vehicle_deliberate", Q4, 13, 6, USUAL),
        ("fires_secondary_deliberate", Q4, 105, 116, USUAL),
        ("drugs_supply", Q3, 24, 86, "higher than expected"),
        ("asb_police", Q3, 896, 1246, "higher than expected"),
    ],
)
def test_published_changes(store, indicator, period, last_year, count, verdict):
    together = judged(store, period, store.list_indicators(), "indicator", list(store.list_indicators()))
    alone = judged(store, period, [indicator], "indicator", [indicator])
    for found in (together.loc[indicator], alone.loc[indicator]):
        assert (found["last_year"], found["count"], found["verdict"]) == (last_year, count, verdict)
        assert found["rate_ratio"] == pytest.approx(count / last_year)
        assert (found["low"] <= 1 <= found["high"]) == (verdict == USUAL)
        assert found["dispersion"] >= 1
    assert alone.loc[indicator, "p_value"] == together.loc[indicator, "p_value"]
    # Among five, the signals are held to a smaller chance and their intervals are no narrower.
    assert alone.loc[indicator, "high"] <= together.loc[indicator, "high"] * 1.001


def test_monthly_asb_varies_more_than_chance_and_vehicle_fires_do_not(store):
    found = judged(store, Q3, store.list_indicators(), "indicator", list(store.list_indicators()))["dispersion"]
    assert found["asb_police"] > 2
    assert found["fires_vehicle_deliberate"] == 1


def test_wards_each_by_their_own_months(store):
    wards = [ward.code for ward in partnership().areas.list_wards("2020") if ward.lpa == "Hartlepool"]
    found = judged(store, Q3, ["asb_police"], "ward", wards)
    assert found["dispersion"].nunique() > 5
    signals = found["verdict"] != USUAL
    assert 0 < signals.sum() < (found["p_value"] <= 0.05).sum()  # one in twenty is there by chance
    assert found.loc[signals, "p_value"].max() <= 0.05 * signals.sum() / len(found)
    assert (found["low"] > 1).tolist() == signals.tolist()


def test_no_columns_to_go_by_is_one_row(store):
    selection = partnership().select(("drugs_possession", "drugs_supply"), Q3, ("Hartlepool",))
    table = compare_periods(Reader(store, DESK), selection, pd.DataFrame({"name": ["Drug offences"]}), ())
    found = add_verdicts(Reader(store, DESK), selection, table, ())
    assert list(found.columns) == [*table.columns, *VERDICT]
    assert found.loc[0, ["last_year", "count", "verdict"]].tolist() == [80, 158, "higher than expected"]
    assert list(table.columns) == ["name", "count", "last_year", "difference", "pct_difference"]  # unchanged


def test_what_is_not_covered_is_not_judged(store):
    first = Period(Month(2018, 4), Month(2018, 6))
    found = judged(store, first, ["asb_police"], "indicator", ["asb_police"])
    assert found[list(VERDICT)].isna().all(axis=None)
    nothing = add_verdicts(
        Reader(store, DESK), partnership().select(("asb_police",), first), found.iloc[:0].reset_index(), ("indicator",)
    )
    assert nothing.empty


def test_few_months_leave_the_dispersion_open(store):
    table = pd.DataFrame({"indicator": ["asb_police"], "count": [6], "last_year": [13]})

    def judged_from(first):
        """Tested over all months from one on: those before it are left to estimate from."""
        selection = partnership().select(("asb_police",), Period(first, Month(2021, 3)), ("Hartlepool",))
        return add_verdicts(Reader(store, DESK), selection, table, ("indicator",)).iloc[0]

    assert judged_from(Month(2019, 4))["dispersion"] >= 1  # the twelve months from April 2018
    fewer = judged_from(Month(2019, 3))
    assert pd.isna(fewer["dispersion"])
    assert (fewer["verdict"], fewer["p_value"]) == (USUAL, pytest.approx(0.1117, abs=5e-5))


def test_rates_are_compared_where_both_populations_are_given(store):
    selection = partnership().select(("asb_police",), Q3, ("Hartlepool",))
    table = pd.DataFrame({"indicator": ["asb_police"], "count": [1000], "last_year": [1000]})
    people = table.assign(population=[120_000], population_last_year=[60_000])
    counts = add_verdicts(Reader(store, DESK), selection, table, ("indicator",)).iloc[0]
    rates = add_verdicts(Reader(store, DESK), selection, people, ("indicator",)).iloc[0]
    unknown = add_verdicts(Reader(store, DESK), selection, people.assign(population=[None]), ("indicator",)).iloc[0]
    assert counts["verdict"] == unknown["verdict"] == USUAL
    assert (rates["rate_ratio"], rates["verdict"]) == (pytest.approx(0.5), "lower than expected")


def test_a_table_holds_no_infinity(store):
    selection = partnership().select(("asb_police",), Q3, ("Hartlepool",))
    table = pd.DataFrame({"indicator": ["asb_police"] * 2, "count": [40, 0], "last_year": [0, 0]}, index=[7, 3])
    found = add_verdicts(Reader(store, DESK), selection, table, ("indicator",))
    assert list(found.index) == [7, 3]
    assert found[["rate_ratio", "high"]].isna().all(axis=None)
    assert found["verdict"].tolist() == ["higher than expected", USUAL]
    assert found["low"].tolist() == [pytest.approx(found["low"].iloc[0]), 0]
    assert found["low"].iloc[0] > 1
