"""Rejected rows, written out whole: file, row number, reason, and every column as received."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain.counting import choose_noun, join_names
from shp_data.domain.spreadsheet import escape_formula
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.readers.chunks import ROW, RawChunk, split_row

REJECT_COLUMNS = ("rejected_file", "rejected_row", "rejected_reason")
TEXT_COLUMN = "rejected_text"  # of a row that is not even a row
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")  # a third of the size, and no slower


class ReceivedRows:
    """The rows of one file as received, on disk while it loads.

    Which rows are rejected is known only at the end of a load: two files may give one incident id different
    contents. From here they are written out without reading the file again.
    """

    def __init__(self, name: str, path: Path) -> None:
        """Create the record of a file. `name`: the file's, as displayed. `path`: where its rows are written."""
        self.name, self._path = name, path
        self.columns: tuple[str, ...] = ()
        self.sheets: tuple[str, ...] = ()
        self.unread: tuple[str, ...] = ()

    def record(self, chunks: Iterable[RawChunk]) -> Iterator[RawChunk]:
        """Yield the chunks of the file, and write each to disk."""
        with ExitStack() as stack:
            writer: pa.RecordBatchStreamWriter | None = None
            for chunk in chunks:
                if writer is None:
                    self.sheets, self.unread = chunk.sheets, chunk.unread
                    self.columns = tuple(name for name in chunk.header if name not in (*REJECT_COLUMNS, TEXT_COLUMN))
                table = self._add_bad_rows(chunk)
                writer = writer or stack.enter_context(pa.ipc.new_stream(self._path, table.schema, options=_OPTIONS))
                writer.write_table(table)
                yield chunk

    def read(self, numbers: Collection[int]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the rows with these numbers: the texts by column, or by TEXT_COLUMN for a row that is no row."""
        wanted = pa.array(list(numbers), pa.int64())
        with pa.OSFile(str(self._path)) as file, pa.ipc.open_stream(file) as batches:
            for batch in batches:
                for values in batch.filter(pc.is_in(batch[ROW], wanted)).to_pylist():
                    row = values.pop(ROW)
                    yield row, {column: value for column, value in values.items() if value}

    @property
    def summary(self) -> str:
        """The sheets that are read and those that are not: empty unless several have rows."""
        if not self.sheets:
            return ""
        unread = f"; not read: {join_names(self.unread)}" if self.unread else ""
        return f"{choose_noun(len(self.sheets), 'sheets')} {join_names(self.sheets)}{unread}"

    def locate(self, row: int) -> tuple[str, int]:
        """Return the file, with the sheet if several are read, and the row number that a spreadsheet shows."""
        place, sheet_row = split_row(row)
        return (f"{self.name}, sheet {self.sheets[place]}" if len(self.sheets) > 1 else self.name), sheet_row

    def _add_bad_rows(self, chunk: RawChunk) -> pa.Table:
        """Return a chunk as one table with its bad rows, in the order of the file."""
        bad_rows = pa.table(
            {
                TEXT_COLUMN: pa.array([bad.text for bad in chunk.bad], pa.string()),
                ROW: pa.array([bad.row for bad in chunk.bad], pa.int64()),
            }
        )
        table = pa.concat_tables([chunk.table.select([*self.columns, ROW]), bad_rows], promote_options="default")
        return table.sort_by(ROW) if chunk.bad else table


def write_rejected(
    rejected: Iterable[tuple[ReceivedRows, Mapping[int, str]]], header_names: Collection[str], target: Path
) -> None:
    """Write the rejected rows of some files to a CSV that can be corrected and loaded again.

    `rejected`: the rows of each file, with the numbers of those rejected and their reasons. `header_names`: the
    recognised headers, as `read_chunks` takes them. A recognised header that files spell differently becomes one
    column, so that it does not repeat. Text that a spreadsheet would take for a formula is neutralised.
    """
    files = list(rejected)
    # Files of one load may have different columns, so all headers are needed before the first row is written.
    columns: dict[str, str] = {}  # a column's key, to its header in the first file that has it
    for received, _ in files:
        for name in received.columns:
            columns.setdefault(_make_key(name, header_names), name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, [*REJECT_COLUMNS, *columns, TEXT_COLUMN], restval="")
        writer.writerow({name: escape_formula(columns.get(name, name)) for name in writer.fieldnames})
        for received, reasons in files:
            for row, texts in received.read(reasons):
                values = {_make_key(name, header_names): text for name, text in texts.items()}
                file, file_row = received.locate(row)
                values |= dict(zip(REJECT_COLUMNS, (file, str(file_row), reasons[row]), strict=True))
                writer.writerow({name: escape_formula(value) for name, value in values.items()})


def is_rejects_header(header: Collection[str]) -> bool:
    """Return whether this is the header of a file that `write_rejected` wrote."""
    return set(REJECT_COLUMNS) <= set(header)


def _make_key(name: str, header_names: Collection[str]) -> str:
    """Return the key of a column: a recognised header in its plain form, any other as it is."""
    return normalise_name(name) if normalise_name(name) in header_names else name
