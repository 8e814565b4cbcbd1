"""partnership.toml, read into frozen objects; an unknown key or value is an error that lists valid ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shp_data.domain import settings
from shp_data.domain.access import Access
from shp_data.domain.areas import Area, Areas, VisitorWards, Ward, WardChange, WardVintage, read_areas
from shp_data.domain.disclosure import Disclosure
from shp_data.domain.errors import SettingsError, unknown
from shp_data.domain.events import Event
from shp_data.domain.periods import Month, Period
from shp_data.domain.schema import INCIDENT_FILE
from shp_data.domain.toml_tables import build, listed, named, texts
from shp_data.domain.vocabulary import Indicator, Source, Vocabulary, plain

_COLUMNS = tuple(field.name for field in INCIDENT_FILE)
_ID = re.compile("[A-Za-z0-9_]+")


@dataclass(frozen=True)
class Partnership:
    """One partnership: its names, areas, vocabulary and suppliers, what happened there, and what may be shown."""

    name: str
    area: str
    region: str
    areas: Areas
    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    events: tuple[Event, ...]
    visitor_wards: tuple[VisitorWards, ...]
    disclosure: Disclosure
    access: Access
    headlines: tuple[str, ...] = ()  # the themes of the first page's cards; the first that are loaded, if none is
    force: str = ""  # its id at data.police.uk; empty where `fetch` is to be told

    def is_open(self, source: str) -> bool:
        """Is what a source gave published already? Each force of data.police.uk is a source: `police.uk FORCE`."""
        return any(
            known.open
            and (source == known.name or (known.format == "police.uk" and source.startswith(f"{known.name} ")))
            for known in self.sources.values()
        )

    @property
    def has_sample(self) -> bool:
        """Is the synthetic sample of this partnership's places? Only where one of its sources is invented."""
        return any(source.synthetic for source in self.sources.values())

    @property
    def exceptional_months(self) -> frozenset[Month]:
        """The months that tell nothing of how much a count varies as a rule."""
        return frozenset(month for event in self.events if event.exceptional for month in event.period)

    def draws_visitors(self, ward: Ward) -> bool:
        """Do many people come to a ward who do not live there, so that its rate says less?"""
        return any(ward.lpa == known.area and ward.name in known.wards for known in self.visitor_wards)

    def events_of(self, period: Period) -> tuple[Event, ...]:
        """The events that any of the period's months saw, in order of time."""
        seen = [event for event in self.events if event.first <= period.last and period.first <= event.last]
        return tuple(sorted(seen, key=lambda event: (event.first, event.last)))


@dataclass(frozen=True)
class _Names:
    """The [partnership] table."""

    name: str
    area: str
    region: str
    headlines: tuple[str, ...] = ()
    force: str = ""


# What a partnership.toml may hold: each table, and what one of its rows is made into; `str` for a table of texts.
TABLES: Mapping[str, type] = MappingProxyType(
    {
        "partnership": _Names,
        "disclosure": Disclosure,
        "access": Access,
        "areas": Area,
        "ward_vintages": WardVintage,
        "ward_changes": WardChange,
        "visitor_wards": VisitorWards,
        "events": Event,
        "priorities": str,
        "themes": str,
        "indicators": Indicator,
        "sources": Source,
    }
)


@cache
def partnership() -> Partnership:
    """The partnership that this process speaks for, by its partnership.toml, read once."""
    return read_partnership(settings.partnership_file())


def read_partnership(path: Path) -> Partnership:
    """Read a partnership.toml, with the populations of the boundary folder beside it.

    Raises SettingsError that names the table, the key, the value seen and the valid ones.
    """
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}") from error
    for table in tables:
        if table not in TABLES:
            raise SettingsError(f"{path.name}: {unknown('table', table, TABLES)}")
    names = build(_Names, tables.get("partnership", {}), "partnership.toml [partnership]")
    vocabulary = Vocabulary(
        indicators=named(Indicator, tables, "indicators", "id"),
        themes=texts(tables, "themes"),
        priorities=texts(tables, "priorities"),
    )
    sources = named(Source, tables, "sources", "name")
    vintages = listed(WardVintage, tables, "ward_vintages")
    _check_ids(vintages)
    areas = read_areas(
        listed(Area, tables, "areas"),
        vintages,
        listed(WardChange, tables, "ward_changes"),
        path.parent / "boundaries" / "populations.csv",
    )
    _check(names, areas, vocabulary, sources)
    events = listed(Event, tables, "events")
    visitors = listed(VisitorWards, tables, "visitor_wards")
    _check_visitors(visitors, areas)
    shown = build(Disclosure, tables.get("disclosure", {}), "partnership.toml [disclosure]")
    roles = build(Access, tables.get("access", {}), "partnership.toml [access]")
    return Partnership(
        names.name,
        names.area,
        names.region,
        areas,
        vocabulary,
        sources,
        events,
        visitors,
        shown,
        roles,
        names.headlines,
        names.force,
    )


def source_from(name: str, table: Mapping[str, Any]) -> Source:
    """A source made from the keys of a mapping that was kept as JSON. Raises SettingsError."""
    where = f"the mapping of {name}"
    source = build(Source, table, where, {"name": name})
    _known("column", source.headers, _COLUMNS, where)
    return source


def _check(names: _Names, areas: Areas, vocabulary: Vocabulary, sources: Mapping[str, Source]) -> None:
    """Every name that refers to another must be known, and no name may mean two areas."""
    _known("area", [names.area], areas.lpa_names, "partnership.toml [partnership]")
    _known("theme", names.headlines, vocabulary.themes, "partnership.toml [partnership]")
    _check_areas(areas)
    for change in areas.changes:
        _known("area", [change.area], areas.lpa_names, "partnership.toml [[ward_changes]]")
        _known("ward vintage", [change.vintage], areas.wards, "partnership.toml [[ward_changes]]")
    for indicator in vocabulary.indicators.values():
        where = f"partnership.toml [indicators.{indicator.id}]"
        _known("theme", [indicator.theme], vocabulary.themes, where)
        _known("priority", [indicator.priority], vocabulary.priorities, where)
        _known("numerator", _given(indicator.numerator), vocabulary.indicators, where)
        _known("indicator", indicator.instead_of, vocabulary.indicators, where)
    incident = vocabulary.incident_indicators()
    for source in sources.values():
        where = f'partnership.toml [sources."{source.name}"]'
        _known("column", source.headers, _COLUMNS, where)
        named_ = (*source.categories.values(), *source.indicators, *_given(source.indicator))
        _known("indicator", named_, incident, where)
        _known("area", source.areas, areas.lpa_names, where)


def _check_ids(vintages: Iterable[WardVintage]) -> None:
    """The id of a vintage names a column of the store and a file of boundaries, so it is of letters and digits."""
    where, seen = "partnership.toml [[ward_vintages]] id", set[str]()
    for vintage in vintages:
        if not _ID.fullmatch(vintage.id):
            raise SettingsError(f"{where}: {vintage.id!r}; expected letters, digits and underscores alone, as 2022")
        if vintage.id.lower() in seen:  # a column's name is the same in capitals
            raise SettingsError(f"{where}: {vintage.id!r} names two vintages; rename one")
        seen.add(vintage.id.lower())


def _check_areas(areas: Areas) -> None:
    """Every spelling means one area; ward vintages come in the order in which they come into force."""
    spellings = [
        (plain(name), name)
        for area in areas.lpas
        for name in {plain(n): n for n in (area.code, area.name, *area.spellings)}.values()
    ]
    keys = [key for key, _ in spellings]
    twice = [name for key, name in spellings if keys.count(key) > 1]
    if twice:
        raise SettingsError(f"partnership.toml [[areas]]: {twice[0]!r} means two areas; rename one")
    first, *later = (vintage.in_force_from for vintage in areas.vintages)
    starts = [day for day in later if day is not None]
    if first is not None or len(starts) < len(later) or starts != sorted(set(starts)):
        raise SettingsError(
            "partnership.toml [[ward_vintages]]: the first must have no in_force_from, and each other "
            "a later one than that before it"
        )


def _check_visitors(visitors: Iterable[VisitorWards], areas: Areas) -> None:
    """A ward to which visitors come must have its name in one of the vintages."""
    where = "partnership.toml [[visitor_wards]]"
    for known in visitors:
        _known("area", [known.area], areas.lpa_names, where)
        names = {ward.name for wards in areas.wards.values() for ward in wards.values() if ward.lpa == known.area}
        _known(f"ward of {known.area}", known.wards, sorted(names), where)


def _given(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _known(kind: str, values: Iterable[str], valid: Iterable[str], where: str) -> None:
    for value in values:
        if value not in valid:
            raise SettingsError(f"{where}: {unknown(kind, value, valid)}")
