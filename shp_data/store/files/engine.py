"""The DuckDB engine of the process, which runs every query of the store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import pandas as pd

from shp_data.domain.errors import StoreError
from shp_data.store.files.faults import FAULTS, describe_fault


def run_query(sql: str, values: Mapping[str, Any]) -> pd.DataFrame:
    """Run SQL and return its rows.

    Parameters
    ----------
    sql
        A query, with `$name` for each value.
    values
        The values by name.

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
        return _connect().cursor().execute(sql, dict(values)).df()
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
