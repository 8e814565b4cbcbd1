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

from shp_data.domain.clock import today
from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Source
from shp_data.intake.readers.files import InputFile, Unreadable, digest, find_files
from shp_data.intake.readers.headers import FIGURE_NAMES
from shp_data.intake.readers.rejects import is_rejected, write_rejected
from shp_data.intake.readers.tables import read_chunks
from shp_data.intake.reported.figures import Figures
from shp_data.intake.reported.reported import NONE_YET, parted, read_figures
from shp_data.intake.rows import staging
from shp_data.intake.rows.cleaning import stage
from shp_data.intake.rows.columns import choose, known_headers
from shp_data.intake.rows.judging import judge
from shp_data.intake.rows.outcome import FileRead, reconciled, rejected, with_judged
from shp_data.intake.rows.placed import place
from shp_data.store.files.layout import Layout
from shp_data.store.files.leftovers import discard, working_prefix
from shp_data.store.files.manifest import Load, Manifest
from shp_data.store.files.writing import publish, writing
from shp_data.store.notes.mappings import known_sources

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Options:
    """How a load is made: the source named for it, and whether it adds to what the store has or replaces it."""

    source: str | None = None
    append: bool = False


def ingest(
    paths: Sequence[Path], root: Path, options: Options = Options(), progress: Progress = lambda *_: None
) -> Load:
    """Load files, folders and zips into the store at `root`; what became of each file.

    A file whose bytes are loaded already adds nothing. Otherwise the load replaces what the same source gave
    for the same indicators and months, or with `append` adds to it; a reported figure always takes the place
    of an earlier one of the same indicator, area and period. A bad file is reported and the good ones load.
    `progress` is called with the files done, the files in all, and the name of the next one.
    Raises StoreError where the store cannot be read or written; it is then as it was.
    """
    with writing(root) as layout:
        manifest = layout.read_manifest(layout.version())
        sources = known_sources(root)
        part = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        with _scratch(layout, part) as connection:
            files = with_judged(list(_stage(connection, paths, options, sources, manifest, progress)))
            progress(len(files), len(files), "placing and storing")
            place(connection, partnership().areas, sources)
            kept, cells = judge(connection, layout, manifest, options.append, sources)
            load = reconciled(connection, manifest, files, part, options.append, kept, cells, sources)
            if load.tally.rejected:
                write_rejected(
                    rejected(connection, files),
                    known_headers(sources.values()) | FIGURE_NAMES,
                    layout.root / load.rejected_file,
                )
            if load.cells:
                staging.write_part(connection, [file.name for file in files], layout, load)
            if load.cells or load.figures:
                publish(layout, replace(manifest, loads=(*manifest.loads, load)))
    return load


@contextlib.contextmanager
def _scratch(layout: Layout, part: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database on disk beside the store, gone afterwards, so that memory stays bounded.

    Where the load fails, the files that it wrote into the store go as well.
    """
    prefix = working_prefix(part)
    with tempfile.TemporaryDirectory(dir=layout.root, prefix=prefix, ignore_cleanup_errors=True) as folder:
        connection = duckdb.connect(str(Path(folder) / "scratch.duckdb"))
        try:
            connection.execute("SET memory_limit = '600MB'; SET preserve_insertion_order = false")
            staging.prepare(connection)
            yield connection
        except BaseException:
            discard(layout, part)
            raise
        finally:
            connection.close()


def _stage(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    options: Options,
    sources: Mapping[str, Source],
    manifest: Manifest,
    progress: Progress,
) -> Iterator[FileRead]:
    """Stage every file that is not loaded already; a file that fails leaves no row behind."""
    known = known_headers(sources.values())
    seen = set(manifest.held())
    found = find_files(paths)
    for number, item in enumerate(found):
        progress(number, len(found), item.name)
        if isinstance(item, Unreadable):
            yield FileRead(number, item.name, failure=item.message)
            continue
        try:
            sha256 = digest(item)
            if sha256 in seen:
                yield FileRead(number, item.name, sha256, already=True)
                continue
            figures = _stage_file(connection, number, item, known, options, sources)
        except InputError as error:
            connection.execute("DELETE FROM staged WHERE file = ?", [number])
            yield FileRead(number, item.name, failure=str(error))
            continue
        seen.add(sha256)
        yield FileRead(number, item.name, sha256, input=item, figures=figures)


def _stage_file(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    file: InputFile,
    known: Collection[str],
    options: Options,
    sources: Mapping[str, Source],
) -> Figures:
    """Stage a file's incidents; its reported figures. Raises InputError where it holds neither."""
    day = today()
    rows, found, reading = 0, Figures(), None
    for chunk in read_chunks(file, known):
        if is_rejected(chunk.header) and not options.append:
            raise InputError(
                "holds mended rows of an earlier load: they would replace the rows that it accepted. Load them "
                "with --append and the same --source (on the Load files page: Add to it, and the supplier's name)."
            )
        incidents, figures = parted(chunk)
        if figures:
            found += read_figures(figures, file.name, day)
        if incidents:
            reading = reading or choose(chunk.header, file.stem, sources, options.source)
            table = incidents.table
            if table.num_rows:
                stage(connection, table, number, reading, partnership().vocabulary, sources, day)
            staging.stage_bad(connection, number, incidents.bad)
            rows += table.num_rows + len(incidents.bad)
    if not (rows or found.rows):
        raise InputError(NONE_YET if found.waiting else "has a header but no rows. Check the export, or leave it out.")
    return found
