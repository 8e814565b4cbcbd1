"""Read a file of any format as chunks of text columns. The `cleaning` module interprets the text."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Hashable, Iterator

from shp_data.domain.errors import InputError, UserError
from shp_data.intake.readers.chunks import RawChunk
from shp_data.intake.readers.csv_tables import find_layout, read_csv
from shp_data.intake.readers.encodings import detect_encoding
from shp_data.intake.readers.files import PARQUET, TEXT, WORKBOOK, InputFile
from shp_data.intake.readers.parquet_tables import read_parquet
from shp_data.intake.readers.workbooks import read_workbook

NO_ROWS = "has a header but no rows. Check the export, or leave the file out."
_LOG = logging.getLogger(__name__)


def read_chunks(file: InputFile, header_names: Collection[str]) -> Iterator[RawChunk]:
    """Yield the rows of a file, in chunks of limited size with the same columns; at least one chunk.

    `header_names`: the recognised headers, in their plain form. They are used to find the delimiter, the
    sheets and the header (up to 20 title rows may be above it). If none is recognised, the first row that
    looks like a header is used. Columns are text, null where empty, named as in the header. `row` is the row
    number that a spreadsheet shows; the header is row 1 if nothing is above it. Blank rows are counted and
    left out. Raises InputError, at once or later, if the file cannot be read, whatever the reason: chunks
    returned before must then not be used.
    """
    try:
        yield from _select_reader(file)(file, header_names)
    except UserError:
        raise
    # A file can be wrong in ways that no library foresees. It must not stop the other files.
    except Exception as error:
        raise make_unexpected_error(file.name, error) from error


def identify_layout(file: InputFile, header_names: Collection[str]) -> Hashable:
    """Return a value that changes only if other recognised headers change where a file's header is."""
    if file.suffix in TEXT:
        return find_layout(detect_encoding(file), header_names, file.name)
    return frozenset(header_names)


def make_unexpected_error(name: str, error: Exception) -> InputError:
    """Return the error of a file that fails for a reason that no rule foresees, and log that reason."""
    _LOG.error("%s cannot be read", name, exc_info=error)
    return InputError(
        f"{name}: cannot be read, because of an unexpected error ({type(error).__name__}). Save the table as "
        "'CSV UTF-8' and load that file. If that fails too, report it to the person who looks after the dashboard."
    )


def _select_reader(file: InputFile) -> Callable[[InputFile, Collection[str]], Iterator[RawChunk]]:
    if file.suffix in WORKBOOK:
        return read_workbook
    return read_parquet if file.suffix in PARQUET else read_csv
