"""Of which areas is anything known? A source covers those that it names, and records without a place are of none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from shp_data.domain.partnership import partnership
from shp_data.domain.schema import OUTSIDE, UNPLACED, ward_column
from shp_data.store.engine import query
from shp_data.store.layout import Layout
from shp_data.store.live import counts_sql, everything, manifest_of

_Key = tuple[str, str]  # an indicator and a month


class Placing(NamedTuple):
    """Of an indicator and month: the records without a place, all of them, and the LPAs whose records have no ward."""

    unplaced: int
    records: int
    wardless: frozenset[str]

    @property
    def nowhere(self) -> bool:
        """Does none of the records have a place?"""
        return 0 < self.records == self.unplaced


class Doubt(NamedTuple):
    """What is not known of an indicator and month: beyond which LPAs, of any area, or of the wards of which LPAs."""

    covered: frozenset[str] | None
    nowhere: bool = False
    wardless: frozenset[str] = frozenset()


@cache
def placing(root: Path, version: str) -> Mapping[_Key, Placing]:
    """How many records of each indicator and month have a place?"""
    layout, areas = Layout(root), partnership().areas
    wardless = " AND ".join(f"{ward_column(vintage.id)} = '{UNPLACED}'" for vintage in areas.vintages)
    found = query(
        f"""
        SELECT indicator, month, coalesce(sum(count) FILTER (lpa = '{UNPLACED}'), 0)::BIGINT AS unplaced,
            sum(count)::BIGINT AS records, coalesce(list(lpa) FILTER (count = wardless), []) AS wardless
        FROM (
            SELECT indicator, month, lpa, sum(count) AS count, sum(count) FILTER ({wardless}) AS wardless
            FROM ({counts_sql(layout, everything(root, version))}) GROUP BY ALL
        ) GROUP BY indicator, month
        """,  # noqa: S608  # our own names; paths are quoted
        {},
    )
    known = frozenset(areas.lpa_names)
    return {
        (indicator, month): Placing(unplaced, records, known & set(lpas))
        for indicator, month, unplaced, records, lpas in found.itertuples(index=False, name=None)
    }


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
    covered, found = narrow(root, version), defaultdict[str, dict[str, Doubt]](dict)
    for key, placed in placing(root, version).items():
        if placed.nowhere or placed.wardless:
            found[key[0]][key[1]] = Doubt(covered.get(key), nowhere=placed.nowhere, wardless=placed.wardless)
    for (indicator, month), lpas in covered.items():
        found[indicator].setdefault(month, Doubt(lpas))
    return dict(found)


@lru_cache(maxsize=4096)
def lacking(root: Path, version: str, indicator: str, areas: frozenset[str], *, by_ward: bool) -> frozenset[str]:
    """The months of an indicator of which nothing is known for some of these areas, though records are loaded.

    `areas`: LPAs; none of them, or `(unplaced)` alone, asks for records wherever they lie, and so does `(unplaced)`
    beside them of records without a place. `by_ward`: whether it is asked for the wards of these LPAs.
    """
    lpas, placed_alone = areas - {UNPLACED, OUTSIDE}, UNPLACED not in areas
    if not lpas:
        return frozenset()
    return frozenset(
        month
        for month, doubt in doubts(root, version).get(indicator, {}).items()
        if not lpas <= (lpas if doubt.covered is None else doubt.covered)
        or (doubt.nowhere and placed_alone)
        or (by_ward and lpas & doubt.wardless)
    )
