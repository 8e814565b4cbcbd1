"""Suppliers' headers and categories, as mapped on the Load files page: kept with the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import partnership, source_from
from shp_data.domain.vocabulary import Source
from shp_data.store.layout import Layout
from shp_data.store.writing import writing


def read_mappings(root: Path) -> dict[str, Source]:
    """The kept mappings by source name; empty where none was made. Raises StoreError where damaged."""
    try:
        text = Layout(root).mappings.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError(f"the mappings of the store {root.name} cannot be read: {error.strerror}") from error
    try:
        return {name: source_from(name, table) for name, table in json.loads(text).items()}
    except (ValueError, AttributeError) as error:
        raise StoreError(
            f"mappings.json of the store {root.name} is damaged: {error}; delete it and map again"
        ) from error


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
        )
    return known


def keep_mapping(root: Path, source: Source) -> None:
    """Keep a mapping, in place of an earlier one of the same name. Raises StoreError."""
    _write(root, {**read_mappings(root), source.name: source})


def forget_mapping(root: Path, name: str) -> None:
    """Remove a kept mapping; what was loaded with it stays as it is. Raises StoreError."""
    _write(root, {kept: source for kept, source in read_mappings(root).items() if kept != name})


def _write(root: Path, kept: Mapping[str, Source]) -> None:
    tables = {
        name: {"headers": dict(s.headers), "categories": dict(s.categories)}
        | ({"indicator": s.indicator} if s.indicator else {})
        for name, s in kept.items()
    }
    with writing(root) as layout:
        made = layout.mappings.with_suffix(".new")
        made.write_text(json.dumps(tables, indent=1, ensure_ascii=False), encoding="utf-8")
        made.replace(layout.mappings)
