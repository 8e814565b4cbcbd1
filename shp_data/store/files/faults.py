"""Faults of the disk and of damaged files, as the database engine and the reader of Parquet raise and tell them."""

from __future__ import annotations

from typing import Final

import duckdb
import pyarrow as pa

# A full disk and a damaged file make the engine raise nearly every kind that it has, its plain Error among them.
FAULTS: Final = (duckdb.Error, pa.ArrowException)


def told(error: Exception) -> str:
    """What a fault is, in one line: without the statement at which it rose."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
