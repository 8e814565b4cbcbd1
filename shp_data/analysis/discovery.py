"""Many changes tested at once: which of them are signals, when one in twenty seems so by chance?

Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995: among the signals named, at most
a share of `level` is false on average. Intervals of the same level agree (Benjamini and Yekutieli, Journal of
the American Statistical Association 100, 2005).
"""

from __future__ import annotations

from collections.abc import Sequence

from shp_data.analysis.significance import LEVEL


def discovery_level(p_values: Sequence[float], level: float = LEVEL) -> float:
    """Up to which p-value is each of many tests a signal? `level` itself for a single one, or none."""
    if not p_values:
        return level
    thresholds = [rank * level / len(p_values) for rank in range(1, len(p_values) + 1)]
    reached = [limit for p, limit in zip(sorted(p_values), thresholds, strict=True) if p <= limit]
    return max(reached, default=thresholds[0])


def discoveries(p_values: Sequence[float], level: float = LEVEL) -> tuple[bool, ...]:
    """Which of many tests are signals, the share of false ones among them controlled at `level`?"""
    limit = discovery_level(p_values, level)
    return tuple(p <= limit for p in p_values)
