"""The DuckDB engine of the process, which runs every query of the store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from shp_data.domain.errors import StoreError
from shp_data.store.files.faults import FAULTS, describe_fault

if TYPE_CHECKING:
    import pyarrow as pa


def run_query(
    sql: str, values: Mapping[str, Any], tables: Mapping[str, pa.Table] = MappingProxyType({})
) -> pd.DataFrame:
    """Run SQL and return its rows.

    Parameters
    ----------
    sql
        A query, with `$name` for each value.
    values
        The values by name.
    tables
        Small tables that the query reads besides the store's files, by the names that it gives them.

    Returns
    -------
    pandas.DataFrame
        A small table, with the columns of the query.

    Raises
    ------
    StoreError
        If the disk or a file is faulty.
    """
    try:
        cursor = _connect().cursor()
        for name, table in tables.items():
            cursor.register(name, table)  # for this cursor alone
        return cursor.execute(sql, dict(values)).df()
    except FAULTS as error:
        raise StoreError(f"the store cannot be read: {describe_fault(error)}") from error


# One engine, so that its cache of the files' metadata serves every query. Cursors let threads query at the same time.
@cache
def _connect() -> duckdb.DuckDBPyConnection:
    """Open one engine for the process. Each query uses its own cursor.

    The engine caches what it knows of each file, because parts never change.
    """
    connection = duckdb.connect()
    connection.execute("SET parquet_metadata_cache = true")
    return connection
