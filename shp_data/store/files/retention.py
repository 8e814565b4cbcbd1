"""Permanent removal of old records, or of the data of one source, from every load."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from shp_data.domain.errors import SelectionError, StoreError, describe_unknown
from shp_data.domain.periods import Month, parse_period
from shp_data.domain.reported import ReportedFigure
from shp_data.store.files.layout import StoreLayout, quote_path, quote_text
from shp_data.store.files.leftovers import finish_removal, note_removal
from shp_data.store.files.manifest import FileResult, Load, Manifest, SupplierMonth, split_into_runs
from shp_data.store.files.parts import write_records
from shp_data.store.files.writing import open_for_writing, publish_version


@dataclass(frozen=True)
class RecordsToRemove:
    """The records to remove: months before `before`, or the data of `source`.

    If both are set, only the months of that source before that month.
    """

    before: Month | None = None
    source: str | None = None

    def has_cell(self, cell: SupplierMonth) -> bool:
        """Return whether the records of a supplier month are removed."""
        is_recent = self.before is not None and cell.month >= str(self.before)
        return not is_recent and self.source in (None, cell.source)

    def has_figure(self, figure: ReportedFigure) -> bool:
        """Return whether a reported figure is removed. It names no source, so only its age counts."""
        return self.source is None and self.before is not None and parse_period(figure.period).last < self.before


@dataclass(frozen=True)
class Removal:
    """What a removal takes out.

    `cells`: the records of each supplier month, including those that a later load replaced. `figures`: the
    number of reported figures. `rejected`: the files of rejected rows of the loads that lose anything. They
    are not divided by month, so whole files are removed.
    """

    cells: Mapping[SupplierMonth, int]
    figures: int
    rejected: tuple[str, ...]


def plan_removal(manifest: Manifest, to_remove: RecordsToRemove) -> Removal:
    """Plan what to remove from a store with this manifest. Raises SelectionError for an unknown source."""
    sources = dict.fromkeys(cell.source for load in manifest.loads for cell in load.cells)
    if to_remove.source is not None and to_remove.source not in sources:
        raise SelectionError(describe_unknown("source", to_remove.source, sources))
    cells: dict[SupplierMonth, int] = {}
    for load in manifest.loads:
        for cell, count in load.cells.items():
            if to_remove.has_cell(cell):
                cells[cell] = cells.get(cell, 0) + count
    affected = [load for load in manifest.loads if _is_affected(load, to_remove)]
    figures = sum(to_remove.has_figure(figure) for load in manifest.loads for figure in load.figures)
    return Removal(cells, figures, tuple(load.rejected_file for load in affected if load.rejected_file))


def remove_records(root: Path, to_remove: RecordsToRemove) -> Removal:
    """Remove records permanently, from older versions of the store too. Return what was removed.

    A page that is being drawn from an older version may fail once. If the process is killed, the next process
    that writes to the store finishes the removal. Raises SelectionError and StoreError.
    """
    with open_for_writing(root) as layout:
        manifest = layout.read_manifest(layout.read_version())
        removal = plan_removal(manifest, to_remove)
        if not (removal.cells or removal.figures):
            return removal
        loads = tuple(
            _rewrite_load(layout, load, to_remove) if _is_affected(load, to_remove) else load for load in manifest.loads
        )
        remaining = replace(manifest, loads=tuple(load for load in loads if load.cells or load.figures))
        # The note comes first, so that the removal is finished even if this process is killed after the switch.
        note_removal(layout, removal.rejected)
        publish_version(layout, remaining)
        if not finish_removal(layout):
            raise StoreError(
                f"the records were removed from every figure of the store {root.name}, but one of its files is open in "
                "another program: that file is deleted when the store is next changed"
            )
    return removal


def _is_affected(load: Load, to_remove: RecordsToRemove) -> bool:
    return any(map(to_remove.has_cell, load.cells)) or any(map(to_remove.has_figure, load.figures))


def _rewrite_load(layout: StoreLayout, load: Load, to_remove: RecordsToRemove) -> Load:
    """Rewrite a load without the removed records, as a new part, because a part never changes."""
    cells = {cell: count for cell, count in load.cells.items() if not to_remove.has_cell(cell)}
    figures = tuple(figure for figure in load.figures if not to_remove.has_figure(figure))
    part = f"{load.part.split('-')[0]}-{uuid.uuid4().hex[:8]}"
    files = tuple(_strip_file(file, to_remove, {figure.key for figure in figures}) for file in load.files)
    rewritten = replace(load, part=part, cells=cells, runs=split_into_runs(cells))
    remaining = replace(rewritten, figures=figures, files=files, rejected_file="")
    if cells:
        _write_remaining(layout, load, remaining, to_remove)
    return remaining


def _strip_file(file: FileResult, to_remove: RecordsToRemove, remaining_keys: set[tuple[str, str, str]]) -> FileResult:
    """Remove the digest of a file that lost anything, so that it can be loaded again."""
    cells = tuple(cell for cell in file.cells if not to_remove.has_cell(cell))
    figures = tuple(key for key in file.figures if key in remaining_keys)
    is_unchanged = cells == file.cells and figures == file.figures
    return file if is_unchanged else replace(file, cells=cells, figures=figures, sha256="")


def _write_remaining(layout: StoreLayout, old: Load, new: Load, to_remove: RecordsToRemove) -> None:
    """Write the remaining records of a load and their counts to disk before anything refers to them."""
    # No month is as late as 9999-12, so without a month every row of the source is removed.
    removed = f"month < {quote_text(str(to_remove.before) if to_remove.before else '9999-12')}"
    if to_remove.source is not None:
        removed += f" AND source = {quote_text(to_remove.source)}"
    stored = f"read_parquet([{', '.join(quote_path(layout.locate_records(old.part, run)) for run in old.runs)}])"
    remaining = f"SELECT * REPLACE ('{new.part}' AS part) FROM {stored} WHERE NOT ({removed})"  # noqa: S608  # quoted; named by us
    with duckdb.connect() as connection:
        write_records(connection, remaining, layout, new)
    for path in layout.parts.glob(f"{new.part}.*"):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
