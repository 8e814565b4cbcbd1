"""Writing to the store: one writer at a time, and a new version that takes effect in one rename."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import filelock

from shp_data.domain.errors import StoreError
from shp_data.store.files.faults import FAULTS, describe_fault
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.leftovers import clear_leftovers, prune_versions
from shp_data.store.files.manifest import Manifest

_LOCK_SECONDS = 600


@contextlib.contextmanager
def open_for_writing(root: Path) -> Iterator[StoreLayout]:
    """Lock a store for writing, after any other writer. Faults of the disk raise StoreError."""
    layout = StoreLayout(root)
    try:
        for folder in (layout.versions, layout.parts, layout.rejected):
            folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(root / "lock", timeout=_LOCK_SECONDS):
            clear_leftovers(layout)
            yield layout
    except filelock.Timeout as error:
        raise StoreError(f"the store {root.name} is being written by another process: try again later") from error
    except OSError as error:
        raise StoreError(
            f"the store {root.name} cannot be written: {error.strerror or error}; nothing was changed"
        ) from error
    except FAULTS as error:
        raise StoreError(
            f"the store {root.name} cannot be written: {describe_fault(error)}; nothing was changed"
        ) from error


def publish_version(layout: StoreLayout, manifest: Manifest) -> str:
    """Create a version of the store from a manifest whose parts are written, and switch to it. Return its name.

    The caller has locked the store with `open_for_writing`. The old version stays current until the last rename.
    """
    name = f"{_find_latest_number(layout) + 1:06d}-{uuid.uuid4().hex[:8]}"
    new_folder = layout.versions / f".{name}"
    new_folder.mkdir()
    (new_folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    newest = [path for load in manifest.loads[-1:] for path in layout.parts.glob(f"{load.part}.*")]
    for file in (*new_folder.iterdir(), *newest):
        _flush_file(file)
    # A folder with a dot is no version, so one that a crash leaves half-written is never read.
    new_folder.rename(layout.versions / name)
    pointer = layout.root / f".CURRENT-{name}"
    pointer.write_text(name, encoding="utf-8")
    _flush_file(pointer)
    pointer.replace(layout.current)
    with contextlib.suppress(OSError, StoreError):  # the switch is made: what is in the way waits for the next load
        prune_versions(layout, name)
    return name


def undo_load(root: Path, part: str) -> str:
    """Undo one load and restore what it replaced. Return the name of the new version. Raises StoreError."""
    with open_for_writing(root) as layout:
        return publish_version(layout, layout.read_manifest(layout.read_version()).drop_load(part))


def _find_latest_number(layout: StoreLayout) -> int:
    """Find the highest version number, including versions that a crash left."""
    numbers = [path.name.split("-")[0] for path in layout.versions.iterdir()]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _flush_file(path: Path) -> None:
    """Write a file to disk before the rename that depends on it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
