"""Month by month: how many, beside the same month a year before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import figure
from shp_data.analysis.measures import population_of, rate_per_1000
from shp_data.analysis.statistics.control import FEWEST_A_MONTH, FEWEST_MONTHS, control
from shp_data.domain.events import Event
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import known_months, summary, vintage_of


def monthly(store: Store, selection: Selection, viewer: Viewer, months: int | None = None) -> Figure:
    """How many incidents in each month that is loaded, and in the same month a year before?

    `months`: only so many, up to the end of the selection's period, and without an expected range. Columns:
    month, count, last_year, excluding_covid (where any record is marked and all are included), in_period,
    and as `control` gives them mean, lower, upper, signal (missing where there is no range, or no signal). A
    month that is not covered for every indicator and area is missing, never zero. Its events are those of its months.
    """
    shown = _shown(store, selection, months)
    found = summary(
        store, _over(selection, Period(shown.first.plus(-12), shown.last)), ["month", "covid_related"], viewer
    )
    covered = set(known_months(store, selection))
    all_ = _by_month(found, covered)
    rows = [
        {
            "month": str(month),
            "count": all_(month),
            "last_year": all_(month.plus(-12)),
            "in_period": selection.period.first <= month <= selection.period.last,
        }
        for month in shown
    ]
    table = pd.DataFrame(rows).astype({"count": "Int64", "last_year": "Int64"})
    marked = found["covid_related"].fillna(False).astype(bool)
    if selection.covid == "include" and marked.any():
        without = _by_month(found[~marked], covered)
        table["excluding_covid"] = pd.array([without(month) for month in shown], dtype="Int64")
    series = figure(store, selection, table)
    return series if months else _with_range(series, shown)


def _with_range(series: Figure, shown: Period) -> Figure:
    """The series with the range that each month is expected in, and what happened in its months."""
    known = partnership()
    table = series.table.copy()
    counts = {month: int(n) for month, n in zip(shown, table["count"], strict=True) if not pd.isna(n)}
    steps = [event.first for event in known.events if event.step_change]
    judged = {one.month: one for one in control(counts, steps, known.exceptional_months)}
    for name in ("mean", "lower", "upper"):
        table[name] = pd.array([getattr(judged.get(month), name, None) for month in shown], dtype="Float64")
    table["signal"] = pd.array([getattr(judged.get(month), "signal", None) for month in shown], dtype="str")
    events = known.events_of(shown)
    notes = (*_event_notes(events), _range_note(events, bool(table["mean"].notna().any()), series.unit))
    return replace(series, table=table, events=events, caveats=(*series.caveats, *notes))


def _event_notes(events: Sequence[Event]) -> tuple[str, ...]:
    """What happened when, by the numbers on the chart."""
    told = [
        f"{number} {event.period.span}: {event.label}"
        + (" (expected range worked out anew from there)" if event.step_change else "")
        for number, event in enumerate(events, 1)
    ]
    return (f"{'; '.join(told)}.",) if told else ()


def _range_note(events: Sequence[Event], drawn: bool, unit: str) -> str:
    """How the expected range was worked out, or why there is none."""
    if not drawn:
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


def by_area(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How many incidents in each month, in each LPA, and at what rate?

    Columns: month, lpa, count, rate_per_1000; as `monthly` for what is missing.
    """
    known = partnership()
    shown = _shown(store, selection, None)
    every = _over(selection, shown, ())
    found = summary(store, every, ["month", "lpa"], viewer)
    rows = []
    for lpa in known.areas.lpa_names:
        covered = set(store.months(selection.indicators, (lpa,)))
        count = _by_month(found[found["lpa"] == lpa], covered)
        for month in shown:
            people = population_of(known.areas, lpa, Period(month, month))
            n = count(month)
            rows.append(
                {
                    "month": str(month),
                    "lpa": lpa,
                    "count": n,
                    "rate_per_1000": None if n is None else rate_per_1000(n, people),
                }
            )
    table = pd.DataFrame(rows).astype({"count": "Int64", "rate_per_1000": "float64"})
    people = population_of(known.areas, known.area, selection.period)
    return figure(store, every, table, people=people)


def _shown(store: Store, selection: Selection, months: int | None) -> Period:
    """From the first to the last month loaded for any of the indicators, or so many up to the period's end."""
    loaded = [month for id_ in selection.indicators for month in store.months([id_])]
    loaded = loaded or list(selection.period)
    if months is None:
        return Period(min(loaded), max(loaded))
    return Period(selection.period.last.plus(1 - months), selection.period.last)


def _over(selection: Selection, period: Period, areas: tuple[str, ...] | None = None) -> Selection:
    """The same selection over other months (and areas); its ward vintage stays."""
    over = replace(selection, period=period, vintage=vintage_of(selection))
    return over if areas is None else replace(over, areas=areas, ward=None, place=None)


def _by_month(found: pd.DataFrame, covered: set[Month]) -> Callable[[Month], int | None]:
    """A function from a month to its count, None where the month is not covered."""
    counts = found.groupby("month")["count"].sum().to_dict()
    return lambda month: int(counts.get(str(month), 0)) if month in covered else None
