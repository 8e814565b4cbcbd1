"""Counts and rates by any field. A covered month without incidents counts 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import pandas as pd
from pandas.api.extensions import ExtensionArray

from shp_data.domain.areas import Areas, Ward
from shp_data.domain.counting import join_names
from shp_data.domain.errors import SelectionError, describe_unknown
from shp_data.domain.lsoas import Lsoa
from shp_data.domain.periods import Month, Period, parse_financial_year, parse_quarter
from shp_data.domain.populations import Population
from shp_data.domain.schema import LSOA, NO_AREA, name_ward_column
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records

FIELDS = ("indicator", "theme", "lpa", "ward", "month", "quarter", "year", "covid_related", LSOA)
_READ_AS = {"theme": "indicator", "quarter": "month", "year": "month"}


def count_by_field(reader: Reader, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """Count incidents by the fields named, and per 1,000 residents by area.

    Parameters
    ----------
    by : sequence of str
        Fields of FIELDS.

    Returns
    -------
    DataFrame
        The fields of `by` (ward by name, lsoa by its code of 2021), `count`, and by lpa, ward or lsoa
        `rate_per_1000` (incidents per 1,000 residents; missing where no population is known), sorted by the
        fields. A covered month without incidents counts 0. A month that is not covered, in all of the areas or
        in the LPA, ward or LSOA of a row, has no row.

    Raises
    ------
    SelectionError
        For an unknown field, for wards and LSOAs together, or where nothing in the selection is loaded.
    """
    for field in by:
        if field not in FIELDS:
            raise SelectionError(describe_unknown("field", field, FIELDS))
    if {"ward", LSOA}.issubset(by):
        raise SelectionError("an LSOA may be in several wards: count by ward or by lsoa, not by both")
    # Indicator and month are always read: coverage is by both, and decides which rows are zeros.
    columns = tuple(dict.fromkeys(_READ_AS.get(field, field) for field in (*by, "indicator", "month")))
    totals = count_records(reader, selection, columns)
    covered_totals = _drop_uncovered(reader, selection, columns, totals)
    table = pd.concat([covered_totals, _make_zero_rows(reader, selection, columns, covered_totals)], ignore_index=True)
    if table.empty:
        raise SelectionError(_explain_nothing_loaded(reader, selection))
    if not by:
        return pd.DataFrame({"count": [int(table["count"].sum())]})
    named = _name_fields(reader, table, by)
    keys = list(by)
    if "ward" in by:
        # Two wards may have one name: the code keeps them apart until they are summed.
        named["code"] = table["ward"]
        keys.append("code")
    result = named.groupby(keys, dropna=False)["count"].sum().astype("int64").reset_index()
    if not {"lpa", "ward", LSOA}.isdisjoint(by):
        result["rate_per_1000"] = _compute_rates(reader, result, selection)
    # A stable sort keeps the order of equal rows, so the same data always gives the same file.
    order = result.sort_values(list(by), kind="stable", na_position="first").reset_index(drop=True)
    return order.drop(columns="code", errors="ignore")


def list_mappable(reader: Reader) -> tuple[str, ...]:
    """List the loaded indicators whose incidents may be shown on a map."""
    indicators = reader.partnership.vocabulary.indicators
    return tuple(id_ for id_ in reader.store.list_indicators() if indicators[id_].mappable)


def find_missing_months(reader: Reader, selection: Selection) -> tuple[Month, ...]:
    """Return the months of the selection's period that are not covered for all of its indicators."""
    covered = set(reader.store.list_months(selection.indicators))
    return tuple(month for month in selection.period if month not in covered)


def compute_rate(count: float, population: Population | None) -> float | None:
    """Return incidents per 1,000 residents, or None where no population is known."""
    return None if population is None or population.residents == 0 else count * 1000 / population.residents


def compute_rates(counts: pd.Series[int], people: Sequence[Population | None]) -> ExtensionArray:
    """Compute the rate of each row, missing where its count is or where no population is known."""
    rows = zip(counts, people, strict=True)
    return pd.array([None if pd.isna(n) else compute_rate(n, population) for n, population in rows], dtype="Float64")


def list_residents(people: Sequence[Population | None]) -> ExtensionArray:
    """List the residents of populations, missing where one is not known."""
    return pd.array([population.residents if population else None for population in people], dtype="Int64")


def list_wards_of(areas: Areas, selection: Selection) -> list[Ward]:
    """List the wards of the areas of a selection, or of all LPAs, in its ward boundaries."""
    lpas = selection.areas or areas.lpa_names
    return [ward for ward in areas.list_wards(selection.ward_year) if ward.lpa in lpas]


def list_lsoas_of(areas: Areas, selection: Selection) -> list[Lsoa]:
    """List the LSOAs of the areas of a selection, or of all LPAs."""
    return [lsoa for lsoa in areas.lsoas.values() if not selection.areas or lsoa.lpa in selection.areas]


def find_population(areas: Areas, lpa: str, period: Period, edition: str | None = None) -> Population | None:
    """Return the residents of an LPA, by its printed name, that a rate for a period is based on.

    `edition`: as `Areas.find_population` takes it.
    """
    code = next((area.code for area in areas.lpas if area.name == lpa), "")
    return areas.find_population("lpa", code, period, edition)


def _drop_uncovered(reader: Reader, selection: Selection, columns: Sequence[str], totals: pd.DataFrame) -> pd.DataFrame:
    """Drop the counts of months that are not covered in their LPA, ward or LSOA. Keep what is in no area."""
    areas = reader.partnership.areas
    all_lpas = {
        "ward": {code: (ward.lpa,) for code, ward in areas.wards[selection.ward_year].items()},
        LSOA: {code: (lsoa.lpa,) for code, lsoa in areas.lsoas.items()},
        "lpa": {name: (name,) for name in (*areas.lpa_names, *NO_AREA)},
    }
    # The finest area of a row decides; without one, a row counts in all the areas selected.
    column = next((name for name in all_lpas if name in columns), "")
    lpas_by_area: Mapping[str, tuple[str, ...]] = all_lpas.get(column, {})
    row_areas = totals[column] if column else pd.Series("", totals.index)
    keys = list(zip(totals["indicator"], row_areas, strict=True))
    months = {}
    for id_, area in set(keys):
        area_lpas = lpas_by_area.get(area, selection.lpas)
        boundaries = _find_boundaries(selection, column) if area in lpas_by_area else ""
        months[id_, area] = _list_covered_months(reader, selection, id_, area_lpas, boundaries)
    is_covered = [month in months[key] for key, month in zip(keys, totals["month"], strict=True)]
    return totals[pd.Series(is_covered, totals.index, dtype=bool)]


def _make_zero_rows(reader: Reader, selection: Selection, columns: Sequence[str], totals: pd.DataFrame) -> pd.DataFrame:
    """Make a row of 0 for every covered month and indicator, and every LPA, ward, LSOA and COVID mark needed."""
    boundaries = next((_find_boundaries(selection, column) for column in ("ward", LSOA) if column in columns), "")
    indicators = sorted(set(selection.indicators))
    # Zeros only for marks that occur: a supplier that never marks COVID-related records gets no row for them.
    marks: set[tuple[str, bool | None]] = {(id_, True if selection.covid == "only" else None) for id_ in indicators}
    if selection.covid != "only" and "covid_related" in columns:
        marks = set(zip(totals["indicator"], totals["covid_related"].astype(object), strict=True))
    rows = [
        {"indicator": id_, "month": month, **area, "covid_related": mark, "count": 0}
        for area, (id_, mark) in product(_list_areas(reader, selection, columns), sorted(marks, key=str))
        for lpas in ((area["lpa"],) if area else selection.lpas,)
        for month in sorted(_list_covered_months(reader, selection, id_, lpas, boundaries))
    ]
    return pd.DataFrame(rows, columns=[*columns, "count"]).astype({"count": "int64"})


def _list_covered_months(
    reader: Reader, selection: Selection, indicator: str, lpas: tuple[str, ...], boundaries: str
) -> frozenset[str]:
    """List the months of the period in which an indicator is covered in some LPAs, or in their wards or LSOAs.

    `boundaries`: the ward year, or LSOA; empty for whole LPAs.
    """
    wards = boundaries or (selection.ward_year if selection.ward else "")
    covered = reader.store.list_months([indicator], lpas, wards=wards)
    return frozenset(map(str, selection.period)).intersection(map(str, covered))


def _find_boundaries(selection: Selection, column: str) -> str:
    """Find the boundaries of the areas in a column: the ward year of wards, LSOA of LSOAs, empty for LPAs."""
    return {"ward": selection.ward_year, LSOA: LSOA}.get(column, "")


def _list_areas(reader: Reader, selection: Selection, columns: Sequence[str]) -> list[dict[str, str]]:
    areas = reader.partnership.areas
    if "ward" in columns:
        wards = list_wards_of(areas, selection)
        return [{"ward": w.code, "lpa": w.lpa} for w in wards if selection.ward in (None, w.code)]
    if LSOA in columns:
        return [{LSOA: lsoa.code, "lpa": lsoa.lpa} for lsoa in list_lsoas_of(areas, selection)]
    if "lpa" in columns:
        return [{"lpa": name} for name in areas.lpa_names if not selection.areas or name in selection.areas]
    return [{}]


def _name_fields(reader: Reader, table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Make the fields of `by` from the columns of the summary."""
    convert: dict[str, Callable[[str], str]] = {
        "theme": lambda id_: reader.partnership.vocabulary.indicators[id_].theme,
        "quarter": lambda month: Month.parse(month).quarter,
        "year": lambda month: Month.parse(month).financial_year,
        "ward": reader.partnership.areas.find_ward_name,
    }
    columns = {}
    for field in convert.keys() & set(by):
        # A value is converted once and not once a row: a table has many rows and few months.
        values = table[_READ_AS.get(field, field)]
        columns[field] = values.map({value: convert[field](value) for value in values.unique()})
    return table.assign(**columns)[[*by, "count"]]


def _compute_rates(reader: Reader, table: pd.DataFrame, selection: Selection) -> pd.Series[float]:
    areas = reader.partnership.areas
    if LSOA in table:
        people = [areas.lsoas[code].population if code in areas.lsoas else None for code in table[LSOA]]
        return pd.Series(compute_rates(table["count"], people), table.index)
    layer = name_ward_column(selection.ward_year) if "code" in table else "lpa"
    codes = {area.name: area.code for area in areas.lpas}
    area_codes = table["code"] if "code" in table else table["lpa"].map(codes).fillna("")
    periods = _list_periods(table, selection)
    # The rates of one table are compared with each other, so all are over the residents of one edition.
    edition = areas.choose_edition(periods)
    # Residents change with the financial year alone, so one look-up serves its months.
    populations: dict[tuple[str, str], Population | None] = {}
    rates = []
    for code, period, count in zip(area_codes, periods, table["count"], strict=True):
        key = (code, period.last.financial_year)
        if key not in populations:
            populations[key] = areas.find_population(layer, code, period, edition)
        rates.append(compute_rate(count, populations[key]))
    return pd.Series(rates, index=table.index, dtype="float64")


def _list_periods(table: pd.DataFrame, selection: Selection) -> list[Period]:
    """List the period of each row: the finest of its month, quarter and year, else the selection's."""
    for name, parse in (("month", _parse_month), ("quarter", parse_quarter), ("year", parse_financial_year)):
        if name in table:
            periods = {text: parse(text) for text in table[name].unique()}
            return [periods[text] for text in table[name]]
    return [selection.period] * len(table)


def _parse_month(text: str) -> Period:
    return Period(Month.parse(text), Month.parse(text))


def _explain_nothing_loaded(reader: Reader, selection: Selection) -> str:
    """Explain that nothing in the selection is loaded."""
    months = reader.store.list_months()
    where = f" in {join_names(selection.areas)}" if selection.areas else ""
    return (
        f"nothing is loaded for {', '.join(selection.indicators)}{where} from {selection.period.first} to "
        f"{selection.period.last}; loaded are {', '.join(reader.store.list_indicators()) or 'no indicators'}"
        + (f", {months[0]} to {months[-1]}" if months else "")
    )
