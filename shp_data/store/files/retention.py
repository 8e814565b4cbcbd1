"""Removing what is too old, or what a source gave: from every load, for good, and nothing else."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from shp_data.domain.errors import SelectionError, StoreError, unknown
from shp_data.domain.periods import Month, parse_period
from shp_data.domain.reported import ReportedFigure
from shp_data.store.files.layout import Layout, sql_path, sql_text
from shp_data.store.files.leftovers import promise, purge
from shp_data.store.files.manifest import Cell, FileResult, Load, Manifest, runs_of
from shp_data.store.files.parts import write_records
from shp_data.store.files.writing import publish, writing


@dataclass(frozen=True)
class Doomed:
    """What goes: months before one, or what a source gave; with both, the source's months before that one."""

    before: Month | None = None
    source: str | None = None

    def has(self, cell: Cell) -> bool:
        """Do the records of a cell go?"""
        young = self.before is not None and cell.month >= str(self.before)
        return not young and self.source in (None, cell.source)

    def tells(self, figure: ReportedFigure) -> bool:
        """Does a reported figure go? It names no source, so only by its age."""
        return self.source is None and self.before is not None and parse_period(figure.period).last < self.before


@dataclass(frozen=True)
class Removal:
    """What would go: the records of each cell, those that a later load replaced too; reported figures; rejected rows.

    `rejected`: the files of rejected rows of the loads that lose anything. They tell no month by month, so they go
    whole.
    """

    cells: Mapping[Cell, int]
    figures: int
    rejected: tuple[str, ...]


def planned(manifest: Manifest, doomed: Doomed) -> Removal:
    """What would be removed from a store of this manifest? Raises SelectionError for an unknown source."""
    sources = dict.fromkeys(cell.source for load in manifest.loads for cell in load.cells)
    if doomed.source is not None and doomed.source not in sources:
        raise SelectionError(unknown("source", doomed.source, sources))
    cells: dict[Cell, int] = {}
    for load in manifest.loads:
        for cell, count in load.cells.items():
            if doomed.has(cell):
                cells[cell] = cells.get(cell, 0) + count
    losing = [load for load in manifest.loads if _loses(load, doomed)]
    figures = sum(doomed.tells(figure) for load in manifest.loads for figure in load.figures)
    return Removal(cells, figures, tuple(load.rejected_file for load in losing if load.rejected_file))


def remove(root: Path, doomed: Doomed) -> Removal:
    """Remove it for good, from older versions of the store too; what was removed.

    A page that is being drawn from an older version may fail once. Killed on its way, it is finished by whoever next
    holds the store. Raises SelectionError and StoreError.
    """
    with writing(root) as layout:
        manifest = layout.read_manifest(layout.version())
        removal = planned(manifest, doomed)
        if not (removal.cells or removal.figures):
            return removal
        loads = tuple(_without(layout, load, doomed) if _loses(load, doomed) else load for load in manifest.loads)
        kept = replace(manifest, loads=tuple(load for load in loads if load.cells or load.figures))
        promise(layout, removal.rejected)
        publish(layout, kept)
        if not purge(layout):
            raise StoreError(
                f"what was removed from the store {root.name} is in no figure any more, but a file of it is open "
                "elsewhere: it goes when files are next loaded, or anything else is recorded"
            )
    return removal


def _loses(load: Load, doomed: Doomed) -> bool:
    return any(map(doomed.has, load.cells)) or any(map(doomed.tells, load.figures))


def _without(layout: Layout, load: Load, doomed: Doomed) -> Load:
    """A load without what goes, its records written anew as another part: a part never changes."""
    cells = {cell: count for cell, count in load.cells.items() if not doomed.has(cell)}
    figures = tuple(figure for figure in load.figures if not doomed.tells(figure))
    part = f"{load.part.split('-')[0]}-{uuid.uuid4().hex[:8]}"
    files = tuple(_file_without(file, doomed, {figure.key for figure in figures}) for file in load.files)
    placed = replace(load, part=part, cells=cells, runs=runs_of(cells))
    kept = replace(placed, figures=figures, files=files, rejected_file="")
    if cells:
        _write(layout, load, kept, doomed)
    return kept


def _file_without(file: FileResult, doomed: Doomed, kept: set[tuple[str, str, str]]) -> FileResult:
    """A file that lost anything is no longer known by its bytes, so that it can be loaded again."""
    cells = tuple(cell for cell in file.cells if not doomed.has(cell))
    figures = tuple(key for key in file.figures if key in kept)
    whole = cells == file.cells and figures == file.figures
    return file if whole else replace(file, cells=cells, figures=figures, sha256="")


def _write(layout: Layout, old: Load, new: Load, doomed: Doomed) -> None:
    """The records of a load that stay, and their counts, on disk before anything refers to them."""
    gone = f"month < {sql_text(str(doomed.before) if doomed.before else '9999-12')}"
    if doomed.source is not None:
        gone += f" AND source = {sql_text(doomed.source)}"
    read = f"read_parquet([{', '.join(sql_path(layout.records(old.part, run)) for run in old.runs)}])"
    kept = f"SELECT * REPLACE ('{new.part}' AS part) FROM {read} WHERE NOT ({gone})"  # noqa: S608  # quoted; named by us
    with duckdb.connect() as connection:
        write_records(connection, kept, layout, new)
    for path in layout.parts.glob(f"{new.part}.*"):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
