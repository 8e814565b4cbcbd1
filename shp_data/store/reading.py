"""Reading the store: counts from the monthly summary, and the records behind them. Every query has a viewer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from shp_data.disclosure import by_ward, check_analyst, check_role, check_table
from shp_data.domain.errors import NotAllowedError, StoreError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.reported import FigureKey, ReportedFigure
from shp_data.domain.schema import UNPLACED, ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.engine import query
from shp_data.store.layout import Layout
from shp_data.store.lines import protected
from shp_data.store.live import Spoken, counts_sql, everything, manifest_of, records_sql, spoken, voices
from shp_data.store.manifest import Cell, Manifest

_COVID = {"include": "true", "exclude": "covid_related IS NOT true", "only": "covid_related"}


@dataclass(frozen=True)
class Store:
    """One version of a store, open for reading: what it shows does not change under the reader."""

    layout: Layout
    version: str
    manifest: Manifest

    @property
    def coverage(self) -> Mapping[Cell, int]:
        """Every covered cell, and its records."""
        return _coverage(self.layout.root, self.version)

    def spoken(self, selection: Selection) -> Spoken:
        """Which parts hold what a selection counts?"""
        return voices(self.layout.root, self.version).of(selection.indicators, selection.period)

    @property
    def synthetic(self) -> bool:
        """Does it hold any invented record?"""
        known = partnership().sources
        return any(name in known and known[name].synthetic for name in _sources(self.layout.root, self.version))

    @property
    def marked(self) -> frozenset[str]:
        """The indicators of which any record is marked as COVID-related."""
        return _marked(self.layout.root, self.version)

    def months(self, indicators: Collection[str] | None = None) -> tuple[Month, ...]:
        """The months covered for all of these indicators (for any indicator, if None), in order."""
        return _months(self.layout.root, self.version, frozenset(indicators or ()))

    def sources(self, indicators: Collection[str]) -> set[str]:
        """The sources that speak for any of these indicators."""
        told = _told(self.layout.root, self.version)
        return {source for id_ in indicators for sources in set(told.get(id_, {}).values()) for source in sources}

    def doubled(self) -> Mapping[str, Mapping[Month, frozenset[str]]]:
        """The months of each indicator that two sources or more speak for, and those sources."""
        return _doubled(self.layout.root, self.version)

    def indicators(self) -> tuple[str, ...]:
        """The indicators that any record is loaded for, in the vocabulary's order."""
        found = _told(self.layout.root, self.version)
        return tuple(id_ for id_ in partnership().vocabulary.indicators if id_ in found)

    def reported(self, viewer: Viewer) -> Mapping[FigureKey, ReportedFigure]:
        """The reported figures in force, by what they are of. Not for the public: raises NotAllowedError."""
        check_role(viewer, partnership().disclosure)
        if viewer.role == "public":
            raise NotAllowedError("reported figures are for the partnership alone: choose an indicator of incidents")
        return _reported(self.layout.root, self.version)

    def unplaced_share(self, indicators: Sequence[str], period: Period) -> float:
        """Which share of the records of a period has no place, and so is in no area? 0 to 1; 0 where there are none."""
        counted = _placing(self.layout.root, self.version)
        cells = [counted.get((id_, str(month)), (0, 0)) for id_ in indicators for month in period]
        every = sum(records for _, records in cells)
        return sum(unplaced for unplaced, _ in cells) / every if every else 0.0

    def covers(self, indicators: Sequence[str], period: Period) -> bool:
        """Is every month of a period covered for every one of these indicators?"""
        return set(self.months(indicators)).issuperset(period.months)


@cache
def _coverage(root: Path, version: str) -> Mapping[Cell, int]:
    return manifest_of(root, version).coverage()


@cache
def _told(root: Path, version: str) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Which sources speak for each indicator and month? A store of many areas has more cells than a page can count."""
    found: dict[str, dict[str, set[str]]] = {}
    for cell in _coverage(root, version):
        found.setdefault(cell.indicator, {}).setdefault(cell.month, set()).add(cell.source)
    return {id_: {month: frozenset(told) for month, told in months.items()} for id_, months in found.items()}


@cache
def _doubled(root: Path, version: str) -> Mapping[str, Mapping[Month, frozenset[str]]]:
    found = {
        indicator: {Month.parse(month): sources for month, sources in told.items() if len(sources) > 1}
        for indicator, told in _told(root, version).items()
    }
    return {indicator: twice for indicator, twice in found.items() if twice}


@cache
def _sources(root: Path, version: str) -> frozenset[str]:
    return frozenset(cell.source for cell in _coverage(root, version))


@lru_cache(maxsize=1024)
def _months(root: Path, version: str, indicators: frozenset[str]) -> tuple[Month, ...]:
    told = _told(root, version)
    months = [set(told.get(id_, ())) for id_ in indicators]
    found = set.intersection(*months) if months else {month for spoken_for in told.values() for month in spoken_for}
    return tuple(Month.parse(month) for month in sorted(found))


@cache
def _reported(root: Path, version: str) -> Mapping[FigureKey, ReportedFigure]:
    return manifest_of(root, version).reported()


@cache
def _closed(root: Path, version: str) -> Mapping[str, frozenset[str]]:
    """The months of each indicator for which any source speaks that is not open."""
    found: dict[str, set[str]] = {}
    for cell in _coverage(root, version):
        if not partnership().is_open(cell.source):
            found.setdefault(cell.indicator, set()).add(cell.month)
    return {indicator: frozenset(months) for indicator, months in found.items()}


@cache
def _marked(root: Path, version: str) -> frozenset[str]:
    counted = counts_sql(Layout(root), everything(root, version))
    found = query(f"SELECT DISTINCT indicator FROM ({counted}) WHERE covid_related", {})  # noqa: S608  # paths quoted
    return frozenset(found["indicator"])


@cache
def _placing(root: Path, version: str) -> Mapping[tuple[str, str], tuple[int, int]]:
    """By indicator and month: the records without a place, and all of them."""
    counted = counts_sql(Layout(root), everything(root, version))
    found = query(
        f"""
        SELECT indicator, month, coalesce(sum(count) FILTER (lpa = '{UNPLACED}'), 0)::BIGINT AS unplaced,
            sum(count)::BIGINT AS records
        FROM ({counted}) GROUP BY indicator, month
        """,  # noqa: S608  # paths are quoted
        {},
    )
    rows = found.itertuples(index=False, name=None)
    return {(indicator, month): (unplaced, records) for indicator, month, unplaced, records in rows}


def open_store(root: Path) -> Store:
    """Open the version in force. Raises StoreError where nothing has been loaded, or it cannot be read."""
    layout = Layout(root)
    version = layout.version()
    if version is None:
        raise StoreError(f"the store {root.name} holds nothing yet: load files with `python -m shp_data ingest`")
    return Store(layout, version, layout.read_manifest(version))


def empty_store(root: Path) -> Store:
    """The store before anything is loaded: no record, no month."""
    return Store(Layout(root), "", Layout(root).read_manifest(None))


def store_of(root: Path, version: str) -> Store:
    """A version of a store that has been opened before: its manifest is not read again."""
    return Store(Layout(root), version, manifest_of(root, version))


def check_readable(store: Store) -> None:
    """Can the counts of a store be read? Raises StoreError where they cannot."""
    query(f"SELECT sum(count) FROM ({counts_sql(store.layout, spoken(store.manifest))})", {})  # noqa: S608  # quoted


def summary(store: Store, selection: Selection, by: Sequence[str], viewer: Viewer) -> pd.DataFrame:
    """How many incidents, by some of the summary's columns?

    `by`: of source, indicator, month, lpa, ward (of the selection's vintage, as its code), covid_related.
    Rows only where there are incidents; columns as in `by`, then `count`. Who sees them protected alone gets those
    of `lines.protected`: then a count may be missing, which is withheld. Raises NotAllowedError.
    """
    check_role(viewer, partnership().disclosure)
    if selection.place is not None:
        allow(viewer)
    vintage = vintage_of(selection)
    if is_protected(store, selection, viewer):
        check_table(selection, by, viewer)
        if viewer.role == "public" or by_ward(selection, by):
            covered = {indicator: store.months([indicator]) for indicator in selection.indicators}
            return protected(store.layout.root, store.version, covered, selection, by, vintage, viewer)
    columns = ", ".join(f"{ward_column(vintage)} AS ward" if name == "ward" else name for name in by)
    where, values = where_sql(selection)
    counted = counts_sql(store.layout, store.spoken(selection))
    if selection.place is not None:  # the summary holds no points
        found = records_sql(store.layout, store.spoken(selection))
        counted = f"SELECT *, 1 AS count FROM ({found})"  # noqa: S608  # paths are quoted
    return query(
        f"""
        SELECT {columns}{"," if by else ""} sum(count)::BIGINT AS count
        FROM ({counted})
        WHERE {where} {f"GROUP BY {', '.join(str(n + 1) for n in range(len(by)))}" if by else ""}
        """,  # noqa: S608  # our own names; values are bound
        values,
    )


def records(store: Store, selection: Selection, viewer: Viewer, limit: int | None = None) -> pd.DataFrame:
    """Which records stand behind a figure?

    Columns as in schema.RECORD, and `ward` (the code in the selection's vintage); in the order of date, file
    and row. Raises NotAllowedError for a role that may not see records.
    """
    allow(viewer)
    where, values = where_sql(selection)
    return query(
        f"""
        SELECT *, {ward_column(vintage_of(selection))} AS ward
        FROM ({records_sql(store.layout, store.spoken(selection))}) WHERE {where}
        ORDER BY occurred, file, row {f"LIMIT {int(limit)}" if limit is not None else ""}
        """,  # noqa: S608  # our own names and a number; values are bound
        values,
    )


def by_hour(store: Store, selection: Selection, viewer: Viewer) -> pd.DataFrame:
    """How many records, by weekday and hour?

    Columns: weekday (1 Monday to 7 Sunday) and hour (0 to 23), both missing for the records whose time of day
    is not known, and count. Rows only where there are records. Raises NotAllowedError.
    """
    check_role(viewer, partnership().disclosure)
    if viewer.role == "public" or selection.place is not None:
        allow(viewer)
    if is_protected(store, selection, viewer):
        check_table(selection, ("month",), viewer)
    where, values = where_sql(selection)
    return query(
        f"""
        SELECT CASE WHEN precision = 'minute' THEN isodow(occurred) END AS weekday,
            CASE WHEN precision = 'minute' THEN hour(occurred) END AS hour, count(*) AS count
        FROM ({records_sql(store.layout, store.spoken(selection))}) WHERE {where}
        GROUP BY 1, 2 ORDER BY 1, 2
        """,  # noqa: S608  # our own names; values are bound
        values,
    )


def is_protected(store: Store, selection: Selection, viewer: Viewer) -> bool:
    """Does a viewer see less of these figures than there is? Not the analyst; nobody, where all of them are open."""
    closed = _closed(store.layout.root, store.version)
    months = {str(month) for month in selection.period}
    return viewer.role != "analyst" and any(months & closed.get(id_, frozenset()) for id_ in selection.indicators)


def vintage_of(selection: Selection) -> str:
    """The ward vintage of a selection: its own, else the one in force on its period's last day."""
    areas = partnership().areas
    return areas.vintage(selection.vintage) if selection.vintage else areas.vintage_on(selection.period.last.last_day)


def where_sql(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Which rows does a selection count? SQL for a WHERE clause, and its values by name."""
    indicators, values = among("indicator", selection.indicators)
    parts = [indicators, "month BETWEEN $first AND $last", _COVID[selection.covid]]
    values |= {"first": str(selection.period.first), "last": str(selection.period.last)}
    if selection.areas:
        areas, names = among("lpa", selection.areas)
        parts.append(areas)
        values |= names
    if selection.ward is not None:
        parts.append(f"{ward_column(vintage_of(selection))} = $ward")
        values["ward"] = selection.ward
    if selection.place is not None:
        points = {f"at_{n}": list(point) for n, point in enumerate(selection.place.points)}
        parts.append(f"({' OR '.join(f'(longitude = ${at}[1] AND latitude = ${at}[2])' for at in points)})")
        values |= points
    return " AND ".join(parts), values


def among(column: str, wanted: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Is a column one of some values? SQL, and its values by name: the engine passes over what holds none of them."""
    values = {f"{column}_{n}": value for n, value in enumerate(wanted)}
    return f"{column} IN ({', '.join(f'${name}' for name in values)})", values


def allow(viewer: Viewer) -> None:
    """May this viewer see records, and all that tells streets or points apart? Raises NotAllowedError."""
    check_analyst(viewer)
