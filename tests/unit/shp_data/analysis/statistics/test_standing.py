"""Intervals of rates, ranks that chance leaves open, and the funnel: against exact Poisson chances."""

from __future__ import annotations

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
    plain, wide = Funnel(10.0, 1.0).find_limits(8000), Funnel(10.0, 4.0).find_limits(8000)
    assert [end - 10 for end in wide] == pytest.approx([2 * (end - 10) for end in plain])
    assert Funnel(1.0, 9.0).find_limits(1000)[0] == 0


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


def test_ranks_that_chance_leaves_open() -> None:
    assert find_ranks([(1000, 10_000), (500, 10_000), (490, 10_000), (100, 10_000)]) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert find_ranks([(100, 10_000)]) == [(1, 1)]
    assert find_ranks([]) == []


def test_equal_rates_share_their_ranks_and_so_do_places_without_incidents() -> None:
    assert find_ranks([(60, 6000), (60, 6000), (60, 6000)]) == [(1, 3)] * 3
    assert find_ranks([(0, 6000), (0, 3000), (80, 6000)]) == [(2, 3), (2, 3), (1, 1)]
    assert find_ranks([(0, 6000), (0, 3000)]) == [(1, 2)] * 2


def test_ranks_follow_rates_and_not_counts() -> None:
    assert find_ranks([(300, 100_000), (200, 10_000)]) == [(2, 2), (1, 1)]


def test_months_that_vary_more_leave_more_ranks_open() -> None:
    counts = [(150, 10_000), (110, 10_000)]
    assert compute_p_value(150, 110) < 0.05 < compute_p_value(150, 110, dispersion=3.0)
    assert (find_ranks(counts), find_ranks(counts, 3.0)) == ([(1, 1), (2, 2)], [(1, 2), (1, 2)])


def test_many_pairs_are_held_to_few_false_differences() -> None:
    """One pair at p = 0.03 is told apart when it stands alone, and not among places that are all alike."""
    pair = [(130, 10_000), (97, 10_000)]
    assert 0.02 < compute_p_value(130, 97) < 0.05
    assert find_ranks(pair) == [(1, 1), (2, 2)]
    assert find_ranks([*pair, *[(113, 10_000)] * 6]) == [(1, 8)] * 8


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
            compare(now, before, current_exposure=equal, dispersion=phi, dispersion_df=df, level=0.02)
            for now, before, equal in pairs
        ]
        assert each[-1].verdict == "higher than expected"
        for one, same in zip(each, compare_many(*columns, *spreads, level=0.02), strict=True):
            assert (one.verdict, one.rate_ratio) == (same.verdict, same.rate_ratio)
            assert (one.low, one.high) == pytest.approx((same.low, same.high), rel=1e-9)
