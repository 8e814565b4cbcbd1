"""The header row and the delimiter of a text file."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

from shp_data.intake.readers.encodings import TextFile
from shp_data.intake.readers.headers import TITLE_ROWS, count_recognised, find_header, guess_header, name_columns

_HEAD = 128 * 1024  # characters in which the header must be found
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class CsvLayout:
    """The position of a file's header: its row, the text lines down to it, its column names and the delimiter."""

    row: int
    lines: int
    names: tuple[str, ...]
    delimiter: str


def find_layout(text: TextFile, header_names: Collection[str], name: str) -> CsvLayout:
    """Find the header row and the delimiter of a text file.

    Choose the pair that recognises most column names, then the one with most columns. Raises InputError as
    `name_columns`.
    """
    stream = text.open_utf8()
    head = stream.read(4 * _HEAD).decode("utf-8", "ignore").removeprefix("\ufeff")[:_HEAD]
    stream.close()
    declared = head[4:5] if head[:4].lower() == "sep=" and head[5:6] in "\r\n" else ""
    layouts = [_try_delimiter(delimiter, head, bool(declared), header_names) for delimiter in declared or _DELIMITERS]
    best = max(layouts, key=lambda layout: (count_recognised(layout.names, header_names), len(layout.names)))
    return CsvLayout(best.row, best.lines, name_columns(best.names, header_names, name), best.delimiter)


def _try_delimiter(delimiter: str, head: str, declared: bool, header_names: Collection[str]) -> CsvLayout:
    lines = io.StringIO(head, newline="")
    if declared:
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []
    while len(rows) <= TITLE_ROWS and (cells := next(reader, None)) is not None:
        rows.append(cells)
        ends.append(reader.line_num + declared)
    header_index = find_header(rows, header_names)
    if header_index is None:
        header_index = guess_header(rows) or 0
    return CsvLayout(header_index + 1, ends[header_index], tuple(rows[header_index]), delimiter)
