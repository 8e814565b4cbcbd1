"""Incident ids that were given before: in this load, or by records that stay in the store.

Nothing else makes a duplicate.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from shp_data.domain.partnership import partnership
from shp_data.domain.schema import name_ward_column
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.live import build_ids_sql, build_records_sql, find_files_to_read
from shp_data.store.files.manifest import Manifest, SupplierMonth
from shp_data.store.files.parts import build_tail_sql

_CONTENT = ("occurred", "precision", "indicator", "location", "longitude", "latitude", "covid_related")
_ID_HASH = "hash(source, incident_id)"  # a number: quick to count
_WITH_ID = "incident_id IS NOT NULL AND reason IS NULL"


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

    It includes the wards: for some records they are the only information about the location.
    """
    wards = (name_ward_column(ward_year.id) for ward_year in partnership().areas.ward_boundaries)
    return f"hash({', '.join((*_CONTENT, *wards))})"


def _build_stored_sql(
    connection: duckdb.DuckDBPyConnection, layout: StoreLayout, manifest: Manifest, leave_out: Collection[SupplierMonth]
) -> str:
    """Build the SQL for the stored records that may share an id with this load, and create the table `met`.

    `met` holds the ends of such ids. The ends of all stored ids are short enough to read at every load. The
    records are read only where an end matches.
    """
    files_to_read = find_files_to_read(manifest, leave_out)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE met AS
        SELECT DISTINCT source, tail, indicator, month FROM ({build_ids_sql(layout, files_to_read)})
        SEMI JOIN (SELECT source, {build_tail_sql("incident_id")} AS tail FROM staged WHERE {_WITH_ID}) AS given
        USING (source, tail)
        """  # noqa: S608  # our own expressions; paths are quoted
    )
    return f"({build_records_sql(layout, files_to_read)}) SEMI JOIN met USING (source, indicator, month)"
