"""Protection of text that is written to a spreadsheet."""

from __future__ import annotations

import re

# What Excel, LibreOffice and Google Sheets take for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?")


def escape_formula(text: str) -> str:
    """Add an apostrophe to text that a spreadsheet would read as a formula. Negative numbers are unchanged."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NEGATIVE.fullmatch(text) else text
