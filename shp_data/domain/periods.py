"""Months, quarters and financial years: April to March, Q1 is April to June."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import total_ordering

from shp_data.domain.errors import SelectionError

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4}-\d{2})[- ]Q([1-4])", re.IGNORECASE)
_FIRST_MONTH = 4  # the financial year starts in April


@total_ordering
@dataclass(frozen=True)
class Month:
    """One calendar month, printed as `2020-10`."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse a month that does not exist."""
        if not (1 <= self.month <= 12 and 1900 <= self.year <= 9998):
            raise SelectionError(f"no such month: {self.year}-{self.month}; expected YYYY-MM, such as 2020-10")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Parse a month such as `2020-10`. Raises SelectionError for any other form."""
        match = _MONTH.fullmatch(text.strip())
        if not match:
            raise SelectionError(f"month {text[:40]!r} is not understood; expected YYYY-MM, such as 2020-10")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        """Return the month as `2020-10`."""
        return f"{self.year:04d}-{self.month:02d}"

    def __lt__(self, other: Month) -> bool:
        """Return whether this month is before `other`."""
        return (self.year, self.month) < (other.year, other.month)

    def shift(self, months: int) -> Month:
        """Return the month a number of months later (earlier if negative)."""
        # As one number of months, so that a shift either way crosses years correctly.
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    @property
    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day of the month, including 29 February in leap years."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def label(self) -> str:
        """The month for display: `Oct 2020`."""
        return f"{calendar.month_abbr[self.month]} {self.year}"

    @property
    def year_start(self) -> Month:
        """The April in which this month's financial year starts."""
        return Month(self.year if self.month >= _FIRST_MONTH else self.year - 1, _FIRST_MONTH)

    @property
    def financial_year(self) -> str:
        """The financial year: `2020-21` for April 2020 to March 2021."""
        start = self.year_start.year
        return f"{start}-{(start + 1) % 100:02d}"

    @property
    def quarter(self) -> str:
        """The quarter: `2020-21-Q3` for October to December 2020."""
        return f"{self.financial_year}-Q{(self.month - _FIRST_MONTH) % 12 // 3 + 1}"


@dataclass(frozen=True)
class Period:
    """Whole months from `first` to `last`, both included."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.last < self.first:
            raise SelectionError(f"the period ends ({self.last}) before it starts ({self.first})")

    @property
    def length(self) -> int:
        """The number of months."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month of the period, in order."""
        return tuple(self)

    def __iter__(self) -> Iterator[Month]:
        """Iterate over the months of the period, in order."""
        return (self.first.shift(n) for n in range(self.length))

    @property
    def name(self) -> str:
        """The name that `parse_period` reads: `2020-10`, `2020-21-Q3`, `2020-21` or `2020-04 to 2020-12`."""
        if self.length == 1:
            return str(self.first)
        if self.length == 3 and self == parse_quarter(self.first.quarter):
            return self.first.quarter
        # 2011-12 would read as December 2011, so the years to 2011-12 go by their months.
        if self.length == 12 and self.first == self.first.year_start and self.last.year % 100 > 12:
            return self.first.financial_year
        return f"{self.first} to {self.last}"

    @property
    def label(self) -> str:
        """The name followed by its months: `2020-21 Q3 (Oct to Dec 2020)`."""
        has_name = self.length > 1 and " to " not in self.name
        return f"{self.name.replace('-Q', ' Q')} ({self.span})" if has_name else self.span

    @property
    def span(self) -> str:
        """The months without the name: `Oct to Dec 2020`, `Dec 2020 to Jan 2021`, `Oct 2020`."""
        if self.length == 1:
            return self.first.label
        start = self.first.label if self.first.year != self.last.year else calendar.month_abbr[self.first.month]
        return f"{start} to {self.last.label}"

    def shift(self, months: int) -> Period:
        """Return the period of the same length a number of months later (earlier if negative)."""
        return Period(self.first.shift(months), self.last.shift(months))

    @property
    def last_year(self) -> Period:
        """The same months of the year before."""
        return self.shift(-12)

    @property
    def previous(self) -> Period:
        """The period of the same length immediately before."""
        return self.shift(-self.length)

    @property
    def year_to_date(self) -> Period:
        """The months from April of the financial year in which the period ends, to its last month."""
        return Period(self.last.year_start, self.last)


def parse_quarter(text: str) -> Period:
    """Parse a quarter such as `2020-21-Q3` or `2020-21 Q3`. Raises SelectionError for any other form."""
    match = _QUARTER.fullmatch(text.strip())
    if not match:
        raise SelectionError(f"quarter {text[:40]!r} is not understood; expected such as 2020-21-Q3")
    first = parse_financial_year(match[1]).first.shift(3 * (int(match[2]) - 1))
    return Period(first, first.shift(2))


def parse_financial_year(text: str) -> Period:
    """Parse a financial year such as `2020-21`. Raises SelectionError for any other form, such as 2020-22."""
    match = _YEAR.fullmatch(text.strip())
    if not match or (int(match[1]) + 1) % 100 != int(match[2]):
        raise SelectionError(f"financial year {text[:40]!r} is not understood; expected such as 2020-21")
    first = Month(int(match[1]), _FIRST_MONTH)
    return Period(first, first.shift(11))


def parse_period(text: str) -> Period:
    """Parse the name of a period, as `Period.name` returns it. Raises SelectionError for any other form."""
    # The quarter before the year, because its name contains that of the year.
    first, separator, last = text.partition(" to ")
    if separator:
        return Period(Month.parse(first), Month.parse(last))
    if "q" in text.lower():
        return parse_quarter(text)
    match = _YEAR.fullmatch(text.strip())
    if match and int(match[2]) > 12:  # 2020-21 cannot be a month
        return parse_financial_year(text)
    month = Month.parse(text)
    return Period(month, month)


def group_into_periods(months: Iterable[Month]) -> list[Period]:
    """Group months into unbroken periods, in order."""
    periods: list[Period] = []
    for month in sorted(months):
        if periods and periods[-1].last.shift(1) == month:
            periods[-1] = Period(periods[-1].first, month)
        else:
            periods.append(Period(month, month))
    return periods
