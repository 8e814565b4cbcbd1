"""Which areas the data covers. A supplier may name its areas, and records without a place are in no area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from shp_data.domain.periods import Month
from shp_data.domain.schema import LSOA, NO_AREA, OUTSIDE, UNPLACED, name_ward_column
from shp_data.store.files.engine import run_query
from shp_data.store.files.manifest import Manifest, SupplierMonth

ABOUT = 6  # months before and after a month that show whether its records usually lack a place
ENOUGH = 10  # records that are enough for one month to show it alone
MOST, MANY = 0.5, 0.1  # shares of records that lack something
_Key = tuple[str, str]  # an indicator and a month


class UnplacedCount(NamedTuple):
    """The number of records without a place, of all records, and of those outside every LPA.

    Of an indicator and month.
    """

    unplaced: int
    records: int
    outside: int = 0

    @property
    def in_no_area(self) -> int:
        """The number of records without a place or outside every LPA."""
        return self.unplaced + self.outside


class CoverageGap(NamedTuple):
    """What is not available for an indicator and month.

    `covered`: only these LPAs are covered, None for all. `nowhere`: no record has a place in an LPA. `abroad`:
    and most are outside every LPA, so that they do not count for all LPAs together either. `wardless`: pairs of
    a ward year (or LSOA) and an LPA whose wards (or LSOAs) cannot be counted.
    """

    covered: frozenset[str] | None
    nowhere: bool = False
    abroad: bool = False
    wardless: frozenset[tuple[str, str]] = frozenset()


def count_unplaced(counts_sql: str) -> Mapping[_Key, UnplacedCount]:
    """Count the records of each indicator and month, and those of them without a place or outside every LPA.

    `counts_sql`: SQL for the monthly summary.
    """
    # coalesce, because a sum over no rows is NULL, and BIGINT, because DuckDB's sum of integers is wider than pandas'.
    table = run_query(
        f"""
        SELECT indicator, month, coalesce(sum(count) FILTER (lpa = '{UNPLACED}'), 0)::BIGINT AS unplaced,
            sum(count)::BIGINT AS records, coalesce(sum(count) FILTER (lpa = '{OUTSIDE}'), 0)::BIGINT AS outside
        FROM ({counts_sql}) GROUP BY indicator, month
        """,  # noqa: S608  # our own names; paths are quoted
        {},
    )
    rows = table.itertuples(index=False, name=None)
    return {(indicator, month): UnplacedCount(*counts) for indicator, month, *counts in rows}


def find_unplaced_months(counts: Mapping[_Key, UnplacedCount]) -> frozenset[_Key]:
    """Find the months of each indicator in which no record has a place in an LPA.

    A whole month of records outside every LPA has wrong coordinates, or is of another place. A few records of a
    rare indicator may lack a place by chance. If most records in the 6 months before and after have a place,
    fewer than 10 records are not treated as a rule, and the areas count what there is.
    """
    by_indicator: dict[str, dict[Month, UnplacedCount]] = defaultdict(dict)
    for (indicator, name), count in counts.items():
        by_indicator[indicator][Month.parse(name)] = count
    unplaced = set()
    for indicator, months in by_indicator.items():
        for month in (month for month, count in months.items() if count.in_no_area == count.records):
            nearby = [months[near] for n in range(-ABOUT, ABOUT + 1) if (near := month.shift(n)) in months]
            is_usual = sum(count.in_no_area for count in nearby) >= MOST * sum(count.records for count in nearby)
            if is_usual or months[month].records >= ENOUGH:
                unplaced.add((indicator, str(month)))
    return frozenset(unplaced)


def find_wardless_months(counts_sql: str, ward_years: Sequence[str]) -> Mapping[_Key, frozenset[tuple[str, str]]]:
    """Find the LPAs whose wards or LSOAs cannot be counted in a month, each with the ward year or LSOA.

    Either most records have no ward at all, or many have none because their LSOA or square is in several wards,
    or many have a ward of another year only, by its name or code: some wards would then look empty. LSOAs cannot be
    counted where most records have no point.
    """
    columns = {ward_year: name_ward_column(ward_year) for ward_year in ward_years}
    none = " AND ".join(f"{column} = '{UNPLACED}'" for column in columns.values())
    redrawn = [
        f"coalesce(sum(count) FILTER ({column} = '{UNPLACED}' AND NOT ({none})), 0) AS redrawn_{ward_year}"
        for ward_year, column in columns.items()
    ]
    kinds = [
        (ward_year, *kind)
        for ward_year in columns
        for kind in (("blank", MOST), ("divided", MANY), (f"redrawn_{ward_year}", MANY))
    ]
    kinds.append((LSOA, "pointless", MOST))
    # Of records of an earlier version of the program it is not known what placed them, but a point is in a ward.
    has_no_point = f"coalesce(placed_by <> 'point', {none})"
    # Months are numbered, so that the months around each are a range of numbers in the window below.
    rows = run_query(
        f"""
        WITH own AS (
            SELECT indicator, month, lpa, 12 * month[:4]::INTEGER + month[6:]::INTEGER AS number,
                sum(count) AS records, coalesce(sum(count) FILTER ({none}), 0) AS blank,
                coalesce(sum(count) FILTER (placed_by IN ('square', 'lsoa') AND {none}), 0) AS divided,
                coalesce(sum(count) FILTER ({has_no_point}), 0) AS pointless,
                {", ".join(redrawn)}
            FROM ({counts_sql})
            WHERE lpa NOT IN ('{UNPLACED}', '{OUTSIDE}') GROUP BY ALL
        ) {" UNION ".join(_build_lacking_sql(*kind) for kind in kinds)}
        """,  # noqa: S608  # our own names; paths are quoted
        {},
    )
    lacking: dict[_Key, set[tuple[str, str]]] = defaultdict(set)
    for ward_year, indicator, month, lpa in rows.itertuples(index=False, name=None):
        lacking[indicator, month].add((ward_year, lpa))
    return {key: frozenset(pairs) for key, pairs in lacking.items()}


def _build_lacking_sql(ward_year: str, lacking: str, share: float) -> str:
    """Build SQL for the months and LPAs of `own` in which a share of the records usually lacks something."""
    many = f"{lacking} >= {share} * records"
    # The window runs only over the indicators and LPAs with any such month: usually there are none.
    return f"""
        SELECT '{ward_year}' AS vintage, indicator, month, lpa FROM (
            SELECT *, sum({lacking}) OVER about AS lacking_about, sum(records) OVER about AS records_about FROM own
            WHERE (indicator, lpa) IN (SELECT (indicator, lpa) FROM own WHERE {many})
            WINDOW about AS (
                PARTITION BY indicator, lpa ORDER BY number RANGE BETWEEN {ABOUT} PRECEDING AND {ABOUT} FOLLOWING)
        ) WHERE {many} AND ({lacking} >= {ENOUGH} OR lacking_about >= {share} * records_about)
        """  # noqa: S608  # our own names


def find_month_areas(
    manifest: Manifest, find_territory: Callable[[str], tuple[str, ...] | None]
) -> Mapping[SupplierMonth, frozenset[str]]:
    """Find the LPAs that each supplier month counts for, where its supplier is not responsible for all.

    `find_territory`: of a supplier for which a load gives no areas, as loads of earlier versions do not.
    """
    by_part = {load.part: load.areas for load in manifest.loads}
    sources = {cell.source for load in manifest.loads for cell in load.cells}
    by_setting = {source: find_territory(source) for source in sources}
    if not any(by_part.values()) and set(by_setting.values()) <= {None}:
        return {}
    areas = {}
    for cell, parts in manifest.find_active_parts().items():
        territories = [by_part[part].get(cell.source, by_setting[cell.source]) for part in parts]
        if None not in territories:
            areas[cell] = frozenset(lpa for territory in territories for lpa in territory or ())
    return areas


def find_supplier_areas(month_areas: Mapping[SupplierMonth, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """Find the LPAs that each supplier is responsible for in any month, for suppliers that are not for all."""
    areas: dict[str, frozenset[str]] = defaultdict(frozenset)
    for cell, lpas in month_areas.items():
        areas[cell.source] |= lpas
    return dict(areas)


def find_partial_coverage(
    cells: Iterable[SupplierMonth], month_areas: Mapping[SupplierMonth, frozenset[str]], lpas: Iterable[str]
) -> Mapping[_Key, frozenset[str]]:
    """Find the LPAs that any supplier covers, for each indicator and month where that is not all.

    `cells`: the supplier months loaded. `month_areas`: those that count for some LPAs only, with these.
    """
    if not month_areas:
        return {}
    all_lpas = frozenset(lpas)
    covered: dict[_Key, frozenset[str]] = defaultdict(frozenset)
    for cell in cells:
        covered[cell.indicator, cell.month] |= month_areas.get(cell, all_lpas)
    # A month that counts for no LPA is not loaded at all.
    return {key: covered_lpas for key, covered_lpas in covered.items() if covered_lpas and not all_lpas <= covered_lpas}


def find_coverage_gaps(
    partial: Mapping[_Key, frozenset[str]],
    counts: Mapping[_Key, UnplacedCount],
    wardless: Mapping[_Key, frozenset[tuple[str, str]]],
) -> Mapping[str, Mapping[str, CoverageGap]]:
    """Find the months of each indicator with incomplete coverage; empty if every record has a place.

    `counts`: as `count_unplaced` returns them.
    """
    gaps: dict[str, dict[str, CoverageGap]] = defaultdict(dict)
    unplaced = find_unplaced_months(counts)
    abroad = {key for key in unplaced if counts[key].outside >= MOST * counts[key].records}
    for key in {*partial, *unplaced, *wardless}:
        gaps[key[0]][key[1]] = CoverageGap(
            partial.get(key), key in unplaced, key in abroad, wardless.get(key, frozenset())
        )
    return dict(gaps)


def find_missing_months(gaps: Mapping[str, CoverageGap], areas: frozenset[str], wards: str) -> frozenset[str]:
    """Find the months of an indicator, of those with a gap, that are not available for some of these areas.

    `areas`: LPAs. If empty, or only `(unplaced)`, records count wherever they are. `(unplaced)` with LPAs
    also accepts records without a place. `wards`: the ward year, if wards of these LPAs are needed, or LSOA;
    otherwise empty.
    """
    lpas, placed_only = areas.difference(NO_AREA), UNPLACED not in areas
    if not lpas:
        return frozenset()
    return frozenset(
        month
        for month, gap in gaps.items()
        if not lpas <= (lpas if gap.covered is None else gap.covered)
        or (gap.nowhere and (placed_only or gap.abroad))
        or not gap.wardless.isdisjoint((wards, lpa) for lpa in lpas)
    )
