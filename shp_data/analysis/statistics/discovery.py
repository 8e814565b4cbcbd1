"""Many changes tested at once: which of them are signals, when one in twenty seems so by chance?

Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995: among the signals named, at most
a share of `level` is false on average. Intervals of the same level agree (Benjamini and Yekutieli, Journal of
the American Statistical Association 100, 2005).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from shp_data.analysis.statistics.significance import LEVEL


def discovery_level(p_values: ArrayLike, level: float = LEVEL) -> float:
    """Up to which p-value is each of many tests a signal? `level` itself for a single one, or none."""
    ordered = np.sort(np.asarray(p_values, dtype=float))
    if not ordered.size:
        return level
    thresholds = np.arange(1, ordered.size + 1) * level / ordered.size
    return float(thresholds[ordered <= thresholds].max(initial=thresholds[0]))


def discoveries(p_values: Sequence[float], level: float = LEVEL) -> tuple[bool, ...]:
    """Which of many tests are signals, the share of false ones among them controlled at `level`?"""
    limit = discovery_level(p_values, level)
    return tuple(p <= limit for p in p_values)
