"""Ids that were given before: in this load, or by records that stay in the store. Nothing else is ever a duplicate."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from shp_data.domain.partnership import partnership
from shp_data.domain.schema import ward_column
from shp_data.store.files.layout import Layout
from shp_data.store.files.live import ids_sql, records_sql, spoken
from shp_data.store.files.manifest import Cell, Manifest
from shp_data.store.files.parts import tail_sql

_CONTENT = ("occurred", "precision", "indicator", "location", "longitude", "latitude", "covid_related")
_CLAIM = "hash(source, incident_id)"  # a number: quick to count
_WITH_ID = "incident_id IS NOT NULL AND reason IS NULL"


def find_later(
    connection: duckdb.DuckDBPyConnection, layout: Layout, manifest: Manifest, leave_out: Collection[Cell]
) -> None:
    """`staged` and `placed` -> the table `later`: the rows whose id was given before, within their source.

    Columns file and row, same (has it the content of the first?), in_file (-1: in the store) and in_row of the first.
    `leave_out`: the cells of the store that the load replaces.
    """
    earlier = _stored(connection, layout, manifest, leave_out)
    content = _content()
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT {_CLAIM} AS claim FROM staged WHERE {_WITH_ID} GROUP BY 1 HAVING count(*) > 1
        UNION SELECT {_CLAIM} FROM staged
        SEMI JOIN met ON staged.source = met.source AND {tail_sql("incident_id")} = met.tail WHERE {_WITH_ID};
        CREATE OR REPLACE TEMP TABLE later AS
        WITH claims AS (
            SELECT file, row, source, incident_id, {content} AS content FROM placed
            SEMI JOIN repeated ON {_CLAIM} = repeated.claim WHERE {_WITH_ID}
            UNION ALL
            SELECT -1, row, source, incident_id, {content} FROM {earlier}
            SEMI JOIN repeated ON {_CLAIM} = repeated.claim
        )
        SELECT file, row, content = first_value(content) OVER first AS same, first_value(file) OVER first AS in_file,
            first_value(row) OVER first AS in_row, row_number() OVER first AS number
        FROM claims WINDOW first AS (PARTITION BY source, incident_id ORDER BY file, row)
        QUALIFY number > 1
        """  # noqa: S608  # our own expressions
    )


def _content() -> str:
    """SQL for what makes two records with one id the same record; its wards are all that some say of their place."""
    wards = (ward_column(vintage.id) for vintage in partnership().areas.vintages)
    return f"hash({', '.join((*_CONTENT, *wards))})"


def _stored(
    connection: duckdb.DuckDBPyConnection, layout: Layout, manifest: Manifest, leave_out: Collection[Cell]
) -> str:
    """SQL for the stored records that may have an id of this load; the table `met`: the ends of such ids.

    The ends of all stored ids are short enough to be read at every load; the records only where an end is met.
    """
    staying = spoken(manifest, leave_out)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE met AS
        SELECT DISTINCT source, tail, indicator, month FROM ({ids_sql(layout, staying)})
        SEMI JOIN (SELECT source, {tail_sql("incident_id")} AS tail FROM staged WHERE {_WITH_ID}) AS given
        USING (source, tail)
        """  # noqa: S608  # our own expressions; paths are quoted
    )
    return f"({records_sql(layout, staying)}) SEMI JOIN met USING (source, indicator, month)"
