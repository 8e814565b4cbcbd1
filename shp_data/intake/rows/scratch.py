"""Small tables in the scratch database of a load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa


def make_table(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Any]) -> None:
    """Create a table in the scratch database from columns in memory."""
    connection.register("columns", pa.table({key: pa.array(values) for key, values in columns.items()}))
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM columns")  # noqa: S608  # our own names
    connection.unregister("columns")


def build_columns(types: Mapping[str, pa.DataType], rows: Sequence[Sequence[object]]) -> dict[str, pa.Array]:
    """Return rows as columns of these types."""
    return {name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(types.items())}
