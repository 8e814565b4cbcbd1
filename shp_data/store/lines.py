"""The counts by ward and quarter that partners and the public see: protected line by line, whatever is asked.

A line holds the counts of an LPA's wards, and of its records in none of them, for one indicator and one whole quarter,
in the wards then in force. What is withheld of it depends on the line alone, never on the filters, so no two answers
can be set against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from shp_data.domain.disclosure_rule import by_ward, rounded, whole_quarters, withheld
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import UNPLACED, ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.files.engine import query
from shp_data.store.files.layout import Layout
from shp_data.store.files.live import counts_sql, voices

_Ward = tuple[str, str]  # its LPA and its code


@dataclass(frozen=True)
class Lines:
    """One indicator in one quarter: what is shown of each ward (None: withheld), and the count of each LPA."""

    wards: Mapping[_Ward, int | None]
    lpas: Mapping[str, int]


def protected(
    root: Path, version: str, covered: Mapping[str, Collection[Month]], selection: Selection, by: Collection[str],
    vintage: str, viewer: Viewer,
) -> pd.DataFrame:  # fmt: skip
    """What a partner or the public sees of a selection of whole quarters, by some of indicator, lpa and ward.

    `covered`: the months loaded of each indicator; a quarter that lacks one is not shown. `vintage`: which wards
    have rows; one that was not yet, or no longer, a ward in some quarter has no count. Columns as in `by`, then
    count: Int64, missing where it is withheld. The public's counts are rounded before they are added.
    """
    rows = list(_rows(root, version, covered, selection, vintage, wards=by_ward(selection, by)))
    table = pd.DataFrame(rows, columns=["indicator", "lpa", "ward", "count"]).astype({"count": "Int64"})
    if viewer.role == "public":
        to = partnership().disclosure.round_to
        table["count"] = table["count"].map(lambda count: rounded(count, to), na_action="ignore").astype("Int64")
    if not by:
        return pd.DataFrame({"count": [table["count"].sum(skipna=False)]}).astype({"count": "Int64"})
    return table.groupby(list(by), sort=False)["count"].sum(skipna=False).reset_index()


def _rows(
    root: Path, version: str, covered: Mapping[str, Collection[Month]], selection: Selection, vintage: str, *,
    wards: bool,
) -> Iterator[tuple[str, str, str, int | None]]:  # fmt: skip
    """indicator, lpa, ward and count: of every quarter and indicator, and every LPA (or ward) that is asked for."""
    under = partnership().disclosure.withhold_under
    for indicator in selection.indicators:
        for quarter in whole_quarters(selection.period):
            found = lines(root, version, indicator, quarter, under)
            whole = set(covered.get(indicator, ())).issuperset(quarter)
            if wards:
                told: list[tuple[str, str, int | None]] = [
                    (lpa, code, found.wards.get((lpa, code))) for lpa, code in _wards(vintage)
                ]
            else:
                told = [(lpa, "", count) for lpa, count in found.lpas.items()]
            for lpa, code, count in told:
                if (not selection.areas or lpa in selection.areas) and selection.ward in (None, code):
                    yield indicator, lpa, code, count if whole else None


def _wards(vintage: str) -> Iterator[_Ward]:
    """The cells of every line, in the wards of a vintage."""
    areas = partnership().areas
    for lpa in areas.everywhere:
        yield from ((lpa, ward.code) for ward in areas.wards_of(vintage, lpa))
        yield lpa, UNPLACED


@lru_cache(maxsize=4096)
def lines(root: Path, version: str, indicator: str, quarter: Period, under: int) -> Lines:
    """What is shown of every line of an indicator and quarter, where counts under so many are withheld.

    Records of open sources are published already: what is withheld depends on the others, and takes them with it.
    """
    known = partnership()
    vintage = known.areas.vintage_on(quarter.last.last_day)
    found = query(
        f"""
        SELECT lpa, {ward_column(vintage)} AS ward, source, sum(count)::BIGINT AS count
        FROM ({counts_sql(Layout(root), voices(root, version).of([indicator], quarter))})
        WHERE indicator = $indicator AND month BETWEEN $first AND $last GROUP BY 1, 2, 3
        """,  # noqa: S608  # our own names; paths are quoted
        {"indicator": indicator, "first": str(quarter.first), "last": str(quarter.last)},
    )
    every: dict[_Ward, int] = dict.fromkeys(_wards(vintage), 0)
    closed = dict(every)
    for lpa, ward, source, count in found.itertuples(index=False, name=None):
        every[lpa, ward] = every.get((lpa, ward), 0) + count
        closed[lpa, ward] = closed.get((lpa, ward), 0) + (0 if known.is_open(source) else count)
    hidden: set[_Ward] = set()
    for lpa in known.areas.lpa_names:
        hidden |= withheld({ward: count for ward, count in closed.items() if ward[0] == lpa}, under)
    lpas: dict[str, int] = {}
    for (lpa, _), count in every.items():
        lpas[lpa] = lpas.get(lpa, 0) + count
    return Lines({ward: None if ward in hidden else count for ward, count in every.items()}, lpas)
