"""Load files into the store: read, clean, place, judge and reconcile, then publish the new version."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from shp_data.domain.clock import get_today
from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.readers.files import InputFile, Unreadable, find_files, hash_file
from shp_data.intake.readers.headers import FIGURE_NAMES
from shp_data.intake.readers.rejects import is_rejects_header, write_rejected
from shp_data.intake.readers.tables import read_chunks
from shp_data.intake.reported.figures import NONE_YET, Figures, read_figures, split_chunk
from shp_data.intake.rows import staging
from shp_data.intake.rows.acceptance import judge_load
from shp_data.intake.rows.cleaning import settle_dates, stage_rows
from shp_data.intake.rows.columns import choose_reading, list_headers
from shp_data.intake.rows.dates import DateEvidence, refuse_month_first
from shp_data.intake.rows.placing import place_records
from shp_data.intake.rows.reconcile import FileRead, find_rejected_rows, judge_file_figures, reconcile_load
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.leftovers import build_working_prefix, discard_load
from shp_data.store.files.manifest import Load, Manifest
from shp_data.store.files.writing import open_for_writing, publish_version
from shp_data.store.notes.mappings import list_suppliers

LoadProgress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class LoadOptions:
    """The settings of a load: the supplier, and whether it adds to the store's records or replaces them."""

    source: str | None = None
    append: bool = False


def ingest(
    paths: Sequence[Path], root: Path, options: LoadOptions = LoadOptions(), progress: LoadProgress = lambda *_: None
) -> Load:
    """Load files, folders and zips into the store at `root`, and return the outcome of each file.

    A file whose bytes are already loaded adds nothing. Otherwise the load replaces the earlier data of the
    same supplier for the same indicators and months, or adds to it with `append`. A reported figure always
    replaces an earlier one for the same indicator, area and period. A bad file is reported and the good ones
    load. `progress` is called with the number of files done, the number of files in all, and the name of the
    next one. Raises StoreError if the store cannot be read or written; it is then unchanged.
    """
    # Readers see the store only through the manifest, which is published last: a load that fails at any step
    # leaves the store as it was.
    with open_for_writing(root) as layout:
        manifest = layout.read_manifest(layout.read_version())
        sources = list_suppliers(root)
        part = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        with _open_scratch(layout, part) as connection:
            files = judge_file_figures(list(_stage_files(connection, paths, options, sources, manifest, progress)))
            progress(len(files), len(files), "placing and storing")
            place_records(connection, partnership().areas, sources)
            accepted_months, covered_months = judge_load(connection, layout, manifest, options.append, sources)
            load = reconcile_load(
                connection, manifest, files, part, options.append, accepted_months, covered_months, sources
            )
            if load.tally.rejected:
                write_rejected(
                    find_rejected_rows(connection, files),
                    list_headers(sources.values()) | FIGURE_NAMES,
                    layout.root / load.rejected_file,
                )
            if load.cells:
                staging.write_part(connection, [file.name for file in files], layout, load)
            if load.cells or load.figures:
                publish_version(layout, replace(manifest, loads=(*manifest.loads, load)))
    return load


@contextlib.contextmanager
def _open_scratch(layout: StoreLayout, part: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a temporary database on disk inside the store's folder, so that memory use is limited.

    It is deleted afterwards. If the load fails, the files that it wrote into the store are deleted too.
    """
    prefix = build_working_prefix(part)
    with tempfile.TemporaryDirectory(dir=layout.root, prefix=prefix, ignore_cleanup_errors=True) as folder:
        connection = duckdb.connect(str(Path(folder) / "scratch.duckdb"))
        try:
            # The scratch database moves to disk beyond this limit. Order is not needed: every row has its number.
            connection.execute("SET memory_limit = '600MB'; SET preserve_insertion_order = false")
            staging.create_staged(connection)
            yield connection
        # Whatever ends the load, Ctrl-C included, its files must not stay in the store. The error goes on.
        except BaseException:
            discard_load(layout, part)
            raise
        finally:
            connection.close()


def _stage_files(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    options: LoadOptions,
    sources: Mapping[str, Supplier],
    manifest: Manifest,
    progress: LoadProgress,
) -> Iterator[FileRead]:
    """Stage every file that is not already loaded. A file that fails leaves no rows."""
    header_names = list_headers(sources.values())
    loaded_hashes = set(manifest.list_loaded_files())
    files = find_files(paths)
    for number, item in enumerate(files):
        progress(number, len(files), item.name)
        if isinstance(item, Unreadable):
            yield FileRead(number, item.name, failure=item.message)
            continue
        try:
            sha256 = hash_file(item)
            if sha256 in loaded_hashes:
                yield FileRead(number, item.name, sha256, is_loaded=True)
                continue
            figures = _stage_file(connection, number, item, header_names, options, sources)
        except InputError as error:
            # A file can fail after many of its chunks were staged. It loads whole or not at all.
            connection.execute("DELETE FROM staged WHERE file = ?", [number])
            yield FileRead(number, item.name, failure=str(error))
            continue
        # The same file twice in one load counts once.
        loaded_hashes.add(sha256)
        yield FileRead(number, item.name, sha256, input=item, figures=figures)


def _stage_file(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    file: InputFile,
    header_names: Collection[str],
    options: LoadOptions,
    sources: Mapping[str, Supplier],
) -> Figures:
    """Stage a file's incidents and return its reported figures. Raises InputError if it has neither."""
    current_day = get_today()
    rows, file_figures, evidence, reading = 0, Figures(), DateEvidence(), None
    for chunk in read_chunks(file, header_names):
        if is_rejects_header(chunk.header) and not options.append:
            raise InputError(
                "contains corrected rows from an earlier load and would replace the rows already accepted. Load it "
                "with --append and the same --source (on the Load files page: 'Add to existing data' and the same "
                "supplier)."
            )
        incidents, figures = split_chunk(chunk)
        if figures:
            file_figures += read_figures(figures, file.name, current_day)
        if incidents:
            reading = reading or choose_reading(chunk.header, file.stem, sources, options.source)
            table = incidents.table
            if table.num_rows:
                evidence += stage_rows(
                    connection, table, number, reading, partnership().vocabulary, sources, current_day
                )
            staging.stage_bad_rows(connection, number, incidents.bad)
            rows += table.num_rows + len(incidents.bad)
    if not (rows or file_figures.rows):
        raise InputError(
            NONE_YET if file_figures.awaited else "has a header but no rows. Check the export, or leave the file out."
        )
    if reading and not reading.source.date_order:
        refuse_month_first(evidence, reading.name)
    settle_dates(connection, number, evidence)
    return file_figures
