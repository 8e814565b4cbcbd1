"""The classes of a choropleth and its legend: round breaks, the same for every period of the same length.

They are made of the figures of the wards in all such periods, so that a colour means the same when the month
changes. Rates, counts and shares: up to five classes with about as many figures in each (breaks at the fifths),
each break moved to the nearest round number; figures beyond twice the last break have a class of their own, and
where that is one class too many the two nearest to each other become one. Change on last year: five classes
around no change, with breaks at the thirds of the sizes of change, rounded likewise. Figures are classed as they
are printed, so that a ward whose rate reads 5.0 is never under 5. Verdicts are their own classes, told apart by a
sign as well.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from shp_view.text import wording
from shp_view.text.map_measures import SIGNS, LegendEntry, Measure
from shp_view.theme import Theme, theme

_ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_FIFTHS = [0.2, 0.4, 0.6, 0.8]
_MOST = 5  # classes that can be told apart
_THIRDS = [1 / 3, 2 / 3]
_LOW_TO_HIGH = ("lower than expected", "within usual variation", "higher than expected")


@dataclass(frozen=True)
class Classes:
    """The classes of one map: the values at which one ends and the next begins, and an entry for each.

    `breaks` holds numbers; where the measure is a verdict there are none, and the entries are those of
    `verdicts`, in its order.
    """

    breaks: tuple[float, ...]
    entries: tuple[LegendEntry, ...]
    missing: LegendEntry
    decimals: int = 0
    verdicts: tuple[str, ...] = ()

    def entry(self, value: float | str | None) -> LegendEntry:
        """Which class is a value in?"""
        if isinstance(value, str):
            return self.entries[self.verdicts.index(value)]
        if value is None or wording.is_missing(value):
            return self.missing
        return self.entries[bisect_right(self.breaks, float(wording.rounded(value, self.decimals)))]


def classes(spread: pd.DataFrame, measure: Measure, *, dark: bool = False) -> Classes:
    """Which classes does a measure of wards fall into?

    `spread`: the measure's figures in every period of the length in view, as `hotspots.spread` gives them; of no
    use to a verdict, whose classes never change.
    """
    colours = theme(dark)
    missing = LegendEntry(wording.capital(wording.NOT_AVAILABLE), colours.missing)
    if measure == "verdict":
        labels = [SIGNS.get(verdict, "") + wording.capital(verdict) for verdict in _LOW_TO_HIGH]
        entries = tuple(map(LegendEntry, labels, colours.diverging[::2]))
        return Classes((), entries, missing, verdicts=_LOW_TO_HIGH)
    decimals = 1 if measure == "rate_per_1000" else 0
    values: list[float] = spread[measure].dropna().astype(float).round(decimals).tolist()
    if measure == "difference":
        small, large = _change_breaks(values)
        entries = tuple(map(LegendEntry, _change_labels(small, large), colours.diverging)) if values else ()
        return Classes((1.0 - large, 1.0 - small, float(small), float(large)), entries, missing)
    breaks = _with_outliers(_round_breaks(values, _FIFTHS, decimals), values, decimals)
    labels = _labels(values, breaks, decimals, "%" if measure == "share" else "")
    return Classes(breaks, tuple(map(LegendEntry, labels, _shades(colours, len(labels)))), missing, decimals)


def legend(found: Classes, drawn: pd.Series[Any]) -> tuple[LegendEntry, ...]:
    """What does each colour of the map mean? Low to high, then, if any figure drawn is missing, `Not available`."""
    return (*found.entries, found.missing) if drawn.isna().any() else found.entries


def nearest_round(value: float, decimals: int) -> float:
    """The nearest round number (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 or ten, a hundred ... times it).

    No finer than the figures are printed: of whole numbers, or with the decimals given.
    """
    smallest = 10.0**-decimals
    powers = [10.0**power for power in range(-decimals, 7)]
    steps = {round(step * power, decimals) for power in powers for step in _ROUND}
    fitting = sorted(step for step in steps if step >= smallest)
    return min(fitting, key=lambda step: (abs(step - value), step))


def _round_breaks(values: list[float], at: list[float], decimals: int) -> tuple[float, ...]:
    """Round breaks inside the values: above the least, at most the greatest, each once."""
    if not values:
        return ()
    steps = {nearest_round(step, decimals) for step in pd.Series(values).quantile(at)}
    return tuple(sorted(step for step in steps if min(values) < step <= max(values)))


def _with_outliers(breaks: tuple[float, ...], values: list[float], decimals: int) -> tuple[float, ...]:
    """A class of their own for wards at more than twice the last break, so that they do not hide in its class.

    Where that makes too many classes, the two that are nearest to each other become one.
    """
    apart = nearest_round(2 * breaks[-1], decimals) if breaks else 0.0
    if not breaks or not max(values) >= apart > breaks[-1]:
        return breaks
    every = (*breaks, apart)
    if len(every) < _MOST:
        return every
    narrow = min(range(1, len(every) - 1), key=lambda place: every[place + 1] / every[place - 1])
    return (*every[:narrow], *every[narrow + 1 :])


def _change_breaks(values: list[float]) -> tuple[int, int]:
    """From which size is a change shown at all, and from which in full colour?"""
    sizes = pd.Series([abs(value) for value in values if value]).quantile(_THIRDS)
    small, large = (int(nearest_round(size, 0)) if size == size else 1 for size in sizes)
    return small, max(large, small + 1)


def _change_labels(small: int, large: int) -> tuple[str, ...]:
    least = "No change" if small == 1 else f"Changed by less than {small}"
    return (f"Fell by {large} or more", f"Fell by {_span(small, large)}", least,
            f"Rose by {_span(small, large)}", f"Rose by {large} or more")  # fmt: skip


def _labels(values: list[float], breaks: tuple[float, ...], decimals: int, unit: str) -> list[str]:
    if not breaks:
        return ["None" if not any(values) else f"{min(values):,g}{unit}"] if values else []
    pairs, most = pairwise(breaks), f"{breaks[-1]:,g}{unit} or more"
    if decimals:
        return [f"Under {breaks[0]:,g}", *(f"{low:,g} to under {high:,g}" for low, high in pairs), most]
    middle = [_span(int(low), int(high)) + unit for low, high in pairs]
    return [_span(0, int(breaks[0])) + unit, *middle, most]


def _span(low: int, high: int) -> str:
    """Whole numbers from `low` to below `high`: `5 to 9`, or `5`."""
    return f"{low:,}" if low == high - 1 else f"{low:,} to {high - 1:,}"


def _shades(colours: Theme, wanted: int) -> list[str]:
    """So many of the five shades, from the lightest to the darkest."""
    last = len(colours.sequential) - 1
    return [colours.sequential[round(place * last / max(wanted - 1, 1))] for place in range(wanted)]
