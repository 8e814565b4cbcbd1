"""The time of the week: which weekday, and which hours of the day?"""

from __future__ import annotations

import calendar
from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import figure
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import by_hour

BAND = 4  # hours: bands narrow enough to tell night from evening, and few enough to read
_DAY = 24  # hours


def week(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How many incidents on each weekday, in each four hours of the day?

    Columns: weekday (Monday to Sunday), hours (04-08 is 04:00 to 07:59) and count, a row for each pair with
    zeros where nothing happened. Counted are the records with a time of day; a caveat says how many of all
    they are. No row where no record has a time.
    """
    found = by_hour(store, selection, viewer)
    timed = found.dropna(subset=["weekday", "hour"])
    cells = timed["count"].groupby([timed["weekday"], timed["hour"] // BAND]).sum().to_dict()
    rows = [
        {"weekday": name, "hours": f"{start:02}-{start + BAND:02}", "count": int(cells.get((day, start // BAND), 0))}
        for day, name in enumerate(calendar.day_name, 1)
        for start in range(0, _DAY, BAND)
        if cells
    ]
    table = pd.DataFrame(rows, columns=["weekday", "hours", "count"]).astype({"count": "Int64"})
    answer = figure(store, selection, table)
    if table.empty:
        return answer
    return replace(answer, caveats=(*answer.caveats, _known(int(timed["count"].sum()), int(found["count"].sum()))))


def _known(timed: int, every: int) -> str:
    """How many of the records have a time of day."""
    if timed == every:
        return f"Records with a time of day: all {every:,}."
    return f"Records with a time of day: {timed:,} of {every:,}. The others are not counted here."
