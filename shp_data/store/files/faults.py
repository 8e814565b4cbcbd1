"""Faults of the disk and of damaged files, as the database engine and the Parquet reader raise them."""

from __future__ import annotations

from typing import Final

import duckdb
import pyarrow as pa

# A full disk and a damaged file make the engine raise nearly every kind that it has, its plain Error among them.
FAULTS: Final = (duckdb.Error, pa.ArrowException)


def describe_fault(error: Exception) -> str:
    """Describe a fault in one line, without its SQL statement."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
