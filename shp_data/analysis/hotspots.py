"""The wards of an area: where incidents happen, at what rate, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from shp_data.analysis.change import CHANGE, compare_periods
from shp_data.analysis.context import build_figure, find_coverage, name_indicators
from shp_data.analysis.measures import compute_rates, list_residents, list_wards_of
from shp_data.analysis.protect import note_withheld
from shp_data.analysis.verdicts import VERDICT, add_verdicts
from shp_data.domain.disclosure import check_table
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_quarter
from shp_data.domain.schema import LSOA, UNPLACED, name_ward_column
from shp_data.domain.selection import Covid, Selection
from shp_data.store.reading import Reader, count_records, is_covered, is_protected

MEASURED = ("count", "share", "difference", "rate_per_1000")


def compare_wards(
    reader: Reader, selection: Selection, against: Period | None = None, next_to: Period | None = None
) -> Figure:
    """Compare the wards of the selection's areas in the period.

    Parameters
    ----------
    against : Period or None
        A period to compare with other than the same one last year. Its counts, in the same wards, are then
        in other_period, in the place of last_year.
    next_to : Period or None
        A period whose figure is shown next to this one: the rates of both are over residents of one edition.

    Returns
    -------
    Figure
        A table with one row for each ward of the selection's ward year, the highest rate first, and one for
        records near no ward where there are any: code, ward, lpa, count, last_year, difference,
        pct_difference (%), population (residents), rate_per_1000 (per 1,000 residents), share (per cent of
        all the incidents of the areas), VERDICT. What is withheld from the viewer is missing.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the counts.
    """
    areas = reader.partnership.areas
    ward_year = selection.ward_year
    rows = list_wards_of(areas, selection)
    table = compare_codes(reader, selection, "ward", [ward.code for ward in rows], against)
    table = table.rename(columns={"ward": "code"})
    names = areas.wards[ward_year]
    layer = name_ward_column(ward_year)
    edition = areas.choose_edition(period for period in (selection.period, against, next_to) if period)
    people = [areas.find_population(layer, code, selection.period, edition) for code in table["code"]]
    table["ward"] = [names[code].name if code in names else code for code in table["code"]]
    table["lpa"] = [names[code].lpa if code in names else "" for code in table["code"]]
    table["population"] = list_residents(people)
    table["rate_per_1000"] = compute_rates(table["count"], people)
    total = _count_total(reader, selection, table)
    table["share"] = 100 * table["count"] / total if total else pd.array([None] * len(table), dtype="Float64")
    # Ties by name, so that the same data always gives the same table.
    ordered = table.sort_values(["rate_per_1000", "ward"], ascending=[False, True], na_position="last")
    columns = ["code", "ward", "lpa", *CHANGE, "population", "rate_per_1000", "share", *VERDICT]
    result = build_figure(
        reader,
        selection,
        ordered[columns].reset_index(drop=True),
        measure=f"{name_indicators(selection.indicators)} by ward of {ward_year}",
        people=people,
        mapped=True,
        visitor_wards=[ward.name for ward in rows if reader.partnership.attracts_visitors(ward)],
    )
    coverage = find_coverage(reader, selection, by_ward=True)
    if not coverage.is_complete:
        result = replace(result, coverage=coverage, caveats=tuple(dict.fromkeys((*result.caveats, coverage))))
    return name_other_period(note_withheld(result, reader, selection, against), selection, against)


def compare_codes(
    reader: Reader, selection: Selection, column: str, codes: list[str], against: Period | None = None
) -> pd.DataFrame:
    """Compare the counts of some wards or LSOAs with those of another period.

    Parameters
    ----------
    column : str
        The column of the codes: ward or lsoa.
    against : Period or None
        As in `compare_wards`.

    Returns
    -------
    pandas.DataFrame
        A row for each code, and one for records in none of them where there are any: the column of the codes,
        CHANGE, VERDICT.
    """
    keys, by = pd.DataFrame({column: [*codes, UNPLACED]}), (column,)
    table = compare_periods(reader, selection, keys, by, against)
    # The row of records in no ward goes where it is 0 in both years. A count that is withheld may be any number,
    # so it stays; one that is not loaded says nothing.
    missing_count = 1 if is_covered(reader, selection) else 0  # withheld, or not loaded
    has_none = (table["count"].fillna(missing_count) == 0) & (table["last_year"].fillna(0) == 0)
    is_empty = (table[column] == UNPLACED) & has_none
    return add_verdicts(reader, selection, table[~is_empty], by, against)


def name_other_period(figure: Figure, selection: Selection, against: Period | None) -> Figure:
    """Name the counts of a period that is not last year's `other_period`, and say what was compared."""
    if against in (None, selection.period.last_year):
        return figure
    table = figure.table.rename(columns={"last_year": "other_period"})
    return replace(figure, table=table, caveats=(*figure.caveats, *_describe_periods(selection, against)))


def find_changed_wards(selection: Selection, other: Period) -> list[str]:
    """Find the wards of a selection that were not yet, or no longer, wards in another period.

    Returns their names, where their codes are not among those of the ward year in force on the last day of
    that period.
    """
    areas = partnership().areas
    # Codes and not names: a ward that keeps its name may have other boundaries, and then another code.
    wards_then = areas.wards[areas.find_ward_year(other.last.last_day)]
    return [ward.name for ward in list_wards_of(areas, selection) if ward.code not in wards_then]


def _describe_periods(selection: Selection, other: Period) -> list[str]:
    """Describe the other period of a comparison that is not with last year's."""
    notes = [f"Other period: {other.label}."]
    if [month.month for month in selection.period] != [month.month for month in other]:
        # Most incidents have seasons, so October to December against July to September says little.
        notes.append("The two periods are other months of the year, so part of a change may be the season's.")
    return notes


def _count_total(reader: Reader, selection: Selection, table: pd.DataFrame) -> int:
    """Count all incidents of a ward table, including those withheld by ward; 0 where any is not available."""
    if not is_protected(reader, selection):
        total = table["count"].sum(skipna=False)
        return 0 if pd.isna(total) else int(total)
    areas = selection.areas or reader.partnership.areas.everywhere
    # Counts by LPA are not withheld, so the share of a ward that is shown gives nothing more away.
    rows = count_records(reader, replace(selection, areas=areas, ward=None), ("lpa",))
    return int(rows["count"].sum()) if is_covered(reader, selection) else 0


def list_ward_figures(
    reader: Reader, indicators: tuple[str, ...], areas: tuple[str, ...], covid: Covid, length: int
) -> pd.DataFrame:
    """List the figures of wards in every period of `length` months: the basis of the classes of a map.

    They depend on no period, so that a colour means the same in all of them.

    Returns
    -------
    pandas.DataFrame
        One row for each ward of the ward year in force in the last month loaded, and each run of `length`
        months that is covered in full. Columns MEASURED, with the units of `compare_wards`.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the counts.
    """
    loaded = reader.store.list_months(indicators)
    if not loaded:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in MEASURED})
    all_months = Period(loaded[0], loaded[-1])
    ward_year = reader.partnership.areas.find_ward_year(all_months.last.last_day)
    selection = reader.partnership.select(indicators, all_months, areas, covid, ward_year)
    codes = [ward.code for ward in list_wards_of(reader.partnership.areas, selection)]
    step = 3 if is_protected(reader, selection) else 1
    # Raised here, before any query: the steps below are whole quarters and would not find it.
    if step > 1:
        start = all_months.first.year_start
        check_table(replace(selection, period=Period(start, start.shift(length - 1))), ("ward",), reader.viewer)
        ward_counts, all_counts = _count_by_quarter(reader, selection, codes)
    else:
        ward_counts, all_counts = count_codes_by_month(reader, selection, "ward", codes)
    people = _find_residents(reader, name_ward_column(selection.ward_year), codes, ward_counts.index)
    return measure_windows(ward_counts, all_counts, people, length // step, 12 // step)


def measure_windows(
    counts: pd.DataFrame, totals: pd.Series[float], people: pd.DataFrame | pd.Series[float], length: int, year: int
) -> pd.DataFrame:
    """Measure wards or LSOAs in every run of `length` steps: the columns MEASURED.

    Parameters
    ----------
    counts : pandas.DataFrame
        Incidents: a row for each month or quarter, a column for each code.
    totals : pandas.Series
        Incidents of all of them together, and of none of them.
    people : pandas.DataFrame or Series
        Residents, by code or also by row.
    length, year : int
        Rows of a period, and of a year.
    """
    # A rolling sum is missing where any of its months is, so no part of a period is taken for the whole.
    sums = counts.rolling(length).sum()
    all_sums = totals.rolling(length).sum().where(lambda total_count: total_count > 0)
    measures = (sums, (100 * sums).div(all_sums, axis=0), sums - sums.shift(year), sums / people * 1000)
    columns = {name: table.to_numpy().ravel() for name, table in zip(MEASURED, measures, strict=True)}
    return pd.DataFrame(columns).dropna(subset=["count"]).reset_index(drop=True)


def count_codes_by_month(
    reader: Reader, selection: Selection, column: str, codes: list[str]
) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Count the incidents of wards or LSOAs by month, and of all together; missing where a month is not covered.

    `column`: that of the codes, ward or lsoa.
    """
    rows = count_records(reader, selection, ["month", column])
    loaded = reader.store.list_months(selection.indicators)
    months = rows.pivot(index="month", columns=column, values="count")
    # Two steps: 0 in a month that is loaded and had no incident, and missing in a month that is not.
    months = months.reindex(index=list(map(str, loaded)), columns=[*codes, UNPLACED]).fillna(0)
    months = months.reindex(list(map(str, selection.period)))  # not covered is missing, never zero
    boundaries = LSOA if column == LSOA else selection.ward_year
    for lpa, lpa_codes in _group_by_lpa(selection, boundaries, codes).items():
        covered = reader.store.list_months(selection.indicators, (lpa,), wards=boundaries)
        if covered != loaded:
            months.loc[~months.index.isin(list(map(str, covered))), lpa_codes] = None
    return months[codes], months.sum(axis=1, skipna=False)


def _count_by_quarter(reader: Reader, selection: Selection, codes: list[str]) -> tuple[pd.DataFrame, pd.Series[float]]:
    """Count the same by quarter, named by its last month; also missing where a count is withheld."""
    areas = selection.areas or reader.partnership.areas.everywhere
    quarters = [parse_quarter(name) for name in dict.fromkeys(month.quarter for month in selection.period)]
    counts, totals = {}, {}
    for quarter in quarters:
        quarter_selection = replace(selection, period=quarter)
        by_code = count_records(reader, quarter_selection, ("ward",)).set_index("ward")["count"]
        counts[str(quarter.last)] = by_code.reindex(codes).astype("float64")
        for lpa, lpa_codes in _group_by_lpa(selection, selection.ward_year, codes).items():
            if not reader.store.covers(selection.indicators, quarter, (lpa,), wards=selection.ward_year):
                # Not a zero: nobody knows what happened in the wards of an LPA that is not covered.
                counts[str(quarter.last)].loc[lpa_codes] = float("nan")
        lpas = count_records(reader, replace(quarter_selection, areas=areas), ("lpa",))["count"]
        totals[str(quarter.last)] = lpas.sum() if is_covered(reader, quarter_selection) else None
    return pd.DataFrame(counts).T, pd.Series(totals, dtype="float64")


def _group_by_lpa(selection: Selection, boundaries: str, codes: Iterable[str]) -> dict[str, list[str]]:
    """Group the codes of wards of a year, or of LSOAs, by LPA."""
    codes_by_lpa: dict[str, list[str]] = {}
    for code in codes:
        codes_by_lpa.setdefault(selection.ward_years.lpas[boundaries, code], []).append(code)
    return codes_by_lpa


def _find_residents(reader: Reader, layer: str, codes: list[str], months: Iterable[str]) -> pd.DataFrame:
    """Find the residents for the rate of each ward in a period that ends in each month; missing if none."""
    areas = reader.partnership.areas

    def find_residents(code: str, month: Month) -> float | None:
        population = areas.find_population(layer, code, Period(month, month))
        return float(population.residents) if population and population.residents else None

    # Residents of no one (a ward of offices) give no rate, as a division by 0 would.
    rows = {month: [find_residents(code, Month.parse(month)) for code in codes] for month in months}
    return pd.DataFrame.from_dict(rows, orient="index", columns=codes, dtype="float64")
