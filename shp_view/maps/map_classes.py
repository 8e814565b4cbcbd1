"""The classes of a ward map and its legend: round, even steps, the same for every period of the same length.

The classes use the figures of the wards in all such periods, so a colour means the same when the month
changes. Rates, counts and shares have up to five classes. All are one step wide, a step of 1, 2 or 5 times a
power of ten; the last class also holds everything above. The step is the one that shares the figures most
evenly among the classes. Change on last year has five classes around no change, in the same kind of step.
Figures are classed as they are printed, so a ward whose rate reads 5.0 is never under 5. Each verdict has
its own class, and a sign as well as a colour.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from shp_data.analysis.lsoas import DECILE
from shp_data.analysis.verdicts import NO_CHANGE
from shp_view.text import wording
from shp_view.text.map_words import SIGNS, LegendEntry, Measure
from shp_view.text.verdict_words import LABELS
from shp_view.theme import Theme, choose_theme

_BASES = (1.0, 2.0, 5.0)  # of a round step: times a power of ten
_MOST = 5  # classes that can be distinguished
_LOW_TO_HIGH = ("clear decrease", "possible decrease", NO_CHANGE, "possible increase", "clear increase")


@dataclass(frozen=True)
class Classes:
    """The classes of one map: the breaks between them, and a legend entry for each.

    `breaks` holds numbers. A verdict has no breaks: its entries follow the order of `verdicts`.
    """

    breaks: tuple[float, ...]
    entries: tuple[LegendEntry, ...]
    missing: LegendEntry
    decimals: int = 0
    verdicts: tuple[str, ...] = ()

    def find_entry(self, value: float | str | None) -> LegendEntry:
        """Find the legend entry of the class that holds a value."""
        if isinstance(value, str):
            return self.entries[self.verdicts.index(value)]
        # The class is that of the printed number, so that a legend and a table never disagree.
        if value is None or wording.is_missing(value):
            return self.missing
        return self.entries[bisect_right(self.breaks, float(wording.round_number(value, self.decimals)))]


def build_classes(spread: pd.DataFrame, measure: Measure, *, dark: bool = False) -> Classes:
    """Build the map classes of a measure of wards.

    Parameters
    ----------
    spread : pandas.DataFrame
        The measure's figures in every period of the same length as the one in view, as
        `hotspots.list_ward_figures` gives them. A verdict does not use them: its classes never change.
    measure : Measure
        The column to class.
    dark : bool
        Whether the page is dark.

    Returns
    -------
    Classes
        The breaks and the legend entries.
    """
    colours = choose_theme(dark)
    missing = LegendEntry(wording.capitalise(wording.NOT_AVAILABLE), colours.missing)
    if measure == DECILE:
        return Classes(tuple(map(float, range(2, 11))), _list_decile_entries(colours), missing)
    if measure == "verdict":
        labels = [SIGNS.get(verdict, "") + LABELS[verdict] for verdict in _LOW_TO_HIGH]
        entries = tuple(map(LegendEntry, labels, colours.diverging))
        return Classes((), entries, missing, verdicts=_LOW_TO_HIGH)
    decimals = 1 if measure == "rate_per_1000" else 0
    values: list[float] = spread[measure].dropna().astype(float).round(decimals).tolist()
    if measure == "difference":
        small, large = _find_change_breaks(values)
        entries = tuple(map(LegendEntry, _label_changes(small, large), colours.diverging)) if values else ()
        return Classes((1.0 - large, 1.0 - small, float(small), float(large)), entries, missing)
    breaks = _find_breaks(values, decimals)
    labels = _label_classes(values, breaks, decimals, "%" if measure == "share" else "")
    return Classes(breaks, tuple(map(LegendEntry, labels, _select_shades(colours, len(labels)))), missing, decimals)


def list_legend_entries(ward_classes: Classes, values: pd.Series[Any]) -> tuple[LegendEntry, ...]:
    """List the legend entries of a map, low to high, then `Not available` if any value on it is missing.

    Parameters
    ----------
    ward_classes : Classes
        The classes of the map.
    values : pandas.Series
        The values on the map.

    Returns
    -------
    tuple of LegendEntry
        The entries in the order of the legend.
    """
    return (*ward_classes.entries, ward_classes.missing) if values.isna().any() else ward_classes.entries


def _find_breaks(values: list[float], decimals: int) -> tuple[float, ...]:
    """Find the breaks between up to five classes of one width: above the lowest value, at most the highest."""
    lowest, highest = min(values, default=0.0), max(values, default=0.0)
    return _choose_breaks(values, [_list_breaks(lowest, highest, step) for step in _list_steps(highest, decimals)])


def _list_breaks(lowest: float, highest: float, step: float) -> tuple[float, ...]:
    """List the first multiples of a step that part the values."""
    first = math.floor(lowest / step) + 1
    multiples = (round(step * (first + number), 1) for number in range(_MOST - 1))
    return tuple(multiple for multiple in multiples if multiple <= highest)


def _list_steps(highest: float, decimals: int) -> list[float]:
    """List the round steps up to the highest value, none finer than what is printed."""
    powers = [10.0**power for power in range(-decimals, 7)]
    return [round(base * power, decimals) for power in powers for base in _BASES if base * power <= highest]


def _choose_breaks(values: list[float], candidates: list[tuple[float, ...]]) -> tuple[float, ...]:
    """Choose the breaks that share the values most evenly among the classes; of equals, the narrower ones."""

    def measure_evenness(breaks: tuple[float, ...]) -> float:
        # Entropy: highest where every class has as many values as the others.
        counts = Counter(bisect_right(breaks, value) for value in values).values()
        return round(-sum(count * math.log(count / len(values)) for count in counts) / len(values), 9)

    return max(candidates, key=measure_evenness, default=())


def _find_change_breaks(values: list[float]) -> tuple[int, int]:
    """Find the size from which a change has a colour, and the size from which it has full colour: twice that."""
    # Rises and falls share their limits, so that equal sizes have equal strength of colour.
    sizes = [abs(value) for value in values if value]
    steps = _list_steps(max(sizes, default=1.0), 0) or [1.0]
    small, large = _choose_breaks(sizes or [1.0], [(step, 2 * step) for step in steps])
    return int(small), int(large)


def _label_changes(small: int, large: int) -> tuple[str, ...]:
    least = "No change" if small == 1 else f"Changed by less than {small}"
    return (f"Fell by {large} or more", f"Fell by {_format_span(small, large)}", least,
            f"Rose by {_format_span(small, large)}", f"Rose by {large} or more")  # fmt: skip


def _label_classes(values: list[float], breaks: tuple[float, ...], decimals: int, unit: str) -> list[str]:
    if not breaks:
        return ["None" if not any(values) else f"{min(values):,g}{unit}"] if values else []
    pairs, most = pairwise(breaks), f"{breaks[-1]:,g}{unit} or more"
    if decimals:
        return [f"Under {breaks[0]:,g}", *(f"{low:,g} to under {high:,g}" for low, high in pairs), most]
    middle = [_format_span(int(low), int(high)) + unit for low, high in pairs]
    return [_format_span(0, int(breaks[0])) + unit, *middle, most]


def _format_span(low: int, high: int) -> str:
    """Format the whole numbers from `low` to below `high`: `5 to 9`, or `5`."""
    return f"{low:,}" if low == high - 1 else f"{low:,} to {high - 1:,}"


def _list_decile_entries(colours: Theme) -> tuple[LegendEntry, ...]:
    """List an entry for each decile of deprivation: from the fullest shade to the faintest."""
    labels = ["1 (most deprived)", *map(str, range(2, 10)), "10 (least deprived)"]
    last = len(colours.sequential) - 1
    places = [last * (1 - index / 9) for index in range(10)]
    shades = [
        _mix_colours(colours.sequential[int(place)], colours.sequential[min(int(place) + 1, last)], place % 1)
        for place in places
    ]
    return tuple(map(LegendEntry, labels, shades))


def _mix_colours(first: str, second: str, share: float) -> str:
    """Mix two colours such as `#12436D`. `share`: of the second, from 0 to 1."""
    pairs = [(int(first[at : at + 2], 16), int(second[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one + share * (other - one)):02X}" for one, other in pairs)


def _select_shades(colours: Theme, number: int) -> list[str]:
    """Select a number of the five shades, evenly from the lightest to the darkest."""
    last = len(colours.sequential) - 1
    return [colours.sequential[round(index * last / max(number - 1, 1))] for index in range(number)]
