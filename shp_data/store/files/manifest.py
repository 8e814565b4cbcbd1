"""The manifest of a store: its loads, and the supplier months (source, indicator, month) that each covers."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal, NamedTuple

from shp_data.domain.errors import StoreError
from shp_data.domain.reported import FigureKey, ReportedFigure

FORMAT = 2  # raised when the layout changes; an older store is refused with what to do
# The most records in one file, unless a single month has more. A query of one quarter, or of one area over all years,
# then reads a few pages of a few files, however large the store grows.
_FILE_RECORDS = 2_000_000

Status = Literal["loaded", "already_loaded", "failed"]


class SupplierMonth(NamedTuple):
    """One source, indicator and month: the unit that a load replaces."""

    source: str
    indicator: str
    month: str


@dataclass(frozen=True)
class Tally:
    """Rows of a file: read = accepted + duplicates + rejected, always."""

    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Add two tallies."""
        return Tally(
            self.read + other.read,
            self.accepted + other.accepted,
            self.duplicates + other.duplicates,
            self.rejected + other.rejected,
        )


@dataclass(frozen=True)
class FileResult:
    """The result of loading one file: its rows in all and by indicator, its supplier months, and its figures.

    `cells`: the supplier months that it has rows in. `figures`: the keys of its reported figures, including
    those that another file of the load gave with the same value. `is_outside`: whether it was not loaded because
    most of its records are outside every area.
    """

    file: str
    status: Status
    sha256: str = ""
    tally: Tally = field(default_factory=Tally)
    by_indicator: Mapping[str, Tally] = field(default_factory=dict)
    cells: tuple[SupplierMonth, ...] = ()
    message: str = ""
    figures: tuple[FigureKey, ...] = ()
    is_outside: bool = False


@dataclass(frozen=True)
class Load:
    """One load of files. It never changes once stored.

    `cells`: every supplier month that it covers, with its accepted records (0 if the source had none that
    month). `replaced`: the number of records and reported figures of earlier loads that it replaced. `part`
    is the stem of its files in the store, and `runs` the first month of each file of records. `figures`: its
    reported figures. `areas`: the LPAs that each source is responsible for, for sources that are not for all;
    empty for none. Other LPAs are not available from it. `apart`: the number of accepted records of each source
    that are in an LPA that it is not responsible for. `left_out`: the rows that mappings leave out on purpose, by
    reason; they are among the rejected ones, and not in the file of rows to correct.
    """

    part: str
    loaded_at: str
    append: bool
    files: tuple[FileResult, ...]
    cells: Mapping[SupplierMonth, int]
    replaced: int = 0
    unplaced: int = 0
    outside: int = 0
    rejected_file: str = ""
    figures: tuple[ReportedFigure, ...] = ()
    runs: tuple[str, ...] = ()
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def find_run(self, month: str) -> str:
        """Find the file of records that has a month covered by the load."""
        return self.runs[bisect_right(self.runs, month) - 1]

    @property
    def tally(self) -> Tally:
        """The rows of all its files that were not loaded already."""
        return sum((file.tally for file in self.files if file.status != "already_loaded"), Tally())


@dataclass(frozen=True)
class Manifest:
    """The loads of a store, oldest first, and the boundaries that placed their records.

    `boundaries` is a digest of the boundary layers. Records placed with other boundaries would not add up.
    """

    boundaries: str
    loads: tuple[Load, ...] = ()

    def find_active_parts(self) -> dict[SupplierMonth, list[str]]:
        """Find the parts that cover each supplier month: the last load that replaced it, and later appended loads."""
        parts: dict[SupplierMonth, list[str]] = {}
        # In the order of loading: a load replaces what came before it, and an appended one adds to it.
        for load in self.loads:
            for cell in load.cells:
                parts[cell] = [*parts.get(cell, []), load.part] if load.append else [load.part]
        return parts

    def count_records(self) -> dict[SupplierMonth, int]:
        """Count the records of each supplier month covered. 0 means that the source reported none."""
        counts = {load.part: load.cells for load in self.loads}
        return {cell: sum(counts[part][cell] for part in parts) for cell, parts in self.find_active_parts().items()}

    def list_reported(self) -> dict[FigureKey, ReportedFigure]:
        """List the current reported figures: for each key, the one loaded last."""
        return {figure.key: figure for load in self.loads for figure in load.figures}

    def list_loaded_files(self) -> frozenset[str]:
        """List the digests of the files whose whole content is in the store now."""
        active_parts = self.find_active_parts()
        last_parts = {figure.key: load.part for load in self.loads for figure in load.figures}
        return frozenset(
            file.sha256
            for load in self.loads
            for file in load.files
            if file.status == "loaded"
            and all(load.part in active_parts[cell] for cell in file.cells)
            and all(last_parts[key] == load.part for key in file.figures)
        )

    def drop_load(self, part: str) -> Manifest:
        """Return the manifest without one load. Raises StoreError if a later load was added to the same months."""
        undone = next((load for load in self.loads if load.part == part), None)
        if undone is None:
            raise StoreError(f"there is no load {part!r} to undo")
        # Appended rows were judged against those of this load: a duplicate of one was left out and would be lost.
        later = self.loads[self.loads.index(undone) + 1 :]
        if any(load.append and not undone.cells.keys().isdisjoint(load.cells) for load in later):
            raise StoreError("a later load added to the same months: undo that load first")
        return replace(self, loads=tuple(load for load in self.loads if load is not undone))

    def to_json(self) -> str:
        """Convert the manifest to text that `from_json` reads."""
        # JSON has no keys of three parts, so the supplier months are written as rows.
        loads = [{**asdict(load), "cells": [[*cell, n] for cell, n in load.cells.items()]} for load in self.loads]
        return json.dumps({"format": FORMAT, "boundaries": self.boundaries, "loads": loads})

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read text that `to_json` wrote. Raises StoreError for another format or damaged text."""
        try:
            content = json.loads(text)
            if content["format"] != FORMAT:
                raise StoreError(_explain_format(content["format"]))
            return cls(content["boundaries"], tuple(_parse_load(load) for load in content["loads"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"the store's manifest is damaged ({error}): move the store away and load the files again"
            ) from error


def split_into_runs(cells: Mapping[SupplierMonth, int]) -> tuple[str, ...]:
    """Split months into runs, one file of records each, and return the first month of each, in order."""
    months: Counter[str] = Counter()
    for cell, count in cells.items():
        months[cell.month] += count
    runs: list[str] = []
    run_total = 0
    for month, count in sorted(months.items()):
        if not runs or run_total + count > _FILE_RECORDS:
            runs.append(month)
            run_total = 0
        run_total += count
    return tuple(runs)


def sum_records(coverage: Mapping[SupplierMonth, int], cells: Iterable[SupplierMonth]) -> int:
    """Sum the records of some supplier months."""
    return sum(coverage.get(cell, 0) for cell in cells)


def _explain_format(format_: object) -> str:
    """Explain what to do with a store of another format."""
    is_newer = isinstance(format_, int) and format_ > FORMAT
    update = "it was made by a newer version of this program: update it, or " if is_newer else ""
    return (
        f"the store has format {str(format_)[:20]}, and this version reads {FORMAT}: {update}move the store away and "
        "load the files again"
    )


def _parse_load(row: dict[str, object]) -> Load:
    cells = {SupplierMonth(*cell): n for *cell, n in row.pop("cells")}  # type: ignore[attr-defined]
    files = tuple(_parse_file(file) for file in row.pop("files"))  # type: ignore[attr-defined]
    figures = tuple(ReportedFigure(**figure) for figure in row.pop("figures"))  # type: ignore[attr-defined]
    runs: tuple[str, ...] = tuple(row.pop("runs"))  # type: ignore[arg-type]
    areas = {source: tuple(lpas) for source, lpas in row.pop("areas", {}).items()}  # type: ignore[attr-defined]
    return Load(cells=cells, files=files, figures=figures, runs=runs, areas=areas, **row)  # type: ignore[arg-type]


def _parse_file(row: dict[str, object]) -> FileResult:
    cells = tuple(SupplierMonth(*cell) for cell in row.pop("cells"))  # type: ignore[attr-defined]
    by_indicator = {name: Tally(**tally) for name, tally in row.pop("by_indicator").items()}  # type: ignore[attr-defined]
    figures = tuple(FigureKey(*key) for key in row.pop("figures"))  # type: ignore[attr-defined]
    tally = Tally(**row.pop("tally"))  # type: ignore[arg-type]
    return FileResult(cells=cells, by_indicator=by_indicator, tally=tally, figures=figures, **row)  # type: ignore[arg-type]
