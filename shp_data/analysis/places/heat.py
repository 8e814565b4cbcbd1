"""How strongly incidents clustered in each cell in each month: the basis of what a hotspot did over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import h3
import numpy as np
import numpy.typing as npt
import pandas as pd

from shp_data.analysis.places.cells import HOT, find_grid, judge_cells
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.places import count_by_point
from shp_data.store.reading import Reader


@dataclass(frozen=True, eq=False)
class Heat:
    """Each month by its own counts, as `cells.find_clusters` would judge it alone. Not to be changed.

    `hot` and `scores` have a row for each of `months` and a column for each of `cells`: whether the cell was
    hot, and its Gi*, 0 where nothing varied.
    """

    months: tuple[Month, ...]
    cells: tuple[str, ...]
    hot: npt.NDArray[np.bool_]
    scores: npt.NDArray[np.float64]


def measure_heat(reader: Reader, selection: Selection, resolution: int) -> Heat:
    """Measure the heat of the cells of a selection's areas in every month that is loaded and not in question.

    It depends on the selection's indicators, areas, ward and COVID mark alone, and not on its period. Raises
    NotAllowedError if the viewer may not see the points, and SelectionError if the areas have no boundary.
    """
    loaded = reader.store.list_months(selection.indicators, selection.lpas) or selection.period.months
    # All periods of the areas share one answer, so that a step to the next period does not judge every month again.
    vintage = selection.ward_year if selection.ward else None
    return _measure_months(
        reader, replace(selection, period=Period(loaded[0], loaded[-1]), vintage=vintage, location=None), resolution
    )


@dataclass(frozen=True)
class Trace:
    """Some cells together in each month: whether any was hot, and the average of their Gi*."""

    months: tuple[Month, ...]
    hot: tuple[bool, ...]
    scores: tuple[float, ...]


def trace_cells(heat: Heat, cells: Sequence[str], last: Month) -> Trace:
    """Trace some cells together through the months up to a last one."""
    columns = [heat.cells.index(cell) for cell in cells]
    rows = [row for row, month in enumerate(heat.months) if month <= last]
    return Trace(
        tuple(heat.months[row] for row in rows),
        tuple(bool(heat.hot[row, columns].any()) for row in rows),
        tuple(float(heat.scores[row, columns].mean()) for row in rows),
    )


@lru_cache(maxsize=16)
def _measure_months(reader: Reader, selection: Selection, resolution: int) -> Heat:
    wards = selection.ward_year if selection.ward else ""
    months = reader.store.list_certain_months(selection.indicators, selection.lpas, wards=wards)
    grid = find_grid(reader, selection, resolution)
    counts = _count_by_month_and_cell(reader, selection, resolution)
    counts = counts.reindex(index=list(map(str, months)), columns=list(grid.cells), fill_value=0)
    judged = [judge_cells(pd.Series(row), grid) for row in counts.to_numpy()]
    shape = (len(months), len(grid.cells))
    return Heat(
        months,
        grid.cells,
        np.array([table["cluster"] == HOT for table in judged], dtype=bool).reshape(shape),
        np.array([table["z"].fillna(0).to_numpy("float64", na_value=0) for table in judged]).reshape(shape),
    )


def _count_by_month_and_cell(reader: Reader, selection: Selection, resolution: int) -> pd.DataFrame:
    """Count the incidents of each month (row) in each cell that has any (column)."""
    rows = count_by_point(reader, selection, ("month",)).dropna(subset=["longitude", "latitude"])
    # The points are the same in most months: each is placed once.
    points = rows[["latitude", "longitude"]].drop_duplicates()
    pairs = zip(points["latitude"], points["longitude"], strict=True)
    points = points.assign(cell=[h3.latlng_to_cell(*pair, resolution) for pair in pairs])
    joined = rows.merge(points, on=["latitude", "longitude"])
    return joined.pivot_table(index="month", columns="cell", values="count", aggfunc="sum", fill_value=0)
