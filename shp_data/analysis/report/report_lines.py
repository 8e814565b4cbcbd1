"""The lines of the report: one indicator of one area, with its changes and its verdict."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from shp_data.analysis.report.report_numbers import ReportNumbers, make_period
from shp_data.analysis.report.report_value import Chance, Change, Covid, Line, MonthValue
from shp_data.analysis.statistics.significance import Comparison
from shp_data.analysis.verdicts import (
    Pair,
    build_pairs,
    build_reported_pairs,
    drop_infinity,
    find_area_cut_off,
    judge_pairs,
)
from shp_data.domain.figure import Caveat
from shp_data.domain.periods import Period, group_into_periods
from shp_data.domain.reported import MeasureKind, classify_measure
from shp_data.domain.vocabulary import Indicator


def build_lines(numbers: ReportNumbers, indicators: Iterable[Indicator], area: str, quarter: Period) -> dict[str, Line]:
    """Build the lines of an area by indicator, each with the verdict on its change. Raises NotAllowedError."""
    indicator_list = list(indicators)
    pairs = _build_pairs(numbers, indicator_list, area, quarter)
    judged = judge_pairs(list(pairs.values()), lambda _: find_area_cut_off(numbers.reader, quarter, quarter.last_year))
    chances = dict(zip(pairs, map(_build_chance, judged, pairs.values()), strict=True))
    return {
        indicator.id: _build_line(numbers, indicator, area, quarter, chances.get(indicator.id))
        for indicator in indicator_list
    }


def _build_line(
    numbers: ReportNumbers, indicator: Indicator, area: str, quarter: Period, chance: Chance | None
) -> Line:
    value = numbers.find_value(indicator, area, quarter)
    kind = classify_measure(indicator)
    to_date = numbers.find_year_to_date(indicator, area, quarter)
    # A rate counts what its numerator counts.
    vocabulary = numbers.reader.partnership.vocabulary
    counted = vocabulary.find_indicator(indicator.numerator) if indicator.numerator else indicator

    def compare_with(before: Period) -> Change | None:
        """Compare the quarter with an earlier one."""
        is_certain = not numbers.find_doubts(indicator, area, (*before, *quarter))
        return _compare_values(kind, value, numbers.find_value(indicator, area, before), is_certain=is_certain)

    coverage = numbers.find_coverage(indicator, area, quarter)
    return Line(
        indicator=indicator.id,
        area=area,
        label=indicator.label,
        short=indicator.short,
        unit=counted.unit,
        measured=kind,
        polarity=indicator.polarity,
        source=numbers.name_suppliers(indicator),
        year_to_date=to_date.value,
        quarter_value=value,
        last_year=compare_with(quarter.last_year),
        previous_quarter=compare_with(quarter.previous),
        year_to_date_as=to_date.comes_from,
        year_to_date_sum=to_date.differs_from,
        chance=chance,
        months=_list_months(numbers, indicator, area, quarter),
        covid=_count_covid(numbers, indicator, area, quarter),
        notes=_list_notes(numbers, indicator, area, quarter),
        coverage=coverage,
        is_from_records=numbers.is_from_records(indicator, area, quarter),
        # What is loaded and has no figure in this area has a row, which says why.
        is_supplied=numbers.is_supplied(indicator, area) or not coverage.is_complete,
    )


def _compare_values(kind: MeasureKind, value: float | None, base: float | None, *, is_certain: bool) -> Change | None:
    """Return the change from an earlier value, or None where there is no earlier value."""
    if base is None:
        return None
    if value is None:
        return Change(base, None, None, is_certain)
    difference = float(Decimal(repr(value)) - Decimal(repr(base)))  # 2.9 less 3.3 is 0.4, not 0.3999
    if kind == "percent":
        return Change(base, None, difference, is_certain)
    return Change(base, difference, 100 * difference / base if base else None, is_certain)


def _build_pairs(
    numbers: ReportNumbers, indicators: Iterable[Indicator], area: str, quarter: Period
) -> dict[str, Pair | None]:
    """Build the pair of counts to test for each indicator. Levels, percentages and rates are not tested."""
    periods = (quarter, quarter.last_year)
    values = {
        indicator.id: [numbers.find_value(indicator, area, period) for period in periods]
        for indicator in indicators
        if all(numbers.is_from_records(indicator, area, period) for period in periods)
    }
    rows = pd.DataFrame(list(values.values()), columns=["count", "last_year"], dtype="Int64")
    from_records: dict[str, Pair | None] = {}
    if values:
        selection = numbers.reader.partnership.select(tuple(values), quarter, (area,))
        tested = build_pairs(numbers.reader, selection, rows.assign(indicator=list(values)), ("indicator",))
        from_records = dict(zip(values, tested, strict=True))
    reported = build_reported_pairs(numbers.reader, *periods)
    return from_records | {id_: pair for (id_, of_area), pair in reported.items() if of_area == area}


def _build_chance(comparison: Comparison | None, pair: Pair | None) -> Chance | None:
    if comparison is None or pair is None:
        return None
    spread = pair.spread.phi if pair.spread.estimated else None
    ratio, low, high = (drop_infinity(end) for end in (comparison.rate_ratio, comparison.low, comparison.high))
    return Chance(ratio, low, high, comparison.p_value, comparison.verdict, spread)


def _list_months(numbers: ReportNumbers, indicator: Indicator, area: str, quarter: Period) -> tuple[MonthValue, ...]:
    """List the months of the quarter. Return none where no month has a value."""
    if indicator.kind == "derived":
        return ()
    periods = [make_period(month) for month in quarter]
    values = [numbers.find_value(indicator, area, period) for period in periods]
    without_covid = [numbers.count_excluding_covid(indicator, area, period) for period in periods]
    months = tuple(MonthValue(*row) for row in zip(map(str, quarter), values, without_covid, strict=True))
    return months if any(month.value is not None for month in months) else ()


def _count_covid(numbers: ReportNumbers, indicator: Indicator, area: str, quarter: Period) -> Covid | None:
    count = numbers.find_value(indicator, area, quarter)
    without = numbers.count_excluding_covid(indicator, area, quarter)
    # A share of no incidents is no number.
    if not count or without is None:
        return None
    related = int(count) - without
    last_year = numbers.count_excluding_covid(indicator, area, quarter.last_year)
    return Covid(related, 100 * related / count, without, last_year)


def _list_notes(numbers: ReportNumbers, indicator: Indicator, area: str, quarter: Period) -> tuple[Caveat, ...]:
    """List the caveats of a line, and what of it is missing or does not add up."""
    notes: list[Caveat] = list(indicator.caveats)
    from_records = numbers.is_from_records(indicator, area, quarter)
    if indicator.kind == "incident":
        loaded = set(numbers.reader.store.list_months([indicator.id]))
        missing = [month for month in quarter if month not in loaded]
        if missing:
            notes.append(f"Not loaded: {', '.join(run.label for run in group_into_periods(missing))}.")
        coverage = numbers.find_coverage(indicator, area, quarter)
        notes += [] if coverage.is_complete else [coverage]
    periods = (quarter.last_year, quarter.previous, quarter.year_to_date, quarter)
    notes += numbers.find_doubts(indicator, area, sorted({month for period in periods for month in period}))
    if indicator.records:
        notes += _describe_origins(numbers, indicator, area, quarter)
    if indicator.kind == "reported" and not from_records:
        supplied, total = numbers.find_supplied(indicator, area, quarter), numbers.sum_months(indicator, area, quarter)
        if supplied is None and total is None:
            notes.append(f"Not yet in: no figure for {quarter.label} has been supplied.")
        if supplied and total is not None and total != supplied.value:
            notes.append(f"The months supplied add up to {total:,.0f}, not to the quarter's {supplied.value:,.0f}.")
    return tuple(notes)


def _describe_origins(numbers: ReportNumbers, indicator: Indicator, area: str, quarter: Period) -> list[str]:
    """Say which months are counted from records and which are as reported; nothing where all are of one kind."""
    periods = (quarter.last_year, quarter.previous, quarter.year_to_date, quarter)
    months = sorted({month for period in periods for month in period})
    recorded = {month for month in months if numbers.is_from_records(indicator, area, make_period(month))}
    reported = {
        month
        for period in (*periods, *map(make_period, months))
        if numbers.find_supplied(indicator, area, period)
        for month in period
    }
    if not recorded or not reported:
        return []
    notes = [f"Counted from records: {', '.join(run.label for run in group_into_periods(recorded))}."]
    if only_reported := reported - recorded:
        notes.append(f"As reported: {', '.join(run.label for run in group_into_periods(only_reported))}.")
    if both := reported & recorded:
        labels = ", ".join(run.label for run in group_into_periods(both))
        notes.append(f"Of {labels} there are records and reported figures: the records count.")
    return notes
