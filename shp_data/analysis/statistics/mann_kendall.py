"""The Mann-Kendall test: whether a series rises or falls from month to month more than chance alone makes it.

It is Kendall's tau of the values against their order in time (H. Mann, Econometrica 13, 1945; M. Kendall, Rank
Correlation Methods, 1948). It asks only which of two months is higher, so no single month can decide it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_EXACT = 33  # values: above, the normal distribution is as good


@dataclass(frozen=True)
class Trend:
    """The trend of a series: `tau` from -1 (falls at each step) to 1 (rises at each step), and its p-value."""

    tau: float
    p_value: float


def compute_trend(values: Sequence[float]) -> Trend:
    """Compute the trend of a series of at least two values, the first in time first.

    The p-value is two-sided. It is exact where no two values are alike and there are at most 33. Otherwise it
    comes from the normal distribution, with the variance corrected for ties and the sum for continuity (R.
    Gilbert, Statistical Methods for Environmental Pollution Monitoring, 1987, section 16.4). A series whose values
    are all alike has no trend.
    """
    ties = Counter(values).values()
    if len(ties) < 2:
        return Trend(0.0, 1.0)
    from scipy.stats import kendalltau  # a second of imports, only where hotspots are classed

    result = kendalltau(range(len(values)), values)
    tau = float(result.statistic)
    if len(ties) == len(values) <= _MOST_EXACT:
        return Trend(tau, float(result.pvalue))
    # SciPy's normal p-value has no correction for continuity, which the published test has.
    pairs = math.comb(len(values), 2)
    rises_less_falls = round(tau * math.sqrt(pairs * (pairs - sum(math.comb(tie, 2) for tie in ties))))
    variance = (_sum_of_squares(len(values)) - sum(map(_sum_of_squares, ties))) / 18
    z = max(abs(rises_less_falls) - 1, 0) / math.sqrt(variance)
    return Trend(tau, math.erfc(z / math.sqrt(2)))


def _sum_of_squares(number: int) -> int:
    """Return 18 times the variance that a number of values has, or that as many ties take off it."""
    return number * (number - 1) * (2 * number + 5)
