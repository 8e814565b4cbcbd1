"""Read CSV and similar files as chunks of text columns. Files of any length are read as a stream.

Row numbers count records as a spreadsheet shows them. A value of several lines is within one row, a blank
line counts as a row, and a line `sep=;` does not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv

from shp_data.domain.errors import InputError
from shp_data.domain.settings import MAX_FIELD_CHARACTERS
from shp_data.intake.readers.chunks import CHUNK_ROWS, ROW, BadRow, RawChunk, build_table, screen_rows
from shp_data.intake.readers.encodings import TextFile, detect_encoding
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.headers import TITLE_ROWS, count_recognised, find_header, guess_header, name_columns

BLOCK_BYTES = 8 * 1024**2  # a row must fit into one block
MAX_RAGGED = 500_000  # in two blocks: more of them are no table, and would fill the memory
_END = "\x1e end of file \x1e"  # put behind the last row: swallowed where a quotation mark is never closed
_BLANK = " \t\x1a\r\n"
_HEAD = 128 * 1024  # characters in which the header must be found
_DELIMITERS = ",;\t|"


def read_csv(file: InputFile, header_names: Collection[str]) -> Iterator[RawChunk]:
    """Return the rows of a CSV file, chunk by chunk. Raises InputError if it cannot be read to the end."""
    text = detect_encoding(file)
    layout = find_layout(text, header_names, file.name)
    numberer = _RowNumberer(layout)
    empty = True
    for batch in _read_batches(text, layout, numberer, file.name):
        table, bad_rows = numberer.number_rows(batch)
        if text.quoted:
            _refuse_runaway(table, layout, file.name)
        for start in range(0, max(1, len(table)), CHUNK_ROWS):
            empty = False
            yield screen_rows(table.slice(start, CHUNK_ROWS), bad_rows if start == 0 else ())
    table, bad_rows = numberer.take_rest()
    if empty or bad_rows or len(table):
        yield screen_rows(table, bad_rows)
    if not numberer.ended:
        raise _make_unclosed_error(file.name, numberer.next_row - 1)


def _read_batches(text: TextFile, layout: CsvLayout, numberer: _RowNumberer, name: str) -> Iterator[pa.RecordBatch]:
    # A quotation mark that is never closed makes the rest of the file one value, without any error. The marker added
    # as the last row is then part of that value, so its absence at the end shows the fault.
    end = f"\n{_END}{layout.delimiter * len(layout.names)}\n".encode()
    try:
        yield from pa_csv.open_csv(
            _StreamWithEnd(text.open_utf8(), end),
            read_options=pa_csv.ReadOptions(
                use_threads=False,  # so that a bad row comes with its number
                block_size=BLOCK_BYTES,
                skip_rows=layout.lines,
                column_names=layout.names,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=text.quoted,
                ignore_empty_lines=False,  # so that blank lines are counted
                invalid_row_handler=numberer.record_ragged,
            ),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=False,  # decoded already
                column_types=dict.fromkeys(layout.names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        if "straddl" in str(error):
            raise _make_unclosed_error(name, numberer.next_row) from error
        reason = f"cannot be read after row {numberer.next_row - 1} ({str(error)[:200]})"
        raise InputError(f"{name}: {reason}. Check the rows there.") from error


class _StreamWithEnd(io.RawIOBase):
    """A stream with a marker added at its end, read so that no piece ends between CR and LF.

    (A quoted value loses its LF if a block of pyarrow's reader ends there.)
    """

    def __init__(self, stream: BinaryIO, end: bytes) -> None:
        self._stream, self._end, self._held = stream, end, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:  # pyarrow always says how much
        """Return up to `size` bytes, never ending between the CR and the LF of one line end."""
        piece = self._held
        while len(piece) < size and (block := self._stream.read(size - len(piece))):
            piece += block
        if len(piece) < size:
            piece, self._end = piece + self._end, b""
        cut = size - 1 if piece[size - 1 : size] == b"\r" and size > 1 else size
        self._held = piece[cut:]
        return piece[:cut]


class _RowNumberer:
    """A counter that numbers the rows of each batch.

    It stores the ragged rows, which pyarrow leaves out of a batch.
    """

    def __init__(self, layout: CsvLayout) -> None:
        self._layout = layout
        self._pending: list[tuple[int, str]] = []
        self.next_row = layout.row + 1
        self.ended = False

    def record_ragged(self, row: pa_csv.InvalidRow) -> str:
        """Record a row with more or fewer cells than the header. pyarrow calls this for each one."""
        if row.text.startswith(_END):
            self.ended = True
        else:
            self._pending.append((row.number - self._layout.lines + self._layout.row, row.text))
        return "skip" if len(self._pending) <= MAX_RAGGED else "error"

    def number_rows(self, batch: pa.RecordBatch) -> tuple[pa.Table, list[BadRow]]:
        """Return the batch as a table with row numbers, and the bad rows before its last row and just after it."""
        # pyarrow returns the good rows without numbers and reports the ragged rows with numbers, a block ahead.
        # The good rows take the numbers that the ragged rows do not have.
        skipped = {number for number, _ in self._pending}
        numbers = np.arange(self.next_row, self.next_row + len(batch) + len(skipped))
        rows = numbers[~np.isin(numbers, list(skipped))][: len(batch)]
        self.next_row = int(rows[-1]) + 1 if len(rows) else self.next_row
        while self.next_row in skipped:
            self.next_row += 1
        table = pa.Table.from_batches([batch]).append_column(ROW, pa.array(rows, pa.int64()))
        due = [pending for pending in self._pending if pending[0] < self.next_row]
        self._pending = self._pending[len(due) :]
        repaired, bad_rows = self._sort_ragged(due)
        if len(repaired):
            table = pa.concat_tables([table, repaired]).sort_by(ROW)
        return table, bad_rows

    def take_rest(self) -> tuple[pa.Table, list[BadRow]]:
        """Return the rows that came after the last batch."""
        self.next_row = max([self.next_row, *(number + 1 for number, _ in self._pending)])
        repaired, bad_rows = self._sort_ragged(self._pending)
        return repaired, bad_rows

    def _sort_ragged(self, ragged: list[tuple[int, str]]) -> tuple[pa.Table, list[BadRow]]:
        """Split the ragged rows: those ragged only by blank cells as a table, the others as bad rows."""
        names = self._layout.names
        repaired: list[tuple[int, list[str | None]]] = []
        bad_rows: list[BadRow] = []
        for number, text in ragged:
            cells = _split_cells(text, self._layout.delimiter)
            surplus, missing = cells[len(names) :], names[len(cells) :]
            if not any(cell.strip(_BLANK) for cell in cells):
                continue
            if any(surplus) or not all(name.startswith("column ") for name in missing):
                reason = f"has {len(cells)} cells but the header has {len(names)}"
                advice = (
                    f"put quotation marks around a value that contains {self._layout.delimiter!r}, or correct the row"
                )
                bad_rows.append(BadRow(number, text, f"{reason}; {advice}"))
            else:
                repaired.append((number, [*cells[: len(names)], *([None] * len(missing))]))
        return build_table(names, repaired), bad_rows


def _split_cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond the csv module's limit of length
        return text.split(delimiter)


def _refuse_runaway(table: pa.Table, layout: CsvLayout, name: str) -> None:
    """Raise InputError if a value contains whole rows, because a quotation mark was opened and not closed.

    Such a value runs over several lines, has as many delimiters as a row and an odd number of quotation
    marks (the mark that closed it was meant to open another), or is longer than any value may be.
    """
    for column in layout.names:
        has_line_end = pc.match_substring_regex(table[column], "[\r\n]")
        if not pc.any(has_line_end).as_py():
            continue
        for row in table.select([column, ROW]).filter(has_line_end).to_pylist():
            value = row[column]
            looks_like_rows = value.count(layout.delimiter) >= max(1, len(layout.names) - 1)
            if _END in value or (looks_like_rows and (value.count('"') % 2 or len(value) > MAX_FIELD_CHARACTERS)):
                raise _make_unclosed_error(name, row[ROW])


def _make_unclosed_error(name: str, row: int) -> InputError:
    return InputError(
        f"{name}, row {row}: a quotation mark is opened here and not closed, so the rows below would be read "
        "as one value. Close it, or double it if it is part of the text, and load the file again."
    )


@dataclass(frozen=True)
class CsvLayout:
    """The position of a file's header: its row, the text lines down to it, its column names and the delimiter."""

    row: int
    lines: int
    names: tuple[str, ...]
    delimiter: str


def find_layout(text: TextFile, header_names: Collection[str], name: str) -> CsvLayout:
    """Find the header row and the delimiter of a text file.

    Choose the pair that recognises most column names, then the one with most columns. Raises InputError as
    `name_columns`.
    """
    stream = text.open_utf8()
    head = stream.read(4 * _HEAD).decode("utf-8", "ignore").removeprefix("\ufeff")[:_HEAD]
    stream.close()
    # Excel writes and reads a first line such as `sep=;`.
    declared = head[4:5] if head[:4].lower() == "sep=" and head[5:6] in "\r\n" else ""
    layouts = [_try_delimiter(delimiter, head, bool(declared), header_names) for delimiter in declared or _DELIMITERS]
    best = max(layouts, key=lambda layout: (count_recognised(layout.names, header_names), len(layout.names)))
    return CsvLayout(best.row, best.lines, name_columns(best.names, header_names, name), best.delimiter)


def _try_delimiter(delimiter: str, head: str, declared: bool, header_names: Collection[str]) -> CsvLayout:
    lines = io.StringIO(head, newline="")
    if declared:
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []
    while len(rows) <= TITLE_ROWS and (cells := next(reader, None)) is not None:
        rows.append(cells)
        ends.append(reader.line_num + declared)
    header_index = find_header(rows, header_names)
    if header_index is None:
        header_index = guess_header(rows) or 0
    return CsvLayout(header_index + 1, ends[header_index], tuple(rows[header_index]), delimiter)
