"""Tables of partnership.toml -> frozen objects, each key checked against the type of its field."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from shp_data.domain.errors import SelectionError, SettingsError, unknown
from shp_data.domain.periods import Month

T = TypeVar("T")

_FILE = "partnership.toml"


def named(cls: type[T], tables: Mapping[str, Any], table: str, key: str) -> Mapping[str, T]:
    """Objects from a table of tables, each knowing its own name as `key`. Raises SettingsError."""
    rows = _of_kind(tables.get(table, {}), Mapping, f"{_FILE} [{table}]", "a table of tables")
    return MappingProxyType(
        {name: build(cls, row, f"{_FILE} [{table}.{name}]", {key: name}) for name, row in rows.items()}
    )


def listed(cls: type[T], tables: Mapping[str, Any], table: str) -> tuple[T, ...]:
    """Objects from an array of tables. Raises SettingsError."""
    rows = _of_kind(tables.get(table, []), list, f"{_FILE} [[{table}]]", "an array of tables")
    return tuple(build(cls, row, f"{_FILE} [[{table}]]") for row in rows)


def texts(tables: Mapping[str, Any], table: str) -> Mapping[str, str]:
    """A table of texts. Raises SettingsError."""
    return _texts(tables.get(table, {}), f"{_FILE} [{table}]")


def build(cls: type[T], row: Any, where: str, given: Mapping[str, str] = MappingProxyType({})) -> T:
    """One object from the keys of a table; `given`: what is known of it besides. Raises SettingsError."""
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = get_type_hints(cls)
    values: dict[str, Any] = dict(given)
    for key, value in _of_kind(row, Mapping, where, "a table").items():
        if key not in fields:
            raise SettingsError(f"{where}: {unknown('key', key, fields)}")
        values[key] = _typed(value, hints[key], f"{where} {key}")
    needed = [n for n, f in fields.items() if f.default is f.default_factory is dataclasses.MISSING]
    missing = [name for name in needed if name not in values]
    if missing:
        raise SettingsError(f"{where}: {', '.join(missing)} missing")
    return cls(**values)


def _typed(value: Any, hint: Any, where: str) -> object:
    """A TOML value as the field's type, made unchangeable. Raises SettingsError where it is of another."""
    origin = get_origin(hint)
    if origin is Literal:
        if value not in get_args(hint):
            raise SettingsError(f"{where}: {unknown('value', value, get_args(hint))}")
        return value
    if origin is Mapping:
        return _texts(value, where)
    if hint is Month and isinstance(value, str):
        return _month(value, where)
    if origin is tuple and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    kinds = tuple(t for t in (get_args(hint) or (hint,)) if isinstance(t, type))
    plain = origin in (None, types.UnionType) and not isinstance(value, dt.datetime)
    if plain and isinstance(value, kinds):
        return value
    raise _wrong_type(value, where, getattr(hint, "__name__", str(hint)))


def _texts(value: Any, where: str) -> Mapping[str, str]:
    table = _of_kind(value, Mapping, where, "a table of texts")
    for key, text in table.items():
        _of_kind(text, str, f"{where} {key}", "text")
    return MappingProxyType(dict(table))


def _of_kind(value: Any, kind: type, where: str, expected: str) -> Any:
    if not isinstance(value, kind):
        raise _wrong_type(value, where, expected)
    return value


def _wrong_type(value: object, where: str, expected: str) -> SettingsError:
    return SettingsError(f"{where}: {str(value)[:80]!r} is of the wrong type; expected {expected}")


def _month(text: str, where: str) -> Month:
    try:
        return Month.parse(text)
    except SelectionError as error:
        raise SettingsError(f"{where}: {error}") from error
