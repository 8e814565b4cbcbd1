"""Local Policing Areas, their wards in each year of boundaries, and the number of residents."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from shp_data.domain.errors import SelectionError, SettingsError, describe_unknown
from shp_data.domain.lsoas import Lsoa
from shp_data.domain.periods import Period
from shp_data.domain.populations import Population, choose_edition, find_nearest, scale_wards
from shp_data.domain.schema import LSOA, NO_AREA, UNPLACED, name_ward_column
from shp_data.domain.vocabulary import normalise_name

K = TypeVar("K")
L = TypeVar("L")
V = TypeVar("V")


@dataclass(frozen=True)
class Area:
    """A Local Policing Area: its ONS code, its printed name and other spellings."""

    code: str
    name: str
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ward:
    """A ward in the boundaries of one year."""

    code: str
    name: str
    lpa: str


@dataclass(frozen=True)
class WardBoundaries:
    """The ward boundaries of one year, and the day they came into force (None for the earliest).

    `id`: the ward year, such as `2020`.
    """

    id: str
    in_force_from: dt.date | None = None


@dataclass(frozen=True)
class WardChange:
    """The day the wards of an authority changed, and the ward year that has the new ones."""

    area: str
    date: dt.date
    vintage: str
    note: str


@dataclass(frozen=True)
class VisitorWards:
    """The names of the wards of an authority that attract many people who do not live there."""

    area: str
    wards: tuple[str, ...]


@dataclass(frozen=True)
class WardYears:
    """The ward years with the first day of each, and the LPA of each ward: what a selection must know of areas.

    `first_days`: ward year and its first day, in order. `lpas`: (ward year or LSOA, code) -> LPA. It follows from
    the ward years of a partnership, so it is no part of the key of a cache.
    """

    first_days: tuple[tuple[str, dt.date], ...]
    lpas: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)

    def check(self, ward_year: str) -> str:
        """Return a ward year that exists. Raises SelectionError, which lists the valid ones."""
        names = [name for name, _ in self.first_days]
        if ward_year not in names:
            raise SelectionError(describe_unknown("year of ward boundaries", ward_year, names))
        return ward_year

    def find(self, day: dt.date) -> str:
        """Find the ward year in force on a day."""
        return [ward_year for ward_year, first in self.first_days if first <= day][-1]


@dataclass(frozen=True)
class Areas:
    """The areas of a partnership, its wards by ward year, and its populations.

    `wards`: ward year -> ward code -> Ward, in the order of LPA and name. `populations`: edition (oldest
    first) -> (layer, code) -> year -> Population, where the layer is `lpa` or the column of a ward year, such
    as `ward_2020`. `lsoas`: code -> Lsoa, in the same order; empty where the partnership has none.
    """

    lpas: tuple[Area, ...]
    ward_boundaries: tuple[WardBoundaries, ...]
    changes: tuple[WardChange, ...]
    wards: Mapping[str, Mapping[str, Ward]]
    populations: Mapping[str, Mapping[tuple[str, str], Mapping[int, Population]]]
    lsoas: Mapping[str, Lsoa] = field(default_factory=dict)

    @property
    def lpa_names(self) -> tuple[str, ...]:
        """The printed names of the LPAs."""
        return tuple(area.name for area in self.lpas)

    @property
    def everywhere(self) -> tuple[str, ...]:
        """All the LPAs, and the records without a place. Records outside every LPA are not included."""
        return (*self.lpa_names, UNPLACED)

    def find_lpa(self, name: str) -> str:
        """Find the printed name of an LPA from a name, spelling or code.

        Raises SelectionError, which lists the valid names.
        """
        for area in self.lpas:
            if normalise_name(name) in {normalise_name(n) for n in (area.name, area.code, *area.spellings)}:
                return area.name
        if name in NO_AREA:
            return name
        raise SelectionError(describe_unknown("area", name, self.lpa_names))

    @cached_property
    def ward_years(self) -> WardYears:
        """The ward years with the first day of each, and the LPA of each ward."""
        first_days = tuple((entry.id, entry.in_force_from or dt.date.min) for entry in self.ward_boundaries)
        lpas = {(ward_year, ward.code): ward.lpa for ward_year, wards in self.wards.items() for ward in wards.values()}
        return WardYears(first_days, lpas | {(LSOA, lsoa.code): lsoa.lpa for lsoa in self.lsoas.values()})

    def find_ward_year(self, day: dt.date) -> str:
        """Find the ward year in force on a day."""
        return self.ward_years.find(day)

    def list_ward_years(self, lpa: str) -> tuple[tuple[str, dt.date, dt.date], ...]:
        """List the ward years of an LPA with their dates in force, using its own change of wards if it has one.

        Each row has the ward year, its first day and the day after its last. The rows are in order and cover
        every day.
        """
        # An authority may elect on the new boundaries on another day than the rest of the partnership.
        change_dates = {change.vintage: change.date for change in self.changes if change.area == lpa}
        starts = [
            dt.date.min,
            *(
                change_dates.get(boundaries.id, boundaries.in_force_from or dt.date.min)
                for boundaries in self.ward_boundaries[1:]
            ),
        ]
        # Boundaries end when any later ones start. An area's own date can be after that, which leaves it no days.
        ends = [min(starts[position:], default=dt.date.max) for position in range(1, len(starts) + 1)]
        rows = zip((boundaries.id for boundaries in self.ward_boundaries), starts, ends, strict=True)
        return tuple((ward_year, first, until) for ward_year, first, until in rows if first < until)

    def list_wards(self, ward_year: str, lpa: str | None = None) -> tuple[Ward, ...]:
        """List the wards of a ward year, of one LPA or of all, by name."""
        wards = self.wards[self.ward_years.check(ward_year)]
        return tuple(wards.values()) if lpa is None else self._wards_by_lpa[ward_year].get(lpa, ())

    @cached_property
    def _wards_by_lpa(self) -> Mapping[str, Mapping[str, tuple[Ward, ...]]]:
        """Wards by ward year and LPA. Cached, because a page uses them hundreds of times."""
        return {
            ward_year: {lpa: tuple(group) for lpa, group in groupby(wards.values(), key=lambda ward: ward.lpa)}
            for ward_year, wards in self.wards.items()
        }

    def find_ward_name(self, code: str) -> str:
        """Find the name of a ward of any ward year by its code. Return any other text unchanged."""
        # The latest name: a ward can keep its code and be renamed.
        names = [wards[code].name for wards in self.wards.values() if code in wards]
        return names[-1] if names else code

    def find_changes(self, ward: Ward) -> tuple[WardChange, ...]:
        """Find the boundary changes of an LPA that affected one ward: its code exists on one side only.

        The codes decide, because unchanged boundaries can differ by some metres between two ward years.
        """
        order = [boundaries.id for boundaries in self.ward_boundaries]
        changes = []
        for change in self.changes:
            before = order[max(0, order.index(change.vintage) - 1)]
            changed = (ward.code in self.wards[before]) != (ward.code in self.wards[change.vintage])
            changes += [change] if changed and change.area == ward.lpa else []
        return tuple(changes)

    def choose_edition(self, periods: Iterable[Period]) -> str:
        """Choose the edition of the populations for a figure, or a change, that uses these periods."""
        return choose_edition(self.populations, periods)

    def find_population(self, layer: str, code: str, period: Period, edition: str | None = None) -> Population | None:
        """Find the number of residents for the rate of an LPA or ward code in a period.

        Use the mid-year estimate of the calendar year before the financial year starts (2020-21: mid-2019). If it
        is missing, use the nearest year, the earlier of two. Return None if no population is loaded. For a period
        over several financial years, use the year in which it ends. `edition`: as `choose_edition` returns it for
        all the periods of the figure; by default, the one for a figure of this period alone.
        """
        if edition is None:
            edition = self.choose_edition([period])
        years = self.populations.get(edition, {}).get((layer, code))
        # One estimate for a whole financial year, so that the rates of its months can be compared.
        return find_nearest(years, period.last.year_start.year - 1) if years else None


def read_areas(
    lpas: tuple[Area, ...],
    ward_boundaries: tuple[WardBoundaries, ...],
    changes: tuple[WardChange, ...],
    populations: Path,
    lsoas: Mapping[str, Lsoa] = MappingProxyType({}),
) -> Areas:
    """Read wards and populations from `boundaries/populations.csv` (see boundaries/README.md for how it is made).

    Raises SettingsError if the file is missing or has no wards for a ward year.
    """
    wards: dict[str, dict[str, Ward]] = {boundaries.id: {} for boundaries in ward_boundaries}
    totals: dict[str, dict[str, dict[int, Population]]] = {}
    estimates: dict[tuple[str, str], dict[int, Population]] = {}
    try:
        with populations.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                # A file from before there were editions has no such column: all its estimates are of one.
                edition = row.get("edition") or ""
                entry = Population(int(row["population"]), int(row["year"]), row["basis"], edition)
                if row["level"] == "lpa":
                    totals.setdefault(edition, {}).setdefault(row["code"], {})[entry.year] = entry
                elif row["vintage"] in wards:
                    wards[row["vintage"]][row["code"]] = Ward(row["code"], row["name"], row["lpa"])
                    layer = name_ward_column(row["vintage"])
                    estimates.setdefault((layer, row["code"]), {})[entry.year] = entry
    except (OSError, KeyError, ValueError) as error:
        raise SettingsError(
            f"{populations.name} cannot be read: {error}; build it again, see boundaries/README.md"
        ) from error
    if not lpas or not ward_boundaries:
        raise SettingsError("partnership.toml needs at least one of [[areas]] and one of [[ward_vintages]]")
    for ward_year, by_code in wards.items():
        if not by_code:
            raise SettingsError(f"{populations.name} has no wards of {ward_year}; partnership.toml names that year")
    # Pages list wards by name within their LPA, and `_wards_by_lpa` groups neighbours only.
    ordered = {
        ward_year: dict(sorted(entry.items(), key=lambda kv: (kv[1].lpa, kv[1].name)))
        for ward_year, entry in wards.items()
    }
    codes = {area.name: area.code for area in lpas}
    people = {
        edition: {
            **{("lpa", code): years for code, years in by_code.items()},
            **_scale_all_wards(ordered, estimates, {name: by_code.get(code, {}) for name, code in codes.items()}),
        }
        for edition, by_code in totals.items()
    }
    return Areas(
        lpas,
        ward_boundaries,
        changes,
        _freeze(ordered),
        MappingProxyType({edition: _freeze(tables) for edition, tables in people.items()}),
        lsoas,
    )


def _scale_all_wards(
    wards: Mapping[str, Mapping[str, Ward]],
    estimates: Mapping[tuple[str, str], Mapping[int, Population]],
    totals: Mapping[str, Mapping[int, Population]],
) -> dict[tuple[str, str], dict[int, Population]]:
    """Scale the wards of every ward year to their LPA in each year. `totals`: LPA -> year -> its residents."""
    people: dict[tuple[str, str], dict[int, Population]] = {}
    for ward_year, by_code in wards.items():
        layer = name_ward_column(ward_year)
        for lpa, group in groupby(by_code.values(), key=lambda ward: ward.lpa):
            lpa_wards = {ward.code: estimates[layer, ward.code] for ward in group}
            for year, total in totals.get(lpa, {}).items():
                for code, population in scale_wards(total, lpa_wards).items():
                    people.setdefault((layer, code), {})[year] = population
    return people


def _freeze(tables: Mapping[K, Mapping[L, V]]) -> Mapping[K, Mapping[L, V]]:
    """Return the same tables, read-only."""
    return MappingProxyType({key: MappingProxyType(dict(table)) for key, table in tables.items()})
