"""The rows that a chart draws, made of a Figure's table: every number worded, every gap in time kept.

Months become milliseconds since 1970 in UTC, so that no browser's time zone can move one.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from shp_data.analysis.statistics.control import Signal
from shp_data.domain.events import Event
from shp_data.domain.periods import Month, Period
from shp_view.text import wording

Row = dict[str, Any]
_HALF_MONTH = 15 * 24 * 3600 * 1000
OUTSIDE, PATTERN = "Outside the range", "Unusual run"  # the marks of unusual months
_LIMITS = ("mean", "lower", "upper")
_WORDED = {"rate_per_1000": wording.rate, "rate_last_year": wording.rate}


def plain_rows(table: pd.DataFrame, columns: Sequence[str]) -> list[Row]:
    """The columns as rows of plain numbers and texts; what is missing is None, never zero."""
    records = table[list(columns)].to_dict("records")
    return [{str(key): None if pd.isna(value) else value for key, value in row.items()} for row in records]


def worded(row: Row, columns: Sequence[str]) -> Row:
    """The row with the text of each figure beside it: `count_text`."""
    return row | {f"{column}_text": _WORDED.get(column, wording.number)(row[column]) for column in columns}


def month_rows(table: pd.DataFrame, columns: Sequence[str]) -> list[Row]:
    """One row for every month from the first to the last, with the columns and their texts.

    `at` is the month's place on the time axis, `from` and `to` the edges half a month beside it. A month
    that the table does not hold has no figures, so that a line breaks there.
    """
    known = {row["month"]: row for row in plain_rows(table, ["month", *columns])}
    if not known:
        return []
    span = Period(Month.parse(min(known)), Month.parse(max(known)))
    return [_month_row(month, known.get(str(month), dict.fromkeys(columns)), columns) for month in span]


def _month_row(month: Month, found: Row, columns: Sequence[str]) -> Row:
    at = milliseconds(month.first_day)
    place: Row = {"at": at, "from": at - _HALF_MONTH, "to": at + _HALF_MONTH}
    place |= {"month": str(month), "month_text": month.label}
    return worded({column: found[column] for column in columns}, columns) | place


def milliseconds(day: dt.date) -> int:
    """Midnight UTC of a day, in milliseconds since 1970."""
    return calendar.timegm(day.timetuple()) * 1000


def chosen_months(table: pd.DataFrame) -> Period | None:
    """The selected period: from the first to the last month that `in_period` marks; None where none is."""
    chosen = table["in_period"].astype("boolean").fillna(False)
    months = [Month.parse(text) for text in table.loc[chosen, "month"]]
    return Period(min(months), max(months)) if months else None


def period_row(period: Period) -> Row:
    """The selected period as a band on the time axis, from `period_from` to `period_to`, with its label."""
    first, last = milliseconds(period.first.first_day), milliseconds(period.last.first_day)
    return {"period_from": first - _HALF_MONTH, "period_to": last + _HALF_MONTH, "period": period.label}


def is_late(rows: Sequence[Row], period: Period | None) -> bool:
    """Does the period start in the second half of some rows of months?"""
    if not rows or period is None:
        return False
    return bool(period_row(period)["period_from"] > (rows[0]["at"] + rows[-1]["at"]) / 2)


def in_range(rows: Sequence[Row], table: pd.DataFrame) -> list[Row]:
    """The rows of months with the range that each is expected in, where the table has one.

    Added are mean, lower and upper, the `stretch` in which they hold without a break, the `mark` of an
    unusual month, and in words `range_text` and `signal_text`.
    """
    known = {row["month"]: row for row in plain_rows(table, ["month", *_LIMITS, "signal"])}
    drawn: list[Row] = []
    stretch, before = 0, dict[str, Any]()
    for row in rows:
        found = known.get(row["month"], dict.fromkeys((*_LIMITS, "signal")))
        limits = {name: found[name] for name in _LIMITS}
        stretch, before = stretch + (limits != before), limits
        if found["mean"] is None:
            drawn.append(row | {"range_text": wording.NOT_AVAILABLE, "signal_text": wording.NOT_AVAILABLE})
            continue
        words = {"range_text": wording.range_words(found["lower"], found["upper"]), "signal_text": "No"}
        drawn.append(row | limits | {"stretch": stretch} | words | _marked(found["signal"]))
    return drawn


def _marked(signal: str | None) -> Row:
    if signal is None:
        return {}
    outside = signal in (Signal.ABOVE, Signal.BELOW)
    return {"mark": OUTSIDE if outside else PATTERN, "signal_text": wording.capital(signal)}


def event_rows(events: Sequence[Event], rows: Sequence[Row]) -> list[Row]:
    """The events on the time axis of some rows of months, from `event_from` to `event_to`, by their numbers."""
    drawn: list[Row] = []
    for number, event in enumerate(events, 1):
        first = max(milliseconds(event.first.first_day) - _HALF_MONTH, rows[0]["from"])
        last = min(milliseconds(event.last.first_day) + _HALF_MONTH, rows[-1]["to"])
        drawn.append({"event_from": first, "event_to": last, "event_at": (first + last) // 2, "number": str(number)})
    return drawn
