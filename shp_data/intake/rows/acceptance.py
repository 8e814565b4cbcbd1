"""Decide which rows of a load are accepted, duplicate or rejected, and which months the load covers.

A row is a duplicate only if its supplier gave its incident id before: in this load, or in records that stay
in the store. A month without an incident is a zero only if it is covered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import duckdb

from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import name_ward_column
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows import staging
from shp_data.store.files.active_files import build_ids_sql, build_records_sql, find_files_to_read
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.manifest import Manifest, SupplierMonth
from shp_data.store.files.parts import build_tail_sql

_CONTENT = ("occurred", "precision", "indicator", "location", "longitude", "latitude", "lpa", "covid_related")
_ID_HASH = "hash(source, incident_id)"  # a number: quick to count
_WITH_ID = "incident_id IS NOT NULL AND reason IS NULL"


def judge_load(
    connection: duckdb.DuckDBPyConnection,
    layout: StoreLayout,
    manifest: Manifest,
    append: bool,
    sources: Mapping[str, Supplier],
) -> tuple[set[tuple[int, SupplierMonth]], set[SupplierMonth]]:
    """Judge every row.

    Return the supplier months in which each file has accepted rows, and those that the load covers.

    A supplier month whose rows are all rejected is in neither: the store's records of it stay. Ids are judged
    against the records that stay, so the judging repeats until no more supplier months drop out. A month
    between those of a file that has no row there (`find_gap_months`) is covered only if the store has nothing
    for it, because one old record must not remove the months after it. A load that adds rows to existing ones
    covers no such month.
    """
    stored_months = manifest.count_records().keys()
    months_read = staging.list_months_read(connection)
    all_months = {supplier_month for _, supplier_month in months_read}
    accepted_months = {file_month for file_month, has_valid_row in months_read.items() if has_valid_row}
    rejected_months = all_months - {supplier_month for _, supplier_month in accepted_months}
    # Which months the load covers decides which stored records stay, those decide which ids are duplicates or
    # conflicts, and a conflict can reject the last row of a month, so that the load no longer covers it. Each
    # round can only add rejected months, so the loop ends.
    while True:
        covered_months = find_covered_months({supplier_month for _, supplier_month in accepted_months}, sources)
        covered_months = (
            covered_months if append else covered_months | (find_gap_months(accepted_months, sources) - stored_months)
        ) - rejected_months
        find_repeated_ids(connection, layout, manifest, () if append else covered_months)
        staging.judge_rows(connection)
        accepted_months = staging.list_accepted_months(connection)
        rejected_now = all_months - {supplier_month for _, supplier_month in accepted_months}
        if rejected_now <= rejected_months:
            return accepted_months, covered_months
        rejected_months |= rejected_now


def find_repeated_ids(
    connection: duckdb.DuckDBPyConnection, layout: StoreLayout, manifest: Manifest, leave_out: Collection[SupplierMonth]
) -> None:
    """Create the table `later` from `staged` and `placed`: the rows whose id their supplier gave before.

    Columns: file and row; same (true if the content equals that of the first record with the id); in_file
    (-1: in the store) and in_row of that first record. `leave_out`: the supplier months in the store that the
    load replaces.
    """
    stored_records = _build_stored_sql(connection, layout, manifest, leave_out)
    content = _build_content_sql()
    # `repeated` first: ids that are in this load twice, or whose end the store has (`met`). Most loads have few, so
    # the window below sorts only those rows and not the whole load. Two ids with one hash do no harm here: the
    # window compares the ids themselves. The store's records have file -1 and so come first, and a row of this
    # load is then compared with the record that is already stored.
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT {_ID_HASH} AS claim FROM staged WHERE {_WITH_ID} GROUP BY 1 HAVING count(*) > 1
        UNION SELECT {_ID_HASH} FROM staged
        SEMI JOIN met ON staged.source = met.source AND {build_tail_sql("incident_id")} = met.tail WHERE {_WITH_ID};
        CREATE OR REPLACE TEMP TABLE later AS
        WITH claims AS (
            SELECT file, row, source, incident_id, {content} AS content FROM placed
            SEMI JOIN repeated ON {_ID_HASH} = repeated.claim WHERE {_WITH_ID}
            UNION ALL
            SELECT -1, row, source, incident_id, {content} FROM {stored_records}
            SEMI JOIN repeated ON {_ID_HASH} = repeated.claim
        )
        SELECT file, row, content = first_value(content) OVER first AS same, first_value(file) OVER first AS in_file,
            first_value(row) OVER first AS in_row, row_number() OVER first AS number
        FROM claims WINDOW first AS (PARTITION BY source, incident_id ORDER BY file, row)
        QUALIFY number > 1
        """  # noqa: S608  # our own expressions
    )


def _build_content_sql() -> str:
    """Build the SQL that makes two records with one id the same record.

    It includes the LPA and the wards: for some records they are the only information about the location.
    """
    wards = (name_ward_column(ward_year.id) for ward_year in partnership().areas.ward_boundaries)
    return f"hash({', '.join((*_CONTENT, *wards))})"


def _build_stored_sql(
    connection: duckdb.DuckDBPyConnection, layout: StoreLayout, manifest: Manifest, leave_out: Collection[SupplierMonth]
) -> str:
    """Build the SQL for the stored records that may share an id with this load, and create the table `met`.

    `met` has the ends of such ids. The ends of all stored ids are short enough to read at every load. The
    records are read only where an end matches.
    """
    files_to_read = find_files_to_read(manifest, leave_out)
    # Compare the ends of ids only: reading whole ids of 100 million records at every load takes too long. An end
    # that matches by chance costs time and nothing else, because the whole ids are compared afterwards.
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE met AS
        SELECT DISTINCT source, tail, indicator, month FROM ({build_ids_sql(layout, files_to_read)})
        SEMI JOIN (SELECT source, {build_tail_sql("incident_id")} AS tail FROM staged WHERE {_WITH_ID}) AS given
        USING (source, tail)
        """  # noqa: S608  # our own expressions; paths are quoted
    )
    return f"({build_records_sql(layout, files_to_read)}) SEMI JOIN met USING (source, indicator, month)"


def find_covered_months(
    months_with_rows: Iterable[SupplierMonth], sources: Mapping[str, Supplier]
) -> set[SupplierMonth]:
    """Return the supplier months that a load covers, from those in which it has rows.

    A supplier that partnership.toml lists with its indicators covers all of them in each month with any of
    its rows in the load. For any other supplier, an indicator is covered from its first to its last month, in
    the months with any rows of that supplier. Outside those months nothing is known.
    """
    months: dict[str, set[str]] = defaultdict(set)
    indicators: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for supplier_month in months_with_rows:
        months[supplier_month.source].add(supplier_month.month)
        indicators[supplier_month.source][supplier_month.indicator].add(supplier_month.month)
    covered_months = set()
    # A supplier that lists its indicators promises data for all of them. For any other supplier, an indicator may
    # have started or stopped being recorded, so nothing is assumed before its first and after its last month.
    for source, source_months in months.items():
        listed = sources[source].indicators if source in sources else ()
        for indicator in {*listed, *indicators[source]}:
            indicator_months = indicators[source][indicator]
            covered_months |= {
                SupplierMonth(source, indicator, month)
                for month in source_months
                if indicator in listed or min(indicator_months) <= month <= max(indicator_months)
            }
    return covered_months


def find_gap_months(
    months_with_rows: Iterable[tuple[int, SupplierMonth]], sources: Mapping[str, Supplier]
) -> set[SupplierMonth]:
    """Return the supplier months without any row, between the first and last month of a supplier in one file.

    `months_with_rows`: the number of a file, and a supplier month in which it has rows. This applies only to
    suppliers whose indicators are listed, because listing them states that a month without a row had no
    incidents. It works file by file, because a file may be missing from the load: a month that no file spans
    stays unknown.
    """
    months: dict[tuple[int, str], set[str]] = defaultdict(set)
    for file, supplier_month in months_with_rows:
        if supplier_month.source in sources and sources[supplier_month.source].indicators:
            months[file, supplier_month.source].add(supplier_month.month)
    return {
        SupplierMonth(source, indicator, month)
        for (_, source), source_months in months.items()
        for month in _list_months(source_months) - source_months
        for indicator in sources[source].indicators
    }


def _list_months(months: Collection[str]) -> set[str]:
    """Return the months from the first to the last of some months."""
    return set(map(str, Period(Month.parse(min(months)), Month.parse(max(months)))))
