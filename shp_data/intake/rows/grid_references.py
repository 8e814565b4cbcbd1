"""British National Grid texts as metres: grid references with letters, masked and rounded numbers.

A reference that is not exact is a square: its south-west corner and its size in metres. A point has no size.
"""

from __future__ import annotations

from typing import Final

# A column such as London's `Easting_rounded` has metres rounded to 50. Whether up, down or to the nearest, the point
# is at most this far away.
ROUNDED_METRES: Final = 50
EXACT_METRES: Final = 10  # a reference of 8 digits is a square of 10 metres: near enough to be a point
_MASK = "[*xX?#]+$"  # digits left out, at the end: 376***, 4508xx
_SEPARATED = ((r"(\d{1,3})[, ](\d{3})(\.\d+)?", r"\1\2\3"), (r"(\d)[, ](\d{3})[, ](\d{3})", r"\1\2\3"))
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # of the 25 squares of a grid, row by row from the north-west; there is no I
_REFERENCE = "[HJNOST][A-HJ-Z]([0-9]{2}){1,5}"
_TWO_NUMBERS = r"(\d{6})(?:\.\d+)?\s*[,;/ ]\s*(\d{5,7})(?:\.\d+)?"  # an easting and a northing in one cell


def build_metres_sql(text: str) -> str:
    """Build SQL for the metres in a text, with its thousands separated or its last digits masked; else NULL."""
    # A plain number first: most texts are, and the patterns take longer.
    masked = f"regexp_matches({text}, '^[0-9][0-9, ]*{_MASK}')"
    plain = f"CASE WHEN {masked} THEN translate({text}, '*xX?#', '00000') ELSE {text} END"
    for pattern, digits in _SEPARATED:
        plain = f"regexp_replace({plain}, '^{pattern}$', '{digits}')"
    return f"coalesce(TRY_CAST({text} AS DOUBLE), TRY_CAST({plain} AS DOUBLE))"


def build_masked_sql(first: str, second: str) -> str:
    """Build SQL for the metres that the masked digits of two numbers leave open: 0 where none is masked."""
    digits = f"greatest({_count_masked(first)}, {_count_masked(second)})"
    return f"CASE WHEN coalesce({digits}, 0) > 0 THEN power(10, {digits}) ELSE 0 END"


def _count_masked(text: str) -> str:
    return f"length(regexp_extract({text}, '{_MASK}'))"


def build_square_sql(text: str) -> str:
    """Build SQL for the square of a grid reference, as a struct: west, south, size; NULL for any other text.

    Two letters name a square of 100 km: https://en.wikipedia.org/wiki/Ordnance_Survey_National_Grid.
    """
    name = f"upper(regexp_replace({text}, '[\\s.-]', '', 'g'))"
    half = f"((length({name}) - 2) // 2)"
    size = f"power(10, 5 - {half})"
    first, second = (f"(strpos('{_LETTERS}', {name}[{place}]) - 1)" for place in (1, 2))
    west = f"(({first} + 3) % 5 * 5 + {second} % 5) * 100000 + {name}[3:2 + {half}]::DOUBLE * {size}"
    south = f"(19 - {first} // 5 * 5 - {second} // 5) * 100000 + {name}[3 + {half}:]::DOUBLE * {size}"
    return f"""CASE WHEN regexp_full_match({name}, '{_REFERENCE}')
        THEN {{'west': {west}, 'south': {south}, 'size': CASE WHEN {size} > {EXACT_METRES} THEN {size} END}}
        WHEN regexp_full_match({text}, '{_TWO_NUMBERS}')
        THEN {{'west': regexp_extract({text}, '{_TWO_NUMBERS}', 1)::DOUBLE,
               'south': regexp_extract({text}, '{_TWO_NUMBERS}', 2)::DOUBLE, 'size': NULL}} END"""
