"""Suppliers' headers and categories, as mapped on the Load files page and saved with the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shp_data.domain.partnership import build_supplier, partnership
from shp_data.domain.vocabulary import Supplier
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.writing import open_for_writing
from shp_data.store.notes.json_files import read_json, write_json

# The fields of a supplier that a mapping saves, and the JSON type of each.
_SAVED_FIELDS = {
    "headers": dict, "categories": dict, "indicator": str, "indicators": list, "areas": list, "date_order": str,
}  # fmt: skip


def read_mappings(root: Path) -> dict[str, Supplier]:
    """Read the saved mappings by supplier name; empty if there are none. Raises StoreError if the file is damaged."""
    return read_json(
        StoreLayout(root).mappings,
        lambda tables: {name: build_supplier(name, table) for name, table in tables.items()},
        dict[str, Supplier](),
    )


def list_suppliers(root: Path) -> dict[str, Supplier]:
    """Return every supplier by name, from partnership.toml and the saved mappings.

    A saved mapping extends the supplier of the same name.
    """
    suppliers = dict(partnership().suppliers)
    for name, saved in read_mappings(root).items():
        base = suppliers.get(name, Supplier(name))
        suppliers[name] = replace(
            base,
            headers={**base.headers, **saved.headers},
            categories={**base.categories, **saved.categories},
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


def _update_mappings(root: Path, change: Callable[[dict[str, Supplier]], dict[str, Supplier]]) -> None:
    """Read, change and write under one lock, so that no other writer's mapping is lost."""
    with open_for_writing(root) as layout:
        tables = {
            name: {key: kind(value) for key, kind in _SAVED_FIELDS.items() if (value := getattr(supplier, key))}
            for name, supplier in change(read_mappings(root)).items()
        }
        write_json(layout.mappings, tables)
