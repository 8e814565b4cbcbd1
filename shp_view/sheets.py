"""Cells of a workbook: real numbers, text that no spreadsheet takes for a formula, what is missing left empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from shp_data.domain.spreadsheet import neutral

TITLE = {"bold": True, "font_size": 14}
HEADER = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}


def harmless(value: Any) -> Any:
    """The value as a spreadsheet may hold it: a text that it would take for a formula gains an apostrophe."""
    return neutral(value) if isinstance(value, str) else value


def write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """One cell: what is missing stays empty, for zero it is not."""
    if pd.isna(value):
        return
    if isinstance(value, str):
        sheet.write_string(row, column, harmless(value), style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def write_notes(book: Any, pairs: Iterable[tuple[str, str]]) -> Any:
    """A sheet of notes: names and texts, one pair a row; an address can be followed. The sheet comes back."""
    sheet = book.add_worksheet("Notes")
    sheet.set_column(0, 0, 22, book.add_format({"bold": True, "valign": "top", "text_wrap": True}))
    sheet.set_column(1, 1, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    for row, (name, text) in enumerate(pairs):
        sheet.write_string(row, 0, harmless(name))
        if text.startswith(("http://", "https://")):
            sheet.write_url(row, 1, text)
        else:
            sheet.write_string(row, 1, harmless(text))
    return sheet
