"""The Local Policing Areas, or wards, side by side: counts, change, rates and how sure their order is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shp_data.analysis import hotspots
from shp_data.analysis.change import CHANGE, compared
from shp_data.analysis.context import figure, name_of
from shp_data.analysis.measures import population_of, rate_per_1000
from shp_data.analysis.protect import noted
from shp_data.analysis.statistics.standing import STANDING, standing
from shp_data.analysis.verdicts import VERDICT, verdicts
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store

_OF_SHOWN = "The rate of all together and the ranks are those of the wards whose counts are shown."


def lpas(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How do the LPAs compare in the period?

    One row for each LPA, in the partnership's order: lpa, count, last_year, difference, pct_difference,
    population, rate_per_1000, rate_last_year (over the population of its own year), VERDICT and STANDING.
    """
    areas = partnership().areas
    every = replace(selection, areas=(), ward=None)
    keys = pd.DataFrame({"lpa": list(areas.lpa_names)})
    table = compared(store, every, keys, ("lpa",), viewer)
    people = [population_of(areas, name, selection.period) for name in areas.lpa_names]
    before = [population_of(areas, name, selection.period.last_year) for name in areas.lpa_names]
    table["population"] = pd.array([p.residents if p else None for p in people], dtype="Int64")
    for column, counts, over in (("rate_per_1000", "count", people), ("rate_last_year", "last_year", before)):
        rates = [None if pd.isna(n) else rate_per_1000(n, p) for n, p in zip(table[counts], over, strict=True)]
        table[column] = pd.array(rates, dtype="Float64")
    table["population_last_year"] = pd.array([p.residents if p else None for p in before], dtype="Int64")
    table = standing(verdicts(store, every, table, ("lpa",), viewer))
    ordered = table[["lpa", *CHANGE, "population", "rate_per_1000", "rate_last_year", *VERDICT, *STANDING]]
    found = figure(store, every, ordered, measure=f"{name_of(every.indicators)} by LPA", people=people[0])
    return noted(found, store, every, viewer)


def wards(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How do the wards of the selection's areas compare in the period? The ward table with STANDING.

    Wards whose count is withheld have no standing, and the others stand among themselves.
    """
    found = hotspots.wards(store, replace(selection, ward=None), viewer)
    note = (_OF_SHOWN,) if found.withheld else ()
    return replace(found, table=standing(found.table), caveats=(*found.caveats, *note))
