"""The indicators that analysts added, saved with the store: adding one, and removing one that nothing uses."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

from shp_data.domain.added_indicators import (
    FILE,
    MOST,
    AddedIndicator,
    check_name,
    clean_name,
    extend_vocabulary,
    make_id,
    read_added,
)
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier, Vocabulary
from shp_data.store.files.writing import open_for_writing
from shp_data.store.notes.json_files import write_json
from shp_data.store.notes.mappings import read_mappings


def prepare_indicator(root: Path, name: str, theme: str, unit: str, source: str, by: str) -> AddedIndicator:
    """Prepare an indicator to be added now, with its id. Nothing is saved.

    Raises UserError for a name that cannot be used or is that of another indicator, an unknown theme or unit, or if
    there are too many, and StoreError.
    """
    label, saved = clean_name(name), read_added(root / FILE)
    vocabulary = _read_vocabulary(root)
    check_name(label, vocabulary)
    if len(saved) >= MOST:
        raise UserError(f"{MOST} indicators are added already. Remove one that is not used first.")
    at = dt.datetime.now(dt.UTC).replace(microsecond=0)
    indicator = AddedIndicator(make_id(label, vocabulary), label, theme, unit, source, by, at)
    extend_vocabulary(vocabulary, (indicator,))
    return indicator


def add_indicator(root: Path, indicator: AddedIndicator) -> None:
    """Save a prepared indicator. Raises UserError if another has its name or id by now, and StoreError."""
    with open_for_writing(root):
        vocabulary = _read_vocabulary(root)
        check_name(indicator.label, vocabulary)
        if indicator.id in vocabulary.indicators:
            raise UserError(f"An indicator with the id {indicator.id} was added meanwhile. Try again.")
        _write_added(root, (*read_added(root / FILE), indicator))


def remove_indicator(root: Path, id_: str) -> None:
    """Remove an added indicator. Raises UserError where data or a mapping uses it, and StoreError."""
    with open_for_writing(root) as layout:
        saved = read_added(root / FILE)
        label = next((indicator.label for indicator in saved if indicator.id == id_), id_)
        manifest = layout.read_manifest(layout.read_version())
        cells = {cell.indicator for load in manifest.loads for cell in load.cells}
        figures = {figure.indicator for load in manifest.loads for figure in load.figures}
        if id_ in cells | figures:
            raise UserError(f"{label} has data in the store. Undo its loads on the Data page first.")
        users = [name for name, mapping in read_mappings(root).items() if id_ in _list_indicators(mapping)]
        if users:
            raise UserError(f"The mapping of {users[0]} uses {label}. Remove or change the mapping first.")
        _write_added(root, tuple(indicator for indicator in saved if indicator.id != id_))


def _read_vocabulary(root: Path) -> Vocabulary:
    """Read the vocabulary with the indicators that are added to this store."""
    return extend_vocabulary(partnership().vocabulary, read_added(root / FILE))


def _list_indicators(mapping: Supplier) -> set[str | None]:
    rules = (rule.indicator for rule in mapping.rules)
    return {mapping.indicator, *mapping.indicators, *mapping.categories.values(), *rules}


def _write_added(root: Path, added: tuple[AddedIndicator, ...]) -> None:
    write_json(root / FILE, [asdict(indicator) for indicator in added])
