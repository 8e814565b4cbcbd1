"""The cells of a reported figure: their meaning, or the message that refuses them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_period
from shp_data.domain.reported import MeasureKind, classify_measure
from shp_data.domain.vocabulary import Indicator

_EARLIEST = Month(1970, 1)
_LARGEST = 1_000_000_000
_LONGEST = 40  # characters of a value that an error shows
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(%?)")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: 00:00)?|(\d{1,2})/(\d{1,2})/(\d{4})")  # as Excel keeps or prints it
_NAMED_MONTHS = ("%b %Y", "%B %Y", "%b-%y", "%b-%Y")  # Oct-20 is how Excel shows a month that was typed
_EXAMPLES: Final[dict[MeasureKind, str]] = {
    "count": "the count, such as 90",
    "level": "the whole number, such as 43",
    "percent": "the percentage, such as 25.7",
}


class CellError(ValueError):
    """A cell that cannot be used: its column, and what is wrong with it."""

    def __init__(self, column: str, fault: str) -> None:
        """Create the error. `column`: our name for it. `fault`: the value, what was expected and what to do."""
        super().__init__(fault)
        self.column = column


def read_area(text: str | None) -> str:
    """Return the printed name of the Local Policing Area in a cell, in any usual spelling. Raises CellError."""
    areas = partnership().areas
    valid_names = ", ".join(areas.lpa_names)
    if not text:
        raise CellError("area", f"no area; write one of {valid_names}")
    try:
        name = areas.find_lpa(text)
    except SelectionError:
        name = ""
    if name not in areas.lpa_names:
        raise CellError("area", f"{_quote(text)} is no area; write one of {valid_names}")
    return name


def read_indicator(text: str | None) -> Indicator:
    """Return the reported indicator with this id, label or short name.

    Raises CellError, also for other kinds of indicator.
    """
    if not text:
        raise CellError("indicator", "no indicator; write its name as the template has it")
    try:
        indicator = partnership().vocabulary.find_indicator(text)
    except SelectionError as error:
        fault = f"{_quote(text)} is no indicator; write its name as the template has it"
        raise CellError("indicator", fault) from error
    if indicator.kind == "incident":
        raise CellError("indicator", f"{_quote(text)} is counted from records; load its records, leave this row out")
    if indicator.kind == "derived":
        raise CellError("indicator", f"{_quote(text)} is worked out here; leave this row out")
    return indicator


def read_period(text: str | None, today: dt.date) -> str:
    """Return the name of the month or quarter in a cell, `2020-10` or `2020-21-Q3`. Raises CellError."""
    expected = "a month, such as 2020-10, or a quarter, such as 2020-21 Q3"
    if not text:
        raise CellError("period", f"no period; write {expected}")
    period = _parse_period(text.strip())
    if period is None or period.length not in (1, 3) or " to " in period.name:
        raise CellError("period", f"{_quote(text)} is not understood; write {expected}")
    if period.first.first_day > today:
        raise CellError("period", f"{_quote(text)} lies in the future; write the period that the figure is of")
    if period.first < _EARLIEST:
        raise CellError("period", f"{_quote(text)} lies before 1970; write the period that the figure is of")
    return period.name


def read_number(text: str, indicator: Indicator, column: str) -> float:
    """Return the number in a cell, as the indicator measures it. A percentage of 25.7 % is 25.7.

    `column`: our name of the cell's column. Raises CellError.
    """
    kind = classify_measure(indicator)
    advice = f"write {_EXAMPLES[kind]}"
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        raise CellError(column, f"{_quote(text)} is not a number; {advice}, or leave it empty until it is in")
    value, sign = float(match[1].replace(",", "")), match[2]
    if value < 0:
        raise CellError(column, f"{_quote(text)} is below zero; {advice}")
    if kind == "percent":
        return _check_percentage(text, value, sign, column)
    if sign:
        raise CellError(column, f"{_quote(text)} is a percentage, but {indicator.short} is not; {advice}")
    if value != int(value) or value > _LARGEST:
        fault = "is not whole" if value != int(value) else f"is beyond {_LARGEST:,}"
        raise CellError(column, f"{_quote(text)} {fault}; {advice}")
    return value


def _check_percentage(text: str, value: float, sign: str, column: str) -> float:
    if value > 100:
        raise CellError(column, f"{_quote(text)} is beyond 100 %; write {_EXAMPLES['percent']}")
    if 0 < value < 1 and not sign:
        likely = f"{value * 100:.10g}"
        raise CellError(
            column, f"{_quote(text)} looks like a share; write {likely} (if it is meant, {text.strip()}% as text)"
        )
    return value


def _parse_period(text: str) -> Period | None:
    """Return the month or quarter in a text; None if it is neither."""
    match = _DAY.fullmatch(text)
    if match:
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        return _make_month(int(year), int(month)) if int(day) == 1 else None
    for date_format in _NAMED_MONTHS:
        try:
            date = dt.datetime.strptime(text, date_format)
        except ValueError:
            continue
        return _make_month(date.year, date.month)
    try:
        return parse_period(text)
    except SelectionError:
        return None


def _make_month(year: int, month: int) -> Period | None:
    try:
        return Period(Month(year, month), Month(year, month))
    except SelectionError:
        return None


def _quote(text: str) -> str:
    return f"'{text[:_LONGEST]}'"
