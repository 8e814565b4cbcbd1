"""Who signed in, took figures away and loaded files, and when: lines of JSON beside the store, without any figure."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

import filelock

from shp_data.domain.errors import StoreError

What = Literal["sign-in", "refused", "export", "upload", "undo"]

FILE = "audit.jsonl"
LONGEST = 500  # characters of what an event was about
OLDER = 9  # files that are kept beside the one in use
_MAX_BYTES = 1_000_000  # of a file: some 7,000 events
_LOCK_SECONDS = 10


@dataclass(frozen=True)
class Event:
    """Who did what, and when. `about`: such as the name of a file. `at`: with its time zone."""

    at: dt.datetime
    who: str
    role: str
    what: What
    about: str = ""


def note(root: Path, event: Event) -> None:
    """Add an event to the record, whoever else writes to it. Raises StoreError.

    A file that is full becomes `audit.1.jsonl`, which was the first before becomes the second, and the oldest goes.
    """
    line = json.dumps({**asdict(event), "at": event.at.isoformat(), "about": event.about[:LONGEST]}, ensure_ascii=False)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(root / "audit.lock", timeout=_LOCK_SECONDS):
            _make_room(root)
            with (root / FILE).open("ab") as file:
                file.write(f"{line}\n".encode())
                file.flush()
                os.fsync(file.fileno())
    except (OSError, filelock.Timeout) as error:
        raise StoreError(f"the record of sign-ins and exports in {root.name} cannot be written: {error}") from error


def events(root: Path, most: int) -> tuple[Event, ...]:
    """The latest events, the latest first. Raises StoreError where a line is damaged."""
    found: list[Event] = []
    for path in (root / FILE, *(_older(root, place) for place in range(1, OLDER + 1))):
        if len(found) >= most or not path.exists():
            break
        found += reversed(_read(path))
    return tuple(found[:most])


def _make_room(root: Path) -> None:
    """Start another file where this one is full. The caller holds the lock."""
    path = root / FILE
    if not path.exists() or path.stat().st_size < _MAX_BYTES:
        return
    for place in range(OLDER, 1, -1):
        if _older(root, place - 1).exists():
            _older(root, place - 1).replace(_older(root, place))
    path.replace(_older(root, 1))


def _older(root: Path, place: int) -> Path:
    return root / f"audit.{place}.jsonl"


def _read(path: Path) -> list[Event]:
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path.name} of the store {path.parent.name} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            if row["what"] not in get_args(What):
                raise ValueError(f"{row['what']!r} is nothing that is recorded")
            found.append(Event(**{**row, "at": dt.datetime.fromisoformat(row["at"])}))
        except (ValueError, TypeError, KeyError) as error:
            raise StoreError(
                f"{path.name} of the store {path.parent.name}, line {number}, is damaged: {str(error)[:200]}; move the "
                "file away to begin another"
            ) from error
    return found
