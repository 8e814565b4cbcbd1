"""The changes of a period with their verdicts: every indicator in every area, or in every ward."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Literal

import pandas as pd

from shp_data.analysis.change import add_differences, compare_periods, find_doubtful_rows
from shp_data.analysis.measures import list_wards_of
from shp_data.analysis.verdicts import (
    add_verdicts,
    build_reported_pairs,
    count_reported,
    find_area_cut_off,
    judge_pairs,
    tabulate_verdicts,
)
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader

AreaField = Literal["lpa", "ward"]
COLUMNS = (
    *("count", "previous", "difference", "pct_difference"),
    *("rate_ratio", "low", "high", "p_value", "verdict"),
)


def list_changes(
    reader: Reader, selection: Selection, area: AreaField, against: Period, reported: Collection[str] = ()
) -> pd.DataFrame:
    """List how each indicator of a selection changed since another period, in each of its areas or wards.

    Parameters
    ----------
    area : AreaField
        Whether the rows are of Local Policing Areas or of wards.
    against : Period
        The period to compare with.
    reported : collection of str
        Indicators that suppliers report as numbers, which are listed as well, by Local Policing Area.

    Returns
    -------
    pandas.DataFrame
        A row for each indicator and area: indicator (its id), lpa (its name) or ward (its name), and COLUMNS:
        count and previous (incidents, of the period and of `against`), difference, pct_difference (%), and
        as `verdicts.add_verdicts` gives them rate_ratio, low, high, p_value and verdict. What depends on a period
        that is missing, not whole or in question is missing.

    Raises
    ------
    NotAllowedError
        For a role that may not see the figures.
    """
    by = ("indicator", area)
    tables = [_compare_incidents(reader, selection, area, against)] if selection.indicators else []
    if area == "lpa" and reported:
        numbers = _compare_reported(reader, selection, against, reported)
        # An indicator may have records in one period and numbers in the other.
        keys = pd.MultiIndex.from_frame(numbers[list(by)])
        tables = [table[~pd.MultiIndex.from_frame(table[list(by)]).isin(keys)] for table in tables]
        tables.append(numbers)
    table = pd.concat(tables, ignore_index=True).rename(columns={"last_year": "previous"})
    return table[[*by, *COLUMNS]]


def _compare_incidents(reader: Reader, selection: Selection, area: AreaField, against: Period) -> pd.DataFrame:
    by, areas = ("indicator", area), reader.partnership.areas
    lpas = selection.areas or areas.lpa_names
    names = [ward.code for ward in list_wards_of(areas, selection)] if area == "ward" else lpas
    keys = pd.DataFrame(product(selection.indicators, names), columns=list(by))
    table = add_verdicts(reader, selection, compare_periods(reader, selection, keys, by, against), by, against)
    # A period in question is not compared, and its count is not one to compare by hand either.
    for column, period in (("count", selection.period), ("last_year", against)):
        doubtful = pd.Series(find_doubtful_rows(reader, selection, table, (period,)), table.index)
        table.loc[doubtful, [column, "difference", "pct_difference"]] = pd.NA
    return table.assign(ward=table["ward"].map(areas.find_ward_name)) if area == "ward" else table


def _compare_reported(reader: Reader, selection: Selection, against: Period, reported: Collection[str]) -> pd.DataFrame:
    """Compare the counts that suppliers report as numbers, of some indicators in the areas of a selection."""
    lpas = selection.areas or reader.partnership.areas.lpa_names
    counts = {
        key: both
        for key, both in count_reported(reader, selection.period, against).items()
        if key[0] in reported and key[1] in lpas
    }
    pairs = build_reported_pairs(reader, selection.period, against)
    listed = [pairs[key] for key in counts]
    results = judge_pairs(listed, lambda _: find_area_cut_off(reader, selection.period, against))
    values = pd.DataFrame(list(counts.values()), columns=["count", "last_year"], dtype="Int64")
    keys = pd.DataFrame(list(counts), columns=["indicator", "lpa"], dtype="str")
    return pd.concat([keys, add_differences(values), tabulate_verdicts(results, listed)], axis=1)
