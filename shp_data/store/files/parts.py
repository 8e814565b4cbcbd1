"""The files of a part: the records of one load, their counts and the ends of their ids."""

from __future__ import annotations

from itertools import pairwise

import duckdb

from shp_data.store.files.layout import StoreLayout, build_parquet_sql, list_summary_columns, quote_path, quote_text
from shp_data.store.files.manifest import Load

# Parquet stores the least and greatest value of each column for each group of rows, so a query skips groups that cannot
# match. Small groups of records leave less to read. A summary can have millions of rows in one file: checking many
# small groups of it would take longer than reading groups of DuckDB's default size.
_PACKED = "(FORMAT parquet, COMPRESSION zstd)"
_SMALL = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)"
_TAIL = 12  # characters: enough for different ids to have different ends
_END = "9999-99"  # after every month


def build_tail_sql(column: str) -> str:
    """Build SQL for the end of an id, with which ids are looked up in the store."""
    return f"right({column}, {_TAIL})"


def write_records(connection: duckdb.DuckDBPyConnection, records: str, layout: StoreLayout, load: Load) -> None:
    """Write the files of a load from SQL for its records: a column `part`, and those of a record.

    There is a file of records for each run of months. Its rows are sorted by area, then by indicator. The
    summary is sorted by indicator first, because areas are compared by one indicator.
    """
    for first, after in pairwise((*load.runs, _END)):
        connection.execute(
            f"""
            COPY (SELECT * FROM ({records}) WHERE month >= {quote_text(first)} AND month < {quote_text(after)}
                  ORDER BY lpa, indicator, month) TO {quote_path(layout.locate_records(load.part, first))} {_SMALL}
            """  # noqa: S608  # our own SQL; paths and months are quoted
        )
    stored = build_parquet_sql([layout.locate_records(load.part, run) for run in load.runs])
    # Pages read the summary, not the records; the tails of the ids find records that an earlier load has already.
    connection.execute(
        f"""
        COPY (SELECT part, {list_summary_columns()}, count(*) AS count FROM {stored} GROUP BY ALL
              ORDER BY indicator, lpa, month) TO {quote_path(layout.locate_summary(load.part))} {_PACKED};
        COPY (SELECT part, source, indicator, month, {build_tail_sql("incident_id")} AS tail
              FROM {stored} WHERE incident_id IS NOT NULL)
              TO {quote_path(layout.locate_ids(load.part))} {_PACKED}
        """  # noqa: S608  # our own names; paths are quoted
    )
