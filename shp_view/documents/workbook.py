"""Cells of a workbook: real numbers, texts that cannot act as formulas, and empty cells for missing values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from math import ceil
from typing import Any

import pandas as pd

from shp_data.domain.spreadsheet import escape_formula

TITLE = {"bold": True, "font_size": 14}
HEADER = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
_LINE = 15.5  # points of a line of text
_LETTERS = 1.15  # of text to a character of a column's width, which is that of a digit
_TALLEST = 400  # points that a spreadsheet allows a row, and some to spare
_NAME, _TEXT = 22, 110  # characters of the two columns of notes


def escape_text(value: Any) -> Any:
    """Return the value, with an apostrophe before a text that a spreadsheet would take for a formula."""
    return escape_formula(value) if isinstance(value, str) else value


def write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """Write one cell. A missing value leaves the cell empty, because it is not zero."""
    if pd.isna(value):
        return
    # The kinds are named: xlsxwriter's own guess would make a formula or a link of a text that looks like one.
    if isinstance(value, str):
        sheet.write_string(row, column, escape_text(value), style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def estimate_row_height(texts: Iterable[tuple[str, int]]) -> float:
    """Estimate the height of a row, in points, from its texts and the width of each column in characters.

    Not every program works it out for itself.
    """
    lines = (sum(max(1, ceil(len(part) / (_LETTERS * width))) for part in text.split("\n")) for text, width in texts)
    return min(_TALLEST, _LINE * max(lines, default=1))


def write_notes(book: Any, pairs: Iterable[tuple[str, str]]) -> Any:
    """Write a sheet of notes, one pair of name and text a row, with links that work. Return the sheet."""
    sheet = book.add_worksheet("Notes")
    sheet.set_column(0, 0, _NAME, book.add_format({"bold": True, "valign": "top", "text_wrap": True}))
    sheet.set_column(1, 1, _TEXT, book.add_format({"text_wrap": True, "valign": "top"}))
    for row, (name, text) in enumerate(pairs):
        sheet.set_row(row, estimate_row_height([(name, _NAME), (text, _TEXT)]))
        sheet.write_string(row, 0, escape_text(name))
        if text.startswith(("http://", "https://")):
            sheet.write_url(row, 1, text)
        else:
            sheet.write_string(row, 1, escape_text(text))
    return sheet
