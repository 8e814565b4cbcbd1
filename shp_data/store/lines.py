"""Counts by ward and quarter for partners and the public, with disclosure control line by line.

A line is the counts of an LPA's wards, and of its records in none of them, for one indicator and one
whole quarter, in the wards then in force. The counts withheld depend only on the line and never on the
filters, so nobody can work out a withheld count from two answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from shp_data.domain.areas import Areas
from shp_data.domain.disclosure import find_withheld, is_by_ward, round_count, split_into_quarters
from shp_data.domain.partnership import Partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import OTHER_SUPPLIER, UNPLACED, name_ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.files.active_files import build_counts_sql, find_active_files
from shp_data.store.files.engine import run_query
from shp_data.store.files.layout import StoreLayout

_WardKey = tuple[str, str]  # its LPA and its code


@dataclass(frozen=True)
class ProtectedCounts:
    """The counts of one indicator in one quarter.

    `wards`: the count of each ward, None if it is withheld. `lpas`: the count of each LPA.
    """

    wards: Mapping[_WardKey, int | None]
    lpas: Mapping[str, int]


def count_protected(
    root: Path, version: str, covered: Mapping[str, Collection[Month]], selection: Selection, by: Collection[str],
    viewer: Viewer, partnership: Partnership,
) -> pd.DataFrame:  # fmt: skip
    """Count the incidents of a selection of whole quarters as a partner or the public may see them.

    Parameters
    ----------
    root, version
        The store and its version.
    covered
        The months loaded of each indicator. A quarter that lacks one has no count.
    selection
        What to count: whole quarters.
    by
        Some of indicator, lpa and ward.
    viewer
        A partner or the public. Counts for the public are rounded before they are added.
    partnership
        Its areas, the wards of the selection's ward year, and its disclosure rules apply. A ward that did not
        exist in some quarter has no count.

    Returns
    -------
    pandas.DataFrame
        The columns in `by`, then count: incidents (Int64), missing if withheld.
    """
    places = [("indicator", "lpa", "ward").index(column) for column in by]
    # Rounded before anything is added, because a rounded sum would reveal more than the rounded counts.
    base = partnership.disclosure.round_to if viewer.role == "public" else 1
    sums: dict[tuple[str, ...], int | None] = {} if by else {(): 0}
    rows = _list_rows(root, version, covered, selection, partnership, wards=is_by_ward(selection, by))
    # Added here and not by pandas, which takes many times as long for so few rows.
    for *names, count in rows:
        key = tuple(names[place] for place in places)
        total = sums.get(key, 0)
        sums[key] = None if count is None or total is None else total + round_count(count, base)
    columns = {column: [key[place] for key in sums] for place, column in enumerate(by)}
    return pd.DataFrame(columns | {"count": pd.array(list(sums.values()), dtype="Int64")})


def _list_rows(
    root: Path, version: str, covered: Mapping[str, Collection[Month]], selection: Selection,
    partnership: Partnership, *, wards: bool,
) -> Iterator[tuple[str, str, str, int | None]]:  # fmt: skip
    """Yield indicator, lpa, ward and count for each quarter, indicator, and LPA or ward of the selection."""
    for indicator in selection.indicators:
        for quarter in split_into_quarters(selection.period):
            counts = protect_quarter(root, version, indicator, quarter, partnership)
            is_complete = set(covered.get(indicator, ())).issuperset(quarter)
            if wards:
                rows: list[tuple[str, str, int | None]] = [
                    (lpa, code, counts.wards.get((lpa, code)))
                    for lpa, code in _list_ward_keys(partnership.areas, selection.ward_year)
                ]
            else:
                rows = [(lpa, "", count) for lpa, count in counts.lpas.items()]
            for lpa, code, count in rows:
                if (not selection.areas or lpa in selection.areas) and selection.ward in (None, code):
                    yield indicator, lpa, code, count if is_complete else None


def _list_ward_keys(areas: Areas, ward_year: str) -> Iterator[_WardKey]:
    """Yield the key of each count of every line, in the wards of a ward year."""
    for lpa in areas.everywhere:
        yield from ((lpa, ward.code) for ward in areas.list_wards(ward_year, lpa))
        yield lpa, UNPLACED


@lru_cache(maxsize=4096)
def protect_quarter(
    root: Path, version: str, indicator: str, quarter: Period, partnership: Partnership
) -> ProtectedCounts:
    """Apply disclosure control to every line of an indicator and quarter. The partnership says which are withheld.

    Records of open suppliers are published already. The other records decide which counts are withheld, and
    the open records of those wards are withheld with them.
    """
    ward_year = partnership.areas.find_ward_year(quarter.last.last_day)
    files = find_active_files(root, version).select_files([indicator], quarter)
    # By supplier, because only the records of suppliers that are not open decide what is withheld.
    rows = run_query(
        f"""
        SELECT lpa, {name_ward_column(ward_year)} AS ward, source, sum(count)::BIGINT AS count
        FROM ({build_counts_sql(StoreLayout(root), files)})
        WHERE indicator = $indicator AND month BETWEEN $first AND $last AND lpa <> '{OTHER_SUPPLIER}' GROUP BY 1, 2, 3
        """,  # noqa: S608  # our own names; paths are quoted
        {"indicator": indicator, "first": str(quarter.first), "last": str(quarter.last)},
    )
    totals: dict[_WardKey, int] = dict.fromkeys(_list_ward_keys(partnership.areas, ward_year), 0)
    closed = dict(totals)
    for lpa, ward, source, count in rows.itertuples(index=False, name=None):
        totals[lpa, ward] = totals.get((lpa, ward), 0) + count
        closed[lpa, ward] = closed.get((lpa, ward), 0) + (0 if partnership.is_open(source) else count)
    hidden: set[_WardKey] = set()
    for lpa in partnership.areas.lpa_names:
        hidden |= find_withheld(
            {ward: count for ward, count in closed.items() if ward[0] == lpa}, partnership.disclosure.withhold_under
        )
    lpas: dict[str, int] = {}
    for (lpa, _), count in totals.items():
        lpas[lpa] = lpas.get(lpa, 0) + count
    return ProtectedCounts({ward: None if ward in hidden else count for ward, count in totals.items()}, lpas)
