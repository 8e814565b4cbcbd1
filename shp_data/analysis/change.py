"""Difference and % difference of a period from the same period of the year before, or from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from pandas.api.extensions import ExtensionArray

from shp_data.domain.periods import Period
from shp_data.domain.schema import LSOA
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records

CHANGE = ("count", "last_year", "difference", "pct_difference")


def compare_periods(
    reader: Reader, selection: Selection, keys: pd.DataFrame, by: Sequence[str], against: Period | None = None
) -> pd.DataFrame:
    """Compare the counts of a period with those of the same period last year, for each of some keys.

    Parameters
    ----------
    keys : pandas.DataFrame
        One row for each combination of the columns `by` that must have a row.
    by : sequence of str
        The columns of `keys` that identify a row.
    against : Period or None
        The period to compare with in the place of last year's.

    Returns
    -------
    pandas.DataFrame
        `keys` with the columns CHANGE added: count and last_year as Int64, missing where a month of the
        period is not covered for all the indicators and areas of the row, or where the count is withheld;
        difference and pct_difference (%) likewise.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the counts.
    """
    ward_year = selection.ward_year  # the other period's records, placed in this one's wards
    before = against or selection.period.last_year
    columns = list(dict.fromkeys([*by, "indicator"]))
    table = keys.copy()
    for column, period in (("count", selection.period), ("last_year", before)):
        # Both periods are counted in the wards of this one: else a boundary change would look like a change.
        counts = count_records(reader, replace(selection, period=period, vintage=ward_year), columns)
        table[column] = _sum_counts(table, counts, by)
        # Missing and not 0: a period that is not whole would look like a fall.
        table.loc[[not is_whole for is_whole in check_coverage(reader, selection, table, period)], column] = pd.NA
    return add_differences(table)


def add_differences(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of count and last_year, as Int64, with difference and pct_difference (%) added."""
    difference = table["count"] - table["last_year"]
    # From 0 there is a difference and no percentage.
    base = table["last_year"].astype("Float64")
    return table.assign(difference=difference, pct_difference=100 * difference / base.mask(base == 0))


def _sum_counts(table: pd.DataFrame, rows: pd.DataFrame, by: Sequence[str]) -> ExtensionArray:
    """Sum the counts for each row of a table, 0 where there is none; sum them all where `by` is empty."""
    # A withheld count makes its sum missing too (skipna=False): a sum without it would be too low.
    counts = rows["count"].astype("Int64")
    if not by:
        return pd.array([counts.sum(skipna=False)] * len(table), dtype="Int64")
    sums = counts.groupby([rows[column] for column in by]).sum(skipna=False)
    keys = pd.MultiIndex.from_frame(table[list(by)]) if len(by) > 1 else pd.Index(table[by[0]])
    return sums.reindex(keys, fill_value=0).array


def check_coverage(reader: Reader, selection: Selection, table: pd.DataFrame, period: Period) -> list[bool]:
    """Check for each row whether a period is whole for its indicators, in its LPA or ward.

    Parameters
    ----------
    table : pandas.DataFrame
        Any of the columns indicator, lpa and ward (its code). A row with no LPA or ward is checked in all
        the areas of the selection.

    Returns
    -------
    list of bool
        One value for each row.
    """
    every_indicator = [selection.indicators] * len(table)
    indicators = [(id_,) for id_ in table["indicator"]] if "indicator" in table else every_indicator
    return [
        reader.store.covers(ids, period, lpas, wards=wards)
        for ids, (lpas, wards) in zip(indicators, find_row_areas(selection, table), strict=True)
    ]


def find_doubtful_rows(
    reader: Reader, selection: Selection, table: pd.DataFrame, periods: Sequence[Period]
) -> list[bool]:
    """Find the rows of a table that depend on a month in question.

    Parameters
    ----------
    table : pandas.DataFrame
        As in `check_coverage`.
    periods : sequence of Period
        The periods that a row counts.

    Returns
    -------
    list of bool
        One value for each row.
    """
    months = [month for period in periods for month in period]
    # Usually no month is in question, and a table may have many rows.
    if not reader.store.completeness.doubtful:
        return [False] * len(table)
    every_indicator = [selection.indicators] * len(table)
    indicators = [(id_,) for id_ in table["indicator"]] if "indicator" in table else every_indicator
    return [
        bool(reader.store.find_doubtful(ids, months, lpas))
        for ids, (lpas, _) in zip(indicators, find_row_areas(selection, table), strict=True)
    ]


def find_row_areas(selection: Selection, table: pd.DataFrame) -> list[tuple[tuple[str, ...], str]]:
    """Find the LPAs that each row of a table covers, and the ward year of its ward.

    Parameters
    ----------
    table : pandas.DataFrame
        Any of the columns lpa, ward and lsoa (their codes).

    Returns
    -------
    list of tuple
        For each row its LPAs, or all of them where it names none, and the ward year, LSOA of an LSOA, or ""
        where it names neither.
    """
    ward_year = selection.ward_year
    all_areas = selection.lpas, ward_year if selection.ward else ""
    for column, boundaries in (("ward", ward_year), (LSOA, LSOA)):
        if column in table:
            # A ward that is not in these boundaries, or no ward, is checked in all the areas: it could lie in any.
            lpas = selection.ward_years.lpas
            keys = [(boundaries, code) for code in table[column]]
            return [((lpas[key],), boundaries) if key in lpas else all_areas for key in keys]
    return [((lpa,), "") if lpa else all_areas for lpa in table["lpa"]] if "lpa" in table else [all_areas] * len(table)
