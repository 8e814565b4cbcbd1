"""The rows that a chart draws, made from the table of a Figure: every number as text, gaps in time as gaps.

Months become milliseconds since 1970 in UTC, so that a browser's time zone cannot move them.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from shp_data.analysis.statistics.control import XmrSignal
from shp_data.domain.events import DatedEvent
from shp_data.domain.periods import Month, Period
from shp_view.text import wording

ChartRow = dict[str, Any]
_HALF_MONTH = 15 * 24 * 3600 * 1000
OUTSIDE = "Outside the expected range"
_SIDE, _SLOPE = "7 or more months on one side of the average", "7 or more months rising or falling"
_EDGE = "2 of 3 months near the edge of the expected range"
MARKS: dict[str, str] = {  # the mark of an unusual month, by the rule that it meets
    XmrSignal.ABOVE: OUTSIDE,
    XmrSignal.BELOW: OUTSIDE,
    XmrSignal.HIGH: _SIDE,
    XmrSignal.LOW: _SIDE,
    XmrSignal.RISING: _SLOPE,
    XmrSignal.FALLING: _SLOPE,
    XmrSignal.NEAR_TOP: _EDGE,
    XmrSignal.NEAR_BOTTOM: _EDGE,
}
SHIFT = "Start of a sustained rise or fall"
_RANGE_TEXTS = ("middle_text", "range_text", "narrow_text", "signal_text")
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
        A table with the column month, and either the limits of an XmR chart (mean, lower, upper and signal) or what
        was expected of each month, as `expected.add_expected` returns it, with forecast.

    Returns
    -------
    list[ChartRow]
        The rows with middle, lower and upper (and lower_80 and upper_80); the `stretch` that a band is drawn over,
        which ends at a gap, at a step of the limits and before the forecast; `is_forecast`; the `mark` and the
        `shift_mark` of an unusual month; and in words `middle_text`, `range_text`, `narrow_text` and `signal_text`.
        A month that is forecast has no `month`, because it has no records to open.
    """
    is_limit = has_limits(table)
    columns = {"middle": "mean" if is_limit else "expected_count", "lower": "lower", "upper": "upper"}
    columns |= {} if is_limit else {"lower_80": "lower_80", "upper_80": "upper_80"}
    others = ("signal",) if is_limit else ("signal", "shift", "forecast")
    ranges = {row["month"]: row for row in make_plain_rows(table, ["month", *columns.values(), *others])}
    new_rows: list[ChartRow] = []
    stretch, before = 0, dict[str, Any]()
    for row in rows:
        figures = ranges.get(row["month"], {})
        limits = {name: figures.get(column) for name, column in columns.items()}
        if limits["middle"] is None:
            # The next month with a range begins a new stretch, so that no band is drawn across the gap.
            before = {}
            new_rows.append(row | dict.fromkeys(_RANGE_TEXTS, wording.NOT_AVAILABLE))
            continue
        is_forecast = bool(figures.get("forecast"))
        is_new = not before or (is_limit and limits != before) or is_forecast != before.get("is_forecast", False)
        if is_new:
            stretch += 1
            if is_forecast and before:
                # From the last month loaded, so that the forecast is drawn as going on from it.
                new_rows.append(before | {"stretch": stretch, "is_forecast": True, "at": new_rows[-1]["at"]})
        before = limits | ({} if is_limit else {"is_forecast": is_forecast})
        words = _describe_limits(limits) | _mark_signal(figures)
        new_row = row | before | {"stretch": stretch, "is_forecast": is_forecast} | words
        new_rows.append({key: value for key, value in new_row.items() if not (is_forecast and key == "month")})
    return new_rows


def add_marks(rows: Sequence[ChartRow], table: pd.DataFrame) -> list[ChartRow]:
    """Add to the rows of months the marks of those not as expected, without the range.

    Parameters
    ----------
    rows : Sequence[ChartRow]
        The rows of months.
    table : pd.DataFrame
        A table with the column month, and those of `expected.add_expected`.

    Returns
    -------
    list[ChartRow]
        The rows with `mark`, `shift_mark`, `range_text` and `signal_text`.
    """
    columns = ["month", "lower", "upper", "signal", "shift"]
    figures = {row["month"]: row for row in make_plain_rows(table, columns)}
    missing = dict.fromkeys(("range_text", "signal_text"), wording.NOT_AVAILABLE)
    new_rows = []
    for row in rows:
        limits = figures.get(row["month"], dict.fromkeys(columns))
        has_any = limits["upper"] is not None
        range_text = wording.format_range(limits["lower"], limits["upper"]) if has_any else ""
        new_rows.append(row | ({"range_text": range_text} | _mark_signal(limits) if has_any else missing))
    return new_rows


def has_limits(table: pd.DataFrame) -> bool:
    """Return whether a table of months has the limits of an XmR chart."""
    return "mean" in table


def has_range(table: pd.DataFrame) -> bool:
    """Return whether a table of months has a range, of either kind, for any month."""
    return any(name in table and bool(table[name].notna().any()) for name in ("mean", "expected_count"))


def _describe_limits(limits: ChartRow) -> ChartRow:
    words = {
        "middle_text": wording.format_number(limits["middle"]),
        "range_text": wording.format_range(limits["lower"], limits["upper"]),
    }
    if "lower_80" in limits:
        words["narrow_text"] = wording.format_range(limits["lower_80"], limits["upper_80"])
    return words


def _mark_signal(figures: ChartRow) -> ChartRow:
    signal, shift = figures["signal"], figures.get("shift")
    texts = [text for text in (signal, shift) if text]
    marks = {"mark": MARKS[signal]} if signal else {}
    marks |= {"shift_mark": SHIFT} if shift else {}
    return marks | {"signal_text": wording.capitalise(" and ".join(texts)) if texts else "No"}


def make_event_rows(events: Sequence[DatedEvent], rows: Sequence[ChartRow]) -> list[ChartRow]:
    """Return the numbered events on the time axis of some rows of months, from `event_from` to `event_to`."""
    bands: list[ChartRow] = []
    for number, event in enumerate(events, 1):
        # An event that began before the chart, or goes on after it, is cut at the edge.
        first = max(to_milliseconds(event.first.first_day) - _HALF_MONTH, rows[0]["from"])
        last = min(to_milliseconds(event.last.first_day) + _HALF_MONTH, rows[-1]["to"])
        bands.append({"event_from": first, "event_to": last, "event_at": (first + last) // 2, "number": str(number)})
    return bands
