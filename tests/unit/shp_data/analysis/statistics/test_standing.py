"""Intervals of rates, ranks that chance leaves open, and the funnel: against exact Poisson chances."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.rates import confint_poisson

from shp_data.analysis.statistics.significance import compare, compare_many, compute_p_value, compute_p_values
from shp_data.analysis.statistics.standing import FAR, INSIDE, STANDING, Funnel, add_standing, build_funnel, find_ranks


def places(*rows: tuple[int | None, int | None], dispersion: float | None = None) -> pd.DataFrame:
    table = pd.DataFrame({"count": [row[0] for row in rows], "population": [row[1] for row in rows]})
    return table.astype("Int64").assign(dispersion=pd.array([dispersion] * len(rows), dtype="Float64"))


def test_the_interval_of_a_count_is_carried_to_its_rate() -> None:
    row = add_standing(places((6, 2000), (600, 20_000))).iloc[0]
    assert (round(row["rate_low"] * 2, 2), round(row["rate_high"] * 2, 2)) == (2.20, 13.06)
    low, high = confint_poisson(6, 2, method="exact-c")
    assert (row["rate_low"], row["rate_high"]) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("expected", [0.3, 2.0, 3.7, 6.0, 25.0, 140.5, 2_000.0])
@pytest.mark.parametrize("level", [0.05, FAR])
def test_the_limits_are_the_exact_poisson_limits(expected: float, level: float) -> None:
    around = Funnel(rate_per_1000=expected / 4, dispersion=1.0)
    low, high = (end * 4 for end in around.find_limits(4000, level))
    chance = stats.poisson(expected)
    beyond_low, beyond_high = chance.ppf(level / 2), chance.ppf(1 - level / 2)
    for count in range(max(0, int(expected) - 400), int(expected) + 400):
        assert (count < low) == (chance.cdf(count) < level / 2) == (count < beyond_low)
        assert (count > high) == (chance.sf(count - 1) < level / 2) == (count > beyond_high)


def test_a_place_is_beyond_the_95_limits_where_its_exact_interval_leaves_out_the_overall_rate() -> None:
    found = add_standing(places((6, 2000), (30, 2000), (2, 2000), (12, 2000), (11, 1000), (0, 900)))
    outside = (found["rate_low"] > found["overall_rate"]) | (found["rate_high"] < found["overall_rate"])
    assert outside.tolist() == (found["funnel"] != INSIDE).tolist()
    assert 0 < outside.sum() < len(found)
    assert ((found["usual_low"] < found["overall_rate"]) & (found["overall_rate"] < found["usual_high"])).all()


def test_the_limits_are_widened_by_the_root_of_the_dispersion() -> None:
    """Of 80 expected: 4 times the limits of 20, whose standard deviation is half as large, so twice as far away."""
    plain, wide = Funnel(10.0, 1.0).find_limits(2000), Funnel(10.0, 4.0).find_limits(8000)
    assert wide == pytest.approx(plain)
    large = [Funnel(10.0, phi).find_limits(8_000_000)[1] - 10 for phi in (1.0, 4.0)]
    assert large[1] == pytest.approx(2 * large[0], rel=0.01)
    assert Funnel(1.0, 9.0).find_limits(1000)[0] == 0


@pytest.mark.parametrize("dispersion", [1.0, 1.7, 6.0])
def test_the_funnel_and_the_intervals_never_contradict_each_other(dispersion: float) -> None:
    """Both come from one variance: an area is outside the limits where its interval leaves out the overall rate."""
    around = Funnel(10.0, dispersion)
    outside = 0
    for residents in (400, 3000, 25_000):
        for count in range(int(residents / 40)):
            low, high = around.find_interval(count, residents)
            position = around.classify_rate(1000 * count / residents, residents)
            assert (position == INSIDE) == (low <= 10 <= high), (count, residents)
            outside += position != INSIDE
    assert outside > 20


def test_the_funnel_takes_the_rate_of_all_and_the_mean_dispersion() -> None:
    table = places((10, 1000), (50, 3000), (9, None), (None, 500)).assign(dispersion=[3.0, None, 9.0, 9.0])
    around = build_funnel(table)
    assert around == Funnel(1000 * 60 / 4000, 2.0)
    assert build_funnel(table.iloc[2:]) is None


def test_a_place_is_named_by_the_farthest_limit_that_it_is_beyond() -> None:
    around = Funnel(10.0, 1.0)
    inner, outer = around.find_limits(5000), around.find_limits(5000, FAR)
    assert outer[0] < inner[0] < 10 < inner[1] < outer[1]
    named = [
        around.classify_rate(rate, 5000)
        for rate in (outer[0] - 0.1, inner[0] - 0.1, 10, inner[1] + 0.1, outer[1] + 0.1)
    ]
    assert named == ["below 99.8%", "below 95%", INSIDE, "above 95%", "above 99.8%"]


def rank(*counts: tuple[int, int], dispersion: float = 1.0) -> list[tuple[int, int]]:
    """The ranks of areas with these counts and residents."""
    table = add_standing(places(*counts, dispersion=dispersion))
    return list(zip(table["rank_low"], table["rank_high"], strict=True))


def test_ranks_are_those_that_the_intervals_leave_open() -> None:
    """The first interval is above all others, the last below; the second and third overlap."""
    assert find_ranks([(9.0, 11.0), (4.0, 6.0), (3.9, 5.9), (0.8, 1.2)]) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert find_ranks([(1.0, 2.0), (2.0, 3.0), (2.5, 9.0)]) == [(2, 3), (1, 3), (1, 2)]  # ends that meet overlap
    assert find_ranks([(1.0, 2.0)]) == [(1, 1)]
    assert find_ranks([]) == []


def test_ranks_follow_rates_and_not_counts() -> None:
    assert rank((300, 100_000), (200, 10_000)) == [(2, 2), (1, 1)]
    assert rank((60, 6000), (60, 6000), (60, 6000)) == [(1, 3)] * 3
    assert rank((0, 6000), (0, 3000), (80, 6000)) == [(2, 3), (2, 3), (1, 1)]


def test_months_that_vary_more_leave_more_ranks_open() -> None:
    assert rank((150, 10_000), (90, 10_000)) == [(1, 1), (2, 2)]
    assert rank((150, 10_000), (90, 10_000), dispersion=6.0) == [(1, 2), (1, 2)]


def test_areas_whose_intervals_do_not_overlap_never_share_a_range_of_ranks() -> None:
    """And only they are separated: 40 draws of 12 areas, of very different sizes."""
    generator = np.random.default_rng(7)
    apart = 0
    for _ in range(40):
        residents = generator.integers(800, 90_000, 12)
        counts = generator.poisson(residents * generator.gamma(8, 0.0015, 12))
        table = add_standing(places(*zip(counts.tolist(), residents.tolist(), strict=True), dispersion=2.0))
        for one, other in permutations(table.to_dict("records"), 2):
            if one["rate_low"] > other["rate_high"]:
                apart += 1
                assert one["rank_low"] < other["rank_low"] and one["rank_high"] < other["rank_high"]
        for row in table.to_dict("records"):
            assert row["rank_low"] == 1 + (table["rate_low"] > row["rate_high"]).sum()
    assert apart > 100


def test_equal_areas_are_seldom_separated() -> None:
    """Of 1,000 draws of four areas with one rate, in at most 5 % does any range of ranks leave a rank out."""
    generator = np.random.default_rng(11)
    residents = [20_000, 40_000, 60_000, 90_000]
    draws = [generator.poisson([n / 500 for n in residents]) for _ in range(1000)]
    separated = 0
    for counts in draws:
        pairs = zip(counts.tolist(), residents, strict=True)
        intervals = [Funnel(2.0, 1.0).find_interval(count, people) for count, people in pairs]
        separated += find_ranks(intervals) != [(1, 4)] * 4
    assert separated <= 50


def test_what_is_missing_stays_missing_and_is_no_rank() -> None:
    found = add_standing(places((9, 1000), (None, 2000), (12, None), (40, 1000)))
    assert found.loc[[1, 2], list(STANDING)].isna().all(axis=None)
    assert found.loc[[0, 3], ["rank_low", "rank_high"]].to_numpy().tolist() == [[2, 2], [1, 1]]
    none = add_standing(places((None, 2000), (None, 3000)))
    assert none[list(STANDING)].isna().all(axis=None)
    assert none["rank_low"].dtype == found["rank_low"].dtype


def test_no_incidents_anywhere_are_usual_everywhere() -> None:
    found = add_standing(places((0, 1000), (0, 2000)))
    assert found["funnel"].tolist() == [INSIDE] * 2
    assert found["rate_high"].gt(0).all()


def test_many_pairs_are_told_as_each_alone():
    pairs = [
        (6, 2, 1.0),
        (0, 0, 0.5),
        (0, 9, 2.0),
        (1100, 900, 1.0),
        (1101, 900, 1.0),
        (5000, 4800, 1.1),
        (60, 10, 1.0),
    ]
    columns = list(zip(*pairs, strict=True))
    for phi, df in ((1.0, None), (2.7, None), (2.7, 9)):
        spreads = [phi] * len(pairs), [df] * len(pairs)
        alone = [compute_p_value(*pair, phi, df) for pair in pairs]
        assert compute_p_values(*columns, *spreads).tolist() == pytest.approx(alone, rel=1e-12)
        each = [
            compare(now, before, current_exposure=equal, dispersion=phi, dispersion_df=df)
            for now, before, equal in pairs
        ]
        assert each[-1].verdict == "possible increase"
        for one, same in zip(each, compare_many(*columns, *spreads), strict=True):
            assert (one.verdict, one.rate_ratio) == (same.verdict, same.rate_ratio)
            assert (one.low, one.high) == pytest.approx((same.low, same.high), rel=1e-9)
