"""The stored rows that count: those of every load, except supplier months that a later load covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from shp_data.domain.periods import Month
from shp_data.store.files.layout import (
    StoreLayout,
    build_empty_record,
    build_parquet_sql,
    list_record_columns,
    list_summary_columns,
    quote_path,
    quote_text,
)
from shp_data.store.files.manifest import Manifest, SupplierMonth

_Key = tuple[str, str]  # an indicator and a month


class Run(NamedTuple):
    """A file of records: its part and its first month."""

    part: str
    month: str


class FilesToRead(NamedTuple):
    """The files of records to read, and the supplier months to leave out of each part."""

    runs: list[Run]
    superseded: list[tuple[str, SupplierMonth]]

    @property
    def parts(self) -> list[str]:
        """The parts whose files are read."""
        return list(dict.fromkeys(run.part for run in self.runs))


@dataclass(frozen=True)
class ActiveFiles:
    """The files that cover each indicator and month, and the supplier months of parts that others now cover."""

    runs: Mapping[_Key, frozenset[Run]]
    superseded: Mapping[_Key, tuple[tuple[str, SupplierMonth], ...]]

    def select_files(self, indicators: Iterable[str], months: Iterable[Month]) -> FilesToRead:
        """Select the files for some indicators and months. The query must still filter the rows."""
        names = [str(month) for month in months]
        keys = [(indicator, month) for indicator in indicators for month in names]
        runs = {run for key in keys for run in self.runs.get(key, ())}
        parts = {run.part for run in runs}
        return FilesToRead(
            sorted(runs), [pair for key in keys for pair in self.superseded.get(key, ()) if pair[0] in parts]
        )


# The manifests of a few versions are enough: pages read the newest, and requests in progress the one before.
@lru_cache(maxsize=8)
def read_manifest(root: Path, version: str) -> Manifest:
    """Read the manifest of a version once. Return an empty one if there is no version yet."""
    return StoreLayout(root).read_manifest(version or None)


@lru_cache(maxsize=8)
def find_active_files(root: Path, version: str) -> ActiveFiles:
    """Find the files that cover each indicator and month in a version of a store."""
    manifest = read_manifest(root, version)
    active_parts = manifest.find_active_parts()
    runs: dict[_Key, set[Run]] = defaultdict(set)
    superseded: dict[_Key, list[tuple[str, SupplierMonth]]] = defaultdict(list)
    for load in manifest.loads:
        for cell in load.cells:
            if load.part in active_parts[cell]:
                runs[cell.indicator, cell.month].add(Run(load.part, load.find_run(cell.month)))
            else:
                superseded[cell.indicator, cell.month].append((load.part, cell))
    return ActiveFiles(
        {key: frozenset(files) for key, files in runs.items()}, {k: tuple(v) for k, v in superseded.items()}
    )


def find_files_to_read(manifest: Manifest, leave_out: Collection[SupplierMonth] = ()) -> FilesToRead:
    """Find the files to read for a whole manifest, without the supplier months in `leave_out`."""
    active_parts = {cell: parts for cell, parts in manifest.find_active_parts().items() if cell not in leave_out}
    loads = {load.part: load for load in manifest.loads}
    runs = {Run(part, loads[part].find_run(cell.month)) for cell, parts in active_parts.items() for part in parts}
    parts = {run.part for run in runs}
    superseded = [
        (load.part, cell)
        for load in manifest.loads
        for cell in load.cells
        if load.part in parts and load.part not in active_parts.get(cell, ())
    ]
    return FilesToRead(sorted(runs), superseded)


def build_records_sql(layout: StoreLayout, files: FilesToRead) -> str:
    """Build SQL for active records, with the columns of a stored record."""
    return _build_sql(
        [layout.locate_records(*run) for run in files.runs], list_record_columns(), files, list_record_columns()
    )


def build_counts_sql(layout: StoreLayout, files: FilesToRead) -> str:
    """Build SQL for the monthly summary, with its columns and count."""
    columns = list_summary_columns()
    return _build_sql(
        [layout.locate_summary(part) for part in files.parts], f"{columns}, count", files, f"{columns}, 0 AS count"
    )


def build_ids_sql(layout: StoreLayout, files: FilesToRead) -> str:
    """Build SQL for the ends of the ids of active records: source, indicator, month and tail."""
    columns = "source, indicator, month, "
    return _build_sql(
        [layout.locate_ids(part) for part in files.parts], f"{columns} tail", files, f"{columns} '' AS tail"
    )


def _build_sql(paths: list[Path], columns: str, files: FilesToRead, empty_columns: str) -> str:
    """Build SQL for the rows of some files that count.

    `empty_columns`: the same columns, made from those of a record, for when there are no files.
    """
    if not paths:  # every load was undone, or no supplier covers the selection
        return f"SELECT {empty_columns} FROM (SELECT {build_empty_record()}) WHERE false"  # noqa: S608  # our own names
    # The ends of ids have no places.
    has_places = "placed_by" in columns
    relation = build_parquet_sql(paths) if has_places else f"read_parquet([{', '.join(map(quote_path, paths))}])"
    rows_sql = f"SELECT {columns} FROM {relation}"  # noqa: S608  # our own names; paths are quoted
    if not files.superseded:
        return rows_sql
    values = ", ".join("(" + ", ".join(map(quote_text, (part, *cell))) + ")" for part, cell in files.superseded)
    names = "part, source, indicator, month"
    # An anti join, because a superseded supplier month is a row of values: a WHERE would need one condition for each.
    return f"{rows_sql} ANTI JOIN (VALUES {values}) AS superseded ({names}) USING ({names})"
