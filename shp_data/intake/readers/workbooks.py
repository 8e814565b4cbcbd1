"""Read XLSX, XLSM, XLS and ODS as chunks of text columns, from the first sheet with a recognised header."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain, groupby, islice
from pathlib import Path
from typing import IO, Any

from shp_data.domain.errors import InputError
from shp_data.domain.settings import MAX_WORKBOOK_BYTES
from shp_data.intake.readers import zips
from shp_data.intake.readers.chunks import RawChunk, build_table, screen_rows
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.headers import (
    TITLE_ROWS,
    Cells,
    find_header,
    guess_header,
    is_figures_header,
    name_columns,
)

_READER = Path(__file__).with_name("sheet_process.py")
_CHUNK_ROWS = 50_000
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WorkbookRow = tuple[int, int, list[str | None]]  # the sheet's place, the row's number, its cells


def read_workbook(file: InputFile, header_names: Collection[str]) -> Iterator[RawChunk]:
    """Return the rows of a workbook's first sheet with a recognised header, chunk by chunk.

    If only one sheet has rows, it is read whatever its header. Cells to the right of the header's last cell
    are left out. Raises InputError if no sheet can be used (naming the sheets), or if the file is damaged.
    """
    data = _read_bytes(file)
    sheets_read: list[str] = []
    with _open_reader(data, file.name) as (sheets, rows):
        groups = groupby(rows, key=lambda row: row[0])
        for sheet, group in groups:
            head = list(islice(group, TITLE_ROWS + 1))
            header_index = find_header(_select_cells(head), header_names)
            if header_index is not None:
                yield from _make_chunks(head[header_index:], group, header_names, file.name, sheets[sheet])
                if is_figures_header(head[header_index][2]):
                    _refuse_second(groups, sheets, sheet, header_names, file.name)
                return
            sheets_read.append(sheets[sheet])
    # A header that is not recognised can still be mapped by a person, but only if it is clear which sheet is meant.
    # The rows were used up by the search, so the workbook is read again.
    if len(sheets_read) != 1:
        raise _make_no_table_error(sheets, sheets_read, file.name)
    with _open_reader(data, file.name) as (_, rows):
        head = list(islice(rows, TITLE_ROWS + 1))
        yield from _make_chunks(
            head[guess_header(_select_cells(head)) or 0 :], rows, header_names, file.name, sheets_read[0]
        )


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
def _open_reader(data: bytes, name: str) -> Iterator[tuple[list[str], Iterator[WorkbookRow]]]:
    """Yield the names of a workbook's sheets and the rows of all of them, read by a separate process."""
    command = [sys.executable, "-P", str(_READER)]
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
            yield next(messages)["sheets"], messages
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


def _make_no_table_error(sheets: Sequence[str], sheets_read: Sequence[str], name: str) -> InputError:
    if not sheets_read:
        return InputError(f"{name}: its sheets ({', '.join(sheets[:20])}) are empty. Check the export.")
    return InputError(
        f"{name}: none of its sheets ({', '.join(sheets_read[:20])}) has a recognised header in its first "
        f"{TITLE_ROWS + 1} rows. Keep only the sheet with the records, or save it as CSV."
    )


def _refuse_second(
    groups: Iterable[tuple[int, Iterator[WorkbookRow]]],
    sheets: Sequence[str],
    sheet_read: int,
    header_names: Collection[str],
    name: str,
) -> None:
    """Raise InputError if a second sheet has figures.

    A year with a sheet for each quarter must not load only the first.
    """
    for sheet, group in groups:
        head = _select_cells(list(islice(group, TITLE_ROWS + 1)))
        header_index = find_header(head, header_names)
        if header_index is not None and is_figures_header(head[header_index]):
            raise InputError(
                f"{name}: the sheets {sheets[sheet_read]} and {sheets[sheet]} both contain reported figures. "
                "Put all the rows on one sheet, or save each sheet as a separate file."
            )


def _make_chunks(
    head: Sequence[WorkbookRow], rest: Iterable[WorkbookRow], header_names: Collection[str], name: str, sheet: str
) -> Iterator[RawChunk]:
    """Yield the rows below the header, which is the first row of `head`."""
    cells = head[0][2]
    width = max(position for position, cell in enumerate(cells, 1) if cell)
    names = name_columns(cells[:width], header_names, name)
    rows = chain(head[1:], rest)
    batch = list(islice(rows, _CHUNK_ROWS))
    while True:
        padded = [(row, [*cells[:width], *[None] * (width - len(cells))]) for _, row, cells in batch]
        yield replace(screen_rows(build_table(names, padded)), sheet=sheet)
        if not (batch := list(islice(rows, _CHUNK_ROWS))):
            return


def _select_cells(rows: Sequence[WorkbookRow]) -> list[Cells]:
    return [cells for _, _, cells in rows]
