"""The LSOAs of an area: where incidents happen, at what rate, what changed, and how deprived the places are."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from shp_data.analysis.change import CHANGE
from shp_data.analysis.context import build_figure, find_coverage, name_indicators
from shp_data.analysis.hotspots import (
    MEASURED,
    compare_codes,
    count_codes_by_month,
    measure_windows,
    name_other_period,
)
from shp_data.analysis.measures import compute_rates, list_lsoas_of, list_residents
from shp_data.analysis.verdicts import VERDICT
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.schema import LSOA, UNPLACED
from shp_data.domain.selection import Covid, Location, Selection
from shp_data.store.lsoas import place_points_in_lsoas
from shp_data.store.reading import Reader, check_lsoa_access, check_record_access

DECILE = "imd2025_decile"
MOST_DEPRIVED = 1  # the decile of the most deprived tenth of the LSOAs of England
DEPRIVATION = (
    "Deprivation: Ministry of Housing, Communities and Local Government, English Indices of Deprivation 2025, licensed "
    "under the Open Government Licence v3.0."
)
NEIGHBOURHOODS = "Names of neighbourhoods: House of Commons Library, licensed under the Open Parliament Licence v3.0."


class DeprivedShares(NamedTuple):
    """The shares (per cent) of incidents and of residents of some LSOAs that are in the most deprived tenth.

    Both are missing where an LSOA has no count, or there is nothing to share.
    """

    incidents: float | None
    residents: float | None


def compare_lsoas(reader: Reader, selection: Selection, against: Period | None = None) -> Figure:
    """Compare the LSOAs of the selection's areas in the period.

    Parameters
    ----------
    against : Period or None
        A period to compare with other than the same one last year, as `hotspots.compare_wards` takes it.

    Returns
    -------
    Figure
        A table with one row for each LSOA of 2021, the highest rate first, and one for records in none of them
        where there are any: lsoa (its code), lsoa_name, lpa, count, last_year, difference, pct_difference (%),
        population (residents of mid-2022, for every period), rate_per_1000 (per 1,000 residents), share (per cent of
        all the incidents of the areas), imd2025_decile (1 is the most deprived tenth), VERDICT.

    Raises
    ------
    NotAllowedError
        If the viewer may not see LSOAs of these indicators.
    SelectionError
        If the partnership has no LSOAs.
    """
    check_lsoa_access(reader, selection)
    lsoas = {lsoa.code: lsoa for lsoa in list_lsoas_of(reader.partnership.areas, selection)}
    table = compare_codes(reader, selection, LSOA, list(lsoas), against)
    rows = [lsoas.get(code) for code in table[LSOA]]
    people = [lsoa.population if lsoa else None for lsoa in rows]
    table["lsoa_name"] = [lsoa.full_name if lsoa else UNPLACED for lsoa in rows]
    table["lpa"] = [lsoa.lpa if lsoa else "" for lsoa in rows]
    table["population"] = list_residents(people)
    table["rate_per_1000"] = compute_rates(table["count"], people)
    table["share"] = _compute_shares(table["count"])
    table[DECILE] = pd.array([lsoa.decile if lsoa else None for lsoa in rows], dtype="Int64")
    # Ties by name, so that the same data always gives the same table.
    ordered = table.sort_values(["rate_per_1000", "lsoa_name"], ascending=[False, True], na_position="last")
    columns = [LSOA, "lsoa_name", "lpa", *CHANGE, "population", "rate_per_1000", "share", DECILE, *VERDICT]
    result = build_figure(
        reader,
        selection,
        ordered[columns].reset_index(drop=True),
        measure=f"{name_indicators(selection.indicators)} by LSOA of 2021",
        people=people,
        mapped=True,
    )
    notes = ("Records are placed in LSOAs by their coordinates.",)
    coverage = find_coverage(reader, selection, boundaries=LSOA)
    result = replace(
        result,
        sources=(*result.sources, DEPRIVATION, NEIGHBOURHOODS),
        caveats=tuple(dict.fromkeys((*result.caveats, *notes, *(() if coverage.is_complete else (coverage,))))),
        coverage=coverage,
    )
    return name_other_period(result, selection, against)


def compute_deprived_shares(table: pd.DataFrame) -> DeprivedShares:
    """Compute how much of the incidents and of the residents is in the most deprived tenth of LSOAs.

    Parameters
    ----------
    table : pandas.DataFrame
        The columns count, population and imd2025_decile, as `compare_lsoas` gives them. Records in no LSOA, which have
        no decile, are left out.
    """
    lsoas = table.dropna(subset=[DECILE])
    is_deprived = lsoas[DECILE] == MOST_DEPRIVED
    incidents, residents = (lsoas[column].sum(skipna=False) for column in ("count", "population"))
    if pd.isna(incidents) or not incidents or not residents:
        return DeprivedShares(None, None)
    return DeprivedShares(
        100 * float(lsoas.loc[is_deprived, "count"].sum()) / float(incidents),
        100 * float(lsoas.loc[is_deprived, "population"].sum()) / float(residents),
    )


def list_lsoa_figures(
    reader: Reader, indicators: tuple[str, ...], areas: tuple[str, ...], covid: Covid, length: int
) -> pd.DataFrame:
    """List the figures of LSOAs in every period of `length` months: the basis of the classes of a map.

    They depend on no period, so that a colour means the same in all of them.

    Returns
    -------
    pandas.DataFrame
        One row for each LSOA and each run of `length` months that is covered in full. Columns MEASURED, with the units
        of `compare_lsoas`.

    Raises
    ------
    NotAllowedError
        If the viewer may not see LSOAs of these indicators.
    """
    loaded = reader.store.list_months(indicators)
    if not loaded:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in MEASURED})
    selection = reader.partnership.select(indicators, Period(loaded[0], loaded[-1]), areas, covid)
    lsoas = list_lsoas_of(reader.partnership.areas, selection)
    counts, totals = count_codes_by_month(reader, selection, LSOA, [lsoa.code for lsoa in lsoas])
    people = pd.Series({lsoa.code: float(lsoa.population.residents or "nan") for lsoa in lsoas})
    return measure_windows(counts, totals, people, length, 12)


def find_lsoa(reader: Reader, code: str) -> Location | None:
    """Find the map points in an LSOA, as one location. Return None for any other text, and where it has no point.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the points.
    """
    check_record_access(reader.viewer)
    lsoa = reader.partnership.areas.lsoas.get(code)
    if lsoa is None:
        return None
    points = place_points_in_lsoas(reader.store.layout.root, reader.store.version).to_pandas()
    of_lsoa = points[points[LSOA] == code].sort_values(["longitude", "latitude"])
    if of_lsoa.empty:
        return None
    coordinates = zip(of_lsoa["longitude"].tolist(), of_lsoa["latitude"].tolist(), strict=True)
    return Location(f"LSOA {lsoa.full_name}", lsoa.lpa, UNPLACED, tuple(coordinates), code)


def _compute_shares(counts: pd.Series[int]) -> pd.Series[float]:
    """Compute the share (per cent) of each count in their sum; missing where one of them is, or all are 0."""
    total = counts.sum(skipna=False)
    if pd.isna(total) or not total:
        return pd.Series(pd.array([None] * len(counts), dtype="Float64"), counts.index)
    return 100 * counts.astype("Float64") / float(total)
