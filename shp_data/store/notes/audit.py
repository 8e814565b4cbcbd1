"""The audit record: who signed in, downloaded figures, loaded files and decided on months. It contains no figures."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

import filelock

from shp_data.domain.errors import StoreError

EntryKind = Literal["sign-in", "refused", "export", "upload", "undo", "decision", "indicator"]

FILE = "audit.jsonl"
LONGEST = 500  # characters of what an event was about
OLDER = 9  # full files to keep, besides the one in use
_MAX_BYTES = 1_000_000  # of a file: some 7,000 events
_LOCK_SECONDS = 10


@dataclass(frozen=True)
class AuditEntry:
    """Who did what, and when. `about`: such as the name of a file. `at`: with its time zone."""

    at: dt.datetime
    who: str
    role: str
    what: EntryKind
    about: str = ""


def write_entry(root: Path, entry: AuditEntry) -> None:
    """Add an entry to the record. It is safe with several writers. Raises StoreError.

    A full file becomes `audit.1.jsonl`, the earlier `audit.1.jsonl` becomes `audit.2.jsonl`, and so on. The
    oldest file is deleted.
    """
    line = json.dumps({**asdict(entry), "at": entry.at.isoformat(), "about": entry.about[:LONGEST]}, ensure_ascii=False)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(root / "audit.lock", timeout=_LOCK_SECONDS):
            _rotate_files(root)
            with (root / FILE).open("ab") as file:
                file.write(f"{line}\n".encode())
                # On disk at once, so that a crash loses no entry.
                file.flush()
                os.fsync(file.fileno())
    except (OSError, filelock.Timeout) as error:
        raise StoreError(f"the record of sign-ins and exports in {root.name} cannot be written: {error}") from error


def read_entries(root: Path, limit: int) -> tuple[AuditEntry, ...]:
    """Read the latest entries, the latest first. Raises StoreError if a line is damaged."""
    entries: list[AuditEntry] = []
    for path in (root / FILE, *(_locate_older(root, number) for number in range(1, OLDER + 1))):
        if len(entries) >= limit or not path.exists():
            break
        entries += reversed(_read_file(path))
    return tuple(entries[:limit])


def _rotate_files(root: Path) -> None:
    """Start a new file if this one is full. The caller has the lock."""
    path = root / FILE
    if not path.exists() or path.stat().st_size < _MAX_BYTES:
        return
    for number in range(OLDER, 1, -1):
        if _locate_older(root, number - 1).exists():
            _locate_older(root, number - 1).replace(_locate_older(root, number))
    path.replace(_locate_older(root, 1))


def _locate_older(root: Path, number: int) -> Path:
    return root / f"audit.{number}.jsonl"


def _read_file(path: Path) -> list[AuditEntry]:
    entries = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path.name} of the store {path.parent.name} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            if row["what"] not in get_args(EntryKind):
                raise ValueError(f"{row['what']!r} is not a kind of entry")
            entries.append(AuditEntry(**{**row, "at": dt.datetime.fromisoformat(row["at"])}))
        except (ValueError, TypeError, KeyError) as error:
            raise StoreError(
                f"{path.name} of the store {path.parent.name}, line {number}, is damaged: {str(error)[:200]}; move the "
                "file away to start a new one"
            ) from error
    return entries
