"""The settings in partnership.toml as frozen objects. Unknown keys and values raise an error."""

from __future__ import annotations

import ast
import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shp_data.domain import added_indicators, settings
from shp_data.domain.access import Access
from shp_data.domain.added_indicators import AddedIndicator, extend_vocabulary, read_added
from shp_data.domain.areas import Area, Areas, VisitorWards, Ward, WardBoundaries, WardChange, read_areas
from shp_data.domain.boundaries import LSOAS
from shp_data.domain.disclosure import Disclosure
from shp_data.domain.errors import SettingsError, describe_unknown
from shp_data.domain.events import DatedEvent
from shp_data.domain.lsoas import read_lsoas
from shp_data.domain.periods import Month, Period
from shp_data.domain.reported import classify_measure
from shp_data.domain.schema import INCIDENT_FILE
from shp_data.domain.selection import Covid, Location, Selection
from shp_data.domain.territory import POLICE_UK, Territory, find_territory
from shp_data.domain.toml_tables import build_list, build_named, build_object, read_texts
from shp_data.domain.vocabulary import Indicator, Supplier, Vocabulary, normalise_name

_COLUMNS = tuple(field.name for field in INCIDENT_FILE)
# An id becomes part of SQL and of a file name, so nothing else is accepted.
_ID = re.compile("[A-Za-z0-9_]+")


@dataclass(frozen=True, eq=False)  # equal only to itself, so that it can be the key of a cache
class Partnership:
    """One partnership: its names, areas, vocabulary, suppliers, events, disclosure rules and roles."""

    name: str
    area: str
    region: str
    areas: Areas
    vocabulary: Vocabulary
    suppliers: Mapping[str, Supplier]
    events: tuple[DatedEvent, ...]
    visitor_wards: tuple[VisitorWards, ...]
    disclosure: Disclosure
    access: Access
    headlines: tuple[str, ...] = ()  # the themes of the first page's cards; if empty, the first that are loaded
    force: str = ""  # its id at data.police.uk; if empty, `fetch` needs --force
    added: tuple[AddedIndicator, ...] = ()  # the indicators of its vocabulary that analysts added

    def select(
        self, indicators: tuple[str, ...], period: Period, areas: tuple[str, ...] = (), covid: Covid = "include",
        vintage: str | None = None, ward: str | None = None, location: Location | None = None,
    ) -> Selection:  # fmt: skip
        """Select the incidents that a figure counts, with the fields of a Selection."""
        return Selection(indicators, period, areas, covid, vintage, ward, location, ward_years=self.areas.ward_years)

    def is_open(self, source: str) -> bool:
        """Return whether the data of a supplier is published already.

        Each force of data.police.uk is a supplier of its own: `police.uk FORCE`.
        """
        # The space keeps a supplier called `police.uk-own` from counting as one of the forces.
        return any(
            supplier.open
            and (source == supplier.name or (supplier.format == "police.uk" and source.startswith(f"{supplier.name} ")))
            for supplier in self.suppliers.values()
        )

    def find_territory(self, source: str) -> Territory:
        """Find the LPAs that a supplier is responsible for: None for all of them, empty for none."""
        territory = find_territory(source, self.suppliers)
        return None if territory is None or set(self.areas.lpa_names).issubset(territory) else territory

    @property
    def has_sample(self) -> bool:
        """Whether the synthetic sample is for this partnership: one of its suppliers is synthetic."""
        return any(supplier.synthetic for supplier in self.suppliers.values())

    @property
    def exceptional_months(self) -> frozenset[Month]:
        """The months that do not count towards the usual variation."""
        return frozenset(month for event in self.events if event.exceptional for month in event.period)

    def attracts_visitors(self, ward: Ward) -> bool:
        """Return whether a ward attracts many non-residents, which makes its rate less meaningful."""
        return any(ward.lpa == visitors.area and ward.name in visitors.wards for visitors in self.visitor_wards)

    def list_events(self, period: Period) -> tuple[DatedEvent, ...]:
        """List the events that overlap a period, in order of time."""
        events = [event for event in self.events if event.first <= period.last and period.first <= event.last]
        return tuple(sorted(events, key=lambda event: (event.first, event.last)))


@dataclass(frozen=True)
class _Names:
    """The [partnership] table."""

    name: str
    area: str
    region: str
    headlines: tuple[str, ...] = ()
    force: str = ""


# The tables of a partnership.toml, each with the class of its rows; `str` for a table of texts.
TABLES: Mapping[str, type] = MappingProxyType(
    {
        "partnership": _Names,
        "disclosure": Disclosure,
        "access": Access,
        "areas": Area,
        "ward_vintages": WardBoundaries,
        "ward_changes": WardChange,
        "visitor_wards": VisitorWards,
        "events": DatedEvent,
        "priorities": str,
        "themes": str,
        "indicators": Indicator,
        "sources": Supplier,
    }
)


def partnership() -> Partnership:
    """Return the partnership of this process: its partnership.toml, and the indicators that analysts added.

    partnership.toml is read once, the added indicators whenever their file changes. Raises SettingsError, and
    StoreError if the file of added indicators is damaged.
    """
    # Asked for many times on each page, so the path is put together once for each setting.
    path = _locate_added(settings.get_store_in_use(), os.environ.get("SHP_STORE"), os.environ.get("SHP_PARTNERSHIP"))
    try:
        status = path.stat()
    except OSError:
        return _read_settings()
    return _read_with_added(path, (status.st_mtime_ns, status.st_size, status.st_ino))


@lru_cache(maxsize=16)
def _locate_added(_store_in_use: Path | None, _store: str | None, _partnership: str | None) -> Path:
    """Locate the file of added indicators, once for each setting of the folders."""
    return settings.find_store_dir() / added_indicators.FILE


@cache
def _read_settings() -> Partnership:
    return read_partnership(settings.find_partnership_file())


@lru_cache(maxsize=4)
def _read_with_added(path: Path, _state: tuple[int, int, int]) -> Partnership:
    """Read the partnership with its added indicators, once for each state of their file."""
    base, added = _read_settings(), read_added(path)
    return replace(base, vocabulary=extend_vocabulary(base.vocabulary, added), added=added)


def _explain_fault(fault: str) -> str:
    """Explain why a file cannot be read: the reader's own words, or how to correct a section that is there twice."""
    twice = re.fullmatch(r"Cannot declare \((.*)\) twice \(at line (\d+), column \d+\)", fault)
    if not twice:
        return fault
    names = ast.literal_eval(f"({twice[1]})")
    section = ".".join(name if name.isidentifier() else json.dumps(name, ensure_ascii=False) for name in names)
    return f"line {twice[2]} begins the section [{section}] a second time. Keep one of the two."


def read_partnership(path: Path) -> Partnership:
    """Read a partnership.toml, and the populations in the boundaries folder in the same folder.

    Raises SettingsError, which names the table, the key, the value and the valid ones.
    """
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path.name} cannot be read: {_explain_fault(str(error))}") from error
    # A misspelt table would otherwise be ignored, and its settings with it.
    for table in tables:
        if table not in TABLES:
            raise SettingsError(f"{path.name}: {describe_unknown('table', table, TABLES)}")
    names = build_object(_Names, tables.get("partnership", {}), "partnership.toml [partnership]")
    vocabulary = Vocabulary(
        indicators=build_named(Indicator, tables, "indicators", "id"),
        themes=read_texts(tables, "themes"),
        priorities=read_texts(tables, "priorities"),
    )
    suppliers = build_named(Supplier, tables, "sources", "name")
    ward_boundaries = build_list(WardBoundaries, tables, "ward_vintages")
    _check_ward_years(ward_boundaries)
    areas = read_areas(
        build_list(Area, tables, "areas"),
        ward_boundaries,
        build_list(WardChange, tables, "ward_changes"),
        path.parent / "boundaries" / "populations.csv",
        read_lsoas(path.parent / "boundaries" / f"{LSOAS}.csv"),
    )
    _check_references(names, areas, vocabulary, suppliers)
    visitors = build_list(VisitorWards, tables, "visitor_wards")
    _check_visitors(visitors, areas)
    return Partnership(
        areas=areas,
        vocabulary=vocabulary,
        suppliers=_add_default_force(suppliers, names, areas),
        events=build_list(DatedEvent, tables, "events"),
        visitor_wards=visitors,
        disclosure=build_object(Disclosure, tables.get("disclosure", {}), "partnership.toml [disclosure]"),
        access=build_object(Access, tables.get("access", {}), "partnership.toml [access]"),
        **vars(names),
    )


def build_supplier(name: str, table: Mapping[str, Any]) -> Supplier:
    """Build a supplier from a mapping that was saved as JSON. Raises SettingsError."""
    where = f"the mapping of {name}"
    supplier = build_object(Supplier, table, where, {"name": name})
    _check_values("column", supplier.headers, _COLUMNS, where)
    return supplier


def _check_references(names: _Names, areas: Areas, vocabulary: Vocabulary, suppliers: Mapping[str, Supplier]) -> None:
    """Check that every reference is to a known name, and that no name means two areas."""
    _check_values("area", [names.area], areas.lpa_names, "partnership.toml [partnership]")
    _check_values("theme", names.headlines, vocabulary.themes, "partnership.toml [partnership]")
    _check_areas(areas)
    for change in areas.changes:
        _check_values("area", [change.area], areas.lpa_names, "partnership.toml [[ward_changes]]")
        _check_values("year of ward boundaries", [change.vintage], areas.wards, "partnership.toml [[ward_changes]]")
    for indicator in vocabulary.indicators.values():
        where = f"partnership.toml [indicators.{indicator.id}]"
        _check_values("theme", [indicator.theme], vocabulary.themes, where)
        _check_values("priority", [indicator.priority], vocabulary.priorities, where)
        _check_values("numerator", _list_optional(indicator.numerator), vocabulary.indicators, where)
        _check_values("indicator", indicator.instead_of, vocabulary.indicators, where)
        if indicator.records and (indicator.kind != "reported" or classify_measure(indicator) != "count"):
            raise SettingsError(f'{where}: records = true is for an indicator of kind = "reported" that is a count')
    # A supplier's records can only be of indicators that may be counted from records.
    recorded = vocabulary.list_record_indicators()
    for supplier in suppliers.values():
        where = f'partnership.toml [sources."{supplier.name}"]'
        _check_values("column", supplier.headers, _COLUMNS, where)
        _check_values("indicator", _list_indicator_ids(supplier), recorded, where)
        _check_values("area", supplier.areas, areas.lpa_names, where)
        _check_forces(supplier, areas)


def _check_forces(supplier: Supplier, areas: Areas) -> None:
    """Check that only data.police.uk lists forces, and that each is responsible for known areas."""
    where = f'partnership.toml [sources."{supplier.name}".forces]'
    if supplier.forces and supplier.format != POLICE_UK:
        raise SettingsError(f'{where}: only a supplier with format = "{POLICE_UK}" has forces; give areas instead')
    for force, lpas in supplier.forces.items():
        if not normalise_name(force):
            raise SettingsError(f"{where}: {force!r} is no name; expected a force as data.police.uk prints it")
        _check_values("area", lpas, areas.lpa_names, f"{where} {force!r}")


def _add_default_force(suppliers: Mapping[str, Supplier], names: _Names, areas: Areas) -> Mapping[str, Supplier]:
    """Make the partnership's force responsible for every area where data.police.uk lists no force."""
    # A partnership.toml of an earlier version has no table of forces. Its `force` is the id of the one that it is for.
    forces = MappingProxyType({names.force: areas.lpa_names})
    return MappingProxyType(
        {
            name: replace(supplier, forces=forces)
            if names.force and supplier.format == POLICE_UK and not supplier.forces
            else supplier
            for name, supplier in suppliers.items()
        }
    )


def _check_ward_years(ward_boundaries: Iterable[WardBoundaries]) -> None:
    """Check that each ward year is unique and made of letters, digits and underscores.

    It is part of a column name in the store and of a file name of boundaries.
    """
    where, seen = "partnership.toml [[ward_vintages]] id", set[str]()
    for boundaries in ward_boundaries:
        if not _ID.fullmatch(boundaries.id):
            raise SettingsError(f"{where}: {boundaries.id!r}; expected only letters, digits and _, such as 2022")
        if boundaries.id.lower() in seen:  # a column's name is the same in capitals
            raise SettingsError(f"{where}: {boundaries.id!r} is the id of two sets of ward boundaries; rename one")
        seen.add(boundaries.id.lower())


def _check_areas(areas: Areas) -> None:
    """Check that each spelling means one area, and that ward years are in order of their start dates."""
    # The names of an area are compared once each: two of its own may be alike, those of two areas may not.
    spellings = [
        (normalise_name(name), name)
        for area in areas.lpas
        for name in {normalise_name(n): n for n in (area.code, area.name, *area.spellings)}.values()
    ]
    keys = [key for key, _ in spellings]
    repeated = [name for key, name in spellings if keys.count(key) > 1]
    if repeated:
        raise SettingsError(f"partnership.toml [[areas]]: {repeated[0]!r} means two areas; rename one")
    # Without a day the first boundaries apply to every earlier record, however old.
    first, *later = (boundaries.in_force_from for boundaries in areas.ward_boundaries)
    starts = [day for day in later if day is not None]
    if first is not None or len(starts) < len(later) or starts != sorted(set(starts)):
        raise SettingsError(
            "partnership.toml [[ward_vintages]]: the first must have no in_force_from, and each of the "
            "others a later one than the one before"
        )


def _check_visitors(visitors: Iterable[VisitorWards], areas: Areas) -> None:
    """Check that each ward with visitors exists in at least one ward year."""
    where = "partnership.toml [[visitor_wards]]"
    for area_wards in visitors:
        _check_values("area", [area_wards.area], areas.lpa_names, where)
        names = {ward.name for wards in areas.wards.values() for ward in wards.values() if ward.lpa == area_wards.area}
        _check_values(f"ward of {area_wards.area}", area_wards.wards, sorted(names), where)


def _list_indicator_ids(supplier: Supplier) -> tuple[str, ...]:
    """List the indicators that a supplier's settings name. An empty one leaves rows out, and names none."""
    mapped = (*supplier.categories.values(), *(rule.indicator for rule in supplier.rules))
    return (*filter(None, mapped), *supplier.indicators, *_list_optional(supplier.indicator))


def _list_optional(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _check_values(kind: str, values: Iterable[str], valid: Iterable[str], where: str) -> None:
    for value in values:
        if value not in valid:
            raise SettingsError(f"{where}: {describe_unknown(kind, value, valid)}")
