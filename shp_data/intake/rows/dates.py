"""Read dates as suppliers write them, and judge from all dates of a file what they mean.

A date is a day, a day with a time, or a month; in one column or in parts. A file has few distinct days and times
compared with its rows, so each is read once and the results are joined to the rows column by column.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain.clock import UK
from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import DateOrder, normalise_name
from shp_data.intake.rows.blanks import clear_blanks

DATE_PARTS: Final = ("day", "month", "year")
DATE_COLUMNS: Final = ("date", "time", *DATE_PARTS)
_EXPECTED = "expected a day such as 05/04/2024, 2024-04-05 or 5 Apr 2024, or a month such as Apr 2024 or 2024-04"
_NOT_RECOGNISED = f"is not recognised; {_EXPECTED}"
_NOT_REAL = "is not a real day; expected DD/MM/YYYY or YYYY-MM-DD"
FINANCIAL_YEAR = "may be a financial year; write a month as 04/2024, or add a column for the month"
_LONGEST = 40  # characters of a value that an error shows
_MOST_EXAMPLES = 3
_SEPARATOR = "\x1f"  # between day, month and year in columns
_NO_TIME = -1  # seconds since midnight, where there is no time of day
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
_DAY_SECONDS = 24 * 60 * 60
_LAST_OF_THIS_CENTURY = 68  # of two digits: 68 is 2068 and 69 is 1969, as programs read them
_FIRST_FINANCIAL_MONTH = 4
_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2099

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH_NUMBERS: Final = {
    **{name: number for number, name in enumerate(_MONTHS, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, 1)},
    "sept": 9,
}
# Patterns of a day or a month in lower case, without the day of the week.
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b[ .,]*")
_ORDINAL = re.compile(r"^(\d\d?)(?:st|nd|rd|th)\b(?: of\b)?", re.ASCII)
_NUMBERS = re.compile(r"(\d\d?)([/. -])(\d\d?)\2(\d{4}|\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})(?:([/. -])(\d\d?)\2(\d\d?)|(\d\d)(\d\d))", re.ASCII)
_NAMED = re.compile(r"(\d\d?)[ ./-]*([a-z]{3,9})[ .,/-]*(\d{4}|\d\d)", re.ASCII)
_NAME_FIRST = re.compile(r"([a-z]{3,9})[ .]*(\d\d?)(?:st|nd|rd|th)?[ ,]+(\d{4})", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})(?:[/.-](\d\d?)|(\d\d))", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d\d?)[/.-](\d{4})", re.ASCII)
# Excel prints a month as `Apr-24`. `Apr 24` is not read, because it may be a day.
_NAMED_MONTH = re.compile(r"([a-z]{3,9})(?:[ .,/-]*(\d{4})|(?:[/-]| ?')(\d\d))", re.ASCII)
_YEAR_NAMED_MONTH = re.compile(r"(\d{4})[ .,/-]*([a-z]{3,9})", re.ASCII)
_FINANCIAL_YEAR = re.compile(r"(\d{4}) ?[/-] ?(\d{4}|\d\d)", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}", re.ASCII)  # a day as Excel stores it: 1954 to 2119

# A text with a time of day, and a day with a time as Excel stores it. RE2 syntax, for Arrow.
_DAY_AND_TIME = (
    r"^(?P<day>.+?)(?:T| *, *| +)(?P<time>\d{1,2}:[\d:.,]+(?i: ?[ap]\.?m\.?)?)"
    r" ?(?P<zone>(?i:z|utc)|[+-]\d{2}(?::?\d{2})?|)$"
)
_SERIAL_AND_TIME = r"^(?P<day>[2-7]\d{4})(?P<time>\.\d+)$"
# 23:40, 23:40:59, 11:40 pm; in a column of its own also 23.40 and 2340, with or without a day that means nothing.
_TIME = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ])?(\d\d?)[:.]?(\d\d)(?:[:.]?(\d\d)(?:[.,]\d+)?)?(?: ?([ap])\.?m\.?)?",
    re.ASCII | re.IGNORECASE,
)
_DAY_FRACTION = re.compile(r"0?\.\d+|0", re.ASCII)  # a time as Excel stores it

Values = npt.NDArray[Any]


class WrittenDay(NamedTuple):
    """What a text without a time of day means.

    `day`: the day, or the first day of the month; None if it is neither, and `fault` says why. `order`: the order
    that the text itself shows: `day first`, `month first`, `either`, or empty where the order cannot matter.
    `is_financial_year`: whether it is a financial year, or a month that could be one, such as 2009-10.
    """

    day: dt.date | None
    is_month: bool = False
    order: str = ""
    is_financial_year: bool = False
    fault: str = ""


@dataclass(frozen=True)
class DateEvidence:
    """What the dates of a file, or of a part of it, show. The numbers count rows.

    `dates`: rows with a date. `months`: whole months. `first_days`: days that are the first of their month, without
    a time or at 00:00. `first`, `last`: the earliest and the latest date. `timed`, `midnights`: dates with a time of
    day, and with 00:00. `day_first`, `month_first`, `either_order`: dates that can only be in this order, or in
    both. `financial_years`: those that are or could be one. `unreadable`: those that are no date;
    `unreadable_times`: times that are none. `examples`: some texts of each kind, by its name.
    `is_month_column`: whether the header says that the column has months.
    """

    dates: int = 0
    months: int = 0
    first_days: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    timed: int = 0
    midnights: int = 0
    day_first: int = 0
    month_first: int = 0
    either_order: int = 0
    financial_years: int = 0
    unreadable: int = 0
    unreadable_times: int = 0
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_month_column: bool = False

    def __add__(self, other: DateEvidence) -> DateEvidence:
        """Return what both parts of a file show together."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in _COUNTS}
        days = [day for day in (self.first, self.last, other.first, other.last) if day]
        examples = {
            kind: tuple(dict.fromkeys((*self.examples.get(kind, ()), *other.examples.get(kind, ()))))[:_MOST_EXAMPLES]
            for kind in {**self.examples, **other.examples}
        }
        is_month_column = self.is_month_column or other.is_month_column
        return DateEvidence(
            **counts,
            first=min(days, default=None),
            last=max(days, default=None),
            examples=examples,
            is_month_column=is_month_column,
        )

    @property
    def is_month_first(self) -> bool:
        """Whether some dates can only be in month-first order and none contradicts it."""
        return bool(self.month_first) and not self.day_first

    @property
    def is_order_unclear(self) -> bool:
        """Whether dates could be in either order, and no date shows which."""
        return bool(self.either_order) and not self.day_first and not self.month_first

    @property
    def has_only_midnights(self) -> bool:
        """Whether every time of day is 00:00, so that none was recorded."""
        return 0 < self.timed == self.midnights

    @property
    def has_only_first_days(self) -> bool:
        """Whether the days are months, because a program changed each month to its first day.

        The first days of several months and no other day are months. A single one may be a day, unless the
        header says that it is a month.
        """
        are_months = self.is_month_column or self.first != self.last
        return bool(self.first_days) and self.first_days + self.months == self.dates - self.unreadable and are_months

    @property
    def has_only_financial_years(self) -> bool:
        """Whether every date is, or could be, a financial year, and the header does not say that it is a month."""
        return 0 < self.financial_years == self.dates and not self.is_month_column

    @property
    def are_unreadable(self) -> bool:
        """Whether there are dates and none can be read."""
        return bool(self.dates) and (self.unreadable == self.dates or self.has_only_financial_years)


_COUNTS = tuple(item.name for item in fields(DateEvidence) if item.type == "int")


@dataclass(frozen=True)
class DatesRead:
    """The dates of a chunk row by row, and what they show.

    `text`: the date as written, null where there is none. `occurred`: a timestamp in UK time, null where the text is
    not a date. `precision`: month, day or minute. `fault`: why the text is not a date.
    """

    text: pa.Array
    occurred: pa.Array
    precision: pa.Array
    fault: pa.Array
    evidence: DateEvidence


@dataclass(frozen=True)
class _DistinctDates:
    """The distinct dates of a chunk, and at the end the values of a row without a date.

    `days`: datetime64[s], in UK time and without the time of day. `seconds`: since midnight, or `_NO_TIME`.
    `is_midnight`: whether the text or the UK time says 00:00. The others: as in `WrittenDay`; a fault names the text.
    """

    days: Values
    seconds: Values
    is_midnight: Values
    is_month: Values
    orders: Values
    is_financial_year: Values
    faults: Values


def read_dates(table: pa.Table, headers: Mapping[str, str], order: DateOrder = "") -> DatesRead:
    """Read the dates of a chunk.

    Parameters
    ----------
    table : text columns named by the file's headers
    headers : our column -> the file's header. A column `date` comes before the parts `day`, `month` and `year`. A
        column `time` gives the time of day where the date has none
    order : the order of day and month in dates of numbers, as the supplier's mapping says; empty for the UK's
    """
    columns = {name: _read_column(table, headers[name]) for name in DATE_COLUMNS if name in headers}
    in_parts = "date" not in columns
    texts = _join_parts(columns) if in_parts else columns["date"]
    encoded = texts.dictionary_encode()
    distinct = _read_distinct(encoded.dictionary, is_month_first=order == "month first", in_parts=in_parts)
    rows = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    days, is_month = distinct.days[rows], distinct.is_month[rows]
    seconds, is_midnight = distinct.seconds[rows], distinct.is_midnight[rows]
    unreadable_times: list[str] = []
    if "time" in columns:
        times, unreadable_times = _read_times(columns["time"])
        # A date's own time comes first, but 00:00 is what programs add to a day that has none.
        takes_time = (times != _NO_TIME) & (is_midnight | (seconds == _NO_TIME)) & ~is_month & ~np.isnat(days)
        seconds = np.where(takes_time, times, seconds)
        is_midnight = np.where(takes_time, times == 0, is_midnight)
    has_time = seconds != _NO_TIME
    header = headers.get("month", "") if in_parts else headers["date"]
    evidence = replace(
        _gather_evidence(encoded.dictionary.to_pylist(), distinct, rows),
        first_days=int(np.sum((days == days.astype("datetime64[M]")) & ~is_month & (is_midnight | ~has_time))),
        timed=int(np.sum(has_time)),
        midnights=int(np.sum(is_midnight)),
        unreadable_times=len(unreadable_times),
        is_month_column="month" in normalise_name(header) and "day" not in normalise_name(header),
    )
    if unreadable_times:
        time_examples = tuple(dict.fromkeys(unreadable_times))[:_MOST_EXAMPLES]
        evidence = replace(evidence, examples={**evidence.examples, "unreadable_times": time_examples})
    precision = pa.array(np.where(is_month, 0, np.where(has_time, 2, 1)), pa.int8())
    return DatesRead(
        text=_print_parts(texts) if in_parts else texts,
        occurred=pa.array(days + np.maximum(seconds, 0).astype("timedelta64[s]")).cast(pa.timestamp("us")),
        precision=pa.DictionaryArray.from_arrays(precision, ["month", "day", "minute"]),
        fault=pa.array(distinct.faults, pa.string()).take(pa.array(rows)),
        evidence=evidence,
    )


def refuse_month_first(evidence: DateEvidence, supplier: str) -> None:
    """Raise InputError if the dates seem to be in month-first order, which nobody has confirmed."""
    if evidence.is_month_first:
        example = evidence.examples["month_first"][0]
        raise InputError(
            f"the date '{example}' can only be month first, and no other date contradicts that order. Choose the order "
            f'on the Load files page, or write date_order = "month first" under [sources."{supplier}"] in '
            f'partnership.toml ("day first" if such dates are mistakes) and load the file with --source "{supplier}"'
        )


def _read_column(table: pa.Table, header: str) -> pa.Array:
    """Return a column in one piece, null where it says nothing."""
    return pa.concat_arrays(clear_blanks(table.column(header)).chunks) if len(table) else pa.array([], pa.string())


def _join_parts(columns: Mapping[str, pa.Array]) -> pa.Array:
    """Join the day, month and year of each row to one text; null where there is neither a month nor a year."""
    nothing = pa.nulls(len(next(iter(columns.values()))), pa.string())
    day, month, year = (columns.get(name, nothing) for name in DATE_PARTS)
    joined = pc.binary_join_element_wise(day, month, year, _SEPARATOR, null_handling="replace", null_replacement="")
    return pc.if_else(pc.and_(pc.is_null(month), pc.is_null(year)), pa.scalar(None, pa.string()), joined)


def _print_parts(texts: pa.Array) -> pa.Array:
    """Return joined parts as an error shows them, with blanks between them."""
    return pc.utf8_trim(pc.replace_substring(texts, _SEPARATOR, " "), characters=" ")


def _read_distinct(texts: pa.StringArray, *, is_month_first: bool, in_parts: bool) -> _DistinctDates:
    """Read each distinct text as a date."""
    day_texts, time_texts, zone_texts = (texts, None, None) if in_parts else _split_times(texts)
    read: Callable[[str, bool], WrittenDay] = _read_parts if in_parts else read_day
    encoded = day_texts.dictionary_encode()
    written = [*(read(text, is_month_first) for text in encoded.dictionary.to_pylist()), WrittenDay(None)]
    places = np.append(encoded.indices.to_numpy(zero_copy_only=False), len(written) - 1)
    days = np.array([value.day for value in written], "datetime64[s]")[places]
    faults = np.array([value.fault for value in written], object)[places]
    is_month = np.array([value.is_month for value in written])[places]
    seconds, is_midnight = np.full(len(days), _NO_TIME), np.zeros(len(days), bool)
    if time_texts is not None:
        seconds[:-1], has_fault = _read_encoded_times(time_texts)
        days[:-1][has_fault], faults[:-1][has_fault] = np.datetime64("NaT"), _NOT_RECOGNISED
        seconds[np.isnat(days) | is_month] = _NO_TIME
        is_midnight = seconds == 0
        days, seconds = _convert_to_uk_time(days, seconds, zone_texts)
        is_midnight |= seconds == 0
    for place in np.flatnonzero(np.isnat(days[:-1])):
        faults[place] = f"date '{_print_text(texts[place].as_py())}' {faults[place]}"
    faults[~np.isnat(days)] = None
    faults[-1] = None
    return _DistinctDates(
        days,
        seconds,
        is_midnight,
        is_month,
        np.array([value.order for value in written], object)[places],
        np.array([value.is_financial_year for value in written])[places],
        faults,
    )


def _split_times(texts: pa.StringArray) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Split texts into the day, the time of day and the time zone; the last two are null where there is none."""
    split = pc.extract_regex(texts, _DAY_AND_TIME)
    serial = pc.extract_regex(texts, _SERIAL_AND_TIME)
    day = pc.coalesce(pc.struct_field(split, "day"), pc.struct_field(serial, "day"), texts)
    time = pc.coalesce(pc.struct_field(split, "time"), pc.struct_field(serial, "time"))
    return day, time, pc.struct_field(split, "zone")


def _read_encoded_times(texts: pa.Array) -> tuple[Values, Values]:
    """Read times of day, each distinct one once.

    Return the seconds since midnight, `_NO_TIME` where there is none, and whether a text is not a time.
    """
    encoded = texts.dictionary_encode()
    seconds_by_place = [*map(read_time, encoded.dictionary.to_pylist()), None]
    places = encoded.indices.fill_null(len(seconds_by_place) - 1).to_numpy(zero_copy_only=False)
    seconds = np.array([_NO_TIME if value is None else value for value in seconds_by_place])[places]
    return seconds, (seconds == _NO_TIME) & (places < len(seconds_by_place) - 1)


def _read_times(texts: pa.Array) -> tuple[Values, list[str]]:
    """Read a column of times. Return the seconds since midnight, and the texts that are not a time."""
    seconds, has_fault = _read_encoded_times(texts)
    return seconds, texts.filter(pa.array(has_fault)).to_pylist()


def _convert_to_uk_time(days: Values, seconds: Values, zones: pa.Array) -> tuple[Values, Values]:
    """Convert times with a zone to UK time: 23:30 UTC in July is 00:30 of the next day."""
    encoded = zones.dictionary_encode()
    offsets_by_place = [*map(_read_offset, encoded.dictionary.to_pylist()), None]
    places = encoded.indices.fill_null(len(offsets_by_place) - 1).to_numpy(zero_copy_only=False)
    has_zone = np.array([offset is not None for offset in offsets_by_place])[places]
    has_zone = np.append(has_zone, False) & (seconds != _NO_TIME)
    if not has_zone.any():
        return days, seconds
    offsets = np.array([offset or 0 for offset in offsets_by_place])[places]
    utc = days[has_zone] + (seconds[has_zone] - np.append(offsets, 0)[has_zone]).astype("timedelta64[s]")
    local = pc.local_timestamp(pa.array(utc).cast(pa.timestamp("s", "UTC")).cast(pa.timestamp("s", UK.key)))
    uk = local.to_numpy(zero_copy_only=False)
    days, seconds = days.copy(), seconds.copy()
    days[has_zone] = uk.astype("datetime64[D]")
    seconds[has_zone] = (uk - days[has_zone]).astype(int)
    return days, seconds


def _read_offset(zone: str) -> int | None:
    """Return the seconds by which a zone is ahead of UTC: 3600 for `+01:00`. None without a zone."""
    if not zone:
        return None
    if zone[0] not in "+-":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
    return (-1 if zone[0] == "-" else 1) * (hours * 60 + minutes) * 60


def read_time(text: str) -> int | None:
    """Return the seconds since midnight of a time of day; None for any other text."""
    if _DAY_FRACTION.fullmatch(text):
        return round(float(text) * 24 * 60) * 60 % _DAY_SECONDS
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] in "pP" else 0)
    return (hour * 60 + minute) * 60 + second if hour < 24 and minute < 60 and second < 60 else None


@lru_cache(10_000)
def is_date(text: str) -> bool:
    """Return whether a text is a day or a month, with or without a time."""
    split = re.fullmatch(_DAY_AND_TIME, text) or re.fullmatch(_SERIAL_AND_TIME, text)
    if split and read_time(split["time"]) is None:
        return False
    read = read_day(split["day"] if split else text)
    return read.day is not None or read.order == "month first"


def is_month(text: str) -> bool:
    """Return whether a text in a column of months is one."""
    return text.casefold() in _MONTH_NUMBERS or (text.isdecimal() and 1 <= int(text) <= 12) or read_day(text).is_month


def is_year(text: str) -> bool:
    """Return whether a text in a column of years is a year or a financial year."""
    return (text.isdecimal() and _EARLIEST_YEAR <= int(text) <= _LATEST_YEAR) or _find_financial_year(text) is not None


def read_day(text: str, is_month_first: bool = False) -> WrittenDay:
    """Read a day or a month, in any of the forms that suppliers use."""
    words = _ORDINAL.sub(r"\1", _WEEKDAY.sub("", text.casefold())).strip()
    if match := _NUMBERS.fullmatch(words):
        return _read_numbers(int(match[1]), int(match[3]), _expand_year(match[4]), is_month_first)
    if match := _YEAR_FIRST.fullmatch(words):
        return _make_day(*_select_numbers(match))
    if _SERIAL.fullmatch(words):
        return WrittenDay(_EXCEL_DAY_0 + dt.timedelta(days=int(words)))
    if match := _NAMED.fullmatch(words):
        return _make_day(_expand_year(match[3]), _MONTH_NUMBERS.get(match[2]), int(match[1]))
    if match := _NAME_FIRST.fullmatch(words):
        return _make_day(int(match[3]), _MONTH_NUMBERS.get(match[1]), int(match[2]))
    return _read_month(words)


def _read_numbers(first: int, second: int, year: int, is_month_first: bool) -> WrittenDay:
    """Read a day and a month in numbers, with the order that they show."""
    # 31/02 is not a real day and still shows the order.
    can_be = (first <= 31 and second <= 12, first <= 12 and second <= 31)
    order = {(True, False): "day first", (False, True): "month first", (True, True): "either"}.get(can_be, "")
    month, day = (first, second) if is_month_first else (second, first)
    return _make_day(year, month, day)._replace(order="" if first == second else order)


def _read_month(words: str) -> WrittenDay:
    """Read a month. One that could be a financial year, such as 2009-10, is marked as such."""
    is_financial_year = _find_financial_year(words) is not None
    year, month = _split_month(words)
    if month is not None and 1 <= month <= 12 and year:
        return WrittenDay(dt.date(year, month, 1), is_month=True, is_financial_year=is_financial_year)
    return WrittenDay(
        None, is_financial_year=is_financial_year, fault=FINANCIAL_YEAR if is_financial_year else _NOT_RECOGNISED
    )


def _split_month(words: str) -> tuple[int, int | None]:
    """Return the year and month in a text; no month if it is not one."""
    if match := _YEAR_MONTH.fullmatch(words):
        year, month = _select_numbers(match)
        return year, month
    if match := _MONTH_YEAR.fullmatch(words):
        return int(match[2]), int(match[1])
    if match := _NAMED_MONTH.fullmatch(words):
        return _expand_year(match[2] or match[3]), _MONTH_NUMBERS.get(match[1])
    if match := _YEAR_NAMED_MONTH.fullmatch(words):
        return int(match[1]), _MONTH_NUMBERS.get(match[2])
    return 0, None


def _read_parts(text: str, is_month_first: bool) -> WrittenDay:
    """Read a day, a month and a year in columns of their own, joined by `_SEPARATOR`.

    Without a day it is a month. The year may be a financial year, and the month may name its year itself.
    """
    day_text, month_text, year_text = (part.casefold() for part in text.split(_SEPARATOR))
    day_text = _WEEKDAY.sub("", _ORDINAL.sub(r"\1", day_text))
    month = int(month_text) if month_text.isdecimal() and len(month_text) <= 2 else _MONTH_NUMBERS.get(month_text)
    if month is None and month_text:
        whole = read_day(month_text, is_month_first)
        if whole.day is None or year_text not in ("", str(whole.day.year)):
            return whole if whole.day is None else WrittenDay(None, fault=_NOT_RECOGNISED)
        if not (whole.is_month and day_text):
            return whole
        month, year_text = whole.day.month, str(whole.day.year)
    first_year = _find_financial_year(year_text)
    if month is None:
        fault = _NOT_RECOGNISED if first_year is None else FINANCIAL_YEAR
        return WrittenDay(None, is_financial_year=first_year is not None, fault=fault)
    if first_year is not None:
        year = first_year if month >= _FIRST_FINANCIAL_MONTH else first_year + 1
    elif year_text.isdecimal() and len(year_text) in (2, 4):
        year = _expand_year(year_text)
    else:
        return WrittenDay(None, fault=_NOT_RECOGNISED)
    if day_text and not day_text.isdecimal():
        return WrittenDay(None, fault=_NOT_RECOGNISED)
    return _make_day(year, month, int(day_text or 1))._replace(is_month=not day_text)


def _find_financial_year(text: str) -> int | None:
    """Return the first calendar year of a financial year, such as 2009-10 or 2009/2010; None for any other text."""
    match = _FINANCIAL_YEAR.fullmatch(text)
    if not match:
        return None
    first, last = int(match[1]), int(match[2])
    return first if last in (first + 1, (first + 1) % 100) else None


def _make_day(year: int, month: int | None, day: int) -> WrittenDay:
    """Make a day; a fault if it does not exist or its month is not a name of one."""
    if month is None:
        return WrittenDay(None, fault=_NOT_RECOGNISED)
    if not _is_day(year, month, day):
        return WrittenDay(None, fault=_NOT_REAL)
    return WrittenDay(dt.date(year, month, day))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _expand_year(text: str) -> int:
    """Return a year of two or four digits in four."""
    if len(text) > 2:
        return int(text)
    return int(text) + (2000 if int(text) <= _LAST_OF_THIS_CENTURY else 1900)


def _select_numbers(match: re.Match[str]) -> list[int]:
    """Return the numbers among the groups of a match."""
    return [int(group) for group in match.groups() if group and group.isdecimal()]


def _gather_evidence(texts: list[str], distinct: _DistinctDates, rows: Values) -> DateEvidence:
    """Count the rows whose dates show each thing. `rows`: the place in `distinct` of each row's date."""
    row_counts = np.bincount(rows, minlength=len(texts) + 1)[:-1]
    is_unreadable = np.isnat(distinct.days[:-1])
    kinds = {
        "day_first": distinct.orders[:-1] == "day first",
        "month_first": distinct.orders[:-1] == "month first",
        "either_order": distinct.orders[:-1] == "either",
        "financial_years": distinct.is_financial_year[:-1],
        "unreadable": is_unreadable,
        "months": distinct.is_month[:-1],
    }
    days = distinct.days[:-1][~is_unreadable].astype("datetime64[D]")
    counts: dict[str, Any] = {kind: int(row_counts[has_kind].sum()) for kind, has_kind in kinds.items()}
    return DateEvidence(
        **counts,
        dates=int(row_counts.sum()),
        first=days.min().item() if len(days) else None,
        last=days.max().item() if len(days) else None,
        examples={kind: _show_examples(texts, has_kind) for kind, has_kind in kinds.items() if has_kind.any()},
    )


def _show_examples(texts: list[str], has_kind: Values) -> tuple[str, ...]:
    """Return the first texts of a kind, as an error shows them."""
    return tuple(_print_text(texts[place]) for place in np.flatnonzero(has_kind)[:_MOST_EXAMPLES])


def _print_text(text: str) -> str:
    return text.replace(_SEPARATOR, " ").strip()[:_LONGEST]
