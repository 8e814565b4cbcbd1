"""What the Ward hotspots page offers: its layers, the periods to step to and to compare with, and its notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import pandas as pd

from shp_data.analysis.hotspots import other_wards
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import is_known, vintage_of
from shp_view.text import map_words, wording
from shp_view.text.map_measures import Measure

Layer = Literal["wards", "cells", "points", "places"]
LAYERS: dict[Layer, str] = {
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


def layers(viewer: Viewer) -> dict[Layer, str]:
    """Which layers may a role see? Only the analyst's goes below wards."""
    return LAYERS if viewer.role == "analyst" else {"wards": LAYERS["wards"]}


def steps(offered: Iterable[Period], period: Period) -> tuple[Period | None, Period | None]:
    """The period of the same length just before and just after, where they are on offer."""
    every = set(offered)
    earlier, later = period.previous, period.shifted(period.length)
    return earlier if earlier in every else None, later if later in every else None


def comparisons(offered: Iterable[Period], period: Period) -> dict[str, Period | None]:
    """With what can a period be compared? With nothing, the one before, last year's, any other as long on offer.

    The first three keep their meaning when the period changes.
    """
    relative = {NOTHING: None, "The period before": period.previous, "The same period last year": period.last_year}
    return relative | {other.label: other for other in offered if other.length == period.length and other != period}


def beside(chosen: Selection, other: Period) -> Selection:
    """The same of another period, in the wards of the period in view."""
    return replace(chosen, period=other, vintage=vintage_of(chosen))


def sides(chosen: Selection, other: Period | None) -> list[Selection]:
    """The period in view, and the other beside it where there is one."""
    return [chosen, beside(chosen, other)] if other else [chosen]


def two_maps(measure: Measure, other: Period | None) -> bool:
    """Does comparing take two maps? Change and verdict say on one how the periods differ."""
    return other is not None and measure not in _CHANGES


def class_figures(spread: pd.DataFrame, found: Figure, measure: Measure) -> pd.DataFrame:
    """What the classes of a map are made of: the spread, or where it knows no such figure what is on the map itself.

    That is so of the change on another period where no month of last year is loaded.
    """
    if measure == "verdict" or spread[measure].notna().any():
        return spread
    return found.table


def ward_notes(chosen: Selection, found: Figure, measure: Measure, other: Period | None) -> list[str]:
    """What must be said over a ward map: why it is grey, that boundaries changed, that the other period is not loaded.

    `found`: as `hotspots.wards` compares the two periods.
    """
    grey = map_words.grey_note(found.table, measure)
    said = [f"{grey} {found.not_known}".rstrip() if grey else ""]
    if other:
        known = found.table["count"].isna().all() or found.table["difference"].notna().any()
        said += ["" if known else f"{other.label} is not loaded whole, so nothing is compared with it."]
        said += [boundaries_note(chosen, other)]
    return [note for note in said if note]


def whole(store: Store, chosen: Selection) -> bool:
    """Is every month of the period loaded, for all of the areas?"""
    return is_known(store, chosen)


def boundaries_note(chosen: Selection, other: Period) -> str:
    """That wards changed between two periods, and whose wards both are counted in; empty where none did."""
    changed = other_wards(chosen, other)
    if not changed:
        return ""
    few = wording.listed(changed) if len(changed) <= _SEVERAL else wording.counted(len(changed), "wards")
    were = "was" if len(changed) == 1 else "were"
    return (
        f"Boundaries changed: {few} {were} not among the wards of {other.label}. Both periods are counted in the wards "
        f"of {vintage_of(chosen)}."
    )
