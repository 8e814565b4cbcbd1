"""Is a change more than chance? Two counts compared, and the interval of one count."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from shp_data.analysis.etest import e_test

Verdict = Literal["higher than expected", "lower than expected", "within usual variation"]
LEVEL = 0.05  # the chance of a false verdict: intervals of 95 %
_E_TEST_UP_TO = 2_000  # the sum of both counts; beyond, the score test gives the same at once
_CLOSE = 5e-4  # the limits of an interval are found to 0.05 %: they are printed to two decimals
_FARTHEST = 1e50  # a ratio beyond is no bound at all


@dataclass(frozen=True)
class Comparison:
    """How much higher or lower a count is than another, and whether chance would do that.

    `rate_ratio`: of current to previous; infinite where the previous count is 0, None where both are.
    `low`, `high`: its interval, 0 and infinity where nothing bounds it. It holds 1 exactly where the verdict
    is "within usual variation". `p_value`: how often chance alone makes a change at least as large.
    """

    rate_ratio: float | None
    low: float
    high: float
    p_value: float
    verdict: Verdict

    @property
    def one_in(self) -> float:
        """In how many periods does chance alone make a change at least as large, up or down, once?"""
        return 1 / self.p_value if self.p_value else math.inf


def compare(
    current: int,
    previous: int,
    *,
    current_exposure: float = 1.0,
    previous_exposure: float = 1.0,
    dispersion: float = 1.0,
    dispersion_df: float | None = None,
    level: float = LEVEL,
) -> Comparison:
    """Is a count higher or lower than another by more than its usual variation?

    Exposures: what the counts are out of, such as residents, in one unit. `dispersion`: the variance of such
    counts over their mean, at least 1; `dispersion_df`: the degrees of freedom that it was estimated with,
    None where it is known. `level`: the chance of a false verdict; the interval's confidence is 1 - level.
    Raises ValueError for what is no count, exposure or dispersion. Method: `p_value`; the interval holds the
    ratios that the same test does not reject.
    """
    _check(current, previous, current_exposure, previous_exposure, dispersion)
    if current == previous == 0:
        return Comparison(None, 0.0, math.inf, 1.0, "within usual variation")
    equal = current_exposure / previous_exposure  # the ratio of the counts at equal rates
    chance = p_value(current, previous, equal, dispersion, dispersion_df)
    verdict: Verdict = "within usual variation"
    if chance <= level:
        verdict = "higher than expected" if current > previous * equal else "lower than expected"
    critical = _critical(level, dispersion, dispersion_df)
    low, high = _limits(current, previous, equal, critical, verdict)
    ratio = current / previous / equal if previous else math.inf
    return Comparison(ratio, low / equal, high / equal, chance, verdict)


def p_value(
    current: int,
    previous: int,
    equal: float = 1.0,
    dispersion: float = 1.0,
    dispersion_df: float | None = None,
) -> float:
    """How often does chance make two counts at least as different from the ratio `equal`, up or down?

    Method: the E-test (the score test where the counts are large) as a standard deviate, narrowed by the
    square root of the dispersion, as quasi-Poisson models do (McCullagh and Nelder, Generalized Linear
    Models, 1989, section 6.2.3); by Student's t where the dispersion was estimated.
    """
    z = _deviate(current, previous, equal) / math.sqrt(dispersion)
    tail = special.ndtr(-z) if dispersion_df is None else special.stdtr(dispersion_df, -z)
    return 2 * float(tail)


def p_values(
    current: NDArray[np.float64], previous: NDArray[np.float64], equal: NDArray[np.float64], dispersion: float = 1.0
) -> NDArray[np.float64]:
    """How often does chance make the counts of each of many pairs so different, as `p_value` says it of one?"""
    total = current + previous
    few = total <= _E_TEST_UP_TO
    z = np.abs(current - previous * equal) / np.sqrt(np.where(few, 1.0, total) * equal)
    small = zip(current[few].astype(int), previous[few].astype(int), equal[few], strict=True)
    z[few] = [_deviate(now, before, ratio) for now, before, ratio in small]
    chances: NDArray[np.float64] = 2 * special.ndtr(-z / math.sqrt(dispersion))
    return chances


def count_interval(count: int, level: float = LEVEL) -> tuple[float, float]:
    """Between which numbers does the expected count lie? The exact Poisson interval: 6 gives 2.20 to 13.06.

    Both over the exposure are the interval of a rate. Raises ValueError for a negative count. Source:
    Garwood, Biometrika 28, 1936; the same as `confint_poisson(method="exact-c")` of statsmodels.
    """
    if count < 0:
        raise ValueError(f"a count cannot be negative: {count}")
    low = float(special.gammaincinv(count, level / 2)) if count else 0.0
    return low, float(special.gammaincinv(count + 1, 1 - level / 2))


def _deviate(current: int, previous: int, equal: float) -> float:
    """How many standard deviations apart are two Poisson counts, if their ratio should be `equal`?"""
    total = current + previous
    if total > _E_TEST_UP_TO:
        return abs(current - previous * equal) / math.sqrt(total * equal)
    return -float(special.ndtri(e_test(current, previous, equal) / 2))


def _critical(level: float, dispersion: float, dispersion_df: float | None) -> float:
    """The deviate from which on two counts differ at this level."""
    tail = special.ndtri(level / 2) if dispersion_df is None else special.stdtrit(dispersion_df, level / 2)
    return -float(tail) * math.sqrt(dispersion)


def _limits(current: int, previous: int, equal: float, critical: float, verdict: Verdict) -> tuple[float, float]:
    """The lowest and the highest ratio of the counts that is not rejected: the test, inverted."""
    middle = (current + 0.5) / (previous + 0.5)
    step = math.exp(critical * math.sqrt(1 / (current + 0.5) + 1 / (previous + 0.5)))

    def accepts(ratio: float) -> bool:
        return _deviate(current, previous, ratio) < critical

    # Equal rates are inside the interval or, with a verdict, just beyond one end of it: so both always agree.
    usual = verdict == "within usual variation"
    above = equal if verdict == "higher than expected" else None
    below = equal if verdict == "lower than expected" else None
    low = _limit(accepts, min(middle, equal) if usual else middle, 1 / step, above) if current else 0.0
    high = _limit(accepts, max(middle, equal) if usual else middle, step, below) if previous else math.inf
    return low, high


def _limit(accepts: Callable[[float], bool], inside: float, step: float, outside: float | None) -> float:
    """The last ratio accepted, from one inside the interval towards one outside (sought where None)."""
    if outside is None:
        outside = inside * step
        while accepts(outside):
            inside, outside = outside, outside * step
            if not 1 / _FARTHEST < outside < _FARTHEST:
                return math.inf if step > 1 else 0.0
    while abs(math.log(outside / inside)) > _CLOSE:
        between = math.sqrt(inside * outside)
        inside, outside = (between, outside) if accepts(between) else (inside, between)
    return inside


def _check(current: int, previous: int, current_exposure: float, previous_exposure: float, dispersion: float) -> None:
    if current < 0 or previous < 0:
        raise ValueError(f"a count cannot be negative: {current}, {previous}")
    if not (0 < current_exposure < math.inf and 0 < previous_exposure < math.inf):
        raise ValueError(f"an exposure must be above 0: {current_exposure}, {previous_exposure}")
    if not 1 <= dispersion < math.inf:
        raise ValueError(f"a dispersion must be at least 1: {dispersion}")
