"""The sign-ins that people have ended, until each would have ended by itself. No person follows from the list."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import filelock

from shp_data.domain.errors import StoreError
from shp_data.store.notes.json_files import read_json, write_json

FILE = "sign_outs.json"
_LOCK_SECONDS = 10
_NONE: dict[str, float] = {}


def end_sign_in(root: Path, key: str, until: float, now: float) -> None:
    """Add a sign-in to the list. Drop those that have ended by themselves. Raises StoreError.

    `until`: when the sign-in would end by itself, in seconds since 1970, as `now`.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        # Not the lock of the store: who signs out does not wait for a load.
        with filelock.FileLock(root / "sign_outs.lock", timeout=_LOCK_SECONDS):
            ends = {**read_json(root / FILE, _parse, _NONE), key: until}
            write_json(root / FILE, {key: end for key, end in ends.items() if end > now})
    except (OSError, filelock.Timeout) as error:
        raise StoreError(f"the list of sign-outs in {root.name} cannot be written: {error}") from error


def has_ended(root: Path, key: str) -> bool:
    """Check whether a sign-in is in the list. Raises StoreError where the list cannot be read."""
    path = root / FILE
    try:
        stat = path.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(f"{FILE} of the store {root.name} cannot be read: {error.strerror}") from error
    # Each click asks. The file is replaced whole, so that another file is another list.
    return key in _read_keys(path, stat.st_ino, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read_keys(path: Path, _inode: int, _changed: int, _size: int) -> frozenset[str]:
    return frozenset(read_json(path, _parse, _NONE))


def _parse(value: Any) -> dict[str, float]:
    return {str(key): float(end) for key, end in value.items()}
