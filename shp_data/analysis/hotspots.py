"""The wards of an area: where the incidents are, at what rate, and what changed."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.change import CHANGE, compared
from shp_data.analysis.context import figure, name_of
from shp_data.analysis.measures import rate_per_1000
from shp_data.analysis.verdicts import VERDICT, verdicts
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import UNPLACED, ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.figure import Figure
from shp_data.store.reading import Store, vintage_of


def vintage(store: Store, selection: Selection) -> str:
    """Which edition of the ward boundaries are a selection's wards of?"""
    return vintage_of(selection)


def wards(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How do the wards of the selection's areas compare in the period?

    One row for each ward of the selection's vintage, the highest rate first, and one for records near no
    ward where there are any: code, ward, lpa, count, last_year, difference, pct_difference, population,
    rate_per_1000, share (per cent of all the incidents of the areas).
    """
    areas = partnership().areas
    edition = vintage_of(selection)
    rows = [w for w in areas.wards_of(edition) if w.lpa in (selection.areas or areas.lpa_names)]
    keys = pd.DataFrame({"ward": [w.code for w in rows] + [UNPLACED]})
    by = ("ward",)
    table = compared(store, selection, keys, by, viewer)
    idle = (table["ward"] == UNPLACED) & (table[["count", "last_year"]].fillna(0).sum(axis=1) == 0)
    table = verdicts(store, selection, table[~idle], by, viewer).rename(columns={"ward": "code"})
    names = areas.wards[edition]
    people = [areas.population(ward_column(edition), code, selection.period) for code in table["code"]]
    table["ward"] = [names[code].name if code in names else code for code in table["code"]]
    table["lpa"] = [names[code].lpa if code in names else "" for code in table["code"]]
    table["population"] = pd.array([p.residents if p else None for p in people], dtype="Int64")
    rates = [None if pd.isna(n) else rate_per_1000(n, p) for n, p in zip(table["count"], people, strict=True)]
    table["rate_per_1000"] = pd.array(rates, dtype="Float64")
    total = table["count"].sum()
    table["share"] = table["count"] / total * 100 if total else pd.array([None] * len(table), dtype="Float64")
    ordered = table.sort_values(["rate_per_1000", "ward"], ascending=[False, True], na_position="last")
    columns = ["code", "ward", "lpa", *CHANGE, "population", "rate_per_1000", "share", *VERDICT]
    return figure(
        store,
        selection,
        ordered[columns].reset_index(drop=True),
        measure=f"{name_of(selection.indicators)} by ward of {edition}",
        people=next((p for p in people if p), None),
        mapped=True,
        visited=[ward.name for ward in rows if partnership().draws_visitors(ward)],
    )
