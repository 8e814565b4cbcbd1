"""Read a workbook on standard input and write its rows as JSON lines on standard output.

This runs as a separate process.

A workbook of a few kilobytes can declare a table too large for memory, and the library that reads it then
ends the whole process. Here only this process ends. It imports nothing of the project.

Lines: first `{"sheets": [name, ...]}`; then `[sheet, row, [cell, ...]]` for each row that is not blank;
last `{"end": true}` if all was read, or `{"fault": "locked"}` or `{"fault": "damaged: ..."}`.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
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


def write_rows(book: calamine.CalamineWorkbook) -> None:
    """Write the rows of every sheet."""
    write_line({"sheets": book.sheet_names})
    for number, name in enumerate(book.sheet_names):
        sheet = book.get_sheet_by_name(name)
        left = (sheet.start or (0, 0))[1]
        for row, cells in enumerate(sheet.iter_rows(), 1):
            texts = [None] * left + [to_text(cell) for cell in cells]
            if any(texts):
                write_line([number, row, texts])
    write_line({"end": True})


def main() -> None:
    """Read the workbook, and write any fault in the last line."""
    limit_memory()
    try:
        with calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read())) as book:
            write_rows(book)
    except calamine.PasswordError:
        write_line({"fault": "locked"})
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        write_line({"fault": f"damaged: {error}"})


if __name__ == "__main__":
    main()
