"""Parquet -> chunks of text columns: every type in the form in which a CSV would give it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import plain
from shp_data.intake.readers.chunks import ROW, RawChunk, screened
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.headers import column_names

MAX_ROWS = 50_000_000  # a small file can declare any number
_BATCH_ROWS = 50_000
_LOCAL = pa.timestamp("us", "Europe/London")
_AS_THEY_ARE = (
    types.is_string,
    types.is_large_string,
    types.is_string_view,
    types.is_integer,
    types.is_floating,
    types.is_decimal,
    types.is_boolean,
    types.is_date,
    types.is_time,
    types.is_null,
)


def read_parquet(file: InputFile, known: Collection[str]) -> Iterator[RawChunk]:
    """The rows of a Parquet file, chunk by chunk; the first is row 2, as below a header.

    Times with a zone are given in UK time. Columns of lists, structures or bytes are left out, unless their
    name is a known one. Raises InputError where the file cannot be read.
    """
    with file.open() as stream:
        try:
            parquet = pq.ParquetFile(stream)
            taken = _taken(parquet, known, file.name)
            names = column_names(taken, known, file.name)
            yield screened(_as_text(parquet.schema_arrow.empty_table().select(taken), names, 2))
            row = 2
            for batch in parquet.iter_batches(_BATCH_ROWS, columns=taken):
                batch.validate(full=True)  # text that is no UTF-8 is found here, not when it is used
                yield screened(_as_text(batch, names, row))
                row += len(batch)
        except (pa.ArrowException, OSError, UnicodeError) as error:
            raise InputError(f"{file.name}: is damaged or no Parquet file ({str(error)[:200]}).") from error


def _taken(parquet: pq.ParquetFile, known: Collection[str], name: str) -> list[str]:
    """The columns that can be text. Raises InputError where a known one cannot, and beyond the limits."""
    rows = parquet.metadata.num_rows
    if rows > MAX_ROWS:
        raise InputError(f"{name}: declares {rows:,} rows; at most {MAX_ROWS:,} are read. Split it.")
    schema = parquet.schema_arrow
    if len(set(schema.names)) < len(schema.names):
        raise InputError(f"{name}: two columns have the same name. Rename or remove all but one.")
    for field in schema:
        if not _readable(field.type) and plain(field.name) in known:
            raise InputError(
                f"{name}: the column {field.name!r} holds {field.type}, which cannot be read as one value. "
                "Write it as text."
            )
    return [field.name for field in schema if _readable(field.type)]


def _readable(kind: pa.DataType) -> bool:
    if types.is_dictionary(kind):
        return _readable(kind.value_type)
    return types.is_timestamp(kind) or any(test(kind) for test in _AS_THEY_ARE)


def _as_text(table: pa.Table | pa.RecordBatch, names: tuple[str, ...], row: int) -> pa.Table:
    columns = [_text(column) for column in table.columns]
    rows = pa.array(range(row, row + len(table)), pa.int64())
    return pa.table([*columns, rows], [*names, ROW])


def _text(column: pa.Array) -> pa.Array:
    """A column as text: null where empty, times as `YYYY-MM-DD HH:MM`, whole numbers without `.0`."""
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if types.is_timestamp(column.type):
        local = column.cast(_LOCAL, safe=False) if column.type.tz else column
        return pc.strftime(local, format="%Y-%m-%d %H:%M").cast(pa.string())
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
