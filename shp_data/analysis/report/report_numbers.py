"""The value of an indicator for an area and any months: a count, a reported figure, or a rate of either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from shp_data.analysis.context import find_coverage, find_doubts
from shp_data.analysis.measures import compute_rate, find_population
from shp_data.analysis.reported import find_reported_value
from shp_data.domain.figure import COMPLETE, Coverage
from shp_data.domain.periods import Month, Period
from shp_data.domain.populations import Population
from shp_data.domain.reported import FigureKey, ReportedFigure, classify_measure
from shp_data.domain.vocabulary import Indicator
from shp_data.store.reading import Reader, count_records, list_reported


class YearToDate(NamedTuple):
    """A year to date, its origin (`sum`, `supplied` or ""), and the sum where the supplied one differs."""

    value: float | None
    comes_from: str = ""
    differs_from: float | None = None


@dataclass(frozen=True)
class ReportNumbers:
    """The values of every indicator in a store by area and month, read once for a report.

    `counts`: indicator, LPA and month -> incidents, where there are any. `marked`: those of them that are
    marked as COVID-related. `reported`: as the suppliers gave them. `edition`: of the populations of its rates.
    """

    reader: Reader
    counts: Mapping[tuple[str, str, str], int]
    marked: Mapping[tuple[str, str, str], int]
    reported: Mapping[FigureKey, ReportedFigure]
    edition: str | None = None

    def find_value(self, indicator: Indicator, area: str, period: Period) -> float | None:
        """Find the value of a month, quarter or run of months. None where part of it is missing."""
        if indicator.kind == "derived":
            count = self.find_value(self._find_numerator(indicator), area, period)
            return None if count is None else self._compute_rate(count, area, period)
        if indicator.kind == "incident" or self.is_from_records(indicator, area, period):
            return self._sum_counts(self.counts, indicator.id, area, period)
        return find_reported_value(
            self.reported, indicator, area, period, lambda month: self._count_month(indicator, area, month)
        )

    def _count_month(self, indicator: Indicator, area: str, month: Month) -> int | None:
        """Count the records of a month; None where they are not loaded."""
        counted = self._sum_counts(self.counts, indicator.id, area, make_period(month))
        return counted if indicator.may_have_records else None

    def is_from_records(self, indicator: Indicator, area: str, period: Period) -> bool:
        """Return whether the value of a period is counted from records: every month of it is loaded.

        A supplied figure of a month with records counts nowhere.
        """
        return indicator.may_have_records and self.reader.store.covers([indicator.id], period, (area,))

    def find_supplied(self, indicator: Indicator, area: str, period: Period) -> ReportedFigure | None:
        """Find the figure that the supplier gave for exactly this period."""
        return self.reported.get(FigureKey(indicator.id, area, period.name))

    def sum_months(self, indicator: Indicator, area: str, period: Period) -> float | None:
        """Sum the months that the supplier gave, and those counted from records.

        Return None where a month is missing, or where the values cannot be added.
        """
        return self._sum_periods(indicator, area, [Period(month, month) for month in period])

    def count_excluding_covid(self, indicator: Indicator, area: str, period: Period) -> int | None:
        """Count the incidents that are not marked as COVID-related.

        Return None where the period is not complete, or where none was ever marked.
        """
        if indicator.id not in self.reader.store.covid_indicators:
            return None
        count = self._sum_counts(self.counts, indicator.id, area, period)
        related = self._sum_counts(self.marked, indicator.id, area, period)
        return None if count is None or related is None else count - related

    def find_year_to_date(self, indicator: Indicator, area: str, quarter: Period) -> YearToDate:
        """Find the value from April to the quarter's end: as supplied, else the sum of what is loaded.

        Levels and percentages cannot be added, so theirs is always as supplied. Where a quarter is missing,
        the sum starts from the year to date that the supplier gave a quarter earlier.
        """
        if indicator.kind == "derived":
            count = self.find_year_to_date(self._find_numerator(indicator), area, quarter)
            counts = (count.value, count.differs_from)
            value, differs_from = (None if n is None else self._compute_rate(n, area, quarter) for n in counts)
            return YearToDate(value, count.comes_from if value is not None else "", differs_from)
        if indicator.kind == "incident":
            total = self._sum_counts(self.counts, indicator.id, area, quarter.year_to_date)
            return YearToDate(total, "sum" if total is not None else "")
        # The supplier's figures of a quarter that is counted from records are of something else.
        from_records = self.is_from_records(indicator, area, quarter)
        supplied = None if from_records else self.find_supplied(indicator, area, quarter)
        total_to_date = self._sum_to_date(indicator, area, quarter)
        # The supplier's own year to date comes first: it may hold revisions of earlier quarters.
        if supplied and supplied.year_to_date is not None:
            differs = total_to_date if total_to_date is not None and total_to_date != supplied.year_to_date else None
            return YearToDate(supplied.year_to_date, "supplied", differs)
        return YearToDate(total_to_date, "sum" if total_to_date is not None else "")

    def find_population(self, area: str, period: Period) -> Population | None:
        """Find the residents of an area that its rates of a period are based on."""
        return find_population(self.reader.partnership.areas, area, period, self.edition)

    def is_supplied(self, indicator: Indicator, area: str) -> bool:
        """Return whether any month of an indicator was ever supplied for an area."""
        if indicator.kind == "derived":
            return self.is_supplied(self._find_numerator(indicator), area)
        if indicator.kind == "incident":
            return bool(self.reader.store.list_months([indicator.id], (area,)))
        has_records = indicator.records and bool(self.reader.store.list_months([indicator.id], (area,)))
        return has_records or (indicator.id, area) in self._reported_areas

    @cached_property
    def _reported_areas(self) -> frozenset[tuple[str, str]]:
        """Each indicator and area with a reported figure of any period."""
        return frozenset((key.indicator, key.area) for key in self.reported)

    def find_coverage(self, indicator: Indicator, area: str, period: Period) -> Coverage:
        """Find whether an area has a figure for every month loaded. A figure that a supplier gives is complete."""
        counted = self._find_numerator(indicator) if indicator.kind == "derived" else indicator
        is_given = counted.kind == "reported" and self.find_value(counted, area, period) is not None
        if is_given or not counted.may_have_records:
            return COMPLETE
        return find_coverage(self.reader, self.reader.partnership.select((counted.id,), period, (area,)))

    def find_doubts(self, indicator: Indicator, area: str, months: Iterable[Month]) -> tuple[Coverage, ...]:
        """Find the months in question on which a value of an area depends. A figure that a supplier gives has none."""
        counted = self._find_numerator(indicator) if indicator.kind == "derived" else indicator
        if not counted.may_have_records:
            return ()
        ordered = sorted(months)
        selection = self.reader.partnership.select((counted.id,), Period(ordered[0], ordered[-1]), (area,))
        return find_doubts(self.reader, selection, ordered)

    def name_suppliers(self, indicator: Indicator) -> str:
        """Name the suppliers of what is loaded of an indicator; without records, its usual supplier."""
        counted = self._find_numerator(indicator) if indicator.kind == "derived" else indicator
        return " and ".join(sorted(self.reader.store.find_suppliers((counted.id,)))) or indicator.source

    def _sum_to_date(self, indicator: Indicator, area: str, quarter: Period) -> float | None:
        quarters = [quarter.shift(-3 * n) for n in range(quarter.year_to_date.length // 3)]
        total = self._sum_periods(indicator, area, quarters)
        if total is not None or len(quarters) < 2 or classify_measure(indicator) != "count":
            return total
        before = self.find_supplied(indicator, area, quarter.previous)
        quarter_value = self.find_value(indicator, area, quarter)
        # The supplier gave the year to date of the quarter before: with this quarter it makes this one.
        if before is None or before.year_to_date is None or quarter_value is None:
            return None
        return before.year_to_date + quarter_value

    def _sum_periods(self, indicator: Indicator, area: str, periods: Sequence[Period]) -> float | None:
        # A single month has nothing to be summed from: it is its own sum, and would never end.
        if classify_measure(indicator) != "count" or (len(periods) == 1 and periods[0].length == 1):
            return None
        values = [self.find_value(indicator, area, period) for period in periods]
        return None if any(value is None for value in values) else sum(filter(None, values))

    def _sum_counts(
        self, counts: Mapping[tuple[str, str, str], int], indicator: str, area: str, period: Period
    ) -> int | None:
        if not self.reader.store.covers([indicator], period, (area,)):
            return None
        return sum(counts.get((indicator, area, str(month)), 0) for month in period)

    def _find_numerator(self, indicator: Indicator) -> Indicator:
        return self.reader.partnership.vocabulary.find_indicator(indicator.numerator or "")

    def _compute_rate(self, count: float, area: str, period: Period) -> float | None:
        return compute_rate(count, self.find_population(area, period))


def read_numbers(reader: Reader, quarter: Period) -> ReportNumbers:
    """Read the numbers that a report of a quarter needs from the store. Raises NotAllowedError."""
    # One query reads all the periods that any line needs; the lines add up months in memory.
    first = min(quarter.last_year.first, quarter.previous.first, quarter.year_to_date.first)
    recorded = reader.partnership.vocabulary.list_record_indicators()
    selection = reader.partnership.select(recorded, Period(first, quarter.last))
    totals = count_records(reader, selection, ("indicator", "lpa", "month", "covid_related"))
    counts: dict[tuple[str, str, str], int] = {}
    marked: dict[tuple[str, str, str], int] = {}
    related = totals["covid_related"].eq(True).fillna(False)  # missing is neither
    columns = (totals[name] for name in ("indicator", "lpa", "month", "count"))
    for indicator, lpa, month, count, is_related in zip(*columns, related, strict=True):
        counts[indicator, lpa, month] = counts.get((indicator, lpa, month), 0) + int(count)
        if is_related:
            marked[indicator, lpa, month] = marked.get((indicator, lpa, month), 0) + int(count)
    # Its rates of last year are compared with those of the quarter, so the quarter chooses the edition for both.
    edition = reader.partnership.areas.choose_edition([quarter])
    return ReportNumbers(reader, counts, marked, list_reported(reader), edition)


def make_period(month: Month) -> Period:
    """Make a period of one month."""
    return Period(month, month)
