"""The contents of a version of a store: the months that each supplier covers, and the records with a place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import Partnership, partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.reported import FigureKey, ReportedFigure
from shp_data.domain.schema import OTHER_SUPPLIER
from shp_data.domain.selection import Selection
from shp_data.store.completeness import (
    EVERYWHERE,
    Completeness,
    DoubtfulMonth,
    MonthDecision,
    SpecialMonths,
    count_by_area,
    judge_completeness,
)
from shp_data.store.coverage import (
    CoverageGap,
    UnplacedCount,
    count_unplaced,
    find_coverage_gaps,
    find_missing_months,
    find_month_areas,
    find_partial_coverage,
    find_supplier_areas,
    find_wardless_months,
)
from shp_data.store.files.active_files import (
    FilesToRead,
    build_counts_sql,
    find_active_files,
    find_files_to_read,
    read_manifest,
)
from shp_data.store.files.engine import run_query
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.manifest import Manifest, SupplierMonth
from shp_data.store.notes.decisions import read_decisions


@dataclass(frozen=True)
class Store:
    """One version of a store, open for reading, with the decisions on its months. It does not change while it is read.

    What follows from the version is worked out once: a store of many areas has more supplier months than a page
    has time to go through.
    """

    layout: StoreLayout
    version: str
    manifest: Manifest = field(compare=False, repr=False)
    partnership: Partnership = field(default_factory=partnership, repr=False)
    # Compared, because they change what is available: they are part of what answers are cached by.
    decisions: tuple[MonthDecision, ...] = field(default=(), repr=False)

    @cached_property
    def coverage(self) -> Mapping[SupplierMonth, int]:
        """The number of records of each supplier month covered."""
        return self.manifest.count_records()

    @cached_property
    def all_files(self) -> FilesToRead:
        """The files to read for every active record."""
        return find_files_to_read(self.manifest)

    def find_files(self, selection: Selection) -> FilesToRead:
        """Find the files to read for a selection."""
        return find_active_files(self.layout.root, self.version).select_files(selection.indicators, selection.period)

    @cached_property
    def has_synthetic(self) -> bool:
        """Whether the store has any synthetic record."""
        sources = {supplier_month.source for supplier_month in self.coverage}
        return any(supplier.synthetic for name, supplier in self.partnership.suppliers.items() if name in sources)

    @cached_property
    def closed_months(self) -> Mapping[str, frozenset[str]]:
        """The months of each indicator that any supplier covers whose data is not open."""
        return {
            indicator: frozenset(
                month for month, names in months.items() if not all(map(self.partnership.is_open, names))
            )
            for indicator, months in self._suppliers.items()
        }

    @cached_property
    def covid_indicators(self) -> frozenset[str]:
        """The indicators with any record marked as COVID-related."""
        sql = f"SELECT DISTINCT indicator FROM ({self._counts_sql}) WHERE covid_related"  # noqa: S608  # paths quoted
        return frozenset(run_query(sql, {})["indicator"])

    @cached_property
    def supplier_areas(self) -> Mapping[str, frozenset[str]]:
        """The LPAs that each supplier is responsible for, for suppliers that are not for all; empty for none."""
        return find_supplier_areas(self._month_areas)

    def list_months(
        self, indicators: Collection[str] | None = None, areas: Collection[str] | None = None, *, wards: str = ""
    ) -> tuple[Month, ...]:
        """List the months covered for all of these indicators (for any indicator, if None), in order.

        `areas`: LPAs for which each month must also be available: a supplier covers each of them, not every
        record of the indicator and month lacks a place, and no analyst left the month out. If empty, or only
        `(unplaced)`, records count wherever they are. If None, the months that are loaded, available or not.
        `wards`: the ward year, if wards of these LPAs are needed, or LSOA; empty for whole LPAs.
        """
        return _list_months(self, frozenset(indicators or ()), self._narrow_areas(indicators, areas), wards)

    def list_certain_months(
        self, indicators: Collection[str], areas: Collection[str], *, wards: str = ""
    ) -> tuple[Month, ...]:
        """List the months as in `list_months`, without those in question."""
        months = self.list_months(indicators, areas, wards=wards)
        doubtful = {Month.parse(month.counted.month) for month in self.find_doubtful(indicators, months, areas)}
        return tuple(month for month in months if month not in doubtful) if doubtful else months

    def covers(
        self, indicators: Collection[str], period: Period, areas: Collection[str] | None = None, *, wards: str = ""
    ) -> bool:
        """Return whether every month of a period is covered for every one of these indicators.

        `areas`, `wards`: as in `list_months`.
        """
        return _covers(self, frozenset(indicators), self._narrow_areas(indicators, areas), period, wards)

    def _narrow_areas(self, indicators: Collection[str] | None, areas: Collection[str] | None) -> frozenset[str] | None:
        """Return the areas if coverage may differ between them, else None.

        Requests that differ only in their areas then share a cached answer.
        """
        # Without areas the gaps do not matter, and finding them reads the whole summary.
        if areas is None or not (areas or self.decisions):
            return None
        gaps = self._gaps if areas else {}
        may_differ = bool(gaps) if indicators is None else not gaps.keys().isdisjoint(indicators)
        return frozenset(areas) if may_differ or self.decisions else None

    def find_partial_suppliers(
        self, indicators: Collection[str], period: Period, areas: Collection[str]
    ) -> tuple[str, ...]:
        """Find the suppliers that name their areas and cover a month in which some of these LPAs are not covered."""
        partial = {
            supplier
            for id_ in indicators
            for month in map(str, period)
            if not self._partial_coverage.get((id_, month), frozenset(areas)).issuperset(areas)
            for supplier in self._suppliers[id_][month]
        }
        return tuple(sorted(partial & self.supplier_areas.keys()))

    @cached_property
    def apart(self) -> Mapping[SupplierMonth, int]:
        """The number of records of each supplier month in LPAs that the supplier is not responsible for."""
        rows = run_query(
            f"""
            SELECT source, indicator, month, sum(count)::BIGINT
            FROM ({build_counts_sql(self.layout, self.all_files)})
            WHERE lpa = '{OTHER_SUPPLIER}' GROUP BY ALL ORDER BY ALL
            """,  # noqa: S608  # a constant; paths are quoted
            {},
        )
        return {SupplierMonth(*cell): count for *cell, count in rows.itertuples(index=False, name=None)}

    @cached_property
    def outdated_suppliers(self) -> frozenset[str]:
        """The suppliers with records that were loaded before partnership.toml gave them only some areas.

        Their records still count in the other areas.
        """
        parts = {load.part: load.areas for load in self.manifest.loads}
        return frozenset(
            cell.source
            for cell, active_parts in self.manifest.find_active_parts().items()
            if self.partnership.find_territory(cell.source) is not None
            and any(cell.source not in parts[part] for part in active_parts)
        )

    def find_suppliers(self, indicators: Collection[str]) -> set[str]:
        """Find the suppliers that cover any of these indicators."""
        return {name for id_ in indicators for names in self._suppliers.get(id_, {}).values() for name in names}

    def find_overlaps(self) -> Mapping[str, Mapping[Month, frozenset[str]]]:
        """Find the months of each indicator that two or more suppliers cover, and those suppliers."""
        return self._overlaps

    def list_indicators(self) -> tuple[str, ...]:
        """List the indicators with any loaded record, in the order of the vocabulary."""
        return tuple(id_ for id_ in self.partnership.vocabulary.indicators if id_ in self._suppliers)

    def list_reported(self) -> Mapping[FigureKey, ReportedFigure]:
        """Return the current reported figures by their keys. For a viewer, use `reading.list_reported`."""
        return self._reported

    def compute_unplaced_share(self, indicators: Sequence[str], period: Period) -> float:
        """Compute the share of records in a period without a place, which are in no area.

        From 0 to 1. The share is 0 if there are no records.
        """
        keys = [(id_, str(month)) for id_ in indicators for month in period]
        counts = [self._unplaced[key] for key in keys if key in self._unplaced]
        total = sum(count.records for count in counts)
        return sum(count.unplaced for count in counts) / total if total else 0.0

    @cached_property
    def _counts_sql(self) -> str:
        """SQL for the monthly summary, without the records of other suppliers."""
        if not self.supplier_areas:
            return build_counts_sql(self.layout, self.all_files)
        # What a supplier of no area has elsewhere says nothing of the areas.
        left_out = {cell for cell in self.coverage if cell.source in self.suppliers_apart}
        counts = build_counts_sql(self.layout, find_files_to_read(self.manifest, left_out))
        return f"SELECT * FROM ({counts}) WHERE lpa <> '{OTHER_SUPPLIER}'"  # noqa: S608  # a constant; paths are quoted

    @cached_property
    def suppliers_apart(self) -> frozenset[str]:
        """The suppliers that are responsible for no area. Only tables by area have their records, in rows apart."""
        return frozenset(name for name, lpas in self.supplier_areas.items() if not lpas)

    @cached_property
    def months_apart(self) -> frozenset[SupplierMonth]:
        """The supplier months of suppliers that are responsible for no area. They do not count as loaded."""
        return frozenset(cell for cell, lpas in self._month_areas.items() if not lpas)

    @cached_property
    def _month_areas(self) -> Mapping[SupplierMonth, frozenset[str]]:
        return find_month_areas(self.manifest, self.partnership.find_territory)

    @cached_property
    def _suppliers(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """The suppliers that cover each indicator and month: those that are responsible for any area."""
        suppliers: dict[str, dict[str, frozenset[str]]] = {}
        for cell in self.coverage:
            source, indicator, month = cell
            # An LPA's month is whole only if its supplier sent it, however many records others have there.
            if cell in self.months_apart:
                continue
            months = suppliers.setdefault(indicator, {})
            months[month] = months.get(month, frozenset()) | {source}
        return suppliers

    @cached_property
    def _overlaps(self) -> Mapping[str, Mapping[Month, frozenset[str]]]:
        overlaps = {
            indicator: {Month.parse(month): names for month, names in months.items() if len(names) > 1}
            for indicator, months in self._suppliers.items()
        }
        return {indicator: months for indicator, months in overlaps.items() if months}

    @cached_property
    def _reported(self) -> Mapping[FigureKey, ReportedFigure]:
        return self.manifest.list_reported()

    @cached_property
    def _unplaced(self) -> Mapping[tuple[str, str], UnplacedCount]:
        return count_unplaced(self._counts_sql)

    @cached_property
    def _partial_coverage(self) -> Mapping[tuple[str, str], frozenset[str]]:
        return find_partial_coverage(self.coverage, self._month_areas, self.partnership.areas.lpa_names)

    @cached_property
    def _gaps(self) -> Mapping[str, Mapping[str, CoverageGap]]:
        ward_years = [boundaries.id for boundaries in self.partnership.areas.ward_boundaries]
        return find_coverage_gaps(
            self._partial_coverage,
            self._unplaced,
            find_wardless_months(self._counts_sql, ward_years),
        )

    @cached_property
    def completeness(self) -> Completeness:
        """The months that look incomplete or too large, and those that an analyst left out."""
        lpas, available = self.partnership.areas.lpa_names, dict[tuple[str, str], set[str]]()
        for indicator in self._suppliers:
            by_lpa = {lpa: self._find_months_with_places(indicator, frozenset({lpa}), "") for lpa in lpas}
            gaps = self._gaps.get(indicator, {})
            nowhere = {month for month, gap in gaps.items() if gap.nowhere and not gap.abroad}
            # All together is a figure where every area has one, or where no record has a place.
            available[indicator, EVERYWHERE] = set[str].intersection(*by_lpa.values()) | nowhere
            available |= {(indicator, lpa): months for lpa, months in by_lpa.items()}
        steps = [event.first for event in self.partnership.events if event.step_change]
        special = SpecialMonths(self.partnership.exceptional_months, steps)
        return judge_completeness(count_by_area(self._counts_sql), available, self.decisions, special)

    def find_doubtful(
        self, indicators: Collection[str], months: Iterable[Month], areas: Collection[str]
    ) -> tuple[DoubtfulMonth, ...]:
        """Find the months in question on which a figure of these areas depends. `areas`: as in `list_months`."""
        return self.completeness.find_doubtful(indicators, months, areas)

    def find_covered_months(self, indicator: str, areas: frozenset[str] | None, wards: str) -> set[str]:
        """Find the months of an indicator that are covered and available for these areas, as in `list_months`."""
        if areas is None:
            return set(self._suppliers.get(indicator, ()))
        months = self._find_months_with_places(indicator, areas, wards)
        return months - self.completeness.find_left_out(indicator, areas) if self.decisions else months

    def _find_months_with_places(self, indicator: str, areas: frozenset[str], wards: str) -> set[str]:
        """Find the months of an indicator that are covered for these areas, whether or not they are left out."""
        months = set(self._suppliers.get(indicator, ()))
        return months - find_missing_months(self._gaps.get(indicator, {}), areas, wards) if areas else months


@lru_cache(maxsize=1024)
def _list_months(
    store: Store, indicators: frozenset[str], areas: frozenset[str] | None, wards: str
) -> tuple[Month, ...]:
    months = [store.find_covered_months(id_, areas, wards) for id_ in indicators or store._suppliers]
    covered = set[str].intersection(*months) if indicators else set[str]().union(*months)
    return tuple(map(Month.parse, sorted(covered)))


@lru_cache(maxsize=4096)
def _covers(store: Store, indicators: frozenset[str], areas: frozenset[str] | None, period: Period, wards: str) -> bool:
    months = set(map(str, period))
    return all(months <= store.find_covered_months(id_, areas, wards) for id_ in indicators)


def open_store(root: Path) -> Store:
    """Open the current version. Raises StoreError if nothing has been loaded or it cannot be read."""
    layout = StoreLayout(root)
    version = layout.read_version()
    if version is None:
        raise StoreError(f"the store {root.name} is empty: load files with `python -m shp_data ingest`")
    return Store(layout, version, layout.read_manifest(version), decisions=read_decisions(root))


def make_empty_store(root: Path) -> Store:
    """Make a store with nothing loaded: no records and no months."""
    return Store(StoreLayout(root), "", StoreLayout(root).read_manifest(None))


def reopen_store(root: Path, version: str, decisions: tuple[MonthDecision, ...] = ()) -> Store:
    """Reopen a version of a store with the decisions on its months. Its manifest is not read again."""
    return Store(StoreLayout(root), version, read_manifest(root, version), decisions=decisions)
