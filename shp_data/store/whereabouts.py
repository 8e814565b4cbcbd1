"""Of which areas is anything known? A source covers those that it names, and records without a place are of none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.domain.schema import OUTSIDE, UNPLACED, ward_column
from shp_data.store.files.engine import query
from shp_data.store.files.layout import Layout
from shp_data.store.files.live import counts_sql, everything, manifest_of

ABOUT = 6  # months before and after one that tell whether its records lack a place as a rule
ENOUGH = 10  # records of one month that tell it alone
MOST, MANY = 0.5, 0.1  # shares of records that lack something
_Key = tuple[str, str]  # an indicator and a month


class Placing(NamedTuple):
    """Of an indicator and month: the records without a place, and all of them."""

    unplaced: int
    records: int


class Doubt(NamedTuple):
    """What is not known of an indicator and month: beyond which LPAs, of any area, or of the wards of which LPAs.

    `wardless`: vintages, each with an LPA.
    """

    covered: frozenset[str] | None
    nowhere: bool = False
    wardless: frozenset[tuple[str, str]] = frozenset()


@cache
def placing(root: Path, version: str) -> Mapping[_Key, Placing]:
    """How many records of each indicator and month have a place?"""
    found = query(
        f"""
        SELECT indicator, month, coalesce(sum(count) FILTER (lpa = '{UNPLACED}'), 0)::BIGINT AS unplaced,
            sum(count)::BIGINT AS records
        FROM ({counts_sql(Layout(root), everything(root, version))}) GROUP BY indicator, month
        """,  # noqa: S608  # our own names; paths are quoted
        {},
    )
    rows = found.itertuples(index=False, name=None)
    return {(indicator, month): Placing(unplaced, records) for indicator, month, unplaced, records in rows}


@cache
def nowhere(root: Path, version: str) -> frozenset[_Key]:
    """The months of each indicator of which no record has a place.

    A few records of a rare indicator may lack one by chance: where most of the half years about a month have a place,
    fewer than ten are not taken for a rule, and the areas count what there is.
    """
    by_indicator: dict[str, dict[Month, Placing]] = defaultdict(dict)
    for (indicator, name), placed in placing(root, version).items():
        by_indicator[indicator][Month.parse(name)] = placed
    found = set()
    for indicator, months in by_indicator.items():
        for month in (month for month, placed in months.items() if placed.unplaced == placed.records):
            about = [months[near] for n in range(-ABOUT, ABOUT + 1) if (near := month.plus(n)) in months]
            rule = sum(one.unplaced for one in about) >= MOST * sum(one.records for one in about)
            if rule or months[month].records >= ENOUGH:
                found.add((indicator, str(month)))
    return frozenset(found)


@cache
def wardless(root: Path, version: str) -> Mapping[_Key, frozenset[tuple[str, str]]]:
    """The LPAs of whose wards of a vintage nothing can be told in a month, each after the vintage.

    Where most records have no ward at all; or where many have one of another vintage alone, by its name or code: the
    wards that were redrawn would look empty.
    """
    columns = {vintage.id: ward_column(vintage.id) for vintage in partnership().areas.vintages}
    none = " AND ".join(f"{column} = '{UNPLACED}'" for column in columns.values())
    redrawn = [
        f"coalesce(sum(count) FILTER ({column} = '{UNPLACED}' AND NOT ({none})), 0) AS redrawn_{vintage}"
        for vintage, column in columns.items()
    ]
    kinds = [(vintage, *kind) for vintage in columns for kind in (("blank", MOST), (f"redrawn_{vintage}", MANY))]
    found = query(
        f"""
        WITH own AS (
            SELECT indicator, month, lpa, 12 * month[:4]::INTEGER + month[6:]::INTEGER AS number,
                sum(count) AS records, coalesce(sum(count) FILTER ({none}), 0) AS blank, {", ".join(redrawn)}
            FROM ({counts_sql(Layout(root), everything(root, version))})
            WHERE lpa NOT IN ('{UNPLACED}', '{OUTSIDE}') GROUP BY ALL
        ) {" UNION ".join(_lacking_sql(*kind) for kind in kinds)}
        """,  # noqa: S608  # our own names; paths are quoted
        {},
    )
    lacking: dict[_Key, set[tuple[str, str]]] = defaultdict(set)
    for vintage, indicator, month, lpa in found.itertuples(index=False, name=None):
        lacking[indicator, month].add((vintage, lpa))
    return {key: frozenset(pairs) for key, pairs in lacking.items()}


def _lacking_sql(vintage: str, lacking: str, share: float) -> str:
    """SQL for the months and LPAs of `own` of which a share of the records lacks something, as a rule."""
    many = f"{lacking} >= {share} * records"
    return f"""
        SELECT '{vintage}' AS vintage, indicator, month, lpa FROM (
            SELECT *, sum({lacking}) OVER about AS lacking_about, sum(records) OVER about AS records_about FROM own
            WHERE (indicator, lpa) IN (SELECT (indicator, lpa) FROM own WHERE {many})
            WINDOW about AS (
                PARTITION BY indicator, lpa ORDER BY number RANGE BETWEEN {ABOUT} PRECEDING AND {ABOUT} FOLLOWING)
        ) WHERE {many} AND ({lacking} >= {ENOUGH} OR lacking_about >= {share} * records_about)
        """  # noqa: S608  # our own names


@cache
def named(root: Path, version: str) -> Mapping[str, frozenset[str]]:
    """The LPAs that each source covers whose records are in force; only of those that name any."""
    manifest = manifest_of(root, version)
    by_part = {load.part: load.areas for load in manifest.loads if load.areas}
    found: dict[str, set[str]] = defaultdict(set)
    for cell, parts in manifest.live().items() if by_part else ():
        for part in parts:
            if cell.source in by_part.get(part, {}):
                found[cell.source].update(by_part[part][cell.source])
    return {source: frozenset(lpas) for source, lpas in found.items()}


@cache
def narrow(root: Path, version: str) -> Mapping[_Key, frozenset[str]]:
    """The LPAs that any source covers, of each indicator and month of which that is not all."""
    manifest, every = manifest_of(root, version), frozenset(partnership().areas.lpa_names)
    by_part = {load.part: load.areas for load in manifest.loads}
    if not any(by_part.values()):
        return {}
    found: dict[_Key, frozenset[str]] = defaultdict(frozenset)
    for cell, parts in manifest.live().items():
        for part in parts:
            key = cell.indicator, cell.month
            if found[key] is not every:
                own = by_part[part].get(cell.source)
                found[key] = every if own is None else found[key].union(own)
    return {key: lpas for key, lpas in found.items() if not every <= lpas}


@cache
def doubts(root: Path, version: str) -> Mapping[str, Mapping[str, Doubt]]:
    """The months of each indicator that not all is known of; a store of places everywhere has none."""
    covered, lost, no_ward = narrow(root, version), nowhere(root, version), wardless(root, version)
    found: dict[str, dict[str, Doubt]] = defaultdict(dict)
    for indicator, month in {*covered, *lost, *no_ward}:
        key = indicator, month
        found[indicator][month] = Doubt(covered.get(key), key in lost, no_ward.get(key, frozenset()))
    return dict(found)


@lru_cache(maxsize=4096)
def lacking(root: Path, version: str, indicator: str, areas: frozenset[str], *, wards: str) -> frozenset[str]:
    """The months of an indicator of which nothing is known for some of these areas, though records are loaded.

    `areas`: LPAs; none of them, or `(unplaced)` alone, asks for records wherever they lie, and so does `(unplaced)`
    beside them of records without a place. `wards`: the vintage of which the wards of these LPAs are asked for, if any.
    """
    lpas, placed_alone = areas - {UNPLACED, OUTSIDE}, UNPLACED not in areas
    if not lpas:
        return frozenset()
    return frozenset(
        month
        for month, doubt in doubts(root, version).get(indicator, {}).items()
        if not lpas <= (lpas if doubt.covered is None else doubt.covered)
        or (doubt.nowhere and placed_alone)
        or not doubt.wardless.isdisjoint((wards, lpa) for lpa in lpas)
    )
