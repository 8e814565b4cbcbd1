"""How a hotspot has developed: the classes of Esri's emerging hot spot analysis, with rules in our own words.

Each month of a series is either hot or not, and has a score of how strongly incidents cluster. See Esri, "How
Emerging Hot Spot Analysis works" (ArcGIS Pro, space time pattern mining). Of its classes we leave out those of cold
spots. A hotspot that was once cold is sporadic here; Esri calls it oscillating.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

from shp_data.analysis.statistics.mann_kendall import compute_trend

Pattern = Literal[
    "new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "historical", "no pattern"
]
FEWEST_MONTHS = 10  # time steps: Esri's tool takes no fewer, and the trend test could name few trends
_LEVEL = 0.05


def classify_pattern(hot: Sequence[bool], scores: Sequence[float]) -> Pattern | None:
    """Classify a series of months, the last month last.

    Parameters
    ----------
    hot : sequence of bool
        Whether each month was hot.
    scores : sequence of float
        How strongly incidents clustered in each month.

    Returns
    -------
    Pattern or None
        None for fewer than FEWEST_MONTHS. If the last month is hot, and at least nine in ten are: intensifying
        or diminishing where the scores rise or fall by the Mann-Kendall test, else persistent. If the last month
        is hot, and fewer are: new where no other month was hot, consecutive where the hot months are one
        unbroken run at the end, else sporadic. If the last month is not hot: historical where at least nine in
        ten were, else no pattern.
    """
    if len(hot) < FEWEST_MONTHS:
        return None
    hot_months = sum(hot)
    is_usual = 10 * hot_months >= 9 * len(hot)  # whole numbers: 0.9 times 10 has no rounding here
    if not hot[-1]:
        return "historical" if is_usual else "no pattern"
    if is_usual:
        trend = compute_trend(scores)
        if trend.p_value > _LEVEL:
            return "persistent"
        return "intensifying" if trend.tau > 0 else "diminishing"
    run = len(list(takewhile(bool, reversed(hot))))
    if run < hot_months:
        return "sporadic"
    return "new" if run == 1 else "consecutive"
