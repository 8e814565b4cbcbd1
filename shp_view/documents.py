"""A Figure as a table to keep (CSV, XLSX), and the name of a file that holds it.

Text that a spreadsheet would take for a formula is made plain text; numbers stay numbers, unrounded.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pandas as pd

from shp_data.figure import Figure
from shp_view.wording import label

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FORMATS = {"rate_per_1000": "#,##0.0", "rate_last_year": "#,##0.0", "pct_difference": "0", "share": "0.0"}
_MAX_COLUMN = 60  # characters
_MAX_NAME = 80


def to_csv(figure: Figure) -> bytes:
    """The figure's table with printed headers, UTF-8 with the mark by which Excel knows it."""
    table = figure.table.rename(columns=label).map(harmless)
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def to_xlsx(figure: Figure) -> bytes:
    """The figure as a workbook: its table with real numbers, and a sheet of notes on where it comes from."""
    import xlsxwriter  # noqa: PLC0415  # slow; off the first paint

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        _write_table(book, figure)
        sheet = book.add_worksheet("Notes")
        sheet.set_column(0, 0, 12, book.add_format({"bold": True, "valign": "top"}))
        sheet.set_column(1, 1, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        for row, pair in enumerate(notes(figure)):
            for column, text in enumerate(pair):
                sheet.write_string(row, column, harmless(text))
    return buffer.getvalue()


def notes(figure: Figure) -> list[tuple[str, str]]:
    """What must travel with a figure, as pairs of name and text."""
    withheld = [("Withheld", f"{figure.withheld} cells")] if figure.withheld else []
    return [
        ("Title", figure.title),
        ("Measure", figure.subtitle),
        ("Unit", figure.unit),
        *(("Caveat", caveat) for caveat in figure.caveats),
        *withheld,
        ("Source", figure.source_line),
    ]


def harmless(value: Any) -> Any:
    """The value as a spreadsheet may hold it: a text that it would take for a formula gains an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def file_name(figure: Figure, extension: str) -> str:
    """A file name made of what the figure shows, safe on every system: `police-asb-by-month-hartlepool.csv`."""
    words = re.sub(r"[^a-z0-9]+", "-", figure.subtitle.lower())[:_MAX_NAME].strip("-")
    return f"{words or 'figure'}.{extension}"


def _write_table(book: Any, figure: Figure) -> None:
    sheet = book.add_worksheet("Figures")
    sheet.write_string(0, 0, harmless(figure.title), book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, harmless(figure.subtitle))
    header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    top = 3
    for column, name in enumerate(figure.table.columns):
        values = figure.table[name]
        style = book.add_format({"num_format": _FORMATS.get(name, "#,##0")})
        sheet.write_string(top, column, harmless(label(name)), header)
        for row, value in enumerate(values, top + 1):
            _write_cell(sheet, row, column, value, style)
        longest = max([len(label(name)), *(len(str(value)) for value in values if isinstance(value, str))])
        sheet.set_column(column, column, min(longest + 2, _MAX_COLUMN))
    sheet.freeze_panes(top + 1, 0)


def _write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """One cell: what is missing stays empty, for zero it is not."""
    if pd.isna(value):
        return
    if isinstance(value, str):
        sheet.write_string(row, column, harmless(value))
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, float(value), style)
