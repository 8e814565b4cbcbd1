"""The Mann-Kendall test: equal to published tables and worked examples, and to every order of a short series."""

from __future__ import annotations

import math
from itertools import combinations, permutations

import pytest

from shp_data.analysis.statistics.mann_kendall import compute_trend


def make_series(n: int, s: int) -> list[int]:
    """A series of n different values in which s more pairs rise than fall."""
    values: list[int] = []
    falls = (math.comb(n, 2) - s) // 2
    for value in range(n):
        # Before how many smaller values it is put is how many pairs it makes fall.
        steps = min(falls, value)
        values.insert(value - steps, value)
        falls -= steps
    assert sum((b > a) - (b < a) for a, b in combinations(values, 2)) == s
    return values


@pytest.mark.parametrize(
    ("n", "s", "one_sided"),
    [
        # Kendall's table of the probability of S or more, as printed in Gilbert (1987), table A18.
        (4, 4, 0.167), (4, 6, 0.042), (5, 6, 0.117), (5, 8, 0.042), (6, 9, 0.068), (6, 11, 0.028), (7, 13, 0.035),
        (8, 14, 0.054), (8, 16, 0.031), (9, 16, 0.060), (9, 20, 0.022), (10, 19, 0.054), (10, 21, 0.036),
        (10, 27, 0.0083),
    ],
)  # fmt: skip
def test_it_equals_kendalls_table(n: int, s: int, one_sided: float) -> None:
    rising, falling = compute_trend(make_series(n, s)), compute_trend(make_series(n, s)[::-1])
    assert rising.p_value / 2 == pytest.approx(one_sided, abs=0.0006 if one_sided > 0.01 else 0.00006)
    assert rising.tau == pytest.approx(s / math.comb(n, 2))
    assert (falling.tau, falling.p_value) == pytest.approx((-rising.tau, rising.p_value))


def test_it_equals_the_example_of_hollander_and_wolfe() -> None:
    # Nonparametric Statistical Methods (1973), p. 187: the panel's score of nine lots of tuna, in order of their
    # lightness. T = 26 rises among 36 pairs, tau = 0.444, p = 0.1194, as R's cor.test prints it.
    lightness = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    score = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    trend = compute_trend([value for _, value in sorted(zip(lightness, score, strict=True))])
    assert trend.tau == pytest.approx(0.4444, abs=0.00005)
    assert trend.p_value == pytest.approx(0.1194, abs=0.00005)


def test_it_equals_the_example_with_a_tie_worked_by_hand() -> None:
    # J. Little, College of the Holy Cross, "A Mann-Kendall example by hand": 72 rises and 18 falls in 91 pairs of 14
    # values, two of them alike: S = 54, Z = 2.9058.
    values = [12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11.0, 17.3, 15.9, 19.0, 18.3, 20.1, 21.7]
    assert compute_trend(values).p_value == pytest.approx(math.erfc(2.9058 / math.sqrt(2)), rel=0.0005)


def test_it_is_the_share_of_all_orders_that_rise_or_fall_as_much() -> None:
    values = [3.0, 1.0, 4.0, 2.0, 5.0, 6.0]

    def count_rises(series: tuple[float, ...]) -> int:
        return abs(sum((b > a) - (b < a) for a, b in combinations(series, 2)))

    orders = list(permutations(values))
    as_much = sum(count_rises(order) >= count_rises(tuple(values)) for order in orders)
    assert compute_trend(values).p_value == pytest.approx(as_much / len(orders))


def test_values_that_are_all_alike_have_no_trend() -> None:
    trend = compute_trend([4, 4, 4, 4])
    assert (trend.tau, trend.p_value) == (0, 1)
    # One rise less one fall, corrected for continuity, is nothing.
    assert compute_trend([1, 1, 2, 1]).p_value == 1
