"""The wards of an area: where the incidents are, at what rate, and what changed."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.change import CHANGE, compared
from shp_data.analysis.context import figure, name_of
from shp_data.analysis.measures import rate_per_1000
from shp_data.analysis.verdicts import VERDICT, verdicts
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import UNPLACED, ward_column
from shp_data.domain.selection import Covid, Selection, Viewer
from shp_data.figure import Figure
from shp_data.store.reading import Store, summary, vintage_of

MEASURED = ("count", "share", "difference", "rate_per_1000")


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


def spread(
    store: Store, indicators: tuple[str, ...], areas: tuple[str, ...], covid: Covid, length: int, viewer: Viewer
) -> pd.DataFrame:
    """What have the figures of wards been in every period of so many months? What the classes of a map are made of.

    One row for each ward, of the edition in force in the last month loaded, and each run of `length` months that
    is covered whole; columns MEASURED, as `wards` gives them. It depends on no period, so that a colour means
    the same in all of them. Raises NotAllowedError.
    """
    loaded = store.months(indicators)
    if not loaded:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in MEASURED})
    whole = Period(loaded[0], loaded[-1])
    selection = Selection(indicators, whole, areas, covid, partnership().areas.vintage_on(whole.last.last_day))
    found = summary(store, selection, ["month", "ward"], viewer)
    known = partnership().areas
    codes = [w.code for w in known.wards_of(vintage_of(selection)) if w.lpa in (areas or known.lpa_names)]
    months = found.pivot(index="month", columns="ward", values="count")
    months = months.reindex(index=list(map(str, loaded)), columns=[*codes, UNPLACED]).fillna(0)
    months = months.reindex(list(map(str, whole)))  # a month that is not covered is missing, never zero
    counts = months.rolling(length).sum()
    total = counts.sum(axis=1).where(lambda n: n > 0)
    counts = counts[codes]
    people = _residents(ward_column(vintage_of(selection)), codes, whole)
    told = (counts, counts.div(total, axis=0) * 100, counts - counts.shift(12), counts / people * 1000)
    every = {name: table.to_numpy().ravel() for name, table in zip(MEASURED, told, strict=True)}
    return pd.DataFrame(every).dropna(subset=["count"]).reset_index(drop=True)


def _residents(layer: str, codes: list[str], months: Period) -> pd.DataFrame:
    """The residents that the rate of a period is over which ends in each of some months; missing where not known."""
    known = partnership().areas

    def of(code: str, month: Month) -> float | None:
        found = known.population(layer, code, Period(month, month))
        return float(found.residents) if found and found.residents else None

    rows = [[of(code, month) for code in codes] for month in months]
    return pd.DataFrame(rows, index=list(map(str, months)), columns=codes, dtype="float64")
