"""Read Parquet as chunks of text columns, with every type in the form that a CSV would have."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

from shp_data.domain.clock import UK
from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.readers.chunks import ROW, RawChunk, screen_rows
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.headers import name_columns

MAX_ROWS = 50_000_000  # a small file can declare any number
_BATCH_ROWS = 50_000
_IN_MEMORY = 64 * 1024**2
_LOCAL = pa.timestamp("us", UK.key)
_SIMPLE_TYPE_TESTS = (
    types.is_string, types.is_large_string, types.is_string_view, types.is_integer, types.is_floating,
    types.is_decimal, types.is_boolean, types.is_date, types.is_time, types.is_null,
)  # fmt: skip


def read_parquet(file: InputFile, header_names: Collection[str]) -> Iterator[RawChunk]:
    """Return the rows of a Parquet file, chunk by chunk. The first row is row 2, as below a header.

    Times with a zone are converted to UK time. Columns of lists, structures or bytes are left out, unless
    their name is a recognised one. Raises InputError if the file cannot be read.
    """
    with _open_seekable(file) as stream:
        try:
            parquet = pq.ParquetFile(stream)
            selected_columns = _select_columns(parquet, header_names, file.name)
            names = name_columns(selected_columns, header_names, file.name)
            yield screen_rows(_convert_table(parquet.schema_arrow.empty_table().select(selected_columns), names, 2))
            row = 2
            for batch in parquet.iter_batches(_BATCH_ROWS, columns=selected_columns):
                batch.validate(full=True)  # text that is no UTF-8 is found here, not when it is used
                yield screen_rows(_convert_table(batch, names, row))
                row += len(batch)
        except (pa.ArrowException, OSError, UnicodeError) as error:
            raise InputError(f"{file.name}: is damaged or is not a Parquet file ({str(error)[:200]}).") from error


@contextmanager
def _open_seekable(file: InputFile) -> Iterator[IO[bytes]]:
    """Open a file so that it can be read from any position: a member of a zip is unpacked, to disk if it is large."""
    with file.open() as stream, tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        if stream.seekable():
            yield stream
        else:
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            yield copy


def _select_columns(parquet: pq.ParquetFile, header_names: Collection[str], name: str) -> list[str]:
    """Return the columns that can be read as text.

    Raises InputError if a recognised one cannot, or if a limit is exceeded.
    """
    rows = parquet.metadata.num_rows
    if rows > MAX_ROWS:
        raise InputError(f"{name}: has {rows:,} rows; the limit is {MAX_ROWS:,}. Split it.")
    schema = parquet.schema_arrow
    if len(set(schema.names)) < len(schema.names):
        raise InputError(f"{name}: two columns have the same name. Rename or remove all but one.")
    for field in schema:
        if not _is_readable(field.type) and normalise_name(field.name) in header_names:
            raise InputError(
                f"{name}: the column {field.name!r} contains {field.type}, which cannot be read as one value. "
                "Save it as text."
            )
    return [field.name for field in schema if _is_readable(field.type)]


def _is_readable(kind: pa.DataType) -> bool:
    if types.is_dictionary(kind):
        return _is_readable(kind.value_type)
    return types.is_timestamp(kind) or any(is_type(kind) for is_type in _SIMPLE_TYPE_TESTS)


def _convert_table(table: pa.Table | pa.RecordBatch, names: tuple[str, ...], row: int) -> pa.Table:
    columns = [_convert_column(column) for column in table.columns]
    rows = pa.array(range(row, row + len(table)), pa.int64())
    return pa.table([*columns, rows], [*names, ROW])


def _convert_column(column: pa.Array) -> pa.Array:
    """Convert a column to text: null where empty, times as `YYYY-MM-DD HH:MM`, whole numbers without `.0`."""
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if types.is_timestamp(column.type):
        # Incidents count on the UK clock: 23:30 UTC in July is in the next day.
        local = column.cast(_LOCAL, safe=False) if column.type.tz else column
        return pc.strftime(local, format="%Y-%m-%d %H:%M").cast(pa.string())
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
