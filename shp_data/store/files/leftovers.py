"""Old files of a store and their removal: older versions, and files that a killed process left.

The caller of these functions has locked the store with `open_for_writing`.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from shp_data.domain.errors import StoreError
from shp_data.store.files.layout import StoreLayout

_SAVED_VERSIONS = 4  # a reader that opened an older one may finish its page
_LOAD = ".load-"


def build_working_prefix(part: str) -> str:
    """Build the prefix of a load's working folder. `clear_leftovers` uses it to find a load that was killed."""
    return f"{_LOAD}{part}."


def clear_leftovers(layout: StoreLayout) -> None:
    """Remove the files that a killed process left, and finish any removal that it began."""
    for folder in layout.root.glob(f"{_LOAD}*"):
        discard_load(layout, folder.name.removeprefix(_LOAD).split(".")[0])
    for path in (*layout.root.glob(f"{_LOAD}*"), *layout.root.glob(".CURRENT-*"), *layout.versions.glob(".*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if _locate_removal_note(layout).exists():
        finish_removal(layout)


def discard_load(layout: StoreLayout, part: str) -> None:
    """Remove the files of a load that did not complete. Files of a completed load stay."""
    with contextlib.suppress(StoreError):  # a store that cannot be read is left as it is
        if part not in _list_parts(layout, layout.read_version()):
            _delete_files((*layout.parts.glob(f"{part}.*"), layout.rejected / f"{part}.csv"))


def prune_versions(layout: StoreLayout, current: str) -> None:
    """Remove old versions and files that no version uses. Files that are open elsewhere stay until next time."""
    names = sorted(path.name for path in layout.versions.iterdir() if not path.name.startswith("."))
    saved_versions = names[-_SAVED_VERSIONS:]
    # A part stays while any saved version refers to it: a reader may still have that version open.
    parts = _list_parts(layout, current)
    for path in layout.versions.iterdir():
        if path.name not in saved_versions:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != current:
            with contextlib.suppress(StoreError):  # an older one that is damaged refers to nothing
                parts |= _list_parts(layout, path.name)
    _delete_files(path for path in layout.parts.iterdir() if path.name.split(".")[0] not in parts)


def note_removal(layout: StoreLayout, rejected: Iterable[str]) -> None:
    """Note that every other version and these files of rejected rows must be removed.

    `finish_removal` removes them once the next version is current.
    """
    _locate_removal_note(layout).write_text("\n".join(rejected), encoding="utf-8")


def finish_removal(layout: StoreLayout) -> bool:
    """Remove what the current version does not use, and the files of rejected rows noted for removal.

    Return False if a file is open elsewhere. The next process that writes to the store tries again.
    """
    # The note is deleted last: if the process is killed before, the next one starts again from it.
    current = layout.read_version()
    loads = layout.read_manifest(current).loads
    parts, rejected_files = {load.part for load in loads}, {load.rejected_file for load in loads}
    noted = _locate_removal_note(layout).read_text(encoding="utf-8").splitlines()
    old_versions = [path for path in layout.versions.iterdir() if path.name != current]
    unused = [path for path in layout.parts.iterdir() if path.name.split(".")[0] not in parts]
    unused += [layout.root / name for name in noted if name not in rejected_files]
    for path in old_versions:
        shutil.rmtree(path, ignore_errors=True)
    _delete_files(unused)
    is_done = not any(path.exists() for path in (*old_versions, *unused))
    if is_done:
        _locate_removal_note(layout).unlink()
    return is_done


def _locate_removal_note(layout: StoreLayout) -> Path:
    return layout.root / ".removing"


def _delete_files(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # gone already, or open elsewhere
            path.unlink()


def _list_parts(layout: StoreLayout, version: str | None) -> set[str]:
    return {load.part for load in layout.read_manifest(version).loads}
