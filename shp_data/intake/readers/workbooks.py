"""XLSX, XLSM, XLS, ODS -> chunks of text columns: the first sheet in which the header is found."""

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
from shp_data.intake.readers.chunks import RawChunk, screened, table_of
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.headers import TITLE_ROWS, Cells, column_names, find_header, likely_header, of_figures

_READER = Path(__file__).with_name("sheet_process.py")
_CHUNK_ROWS = 50_000
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
Row = tuple[int, int, list[str | None]]  # the sheet's place, the row's number, its cells


def read_workbook(file: InputFile, known: Collection[str]) -> Iterator[RawChunk]:
    """The rows of a workbook's first sheet with a header that is known, chunk by chunk.

    A workbook with rows in one sheet only is read whatever its header. Cells to the right of the header's
    last are left out. Raises InputError where no sheet will do (naming those seen), or on a damaged file.
    """
    data = _bytes(file)
    seen: list[str] = []
    with _reading(data, file.name) as (sheets, rows):
        groups = groupby(rows, key=lambda row: row[0])
        for sheet, group in groups:
            head = list(islice(group, TITLE_ROWS + 1))
            place = find_header(_cells(head), known)
            if place is not None:
                yield from _chunks(head[place:], group, known, file.name, sheets[sheet])
                if of_figures(head[place][2]):
                    _refuse_second(groups, sheets, sheet, known, file.name)
                return
            seen.append(sheets[sheet])
    if len(seen) != 1:
        raise _no_table(sheets, seen, file.name)
    with _reading(data, file.name) as (_, rows):
        head = list(islice(rows, TITLE_ROWS + 1))
        yield from _chunks(head[likely_header(_cells(head)) or 0 :], rows, known, file.name, seen[0])


def _bytes(file: InputFile) -> bytes:
    """The workbook's bytes, when they are those of a workbook within the limits."""
    zips.check_size(file.name, file.size, "the workbook takes", MAX_WORKBOOK_BYTES)
    with file.open() as stream:
        data = stream.read()
    if data.startswith(_ZIP):
        zips.check_inside(io.BytesIO(data), file.name, MAX_WORKBOOK_BYTES)
    elif not data.startswith(_OLD):
        what = "is no workbook, whatever its name says" if data else "holds nothing"
        raise InputError(f"{file.name}: {what}. If Excel opens it, save it from there as XLSX or CSV.")
    return data


@contextmanager
def _reading(data: bytes, name: str) -> Iterator[tuple[list[str], Iterator[Row]]]:
    """The names of a workbook's sheets, and the rows of all of them, read by a process of its own."""
    command = [sys.executable, "-P", str(_READER)]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # nosec B603  # our own reader, no shell
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None and process.stdout is not None  # nosec B101  # asked for
        try:
            with suppress(BrokenPipeError):  # it ended early: what it said, or did not say, tells why
                process.stdin.write(data)
                process.stdin.close()
            messages = _messages(process.stdout, name)
            yield next(messages)["sheets"], messages
        finally:
            process.kill()


def _messages(lines: IO[bytes], name: str) -> Iterator[Any]:
    """What the reading process says. Raises InputError where it tells a fault, or breaks off."""
    fault = "damaged: it breaks off, or claims a table that no memory holds"
    for line in lines:
        message = json.loads(line)
        if "end" in message:
            return
        if "fault" in message:
            fault = message["fault"]
            break
        yield message
    if fault == "locked":
        raise InputError(f"{name}: is locked by a password. Open it, save it without one, and load that.")
    raise InputError(f"{name}: the workbook is {fault[:200]}. Open it and save the sheet as CSV.")


def _no_table(sheets: Sequence[str], seen: Sequence[str], name: str) -> InputError:
    if not seen:
        return InputError(f"{name}: its sheets ({', '.join(sheets[:20])}) hold nothing. Check the export.")
    return InputError(
        f"{name}: none of its sheets ({', '.join(seen[:20])}) has a header that is known in its first "
        f"{TITLE_ROWS + 1} rows. Keep the sheet with the records only, or save it as CSV."
    )


def _refuse_second(
    groups: Iterable[tuple[int, Iterator[Row]]], sheets: Sequence[str], read: int, known: Collection[str], name: str
) -> None:
    """A year of figures, a sheet for each quarter, must not load as its first quarter alone."""
    for sheet, group in groups:
        head = _cells(list(islice(group, TITLE_ROWS + 1)))
        place = find_header(head, known)
        if place is not None and of_figures(head[place]):
            raise InputError(
                f"{name}: the sheets {sheets[read]} and {sheets[sheet]} both hold reported figures. "
                "Put the rows of all into one sheet, or save each sheet as a file of its own."
            )


def _chunks(
    head: Sequence[Row], rest: Iterable[Row], known: Collection[str], name: str, sheet: str
) -> Iterator[RawChunk]:
    """The rows below the header, which is the first of `head`."""
    cells = head[0][2]
    width = max(place for place, cell in enumerate(cells, 1) if cell)
    names = column_names(cells[:width], known, name)
    rows = chain(head[1:], rest)
    batch = list(islice(rows, _CHUNK_ROWS))
    while True:
        padded = [(row, [*cells[:width], *[None] * (width - len(cells))]) for _, row, cells in batch]
        yield replace(screened(table_of(names, padded)), sheet=sheet)
        if not (batch := list(islice(rows, _CHUNK_ROWS))):
            return


def _cells(rows: Sequence[Row]) -> list[Cells]:
    return [cells for _, _, cells in rows]
