"""Suppliers' headers and categories, as mapped on the Data page: kept with the store."""

from __future__ import annotations

import json
from pathlib import Path

from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import source_from
from shp_data.domain.vocabulary import Source
from shp_data.store.layout import Layout
from shp_data.store.writing import writing


def read_mappings(root: Path) -> dict[str, Source]:
    """The kept mappings by source name; empty where none was made. Raises StoreError where they are damaged."""
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


def keep_mapping(root: Path, source: Source) -> None:
    """Keep a mapping, in place of an earlier one of the same name. Raises StoreError."""
    kept = {**read_mappings(root), source.name: source}
    tables = {
        name: {"headers": dict(s.headers), "categories": dict(s.categories)}
        | ({"indicator": s.indicator} if s.indicator else {})
        for name, s in kept.items()
    }
    with writing(root) as layout:
        made = layout.mappings.with_suffix(".new")
        made.write_text(json.dumps(tables, indent=1, ensure_ascii=False), encoding="utf-8")
        made.replace(layout.mappings)
