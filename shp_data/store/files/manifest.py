"""What a store holds: its loads, and which cell (source, indicator, month) each of them speaks for."""

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
# Records of so many, or of one month where they are more, lie in one file: a question of one quarter, or of one area
# through the years, is then answered from a few pages of a few files however long the store grows.
_A_FILE = 2_000_000

Status = Literal["loaded", "already_loaded", "failed"]


class Cell(NamedTuple):
    """One source's word on one indicator in one month: the unit that a load replaces."""

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
        """Both together."""
        return Tally(
            self.read + other.read,
            self.accepted + other.accepted,
            self.duplicates + other.duplicates,
            self.rejected + other.rejected,
        )


@dataclass(frozen=True)
class FileResult:
    """What became of one file: its rows in all and by indicator, the cells that it has rows in, and its figures.

    `figures`: what its reported figures are of, also those that another file of the load gave alike.
    """

    file: str
    status: Status
    sha256: str = ""
    tally: Tally = field(default_factory=Tally)
    by_indicator: Mapping[str, Tally] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    message: str = ""
    figures: tuple[FigureKey, ...] = ()


@dataclass(frozen=True)
class Load:
    """One ingest: immutable once stored.

    `cells`: every cell that it covers, with its accepted records (0 where the source had none that month).
    `replaced`: how many records and reported figures of earlier loads it superseded. `part` is the stem of its
    files in the store, and `runs` the first month of each file of records. `figures`: the reported figures that it
    brought. `areas`: the LPAs that each source covers, of the sources that name any; of others it says nothing.
    """

    part: str
    loaded_at: str
    append: bool
    files: tuple[FileResult, ...]
    cells: Mapping[Cell, int]
    replaced: int = 0
    unplaced: int = 0
    outside: int = 0
    rejected_file: str = ""
    figures: tuple[ReportedFigure, ...] = ()
    runs: tuple[str, ...] = ()
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def run_of(self, month: str) -> str:
        """Which file of records holds a month that the load covers?"""
        return self.runs[bisect_right(self.runs, month) - 1]

    @property
    def tally(self) -> Tally:
        """Rows of all its files that were not loaded already."""
        return sum((f.tally for f in self.files if f.status != "already_loaded"), Tally())


@dataclass(frozen=True)
class Manifest:
    """The loads of a store, oldest first, and what they were placed with.

    `boundaries` is a digest of the boundary layers: records placed with others would not add up.
    """

    boundaries: str
    loads: tuple[Load, ...] = ()

    def live(self) -> dict[Cell, list[str]]:
        """Which parts speak for each cell: the last load that replaced it, and those appended since."""
        parts: dict[Cell, list[str]] = {}
        for load in self.loads:
            for cell in load.cells:
                parts[cell] = [*parts.get(cell, []), load.part] if load.append else [load.part]
        return parts

    def coverage(self) -> dict[Cell, int]:
        """How many records does each covered cell hold? 0 means that the source reported none."""
        counts = {load.part: load.cells for load in self.loads}
        return {cell: sum(counts[part][cell] for part in parts) for cell, parts in self.live().items()}

    def reported(self) -> dict[FigureKey, ReportedFigure]:
        """The reported figures in force: of each key the one loaded last."""
        return {figure.key: figure for load in self.loads for figure in load.figures}

    def held(self) -> frozenset[str]:
        """The files, by their digests, of which all that they say is in the store now."""
        live = self.live()
        given_by = {figure.key: load.part for load in self.loads for figure in load.figures}
        return frozenset(
            file.sha256
            for load in self.loads
            for file in load.files
            if file.status == "loaded"
            and all(load.part in live[cell] for cell in file.cells)
            and all(given_by[key] == load.part for key in file.figures)
        )

    def without(self, part: str) -> Manifest:
        """The manifest with one load undone. Raises StoreError where a later load was added on top of it."""
        undone = next((load for load in self.loads if load.part == part), None)
        if undone is None:
            raise StoreError(f"there is no load {part!r} to undo")
        later = self.loads[self.loads.index(undone) + 1 :]
        if any(load.append and not undone.cells.keys().isdisjoint(load.cells) for load in later):
            raise StoreError("a later load was appended to the same months: undo that one first")
        return replace(self, loads=tuple(load for load in self.loads if load is not undone))

    def to_json(self) -> str:
        """As text; `from_json` reads it back."""
        loads = [{**asdict(load), "cells": [[*cell, n] for cell, n in load.cells.items()]} for load in self.loads]
        return json.dumps({"format": FORMAT, "boundaries": self.boundaries, "loads": loads})

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read what `to_json` wrote. Raises StoreError for another format or damaged text."""
        try:
            read = json.loads(text)
            if read["format"] != FORMAT:
                raise StoreError(_other(read["format"]))
            return cls(read["boundaries"], tuple(_load(load) for load in read["loads"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"the store's manifest is damaged ({error}): undo is not possible, load anew") from error


def runs_of(cells: Mapping[Cell, int]) -> tuple[str, ...]:
    """The first month of each run of months whose records go into one file, in order."""
    months: Counter[str] = Counter()
    for cell, count in cells.items():
        months[cell.month] += count
    runs: list[str] = []
    held = 0
    for month, count in sorted(months.items()):
        if not runs or held + count > _A_FILE:
            runs.append(month)
            held = 0
        held += count
    return tuple(runs)


def records_in(coverage: Mapping[Cell, int], cells: Iterable[Cell]) -> int:
    """How many records do these cells hold?"""
    return sum(coverage.get(cell, 0) for cell in cells)


def _other(format_: object) -> str:
    """What to do with a store of another format."""
    newer = isinstance(format_, int) and format_ > FORMAT
    update = "it was made by a newer version of this program: update it, or " if newer else ""
    return (
        f"the store has format {str(format_)[:20]}, and this version reads {FORMAT}: {update}move the store away and "
        "load the files anew"
    )


def _load(row: dict[str, object]) -> Load:
    cells = {Cell(*cell): n for *cell, n in row.pop("cells")}  # type: ignore[attr-defined]
    files = tuple(_file(file) for file in row.pop("files"))  # type: ignore[attr-defined]
    figures = tuple(ReportedFigure(**figure) for figure in row.pop("figures"))  # type: ignore[attr-defined]
    runs: tuple[str, ...] = tuple(row.pop("runs"))  # type: ignore[arg-type]
    areas = {source: tuple(lpas) for source, lpas in row.pop("areas", {}).items()}  # type: ignore[attr-defined]
    return Load(cells=cells, files=files, figures=figures, runs=runs, areas=areas, **row)  # type: ignore[arg-type]


def _file(row: dict[str, object]) -> FileResult:
    cells = tuple(Cell(*cell) for cell in row.pop("cells"))  # type: ignore[attr-defined]
    by = {name: Tally(**tally) for name, tally in row.pop("by_indicator").items()}  # type: ignore[attr-defined]
    figures = tuple(FigureKey(*key) for key in row.pop("figures"))  # type: ignore[attr-defined]
    tally = Tally(**row.pop("tally"))  # type: ignore[arg-type]
    return FileResult(cells=cells, by_indicator=by, tally=tally, figures=figures, **row)  # type: ignore[arg-type]
