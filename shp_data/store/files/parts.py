"""The files of a part: the records of one load, and what is made of them, their counts and the ends of their ids."""

from __future__ import annotations

from itertools import pairwise

import duckdb

from shp_data.store.files.layout import Layout, sql_path, sql_text, summary_columns
from shp_data.store.files.manifest import Load

# Each group of rows tells the least and greatest value of every column: what a question is not about is passed over
# unread. Smaller groups of records leave less to read. A summary is one file, of millions of rows where areas are many:
# to look through its small groups takes longer than to read one of DuckDB's own size.
_PACKED = "(FORMAT parquet, COMPRESSION zstd)"
_SMALL = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)"
_TAIL = 12  # characters, of which as many ids end differently as there are
_END = "9999-99"  # after every month


def tail_sql(column: str) -> str:
    """SQL for the end of an id, by which ids are sought in the store."""
    return f"right({column}, {_TAIL})"


def write_records(connection: duckdb.DuckDBPyConnection, records: str, layout: Layout, load: Load) -> None:
    """Write the files of a load from SQL for its records: a column `part`, and those of a record.

    A file of records for each run of months, in which those of an area lie together, and of these those of an
    indicator; in the summary the other way round, for areas are compared by one indicator.
    """
    for first, after in pairwise((*load.runs, _END)):
        connection.execute(
            f"""
            COPY (SELECT * FROM ({records}) WHERE month >= {sql_text(first)} AND month < {sql_text(after)}
                  ORDER BY lpa, indicator, month) TO {sql_path(layout.records(load.part, first))} {_SMALL}
            """  # noqa: S608  # our own SQL; paths and months are quoted
        )
    files = ", ".join(sql_path(layout.records(load.part, run)) for run in load.runs)
    connection.execute(
        f"""
        COPY (SELECT part, {summary_columns()}, count(*) AS count FROM read_parquet([{files}]) GROUP BY ALL
              ORDER BY indicator, lpa, month) TO {sql_path(layout.part_summary(load.part))} {_PACKED};
        COPY (SELECT part, source, indicator, month, {tail_sql("incident_id")} AS tail FROM read_parquet([{files}])
              WHERE incident_id IS NOT NULL) TO {sql_path(layout.ids(load.part))} {_PACKED}
        """  # noqa: S608  # our own names; paths are quoted
    )
