"""Text on its way into a spreadsheet."""

from __future__ import annotations

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?")


def neutral(text: str) -> str:
    """Text that a spreadsheet would take for a formula, made plain text by an apostrophe; -1.21 stays a number."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NEGATIVE.fullmatch(text) else text
