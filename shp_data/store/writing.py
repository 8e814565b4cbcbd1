"""Writing the store: one writer at a time, and a new version that takes over in one rename."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import duckdb
import filelock
import pyarrow as pa

from shp_data.domain.errors import StoreError
from shp_data.store.layout import Layout, sql_path, summary_columns
from shp_data.store.manifest import Manifest

_KEPT_VERSIONS = 4  # a reader that opened an older one may finish its page
_LOCK_SECONDS = 600


@contextlib.contextmanager
def writing(root: Path) -> Iterator[Layout]:
    """Hold a store for writing, waiting for another writer; faults of the disk become StoreError."""
    layout = Layout(root)
    try:
        for folder in (layout.versions, layout.parts, layout.rejected):
            folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(root / "lock", timeout=_LOCK_SECONDS):
            _clear(root)
            yield layout
    except filelock.Timeout as error:
        raise StoreError(f"the store {root.name} is being written by another process: try again later") from error
    except OSError as error:
        raise StoreError(
            f"the store {root.name} cannot be written: {error.strerror or error}; nothing was changed"
        ) from error
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InvalidInputException) as error:
        raise StoreError(f"the store {root.name} cannot be written: {error}; nothing was changed") from error


def publish(layout: Layout, manifest: Manifest) -> str:
    """Make a version of the store from a manifest whose parts are written, and switch to it. Its name.

    The caller holds the store by `writing`. Until the last rename the old version stays in force.
    """
    name = f"{_latest(layout) + 1:06d}-{uuid.uuid4().hex[:8]}"
    made = layout.versions / f".{name}"
    made.mkdir()
    (made / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    _summarise(layout, manifest, made / "summary.parquet")
    newest = [load.part for load in manifest.loads[-1:]]
    written = [path(part) for part in newest for path in (layout.records, layout.part_summary)]
    for file in (*made.iterdir(), *written):
        _flush(file)
    made.rename(layout.versions / name)
    pointer = layout.root / f".CURRENT-{name}"
    pointer.write_text(name, encoding="utf-8")
    _flush(pointer)
    pointer.replace(layout.current)
    _prune(layout, name)
    return name


def undo(root: Path, part: str) -> str:
    """Take one load back: what it replaced stands again. The new version's name. Raises StoreError."""
    with writing(root) as layout:
        return publish(layout, layout.read_manifest(layout.version()).without(part))


def live_table(manifest: Manifest) -> pa.Table:
    """Which part speaks for which cell, as columns part, source, indicator, month: what records are read by."""
    rows = [(part, *cell) for cell, parts in manifest.live().items() for part in parts]
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    names = ("part", "source", "indicator", "month")
    return pa.table({name: pa.array(values, pa.string()) for name, values in zip(names, columns, strict=True)})


def _summarise(layout: Layout, manifest: Manifest, target: Path) -> None:
    """Write the monthly summary: the summaries of the parts, where they are live."""
    parts = [str(layout.part_summary(load.part)) for load in manifest.loads]
    connection = duckdb.connect()
    if not parts:
        *texts, mark = summary_columns().split(", ")
        columns = ", ".join(f"'' AS {name}" for name in texts)
        source = f"SELECT {columns}, true AS {mark}, 0::BIGINT AS count WHERE false"
    else:
        connection.register("live", live_table(manifest))
        source = f"""
            SELECT {summary_columns()}, sum(count)::BIGINT AS count
            FROM read_parquet({parts}) SEMI JOIN live USING (part, source, indicator, month)
            GROUP BY ALL ORDER BY ALL"""
    connection.execute(f"COPY ({source}) TO {sql_path(target)} (FORMAT parquet, COMPRESSION zstd)")
    connection.close()


def _latest(layout: Layout) -> int:
    """The highest number of a version, in force or not: a version that a crash left behind counts too."""
    numbers = [path.name.split("-")[0] for path in layout.versions.iterdir()]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _clear(root: Path) -> None:
    """Remove what a process that was killed left behind. The caller holds the store."""
    for path in (*root.glob(".load-*"), *root.glob(".CURRENT-*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """On disk before the rename that makes it count."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _prune(layout: Layout, current: str) -> None:
    """Remove old versions and what no version refers to. What is open elsewhere is left for the next time."""
    names = sorted(path.name for path in layout.versions.iterdir() if not path.name.startswith("."))
    kept = names[-_KEPT_VERSIONS:]
    parts = _parts(layout, current)
    for path in layout.versions.iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != current:
            with contextlib.suppress(StoreError):  # an older one that is damaged refers to nothing
                parts |= _parts(layout, path.name)
    for path in layout.parts.iterdir():
        if path.name.split(".")[0] not in parts:
            with contextlib.suppress(OSError):
                path.unlink()


def _parts(layout: Layout, version: str) -> set[str]:
    return {load.part for load in layout.read_manifest(version).loads}
