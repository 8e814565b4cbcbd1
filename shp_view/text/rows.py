"""The rows that a chart draws, made from the table of a Figure: every number as text, gaps in time as gaps.

Months become milliseconds since 1970 in UTC, so that a browser's time zone cannot move them.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from shp_data.analysis.statistics.control import Signal
from shp_data.domain.events import DatedEvent
from shp_data.domain.periods import Month, Period
from shp_view.text import wording

ChartRow = dict[str, Any]
_HALF_MONTH = 15 * 24 * 3600 * 1000
OUTSIDE = "Outside the expected range"
_SIDE, _SLOPE = "7 or more months on one side of the average", "7 or more months rising or falling"
_EDGE = "2 of 3 months near the edge of the expected range"
MARKS: dict[str, str] = {  # the mark of an unusual month, by the rule that it meets
    Signal.ABOVE: OUTSIDE,
    Signal.BELOW: OUTSIDE,
    Signal.HIGH: _SIDE,
    Signal.LOW: _SIDE,
    Signal.RISING: _SLOPE,
    Signal.FALLING: _SLOPE,
    Signal.NEAR_TOP: _EDGE,
    Signal.NEAR_BOTTOM: _EDGE,
}
_LIMITS = ("mean", "lower", "upper")
_FORMATS = {"rate_per_1000": wording.format_rate, "rate_last_year": wording.format_rate}


def make_plain_rows(table: pd.DataFrame, columns: Sequence[str]) -> list[ChartRow]:
    """Return some columns of a table as rows of plain numbers and texts.

    Parameters
    ----------
    table : pd.DataFrame
        The table of a figure.
    columns : Sequence[str]
        The columns to return.

    Returns
    -------
    list[ChartRow]
        One row for each row of the table. A missing value is None, never zero.
    """
    records = table[list(columns)].to_dict("records")
    return [{str(key): None if pd.isna(value) else value for key, value in row.items()} for row in records]


def add_texts(row: ChartRow, columns: Sequence[str]) -> ChartRow:
    """Return the row with the text of each figure added, such as `count_text`."""
    return row | {f"{column}_text": _FORMATS.get(column, wording.format_number)(row[column]) for column in columns}


def make_month_rows(table: pd.DataFrame, columns: Sequence[str]) -> list[ChartRow]:
    """Return one row for every month from the first to the last, with the columns and their texts.

    Parameters
    ----------
    table : pd.DataFrame
        A table with the column month (2020-10) and the columns named.
    columns : Sequence[str]
        The columns to return.

    Returns
    -------
    list[ChartRow]
        `at` is the position of the month on the time axis; `from` and `to` are half a month before and after
        it. A month that the table does not hold has no figures, so that a line breaks there.
    """
    rows_by_month = {row["month"]: row for row in make_plain_rows(table, ["month", *columns])}
    if not rows_by_month:
        return []
    span = Period(Month.parse(min(rows_by_month)), Month.parse(max(rows_by_month)))
    # Every month gets a row: without the empty ones a line would be drawn across the gap.
    return [_make_month_row(month, rows_by_month.get(str(month), dict.fromkeys(columns)), columns) for month in span]


def _make_month_row(month: Month, figures: ChartRow, columns: Sequence[str]) -> ChartRow:
    # A month is drawn at its first day, and its strip reaches half a month to both sides.
    at = to_milliseconds(month.first_day)
    position: ChartRow = {"at": at, "from": at - _HALF_MONTH, "to": at + _HALF_MONTH}
    position |= {"month": str(month), "month_text": month.label}
    return add_texts({column: figures[column] for column in columns}, columns) | position


def to_milliseconds(day: dt.date) -> int:
    """Return midnight UTC of a day, in milliseconds since 1970."""
    return calendar.timegm(day.timetuple()) * 1000


def find_selected_period(table: pd.DataFrame) -> Period | None:
    """Return the selected period of a table of months.

    Parameters
    ----------
    table : pd.DataFrame
        A table with the columns month and in_period.

    Returns
    -------
    Period or None
        From the first to the last month that `in_period` marks; None where none is marked.
    """
    # A month that the table lacks has no mark, which must not count as selected.
    selected = table["in_period"].astype("boolean").fillna(False)
    months = [Month.parse(text) for text in table.loc[selected, "month"]]
    return Period(min(months), max(months)) if months else None


def make_period_row(period: Period) -> ChartRow:
    """Return the selected period as a band on the time axis: `period_from`, `period_to` and its label."""
    first, last = to_milliseconds(period.first.first_day), to_milliseconds(period.last.first_day)
    return {"period_from": first - _HALF_MONTH, "period_to": last + _HALF_MONTH, "period": period.label}


def is_late(rows: Sequence[ChartRow], period: Period | None) -> bool:
    """Return whether the period starts in the second half of some rows of months."""
    if not rows or period is None:
        return False
    return bool(make_period_row(period)["period_from"] > (rows[0]["at"] + rows[-1]["at"]) / 2)


def add_range(rows: Sequence[ChartRow], table: pd.DataFrame) -> list[ChartRow]:
    """Add to the rows of months the range expected for each, where the table has one.

    Parameters
    ----------
    rows : Sequence[ChartRow]
        The rows of months.
    table : pd.DataFrame
        A table with the columns month, mean, lower, upper and signal.

    Returns
    -------
    list[ChartRow]
        The rows with mean, lower and upper; the `stretch` in which they do not change; the `mark` of an
        unusual month; and in words `range_text` and `signal_text`.
    """
    ranges = {row["month"]: row for row in make_plain_rows(table, ["month", *_LIMITS, "signal"])}
    new_rows: list[ChartRow] = []
    stretch, before = 0, dict[str, Any]()
    for row in rows:
        month_range = ranges.get(row["month"], dict.fromkeys((*_LIMITS, "signal")))
        limits = {name: month_range[name] for name in _LIMITS}
        # A new stretch begins where the limits change, so that the band is not drawn across the step.
        stretch, before = stretch + (limits != before), limits
        if month_range["mean"] is None:
            new_rows.append(row | {"range_text": wording.NOT_AVAILABLE, "signal_text": wording.NOT_AVAILABLE})
            continue
        words = {"range_text": wording.format_range(month_range["lower"], month_range["upper"]), "signal_text": "No"}
        new_rows.append(row | limits | {"stretch": stretch} | words | _mark_signal(month_range["signal"]))
    return new_rows


def _mark_signal(signal: str | None) -> ChartRow:
    return {} if signal is None else {"mark": MARKS[signal], "signal_text": wording.capitalise(signal)}


def make_event_rows(events: Sequence[DatedEvent], rows: Sequence[ChartRow]) -> list[ChartRow]:
    """Return the numbered events on the time axis of some rows of months, from `event_from` to `event_to`."""
    bands: list[ChartRow] = []
    for number, event in enumerate(events, 1):
        # An event that began before the chart, or goes on after it, is cut at the edge.
        first = max(to_milliseconds(event.first.first_day) - _HALF_MONTH, rows[0]["from"])
        last = min(to_milliseconds(event.last.first_day) + _HALF_MONTH, rows[-1]["to"])
        bands.append({"event_from": first, "event_to": last, "event_at": (first + last) // 2, "number": str(number)})
    return bands
