"""What is known of a version of a store: which months of which sources it holds, and what of them has a place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from shp_data.domain.disclosure_rule import check_role
from shp_data.domain.errors import NotAllowedError, StoreError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.reported import FigureKey, ReportedFigure
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.files.engine import query
from shp_data.store.files.layout import Layout
from shp_data.store.files.live import Spoken, counts_sql, everything, manifest_of, voices
from shp_data.store.files.manifest import Cell, Manifest
from shp_data.store.whereabouts import doubts, lacking, named, narrow, placing


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
    def closed(self) -> Mapping[str, frozenset[str]]:
        """The months of each indicator for which any source speaks that is not open."""
        return _closed(self.layout.root, self.version)

    @property
    def marked(self) -> frozenset[str]:
        """The indicators of which any record is marked as COVID-related."""
        return _marked(self.layout.root, self.version)

    def months(
        self, indicators: Collection[str] | None = None, areas: Collection[str] = (), *, wards: str = ""
    ) -> tuple[Month, ...]:
        """The months covered for all of these indicators (for any indicator, if None), in order.

        `areas`: LPAs, of each of which something must be known too: some source covers it, and not every record of the
        indicator and month lacks a place. None of them, or `(unplaced)` alone, asks for records wherever they lie.
        `wards`: the vintage of which the wards of these LPAs are asked for; none where the LPAs are.
        """
        asked = frozenset(indicators or ()), self._asked(indicators, areas)
        return _months(self.layout.root, self.version, *asked, wards=wards)

    def covers(
        self, indicators: Collection[str], period: Period, areas: Collection[str] = (), *, wards: str = ""
    ) -> bool:
        """Is every month of a period covered for every one of these indicators? `areas`, `wards`: as in `months`."""
        asked = frozenset(indicators), self._asked(indicators, areas)
        return _covers(self.layout.root, self.version, *asked, period, wards=wards)

    def _asked(self, indicators: Collection[str] | None, areas: Collection[str]) -> frozenset[str]:
        """The areas, where what is known of them may differ; so that all of the others share an answer that is kept."""
        if not areas:
            return frozenset()
        doubtful = doubts(self.layout.root, self.version)
        wanted = doubtful.keys() if indicators is None else doubtful.keys() & set(indicators)
        return frozenset(areas) if wanted else frozenset()

    @property
    def areas(self) -> Mapping[str, frozenset[str]]:
        """The LPAs that each source covers, of the sources that name any."""
        return named(self.layout.root, self.version)

    def partial(self, indicators: Collection[str], period: Period, areas: Collection[str]) -> tuple[str, ...]:
        """The sources that name their areas and speak for a month in which some of these LPAs is not covered."""
        told, found = _told(self.layout.root, self.version), set[str]()
        known = narrow(self.layout.root, self.version)
        for key in ((id_, str(month)) for id_ in indicators for month in period):
            if key in known and not known[key].issuperset(areas):
                found |= told[key[0]][key[1]] & self.areas.keys()
        return tuple(sorted(found))

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
        counted = placing(self.layout.root, self.version)
        keys = [(id_, str(month)) for id_ in indicators for month in period]
        cells = [counted[key] for key in keys if key in counted]
        every = sum(cell.records for cell in cells)
        return sum(cell.unplaced for cell in cells) / every if every else 0.0


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
def _months(
    root: Path, version: str, indicators: frozenset[str], areas: frozenset[str], *, wards: str
) -> tuple[Month, ...]:
    told = _told(root, version)
    asked = indicators or told.keys()
    months = [told.get(id_, {}).keys() - lacking(root, version, id_, areas, wards=wards) for id_ in asked]
    found = set[str].intersection(*months) if indicators else set[str]().union(*months)
    return tuple(Month.parse(month) for month in sorted(found))


@lru_cache(maxsize=4096)
def _covers(
    root: Path, version: str, indicators: frozenset[str], areas: frozenset[str], period: Period, *, wards: str
) -> bool:
    told, wanted = _told(root, version), set(map(str, period))
    return all(
        wanted <= told.get(id_, {}).keys() and wanted.isdisjoint(lacking(root, version, id_, areas, wards=wards))
        for id_ in indicators
    )


@cache
def _reported(root: Path, version: str) -> Mapping[FigureKey, ReportedFigure]:
    return manifest_of(root, version).reported()


@cache
def _closed(root: Path, version: str) -> Mapping[str, frozenset[str]]:
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
