"""A period beside the same period of the year before, or beside another: difference and % difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from pandas.api.extensions import ExtensionArray

from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import lpas_of, summary, vintage_of

CHANGE = ("count", "last_year", "difference", "pct_difference")


def compared(
    store: Store,
    selection: Selection,
    keys: pd.DataFrame,
    by: Sequence[str],
    viewer: Viewer,
    against: Period | None = None,
) -> pd.DataFrame:
    """How many in the period, and how many in the same period last year, for each of some keys?

    `keys`: one row for each combination of the columns `by` that must have a row. Out: `keys` with CHANGE
    added: count and last_year as Int64, missing where a month of the period is not covered for all the
    indicators and areas of its row, or where it is withheld; differences likewise. `against`: the period that stands
    in the place of last year's. Raises NotAllowedError.
    """
    vintage = vintage_of(selection)  # the other period's records, placed in this one's wards
    before = against or selection.period.last_year
    wanted = list(dict.fromkeys([*by, "indicator"]))
    table = keys.copy()
    for column, period in (("count", selection.period), ("last_year", before)):
        found = summary(store, replace(selection, period=period, vintage=vintage), wanted, viewer)
        table[column] = _sums(table, found, by)
        table.loc[[not known for known in covered(store, selection, table, period)], column] = pd.NA
    table["difference"] = table["count"] - table["last_year"]
    base = table["last_year"].astype("Float64")
    table["pct_difference"] = 100 * table["difference"] / base.mask(base == 0)
    return table


def _sums(table: pd.DataFrame, found: pd.DataFrame, by: Sequence[str]) -> ExtensionArray:
    """The sum of the counts found for each row of a table, 0 where there is none; all of them where `by` is empty."""
    counts = found["count"].astype("Int64")
    if not by:
        return pd.array([counts.sum(skipna=False)] * len(table), dtype="Int64")
    sums = counts.groupby([found[column] for column in by]).sum(skipna=False)
    wanted = pd.MultiIndex.from_frame(table[list(by)]) if len(by) > 1 else pd.Index(table[by[0]])
    return sums.reindex(wanted, fill_value=0).array


def covered(store: Store, selection: Selection, table: pd.DataFrame, period: Period) -> list[bool]:
    """Is a period whole for the indicators of each row, in its LPA or ward, else in all the selection's areas?

    `table`: with any of the columns indicator, lpa and ward (its code).
    """
    own = [selection.indicators] * len(table)
    indicators = [(id_,) for id_ in table["indicator"]] if "indicator" in table else own
    return [
        store.covers(ids, period, lpas, wards=wards)
        for ids, (lpas, wards) in zip(indicators, row_areas(selection, table), strict=True)
    ]


def row_areas(selection: Selection, table: pd.DataFrame) -> list[tuple[tuple[str, ...], str]]:
    """The LPAs that each row of a table speaks of, all where it is of none, and the vintage of its ward, if of one."""
    vintage = vintage_of(selection)
    every = lpas_of(selection), vintage if selection.ward else ""
    if "ward" in table:
        wards = partnership().areas.wards[vintage]
        return [((wards[code].lpa,), vintage) if code in wards else every for code in table["ward"]]
    return [((lpa,), "") if lpa else every for lpa in table["lpa"]] if "lpa" in table else [every] * len(table)
