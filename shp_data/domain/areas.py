"""Local Policing Areas, wards and their vintages, and how many people live in them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from shp_data.domain.errors import SelectionError, SettingsError, unknown
from shp_data.domain.periods import Period
from shp_data.domain.schema import OUTSIDE, UNPLACED, ward_column
from shp_data.domain.vocabulary import plain

K = TypeVar("K")
L = TypeVar("L")
V = TypeVar("V")


@dataclass(frozen=True)
class Area:
    """A Local Policing Area: its ONS code, its printed name, other spellings of it."""

    code: str
    name: str
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ward:
    """A ward of one vintage."""

    code: str
    name: str
    lpa: str


@dataclass(frozen=True)
class WardVintage:
    """One edition of the ward boundaries, and the day from which it is in force (None: from the first)."""

    id: str
    in_force_from: dt.date | None = None


@dataclass(frozen=True)
class WardChange:
    """When an authority's wards were redrawn, and which vintage holds the new ones."""

    area: str
    date: dt.date
    vintage: str
    note: str


@dataclass(frozen=True)
class VisitorWards:
    """The wards of an authority, by name, to which many people come who do not live there."""

    area: str
    wards: tuple[str, ...]


@dataclass(frozen=True)
class Population:
    """Residents that a rate is over: how many, and of which year's estimate."""

    residents: int
    year: int
    basis: str


@dataclass(frozen=True)
class Areas:
    """The areas of a partnership, its wards by vintage, and its populations.

    `wards`: vintage id -> ward code -> Ward, in the order of LPA and name. `populations`: (layer, code) -> year ->
    Population, where the layer is `lpa` or a ward vintage's column, `ward_2020`.
    """

    lpas: tuple[Area, ...]
    vintages: tuple[WardVintage, ...]
    changes: tuple[WardChange, ...]
    wards: Mapping[str, Mapping[str, Ward]]
    populations: Mapping[tuple[str, str], Mapping[int, Population]]

    @property
    def lpa_names(self) -> tuple[str, ...]:
        """The printed names of the LPAs."""
        return tuple(area.name for area in self.lpas)

    @property
    def everywhere(self) -> tuple[str, ...]:
        """All the LPAs together, with the records that name no place; what lies outside every LPA is not theirs."""
        return (*self.lpa_names, UNPLACED)

    def lpa(self, name: str) -> str:
        """Which LPA does a name, spelling or code mean? Its printed name; SelectionError lists the valid."""
        for area in self.lpas:
            if plain(name) in {plain(n) for n in (area.name, area.code, *area.spellings)}:
                return area.name
        if name in (UNPLACED, OUTSIDE):
            return name
        raise SelectionError(unknown("area", name, self.lpa_names))

    def vintage(self, id_: str) -> str:
        """Is there such a ward vintage? SelectionError lists the valid ones."""
        if id_ not in self.wards:
            raise SelectionError(unknown("ward vintage", id_, self.wards))
        return id_

    def vintage_on(self, day: dt.date) -> str:
        """Which ward vintage is in force on a day?"""
        started = [v for v in self.vintages if v.in_force_from is None or v.in_force_from <= day]
        return started[-1].id

    def in_force(self, lpa: str) -> tuple[tuple[str, dt.date, dt.date], ...]:
        """When is each ward vintage in force in an LPA? By its own change of wards, where it has one.

        The id of the vintage, its first day and the day after its last, in order; together they hold every day.
        """
        own = {change.vintage: change.date for change in self.changes if change.area == lpa}
        starts = [dt.date.min, *(own.get(v.id, v.in_force_from or dt.date.min) for v in self.vintages[1:])]
        ends = [min(starts[place:], default=dt.date.max) for place in range(1, len(starts) + 1)]
        every = zip((v.id for v in self.vintages), starts, ends, strict=True)
        return tuple((id_, first, until) for id_, first, until in every if first < until)

    def wards_of(self, vintage: str, lpa: str | None = None) -> tuple[Ward, ...]:
        """The wards of a vintage, of one LPA or of all, by name."""
        known = self.wards[self.vintage(vintage)]
        return tuple(known.values()) if lpa is None else self._by_lpa[vintage].get(lpa, ())

    @cached_property
    def _by_lpa(self) -> Mapping[str, Mapping[str, tuple[Ward, ...]]]:
        """Vintage id -> LPA -> its wards: a page asks for those of one LPA hundreds of times."""
        return {
            id_: {lpa: tuple(own) for lpa, own in groupby(known.values(), key=lambda ward: ward.lpa)}
            for id_, known in self.wards.items()
        }

    def ward_name(self, code: str) -> str:
        """The name of a ward of any vintage, by its code; what is no code of a ward is its own name."""
        found = [wards[code].name for wards in self.wards.values() if code in wards]
        return found[-1] if found else code

    def changes_of(self, ward: Ward) -> tuple[WardChange, ...]:
        """Which changes of its LPA's wards changed a ward itself? Those of which only one side has its code.

        Only the code tells: boundaries that stayed the same are drawn some metres apart in two vintages.
        """
        order = [vintage.id for vintage in self.vintages]
        found = []
        for change in self.changes:
            before = order[max(0, order.index(change.vintage) - 1)]
            told = (ward.code in self.wards[before]) != (ward.code in self.wards[change.vintage])
            found += [change] if told and change.area == ward.lpa else []
        return tuple(found)

    def population(self, layer: str, code: str, period: Period) -> Population | None:
        """How many residents is a rate over, for an LPA or ward code and a period?

        The mid-year estimate of the calendar year before the financial year's start (2020-21: mid-2019),
        else the nearest at hand, the earlier of two. None where no population is known. A period over
        several financial years takes the one in which it ends.
        """
        years = self.populations.get((layer, code))
        if not years:
            return None
        wanted = period.last.year_start.year - 1
        return years[min(years, key=lambda year: (abs(year - wanted), year))]


def read_areas(
    lpas: tuple[Area, ...],
    vintages: tuple[WardVintage, ...],
    changes: tuple[WardChange, ...],
    populations: Path,
) -> Areas:
    """Read wards and populations from `boundaries/populations.csv` (its README says how it is made).

    Raises SettingsError where the file is missing or a vintage has no wards in it.
    """
    wards: dict[str, dict[str, Ward]] = {vintage.id: {} for vintage in vintages}
    people: dict[tuple[str, str], dict[int, Population]] = {}
    try:
        with populations.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["level"] == "ward" and row["vintage"] in wards:
                    wards[row["vintage"]][row["code"]] = Ward(row["code"], row["name"], row["lpa"])
                known = Population(int(row["population"]), int(row["year"]), row["basis"])
                layer = ward_column(row["vintage"]) if row["level"] == "ward" else row["level"]
                people.setdefault((layer, row["code"]), {})[known.year] = known
    except (OSError, KeyError, ValueError) as error:
        raise SettingsError(
            f"{populations.name} cannot be read: {error}; build it anew, see boundaries/README.md"
        ) from error
    if not lpas or not vintages:
        raise SettingsError("partnership.toml needs at least one of [[areas]] and one of [[ward_vintages]]")
    for id_, found in wards.items():
        if not found:
            raise SettingsError(f"{populations.name} has no wards of vintage {id_}, which partnership.toml names")
    ordered = {id_: dict(sorted(known.items(), key=lambda kv: (kv[1].lpa, kv[1].name))) for id_, known in wards.items()}
    return Areas(lpas, vintages, changes, _fixed(ordered), _fixed(people))


def _fixed(tables: Mapping[K, Mapping[L, V]]) -> Mapping[K, Mapping[L, V]]:
    """The same tables, unchangeable."""
    return MappingProxyType({key: MappingProxyType(dict(table)) for key, table in tables.items()})
