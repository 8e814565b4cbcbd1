"""Verdicts: what the published quarters say, and one verdict for one change whoever asks and whatever is next to it."""

from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from helpers.wards import codes, store_of
from statsmodels.stats.multitest import multipletests

from shp_data.analysis.change import compare_periods
from shp_data.analysis.statistics.significance import compute_p_value
from shp_data.analysis.verdicts import VERDICT, add_verdicts, build_reported_pairs, find_area_cut_off
from shp_data.domain.disclosure import Disclosure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_quarter
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store

DESK = Viewer()
USUAL = "no clear change"
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
        ("drugs_supply", Q3, 24, 86, "clear increase"),
        ("asb_police", Q3, 896, 1246, "clear increase"),
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
    assert alone.loc[indicator].equals(together.loc[indicator])


def test_monthly_asb_varies_more_than_chance_and_vehicle_fires_do_not(store):
    found = judged(store, Q3, store.list_indicators(), "indicator", list(store.list_indicators()))["dispersion"]
    assert found["asb_police"] > 2
    assert found["fires_vehicle_deliberate"] == 1


def test_wards_each_by_their_own_months(store):
    wards = [ward.code for ward in partnership().areas.list_wards("2020") if ward.lpa == "Hartlepool"]
    found = judged(store, Q3, ["asb_police"], "ward", wards)
    assert found["dispersion"].nunique() > 5
    is_named = found["verdict"] != USUAL
    assert is_named.tolist() == (found["p_value"] <= 0.05).tolist()
    assert ((found["low"] > 1) | (found["high"] < 1)).tolist() == is_named.tolist()
    assert set(found["verdict"]) == {"clear increase", "possible increase", USUAL}


def test_no_columns_to_go_by_is_one_row(store):
    selection = partnership().select(("drugs_possession", "drugs_supply"), Q3, ("Hartlepool",))
    table = compare_periods(Reader(store, DESK), selection, pd.DataFrame({"name": ["Drug offences"]}), ())
    found = add_verdicts(Reader(store, DESK), selection, table, ())
    assert list(found.columns) == [*table.columns, *VERDICT]
    assert found.loc[0, ["last_year", "count", "verdict"]].tolist() == [80, 158, "clear increase"]
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


def test_a_table_holds_no_infinity(store):
    selection = partnership().select(("asb_police",), Q3, ("Hartlepool",))
    table = pd.DataFrame({"indicator": ["asb_police"] * 2, "count": [40, 0], "last_year": [0, 0]}, index=[7, 3])
    found = add_verdicts(Reader(store, DESK), selection, table, ("indicator",))
    assert list(found.index) == [7, 3]
    assert found[["rate_ratio", "high"]].isna().all(axis=None)
    assert found["verdict"].tolist() == ["clear increase", USUAL]
    assert found["low"].tolist() == [pytest.approx(found["low"].iloc[0]), 0]
    assert found["low"].iloc[0] > 1


# --- families


def list_verdicts(store, period, by, areas=(), viewer=DESK, against=None, **filters):
    """Judge every loaded indicator in every LPA, or the wards of Hartlepool, by indicator and area."""
    reader, all_areas = Reader(store, viewer), partnership().areas
    names = all_areas.lpa_names if by == "lpa" else [ward.code for ward in all_areas.list_wards("2020")]
    selection = partnership().select(store.list_indicators(), period, areas, vintage="2020", **filters)
    keys = pd.DataFrame(list(product(store.list_indicators(), names)), columns=["indicator", by])
    table = compare_periods(reader, selection, keys, ("indicator", by), against)
    return add_verdicts(reader, selection, table, ("indicator", by), against).set_index(["indicator", by])


def grade(found):
    """The verdicts that a family has: by its own test at 5 %, and clear by the procedure of statsmodels."""
    is_clear = multipletests(found["p_value"].astype(float), 0.05, method="fdr_bh")[0]
    increases = found["count"] > found["last_year"]
    words = ["increase" if rises else "decrease" for rises in increases]
    return [
        USUAL if p > 0.05 else f"{'clear' if clear else 'possible'} {word}"
        for p, clear, word in zip(found["p_value"], is_clear, words, strict=True)
    ]


@pytest.mark.parametrize("against", [None, Q3.previous])
def test_an_area_is_clear_among_all_loaded_indicators_in_all_areas(store, against):
    found = list_verdicts(store, Q3, "lpa", against=against).reset_index()
    before = against or Q3.last_year
    reported = [pair for pair in build_reported_pairs(Reader(store, DESK), Q3, before).values() if pair]
    numbers = pd.DataFrame(
        [(pair.current, pair.previous, compute_p_value(pair.current, pair.previous)) for pair in reported],
        columns=["count", "last_year", "p_value"],
    )
    family = pd.concat([found, numbers], ignore_index=True)
    assert (len(found), len(numbers)) == (20, 1 if against else 9)
    assert found["verdict"].tolist() == grade(family)[:20]
    assert {"clear increase", "possible increase", USUAL} <= set(found["verdict"]) or against


def test_the_verdict_of_an_area_is_the_same_whatever_the_filters(store):
    everything = list_verdicts(store, Q3, "lpa")
    for (indicator, lpa), row in everything.iterrows():
        selection = partnership().select((indicator,), Q3, (lpa,))
        alone = compare_periods(Reader(store, DESK), selection, pd.DataFrame({"name": ["x"]}), ())
        alone = add_verdicts(Reader(store, DESK), selection, alone, ()).iloc[0]
        assert alone[list(VERDICT)].equals(row[list(VERDICT)])
    for viewer in (DESK, Viewer("partner")):
        assert list_verdicts(store, Q3, "lpa", viewer=viewer)[list(VERDICT)].equals(everything[list(VERDICT)])


def test_a_theme_and_counts_without_covid_are_graded_without_joining(store):
    """Their p-values are those of their own test, and the cut-off is that of the family without them."""
    cut_off = find_area_cut_off(Reader(store, DESK), Q3, Q3.last_year)
    assert 0 < cut_off < 0.05
    for indicators, covid in ((("drugs_possession", "drugs_supply"), "include"), (("asb_police",), "exclude")):
        for lpa in partnership().areas.lpa_names:
            selection = partnership().select(indicators, Q3, (lpa,), covid)
            table = compare_periods(Reader(store, DESK), selection, pd.DataFrame({"name": ["x"]}), ())
            row = add_verdicts(Reader(store, DESK), selection, table, ()).iloc[0]
            word = "increase" if row["count"] > row["last_year"] else "decrease"
            level = "clear" if row["p_value"] <= cut_off else "possible"
            assert row["verdict"] == (USUAL if row["p_value"] > 0.05 else f"{level} {word}")
    assert find_area_cut_off(Reader(store, DESK), Q3, Q3.last_year) == cut_off


# --- wards: four quarters of two years, the withheld ones among them

WARDS = codes("Hartlepool")
COUNTS = {  # of each ward in the first and the second year's third quarter
    0: (40, 90), 1: (40, 70), 2: (40, 61), 3: (30, 30), 4: (25, 27), 5: (3, 26), 6: (2, 0), 7: (20, 21), 8: (18, 18),
}  # fmt: skip


@pytest.fixture(scope="module")
def ward_store(tmp_path_factory):
    """Nine wards with the same number in every other month, so that their months vary less than by chance."""
    rows = [(codes("Stockton-on-Tees")[0], str(month), "asb_police") for month in Period(Month(2018, 4), Q3.last)] * 4
    for ward, (before, now) in COUNTS.items():
        for month in Period(Month(2018, 4), Q3.last):
            total = {True: now, False: before}[month in Q3] if month in (*Q3, *Q3.last_year) else 24
            number = total // 3 + (month.month - 10 < total % 3 and month.month >= 10)
            rows += [(WARDS[ward], str(month), "asb_police")] * number
    return store_of(tmp_path_factory.mktemp("wards"), rows)


def list_ward_verdicts(store, viewer, areas=("Hartlepool",)):
    reader = Reader(store, viewer)
    selection = partnership().select(("asb_police",), Q3, areas)
    table = compare_periods(reader, selection, pd.DataFrame({"ward": WARDS[:9]}), ("ward",))
    return add_verdicts(reader, selection, table, ("ward",)).set_index("ward")


def test_a_ward_is_clear_among_all_wards_of_its_indicator(ward_store):
    """81 wards: by hand the smallest p-value may be 0.05 / 81, the next twice that, and so on.

    Dispersion 1: 90 v 40, z = 4.4; 70 v 40, z = 2.86; 61 v 40, z = 2.09. The ward of 26 v 3 (z = 4.3) has a
    count that is withheld from partners: it is graded, but does not help the others.
    """
    found = list_ward_verdicts(ward_store, DESK)
    wards = len(partnership().areas.list_wards("2020"))
    p_values = dict(zip(range(9), found["p_value"].astype(float), strict=True))
    assert p_values[0] < 0.05 / wards < p_values[1] < p_values[2] < 0.05
    assert p_values[5] < 0.05 / wards
    # Of those that partners see only ward 0 holds: with ward 5 the second limit would be twice 0.05 / 81.
    expected = ["clear increase", "possible increase", "possible increase", USUAL, USUAL, "clear increase"]
    assert found["verdict"].tolist() == [*expected, USUAL, USUAL, USUAL]


def test_an_lsoa_is_clear_among_all_lsoas_of_its_indicator(store):
    reader, areas = Reader(store, DESK), partnership().areas
    every = partnership().select(("asb_police",), Q3)
    keys = pd.DataFrame({"lsoa": list(areas.lsoas)})
    table = add_verdicts(reader, every, compare_periods(reader, every, keys, ("lsoa",)), ("lsoa",)).set_index("lsoa")
    tested = table.dropna(subset=["p_value"])
    is_clear = multipletests(tested["p_value"].astype(float), 0.05, "fdr_bh")[0]
    assert 0 < is_clear.sum() < len(tested)
    assert list(tested["verdict"].str.startswith("clear")) == list(is_clear)
    # The same in one area alone.
    of_area = every.select_area("Hartlepool")
    keys = pd.DataFrame({"lsoa": [lsoa.code for lsoa in areas.lsoas.values() if lsoa.lpa == "Hartlepool"]})
    alone = add_verdicts(reader, of_area, compare_periods(reader, of_area, keys, ("lsoa",)), ("lsoa",))
    assert alone["verdict"].tolist() == table.loc[alone["lsoa"], "verdict"].tolist()


def test_every_role_that_sees_both_counts_reads_the_same_verdict(ward_store):
    whole, found = (list_ward_verdicts(ward_store, viewer) for viewer in (DESK, Viewer("partner")))
    visible = found["count"].notna() & found["last_year"].notna()
    assert 2 < visible.sum() < len(found)
    assert found.loc[visible, "verdict"].tolist() == whole.loc[visible, "verdict"].tolist()
    assert found.loc[visible, "verdict"].nunique() > 2
    # What the months could be worked out from is the analyst's alone, and a withheld count has no verdict.
    assert found[["p_value", "low", "high", "dispersion"]].isna().all(axis=None)
    assert found.loc[~visible, "verdict"].isna().all() and whole["p_value"].notna().all()
    assert list_ward_verdicts(ward_store, DESK, ()).equals(whole)


def test_rounded_counts_have_no_verdict(ward_store):
    policy = replace(partnership(), disclosure=Disclosure(public=True))
    reader = Reader(ward_store, Viewer("public"), policy)
    for by, keys in (("ward", WARDS[:9]), ("lpa", ["Hartlepool"])):
        selection = partnership().select(("asb_police",), Q3, ("Hartlepool",))
        table = compare_periods(reader, selection, pd.DataFrame({by: keys}), (by,))
        assert add_verdicts(reader, selection, table, (by,))[list(VERDICT)].isna().all(axis=None)
