"""Where in a text file is the header, and which character parts the columns?"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

from shp_data.intake.readers.encodings import Text
from shp_data.intake.readers.headers import TITLE_ROWS, column_names, find_header, likely_header, recognised

_HEAD = 128 * 1024  # characters in which the header must be found
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Layout:
    """Where a file's header is: its row, the text lines down to it, its column names, and the delimiter."""

    row: int
    lines: int
    names: tuple[str, ...]
    delimiter: str


def find_layout(text: Text, known: Collection[str], name: str) -> Layout:
    """Where is the header, and what is the delimiter?

    The pair that recognises most names; then the one of most columns. Raises InputError as `column_names`.
    """
    stream = text.open()
    head = stream.read(4 * _HEAD).decode("utf-8", "ignore").removeprefix("\ufeff")[:_HEAD]
    stream.close()
    declared = head[4:5] if head[:4].lower() == "sep=" and head[5:6] in "\r\n" else ""
    layouts = [_layout_by(delimiter, head, bool(declared), known) for delimiter in declared or _DELIMITERS]
    best = max(layouts, key=lambda layout: (recognised(layout.names, known), len(layout.names)))
    return Layout(best.row, best.lines, column_names(best.names, known, name), best.delimiter)


def _layout_by(delimiter: str, head: str, declared: bool, known: Collection[str]) -> Layout:
    lines = io.StringIO(head, newline="")
    if declared:
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []
    while len(rows) <= TITLE_ROWS and (cells := next(reader, None)) is not None:
        rows.append(cells)
        ends.append(reader.line_num + declared)
    place = find_header(rows, known)
    if place is None:
        place = likely_header(rows) or 0
    return Layout(place + 1, ends[place], tuple(rows[place]), delimiter)
