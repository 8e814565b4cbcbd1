"""The first screen: this period's count, change and rate for each headline, and a table of every indicator."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from shp_data.analysis.change import CHANGE, compared
from shp_data.analysis.context import figure, name_of
from shp_data.analysis.measures import population_of, rate_per_1000
from shp_data.analysis.protect import noted, sees_months
from shp_data.analysis.trends import monthly
from shp_data.analysis.verdicts import VERDICT, verdicts
from shp_data.domain.areas import Population
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.schema import ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import vintage_of

_CARDS = 3  # where none of the headline themes is loaded
_MONTHS = 24


@dataclass(frozen=True)
class Headline:
    """One card: its theme, its one row of figures, and its last two years by month."""

    theme: str
    selection: Selection
    card: Figure
    trend: Figure


def headlines(store: Store, selection: Selection, viewer: Viewer) -> tuple[Headline, ...]:
    """How did each headline theme do in the period? Only themes of which any indicator is loaded.

    Where none of them is: the first themes that are. At least one card, as long as any record is loaded.
    The card's columns: name, count, last_year, difference, pct_difference, population, rate_per_1000; the
    trend's as in `trends.monthly`, the counts missing where the viewer sees no months. Raises NotAllowedError.
    """
    words, loaded = partnership().vocabulary, store.indicators()
    by_theme = {theme: tuple(i for i in words.incident_indicators(theme) if i in loaded) for theme in words.themes}
    held = [theme for theme, indicators in by_theme.items() if indicators]
    found = []
    for theme in [theme for theme in partnership().headlines if theme in held] or held[:_CARDS]:
        own = replace(selection, indicators=by_theme[theme])
        found.append(Headline(theme, own, card(store, own, viewer), _trend(store, own, viewer)))
    return tuple(found)


def _trend(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    months = Period(selection.period.last.plus(1 - _MONTHS), selection.period.last)
    if sees_months(store, replace(selection, period=Period(months.first.plus(-12), months.last)), viewer):
        return monthly(store, selection, viewer, _MONTHS)
    rows = [{"month": str(month), "in_period": month in selection.period.months} for month in months]
    table = pd.DataFrame(rows).assign(**dict.fromkeys(("count", "last_year"), pd.array([None] * _MONTHS, "Int64")))
    found = figure(store, selection, table)
    return replace(found, caveats=(*found.caveats, "The months are not shown one by one to this role."))


def card(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How many, how many more than last year, and how many per 1,000 residents? One row, as in `headlines`."""
    name = pd.DataFrame({"name": [name_of(selection.indicators)]})
    table = verdicts(store, selection, compared(store, selection, name, (), viewer), (), viewer)
    return _rated(store, selection, table, "", viewer)


def every_indicator(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """The same for every incident indicator that is loaded: a row each, its id as `indicator` and its name."""
    ids = store.indicators()
    every = replace(selection, indicators=ids)
    by = ("indicator",)
    table = verdicts(
        store, every, compared(store, every, pd.DataFrame({"indicator": list(ids)}), by, viewer), by, viewer
    )
    words = partnership().vocabulary
    table.insert(1, "name", [words.indicator(id_).short for id_ in ids])
    return _rated(store, every, table, "Every indicator", viewer)


def _rated(store: Store, selection: Selection, table: pd.DataFrame, measure: str, viewer: Viewer) -> Figure:
    people = residents(selection)
    known = pd.array([people.residents if people else None] * len(table), dtype="Int64")
    rates = [None if pd.isna(count) else rate_per_1000(count, people) for count in table["count"]]
    columns = [c for c in table.columns if c not in (*CHANGE, *VERDICT)]
    table = table.assign(population=known, rate_per_1000=pd.array(rates, dtype="Float64"))
    ordered = [*columns, *CHANGE, "population", "rate_per_1000", *VERDICT]
    return noted(figure(store, selection, table[ordered], measure=measure, people=people), store, selection, viewer)


def residents(selection: Selection) -> Population | None:
    """The residents of the selection's ward, or of its areas together; None where one of them has no figure.

    Nobody is counted for a place.
    """
    areas = partnership().areas
    if selection.place:
        return None
    if selection.ward:
        return areas.population(ward_column(vintage_of(selection)), selection.ward, selection.period)
    names = [name for name in areas.lpa_names if name in (selection.areas or areas.lpa_names)]
    found = [population_of(areas, name, selection.period) for name in names]
    known = [people for people in found if people]
    if not known or len(known) < len(names):
        return None
    return replace(known[0], residents=sum(people.residents for people in known))
