"""A file -> chunks of text columns, whatever its format. What the text means is the business of cleaning."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from shp_data.intake.readers.chunks import ROW, BadRow, RawChunk
from shp_data.intake.readers.csv_tables import read_csv
from shp_data.intake.readers.files import PARQUET, WORKBOOK, InputFile
from shp_data.intake.readers.parquet_tables import read_parquet
from shp_data.intake.readers.workbooks import read_workbook

__all__ = ["BadRow", "RawChunk", "header", "read_chunks"]


def read_chunks(file: InputFile, known: Collection[str]) -> Iterator[RawChunk]:
    """What rows does a file hold? Chunks of bounded size, all with the same columns, one at the least.

    `known`: the header names that are recognised, in their plain form; by them the delimiter, the sheet and
    the header are found (up to 20 rows of title may stand above it). Where none is recognised the first row
    that looks like a header is taken for it. Columns are text, null where empty, called by the header as
    given; `row` is the row as a spreadsheet shows it, the header's being 1 where nothing stands above it.
    Blank rows are counted and left out. Raises InputError, at once or on the way, where the file cannot be
    read: what was handed out before is then not to be used.
    """
    if file.suffix in WORKBOOK:
        return read_workbook(file, known)
    if file.suffix in PARQUET:
        return read_parquet(file, known)
    return read_csv(file, known)


def header(file: InputFile, known: Collection[str]) -> tuple[str, ...]:
    """What are a file's columns called, as its header gives them? Raises InputError as `read_chunks` does."""
    first = next(read_chunks(file, known))
    return tuple(name for name in first.table.column_names if name != ROW)
