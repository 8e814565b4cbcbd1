"""What every reader hands on: chunks of text columns with their row numbers, and the rows that are none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain.settings import MAX_FIELD_CHARACTERS

CHUNK_ROWS = 200_000
ROW = "row"


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken as one: its number, its whole text, and why."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class RawChunk:
    """Part of a file: a table of text columns (null where empty) and `row`; and the rows that are none.

    `sheet`: of a workbook, the name of the sheet.
    """

    table: pa.Table
    bad: tuple[BadRow, ...] = ()
    sheet: str = ""

    @property
    def header(self) -> list[str]:
        """The columns as the header gives them, in order."""
        return _names(self.table)


def table_of(names: Sequence[str], rows: Sequence[tuple[int, Sequence[str | None]]]) -> pa.Table:
    """Rows (number, cells) as a table: a text column for each name, and `row`."""
    columns = [pa.array([cells[i] or None for _, cells in rows], pa.string()) for i in range(len(names))]
    return pa.table([*columns, pa.array([number for number, _ in rows], pa.int64())], [*names, ROW])


def screened(table: pa.Table, bad: Iterable[BadRow] = ()) -> RawChunk:
    """The chunk of a table: rows without any value left out, and rows with an impossible value set apart."""
    table = _without_blank_rows(table)
    reasons: dict[int, str] = {}
    for name in _names(table):
        column = table[name]
        if (pc.max(pc.binary_length(column)).as_py() or 0) > MAX_FIELD_CHARACTERS:
            long = pc.greater(pc.utf8_length(column), MAX_FIELD_CHARACTERS)
            reason = f"{name!r} has more than {MAX_FIELD_CHARACTERS:,} characters; correct the row"
            reasons |= dict.fromkeys(_rows(table, long), reason)
        nul = pc.match_substring(column, "\0")
        if pc.any(nul).as_py():
            reason = f"{name!r} holds a NUL character; export the file anew or correct the row"
            reasons |= dict.fromkeys(_rows(table, nul), reason)
    if not reasons:
        return RawChunk(table, tuple(bad))
    apart = pc.is_in(table[ROW], pa.array(list(reasons), pa.int64()))
    found = [
        BadRow(row[ROW], _line([row[name] for name in _names(table)]), reasons[row[ROW]])
        for row in table.filter(apart).to_pylist()
    ]
    return RawChunk(table.filter(pc.invert(apart)), tuple(sorted((*bad, *found), key=lambda b: b.row)))


def _line(cells: Sequence[str | None]) -> str:
    """A row's cells as one line of CSV, so that a rejected row is kept whole."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _names(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name != ROW]


def _without_blank_rows(table: pa.Table) -> pa.Table:
    columns = [table[name] for name in _names(table)]
    if any(column.null_count == 0 for column in columns):
        return table
    return table.filter(reduce(pc.or_, (pc.is_valid(column) for column in columns)))


def _rows(table: pa.Table, mask: pa.ChunkedArray) -> list[int]:
    rows: list[int] = table[ROW].filter(mask).to_pylist()
    return rows
