"""What a store holds beside its version in force, and when it goes: older versions, and what a killed process left.

Whoever calls these holds the store by `writing`.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from shp_data.domain.errors import StoreError
from shp_data.store.files.layout import Layout

_KEPT_VERSIONS = 4  # a reader that opened an older one may finish its page
_LOAD = ".load-"


def working_prefix(part: str) -> str:
    """What the name of a load's working folder begins with: by it `clear` knows the load, should it be killed."""
    return f"{_LOAD}{part}."


def clear(layout: Layout) -> None:
    """Remove what a process that was killed left behind, and finish a removal that it had begun."""
    for folder in layout.root.glob(f"{_LOAD}*"):
        discard(layout, folder.name.removeprefix(_LOAD).split(".")[0])
    for path in (*layout.root.glob(f"{_LOAD}*"), *layout.root.glob(".CURRENT-*"), *layout.versions.glob(".*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if _promise(layout).exists():
        purge(layout)


def discard(layout: Layout, part: str) -> None:
    """Remove the files of a load that did not come into force; those of one that did stay."""
    with contextlib.suppress(StoreError):  # a store that cannot be read is left as it is
        if part not in _parts(layout, layout.version()):
            _unlink((*layout.parts.glob(f"{part}.*"), layout.rejected / f"{part}.csv"))


def prune(layout: Layout, current: str) -> None:
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
    _unlink(path for path in layout.parts.iterdir() if path.name.split(".")[0] not in parts)


def promise(layout: Layout, rejected: Iterable[str]) -> None:
    """Note that all but the next version goes for good, with these files of rejected rows: `purge` does it."""
    _promise(layout).write_text("\n".join(rejected), encoding="utf-8")


def purge(layout: Layout) -> bool:
    """Remove whatever the version in force does not refer to, and the rejected rows that were promised to go.

    False where a file is open elsewhere: then the next to hold the store tries again.
    """
    current = layout.version()
    loads = layout.read_manifest(current).loads
    parts, named = {load.part for load in loads}, {load.rejected_file for load in loads}
    promised = _promise(layout).read_text(encoding="utf-8").splitlines()
    old = [path for path in layout.versions.iterdir() if path.name != current]
    gone = [path for path in layout.parts.iterdir() if path.name.split(".")[0] not in parts]
    gone += [layout.root / name for name in promised if name not in named]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    _unlink(gone)
    done = not any(path.exists() for path in (*old, *gone))
    if done:
        _promise(layout).unlink()
    return done


def _promise(layout: Layout) -> Path:
    return layout.root / ".removing"


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # gone already, or open elsewhere
            path.unlink()


def _parts(layout: Layout, version: str | None) -> set[str]:
    return {load.part for load in layout.read_manifest(version).loads}
