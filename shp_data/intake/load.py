"""Files -> store, in one load: read, clean, place, judge, reconcile, and only then switch the store."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Source
from shp_data.intake import staging
from shp_data.intake.cleaning import stage
from shp_data.intake.columns import choose, known_headers
from shp_data.intake.files import InputFile, Unreadable, digest, find_files
from shp_data.intake.judging import judge
from shp_data.intake.rejects import is_rejected, write_rejected
from shp_data.intake.tables import read_chunks
from shp_data.store.layout import Layout
from shp_data.store.manifest import Cell, FileResult, Load, Manifest, Tally, records_in
from shp_data.store.mappings import known_sources
from shp_data.store.writing import publish, writing

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Options:
    """How a load is made: the source named for it, and whether it adds to what the store has or replaces it."""

    source: str | None = None
    append: bool = False


@dataclass(frozen=True)
class _File:
    """A file on its way: its number in the load, its digest, and its failure, if it has one."""

    number: int
    name: str
    sha256: str = ""
    already: bool = False
    failure: str = ""
    input: InputFile | None = None


def ingest(
    paths: Sequence[Path], root: Path, options: Options = Options(), progress: Progress = lambda *_: None
) -> Load:
    """Load files, folders and zips into the store at `root`; what became of each file.

    A file whose bytes are loaded already adds nothing. Otherwise the load replaces what the same source gave
    for the same indicators and months, or with `append` adds to it. A bad file is reported and the good ones
    load. `progress` is called with the files done, the files in all, and the name of the next one.
    Raises StoreError where the store cannot be read or written; it is then as it was.
    """
    with writing(root) as layout:
        manifest = layout.read_manifest(layout.version())
        sources = known_sources(root)
        part = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        with _scratch(layout) as connection:
            files = list(_stage(connection, paths, options, sources, manifest, progress))
            progress(len(files), len(files), "placing and storing")
            staging.place(connection, tuple(v.id for v in partnership().areas.vintages))
            kept, cells = judge(connection, layout, manifest, options.append, sources)
            load = _reconciled(connection, manifest, files, part, options.append, kept, cells)
            if load.tally.rejected:
                write_rejected(
                    _rejected(connection, files),
                    known_headers(sources.values()),
                    layout.root / load.rejected_file,
                )
            if load.cells:
                staging.write_part(connection, [file.name for file in files], layout, part)
        if load.cells:
            publish(layout, replace(manifest, loads=(*manifest.loads, load)))
    return load


@contextlib.contextmanager
def _scratch(layout: Layout) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database on disk beside the store, gone afterwards, so that memory stays bounded."""
    with tempfile.TemporaryDirectory(dir=layout.root, prefix=".load-", ignore_cleanup_errors=True) as folder:
        connection = duckdb.connect(str(Path(folder) / "scratch.duckdb"))
        try:
            connection.execute("SET memory_limit = '600MB'; SET preserve_insertion_order = false")
            staging.prepare(connection)
            yield connection
        finally:
            connection.close()


def _stage(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    options: Options,
    sources: Mapping[str, Source],
    manifest: Manifest,
    progress: Progress,
) -> Iterator[_File]:
    """Stage every file that is not loaded already; a file that fails leaves no row behind."""
    known = known_headers(sources.values())
    seen: set[str] = set()
    found = find_files(paths)
    for number, item in enumerate(found):
        progress(number, len(found), item.name)
        if isinstance(item, Unreadable):
            yield _File(number, item.name, failure=item.message)
            continue
        try:
            sha256 = digest(item)
            if sha256 in seen or manifest.holds(sha256):
                yield _File(number, item.name, sha256, already=True)
                continue
            _stage_file(connection, number, item, known, options, sources)
        except InputError as error:
            connection.execute("DELETE FROM staged WHERE file = ?", [number])
            yield _File(number, item.name, failure=str(error))
            continue
        seen.add(sha256)
        yield _File(number, item.name, sha256, input=item)


def _stage_file(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    file: InputFile,
    known: Collection[str],
    options: Options,
    sources: Mapping[str, Source],
) -> None:
    today = dt.date.today()
    rows = 0
    reading = None
    for chunk in read_chunks(file, known):
        header = [name for name in chunk.table.column_names if name != "row"]
        if is_rejected(header) and not options.append:
            raise InputError(
                "holds mended rows of an earlier load: they would replace the rows that it accepted. Load them "
                "with --append and the same --source (on the Load files page: Add to it, and the supplier's name)."
            )
        reading = reading or choose(header, file.stem, sources, options.source)
        if chunk.table.num_rows:
            stage(connection, chunk.table, number, reading, partnership().vocabulary, sources, today)
        staging.stage_bad(connection, number, chunk.bad)
        rows += chunk.table.num_rows + len(chunk.bad)
    if not rows:
        raise InputError("has a header but no rows. Check the export, or leave the file out.")


def _reconciled(
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    files: Sequence[_File],
    part: str,
    append: bool,
    kept: set[tuple[int, Cell]],
    cells: set[Cell],
) -> Load:
    """The load as it will be stored: every row of every file accounted for."""
    accepted = staging.accepted_cells(connection)
    tallies = staging.tallies(connection)
    unplaced, outside = staging.places_unknown(connection)
    rejected = any(tally.rejected for by in tallies.values() for tally in by.values())
    return Load(
        part=part,
        loaded_at=f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        append=append,
        files=tuple(
            _result(file, tallies.get(file.number, {}), sorted(c for n, c in kept if n == file.number))
            for file in files
        ),
        cells={cell: accepted.get(cell, 0) for cell in sorted(cells)},
        replaced=0 if append else records_in(manifest.coverage(), cells),
        unplaced=unplaced,
        outside=outside,
        rejected_file=f"rejected/{part}.csv" if rejected else "",
    )


def _result(file: _File, by_indicator: Mapping[str, Tally], cells: Sequence[Cell]) -> FileResult:
    """What became of one file. One whose every row was rejected has failed."""
    if file.already:
        return FileResult(file.name, "already_loaded", file.sha256, message="these bytes are loaded already")
    if file.failure:
        named = file.failure.startswith(file.name)  # what a reader says names the file already
        return FileResult(file.name, "failed", message=file.failure if named else f"{file.name}: {file.failure}")
    tally = sum(by_indicator.values(), Tally())
    if tally.rejected == tally.read:
        return FileResult(
            file.name,
            "failed",
            "",
            tally,
            by_indicator,
            (),
            f"{file.name}: every row was rejected, see the rejected rows",
        )
    return FileResult(file.name, "loaded", file.sha256, tally, by_indicator, tuple(cells))


def _rejected(
    connection: duckdb.DuckDBPyConnection, files: Sequence[_File]
) -> Iterator[tuple[InputFile, dict[int, str]]]:
    """Each file with rejected rows, and the reason by row number."""
    for file in files:
        reasons = staging.rejects(connection, file.number) if file.input else {}
        if file.input and reasons:
            yield file.input, reasons
