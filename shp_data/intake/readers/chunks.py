"""Chunks of text columns with row numbers, as every reader returns them, and the bad rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain.settings import MAX_FIELD_CHARACTERS

CHUNK_ROWS = 200_000
ROW = "row"
ROWS_OF_SHEET = 2**32  # more than any sheet has
_SAMPLE = 1000  # rows that show what a file contains
_LONGEST = 80  # characters of a cell that are looked at
BLANK = " \t\n\r\xa0\ufeff"  # what a cell may have around its text; Excel writes the last two


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read as a table row: its number, its whole text and the reason."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class RawChunk:
    """Part of a file: a table of text columns (null where empty) and `row`, and the bad rows.

    `sheet`: the name of the sheet, for a workbook. `sheets`: of a workbook in which several sheets have rows, those
    that are read. `unread`: the others.
    """

    table: pa.Table
    bad: tuple[BadRow, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def header(self) -> list[str]:
        """The column names as the header gives them, in order."""
        return _list_columns(self.table)


def build_table(names: Sequence[str], rows: Sequence[tuple[int, Sequence[str | None]]]) -> pa.Table:
    """Build a table from rows (number, cells): a text column for each name, and `row`."""
    columns = [pa.array([cells[i] or None for _, cells in rows], pa.string()) for i in range(len(names))]
    return pa.table([*columns, pa.array([number for number, _ in rows], pa.int64())], [*names, ROW])


def screen_rows(table: pa.Table, bad: Iterable[BadRow] = ()) -> RawChunk:
    """Return a table as a chunk, without blank rows and with the rows that have an impossible value set apart."""
    table = _drop_blank_rows(table)
    reasons: dict[int, str] = {}
    for name in _list_columns(table):
        column = table[name]
        # Bytes are counted first because that is quick, and characters only if the bytes could be too many.
        if (pc.max(pc.binary_length(column)).as_py() or 0) > MAX_FIELD_CHARACTERS:
            too_long = pc.greater(pc.utf8_length(column), MAX_FIELD_CHARACTERS)
            reason = f"{name!r} has more than {MAX_FIELD_CHARACTERS:,} characters; correct the row"
            reasons |= dict.fromkeys(_list_row_numbers(table, too_long), reason)
        has_nul = pc.match_substring(column, "\0")
        if pc.any(has_nul).as_py():
            reason = f"{name!r} contains a NUL character; export the file again or correct the row"
            reasons |= dict.fromkeys(_list_row_numbers(table, has_nul), reason)
    if not reasons:
        return RawChunk(table, tuple(bad))
    is_bad = pc.is_in(table[ROW], pa.array(list(reasons), pa.int64()))
    bad_rows = [
        BadRow(row[ROW], _format_line([row[name] for name in _list_columns(table)]), reasons[row[ROW]])
        for row in table.filter(is_bad).to_pylist()
    ]
    return RawChunk(table.filter(pc.invert(is_bad)), tuple(sorted((*bad, *bad_rows), key=lambda bad_row: bad_row.row)))


def sample_values(chunk: RawChunk) -> dict[str, tuple[str, ...]]:
    """Return values of some rows, spread evenly, because a file is often in the order of areas or days."""
    step = max(1, -(-chunk.table.num_rows // _SAMPLE))
    sample_rows = chunk.table.take(pa.array(range(0, chunk.table.num_rows, step), pa.int64()))
    return {
        title: tuple((value or "").strip(BLANK)[:_LONGEST] for value in sample_rows[title].to_pylist())
        for title in chunk.header
    }


def tabulate_sample(sample: Mapping[str, Sequence[str]]) -> pa.Table:
    """Return a sample of rows as a chunk's table: its columns and `row`, which numbers the rows of the sample."""
    rows = max(map(len, sample.values()), default=0)
    return pa.table({ROW: pa.array(range(rows), pa.int64()), **{title: list(texts) for title, texts in sample.items()}})


def number_across_sheets(chunk: RawChunk) -> RawChunk:
    """Return a chunk with row numbers that no other sheet has. `split_row` gives those of the sheet again."""
    first = chunk.sheets.index(chunk.sheet) * ROWS_OF_SHEET if chunk.sheets else 0
    if not first:
        return chunk
    position = chunk.table.column_names.index(ROW)
    table = chunk.table.set_column(position, ROW, pc.add(chunk.table[ROW], first))
    return replace(chunk, table=table, bad=tuple(replace(bad, row=bad.row + first) for bad in chunk.bad))


def split_row(row: int) -> tuple[int, int]:
    """Return the place of a row's sheet among the sheets that are read, and the row's number in it."""
    return divmod(row, ROWS_OF_SHEET)


def _format_line(cells: Sequence[str | None]) -> str:
    """Format a row's cells as one line of CSV, so that a rejected row is saved whole."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _list_columns(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name != ROW]


def _drop_blank_rows(table: pa.Table) -> pa.Table:
    columns = [table[name] for name in _list_columns(table)]
    if any(column.null_count == 0 for column in columns):
        return table
    return table.filter(reduce(pc.or_, (pc.is_valid(column) for column in columns)))


def _list_row_numbers(table: pa.Table, mask: pa.ChunkedArray) -> list[int]:
    rows: list[int] = table[ROW].filter(mask).to_pylist()
    return rows
