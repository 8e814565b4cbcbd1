"""Suppliers' headers and categories, as mapped on the Load files page and saved with the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from shp_data.domain.partnership import build_supplier, partnership
from shp_data.domain.vocabulary import Rule, Supplier
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.writing import open_for_writing
from shp_data.store.notes.json_files import read_json, write_json

# The fields of a supplier that a mapping saves, and what makes JSON of each.
_SAVED_FIELDS: Mapping[str, Callable[[Any], object]] = {
    "headers": dict,
    "categories": dict,
    "rules": lambda rules: [_convert_rule(rule) for rule in rules],
    "unmatched": str,
    "indicator": str,
    "indicators": list,
    "areas": list,
    "date_order": str,
}


def read_mappings(root: Path) -> dict[str, Supplier]:
    """Read the saved mappings by supplier name; empty if there are none. Raises StoreError if the file is damaged."""
    return read_json(
        StoreLayout(root).mappings,
        lambda tables: {name: build_supplier(name, table) for name, table in tables.items()},
        dict[str, Supplier](),
    )


def list_suppliers(root: Path) -> dict[str, Supplier]:
    """Return every supplier by name, from partnership.toml and the saved mappings.

    A saved mapping extends the supplier of the same name, and replaces a ready-made one: it began as a copy.
    """
    suppliers = dict(partnership().suppliers)
    for name, saved in read_mappings(root).items():
        base = suppliers.get(name, Supplier(name))
        if base.ready_made:
            base = replace(base, headers={}, categories={}, rules=(), ready_made=False)
        suppliers[name] = replace(
            base,
            headers={**base.headers, **saved.headers},
            categories={**base.categories, **saved.categories},
            rules=saved.rules or base.rules,
            unmatched=saved.unmatched,
            indicator=saved.indicator or base.indicator,
            indicators=saved.indicators or base.indicators,
            areas=saved.areas or base.areas,
            date_order=saved.date_order or base.date_order,
        )
    return suppliers


def save_mapping(root: Path, supplier: Supplier) -> None:
    """Save a mapping, replacing an earlier one of the same name. Raises StoreError."""
    _update_mappings(root, lambda mappings: {**mappings, supplier.name: supplier})


def remove_mapping(root: Path, name: str) -> None:
    """Remove a saved mapping. Records loaded with it do not change. Raises StoreError."""
    _update_mappings(root, lambda mappings: {other: supplier for other, supplier in mappings.items() if other != name})


def _convert_rule(rule: Rule) -> dict[str, object]:
    """Convert a rule to the table that `build_supplier` reads."""
    conditions = {header: list(values) for header, values in rule.conditions.items()}
    return {"indicator": rule.indicator, "conditions": conditions, **({"reason": rule.reason} if rule.reason else {})}


def _update_mappings(root: Path, change: Callable[[dict[str, Supplier]], dict[str, Supplier]]) -> None:
    """Read, change and write under one lock, so that no other writer's mapping is lost."""
    with open_for_writing(root) as layout:
        tables = {
            name: {key: kind(value) for key, kind in _SAVED_FIELDS.items() if (value := getattr(supplier, key))}
            for name, supplier in change(read_mappings(root)).items()
        }
        write_json(layout.mappings, tables)
