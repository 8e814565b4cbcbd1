"""Read XLSX, XLSM, XLS and ODS as chunks of text columns, from the sheets that `sheets` chooses."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from shp_data.domain.errors import InputError
from shp_data.domain.settings import MAX_WORKBOOK_BYTES
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.readers import zips
from shp_data.intake.readers.chunks import ROW, RawChunk, build_table, screen_rows
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.headers import TITLE_ROWS, name_columns
from shp_data.intake.readers.sheets import WorkbookSheet, choose_sheets, describe_sheet

_READER = Path(__file__).with_name("sheet_process.py")
_CHUNK_ROWS = 50_000
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WorkbookRow = tuple[int, int, list[str | None]]  # the sheet's place, the row's number, its cells
SheetHead = tuple[str, list[tuple[int, list[str | None]]]]  # the sheet's name, and its first rows with their numbers


def read_workbook(file: InputFile, header_names: Collection[str]) -> Iterator[RawChunk]:
    """Return the rows of a workbook's sheets, chunk by chunk, with the columns of all of them.

    Which sheets are read, and which of their rows is the header, is explained in `choose_sheets`. Cells to the
    right of the header's last cell are left out. Raises InputError if it is not clear which sheets to read
    (naming the sheets), or if the file is damaged.
    """
    with _open_reader(_read_bytes(file), file.name) as (heads, rows):
        if not heads:
            raise InputError(f"{file.name}: its sheets are empty. Check the export.")
        sheets = [describe_sheet(place, name, head, header_names) for place, (name, head) in heads.items()]
        selection = choose_sheets(sheets, file.sheets, file.name)
        read = tuple(sheet.name for sheet in selection) if len(sheets) > 1 else ()
        unread = tuple(sheet.name for sheet in sheets if sheet not in selection)
        layouts = _align_columns(selection, header_names, file.name)
        for place, group in groupby(rows, key=lambda row: row[0]):
            if place in layouts:
                for table in _read_sheet(group, layouts[place]):
                    yield replace(screen_rows(table), sheet=heads[place][0], sheets=read, unread=unread)
            if place == selection[-1].place:
                return


@dataclass(frozen=True)
class _Layout:
    """Where the rows of a sheet begin, the names of its columns, and of those of all the sheets that are read."""

    header_row: int
    names: tuple[str, ...]
    columns: tuple[str, ...]


def _align_columns(sheets: Sequence[WorkbookSheet], header_names: Collection[str], name: str) -> dict[int, _Layout]:
    """Return the layout of each sheet, by its place.

    A column has the name that the first sheet with it gives. Raises InputError as `name_columns`.
    """
    columns: list[str] = []
    names_by_place: dict[int, tuple[str, ...]] = {}
    for sheet in sheets:
        where = f"{name}, sheet {sheet.name}" if len(sheets) > 1 else name
        names = name_columns(sheet.header, header_names, where)
        free, renamed = [*columns], dict[str, str]()
        # Names that are exactly alike go first, so that no other column takes their place.
        for title in sorted(names, key=lambda title: title not in columns):
            alike = [column for column in free if normalise_name(column) == normalise_name(title)]
            renamed[title] = title if title in free else next(iter(alike), title)
            if renamed[title] in free:
                free.remove(renamed[title])
        columns += [renamed[title] for title in names if renamed[title] not in columns]
        names_by_place[sheet.place] = tuple(renamed[title] for title in names)
    return {sheet.place: _Layout(sheet.header_row, names_by_place[sheet.place], tuple(columns)) for sheet in sheets}


def _read_sheet(rows: Iterator[WorkbookRow], layout: _Layout) -> Iterator[pa.Table]:
    """Yield the rows below the header of a sheet, with the columns of all sheets; at least one table."""
    width = len(layout.names)
    below = (row for row in rows if row[1] > layout.header_row)
    batch = list(islice(below, _CHUNK_ROWS))
    while True:
        padded = [(row, [*cells[:width], *[None] * (width - len(cells))]) for _, row, cells in batch]
        table = build_table(layout.names, padded)
        for column in layout.columns:
            if column not in layout.names:
                table = table.append_column(column, pa.nulls(len(table), pa.string()))
        yield table.select([*layout.columns, ROW])
        if not (batch := list(islice(below, _CHUNK_ROWS))):
            return


def _read_bytes(file: InputFile) -> bytes:
    """Return the workbook's bytes. Raises InputError if they are not a workbook within the limits."""
    zips.check_size(file.name, file.size, "the workbook is", MAX_WORKBOOK_BYTES)
    with file.open() as stream:
        data = stream.read()
    if data.startswith(_ZIP):
        zips.check_unpacked_size(io.BytesIO(data), file.name, MAX_WORKBOOK_BYTES)
    elif not data.startswith(_OLD):
        problem = "is not a workbook, although its name ends like one" if data else "is empty"
        raise InputError(f"{file.name}: {problem}. If it opens in Excel, save it there as XLSX or CSV.")
    return data


@contextmanager
def _open_reader(data: bytes, name: str) -> Iterator[tuple[dict[int, SheetHead], Iterator[WorkbookRow]]]:
    """Yield the sheets with rows, by their place, and the rows of all of them, read by a separate process."""
    command = [sys.executable, "-P", str(_READER), str(TITLE_ROWS + 1)]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # nosec B603  # our own reader, no shell
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None and process.stdout is not None  # nosec B101  # asked for
        try:
            with suppress(BrokenPipeError):  # it ended early: its messages, or their absence, show why
                process.stdin.write(data)
                process.stdin.close()
            messages = _read_messages(process.stdout, name)
            first = next(messages)
            heads: dict[int, SheetHead] = {}
            for place, row, cells in first["heads"]:
                heads.setdefault(place, (first["sheets"][place], []))[1].append((row, cells))
            yield heads, messages
        finally:
            process.kill()


def _read_messages(lines: IO[bytes], name: str) -> Iterator[Any]:
    """Yield the messages of the reading process. Raises InputError if it reports a fault or breaks off."""
    fault = "damaged: it is incomplete, or declares a table too large for memory"
    # A process that was ended by the system's memory limit sends no last line. The first value of
    # `fault` explains that case.
    for line in lines:
        message = json.loads(line)
        if "end" in message:
            return
        if "fault" in message:
            fault = message["fault"]
            break
        yield message
    if fault == "locked":
        raise InputError(
            f"{name}: is protected by a password. Open it, save a copy without a password and load the copy."
        )
    raise InputError(f"{name}: the workbook is {fault[:200]}. Open it and save the sheet as CSV.")
