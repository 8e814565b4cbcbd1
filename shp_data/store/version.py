"""The contents of a version of a store: the months that each supplier covers, and the records with a place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.reported import FigureKey, ReportedFigure
from shp_data.domain.selection import Selection
from shp_data.store.coverage import (
    count_unplaced,
    find_coverage_gaps,
    find_missing_months,
    find_partial_coverage,
    find_supplier_areas,
)
from shp_data.store.files.active_files import (
    FilesToRead,
    build_counts_sql,
    find_active_files,
    find_all_files,
    read_manifest,
)
from shp_data.store.files.engine import run_query
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.manifest import Manifest, SupplierMonth


@dataclass(frozen=True)
class Store:
    """One version of a store, open for reading. It does not change while it is read."""

    layout: StoreLayout
    version: str
    manifest: Manifest = field(compare=False)

    @property
    def coverage(self) -> Mapping[SupplierMonth, int]:
        """The number of records of each supplier month covered."""
        return _count_records(self.layout.root, self.version)

    def find_files(self, selection: Selection) -> FilesToRead:
        """Find the files to read for a selection."""
        return find_active_files(self.layout.root, self.version).select_files(selection.indicators, selection.period)

    @property
    def has_synthetic(self) -> bool:
        """Whether the store has any synthetic record."""
        suppliers = partnership().suppliers
        return any(
            name in suppliers and suppliers[name].synthetic for name in _list_suppliers(self.layout.root, self.version)
        )

    @property
    def closed_months(self) -> Mapping[str, frozenset[str]]:
        """The months of each indicator that any supplier covers whose data is not open."""
        return _find_closed_months(self.layout.root, self.version)

    @property
    def covid_indicators(self) -> frozenset[str]:
        """The indicators with any record marked as COVID-related."""
        return _find_covid_indicators(self.layout.root, self.version)

    def list_months(
        self, indicators: Collection[str] | None = None, areas: Collection[str] = (), *, wards: str = ""
    ) -> tuple[Month, ...]:
        """List the months covered for all of these indicators (for any indicator, if None), in order.

        `areas`: LPAs for which each month must also be available: a supplier covers each of them, and not every
        record of the indicator and month lacks a place. If empty, or only `(unplaced)`, records count wherever
        they are. `wards`: the ward year, if wards of these LPAs are needed; empty for whole LPAs.
        """
        key = frozenset(indicators or ()), self._narrow_areas(indicators, areas)
        return _list_months(self.layout.root, self.version, *key, wards=wards)

    def covers(
        self, indicators: Collection[str], period: Period, areas: Collection[str] = (), *, wards: str = ""
    ) -> bool:
        """Return whether every month of a period is covered for every one of these indicators.

        `areas`, `wards`: as in `list_months`.
        """
        key = frozenset(indicators), self._narrow_areas(indicators, areas)
        return _covers(self.layout.root, self.version, *key, period, wards=wards)

    def _narrow_areas(self, indicators: Collection[str] | None, areas: Collection[str]) -> frozenset[str]:
        """Return the areas if coverage may differ between them, else none.

        Requests that differ only in their areas then share a cached answer.
        """
        if not areas:
            return frozenset()
        doubtful = find_coverage_gaps(self.layout.root, self.version)
        wanted = doubtful.keys() if indicators is None else doubtful.keys() & set(indicators)
        return frozenset(areas) if wanted else frozenset()

    @property
    def supplier_areas(self) -> Mapping[str, frozenset[str]]:
        """The LPAs that each supplier covers, for suppliers that name any."""
        return find_supplier_areas(self.layout.root, self.version)

    def find_partial_suppliers(
        self, indicators: Collection[str], period: Period, areas: Collection[str]
    ) -> tuple[str, ...]:
        """Find the suppliers that name their areas and cover a month in which some of these LPAs are not covered."""
        suppliers, partial = _find_suppliers(self.layout.root, self.version), set[str]()
        covered = find_partial_coverage(self.layout.root, self.version)
        for key in ((id_, str(month)) for id_ in indicators for month in period):
            if key in covered and not covered[key].issuperset(areas):
                partial |= suppliers[key[0]][key[1]] & self.supplier_areas.keys()
        return tuple(sorted(partial))

    def find_suppliers(self, indicators: Collection[str]) -> set[str]:
        """Find the suppliers that cover any of these indicators."""
        by_indicator = _find_suppliers(self.layout.root, self.version)
        return {
            supplier
            for id_ in indicators
            for suppliers in set(by_indicator.get(id_, {}).values())
            for supplier in suppliers
        }

    def find_overlaps(self) -> Mapping[str, Mapping[Month, frozenset[str]]]:
        """Find the months of each indicator that two or more suppliers cover, and those suppliers."""
        return _find_overlaps(self.layout.root, self.version)

    def list_indicators(self) -> tuple[str, ...]:
        """List the indicators with any loaded record, in the order of the vocabulary."""
        loaded = _find_suppliers(self.layout.root, self.version)
        return tuple(id_ for id_ in partnership().vocabulary.indicators if id_ in loaded)

    def list_reported(self) -> Mapping[FigureKey, ReportedFigure]:
        """Return the current reported figures by their keys. For a viewer, ask `reading.list_reported`."""
        return _list_reported(self.layout.root, self.version)

    def compute_unplaced_share(self, indicators: Sequence[str], period: Period) -> float:
        """Compute the share of records in a period without a place, which are in no area.

        From 0 to 1. The share is 0 if there are no records.
        """
        by_month = count_unplaced(self.layout.root, self.version)
        keys = [(id_, str(month)) for id_ in indicators for month in period]
        counts = [by_month[key] for key in keys if key in by_month]
        total = sum(count.records for count in counts)
        return sum(count.unplaced for count in counts) / total if total else 0.0


@cache
def _count_records(root: Path, version: str) -> Mapping[SupplierMonth, int]:
    return read_manifest(root, version).count_records()


@cache
def _find_suppliers(root: Path, version: str) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Find the suppliers that cover each indicator and month.

    Cached, because a store of many areas has more supplier months than a page has time to go through.
    """
    suppliers: dict[str, dict[str, set[str]]] = {}
    for cell in _count_records(root, version):
        suppliers.setdefault(cell.indicator, {}).setdefault(cell.month, set()).add(cell.source)
    return {id_: {month: frozenset(names) for month, names in months.items()} for id_, months in suppliers.items()}


@cache
def _find_overlaps(root: Path, version: str) -> Mapping[str, Mapping[Month, frozenset[str]]]:
    overlaps = {
        indicator: {Month.parse(month): sources for month, sources in suppliers.items() if len(sources) > 1}
        for indicator, suppliers in _find_suppliers(root, version).items()
    }
    return {indicator: shared_months for indicator, shared_months in overlaps.items() if shared_months}


@cache
def _list_suppliers(root: Path, version: str) -> frozenset[str]:
    return frozenset(cell.source for cell in _count_records(root, version))


@lru_cache(maxsize=1024)
def _list_months(
    root: Path, version: str, indicators: frozenset[str], areas: frozenset[str], *, wards: str
) -> tuple[Month, ...]:
    suppliers = _find_suppliers(root, version)
    wanted = indicators or suppliers.keys()
    months = [
        suppliers.get(id_, {}).keys() - find_missing_months(root, version, id_, areas, wards=wards) for id_ in wanted
    ]
    covered = set[str].intersection(*months) if indicators else set[str]().union(*months)
    return tuple(Month.parse(month) for month in sorted(covered))


@lru_cache(maxsize=4096)
def _covers(
    root: Path, version: str, indicators: frozenset[str], areas: frozenset[str], period: Period, *, wards: str
) -> bool:
    suppliers, wanted = _find_suppliers(root, version), set(map(str, period))
    return all(
        wanted <= suppliers.get(id_, {}).keys()
        and wanted.isdisjoint(find_missing_months(root, version, id_, areas, wards=wards))
        for id_ in indicators
    )


@cache
def _list_reported(root: Path, version: str) -> Mapping[FigureKey, ReportedFigure]:
    return read_manifest(root, version).list_reported()


@cache
def _find_closed_months(root: Path, version: str) -> Mapping[str, frozenset[str]]:
    closed: dict[str, set[str]] = {}
    for cell in _count_records(root, version):
        if not partnership().is_open(cell.source):
            closed.setdefault(cell.indicator, set()).add(cell.month)
    return {indicator: frozenset(months) for indicator, months in closed.items()}


@cache
def _find_covid_indicators(root: Path, version: str) -> frozenset[str]:
    counts = build_counts_sql(StoreLayout(root), find_all_files(root, version))
    rows = run_query(f"SELECT DISTINCT indicator FROM ({counts}) WHERE covid_related", {})  # noqa: S608  # paths quoted
    return frozenset(rows["indicator"])


def open_store(root: Path) -> Store:
    """Open the current version. Raises StoreError if nothing has been loaded or it cannot be read."""
    layout = StoreLayout(root)
    version = layout.read_version()
    if version is None:
        raise StoreError(f"the store {root.name} holds nothing yet: load files with `python -m shp_data ingest`")
    return Store(layout, version, layout.read_manifest(version))


def make_empty_store(root: Path) -> Store:
    """Make a store with nothing loaded: no records and no months."""
    return Store(StoreLayout(root), "", StoreLayout(root).read_manifest(None))


def reopen_store(root: Path, version: str) -> Store:
    """Reopen a version of a store. Its manifest is not read again."""
    return Store(StoreLayout(root), version, read_manifest(root, version))
