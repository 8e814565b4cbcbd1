"""A ward's name or ONS code -> its LPA and its code in every vintage, for a record without coordinates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from shp_data.domain.areas import Areas, Ward
from shp_data.domain.errors import InputError
from shp_data.domain.schema import UNPLACED
from shp_data.domain.vocabulary import plain

_BLANK = frozenset(map(plain, ("", "unknown", "not known", "none", "null", "n/a", "na", UNPLACED)))
_SHOWN = 40  # characters of a value that an error shows
_LONGEST = 80  # characters of what may be a misspelt name
_AREAS_TOLD = 3  # of those that have a ward of the name


@dataclass(frozen=True)
class Meaning:
    """Where a record of these days lies: from `first` to the day before `until`.

    `wards`: vintage -> code of the ward, or `(unplaced)` where the vintage does not have it.
    """

    first: dt.date
    until: dt.date
    lpa: str
    wards: Mapping[str, str]


@dataclass(frozen=True)
class WardNames:
    """The wards of every vintage, by code and by name."""

    areas: Areas

    def meanings(self, text: str, covered: Collection[str], suggest: bool = True) -> tuple[Meaning, ...]:
        """Where do records lie that say this of their ward? `covered`: the LPAs of their source; empty for all.

        A code means the ward that has it in any vintage. A name means that of the vintage in force in its LPA on
        the day, else that of the nearest vintage which has it, the earlier of two. A blank, or a word for one, lies
        in the one LPA of its source, if it has but one, and otherwise nowhere: no meaning. Raises InputError for
        what is no ward, with the names nearest to it (`suggest`: to look for them takes milliseconds), and for a name
        that several LPAs have, unless the source covers one of these alone.
        """
        if plain(text) in _BLANK:
            return tuple(self._always(lpa, "") for lpa in covered) if len(covered) == 1 else ()
        if ward := self._codes.get(plain(text)):
            return (self._always(ward.lpa, ward.code),)
        named = self._named.get(_key(text)) or self._named.get(_key(_without_ward(text)))
        if not named:
            near = self._nearest(text, covered) if suggest and len(text) <= _LONGEST else ""
            raise InputError(f"ward {_shown(text)} is not known; {near or 'give its name or its ONS code'}")
        lpas = [lpa for lpa in named if lpa in covered] or list(named)
        if len(lpas) > 1:
            raise InputError(f"ward {_shown(text)} is {_listed(lpas)}; give its code")
        return tuple(self._by_name(lpas[0], named[lpas[0]]))

    def _always(self, lpa: str, code: str) -> Meaning:
        return Meaning(dt.date.min, dt.date.max, lpa, self._in_every_vintage(code))

    def _by_name(self, lpa: str, codes: Mapping[str, str]) -> Iterator[Meaning]:
        """What a name means in each stretch of days. `codes`: of the wards of the name, by vintage."""
        order = list(self.areas.wards)
        for vintage, first, until in self.areas.in_force(lpa):
            now = order.index(vintage)
            nearest = min(codes, key=lambda id_: (abs(order.index(id_) - now), order.index(id_)))
            yield Meaning(first, until, lpa, self._in_every_vintage(codes[nearest]))

    def _in_every_vintage(self, code: str) -> dict[str, str]:
        """A code means one boundary: it is the same ward in every vintage that has it."""
        return {vintage: code if code in wards else UNPLACED for vintage, wards in self.areas.wards.items()}

    def _nearest(self, text: str, covered: Collection[str]) -> str:
        """The names that a text which is no ward may stand for; nothing where none is near."""
        names = {key: name for key, (name, lpas) in self._names.items() if not covered or lpas & set(covered)}
        near = get_close_matches(_key(text), names, 3)
        return f"nearest: {', '.join(names[key] for key in near)}" if near else ""

    @cached_property
    def _codes(self) -> Mapping[str, Ward]:
        return {plain(code): ward for wards in self.areas.wards.values() for code, ward in wards.items()}

    @cached_property
    def _named(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """Name, as names compare -> LPA -> vintage -> code."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for vintage, wards in self.areas.wards.items():
            for ward in wards.values():
                found.setdefault(_key(ward.name), {}).setdefault(ward.lpa, {})[vintage] = ward.code
        return found

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, set[str]]]:
        """Name, as names compare -> as it is printed, and the LPAs that have it."""
        printed = {_key(w.name): w.name for wards in self.areas.wards.values() for w in wards.values()}
        return {key: (name, set(self._named[key])) for key, name in printed.items()}


def _key(name: str) -> str:
    """A ward's name as names compare: as `plain`, and Saint as St."""
    return plain(re.sub(r"\bsaint\b", "st", name.casefold()))


def _without_ward(text: str) -> str:
    """`Example Ward` -> `Example`."""
    words = text.rsplit(None, 1)
    return words[0] if len(words) > 1 and words[1].casefold() == "ward" else text


def _shown(text: str) -> str:
    return f"'{text[:_SHOWN]}'"


def _listed(lpas: list[str]) -> str:
    """The LPAs that have a ward of one name: `in A and in B`."""
    told = [f"in {lpa}" for lpa in lpas[:_AREAS_TOLD]]
    if len(lpas) > _AREAS_TOLD:
        told.append(f"in {len(lpas) - _AREAS_TOLD} more")
    return f"{', '.join(told[:-1])} and {told[-1]}"
