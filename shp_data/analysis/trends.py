"""Month by month: how many, beside the same month a year before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import figure
from shp_data.analysis.measures import population_of, rate_per_1000
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.figure import Figure
from shp_data.store.reading import Store, summary, vintage_of


def monthly(store: Store, selection: Selection, viewer: Viewer, months: int | None = None) -> Figure:
    """How many incidents in each month that is loaded, and in the same month a year before?

    `months`: only so many, up to the end of the selection's period. Columns: month, count, last_year,
    excluding_covid (where any record is marked and all are included), in_period. A month that is not covered
    for every indicator is missing, never zero.
    """
    shown = _shown(store, selection, months)
    found = summary(
        store, _over(selection, Period(shown.first.plus(-12), shown.last)), ["month", "covid_related"], viewer
    )
    covered = set(store.months(selection.indicators))
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
    return figure(store, selection, table)


def by_area(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How many incidents in each month, in each LPA, and at what rate?

    Columns: month, lpa, count, rate_per_1000; as `monthly` for what is missing.
    """
    known = partnership()
    shown = _shown(store, selection, None)
    every = _over(selection, shown, ())
    found = summary(store, every, ["month", "lpa"], viewer)
    covered = set(store.months(selection.indicators))
    rows = []
    for lpa in known.areas.lpa_names:
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
    return over if areas is None else replace(over, areas=areas, ward=None)


def _by_month(found: pd.DataFrame, covered: set[Month]) -> Callable[[Month], int | None]:
    """A function from a month to its count, None where the month is not covered."""
    counts = found.groupby("month")["count"].sum().to_dict()
    return lambda month: int(counts.get(str(month), 0)) if month in covered else None
