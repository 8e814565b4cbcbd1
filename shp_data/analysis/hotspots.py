"""The wards of an area: where the incidents are, at what rate, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from shp_data.analysis.change import CHANGE, compared
from shp_data.analysis.context import figure, name_of, not_known
from shp_data.analysis.measures import rate_per_1000
from shp_data.analysis.protect import noted
from shp_data.analysis.verdicts import VERDICT, verdicts
from shp_data.domain.disclosure_rule import check_table
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_quarter
from shp_data.domain.schema import UNPLACED, ward_column
from shp_data.domain.selection import Covid, Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import is_known, is_protected, summary, vintage_of

MEASURED = ("count", "share", "difference", "rate_per_1000")


def vintage(store: Store, selection: Selection) -> str:
    """Which edition of the ward boundaries are a selection's wards of?"""
    return vintage_of(selection)


def wards(store: Store, selection: Selection, viewer: Viewer, against: Period | None = None) -> Figure:
    """How do the wards of the selection's areas compare in the period?

    One row for each ward of the selection's vintage, the highest rate first, and one for records near no
    ward where there are any: code, ward, lpa, count, last_year, difference, pct_difference, population,
    rate_per_1000, share (per cent of all the incidents of the areas), VERDICT. What is withheld from the viewer is
    missing. `against`: a period to compare with other than the same one last year; its counts, in the same wards,
    are then in other_period, in the place of last_year. Raises NotAllowedError.
    """
    areas = partnership().areas
    edition = vintage_of(selection)
    rows = [w for w in areas.wards_of(edition) if w.lpa in (selection.areas or areas.lpa_names)]
    keys = pd.DataFrame({"ward": [w.code for w in rows] + [UNPLACED]})
    by = ("ward",)
    table = compared(store, selection, keys, by, viewer, against)
    unknown = 1 if is_known(store, selection) else 0  # withheld, or not loaded
    idle = (table["ward"] == UNPLACED) & (table["count"].fillna(unknown) == 0) & (table["last_year"].fillna(0) == 0)
    table = verdicts(store, selection, table[~idle], by, viewer).rename(columns={"ward": "code"})
    names = areas.wards[edition]
    people = [areas.population(ward_column(edition), code, selection.period) for code in table["code"]]
    table["ward"] = [names[code].name if code in names else code for code in table["code"]]
    table["lpa"] = [names[code].lpa if code in names else "" for code in table["code"]]
    table["population"] = pd.array([p.residents if p else None for p in people], dtype="Int64")
    rates = [None if pd.isna(n) else rate_per_1000(n, p) for n, p in zip(table["count"], people, strict=True)]
    table["rate_per_1000"] = pd.array(rates, dtype="Float64")
    total = _total(store, selection, table, viewer)
    table["share"] = 100 * table["count"] / total if total else pd.array([None] * len(table), dtype="Float64")
    ordered = table.sort_values(["rate_per_1000", "ward"], ascending=[False, True], na_position="last")
    columns = ["code", "ward", "lpa", *CHANGE, "population", "rate_per_1000", "share", *VERDICT]
    found = figure(
        store,
        selection,
        ordered[columns].reset_index(drop=True),
        measure=f"{name_of(selection.indicators)} by ward of {edition}",
        people=next((p for p in people if p), None),
        mapped=True,
        visited=[ward.name for ward in rows if partnership().draws_visitors(ward)],
    )
    if why := not_known(store, selection, by_ward=True):
        found = replace(found, not_known=why, caveats=tuple(dict.fromkeys((*found.caveats, why))))
    found = noted(found, store, selection, viewer, against)
    if against in (None, selection.period.last_year):
        return found
    table = found.table.rename(columns={"last_year": "other_period"})
    return replace(found, table=table, caveats=(*found.caveats, *_of_periods(selection, against)))


def other_wards(selection: Selection, other: Period) -> list[str]:
    """Which of the wards that a selection is counted in were not yet, or no longer, wards in another period?

    Their names, where their codes are not among those of the vintage in force on that period's last day.
    """
    areas = partnership().areas
    then = areas.wards[areas.vintage_on(other.last.last_day)]
    own = areas.wards_of(vintage_of(selection))
    return [w.name for w in own if w.lpa in (selection.areas or areas.lpa_names) and w.code not in then]


def _of_periods(selection: Selection, other: Period) -> list[str]:
    """What must be said where a period is compared with another than last year's."""
    said = [f"Other period: {other.label}."]
    if [month.month for month in selection.period] != [month.month for month in other]:
        said.append("The two periods are other months of the year, so part of a change may be the season's.")
    return said


def _total(store: Store, selection: Selection, table: pd.DataFrame, viewer: Viewer) -> int:
    """All the incidents of a ward table, those that are withheld by ward too; 0 where not all of them are known."""
    if not is_protected(store, selection, viewer):
        total = table["count"].sum(skipna=False)
        return 0 if pd.isna(total) else int(total)
    areas = selection.areas or partnership().areas.everywhere
    found = summary(store, replace(selection, areas=areas, ward=None), ("lpa",), viewer)
    return int(found["count"].sum()) if is_known(store, selection) else 0


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
    known = partnership().areas
    codes = [w.code for w in known.wards_of(vintage_of(selection)) if w.lpa in (areas or known.lpa_names)]
    step, read = (3, _by_quarter) if is_protected(store, selection, viewer) else (1, _by_month)
    if step > 1:
        start = whole.first.year_start
        check_table(replace(selection, period=Period(start, start.plus(length - 1))), ("ward",), viewer)
    every, total = read(store, selection, codes, viewer)
    counts = every.rolling(length // step).sum()
    totals = total.rolling(length // step).sum().where(lambda n: n > 0)
    people = _residents(ward_column(vintage_of(selection)), codes, every.index)
    change = counts - counts.shift(12 // step)
    told = (counts, (100 * counts).div(totals, axis=0), change, counts / people * 1000)
    found = {name: table.to_numpy().ravel() for name, table in zip(MEASURED, told, strict=True)}
    return pd.DataFrame(found).dropna(subset=["count"]).reset_index(drop=True)


def _by_month(
    store: Store, selection: Selection, codes: list[str], viewer: Viewer
) -> tuple[pd.DataFrame, pd.Series[float]]:
    """The counts of wards by month, and those of all together; missing where a month is not covered."""
    found = summary(store, selection, ["month", "ward"], viewer)
    loaded = store.months(selection.indicators)
    months = found.pivot(index="month", columns="ward", values="count")
    months = months.reindex(index=list(map(str, loaded)), columns=[*codes, UNPLACED]).fillna(0)
    months = months.reindex(list(map(str, selection.period)))  # not covered is missing, never zero
    for lpa, own in _by_lpa(selection, codes).items():
        known = store.months(selection.indicators, (lpa,), wards=vintage_of(selection))
        if known != loaded:
            months.loc[~months.index.isin(list(map(str, known))), own] = None
    return months[codes], months.sum(axis=1, skipna=False)


def _by_quarter(
    store: Store, selection: Selection, codes: list[str], viewer: Viewer
) -> tuple[pd.DataFrame, pd.Series[float]]:
    """The same by quarter, each called by its last month; missing too where a count is withheld."""
    areas = selection.areas or partnership().areas.everywhere
    quarters = [parse_quarter(name) for name in dict.fromkeys(month.quarter for month in selection.period)]
    counts, totals = {}, {}
    for quarter in quarters:
        one = replace(selection, period=quarter)
        by_code = summary(store, one, ("ward",), viewer).set_index("ward")["count"]
        counts[str(quarter.last)] = by_code.reindex(codes)
        for lpa, own in _by_lpa(selection, codes).items():
            if not store.covers(selection.indicators, quarter, (lpa,), wards=vintage_of(selection)):
                counts[str(quarter.last)].loc[own] = pd.NA
        lpas = summary(store, replace(one, areas=areas), ("lpa",), viewer)["count"]
        totals[str(quarter.last)] = lpas.sum() if is_known(store, one) else None
    return pd.DataFrame(counts).T.astype("float64"), pd.Series(totals, dtype="float64")


def _by_lpa(selection: Selection, codes: Iterable[str]) -> dict[str, list[str]]:
    """The wards of each LPA, by their codes."""
    wards = partnership().areas.wards[vintage_of(selection)]
    found: dict[str, list[str]] = {}
    for code in codes:
        found.setdefault(wards[code].lpa, []).append(code)
    return found


def _residents(layer: str, codes: list[str], months: Iterable[str]) -> pd.DataFrame:
    """The residents that the rate of a period is over which ends in each of some months; missing where not known."""
    known = partnership().areas

    def of(code: str, month: Month) -> float | None:
        found = known.population(layer, code, Period(month, month))
        return float(found.residents) if found and found.residents else None

    rows = {month: [of(code, Month.parse(month)) for code in codes] for month in months}
    return pd.DataFrame.from_dict(rows, orient="index", columns=codes, dtype="float64")
