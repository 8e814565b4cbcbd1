"""The classes of a ward map and its legend: round breaks, the same for every period of the same length.

The classes use the figures of the wards in all such periods, so a colour means the same when the month
changes. Rates, counts and shares have up to five classes with about equal numbers of figures (breaks at
the fifths). Each break moves to the nearest round number. Figures above twice the last break have their
own class. If that makes one class too many, the two nearest classes become one. Change on last year has
five classes around no change, with breaks at the thirds of the sizes of change, rounded in the same
way. Figures are classed as they are printed, so a ward whose rate reads 5.0 is never under 5. Each
verdict has its own class, and a sign as well as a colour.
"""

from __future__ import annotations

from bisect import bisect_right
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

_ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_FIFTHS = [0.2, 0.4, 0.6, 0.8]
_MOST = 5  # classes that can be distinguished
_THIRDS = [1 / 3, 2 / 3]
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
    breaks = _add_outlier_class(_find_round_breaks(values, _FIFTHS, decimals), values, decimals)
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


def find_round_number(value: float, decimals: int) -> float:
    """Find the nearest round number: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8, times a power of ten.

    The result is no finer than the figures are printed: a whole number, or one with the given decimals.
    """
    smallest = 10.0**-decimals
    powers = [10.0**power for power in range(-decimals, 7)]
    # Rounding drops steps finer than what is printed; the set keeps each step once.
    steps = {round(step * power, decimals) for power in powers for step in _ROUND}
    fitting = sorted(step for step in steps if step >= smallest)
    return min(fitting, key=lambda step: (abs(step - value), step))


def _find_round_breaks(values: list[float], quantiles: list[float], decimals: int) -> tuple[float, ...]:
    """Find distinct round breaks inside the values: above the lowest, at most the highest."""
    if not values:
        return ()
    steps = {find_round_number(step, decimals) for step in pd.Series(values).quantile(quantiles)}
    return tuple(sorted(step for step in steps if min(values) < step <= max(values)))


def _add_outlier_class(breaks: tuple[float, ...], values: list[float], decimals: int) -> tuple[float, ...]:
    """Add a class for wards above twice the last break, so that they do not hide in the last class.

    If that makes too many classes, the two nearest classes become one.
    """
    # A ward with twice the last break would otherwise look like its neighbours.
    outlier_break = find_round_number(2 * breaks[-1], decimals) if breaks else 0.0
    if not breaks or not max(values) >= outlier_break > breaks[-1]:
        return breaks
    all_breaks = (*breaks, outlier_break)
    if len(all_breaks) < _MOST:
        return all_breaks
    # The break between the two classes whose limits are nearest in proportion is dropped.
    narrow = min(range(1, len(all_breaks) - 1), key=lambda index: all_breaks[index + 1] / all_breaks[index - 1])
    return (*all_breaks[:narrow], *all_breaks[narrow + 1 :])


def _find_change_breaks(values: list[float]) -> tuple[int, int]:
    """Find the size from which a change has a colour, and the size from which it has full colour."""
    # Rises and falls share their limits, so that equal sizes have equal strength of colour.
    sizes = pd.Series([abs(value) for value in values if value]).quantile(_THIRDS)
    small, large = (int(find_round_number(size, 0)) if size == size else 1 for size in sizes)
    return small, max(large, small + 1)


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
