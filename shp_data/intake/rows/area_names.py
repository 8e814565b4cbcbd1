"""Find the LPA that a record's area names: by a usual spelling or an ONS code."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path

from shp_data.domain.areas import Areas
from shp_data.domain.counting import join_names
from shp_data.domain.errors import InputError
from shp_data.domain.schema import OUTSIDE, UNPLACED
from shp_data.domain.vocabulary import normalise_name

# Authorities of England and Wales, today's and those that ended since 2019: Office for National Statistics, Open
# Government Licence v3.0.
_AUTHORITIES = Path(__file__).with_name("authorities.csv")
_AUTHORITY_CODE = re.compile(r"(E0[6-9]|E1[0-3]|W06|W92|S12|N09)\d{6}")
# What a name of an area may have or leave out: `Borough of Example`, `Example LPA`, `Example (UA)`.
_OPTIONAL = frozenset([
    "area", "authority", "bc", "borough", "city", "council", "county", "dc", "district", "lbc", "local", "lpa", "mbc",
    "metropolitan", "of", "policing", "the", "ua", "unitary",
])  # fmt: skip
_BLANK = frozenset(map(normalise_name, ("", "unknown", "not known", "none", "null", "n/a", "na", UNPLACED)))
_LONGEST = 40  # characters of a value that an error shows
_LONGEST_NAME = 80  # characters of what may be a misspelt name


@dataclass(frozen=True)
class AreaNames:
    """The names of a partnership's areas, and of the other authorities of England and Wales."""

    areas: Areas

    def find_lpa(self, text: str, suggest: bool = True) -> str:
        """Find the printed name of the LPA, `(outside)` for another authority, empty for a word for nothing.

        Raises InputError for any other text, with the nearest names (`suggest`).
        """
        if normalise_name(text) in _BLANK:
            return ""
        key = _make_key(text)
        if lpa := self._lpas_by_key.get(key):
            return lpa
        if key in _list_authorities() or _AUTHORITY_CODE.fullmatch(text.strip().upper()):
            return OUTSIDE
        closest = get_close_matches(key, self._lpas_by_key, 3) if suggest and len(text) <= _LONGEST_NAME else []
        names = list(dict.fromkeys(self._lpas_by_key[match] for match in closest))
        advice = f"similar names: {', '.join(names)}" if names else f"expected {join_names(self.areas.lpa_names)}"
        raise InputError(f"area '{text[:_LONGEST]}' is not recognised; {advice}")

    @cached_property
    def _lpas_by_key(self) -> Mapping[str, str]:
        return {
            _make_key(name): area.name
            for area in self.areas.lpas
            for name in (*area.spellings, area.code, area.name)
            if _make_key(name)
        }


@cache
def _list_authorities() -> frozenset[str]:
    """List the names of all authorities, as `_make_key` makes them. Read once."""
    with _AUTHORITIES.open(encoding="utf-8", newline="") as file:
        return frozenset(_make_key(row["name"]) for row in csv.DictReader(file))


def _make_key(name: str) -> str:
    """Return a name in the form used for comparison: without what one spelling has and another leaves out."""
    words = re.split(r"[^\w&'’]+", name.casefold())
    return normalise_name("".join(word for word in words if word not in _OPTIONAL))
