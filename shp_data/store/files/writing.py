"""Writing the store: one writer at a time, and a new version that takes over in one rename."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import filelock

from shp_data.domain.errors import StoreError
from shp_data.store.files.faults import FAULTS, told
from shp_data.store.files.layout import Layout
from shp_data.store.files.leftovers import clear, prune
from shp_data.store.files.manifest import Manifest

_LOCK_SECONDS = 600


@contextlib.contextmanager
def writing(root: Path) -> Iterator[Layout]:
    """Hold a store for writing, waiting for another writer; faults of the disk become StoreError."""
    layout = Layout(root)
    try:
        for folder in (layout.versions, layout.parts, layout.rejected):
            folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(root / "lock", timeout=_LOCK_SECONDS):
            clear(layout)
            yield layout
    except filelock.Timeout as error:
        raise StoreError(f"the store {root.name} is being written by another process: try again later") from error
    except OSError as error:
        raise StoreError(
            f"the store {root.name} cannot be written: {error.strerror or error}; nothing was changed"
        ) from error
    except FAULTS as error:
        raise StoreError(f"the store {root.name} cannot be written: {told(error)}; nothing was changed") from error


def publish(layout: Layout, manifest: Manifest) -> str:
    """Make a version of the store from a manifest whose parts are written, and switch to it. Its name.

    The caller holds the store by `writing`. Until the last rename the old version stays in force.
    """
    name = f"{_latest(layout) + 1:06d}-{uuid.uuid4().hex[:8]}"
    made = layout.versions / f".{name}"
    made.mkdir()
    (made / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    newest = [path for load in manifest.loads[-1:] for path in layout.parts.glob(f"{load.part}.*")]
    for file in (*made.iterdir(), *newest):
        _flush(file)
    made.rename(layout.versions / name)
    pointer = layout.root / f".CURRENT-{name}"
    pointer.write_text(name, encoding="utf-8")
    _flush(pointer)
    pointer.replace(layout.current)
    with contextlib.suppress(OSError, StoreError):  # the switch is made: what is in the way waits for the next load
        prune(layout, name)
    return name


def undo(root: Path, part: str) -> str:
    """Take one load back: what it replaced stands again. The new version's name. Raises StoreError."""
    with writing(root) as layout:
        return publish(layout, layout.read_manifest(layout.version()).without(part))


def _latest(layout: Layout) -> int:
    """The highest number of a version, in force or not: a version that a crash left behind counts too."""
    numbers = [path.name.split("-")[0] for path in layout.versions.iterdir()]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _flush(path: Path) -> None:
    """On disk before the rename that makes it count."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
