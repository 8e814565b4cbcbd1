"""Signals among many changes tested at once, when chance makes one in twenty look like one.

Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995: among the signals named, on
average a share of at most `level` is false.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from shp_data.analysis.statistics.significance import LEVEL


def find_discovery_level(p_values: ArrayLike, level: float = LEVEL) -> float:
    """Find the largest p-value at which each of many tests is a signal.

    Returns `level` itself for a single test, or for none.
    """
    ordered = np.sort(np.asarray(p_values, dtype=float))
    if not ordered.size:
        return level
    # The i-th smallest of n p-values may be i times as large as the smallest may be.
    thresholds = np.arange(1, ordered.size + 1) * level / ordered.size
    # Where none is a signal, the strictest threshold, which none of them passes.
    return float(thresholds[ordered <= thresholds].max(initial=thresholds[0]))


def find_discoveries(p_values: Sequence[float], level: float = LEVEL) -> tuple[bool, ...]:
    """Return which of many tests are signals, with the share of false ones among them held to `level`."""
    limit = find_discovery_level(p_values, level)
    return tuple(p_value <= limit for p_value in p_values)
