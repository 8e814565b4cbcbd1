"""Read a file of any format as chunks of text columns. The `cleaning` module interprets the text."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from shp_data.intake.readers.chunks import RawChunk
from shp_data.intake.readers.csv_tables import read_csv
from shp_data.intake.readers.files import PARQUET, WORKBOOK, InputFile
from shp_data.intake.readers.parquet_tables import read_parquet
from shp_data.intake.readers.workbooks import read_workbook


def read_chunks(file: InputFile, header_names: Collection[str]) -> Iterator[RawChunk]:
    """Return the rows of a file, in chunks of limited size with the same columns; at least one chunk.

    `header_names`: the recognised headers, in their plain form. They are used to find the delimiter, the
    sheet and the header (up to 20 title rows may be above it). If none is recognised, the first row that
    looks like a header is used. Columns are text, null where empty, named as in the header. `row` is the row
    number that a spreadsheet shows; the header is row 1 if nothing is above it. Blank rows are counted and
    left out. Raises InputError, at once or later, if the file cannot be read: chunks returned before must
    then not be used.
    """
    if file.suffix in WORKBOOK:
        return read_workbook(file, header_names)
    if file.suffix in PARQUET:
        return read_parquet(file, header_names)
    return read_csv(file, header_names)
