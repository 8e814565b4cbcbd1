"""Load files into the store: read, clean, place, judge and reconcile, then publish the new version."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import duckdb

from shp_data.domain.clock import get_today
from shp_data.domain.errors import InputError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.postcodes import find_postcodes
from shp_data.intake.readers.chunks import RawChunk, number_across_sheets
from shp_data.intake.readers.files import WORKBOOK, InputFile, Unreadable, find_files, hash_file, hash_sheets
from shp_data.intake.readers.headers import FIGURE_NAMES
from shp_data.intake.readers.rejects import ReceivedRows, is_rejects_header, write_rejected
from shp_data.intake.readers.tables import NO_ROWS, make_unexpected_error, read_chunks
from shp_data.intake.reported.figures import NONE_YET, Figures, read_figures, split_chunk
from shp_data.intake.rows import staging
from shp_data.intake.rows.acceptance import judge_load
from shp_data.intake.rows.cleaning import stage_rows
from shp_data.intake.rows.columns import choose_reading, list_headers
from shp_data.intake.rows.count_tables import CountsReading
from shp_data.intake.rows.outside import WHAT_TO_DO, describe_outside, find_outside_files
from shp_data.intake.rows.placing import place_records
from shp_data.intake.rows.reconcile import FileRead, find_rejected_rows, judge_file_figures, reconcile_load
from shp_data.store.files.faults import FAULTS
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.leftovers import build_working_prefix, discard_load
from shp_data.store.files.manifest import Load, Manifest
from shp_data.store.files.writing import open_for_writing, publish_version
from shp_data.store.notes.mappings import list_suppliers

LoadProgress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class LoadOptions:
    """The settings of a load.

    `source`: the supplier. `append`: whether it adds to the store's records or replaces them. `outside_ok`:
    whether it takes files of which most records are outside every area. `answer`: returns a file with what a
    person chose for it, such as its sheets.
    """

    source: str | None = None
    append: bool = False
    outside_ok: bool = False
    answer: Callable[[InputFile], InputFile] = lambda file: file


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
        with _open_scratch(layout, part) as (connection, folder):
            files = list(_stage_files(connection, folder, paths, options, sources, manifest, progress))
            progress(len(files), len(files), "placing and storing")
            sheets = {file.number: file.received.sheets for file in files if file.received}
            staging.name_sheets(connection, sheets)
            territories = staging.find_territories(connection, sources)
            place_records(connection, partnership().areas, sources, territories, find_postcodes(layout))
            if not options.outside_ok:
                files = _refuse_outside_files(connection, files, territories)
            files = judge_file_figures(files)
            accepted_months, covered_months = judge_load(connection, layout, manifest, options.append, sources)
            load = reconcile_load(
                connection, manifest, files, part, options.append, accepted_months, covered_months, territories
            )
            if load.rejected_file:
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
def _open_scratch(layout: StoreLayout, part: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Open a temporary database on disk inside the store's folder, so that memory use is limited.

    Yield it and its folder, which is deleted afterwards. If the load fails, the files that it wrote into the
    store are deleted too.
    """
    prefix = build_working_prefix(part)
    with tempfile.TemporaryDirectory(dir=layout.root, prefix=prefix, ignore_cleanup_errors=True) as folder:
        connection = duckdb.connect(str(Path(folder) / "scratch.duckdb"))
        try:
            # The scratch database moves to disk beyond this limit. Order is not needed: every row has its number.
            connection.execute("SET memory_limit = '600MB'; SET preserve_insertion_order = false")
            staging.create_staged(connection)
            yield connection, Path(folder)
        # Whatever ends the load, Ctrl-C included, its files must not stay in the store. The error goes on.
        except BaseException:
            discard_load(layout, part)
            raise
        finally:
            connection.close()


def _stage_files(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    paths: Sequence[Path],
    options: LoadOptions,
    sources: Mapping[str, Supplier],
    manifest: Manifest,
    progress: LoadProgress,
) -> Iterator[FileRead]:
    """Stage every file that is not already loaded. A file that fails leaves no rows. `folder`: for temporary files."""
    header_names = list_headers(sources.values())
    loaded_hashes = set(manifest.list_loaded_files())
    files = find_files(paths)
    for number, item in enumerate(files):
        progress(number, len(files), item.name)
        if isinstance(item, Unreadable):
            yield FileRead(number, item.name, failure=item.message)
            continue
        try:
            item = options.answer(item)
            received = ReceivedRows(item.name, folder / f"{number}.arrow")
            chunks = received.record(map(number_across_sheets, read_chunks(item, header_names)))
            sha256 = hash_file(item)
            if item.suffix in WORKBOOK:
                # Which sheets are read is part of what is loaded, and only the reader knows it.
                first = next(chunks)
                sha256, chunks = _identify_workbook(item, sha256, first, loaded_hashes), chain([first], chunks)
            if sha256 in loaded_hashes:
                yield FileRead(number, item.name, sha256, is_loaded=True)
                continue
            figures = _stage_file(connection, number, item, chunks, options, sources)
        except (OSError, *FAULTS):  # of the store's disk: no file would load
            raise
        except Exception as error:  # noqa: BLE001  # one file must not stop the others
            # A file can fail after many of its chunks were staged. It loads whole or not at all.
            connection.execute("DELETE FROM staged WHERE file = ?", [number])
            fault = error if isinstance(error, UserError) else make_unexpected_error(item.name, error)
            yield FileRead(number, item.name, failure=str(fault))
            continue
        # The same file twice in one load counts once.
        loaded_hashes.add(sha256)
        yield FileRead(number, item.name, sha256, received=received, figures=figures)


def _identify_workbook(file: InputFile, sha256: str, first: RawChunk, loaded_hashes: Collection[str]) -> str:
    """Return what identifies the sheets of a workbook that are read.

    `sha256`: of the file. `first`: its first chunk.
    """
    # Earlier versions read one sheet at most, and stored the hash of the file.
    was_loaded = len(first.sheets) == 1 and not file.sheets and sha256 in loaded_hashes
    return sha256 if was_loaded or not first.sheets else hash_sheets(sha256, first.sheets)


def _refuse_outside_files(
    connection: duckdb.DuckDBPyConnection, files: Sequence[FileRead], territories: Mapping[str, tuple[str, ...]]
) -> list[FileRead]:
    """Remove the rows of files with most of their records outside every area, and say where the records seem to be."""
    outside_files = find_outside_files(connection, territories)
    for number in outside_files:
        connection.execute("DELETE FROM staged WHERE file = ?", [number])
    return [
        FileRead(file.number, file.name, failure=f"{describe_outside(outside)} {WHAT_TO_DO}", is_outside=True)
        if (outside := outside_files.get(file.number))
        else file
        for file in files
    ]


def _stage_file(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    file: InputFile,
    chunks: Iterable[RawChunk],
    options: LoadOptions,
    sources: Mapping[str, Supplier],
) -> Figures:
    """Stage a file's incidents and return its reported figures. Raises InputError if it has neither."""
    current_day = get_today()
    rows, file_figures, reading = 0, Figures(), None
    counts = CountsReading(file, current_day)
    for chunk in chunks:
        if is_rejects_header(chunk.header) and not options.append:
            raise InputError(
                "contains corrected rows from an earlier load and would replace the rows already accepted. Load it "
                "with --append and the same --source (on the Load files page: 'Add to existing data' and the same "
                "supplier)."
            )
        incidents, figures = split_chunk(chunk)
        if figures:
            file_figures += read_figures(figures, file.name, current_day)
        if incidents and not counts.take(incidents) and (incidents.table.num_rows or incidents.bad):
            reading = reading or choose_reading(chunk.header, file.stem, sources, options.source)
            table = incidents.table
            if table.num_rows:
                stage_rows(connection, table, number, reading, partnership().vocabulary, sources, current_day)
            staging.stage_bad_rows(connection, number, incidents.bad)
            rows += table.num_rows + len(incidents.bad)
    file_figures += counts.read_figures()
    if not (rows or file_figures.rows):
        raise InputError(NONE_YET if file_figures.awaited else NO_ROWS)
    return file_figures
