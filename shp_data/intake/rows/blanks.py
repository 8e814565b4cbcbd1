"""Words that suppliers write where there is no value: NULL, N/A, -, #N/A. One list, for every column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain.schema import UNPLACED
from shp_data.intake.readers.chunks import BLANK

# In lower case. What a program or a person puts into an empty cell, and what Excel prints for a formula that fails.
_NOTHING: Final = (
    "", "null", "(null)", "none", "nil", "n/a", "na", "n.a.", "<na>", "nan", "nat", "(blank)", "(empty)", UNPLACED,
    "-", "--", "---", "\N{EN DASH}", "\N{EM DASH}", ".", "?",
    "#n/a", "#n/a n/a", "#na", "#null!", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#spill!", "#calc!",
)  # fmt: skip
# Words that say that a value is missing. As a category they are left for the mapping: a supplier may count
# incidents of a kind called Unknown.
_NOT_KNOWN: Final = (
    "unknown", "not known", "not recorded", "not stated", "not given", "not applicable", "not available",
)  # fmt: skip
_CATEGORY_COLUMN: Final = "indicator"
_WORDS = pa.array([*_NOTHING, *_NOT_KNOWN], pa.string())
_CATEGORY_WORDS = pa.array(_NOTHING, pa.string())


def clear_blanks(column: pa.ChunkedArray, name: str = "", categories: Iterable[str] = ()) -> pa.ChunkedArray:
    """Return a column of text with blanks trimmed, and null where a word says that there is nothing.

    `name`: our name of the column. `categories`: the categories that the supplier's mapping names, which are
    values in the column of categories even where they are such a word.
    """
    trimmed = pc.utf8_trim(column, characters=BLANK)
    words = _CATEGORY_WORDS if name == _CATEGORY_COLUMN else _WORDS
    mapped = {category.lower() for category in categories} if name == _CATEGORY_COLUMN else set()
    if mapped.intersection(_NOTHING):
        words = pa.array([word for word in _NOTHING if word not in mapped], pa.string())
    is_blank = pc.is_in(pc.ascii_lower(trimmed), value_set=words)
    return pc.if_else(is_blank, pa.scalar(None, pa.string()), trimmed) if pc.any(is_blank).as_py() else trimmed


def is_blank(text: str) -> bool:
    """Return whether a text, of any column but the categories, says that there is nothing."""
    return text.strip(BLANK).lower() in _ALL


_ALL = frozenset((*_NOTHING, *_NOT_KNOWN))
