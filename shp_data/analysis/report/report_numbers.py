"""The values of an indicator for an area and any months: counted, as reported, or a rate of either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shp_data.analysis.context import not_known
from shp_data.analysis.measures import population_of, rate_per_1000
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.reported import FigureKey, ReportedFigure, measured
from shp_data.domain.selection import Selection, Viewer
from shp_data.domain.vocabulary import Indicator
from shp_data.store.facts import Store
from shp_data.store.reading import summary


class ToDate(NamedTuple):
    """A year to date, where it comes from (`sum`, `supplied`, or ""), and the sum where the supplied one differs."""

    value: float | None
    comes_from: str = ""
    differs_from: float | None = None


@dataclass(frozen=True)
class Numbers:
    """What a store knows of every indicator by area and month, read once for a report.

    `counts`: indicator, LPA and month -> incidents, where there are any. `marked`: those of them that are marked
    as COVID-related. `reported`: as the suppliers gave them.
    """

    store: Store
    counts: Mapping[tuple[str, str, str], int]
    marked: Mapping[tuple[str, str, str], int]
    reported: Mapping[FigureKey, ReportedFigure]

    def value(self, indicator: Indicator, area: str, period: Period) -> float | None:
        """How many, or how much, in a month, quarter or run of months? None where any of it is not known."""
        if indicator.kind == "derived":
            count = self.value(_numerator(indicator), area, period)
            return None if count is None else _rate(count, area, period)
        if indicator.kind == "incident":
            return self._sum(self.counts, indicator.id, area, period)
        given = self.given(indicator, area, period)
        return given.value if given else self.sum_of_months(indicator, area, period)

    def given(self, indicator: Indicator, area: str, period: Period) -> ReportedFigure | None:
        """The figure that the supplier gave for just this period."""
        return self.reported.get(FigureKey(indicator.id, area, period.name))

    def sum_of_months(self, indicator: Indicator, area: str, period: Period) -> float | None:
        """What the months that the supplier gave add up to; None where one is missing, or they do not add up."""
        return self._added(indicator, area, [Period(month, month) for month in period])

    def excluding_covid(self, indicator: Indicator, area: str, period: Period) -> int | None:
        """How many are not marked as COVID-related? None where the period is not whole, or none was ever marked."""
        if indicator.id not in self.store.marked:
            return None
        count = self._sum(self.counts, indicator.id, area, period)
        related = self._sum(self.marked, indicator.id, area, period)
        return None if count is None or related is None else count - related

    def year_to_date(self, indicator: Indicator, area: str, quarter: Period) -> ToDate:
        """From April to the quarter's end: as supplied where it was, else the sum of what is loaded.

        Levels and percentages do not add up: theirs is only ever as supplied. Where a quarter is missing, the
        sum starts from the year to date that the supplier gave a quarter earlier.
        """
        if indicator.kind == "derived":
            count = self.year_to_date(_numerator(indicator), area, quarter)
            both = (None if n is None else _rate(n, area, quarter) for n in (count.value, count.differs_from))
            value, differs_from = both
            return ToDate(value, count.comes_from if value is not None else "", differs_from)
        if indicator.kind == "incident":
            total = self._sum(self.counts, indicator.id, area, quarter.year_to_date)
            return ToDate(total, "sum" if total is not None else "")
        given = self.given(indicator, area, quarter)
        added = self._added_to_date(indicator, area, quarter)
        if given and given.year_to_date is not None:
            differs = added if added is not None and added != given.year_to_date else None
            return ToDate(given.year_to_date, "supplied", differs)
        return ToDate(added, "sum" if added is not None else "")

    def not_known(self, indicator: Indicator, area: str, period: Period) -> str:
        """Why is there no figure for an area, though records are loaded? Empty where there is, or none is loaded."""
        counted = _numerator(indicator) if indicator.kind == "derived" else indicator
        if counted.kind != "incident":
            return ""
        return not_known(self.store, Selection((counted.id,), period, (area,)))

    def source(self, indicator: Indicator) -> str:
        """Who gave what is loaded of an indicator; where no record is, who supplies it."""
        counted = _numerator(indicator) if indicator.kind == "derived" else indicator
        return " and ".join(sorted(self.store.sources((counted.id,)))) or indicator.source

    def _added_to_date(self, indicator: Indicator, area: str, quarter: Period) -> float | None:
        quarters = [quarter.shifted(-3 * n) for n in range(quarter.year_to_date.length // 3)]
        total = self._added(indicator, area, quarters)
        if total is not None or len(quarters) < 2 or measured(indicator) != "count":
            return total
        before, own = self.given(indicator, area, quarter.previous), self.value(indicator, area, quarter)
        known = before is not None and before.year_to_date is not None and own is not None
        return before.year_to_date + own if known else None  # type: ignore[union-attr,operator]

    def _added(self, indicator: Indicator, area: str, periods: Sequence[Period]) -> float | None:
        if measured(indicator) != "count" or (len(periods) == 1 and periods[0].length == 1):
            return None
        found = [self.value(indicator, area, period) for period in periods]
        return None if any(value is None for value in found) else sum(filter(None, found))

    def _sum(self, counts: Mapping[tuple[str, str, str], int], indicator: str, area: str, period: Period) -> int | None:
        if not self.store.covers([indicator], period, (area,)):
            return None
        return sum(counts.get((indicator, area, str(month)), 0) for month in period)


def numbers(store: Store, quarter: Period, viewer: Viewer) -> Numbers:
    """All that a report of a quarter needs of the store. Raises NotAllowedError."""
    first = min(quarter.last_year.first, quarter.previous.first, quarter.year_to_date.first)
    every = Selection(partnership().vocabulary.incident_indicators(), Period(first, quarter.last))
    found = summary(store, every, ("indicator", "lpa", "month", "covid_related"), viewer)
    counts: dict[tuple[str, str, str], int] = {}
    marked: dict[tuple[str, str, str], int] = {}
    related = found["covid_related"].eq(True).fillna(False)  # missing is neither
    columns = (found[name] for name in ("indicator", "lpa", "month", "count"))
    for indicator, lpa, month, count, is_related in zip(*columns, related, strict=True):
        counts[indicator, lpa, month] = counts.get((indicator, lpa, month), 0) + int(count)
        if is_related:
            marked[indicator, lpa, month] = marked.get((indicator, lpa, month), 0) + int(count)
    return Numbers(store, counts, marked, store.reported(viewer))


def one_month(month: Month) -> Period:
    """A month as a period."""
    return Period(month, month)


def _numerator(indicator: Indicator) -> Indicator:
    return partnership().vocabulary.indicator(indicator.numerator or "")


def _rate(count: float, area: str, period: Period) -> float | None:
    return rate_per_1000(count, population_of(partnership().areas, area, period))
