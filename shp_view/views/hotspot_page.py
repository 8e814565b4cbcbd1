"""Options of the Ward hotspots page: its layers, the periods to move to and to compare with, and its notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import pandas as pd

from shp_data.analysis.hotspots import find_changed_wards
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import Reader, is_covered
from shp_view.text import map_words, wording
from shp_view.text.map_words import Measure

HotspotLayer = Literal["wards", "cells", "points", "places"]
LAYERS: dict[HotspotLayer, str] = {
    "wards": "Wards",
    "cells": "Hot and cold cells",
    "points": "Points",
    "places": "Repeat locations",
}
HOT_CELLS = ("ward", "count", "last_year")
POINTS = ("location", "ward", "count")
NOTHING = "Nothing"
MAPS = ("map", "other-map")  # the names of the map and of the one beside it, whatever they show
CLICK = {
    "wards": "Click a ward on the map, or its name in the table, for its months and records.",
    "cells": "Click a hexagon for the months of the ward that it lies in, or a row of the table for its own records.",
    "points": "Click a circle on the map, or a name in the table, for the months and records of that place.",
    "places": "Click a circle on the map, or a name in the list, for the months and records of that place.",
}
_SEVERAL = 4  # wards are named up to so many
_CHANGES: tuple[Measure, ...] = ("difference", "verdict")


def list_layers(viewer: Viewer) -> dict[HotspotLayer, str]:
    """List the layers that a role may see. Only the analyst's layers go below wards."""
    return LAYERS if viewer.role == "analyst" else {"wards": LAYERS["wards"]}


def find_adjacent_periods(periods: Iterable[Period], period: Period) -> tuple[Period | None, Period | None]:
    """Find the periods of the same length just before and just after, where they are available."""
    available = set(periods)
    earlier, later = period.previous, period.shift(period.length)
    return earlier if earlier in available else None, later if later in available else None


def list_comparisons(periods: Iterable[Period], period: Period) -> dict[str, Period | None]:
    """List the periods to compare with: none, the one before, last year's, and any other of the same length.

    The first three keep their meaning when the period changes.
    """
    relative = {NOTHING: None, "The period before": period.previous, "The same period last year": period.last_year}
    return relative | {other.label: other for other in periods if other.length == period.length and other != period}


def select_other_period(selection: Selection, other: Period) -> Selection:
    """Select another period, in the wards of the period in view."""
    return replace(selection, period=other, vintage=selection.ward_year)


def list_map_selections(selection: Selection, other: Period | None) -> list[Selection]:
    """List the selections to map: the period in view, and the other period where there is one."""
    return [selection, select_other_period(selection, other)] if other else [selection]


def needs_two_maps(measure: Measure, other: Period | None) -> bool:
    """Check whether comparing needs two maps. Change and verdict show on one map how the periods differ."""
    return other is not None and measure not in _CHANGES


def select_class_table(spread: pd.DataFrame, figure: Figure, measure: Measure) -> pd.DataFrame:
    """Select the table from which the classes of a map are made.

    Parameters
    ----------
    spread
        The spread of the measure.
    figure
        The figure of the map.
    measure
        The column that the map shows.

    Returns
    -------
    The spread, or the map's own table where the spread has no such figure. That is so of the change on another
    period where no month of last year is loaded.
    """
    if measure == "verdict" or spread[measure].notna().any():
        return spread
    return figure.table


def list_ward_notes(selection: Selection, figure: Figure, measure: Measure, other: Period | None) -> list[str]:
    """List the notes over a ward map: why it is grey, changed boundaries, another period that is not loaded.

    `figure`: as `hotspots.wards` compares the two periods.
    """
    grey = map_words.explain_grey_map(figure.table, measure)
    notes = [f"{grey} {figure.not_known}".rstrip() if grey else ""]
    if other:
        can_compare = figure.table["count"].isna().all() or figure.table["difference"].notna().any()
        notes += ["" if can_compare else f"{other.label} is not loaded whole, so nothing is compared with it."]
        notes += [describe_boundary_change(selection, other)]
    return [note for note in notes if note]


def is_complete(reader: Reader, selection: Selection) -> bool:
    """Check whether every month of the period is loaded for all of the areas."""
    return is_covered(reader, selection)


def describe_boundary_change(selection: Selection, other: Period) -> str:
    """Say that wards changed between two periods, and in which wards both are counted.

    The text is empty where no ward changed.
    """
    changed = find_changed_wards(selection, other)
    if not changed:
        return ""
    names = wording.join_names(changed) if len(changed) <= _SEVERAL else wording.format_count(len(changed), "wards")
    were = "was" if len(changed) == 1 else "were"
    return (
        f"Boundaries changed: {names} {were} not among the wards of {other.label}. Both periods are counted in the wards "
        f"of {selection.ward_year}."
    )
