"""What became of every file and row of a load: the reconciliation, as it is stored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from shp_data.domain.vocabulary import Source
from shp_data.intake.readers.files import InputFile
from shp_data.intake.reported.figures import Figures, judged
from shp_data.intake.rows import staging
from shp_data.store.files.manifest import Cell, FileResult, Load, Manifest, Tally, records_in, runs_of


@dataclass(frozen=True)
class FileRead:
    """A file on its way: its number in the load, its digest, its reported figures; its failure, if it has one.

    Its incidents are in the scratch database, by its number.
    """

    number: int
    name: str
    sha256: str = ""
    already: bool = False
    failure: str = ""
    input: InputFile | None = None
    figures: Figures = field(default_factory=Figures)


def with_judged(files: Sequence[FileRead]) -> list[FileRead]:
    """The files of a load, their reported figures judged against one another."""
    found = judged({file.number: file.figures for file in files})
    return [replace(file, figures=found[file.number]) for file in files]


def reconciled(
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    files: Sequence[FileRead],
    part: str,
    append: bool,
    kept: set[tuple[int, Cell]],
    cells: set[Cell],
    sources: Mapping[str, Source],
) -> Load:
    """The load as it will be stored: every row of every file accounted for.

    `kept`: the cells that each file, by number, has rows in. `cells`: those that the load speaks for. `sources`: those
    known, which may name the areas that they cover.
    """
    accepted = staging.accepted_cells(connection)
    tallies = staging.tallies(connection)
    unplaced, outside = staging.places_unknown(connection)
    cells_of: dict[int, list[Cell]] = defaultdict(list)
    for number, cell in sorted(kept):
        cells_of[number].append(cell)
    results = tuple(_result(file, tallies.get(file.number, {}), cells_of[file.number]) for file in files)
    figures = tuple(figure for file in files for figure in file.figures.accepted)
    replaced = 0 if append else records_in(manifest.coverage(), cells)
    counts = {cell: accepted.get(cell, 0) for cell in sorted(cells)}
    return Load(
        part=part,
        loaded_at=f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        append=append,
        files=results,
        cells=counts,
        replaced=replaced + len(manifest.reported().keys() & {figure.key for figure in figures}),
        unplaced=unplaced,
        outside=outside,
        rejected_file=f"rejected/{part}.csv" if any(file.tally.rejected for file in results) else "",
        figures=figures,
        runs=runs_of(counts),
        areas={name: sources[name].areas for name in _limited({cell.source for cell in cells}, sources)},
    )


def _limited(names: Iterable[str], sources: Mapping[str, Source]) -> list[str]:
    """Those of some sources that name the areas that they cover."""
    return sorted(name for name in names if name in sources and sources[name].areas)


def rejected(
    connection: duckdb.DuckDBPyConnection, files: Sequence[FileRead]
) -> Iterator[tuple[InputFile, dict[int, str]]]:
    """Each file with rejected rows, and the reason by row number."""
    for file in files:
        if file.input and (reasons := staging.rejects(connection, file.number) | file.figures.reasons):
            yield file.input, reasons


def _result(file: FileRead, incidents: Mapping[str, Tally], cells: Sequence[Cell]) -> FileResult:
    """What became of one file. One whose every row was rejected has failed."""
    if file.already:
        return FileResult(file.name, "already_loaded", file.sha256, message="these bytes are loaded already")
    if file.failure:
        named = file.failure.startswith(file.name)  # what a reader says names the file already
        return FileResult(file.name, "failed", message=file.failure if named else f"{file.name}: {file.failure}")
    figures = file.figures.tallies
    by_indicator = {
        id_: incidents.get(id_, Tally()) + figures.get(id_, Tally()) for id_ in (dict(incidents) | dict(figures))
    }
    tally = sum(by_indicator.values(), Tally())
    if tally.rejected == tally.read:
        message = f"{file.name}: every row was rejected, see the rejected rows"
        return FileResult(file.name, "failed", "", tally, by_indicator, (), message)
    told = file.figures.told
    return FileResult(file.name, "loaded", file.sha256, tally, by_indicator, tuple(cells), told, file.figures.keys)
