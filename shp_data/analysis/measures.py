"""Counts and rates by any of the fields, with a zero wherever the month is covered and nothing happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pandas as pd

from shp_data.domain.areas import Areas, Population
from shp_data.domain.counting import listed
from shp_data.domain.errors import SelectionError, unknown
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_financial_year, parse_quarter
from shp_data.domain.schema import OUTSIDE, UNPLACED, ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import lpas_of, summary, vintage_of

FIELDS = ("indicator", "theme", "lpa", "ward", "month", "quarter", "year", "covid_related")
_READ_AS = {"theme": "indicator", "quarter": "month", "year": "month"}


def counts(store: Store, selection: Selection, by: Sequence[str], viewer: Viewer) -> pd.DataFrame:
    """How many incidents, by the fields asked for, and how many per 1,000 residents?

    `by`: of FIELDS. Out: those columns (ward by name), `count`, and by lpa or ward `rate_per_1000` (missing
    where no population is known), sorted by the fields. A covered month without incidents counts 0; a
    month that is not covered, in all of the areas or in the LPA or ward of a row, has no row. Raises
    SelectionError for an unknown field or where nothing that was asked for is loaded.
    """
    for field in by:
        if field not in FIELDS:
            raise SelectionError(unknown("field", field, FIELDS))
    read = tuple(dict.fromkeys(_READ_AS.get(field, field) for field in (*by, "indicator", "month")))
    found = summary(store, selection, read, viewer)
    told = _told(store, selection, read, found)
    table = pd.concat([told, _zeros(store, selection, read, told)], ignore_index=True)
    if table.empty:
        raise SelectionError(_nothing(store, selection))
    codes = table["ward"] if "ward" in by else None
    table = _named(table, by)
    grouped = table.assign(code=codes) if codes is not None else table
    keys = [*by, "code"] if codes is not None else list(by)
    if not keys:
        return pd.DataFrame({"count": [int(table["count"].sum())]})
    result = grouped.groupby(keys, dropna=False)["count"].sum().astype("int64").reset_index()
    if "lpa" in by or "ward" in by:
        result["rate_per_1000"] = _rates(result, selection)
    order = result.sort_values(list(by), kind="stable", na_position="first").reset_index(drop=True)
    return order.drop(columns="code", errors="ignore")


def gaps(store: Store, selection: Selection) -> tuple[Month, ...]:
    """Which months of the selection's period are not covered for all of its indicators?"""
    covered = set(store.months(selection.indicators))
    return tuple(month for month in selection.period if month not in covered)


def rate_per_1000(count: float, population: Population | None) -> float | None:
    """Incidents for each 1,000 residents; None where no population is known."""
    return None if population is None or population.residents == 0 else count * 1000 / population.residents


def population_of(areas: Areas, lpa: str, period: Period) -> Population | None:
    """The residents of an LPA, by its printed name, that a rate for a period is over."""
    code = next((area.code for area in areas.lpas if area.name == lpa), "")
    return areas.population("lpa", code, period)


def _told(store: Store, selection: Selection, read: Sequence[str], found: pd.DataFrame) -> pd.DataFrame:
    """The counts without those of months that are not covered where they are counted; what is in no area stays."""
    known = partnership().areas
    everywhere = lpas_of(selection)
    wards = {code: (ward.lpa,) for code, ward in known.wards[vintage_of(selection)].items()}
    lpas = {name: (name,) for name in known.lpa_names} | {UNPLACED: (), OUTSIDE: ()}
    own: Mapping[str, tuple[str, ...]] = wards if "ward" in read else lpas if "lpa" in read else {}
    column = next((found[name] for name in ("ward", "lpa") if name in read), pd.Series("", found.index))
    keys = list(zip(found["indicator"], column, strict=True))
    months = {
        (id_, place): _months(store, selection, id_, own.get(place, everywhere), by_ward=place in wards)
        for id_, place in set(keys)
    }
    kept = [month in months[key] for key, month in zip(keys, found["month"], strict=True)]
    return found[pd.Series(kept, found.index, dtype=bool)]


def _zeros(store: Store, selection: Selection, read: Sequence[str], found: pd.DataFrame) -> pd.DataFrame:
    """A row of 0 for every covered month and indicator, and every LPA, ward and COVID mark asked for."""
    indicators = sorted(set(selection.indicators))
    marks: set[tuple[str, bool | None]] = {(id_, True if selection.covid == "only" else None) for id_ in indicators}
    if selection.covid != "only" and "covid_related" in read:
        marks = set(zip(found["indicator"], found["covid_related"].astype(object), strict=True))
    rows = [
        {"indicator": id_, "month": month, **place, "covid_related": mark, "count": 0}
        for place, (id_, mark) in product(_places(selection, read), sorted(marks, key=str))
        for month in sorted(_months(store, selection, id_, _lpas(place, selection), by_ward="ward" in place))
    ]
    return pd.DataFrame(rows, columns=[*read, "count"]).astype({"count": "int64"})


def _lpas(place: Mapping[str, str], selection: Selection) -> tuple[str, ...]:
    return (place["lpa"],) if place else lpas_of(selection)


def _months(
    store: Store, selection: Selection, indicator: str, lpas: tuple[str, ...], *, by_ward: bool
) -> frozenset[str]:
    """The months of the selection's period in which an indicator is covered in some LPAs, or in their wards."""
    wards = vintage_of(selection) if by_ward or selection.ward else ""
    covered = store.months([indicator], lpas, wards=wards)
    return frozenset(map(str, selection.period)).intersection(map(str, covered))


def _places(selection: Selection, read: Sequence[str]) -> list[dict[str, str]]:
    areas = partnership().areas
    lpas = selection.areas or areas.lpa_names
    if "ward" in read:
        wards = areas.wards_of(vintage_of(selection))
        kept = [w for w in wards if w.lpa in lpas and selection.ward in (None, w.code)]
        return [{"ward": w.code, "lpa": w.lpa} for w in kept]
    if "lpa" in read:
        return [{"lpa": name} for name in areas.lpa_names if name in lpas]
    return [{}]


def _named(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The columns asked for, from those that the summary has."""
    known = partnership()
    made = {}
    if "theme" in by:
        made["theme"] = table["indicator"].map({i.id: i.theme for i in known.vocabulary.indicators.values()})
    if "quarter" in by:
        made["quarter"] = table["month"].map({m: Month.parse(m).quarter for m in table["month"].unique()})
    if "year" in by:
        made["year"] = table["month"].map({m: Month.parse(m).financial_year for m in table["month"].unique()})
    if "ward" in by:
        made["ward"] = table["ward"].map({code: known.areas.ward_name(code) for code in table["ward"].unique()})
    return table.assign(**made)[[*by, "count"]]


def _rates(table: pd.DataFrame, selection: Selection) -> pd.Series[float]:
    areas = partnership().areas
    layer = ward_column(vintage_of(selection)) if "code" in table else "lpa"
    codes = {area.name: area.code for area in areas.lpas}
    place = table["code"] if "code" in table else table["lpa"].map(codes).fillna("")
    people: dict[tuple[str, str], Population | None] = {}
    rates = []
    for code, period, count in zip(place, _periods(table, selection), table["count"], strict=True):
        key = (code, period.last.financial_year)
        if key not in people:
            people[key] = areas.population(layer, code, period)
        rates.append(rate_per_1000(count, people[key]))
    return pd.Series(rates, index=table.index, dtype="float64")


def _periods(table: pd.DataFrame, selection: Selection) -> list[Period]:
    """The period of each row: the finest of its month, quarter and year, else the selection's."""
    for name, parse in (("month", _month), ("quarter", parse_quarter), ("year", parse_financial_year)):
        if name in table:
            known = {text: parse(text) for text in table[name].unique()}
            return [known[text] for text in table[name]]
    return [selection.period] * len(table)


def _month(text: str) -> Period:
    return Period(Month.parse(text), Month.parse(text))


def _nothing(store: Store, selection: Selection) -> str:
    """What to say where nothing that was asked for is loaded."""
    months = store.months()
    where = f" in {listed(selection.areas)}" if selection.areas else ""
    return (
        f"nothing is loaded for {', '.join(selection.indicators)}{where} from {selection.period.first} to "
        f"{selection.period.last}; loaded are {', '.join(store.indicators()) or 'no indicators'}"
        + (f", {months[0]} to {months[-1]}" if months else "")
    )
