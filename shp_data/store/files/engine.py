"""The one DuckDB engine of the process, which answers every query of the store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import pandas as pd

from shp_data.domain.errors import StoreError
from shp_data.store.files.faults import FAULTS, told


def query(sql: str, values: Mapping[str, Any]) -> pd.DataFrame:
    """The rows that SQL finds, as a small table. Faults of the disk become StoreError."""
    try:
        return _connection().cursor().execute(sql, dict(values)).df()
    except FAULTS as error:
        raise StoreError(f"the store cannot be read: {told(error)}") from error


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One engine for the process; each query takes a cursor of its own. It knows a file again: parts never change."""
    connection = duckdb.connect()
    connection.execute("SET parquet_metadata_cache = true")
    return connection
