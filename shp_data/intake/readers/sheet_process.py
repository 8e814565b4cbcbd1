"""Read a workbook on standard input and write its rows as JSON lines on standard output.

This runs as a separate process.

A workbook of a few kilobytes can declare a table too large for memory, and the library that reads it then
ends the whole process. Here only this process ends. It imports nothing of the project.

The argument is the number of rows that show what a sheet contains. Lines: first `{"sheets": [name, ...], "heads":
[[sheet, row, [cell, ...]], ...]}` with the first rows of every sheet that are not blank; then `[sheet, row,
[cell, ...]]` for each row that is not blank; last `{"end": true}` if all was read, or `{"fault": "locked"}` or
`{"fault": "damaged: ..."}`.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import python_calamine as calamine

MAX_MEMORY = 2 * 1024**3


def limit_memory() -> None:
    """Limit this process to MAX_MEMORY bytes (on systems that have such a limit)."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def to_text(cell: Any) -> str | None:
    """Return a cell as a CSV would give it: `YYYY-MM-DD[ HH:MM]`, `true`, `5` for 5.0; None if empty."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return (cell + dt.timedelta(milliseconds=500)).isoformat(" ", "minutes")
    if isinstance(cell, dt.time):
        return cell.isoformat("minutes")
    return str(cell) or None


def write_line(message: object) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(message) + "\n")


def write_rows(book: calamine.CalamineWorkbook, head: int) -> None:
    """Write the first rows of every sheet, `head` at most, then all rows of every sheet."""
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    heads = [row for number, sheet in enumerate(sheets) for row in islice(read_rows(number, sheet), head)]
    write_line({"sheets": book.sheet_names, "heads": heads})
    for number, sheet in enumerate(sheets):
        for row in read_rows(number, sheet):
            write_line(row)
    write_line({"end": True})


def read_rows(number: int, sheet: calamine.CalamineSheet) -> Iterator[list[Any]]:
    """Read the rows of a sheet that are not blank: the sheet's number, the row's number and its texts."""
    left = (sheet.start or (0, 0))[1]
    for row, cells in enumerate(sheet.iter_rows(), 1):
        texts = [None] * left + [to_text(cell) for cell in cells]
        if any(texts):
            yield [number, row, texts]


def main() -> None:
    """Read the workbook, and write any fault in the last line."""
    limit_memory()
    try:
        with calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read())) as book:
            write_rows(book, int(sys.argv[1]))
    except calamine.PasswordError:
        write_line({"fault": "locked"})
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        write_line({"fault": f"damaged: {error}"})


if __name__ == "__main__":
    main()
