"""CSV and its kin -> chunks of text columns. Reads as a stream, whatever the file's length.

A row number counts records as a spreadsheet shows them: a value of several lines is within one row, a blank
line is a row, a line `sep=;` is none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv

from shp_data.domain.errors import InputError
from shp_data.domain.settings import MAX_FIELD_CHARACTERS
from shp_data.intake.readers.chunks import CHUNK_ROWS, ROW, BadRow, RawChunk, screened, table_of
from shp_data.intake.readers.csv_layout import Layout, find_layout
from shp_data.intake.readers.encodings import Text, inspect
from shp_data.intake.readers.files import InputFile

BLOCK_BYTES = 8 * 1024**2  # a row must fit into one block
MAX_RAGGED = 500_000  # in two blocks: more of them are no table, and would fill the memory
_END = "\x1e end of file \x1e"  # put behind the last row: swallowed where a quotation mark is never closed
_BLANK = " \t\x1a\r\n"


def read_csv(file: InputFile, known: Collection[str]) -> Iterator[RawChunk]:
    """The rows of a CSV file, chunk by chunk. Raises InputError where it cannot be read (on)."""
    text = inspect(file)
    layout = find_layout(text, known, file.name)
    counter = _Counter(layout)
    empty = True
    for batch in _batches(text, layout, counter, file.name):
        table, bad = counter.numbered(batch)
        if text.quoted:
            _refuse_runaway(table, layout, file.name)
        for start in range(0, max(1, len(table)), CHUNK_ROWS):
            empty = False
            yield screened(table.slice(start, CHUNK_ROWS), bad if start == 0 else ())
    table, bad = counter.rest()
    if empty or bad or len(table):
        yield screened(table, bad)
    if not counter.ended:
        raise _unclosed(file.name, counter.next_row - 1)


def _batches(text: Text, layout: Layout, counter: _Counter, name: str) -> Iterator[pa.RecordBatch]:
    end = f"\n{_END}{layout.delimiter * len(layout.names)}\n".encode()
    try:
        yield from pa_csv.open_csv(
            _Ended(text.open(), end),
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
                invalid_row_handler=counter.ragged,
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
            raise _unclosed(name, counter.next_row) from error
        reason = f"after row {counter.next_row - 1} it cannot be read ({str(error)[:200]})"
        raise InputError(f"{name}: {reason}. Check the rows there.") from error


class _Ended(io.RawIOBase):
    """A stream with an end put behind it, handed out so that no piece ends between CR and LF.

    (A quoted value loses its LF where a block of pyarrow's reader ends so.)
    """

    def __init__(self, stream: BinaryIO, end: bytes) -> None:
        self._stream, self._end, self._held = stream, end, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:  # pyarrow always says how much
        """So many bytes, never ending between the CR and the LF of one line end."""
        piece = self._held
        while len(piece) < size and (more := self._stream.read(size - len(piece))):
            piece += more
        if len(piece) < size:
            piece, self._end = piece + self._end, b""
        cut = size - 1 if piece[size - 1 : size] == b"\r" and size > 1 else size
        self._held = piece[cut:]
        return piece[:cut]


class _Counter:
    """Numbers the rows of each batch; keeps the ragged rows, which pyarrow leaves out of a batch."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._pending: list[tuple[int, str]] = []
        self.next_row = layout.row + 1
        self.ended = False

    def ragged(self, row: pa_csv.InvalidRow) -> str:
        """What pyarrow calls for a row of more or fewer cells than the header."""
        if row.text.startswith(_END):
            self.ended = True
        else:
            self._pending.append((row.number - self._layout.lines + self._layout.row, row.text))
        return "skip" if len(self._pending) <= MAX_RAGGED else "error"

    def numbered(self, batch: pa.RecordBatch) -> tuple[pa.Table, list[BadRow]]:
        """The batch as a table with row numbers, and the bad rows before its last and just behind it."""
        skipped = {number for number, _ in self._pending}
        numbers = np.arange(self.next_row, self.next_row + len(batch) + len(skipped))
        rows = numbers[~np.isin(numbers, list(skipped))][: len(batch)]
        self.next_row = int(rows[-1]) + 1 if len(rows) else self.next_row
        while self.next_row in skipped:
            self.next_row += 1
        table = pa.Table.from_batches([batch]).append_column(ROW, pa.array(rows, pa.int64()))
        due = [pending for pending in self._pending if pending[0] < self.next_row]
        self._pending = self._pending[len(due) :]
        mended, bad = self._sorted_out(due)
        if len(mended):
            table = pa.concat_tables([table, mended]).sort_by(ROW)
        return table, bad

    def rest(self) -> tuple[pa.Table, list[BadRow]]:
        """The rows that came behind the last batch."""
        self.next_row = max([self.next_row, *(number + 1 for number, _ in self._pending)])
        mended, bad = self._sorted_out(self._pending)
        return mended, bad

    def _sorted_out(self, ragged: list[tuple[int, str]]) -> tuple[pa.Table, list[BadRow]]:
        """Of the ragged rows: those that only blank cells make so, as a table; the others as bad rows."""
        names = self._layout.names
        mended: list[tuple[int, list[str | None]]] = []
        bad: list[BadRow] = []
        for number, text in ragged:
            cells = _cells(text, self._layout.delimiter)
            surplus, lacking = cells[len(names) :], names[len(cells) :]
            if not any(cell.strip(_BLANK) for cell in cells):
                continue
            if any(surplus) or not all(n.startswith("column ") for n in lacking):
                reason = f"has {len(cells)} cells where the header has {len(names)}"
                advice = f"put quotes round a value with {self._layout.delimiter!r} in it, or correct the row"
                bad.append(BadRow(number, text, f"{reason}; {advice}"))
            else:
                mended.append((number, [*cells[: len(names)], *([None] * len(lacking))]))
        return table_of(names, mended), bad


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond the csv module's limit of length
        return text.split(delimiter)


def _refuse_runaway(table: pa.Table, layout: Layout, name: str) -> None:
    """Raises InputError where a value has swallowed whole rows: a quotation mark was opened and not closed.

    Such a value runs over lines, holds as many delimiters as a row and an odd number of quotation marks (the
    mark that closed it was meant to open another), or is longer than any value may be.
    """
    for column in layout.names:
        lines = pc.match_substring_regex(table[column], "[\r\n]")
        if not pc.any(lines).as_py():
            continue
        for row in table.select([column, ROW]).filter(lines).to_pylist():
            value = row[column]
            like_rows = value.count(layout.delimiter) >= max(1, len(layout.names) - 1)
            if _END in value or (like_rows and (value.count('"') % 2 or len(value) > MAX_FIELD_CHARACTERS)):
                raise _unclosed(name, row[ROW])


def _unclosed(name: str, row: int) -> InputError:
    return InputError(
        f"{name}, row {row}: a quotation mark is opened here and not closed, so that the rows below would be "
        "taken for one value. Close it, or double it where it belongs to the text, and load the file again."
    )
