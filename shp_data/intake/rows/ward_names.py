"""Find the LPA and ward codes of records without coordinates, from a ward's name or ONS code."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from shp_data.domain.areas import Areas, Ward
from shp_data.domain.errors import InputError
from shp_data.domain.schema import OUTSIDE, UNPLACED
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.rows.area_names import AreaNames
from shp_data.intake.rows.blanks import is_blank

_MAX_VALUE_LENGTH = 40  # characters of a value that an error shows
_MAX_NAME_LENGTH = 80  # characters of what may be a misspelt name
_MAX_AREAS = 3  # of those that have a ward of the name
_BETWEEN_NAMES = re.compile(r"\s*[-–—,(\[/:;]\s*")  # of a ward and its area: `Ward (Area)`


@dataclass(frozen=True)
class WardMeaning:
    """The LPA and wards of a record with a date from `first` to the day before `until`.

    `wards`: ward year -> code of the ward, or `(unplaced)` if that year does not have it.
    """

    first: dt.date
    until: dt.date
    lpa: str
    wards: Mapping[str, str]


@dataclass(frozen=True)
class WardNames:
    """The wards of every ward year, by code and by name."""

    areas: Areas

    def find_meanings(
        self, text: str, supplier_lpas: Collection[str], suggest: bool = True, lpa: str = ""
    ) -> tuple[WardMeaning, ...]:
        """Find the LPA and wards of records with this ward text.

        `supplier_lpas`: the LPAs of their supplier; empty for all. `lpa`: the LPA that the records name, `(outside)`
        for another authority, else empty; a name then means a ward of that LPA only.

        A code means the ward that has it in any ward year. A name means the ward of the boundaries in force in
        its LPA on the day, or otherwise of the nearest ward year that has the name, the earlier of two. A blank,
        or a word for one, means the LPA of the supplier if it covers only one; otherwise there is no meaning.
        Raises InputError for a text that is not a ward, with the nearest names (`suggest`: searching for them
        takes milliseconds), and for a name that several LPAs have, unless the supplier covers only one of them.
        """
        if is_blank(text):
            return tuple(self._make_constant(lpa, "") for lpa in supplier_lpas) if len(supplier_lpas) == 1 else ()
        # Codes first: they are unambiguous.
        if ward := self._wards_by_code.get(normalise_name(text)):
            return (self._make_constant(ward.lpa, ward.code),)
        codes_by_lpa = self._find_codes(text)
        if not codes_by_lpa:
            suggestion = self._suggest_names(text, supplier_lpas) if suggest and len(text) <= _MAX_NAME_LENGTH else ""
            raise InputError(f"ward {_quote(text)} is not recognised; {suggestion or 'give its name or its ONS code'}")
        if lpa and lpa not in codes_by_lpa:
            raise InputError(f"ward {_quote(text)} is not in {'this partnership' if lpa == OUTSIDE else lpa}")
        lpas = [lpa] if lpa else [name for name in codes_by_lpa if name in supplier_lpas] or list(codes_by_lpa)
        if len(lpas) > 1:
            raise InputError(f"ward {_quote(text)} is {_list_lpas(lpas)}; give its ONS code")
        return tuple(self._find_by_name(lpas[0], codes_by_lpa[lpas[0]]))

    def _find_codes(self, text: str) -> Mapping[str, Mapping[str, str]]:
        """Find the codes of the wards with this name, by LPA and ward year; of one LPA if the text names it too."""
        if codes_by_lpa := self._find_named(text):
            return codes_by_lpa
        # Names of wards and areas have hyphens too, so each place where the text could end one name is tried.
        for match in _BETWEEN_NAMES.finditer(text[:_MAX_NAME_LENGTH]):
            first, second = text[: match.start()], text[match.end() :].strip(" )]")
            for name, area in ((first, second), (second, first)):
                lpa, codes_by_lpa = self._find_lpa(area), self._find_named(name)
                if lpa in codes_by_lpa:
                    return {lpa: codes_by_lpa[lpa]}
        return {}

    def _find_named(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Find the codes of the wards of a name, with or without Ward at its end, by LPA and ward year."""
        # As it is first, because the names of some wards end in Ward.
        return self._codes_by_name.get(_make_key(name)) or self._codes_by_name.get(_make_key(_strip_ward(name)), {})

    def _find_lpa(self, text: str) -> str:
        """Find the LPA that a text names; empty if it names none."""
        try:
            return self._area_names.find_lpa(text, suggest=False)
        except InputError:
            return ""

    def _make_constant(self, lpa: str, code: str) -> WardMeaning:
        return WardMeaning(dt.date.min, dt.date.max, lpa, self._match_ward_years(code))

    def _find_by_name(self, lpa: str, codes: Mapping[str, str]) -> Iterator[WardMeaning]:
        """Yield the meaning of a name in each period of days. `codes`: of the wards with the name, by ward year."""
        order = list(self.areas.wards)
        for ward_year, first, until in self.areas.list_ward_years(lpa):
            position = order.index(ward_year)
            # The supplier may still use the name of old or new boundaries. The nearest year that has the name is the
            # likeliest, and the earlier of two, because files use old names for longer than new ones in advance.
            nearest = min(codes, key=lambda id_: (abs(order.index(id_) - position), order.index(id_)))
            yield WardMeaning(first, until, lpa, self._match_ward_years(codes[nearest]))

    def _match_ward_years(self, code: str) -> dict[str, str]:
        """Return the code for every ward year that has it.

        A code means one boundary, so it is the same ward in each.
        """
        return {ward_year: code if code in wards else UNPLACED for ward_year, wards in self.areas.wards.items()}

    def _suggest_names(self, text: str, supplier_lpas: Collection[str]) -> str:
        """Return the ward names closest to a text that is not a ward; empty if none is close."""
        names = {
            key: name
            for key, (name, lpas) in self._printed_names.items()
            if not supplier_lpas or lpas & set(supplier_lpas)
        }
        closest = get_close_matches(_make_key(text), names, 3)
        return f"similar names: {', '.join(names[key] for key in closest)}" if closest else ""

    @cached_property
    def _area_names(self) -> AreaNames:
        return AreaNames(self.areas)

    @cached_property
    def _wards_by_code(self) -> Mapping[str, Ward]:
        return {normalise_name(code): ward for wards in self.areas.wards.values() for code, ward in wards.items()}

    @cached_property
    def _codes_by_name(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """The codes by ward name (as `_make_key` gives it), LPA and ward year."""
        codes: dict[str, dict[str, dict[str, str]]] = {}
        for ward_year, wards in self.areas.wards.items():
            for ward in wards.values():
                codes.setdefault(_make_key(ward.name), {}).setdefault(ward.lpa, {})[ward_year] = ward.code
        return codes

    @cached_property
    def _printed_names(self) -> Mapping[str, tuple[str, set[str]]]:
        """The printed name by ward name (as `_make_key` gives it), and the LPAs that have it."""
        printed = {_make_key(ward.name): ward.name for wards in self.areas.wards.values() for ward in wards.values()}
        return {key: (name, set(self._codes_by_name[key])) for key, name in printed.items()}


def _make_key(name: str) -> str:
    """Return a ward's name in the form used for comparison: as `plain`, with Saint as St."""
    return normalise_name(re.sub(r"\bsaint\b", "st", name.casefold()))


def _strip_ward(text: str) -> str:
    """Remove the word Ward from the end of a name: `Example Ward` -> `Example`."""
    words = text.rsplit(None, 1)
    return words[0] if len(words) > 1 and words[1].casefold() == "ward" else text


def _quote(text: str) -> str:
    return f"'{text[:_MAX_VALUE_LENGTH]}'"


def _list_lpas(lpas: list[str]) -> str:
    """List the LPAs that have a ward of one name: `in A and in B`."""
    parts = [f"in {lpa}" for lpa in lpas[:_MAX_AREAS]]
    if len(lpas) > _MAX_AREAS:
        parts.append(f"in {len(lpas) - _MAX_AREAS} more")
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
