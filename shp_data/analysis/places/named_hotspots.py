"""Hotspots: hot cells next to each other as one place, with a name, its figures and its development.

A hotspot is of one selection: its indicators, areas and period. In another period its cells may be others, or it may
be none. The H3 index of its busiest cell identifies it, and any of its cells finds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import h3
import pandas as pd

from shp_data.analysis.change import CHANGE
from shp_data.analysis.context import build_figure, name_indicators
from shp_data.analysis.places.cells import FINE, HOT, NEITHER, RESOLUTIONS, Grid, find_clusters, find_grid
from shp_data.analysis.places.heat import Heat, measure_heat, trace_cells
from shp_data.analysis.places.places import count_by_location, is_kind_of_place, list_locations
from shp_data.analysis.statistics.emerging import FEWEST_MONTHS, classify_pattern
from shp_data.analysis.verdicts import VERDICT, add_verdicts
from shp_data.domain.clock import name_band
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Location, Selection
from shp_data.domain.vocabulary import normalise_name
from shp_data.store.places import count_by_point, count_by_point_and_hour
from shp_data.store.reading import Reader

_YEAR = 12  # months
FEWEST_INCIDENTS = 5  # of a hotspot
_FEWEST_TIMED = 10  # records with a time of day: of fewer, the busiest hours are chance
COLUMNS = (
    *("cell", "hotspot", "ward", "lpa"),
    *(*CHANGE, "share", *VERDICT),
    *("hot_months", "judged_months", "pattern", "hours", "cells"),
)


class CountedPoint(NamedTuple):
    """A map point of a hotspot, with the number of incidents there in the period."""

    longitude: float
    latitude: float
    location: str
    ward: str
    lpa: str
    count: int  # type: ignore[assignment]  # the name that every table has; of a tuple's own count there is no use


@dataclass(frozen=True)
class Hotspots:
    """The hotspots of a selection, as `find_hotspots` finds them.

    `cells`: the figure of every cell, as `cells.find_clusters` gives it. `joined`: that of the hotspots.
    """

    cells: Figure
    joined: Figure


# A page asks for the list, and again for the one hotspot in view. The result is not to be changed.
@lru_cache(maxsize=8)
def find_hotspots(reader: Reader, selection: Selection, resolution: int = FINE) -> Hotspots:
    """Find the hotspots of the areas of a selection in its period, the most incidents first.

    Parameters
    ----------
    resolution : int
        The size of the cells: one of cells.RESOLUTIONS.

    Returns
    -------
    Hotspots
        The cells, and a table with one row for each hotspot. Columns: cell (the H3 index of its busiest cell),
        hotspot (its name, from its busiest locations), ward (those of its incidents, the busiest first), lpa,
        count, last_year, difference, pct_difference (%), share (of the incidents that are in a cell of the areas, %),
        the columns of VERDICT as any single place has them, hot_months (those in which one of its cells was hot) of
        judged_months (of the last 12 up to the period's end, those that are loaded and not in question), pattern (its
        development up to the period's end, see `emerging`; missing where too few months are loaded), hours (the
        busiest four hours of the day; missing where too few records have a time), cells (their H3 indexes, separated
        by spaces). There is no row where the counts are missing.

    Raises
    ------
    SelectionError
        If the areas have no boundary.
    NotAllowedError
        If the viewer may not see the points.
    """
    clusters = find_clusters(reader, selection, resolution)
    hot = clusters.table[(clusters.table["cluster"] == HOT).fillna(False)].set_index("cell")
    joined = join_cells(dict(zip(hot.index, hot["count"], strict=True)), find_grid(reader, selection, resolution))
    # What is no hotspot is not hot on the map either.
    is_left_out = clusters.table["cell"].isin(hot.index.difference([name for cells in joined for name in cells]))
    table_of_cells = clusters.table.assign(cluster=clusters.table["cluster"].mask(is_left_out, NEITHER))
    clusters = replace(clusters, table=table_of_cells)
    rows: list[dict[str, Any]] = []
    if joined:
        points = _count_at_points(reader, selection, resolution)
        hours = _count_by_band(reader, selection, points)
        heat = measure_heat(reader, selection, resolution)
        total = int(clusters.table["count"].sum())  # those without coordinates can be in no hotspot
        for cells in joined:
            row = _measure_change(reader, selection, hot.loc[cells], _select_points(points, cells))
            row |= {"share": 100 * row["count"] / total, "hours": _find_busiest_hours(hours, cells)}
            rows.append(row | _describe_heat(heat, cells, selection.period))
    table = _make_table(rows)
    measure = f"{name_indicators(selection.indicators)} hotspots"
    result = build_figure(reader, selection, table, measure=measure, mapped=True)
    caveats = (*clusters.caveats, *_list_caveats(table))
    return Hotspots(clusters, replace(result, caveats=caveats, coverage=clusters.coverage))


def select_hotspot(reader: Reader, cell: str, selection: Selection) -> Figure:
    """Select the row of `find_hotspots` of the hotspot that a cell is part of; no row where there is none.

    Parameters
    ----------
    cell : str
        Any text; a text that is no H3 index of one of cells.RESOLUTIONS names no hotspot.

    Raises
    ------
    SelectionError
        If the areas have no boundary.
    NotAllowedError
        If the viewer may not see the points.
    """
    is_cell = h3.is_valid_cell(cell) and h3.get_resolution(cell) in RESOLUTIONS
    joined = find_hotspots(reader, selection, h3.get_resolution(cell) if is_cell else FINE).joined
    return replace(joined, table=joined.table[[cell in cells.split() for cells in joined.table["cells"]]])


def find_hotspot(reader: Reader, cell: str, selection: Selection) -> Location | None:
    """Find the hotspot that a cell is part of, with all its map points. Returns None where there is none.

    Parameters and errors as in `select_hotspot`.
    """
    table = select_hotspot(reader, cell, selection).table
    if table.empty:
        return None
    hotspot = table.iloc[0]
    points = _count_at_points(reader, selection, h3.get_resolution(cell))
    location = _locate(_select_points(points, hotspot["cells"].split()), hotspot["cell"])
    return replace(location, name=hotspot["hotspot"])


def count_locations(reader: Reader, selection: Selection) -> Figure:
    """Count the incidents at each location of a selection, such as that of a hotspot, the most first.

    Returns
    -------
    Figure
        A table with one row for each location with incidents: location (its name, empty if it has none),
        longitude, latitude (WGS84 degrees), code, ward, lpa, count.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the points.
    """
    counts = count_by_location(reader, selection, ()).dropna(subset="place").set_index("place")["count"]
    locations = list_locations(reader, selection.ward_year, selection.areas).table
    table = locations.loc[counts.index].assign(count=counts)
    order = table.sort_values(["count", "location", "longitude"], ascending=[False, True, True]).reset_index(drop=True)
    return build_figure(reader, selection, order, mapped=True)


def join_cells(counts: Mapping[str, int], grid: Grid) -> list[list[str]]:
    """Join hot cells that are next to each other, by their counts. Each list has its busiest cell first.

    Cells that have fewer than FEWEST_INCIDENTS together are left out.
    """
    positions = {name: position for position, name in enumerate(grid.cells) if name in counts}
    joined, left = [], set(positions)
    while left:
        # From one cell outwards, until no cell next to those reached is left.
        reached: set[str] = set()
        edge = {min(left)}
        while edge:
            reached |= edge
            edge = {grid.cells[at] for name in edge for at in grid.neighbours[positions[name]]} & (left - reached)
        left -= reached
        joined.append(sorted(reached, key=lambda name: (-counts[name], name)))
    # A cell in the middle of busy ones may be hot with no incident, or one: it is no place to name at a meeting.
    return [cells for cells in joined if sum(counts[name] for name in cells) >= FEWEST_INCIDENTS]


def name_hotspot(points: Sequence[CountedPoint]) -> str:
    """Name a hotspot after its two busiest streets or places: `High Street and Station Road`.

    Names that are only a kind of place do not count. Where no point with incidents has another, it is a part of the
    ward with most.
    """
    # A street has many points, and suppliers write its name in capitals or not.
    streets: dict[str, tuple[str, int]] = {}
    for point in points:
        key = normalise_name(point.location)
        name, count = streets.get(key, (point.location, 0))
        streets[key] = name, count + point.count
    named = {name: count for name, count in streets.values() if count and not is_kind_of_place(name)}
    names = _sort_names(named)[:2]
    return " and ".join(names) if names else f"Part of {_sort_names(_sum_counts(points, 'ward'))[0]}"


def _sum_counts(points: Sequence[CountedPoint], field: str) -> dict[str, int]:
    """Sum the counts of some points by their ward or LPA."""
    sums: Counter[str] = Counter()
    for point in points:
        sums[getattr(point, field)] += point.count
    return sums


def _sort_names(counts: Mapping[str, int]) -> list[str]:
    """Return the names of some counts, the highest first, ties by name."""
    return sorted(counts, key=lambda name: (-counts[name], name))


def _count_at_points(reader: Reader, selection: Selection, resolution: int) -> pd.DataFrame:
    """Count the selected incidents at every map point of the areas: its name, ward and cell; 0 where there are none."""
    points = _list_points(reader, selection.ward_year, selection.areas, resolution)
    counted = points.merge(count_by_point(reader, selection, ()), on=["longitude", "latitude"], how="left")
    return counted.assign(count=counted["count"].fillna(0).astype("int64"))


@lru_cache(maxsize=16)
def _list_points(reader: Reader, ward_year: str, areas: tuple[str, ...], resolution: int) -> pd.DataFrame:
    """List the map points of some areas, the busiest first, with the cell of each."""
    locations = list_locations(reader, ward_year, areas)
    points = locations.points.join(locations.table[["location", "code", "ward", "lpa"]], on="place")
    pairs = zip(points["latitude"], points["longitude"], strict=True)
    return points.assign(cell=[h3.latlng_to_cell(*pair, resolution) for pair in pairs])


def _select_points(points: pd.DataFrame, cells: Sequence[str]) -> list[CountedPoint]:
    """Select the map points in some cells."""
    rows = points.loc[points["cell"].isin(cells), list(CountedPoint._fields)]
    return [CountedPoint(*row) for row in rows.itertuples(index=False, name=None)]


def _locate(points: Sequence[CountedPoint], cell: str) -> Location:
    """Return a hotspot as a location: its name, its busiest LPA, and its map points."""
    coordinates = tuple((point.longitude, point.latitude) for point in points)
    lpa = _sort_names(_sum_counts(points, "lpa"))[0]
    return Location(name_hotspot(points), lpa, "", coordinates, cell, is_hotspot=True)


def _measure_change(
    reader: Reader, selection: Selection, cells: pd.DataFrame, points: Sequence[CountedPoint]
) -> dict[str, Any]:
    """Return the row of a hotspot with its name, its wards, its change on last year and its verdict.

    `cells`: by their H3 index, the busiest first, with count and last_year. `points`: those in its cells.
    """
    location = _locate(points, cells.index[0])
    wards = {name: count for name, count in _sum_counts(points, "ward").items() if count}
    row: dict[str, Any] = {
        "cell": location.cell,
        "hotspot": location.name,
        "ward": ", ".join(_sort_names(wards)),
        "lpa": location.lpa,
        "count": int(cells["count"].sum()),
        "cells": " ".join(cells.index),
    }
    if cells["last_year"].isna().any():
        return row
    row["last_year"] = int(cells["last_year"].sum())
    row["difference"] = row["count"] - row["last_year"]
    row["pct_difference"] = 100 * row["difference"] / row["last_year"] if row["last_year"] else None
    # One place at a time, as its card does: the verdict of a change is the same wherever it is shown.
    counts = pd.DataFrame({name: pd.array([row[name]], dtype="Int64") for name in ("count", "last_year")})
    located = selection.select_location(location, selection.ward_year)
    verdict = add_verdicts(reader, located, counts, ())
    return row | {name: verdict[name].iloc[0] for name in VERDICT}


def _describe_heat(heat: Heat, cells: Sequence[str], period: Period) -> dict[str, int | str | None]:
    """Describe what the months up to the end of a period say of some cells."""
    trace = trace_cells(heat, cells, period.last)
    year = [hot for month, hot in zip(trace.months, trace.hot, strict=True) if month > period.last.shift(-_YEAR)]
    return {
        "hot_months": sum(year),
        "judged_months": len(year),
        "pattern": classify_pattern(trace.hot, trace.scores),
    }


def _count_by_band(reader: Reader, selection: Selection, points: pd.DataFrame) -> pd.DataFrame:
    """Count the incidents that have a time of day in each cell by four hours of the day."""
    rows = count_by_point_and_hour(reader, selection).merge(points[["longitude", "latitude", "cell"]])
    return rows.assign(hours=[name_band(hour) for hour in rows["hour"]])


def _find_busiest_hours(timed: pd.DataFrame, cells: Sequence[str]) -> str | None:
    """Find the busiest four hours of the day in some cells, the earliest of a tie; None where too few have a time."""
    counts = timed[timed["cell"].isin(cells)].groupby("hours")["count"].sum()
    return str(counts.idxmax()) if counts.sum() >= _FEWEST_TIMED else None


def _make_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Put the hotspots in order, give every column its type, and tell apart those of one name."""
    types = dict.fromkeys((*CHANGE[:3], "hot_months", "judged_months"), "Int64")
    types |= dict.fromkeys((CHANGE[3], "share", *VERDICT[:4], VERDICT[5]), "Float64")
    types |= dict.fromkeys(("cell", "hotspot", "ward", "lpa", "verdict", "pattern", "hours", "cells"), "str")
    table = pd.DataFrame([dict(row) for row in rows], columns=list(COLUMNS)).astype(types)
    order = table.sort_values(["count", "cell"], ascending=[False, True])
    repeated = order["hotspot"].duplicated(keep=False)
    order["hotspot"] = order["hotspot"].where(~repeated, order["hotspot"] + " (" + order["ward"] + ")")
    return order.reset_index(drop=True)


def _list_caveats(table: pd.DataFrame) -> tuple[str, ...]:
    """List what must be known of hotspots; nothing where there are none."""
    if table.empty:
        return ()
    notes = [
        "A hotspot joins hot hexagons that are next to each other. Its name is that of its two busiest streets or "
        "places; its boundary is that of its hexagons.",
        "Hotspots are selected because their counts are high now. Many fall back later by themselves (regression to "
        "the mean).",
    ]
    if table["pattern"].isna().any():
        notes.append(
            f"Too few months are loaded to tell how the hotspots developed: {FEWEST_MONTHS} are needed up to the end "
            "of the period."
        )
    return tuple(notes)
