"""Significance against published values, against statsmodels, and at its edges."""

import math
from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.rates import confint_poisson, test_poisson_2indep

from shp_data.analysis.statistics import significance
from shp_data.analysis.statistics.discovery import find_discoveries, find_discovery_level
from shp_data.analysis.statistics.etest import compute_e_tests
from shp_data.analysis.statistics.significance import (
    Comparison,
    compare,
    compute_count_interval,
    compute_p_value,
    compute_p_values,
)

test_poisson_2indep.__test__ = False  # its name makes pytest take it for a test
USUAL = "no clear change"
COUNTS = st.integers(0, 400)


@pytest.mark.parametrize(("current", "previous", "published"), [(6, 2, 0.1749), (25, 16, 0.1648)])
def test_the_e_test_gives_the_published_values(current, previous, published):
    assert compare(current, previous).p_value == pytest.approx(published, abs=5e-5)
    assert compare(previous, current).p_value == pytest.approx(published, abs=5e-5)


def compare_at(level: float, *counts: int, **exposures: float) -> Comparison:
    """Compare two counts at another level than 5 %: where whole counts make a p-value of just the level."""
    with patch.object(significance, "LEVEL", level):
        return compare(*counts, **exposures)


def compute_e_test(current: float, previous: float, equal: float = 1.0) -> float:
    """The p-value of one pair of counts."""
    return float(compute_e_tests(*(np.array([number], float) for number in (current, previous, equal)))[0])


@pytest.mark.parametrize("equal", [0.5, 1.0, 1.03, 3.0, 50.0])
def test_the_e_test_is_that_of_statsmodels(equal):
    pairs = [(a, b) for a in (0, 1, 2, 5, 13, 30) for b in (1, 3, 6, 20)] + [
        (86, 24),
        (300, 6),
        (300, 250),
        (950, 1000),
    ]
    for current, previous in pairs:
        theirs = test_poisson_2indep(current, equal, previous, 1.0, method="etest").pvalue
        assert compute_e_test(current, previous, equal) == pytest.approx(theirs, abs=1e-6), (current, previous)


@pytest.mark.parametrize(("current", "previous"), [(1001, 1000), (1500, 1380), (8000, 8300)])
def test_large_counts_take_the_score_test(current, previous):
    theirs = test_poisson_2indep(current, 1.0, previous, 1.0, method="score").pvalue
    assert compare(current, previous).p_value == pytest.approx(theirs, abs=1e-12)


def test_both_tests_agree_where_one_takes_over():
    assert compute_e_test(1050, 950) == pytest.approx(compare(1051, 950).p_value, abs=3e-3)


def test_an_interval_holds_the_ratios_that_are_not_rejected():
    found = compare(105, 116)
    theirs = [
        test_poisson_2indep(105, 1, 116, 1, value=limit, method="etest").pvalue for limit in (found.low, found.high)
    ]
    assert theirs == pytest.approx([0.05, 0.05], abs=5e-4)
    assert found.rate_ratio == pytest.approx(105 / 116)


@given(COUNTS, COUNTS, st.sampled_from([0.2, 1.0, 7.0]), st.floats(1, 30), st.sampled_from([None, 5, 30]))
@settings(max_examples=150)
def test_interval_and_verdict_always_agree(current, previous, exposure, dispersion, df):
    found = compare(current, previous, current_exposure=exposure, dispersion=dispersion, dispersion_df=df)
    assert (found.low <= 1 <= found.high) == (found.verdict == USUAL) == (found.p_value > 0.05)
    assert (found.low > 1) == (found.verdict == "possible increase")
    assert found.rate_ratio is None or found.low <= found.rate_ratio <= found.high


@pytest.mark.parametrize(("current", "previous", "level"), [(10, 3, 0.05), (15, 6, 0.05), (3, 11, 0.03)])
def test_they_agree_where_the_p_value_only_just_says_so(current, previous, level):
    # The p-value of whole counts jumps: a ratio nearer to the one observed may be rejected while 1 is not.
    found = compare_at(level, current, previous)
    assert level < found.p_value < level * 1.1
    assert (found.low <= 1 <= found.high, found.verdict) == (True, USUAL)


@pytest.mark.parametrize(("current", "previous", "exposure"), [(29, 11, 1.368), (8, 19, 0.936), (3, 16, 0.863)])
def test_they_agree_where_the_p_value_only_just_denies_it(current, previous, exposure):
    # Here a ratio farther from the one observed is not rejected, while 1 is: the interval must not reach it.
    level = compute_p_value(current, previous, exposure) * (1 + 1e-6)
    found = compare_at(level, current, previous, current_exposure=exposure)
    assert found.verdict == ("possible increase" if found.rate_ratio > 1 else "possible decrease")
    assert found.low > 1 or found.high < 1


def test_a_chance_of_just_the_level_is_a_change():
    found = compare_at(compute_p_value(9, 2), 9, 2)
    assert found.verdict == "possible increase"
    assert found.low > 1


@pytest.mark.parametrize(("dispersion", "df"), [(1.0, None), (2.7, None), (2.7, 30), (2.7, 5), (1.0, 5)])
@pytest.mark.parametrize("exposure", [1.0, 0.5])
def test_an_interval_ends_where_the_chance_falls_to_its_level(dispersion, df, exposure):
    # Large counts, so that the p-value does not jump: at either end of the interval it is the level.
    found = compare(2600, 2400, current_exposure=exposure, dispersion=dispersion, dispersion_df=df)
    for limit in (found.low, found.high):
        assert compute_p_value(2600, 2400, limit * exposure, dispersion, df) == pytest.approx(0.05, rel=0.05)
    assert found.rate_ratio == pytest.approx(2600 / 2400 / exposure)


@given(COUNTS, COUNTS)
@settings(max_examples=50)
def test_which_of_the_counts_is_called_current_does_not_matter(one, other):
    there, back = compare(one, other), compare(other, one)
    assert there.p_value == pytest.approx(back.p_value)
    if one and other:
        assert (there.low, there.high) == pytest.approx((1 / back.high, 1 / back.low), rel=2e-3)


@given(st.integers(1, 200), st.integers(0, 200))
@settings(max_examples=50)
def test_more_dispersion_never_narrows_an_interval(current, previous):
    kinds = ((1.0, None), (1.0, 20), (2.7, 20), (2.7, 5), (20.0, 5))
    found = [compare(current, previous, dispersion=phi, dispersion_df=df) for phi, df in kinds]
    for narrow, wide in pairwise(found):
        assert wide.low <= narrow.low * 1.001
        assert wide.high >= narrow.high * 0.999
        assert wide.p_value >= narrow.p_value


def test_dispersion_widens_by_its_square_root():
    # 2,000 v 2,200: z = 200 / sqrt(4,200) = 3.086; over sqrt(2.7) it is 1.878, two-sided 0.0604.
    assert compare(2200, 2000).p_value == pytest.approx(0.00203, abs=1e-5)
    assert compare(2200, 2000, dispersion=2.7).p_value == pytest.approx(0.0604, abs=1e-4)
    # Student's t with 10 degrees of freedom beyond 1.878: 0.0899.
    assert compare(2200, 2000, dispersion=2.7, dispersion_df=10).p_value == pytest.approx(0.0899, abs=1e-4)


def test_a_p_value_is_of_equal_poisson_counts_unless_told_otherwise():
    assert (compute_p_value(6, 2), compute_e_test(6, 2)) == pytest.approx((0.1749, 0.1749), abs=5e-5)
    assert compute_p_values([6], [2], [1], [1], [None])[0] == pytest.approx(compute_p_value(6, 2))
    assert compute_e_test(0, 0) == 1
    assert compute_p_value(20, 10, 2) == pytest.approx(1)
    # The score test of 4,000 v 2,000 at a ratio of 2.1: z = 200 / sqrt(6,000 * 2.1) = 1.782; two-sided 0.0748.
    assert compute_p_value(4000, 2000, 2.1) == pytest.approx(0.0748, abs=1e-4)


def test_none_beside_none_says_nothing():
    found = compare(0, 0)
    assert (found.rate_ratio, found.low, found.high) == (None, 0.0, math.inf)
    assert (found.p_value, found.verdict) == (1.0, USUAL)


def test_none_beside_some_bounds_one_side():
    fell, rose = compare(0, 5), compare(5, 0)
    assert (fell.rate_ratio, fell.low, fell.verdict) == (0.0, 0.0, "possible decrease")
    assert (rose.rate_ratio, rose.high, rose.verdict) == (math.inf, math.inf, "possible increase")
    assert 0 < fell.high < 1 < rose.low < math.inf
    assert compare(1, 0).verdict == compare(0, 3).verdict == USUAL


def test_rates_are_compared_where_exposures_differ():
    twice = compare(200, 100, current_exposure=2000, previous_exposure=1000)
    assert (twice.rate_ratio, twice.verdict) == (pytest.approx(1), USUAL)
    assert compare(100, 100, current_exposure=2).verdict == "possible decrease"


def test_an_immense_dispersion_leaves_nothing_bounded():
    found = compare(5, 3, dispersion=300, dispersion_df=6)
    assert (found.low, found.high, found.verdict) == (0.0, math.inf, USUAL)


def test_how_often_chance_does_as_much():
    assert 1 / compare(6, 13).p_value == pytest.approx(9, abs=0.1)
    assert compare(0, 0).p_value == 1
    assert compare(0, 3000).p_value == 0


@pytest.mark.parametrize(
    ("counts", "named", "told"),
    [
        ((-1, 2), {}, "-1, 2"),
        ((1, -2), {}, "1, -2"),
        ((1, 2), {"current_exposure": 0}, "exposure"),
        ((1, 2), {"current_exposure": math.inf}, "exposure"),
        ((1, 2), {"previous_exposure": 0}, "exposure"),
        ((1, 2), {"previous_exposure": math.inf}, "exposure"),
        ((1, 2), {"previous_exposure": math.nan}, "exposure"),
        ((1, 2), {"dispersion": 0.9}, "at least 1: 0.9"),
        ((1, 2), {"dispersion": math.inf}, "at least 1: inf"),
    ],
)
def test_what_is_no_count_exposure_or_dispersion_is_refused(counts, named, told):
    with pytest.raises(ValueError, match=told):
        compare(*counts, **named)


def test_exact_intervals_of_a_count():
    assert compute_count_interval(6) == pytest.approx((2.20, 13.06), abs=0.005)
    assert compute_count_interval(0) == pytest.approx((0, 3.689), abs=0.001)
    for count in (1, 13, 250, 5000):
        theirs = confint_poisson(count, 1, method="exact-c", alpha=0.002)
        assert compute_count_interval(count, level=0.002) == pytest.approx(theirs)
    with pytest.raises(ValueError, match="-1"):
        compute_count_interval(-1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=26), st.sampled_from([0.05, 0.2]))
def test_discoveries_are_those_of_statsmodels(p_values, level):
    assert list(find_discoveries(p_values, level)) == list(multipletests(p_values, level, method="fdr_bh")[0])


def test_the_level_of_discovery_tells_signals_from_the_rest():
    # Benjamini and Hochberg 1995, section 4.1: fifteen tests, of which the first four are discoveries.
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    published += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert find_discoveries(published).count(True) == 4
    assert find_discovery_level(published) == pytest.approx(4 * 0.05 / 15)
    assert find_discovery_level([0.9, 0.8]) == 0.025  # none is a signal, and intervals say so too
    assert find_discovery_level([0.04]) == find_discovery_level([]) == 0.05


@pytest.mark.parametrize("equal", [0.25, 1.0, 4.0])
def test_a_p_value_is_a_chance(equal):
    assert all(0 < compute_p_value(a, b, equal) <= 1 for a in range(0, 60, 7) for b in range(1, 60, 7))
