"""The files of a part: the records of one load, and what is made of them, their counts and the ends of their ids."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow.parquet as pq

from shp_data.store.layout import Layout, sql_path, summary_columns

# Small groups, each of which tells the least and greatest value of every column: what a question is not about is
# passed over unread.
_GROUP = 20_480
_BATCH = 500_000  # records that are put in order at once, or those of one month where they are more
_TAIL = 12  # characters, of which as many ids end differently as there are


def tail_sql(column: str) -> str:
    """SQL for the end of an id, by which ids are sought in the store."""
    return f"right({column}, {_TAIL})"


def write_records(
    connection: duckdb.DuckDBPyConnection, records: str, values: Mapping[str, Any], layout: Layout, part: str
) -> None:
    """Write a part from SQL for its records, with its values: a column `part`, and those of a record.

    In the order of month and area. Some months at a time, so that neither memory nor disk holds all of them twice.
    """
    counted = f"SELECT month, count(*) FROM ({records}) GROUP BY month ORDER BY month"  # noqa: S608  # our own SQL
    months = connection.execute(counted, dict(values)).fetchall()
    schema = connection.sql(f"{records} LIMIT 0", params=dict(values)).to_arrow_table().schema
    with pq.ParquetWriter(layout.records(part), schema, compression="zstd") as writer:
        for first, last in batches(months, _BATCH):
            some = (
                f"SELECT * FROM ({records}) WHERE month BETWEEN $first AND $last "  # noqa: S608  # our own SQL
                "ORDER BY month, lpa, indicator"
            )
            found = connection.sql(some, params={**values, "first": first, "last": last}).to_arrow_table()
            writer.write_table(found, row_group_size=_GROUP)
    stored = f"read_parquet({sql_path(layout.records(part))})"
    connection.execute(
        f"""
        COPY (SELECT part, {summary_columns()}, count(*) AS count FROM {stored} GROUP BY ALL
              ORDER BY month, lpa, indicator) TO {sql_path(layout.part_summary(part))}
        (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP})
        """  # noqa: S608  # our own names; paths are quoted
    )
    write_ids(connection, layout, part)


def batches(months: Sequence[tuple[str, int]], least: int) -> Iterator[tuple[str, str]]:
    """First and last month of runs that hold at least so many records; the last run may hold fewer.

    `months`: each with its records, in order.
    """
    first, held = "", 0
    for month, count in months:
        first, held = first or month, held + count
        if held >= least or month == months[-1][0]:
            yield first, month
            first, held = "", 0


def with_ids(connection: duckdb.DuckDBPyConnection, layout: Layout, parts: Iterable[str]) -> None:
    """Write the ends of ids of the parts that an earlier version of this code left without."""
    for part in parts:
        if not layout.ids(part).exists():
            write_ids(connection, layout, part)


def write_ids(connection: duckdb.DuckDBPyConnection, layout: Layout, part: str) -> None:
    """Write the ends of the ids of a part's records, each with its cell: a fraction of what whole ids take to read.

    By a rename, for the part may be in force: a file half written would be taken for whole.
    """
    made = layout.ids(part).with_suffix(".new")
    connection.execute(
        f"""
        COPY (SELECT part, source, indicator, month, {tail_sql("incident_id")} AS tail
              FROM read_parquet({sql_path(layout.records(part))}) WHERE incident_id IS NOT NULL)
        TO {sql_path(made)} (FORMAT parquet, COMPRESSION zstd)
        """  # noqa: S608  # our own names; paths are quoted
    )
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    made.replace(layout.ids(part))
