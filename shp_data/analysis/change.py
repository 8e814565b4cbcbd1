"""A period beside the same period of the year before: difference and % difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import Store, summary, vintage_of

CHANGE = ("count", "last_year", "difference", "pct_difference")


def compared(store: Store, selection: Selection, keys: pd.DataFrame, by: Sequence[str], viewer: Viewer) -> pd.DataFrame:
    """How many in the period, and how many in the same period last year, for each of some keys?

    `keys`: one row for each combination of the columns `by` that must have a row. Out: `keys` with CHANGE
    added: count and last_year as Int64, missing where a month of the period is not covered for all the
    indicators of its row; differences likewise.
    """
    vintage = vintage_of(selection)  # last year's records, placed in this year's wards
    both = replace(selection, period=Period(selection.period.last_year.first, selection.period.last), vintage=vintage)
    wanted = list(dict.fromkeys([*by, "indicator", "month"]))
    found = summary(store, both, wanted, viewer)
    table = keys.copy()
    for column, period in (("count", selection.period), ("last_year", selection.period.last_year)):
        inside = found[found["month"].between(str(period.first), str(period.last))]
        table = _with_sums(table, inside, by, column)
        table[column] = table[column].fillna(0).astype("Int64")
        table.loc[[not covered for covered in _covered(store, selection, table, period)], column] = pd.NA
    table["difference"] = table["count"] - table["last_year"]
    base = table["last_year"].astype("Float64")
    table["pct_difference"] = table["difference"] / base.mask(base == 0) * 100
    return table


def _with_sums(table: pd.DataFrame, found: pd.DataFrame, by: Sequence[str], column: str) -> pd.DataFrame:
    """The table with the sum of the counts found for each of its rows; all of them where `by` is empty."""
    if not by:
        return table.assign(**{column: int(found["count"].sum())})
    sums = found.groupby(list(by))["count"].sum().rename(column).reset_index()
    return table.merge(sums, on=list(by), how="left")


def _covered(store: Store, selection: Selection, table: pd.DataFrame, period: Period) -> list[bool]:
    """Is the period whole for the indicators of each row?"""
    if "indicator" not in table:
        return [store.covers(selection.indicators, period)] * len(table)
    known = {id_: store.covers([id_], period) for id_ in table["indicator"].unique()}
    return [known[id_] for id_ in table["indicator"]]
