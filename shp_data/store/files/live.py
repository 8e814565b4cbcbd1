"""Which stored rows count: those of every load, but for the cells for which a later one speaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from shp_data.domain.periods import Month
from shp_data.store.files.layout import Layout, no_record, record_columns, sql_path, sql_text, summary_columns
from shp_data.store.files.manifest import Cell, Manifest

_Key = tuple[str, str]  # an indicator and a month


class Run(NamedTuple):
    """A file of records: its part, and the first of its months."""

    part: str
    month: str


class Spoken(NamedTuple):
    """The files of records to read, and the cells to leave out of what is read, each with its part."""

    runs: list[Run]
    silent: list[tuple[str, Cell]]

    @property
    def parts(self) -> list[str]:
        """The parts whose files are read."""
        return list(dict.fromkeys(run.part for run in self.runs))


@dataclass(frozen=True)
class Voices:
    """By indicator and month: the files that speak for it, and the cells of parts for which others speak now."""

    runs: Mapping[_Key, frozenset[Run]]
    silent: Mapping[_Key, tuple[tuple[str, Cell], ...]]

    def of(self, indicators: Iterable[str], months: Iterable[Month]) -> Spoken:
        """What to read for some indicators and months: the question leaves out the others itself."""
        told = [str(month) for month in months]
        keys = [(indicator, month) for indicator in indicators for month in told]
        runs = {run for key in keys for run in self.runs.get(key, ())}
        parts = {run.part for run in runs}
        return Spoken(sorted(runs), [said for key in keys for said in self.silent.get(key, ()) if said[0] in parts])


@lru_cache(maxsize=8)
def manifest_of(root: Path, version: str) -> Manifest:
    """The manifest of a version, read once; an empty one where there is no version yet."""
    return Layout(root).read_manifest(version or None)


@lru_cache(maxsize=8)
def voices(root: Path, version: str) -> Voices:
    """Who speaks for what in a version of a store."""
    manifest = manifest_of(root, version)
    live = manifest.live()
    runs: dict[_Key, set[Run]] = defaultdict(set)
    silent: dict[_Key, list[tuple[str, Cell]]] = defaultdict(list)
    for load in manifest.loads:
        for cell in load.cells:
            if load.part in live[cell]:
                runs[cell.indicator, cell.month].add(Run(load.part, load.run_of(cell.month)))
            else:
                silent[cell.indicator, cell.month].append((load.part, cell))
    return Voices({key: frozenset(found) for key, found in runs.items()}, {k: tuple(v) for k, v in silent.items()})


@lru_cache(maxsize=8)
def everything(root: Path, version: str) -> Spoken:
    """What to read for all that a version of a store holds."""
    return spoken(manifest_of(root, version))


def spoken(manifest: Manifest, leave_out: Collection[Cell] = ()) -> Spoken:
    """What to read for all that a manifest holds, without the cells left out."""
    live = {cell: parts for cell, parts in manifest.live().items() if cell not in leave_out}
    loads = {load.part: load for load in manifest.loads}
    runs = {Run(part, loads[part].run_of(cell.month)) for cell, parts in live.items() for part in parts}
    parts = {run.part for run in runs}
    silent = [
        (load.part, cell)
        for load in manifest.loads
        for cell in load.cells
        if load.part in parts and load.part not in live.get(cell, ())
    ]
    return Spoken(sorted(runs), silent)


def records_sql(layout: Layout, of: Spoken) -> str:
    """SQL for live records: the columns of a stored record."""
    return _sql([layout.records(*run) for run in of.runs], record_columns(), of, record_columns())


def counts_sql(layout: Layout, of: Spoken) -> str:
    """SQL for the monthly summary: its columns, and count."""
    columns = summary_columns()
    return _sql([layout.part_summary(part) for part in of.parts], f"{columns}, count", of, f"{columns}, 0 AS count")


def ids_sql(layout: Layout, of: Spoken) -> str:
    """SQL for the ends of the ids of live records: source, indicator, month and tail."""
    columns = "source, indicator, month, "
    return _sql([layout.ids(part) for part in of.parts], f"{columns} tail", of, f"{columns} '' AS tail")


def _sql(files: list[Path], columns: str, of: Spoken, none: str) -> str:
    """SQL for the rows of some files that count; `none`: their columns, made of those of a record."""
    if not files:  # every load was undone, or nobody speaks for what is asked
        return f"SELECT {none} FROM (SELECT {no_record()}) WHERE false"  # noqa: S608  # our own names
    read = f"SELECT {columns} FROM read_parquet([{', '.join(map(sql_path, files))}])"  # noqa: S608  # paths are quoted
    if not of.silent:
        return read
    values = ", ".join("(" + ", ".join(map(sql_text, (part, *cell))) + ")" for part, cell in of.silent)
    names = "part, source, indicator, month"
    return f"{read} ANTI JOIN (VALUES {values}) AS silent ({names}) USING ({names})"
