"""partnership.toml, read into frozen objects; an unknown key or value is an error that lists valid ones."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from shp_data.domain import settings
from shp_data.domain.areas import Area, Areas, WardChange, WardVintage, read_areas
from shp_data.domain.errors import SelectionError, SettingsError, unknown
from shp_data.domain.events import Event
from shp_data.domain.periods import Month
from shp_data.domain.vocabulary import Indicator, Source, Vocabulary

T = TypeVar("T")

_TABLES = (
    "partnership",
    "areas",
    "ward_vintages",
    "ward_changes",
    "events",
    "priorities",
    "themes",
    "indicators",
    "sources",
)


@dataclass(frozen=True)
class Partnership:
    """One partnership: its names, its areas, its vocabulary, its suppliers and what happened there."""

    name: str
    area: str
    region: str
    areas: Areas
    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    events: tuple[Event, ...]

    @property
    def exceptional_months(self) -> frozenset[Month]:
        """The months that tell nothing of how much a count varies as a rule."""
        return frozenset(month for event in self.events if event.exceptional for month in event.period)


@dataclass(frozen=True)
class _Names:
    """The [partnership] table."""

    name: str
    area: str
    region: str


@cache
def partnership() -> Partnership:
    """The partnership that this process speaks for: partnership.toml beside the code, read once."""
    return read_partnership(settings.partnership_file())


def read_partnership(path: Path) -> Partnership:
    """Read a partnership.toml, with the populations of the boundary folder beside it.

    Raises SettingsError that names the table, the key, the value seen and the valid ones.
    """
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}") from error
    for table in tables:
        if table not in _TABLES:
            raise SettingsError(f"{path.name}: {unknown('table', table, _TABLES)}")
    names = _build(_Names, tables.get("partnership", {}), "[partnership]")
    vocabulary = Vocabulary(
        indicators=_named(Indicator, tables, "indicators", "id"),
        themes=MappingProxyType(dict(tables.get("themes", {}))),
        priorities=MappingProxyType(dict(tables.get("priorities", {}))),
    )
    sources = _named(Source, tables, "sources", "name")
    areas = read_areas(
        _listed(Area, tables, "areas"),
        _listed(WardVintage, tables, "ward_vintages"),
        _listed(WardChange, tables, "ward_changes"),
        path.parent / "boundaries" / "populations.csv",
    )
    _check(names, areas, vocabulary, sources)
    events = _listed(Event, tables, "events")
    return Partnership(names.name, names.area, names.region, areas, vocabulary, sources, events)


def source_from(name: str, table: Mapping[str, Any]) -> Source:
    """A source made from the keys of a mapping that was kept as JSON. Raises SettingsError."""
    return _build(Source, {"name": name, **table}, f"the mapping of {name}")


def _check(names: _Names, areas: Areas, vocabulary: Vocabulary, sources: Mapping[str, Source]) -> None:
    """Every name that refers to another must be known."""
    _known("area", [names.area], areas.lpa_names, "[partnership]")
    for change in areas.changes:
        _known("area", [change.area], areas.lpa_names, "[[ward_changes]]")
        _known("ward vintage", [change.vintage], areas.wards, "[[ward_changes]]")
    for indicator in vocabulary.indicators.values():
        where = f"[indicators.{indicator.id}]"
        _known("theme", [indicator.theme], vocabulary.themes, where)
        _known("priority", [indicator.priority], vocabulary.priorities, where)
        _known(
            "numerator", [indicator.numerator] if indicator.numerator else [], vocabulary.indicators, where
        )
    incident = vocabulary.incident_indicators()
    for source in sources.values():
        where = f'[sources."{source.name}"]'
        _known("indicator", source.categories.values(), incident, where)
        _known("indicator", source.indicators, incident, where)
        _known("indicator", [source.indicator] if source.indicator else [], incident, where)


def _known(kind: str, values: Iterable[str], valid: Iterable[str], where: str) -> None:
    for value in values:
        if value not in valid:
            raise SettingsError(f"partnership.toml {where}: {unknown(kind, value, valid)}")


def _named(cls: type[T], tables: Mapping[str, Any], table: str, key: str) -> Mapping[str, T]:
    """Objects from a table of tables, each knowing its own name."""
    rows = tables.get(table, {})
    return MappingProxyType(
        {name: _build(cls, {key: name, **row}, f"[{table}.{name}]") for name, row in rows.items()}
    )


def _listed(cls: type[T], tables: Mapping[str, Any], table: str) -> tuple[T, ...]:
    """Objects from an array of tables."""
    return tuple(_build(cls, row, f"[[{table}]]") for row in tables.get(table, []))


def _build(cls: type[T], row: Mapping[str, Any], where: str) -> T:
    """One object from the keys of a table, each checked against the field's type."""
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = get_type_hints(cls)
    values = {}
    for key, value in row.items():
        if key not in fields:
            raise SettingsError(f"partnership.toml {where}: {unknown('key', key, fields)}")
        values[key] = _typed(value, hints[key], f"partnership.toml {where} {key}")
    needed = [n for n, f in fields.items() if f.default is f.default_factory is dataclasses.MISSING]
    missing = [name for name in needed if name not in values]
    if missing:
        raise SettingsError(f"partnership.toml {where}: {', '.join(missing)} missing")
    return cls(**values)


def _typed(value: object, hint: Any, where: str) -> object:
    """A TOML value as the field's type, made unchangeable. Raises SettingsError where it is of another."""
    origin = get_origin(hint)
    if origin is Literal:
        if value not in get_args(hint):
            raise SettingsError(f"{where}: {unknown('value', value, get_args(hint))}")
        return value
    if hint is Month and isinstance(value, str):
        return _month(value, where)
    if origin is tuple and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    if origin is Mapping and isinstance(value, Mapping):
        return MappingProxyType(dict(value))
    plain_types = tuple(t for t in (get_args(hint) or (hint,)) if isinstance(t, type))
    if (
        origin in (None, types.UnionType)
        and isinstance(value, plain_types)
        and not isinstance(value, dt.datetime)
    ):
        return value
    raise SettingsError(f"{where}: {value!r} is of the wrong type; expected {hint}")


def _month(text: str, where: str) -> Month:
    try:
        return Month.parse(text)
    except SelectionError as error:
        raise SettingsError(f"{where}: {error}") from error
