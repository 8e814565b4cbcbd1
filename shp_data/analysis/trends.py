"""Counts by month, with the same month a year before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import build_figure, find_doubts
from shp_data.analysis.expected import AHEAD, add_expected, expect_series, list_step_changes
from shp_data.analysis.measures import compute_rate, find_population
from shp_data.analysis.protect import can_see_months
from shp_data.analysis.statistics import control
from shp_data.analysis.statistics.control import FEWEST_A_MONTH, judge_months
from shp_data.analysis.statistics.expected import ExpectedMonth
from shp_data.analysis.statistics.forecast import FEWEST_FOR_SEASON, FEWEST_MONTHS
from shp_data.domain.events import DatedEvent
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records, find_covered_months


def count_by_month(
    reader: Reader, selection: Selection, months: int | None = None, *, with_range: bool = True
) -> Figure:
    """Count the incidents of each month that is loaded, and of the same month a year before.

    Parameters
    ----------
    months : int, optional
        The number of months to count, up to the end of the selection's period. No month is then forecast.
    with_range : bool
        Whether to add what was to be expected of each month, and the events of the months.

    Returns
    -------
    Figure
        month, count, last_year, excluding_covid (where any record is marked and all are included), in_period,
        and with a range those of `expected.add_expected`, and forecast: whether the month is one of the AHEAD
        after the last one loaded. A month that is not covered for every indicator and area is missing, never
        zero. Its events are those of its months.
    """
    series, counts = _count_months(reader, selection, months, with_earlier=with_range)
    if not with_range:
        return series
    period = _get_period(series)
    ahead = 0 if months else AHEAD
    doubts = find_doubts(reader, selection, counts)
    expected_months = expect_series(reader.partnership, counts, doubts, ahead)
    table = series.table.assign(forecast=False)
    if months_ahead := [month for month in expected_months if ahead and month > period.last]:
        table = pd.concat([table, _make_forecast_rows(table, months_ahead)], ignore_index=True)
    # As the last column, after what it is about.
    table = add_expected(table.drop(columns="forecast"), expected_months).assign(forecast=table["forecast"])
    events = reader.partnership.list_events(period)
    notes = (*_describe_events(events), _explain_range(events, expected_months.values()))
    return replace(series, table=table, events=events, caveats=(*series.caveats, *notes))


def chart_control_limits(reader: Reader, selection: Selection) -> Figure:
    """Count the incidents of each month, with the limits and rules of an XmR chart.

    Returns
    -------
    Figure
        The columns of `count_by_month` without its range, and from `judge_months` mean, lower, upper and signal
        (missing where there are no limits, or no signal).
    """
    series, counts = _count_months(reader, selection, None)
    local_partnership, period = reader.partnership, _get_period(series)
    # A month in question has no limits and no signal, and is no part of the limits of the others.
    doubtful = {month for doubt in series.doubts for month in doubt.months}
    certain_counts = {month: count for month, count in counts.items() if month not in doubtful}
    # A step change, such as a new way of recording, divides the series: each part has its own limits.
    steps = list_step_changes(local_partnership)
    judged_months = judge_months(certain_counts, steps, local_partnership.exceptional_months)
    points = {point.month: point for point in judged_months}
    table = series.table.copy()
    for name in ("mean", "lower", "upper"):
        table[name] = pd.array([getattr(points.get(month), name, None) for month in period], dtype="Float64")
    table["signal"] = pd.array([getattr(points.get(month), "signal", None) for month in period], dtype="str")
    events = local_partnership.list_events(period)
    notes = (*_describe_events(events), _explain_limits(events, bool(table["mean"].notna().any()), series.unit))
    return replace(series, table=table, events=events, caveats=(*series.caveats, *notes))


def _count_months(
    reader: Reader, selection: Selection, months: int | None, *, with_earlier: bool = True
) -> tuple[Figure, dict[Month, int]]:
    """Count each month as `count_by_month` does without a range. Also return the count of each month read.

    `with_earlier`: whether to read every month loaded, as far as the viewer may see them, for the range.
    """
    period = _find_period(reader, selection, months)
    # A year more than is shown, for the same month of the year before.
    span = Period(period.first.shift(-12), period.last)
    if months and with_earlier:
        loaded = _find_period(reader, selection, None)
        whole = Period(min(loaded.first, span.first), max(loaded.last, span.last))
        span = whole if can_see_months(reader, _change_period(selection, whole)) else span
    totals = count_records(reader, _change_period(selection, span), ["month", "covid_related"])
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
    all_counts = {month: count_all(month) for month in span}
    return series, {month: count for month, count in all_counts.items() if count is not None}


def _get_period(series: Figure) -> Period:
    """Return the months of a series, from the first to the last."""
    months = series.table["month"]
    return Period(Month.parse(months.iloc[0]), Month.parse(months.iloc[-1]))


def _make_forecast_rows(table: pd.DataFrame, months: Sequence[Month]) -> pd.DataFrame:
    """Make the rows of months that are not loaded yet, with the same month of the year before."""
    counts = dict(zip(table["month"], table["count"], strict=True))
    rows = pd.DataFrame({"month": [str(month) for month in months], "in_period": False, "forecast": True})
    rows["last_year"] = pd.array([counts.get(str(month.shift(-12))) for month in months], dtype="Int64")
    missing = {name: pd.array([None] * len(rows), "Int64") for name in ("count", "excluding_covid") if name in table}
    return rows.assign(**missing)[table.columns]


def _describe_events(events: Sequence[DatedEvent]) -> tuple[str, ...]:
    """Describe the events, by the numbers on the chart."""
    texts = [
        f"{number} {event.period.span}: {event.label}"
        + (" (the level is estimated again from there)" if event.step_change else "")
        for number, event in enumerate(events, 1)
    ]
    return (f"{'; '.join(texts)}.",) if texts else ()


def _explain_range(events: Sequence[DatedEvent], expected_months: Collection[ExpectedMonth]) -> str:
    """Explain how the expected range was calculated, or why there is none."""
    if not expected_months:
        return f"No expected range: it takes at least {FEWEST_MONTHS} months before a month."
    season = (
        "their level and, from the third year on, their season"
        if any(month.has_season for month in expected_months)
        else f"their level alone. It takes {FEWEST_FOR_SEASON} months to know the season"
    )
    return (
        f"Expected: forecast from the months before each month, by {season}. About 95 of 100 months are within the "
        f"expected range, and 80 within its darker part.{_list_left_out(events)}"
    )


def _list_left_out(events: Sequence[DatedEvent]) -> str:
    exceptional = ", ".join(str(number) for number, event in enumerate(events, 1) if event.exceptional)
    return f" The months of events {exceptional} are left out." if exceptional else ""


def _explain_limits(events: Sequence[DatedEvent], has_limits: bool, unit: str) -> str:
    """Explain how the limits of the XmR chart were calculated, or why there are none."""
    if not has_limits:
        return (
            f"No expected range: it takes at least {control.FEWEST_MONTHS} months, most of them in a row, "
            f"with {FEWEST_A_MONTH} {unit} a month or more on average."
        )
    return (
        "This range does not follow the seasons: a month that is high every summer may be marked each year. It is the "
        "average month (thin line) ± 2.66 times the average change from one month to the next."
        f"{_list_left_out(events)} Method: XmR chart, NHS England, Making Data Count."
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
