"""Counts by month, with the same month a year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import build_figure, find_doubts
from shp_data.analysis.measures import compute_rate, find_population
from shp_data.analysis.statistics.control import FEWEST_A_MONTH, FEWEST_MONTHS, judge_months
from shp_data.domain.events import DatedEvent
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records, find_covered_months


def count_by_month(reader: Reader, selection: Selection, months: int | None = None) -> Figure:
    """Count the incidents of each month that is loaded, and of the same month a year before.

    Parameters
    ----------
    months : int, optional
        The number of months to count, up to the end of the selection's period. There is then no expected
        range.

    Returns
    -------
    Figure
        month, count, last_year, excluding_covid (where any record is marked and all are included), in_period,
        and from `judge_months` mean, lower, upper, signal (missing where there is no range, or no signal). A
        month that is not covered for every indicator and area is missing, never zero. Its events are those of
        its months.
    """
    period = _find_period(reader, selection, months)
    # A year more than is shown, for the same month of the year before.
    two_years = _change_period(selection, Period(period.first.shift(-12), period.last))
    totals = count_records(reader, two_years, ["month", "covid_related"])
    covered = set(find_covered_months(reader, selection))
    count_all = _make_counter(totals, covered)
    months_selected = selection.period.months
    rows = [(str(m), count_all(m), count_all(m.shift(-12)), m in months_selected) for m in period]
    table = pd.DataFrame(rows, columns=["month", "count", "last_year", "in_period"])
    table = table.astype({"count": "Int64", "last_year": "Int64"})
    # A supplier that marks nothing leaves the mark missing: those records are not related.
    marked = totals["covid_related"].fillna(False).astype(bool)
    if selection.covid == "include" and marked.any():
        count_without_covid = _make_counter(totals[~marked], covered)
        table["excluding_covid"] = pd.array([count_without_covid(month) for month in period], dtype="Int64")
    series = build_figure(reader, selection, table)
    doubts = find_doubts(reader, selection, Period(period.first.shift(-12), period.last))
    series = replace(series, caveats=tuple(dict.fromkeys((*series.caveats, *doubts))))
    return series if months else _add_expected_range(reader, series, period)


def _add_expected_range(reader: Reader, series: Figure, period: Period) -> Figure:
    """Add the expected range of each month, and the events of its months."""
    local_partnership = reader.partnership
    table = series.table.copy()
    counts = {month: int(n) for month, n in zip(period, table["count"], strict=True) if not pd.isna(n)}
    # A month in question has no range and no signal, and is no part of the range of the others.
    for doubt in series.doubts:
        for month in doubt.months:
            counts.pop(month, None)
    # A step change, such as a new way of recording, divides the series: each part has its own range.
    steps = [event.first for event in local_partnership.events if event.step_change]
    points = {point.month: point for point in judge_months(counts, steps, local_partnership.exceptional_months)}
    for name in ("mean", "lower", "upper"):
        table[name] = pd.array([getattr(points.get(month), name, None) for month in period], dtype="Float64")
    table["signal"] = pd.array([getattr(points.get(month), "signal", None) for month in period], dtype="str")
    events = local_partnership.list_events(period)
    notes = (*_describe_events(events), _explain_range(events, bool(table["mean"].notna().any()), series.unit))
    return replace(series, table=table, events=events, caveats=(*series.caveats, *notes))


def _describe_events(events: Sequence[DatedEvent]) -> tuple[str, ...]:
    """Describe the events, by the numbers on the chart."""
    texts = [
        f"{number} {event.period.span}: {event.label}"
        + (" (expected range worked out anew from there)" if event.step_change else "")
        for number, event in enumerate(events, 1)
    ]
    return (f"{'; '.join(texts)}.",) if texts else ()


def _explain_range(events: Sequence[DatedEvent], has_range: bool, unit: str) -> str:
    """Explain how the expected range was calculated, or why there is none."""
    if not has_range:
        return (
            f"No expected range: it takes at least {FEWEST_MONTHS} months, most of them in a row, "
            f"with {FEWEST_A_MONTH} {unit} a month or more on average."
        )
    exceptional = ", ".join(str(number) for number, event in enumerate(events, 1) if event.exceptional)
    left_out = f", the months of events {exceptional} left out" if exceptional else ""
    return (
        "Expected range: the average month (thin line) ± 2.66 times the average change from one month to the next"
        f"{left_out}. It does not follow the seasons. Method: XmR chart, NHS England, Making Data Count."
    )


def count_by_area(reader: Reader, selection: Selection) -> Figure:
    """Count the incidents of each month in each LPA, with the rate.

    Returns
    -------
    Figure
        month, lpa, count, rate_per_1000 (per 1,000 residents). Missing as in `count_by_month`.
    """
    areas = reader.partnership.areas
    period = _find_period(reader, selection, None)
    area_selection = _change_period(selection, period, ())
    totals = count_records(reader, area_selection, ["month", "lpa"])
    # A long series crosses years whose populations differ: each month is over its own, all of one edition.
    edition = areas.choose_edition([period])
    rows, residents = [], []
    for lpa in areas.lpa_names:
        covered = set(reader.store.list_months(selection.indicators, (lpa,)))
        count = _make_counter(totals[totals["lpa"] == lpa], covered)
        for month in period:
            n, people = count(month), find_population(areas, lpa, Period(month, month), edition)
            residents.append(people)
            rows.append((str(month), lpa, n, None if n is None else compute_rate(n, people)))
    table = pd.DataFrame(rows, columns=["month", "lpa", "count", "rate_per_1000"])
    table = table.astype({"count": "Int64", "rate_per_1000": "float64"})
    return build_figure(reader, area_selection, table, people=residents)


def _find_period(reader: Reader, selection: Selection, months: int | None) -> Period:
    """Find the period from the first to the last month loaded for any of the indicators.

    With `months`, find that number of months up to the end of the selection's period.
    """
    # Of any indicator, not of all: a month that only some have is shown as a gap, not cut off.
    loaded = [month for id_ in selection.indicators for month in reader.store.list_months([id_])]
    loaded = loaded or list(selection.period)
    if months is None:
        return Period(min(loaded), max(loaded))
    return Period(selection.period.last.shift(1 - months), selection.period.last)


def _change_period(selection: Selection, period: Period, areas: tuple[str, ...] | None = None) -> Selection:
    """Return the same selection for another period (and areas), with its ward boundaries."""
    changed = replace(selection, period=period, vintage=selection.ward_year)
    return changed if areas is None else replace(changed, areas=areas, ward=None, location=None)


def _make_counter(totals: pd.DataFrame, covered: set[Month]) -> Callable[[Month], int | None]:
    """Make a function from a month to its count, None where the month is not covered."""
    counts = totals.groupby("month")["count"].sum().to_dict()
    return lambda month: int(counts.get(str(month), 0)) if month in covered else None
