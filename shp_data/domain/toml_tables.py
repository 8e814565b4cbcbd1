"""Conversion of tables in partnership.toml to frozen objects. Each key is checked against the type of its field."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from shp_data.domain.errors import SelectionError, SettingsError, describe_unknown
from shp_data.domain.periods import Month

T = TypeVar("T")

_FILE = "partnership.toml"
# Cached, because resolving the type hints of a class takes far longer than reading one of its rows.
_get_type_hints = cache(get_type_hints)


def build_named(cls: type[T], tables: Mapping[str, Any], table: str, key: str) -> Mapping[str, T]:
    """Build objects from a table of tables. Each has its own name as `key`. Raises SettingsError."""
    rows = _check_kind(tables.get(table, {}), Mapping, f"{_FILE} [{table}]", "a table of tables")
    return MappingProxyType(
        {name: build_object(cls, row, f"{_FILE} [{table}.{name}]", {key: name}) for name, row in rows.items()}
    )


def build_list(cls: type[T], tables: Mapping[str, Any], table: str) -> tuple[T, ...]:
    """Build objects from an array of tables. Raises SettingsError."""
    rows = _check_kind(tables.get(table, []), list, f"{_FILE} [[{table}]]", "an array of tables")
    return tuple(build_object(cls, row, f"{_FILE} [[{table}]]") for row in rows)


def read_texts(tables: Mapping[str, Any], table: str) -> Mapping[str, str]:
    """Read a table of texts. Raises SettingsError."""
    return _check_texts(tables.get(table, {}), f"{_FILE} [{table}]")


def build_object(cls: type[T], row: Any, where: str, preset: Mapping[str, str] = MappingProxyType({})) -> T:
    """Build one object from the keys of a table. `preset`: values that are not in the table. Raises SettingsError."""
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = _get_type_hints(cls)  # type: ignore[arg-type]
    values: dict[str, Any] = dict(preset)
    for key, value in _check_kind(row, Mapping, where, "a table").items():
        if key not in fields:
            raise SettingsError(f"{where}: {describe_unknown('key', key, fields)}")
        values[key] = _convert_value(value, hints[key], f"{where} {key}")
    # Both tests, because a field has its default in one of the two places.
    needed = [n for n, f in fields.items() if f.default is f.default_factory is dataclasses.MISSING]
    missing = [name for name in needed if name not in values]
    if missing:
        raise SettingsError(f"{where}: {', '.join(missing)} missing")
    return cls(**values)


def _convert_value(value: Any, hint: Any, where: str) -> object:
    """Convert a TOML value to the type of its field, read-only. Raises SettingsError for another type."""
    origin = get_origin(hint)
    if origin is Literal:
        if value not in get_args(hint):
            raise SettingsError(f"{where}: {describe_unknown('value', value, get_args(hint))}")
        return value
    if origin is Mapping:
        kind = get_args(hint)[1]
        return _check_texts(value, where) if kind is str else _convert_table(value, kind, where)
    if hint is Month and isinstance(value, str):
        return _parse_month(value, where)
    if origin is tuple and dataclasses.is_dataclass(get_args(hint)[0]):
        rows = _check_kind(value, list, where, "an array of tables")
        return tuple(build_object(get_args(hint)[0], row, where) for row in rows)
    if origin is tuple and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    kinds = tuple(t for t in (get_args(hint) or (hint,)) if isinstance(t, type))
    # A datetime is a date to Python, but a day with a time is a mistake in a settings file.
    is_simple = origin in (None, types.UnionType) and not isinstance(value, dt.datetime)
    if is_simple and isinstance(value, kinds):
        return value
    raise _make_type_error(value, where, getattr(hint, "__name__", str(hint)))


def _convert_table(value: Any, hint: Any, where: str) -> Mapping[str, object]:
    """Convert a table whose values are all of one type."""
    rows = _check_kind(value, Mapping, where, "a table")
    return MappingProxyType({key: _convert_value(item, hint, f"{where} {key}") for key, item in rows.items()})


def _check_texts(value: Any, where: str) -> Mapping[str, str]:
    table = _check_kind(value, Mapping, where, "a table of texts")
    for key, text in table.items():
        _check_kind(text, str, f"{where} {key}", "text")
    return MappingProxyType(dict(table))


def _check_kind(value: Any, kind: type, where: str, expected: str) -> Any:
    if not isinstance(value, kind):
        raise _make_type_error(value, where, expected)
    return value


def _make_type_error(value: object, where: str, expected: str) -> SettingsError:
    return SettingsError(f"{where}: {str(value)[:80]!r} is of the wrong type; expected {expected}")


def _parse_month(text: str, where: str) -> Month:
    try:
        return Month.parse(text)
    except SelectionError as error:
        raise SettingsError(f"{where}: {error}") from error
