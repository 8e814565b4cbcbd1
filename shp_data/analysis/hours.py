"""The time of the week: counts by weekday and by hours of the day."""

from __future__ import annotations

import calendar
from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import build_figure
from shp_data.domain.clock import BAND, name_band
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_by_hour

_DAY = 24  # hours


def count_by_weekday(reader: Reader, selection: Selection) -> Figure:
    """Count the incidents of each weekday and each four hours of the day.

    Only records with a time of day are counted. A caveat says how many of all records they are.

    Returns
    -------
    Figure
        A table with the columns weekday (Monday to Sunday), hours (04-08 is 04:00 to 07:59) and count, a
        row for each pair with zeros where nothing happened. No row where no record has a time.
    """
    rows_by_hour = count_by_hour(reader, selection)
    # Many suppliers give the day alone: at 00:00 these would make midnight the worst hour.
    timed = rows_by_hour.dropna(subset=["weekday", "hour"])
    cells = timed["count"].groupby([timed["weekday"], timed["hour"] // BAND]).sum().to_dict()
    rows = [
        {"weekday": name, "hours": name_band(start), "count": int(cells.get((day, start // BAND), 0))}
        for day, name in enumerate(calendar.day_name, 1)
        for start in range(0, _DAY, BAND)
        if cells
    ]
    table = pd.DataFrame(rows, columns=["weekday", "hours", "count"]).astype({"count": "Int64"})
    result = build_figure(reader, selection, table)
    if table.empty:
        return result
    note = _describe_timed(int(timed["count"].sum()), int(rows_by_hour["count"].sum()))
    return replace(result, caveats=(*result.caveats, note))


def _describe_timed(timed: int, total: int) -> str:
    """Describe how many of the records have a time of day."""
    if timed == total:
        return f"Records with a time of day: all {total:,}."
    return f"Records with a time of day: {timed:,} of {total:,}. The others are not counted here."
