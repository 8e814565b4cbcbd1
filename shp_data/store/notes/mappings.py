"""Suppliers' headers and categories, as mapped on the Load files page: kept with the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shp_data.domain.partnership import partnership, source_from
from shp_data.domain.vocabulary import Source
from shp_data.store.files.layout import Layout
from shp_data.store.files.writing import writing
from shp_data.store.notes.kept_json import read_json, write_json

# What of a Source is kept, and as what JSON can write.
_KEPT = {"headers": dict, "categories": dict, "indicator": str, "indicators": list, "areas": list}


def read_mappings(root: Path) -> dict[str, Source]:
    """The kept mappings by source name; empty where none was made. Raises StoreError where damaged."""
    return read_json(
        Layout(root).mappings,
        lambda tables: {name: source_from(name, table) for name, table in tables.items()},
        dict[str, Source](),
    )


def known_sources(root: Path) -> dict[str, Source]:
    """Every source by name: those of partnership.toml, and the kept mappings, added to one of its name."""
    known = dict(partnership().sources)
    for name, kept in read_mappings(root).items():
        base = known.get(name, Source(name))
        known[name] = replace(
            base,
            headers={**base.headers, **kept.headers},
            categories={**base.categories, **kept.categories},
            indicator=kept.indicator or base.indicator,
            indicators=kept.indicators or base.indicators,
            areas=kept.areas or base.areas,
        )
    return known


def keep_mapping(root: Path, source: Source) -> None:
    """Keep a mapping, in place of an earlier one of the same name. Raises StoreError."""
    _change(root, lambda kept: {**kept, source.name: source})


def forget_mapping(root: Path, name: str) -> None:
    """Remove a kept mapping; what was loaded with it stays as it is. Raises StoreError."""
    _change(root, lambda kept: {other: source for other, source in kept.items() if other != name})


def _change(root: Path, change: Callable[[dict[str, Source]], dict[str, Source]]) -> None:
    """Read, change and write under one lock, so that no other writer's mapping is lost."""
    with writing(root) as layout:
        tables = {
            name: {key: kind(value) for key, kind in _KEPT.items() if (value := getattr(source, key))}
            for name, source in change(read_mappings(root)).items()
        }
        write_json(layout.mappings, tables)
