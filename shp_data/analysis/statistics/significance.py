"""Tests of whether a change is more than chance: two counts compared, and the interval of one count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from shp_data.analysis.statistics.etest import FloatArray, compute_e_tests

Verdict = Literal[
    "clear increase", "possible increase", "no clear change", "possible decrease", "clear decrease"
]  # `compare` gives the middle three: whether a change is clear depends on what is tested with it, see `verdicts`
Degrees = Sequence[float | None]  # of freedom, None where the dispersion is known
LEVEL = 0.05  # the chance that a test names a change where there is none: intervals of 95 %
_E_TEST_UP_TO = 2_000  # the sum of both counts; beyond, the score test gives the same at once
_CLOSE = 5e-4  # the limits of an interval are found to 0.05 %: they are printed to two decimals
_FARTHEST = 115  # the logarithm of a ratio beyond is no bound at all
_VERDICTS: dict[float, Verdict] = {0: "no clear change", 1: "possible increase", -1: "possible decrease"}


@dataclass(frozen=True)
class Comparison:
    """The change from one count to another, and the verdict of its own test.

    `rate_ratio`: of current to previous; infinite where the previous count is 0, None where both are. `low`,
    `high`: its interval, 0 and infinity where nothing bounds it. It holds 1 exactly where the verdict is
    "within usual variation". `p_value`: the probability that chance alone makes a change at least as large.
    """

    rate_ratio: float | None
    low: float
    high: float
    p_value: float
    verdict: Verdict


def compare(
    current: int,
    previous: int,
    *,
    current_exposure: float = 1.0,
    previous_exposure: float = 1.0,
    dispersion: float = 1.0,
    dispersion_df: float | None = None,
) -> Comparison:
    """Compare two counts, and test whether they differ by more than their usual variation.

    Parameters
    ----------
    current_exposure, previous_exposure : float
        What the counts are out of, such as residents, both in one unit.
    dispersion : float
        The variance of such counts over their mean, at least 1.
    dispersion_df : float, optional
        The degrees of freedom that the dispersion was estimated with; None where it is known.

    Returns
    -------
    Comparison
        The verdict at LEVEL, "possible increase", "no clear change" or "possible decrease", and the interval of
        the ratios that the same test does not reject.

    Raises
    ------
    ValueError
        For an invalid count, exposure or dispersion.

    Notes
    -----
    Method: see `compute_p_value`.
    """
    _check_inputs(current, previous, current_exposure, previous_exposure, dispersion)
    equal = current_exposure / previous_exposure  # the ratio of the counts at equal rates
    return compare_many([current], [previous], [equal], [dispersion], [dispersion_df])[0]


def compare_many(
    current: ArrayLike, previous: ArrayLike, equal: ArrayLike, dispersion: ArrayLike, dispersion_df: Degrees
) -> list[Comparison]:
    """Compare each of many pairs of counts, as `compare` does for one.

    Parameters
    ----------
    equal : array_like
        The ratio of the counts at equal rates. All arguments have one length. They are not checked.
    """
    tested = _TestedPairs.build(current, previous, equal, dispersion, dispersion_df)
    # Verdict and interval come from one test, so they can never contradict each other.
    chances = tested.compute_p_values()
    signs = np.where(chances <= LEVEL, np.sign(tested.current - tested.previous * tested.equal), 0)
    low, high = _find_limits(tested, tested.compute_critical(LEVEL), signs)
    columns = (tested.current, tested.previous, tested.equal, low / tested.equal, high / tested.equal, chances, signs)
    results = []
    for now, before, at, lower, upper, chance, sign in zip(*(column.tolist() for column in columns), strict=True):
        ratio = (now / before / at if before else math.inf) if now or before else None
        results.append(Comparison(ratio, lower, upper, chance, _VERDICTS[sign]))
    return results


def compute_p_value(
    current: int, previous: int, equal: float = 1.0, dispersion: float = 1.0, dispersion_df: float | None = None
) -> float:
    """Return how probable chance makes counts at least as far from the ratio `equal`, up or down.

    Method: the E-test (the score test where the counts are large) as a standard deviate, narrowed by the
    square root of the dispersion, as quasi-Poisson models do (McCullagh and Nelder, Generalized Linear
    Models, 1989, section 6.2.3); by Student's t where the dispersion was estimated.
    """
    return float(compute_p_values([current], [previous], [equal], [dispersion], [dispersion_df])[0])


def compute_p_values(
    current: ArrayLike, previous: ArrayLike, equal: ArrayLike, dispersion: ArrayLike, dispersion_df: Degrees
) -> FloatArray:
    """Return the p-value of each of many pairs, as `compute_p_value` does for one."""
    return _TestedPairs.build(current, previous, equal, dispersion, dispersion_df).compute_p_values()


def compute_count_interval(count: int, level: float = LEVEL, dispersion: float = 1.0) -> tuple[float, float]:
    """Return the interval of an expected count: 6 gives 2.20 to 13.06 by chance alone, the exact Poisson interval.

    `dispersion`: the variance of such counts over their mean, at least 1; the interval is then that of a Poisson
    count so many times smaller. Divide both ends by the exposure for the interval of a rate. Raises ValueError
    for a negative count. Source: Garwood, Biometrika 28, 1936; at a dispersion of 1 the same as
    `confint_poisson(method="exact-c")` of statsmodels.
    """
    if count < 0:
        raise ValueError(f"a count cannot be negative: {count}")
    scaled = count / dispersion
    low = float(special.gammaincinv(scaled, level / 2)) if count else 0.0
    return dispersion * low, dispersion * float(special.gammaincinv(scaled + 1, 1 - level / 2))


@dataclass(frozen=True)
class _TestedPairs:
    """Pairs of counts to test.

    `equal`: the ratio that is tested. `spread`: the square root of the dispersion. `df`: its degrees of
    freedom, NaN where it is known.
    """

    current: FloatArray
    previous: FloatArray
    equal: FloatArray
    spread: FloatArray
    df: FloatArray

    @classmethod
    def build(
        cls, current: ArrayLike, previous: ArrayLike, equal: ArrayLike, dispersion: ArrayLike, dispersion_df: Degrees
    ) -> _TestedPairs:
        """Build the pairs from lists of one length. `dispersion`: the counts' variance over their mean."""
        numbers = (np.array(values, float) for values in (current, previous, equal, np.sqrt(dispersion), dispersion_df))
        return cls(*numbers)

    def compute_p_values(self) -> FloatArray:
        """Return the probability that chance makes the counts of each pair so different."""
        z = _compute_deviates(self.current, self.previous, self.equal) / self.spread
        p_values: FloatArray = 2 * np.where(np.isnan(self.df), special.ndtr(-z), special.stdtr(self.df, -z))
        return p_values

    def compute_critical(self, level: float) -> FloatArray:
        """Return the deviate from which two counts differ at this level."""
        tail = np.where(np.isnan(self.df), special.ndtri(level / 2), special.stdtrit(self.df, level / 2))
        deviates: FloatArray = -tail * self.spread
        return deviates


def _compute_deviates(current: FloatArray, previous: FloatArray, equal: FloatArray) -> FloatArray:
    """Return how many standard deviations apart two Poisson counts are, if their ratio should be `equal`."""
    total = current + previous
    # The exact test takes longer the larger the counts are; beyond, the two agree closely.
    few = total <= _E_TEST_UP_TO
    z = np.abs(current - previous * equal) / np.sqrt(np.where(few, 1.0, total) * equal)
    z[few] = -special.ndtri(compute_e_tests(current[few], previous[few], equal[few]) / 2)
    return z


def _find_limits(tested: _TestedPairs, critical: FloatArray, signs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find the lowest and the highest ratio of each pair's counts that is not rejected: the test, inverted.

    `signs`: of each pair's verdict, 1 higher, -1 lower, 0 neither.
    """
    now, before, equal = tested.current, tested.previous, tested.equal
    # A half is added to each count: the ratio of 0 to 5 or 5 to 0 has no logarithm to step from.
    middle = (now + 0.5) / (before + 0.5)
    step = np.exp(critical * np.sqrt(1 / (now + 0.5) + 1 / (before + 0.5)))
    # Equal rates are inside the interval or, with a verdict, just beyond one end of it: so both always agree.
    low = _Search(np.where(signs, middle, np.minimum(middle, equal)), 1 / step, np.where(signs > 0, equal, np.nan))
    high = _Search(np.where(signs, middle, np.maximum(middle, equal)), step, np.where(signs < 0, equal, np.nan))
    ends = []
    for search, some, none in ((low, now > 0, 0.0), (high, before > 0, math.inf)):
        limits = np.full(len(now), none)
        limits[some] = search.select(some).find_last_accepted(now[some], before[some], critical[some])
        ends.append(limits)
    return ends[0], ends[1]


@dataclass(frozen=True)
class _Search:
    """A search for the end of each interval, from a ratio inside it.

    `step`: the factor of each step. `outside`: a ratio known to be outside, NaN where there is none.
    """

    inside: FloatArray
    step: FloatArray
    outside: FloatArray

    def select(self, some: NDArray[np.bool_]) -> _Search:
        """Select the search for some of the intervals."""
        return _Search(self.inside[some], self.step[some], self.outside[some])

    def find_last_accepted(self, current: FloatArray, previous: FloatArray, critical: FloatArray) -> FloatArray:
        """Find the last ratio that the test does not reject; 0 or infinity where nothing bounds it."""
        inside, outside = self.inside.copy(), self.outside.copy()

        def is_accepted(which: NDArray[np.intp], ratio: FloatArray) -> NDArray[np.bool_]:
            return _compute_deviates(current[which], previous[which], ratio) < critical[which]

        # First step outward until a ratio is rejected, then halve the way between: no formula gives the end.
        seeking = np.flatnonzero(np.isnan(outside))
        outside[seeking] = inside[seeking] * self.step[seeking]
        while seeking.size:
            seeking = seeking[is_accepted(seeking, outside[seeking])]
            inside[seeking] = outside[seeking]
            outside[seeking] *= self.step[seeking]
            far = np.abs(np.log(outside[seeking])) > _FARTHEST
            inside[seeking[far]] = outside[seeking[far]] = np.where(self.step[seeking[far]] > 1, np.inf, 0.0)
            seeking = seeking[~far]
        closing = np.flatnonzero((inside > 0) & (inside < np.inf))
        while (closing := closing[np.abs(np.log(outside[closing] / inside[closing])) > _CLOSE]).size:
            between = np.sqrt(inside[closing] * outside[closing])
            within = is_accepted(closing, between)
            inside[closing] = np.where(within, between, inside[closing])
            outside[closing] = np.where(within, outside[closing], between)
        return inside


def _check_inputs(
    current: int, previous: int, current_exposure: float, previous_exposure: float, dispersion: float
) -> None:
    if current < 0 or previous < 0:
        raise ValueError(f"a count cannot be negative: {current}, {previous}")
    if not (0 < current_exposure < math.inf and 0 < previous_exposure < math.inf):
        raise ValueError(f"an exposure must be above 0: {current_exposure}, {previous_exposure}")
    if not 1 <= dispersion < math.inf:
        raise ValueError(f"a dispersion must be at least 1: {dispersion}")
