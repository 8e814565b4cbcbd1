"""The record of sign-ins, exports and uploads as the Data page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shp_data.store.notes.audit import Event, events

SHOWN = 500
EXPLAINED = f"The latest {SHOWN} sign-ins, exports and uploads, the latest first, by UTC. All are in audit.jsonl."
_WHAT = {
    "sign-in": "Signed in",
    "refused": "Refused",
    "export": "Took away",
    "upload": "Loaded",
    "undo": "Undid a load",
}


def latest(root: Path) -> list[dict[str, str]]:
    """The rows of the grid of what was recorded last in a store. Raises StoreError."""
    return rows(events(root, SHOWN))


def rows(recorded: Iterable[Event]) -> list[dict[str, str]]:
    """The rows of the grid, by its column names."""
    return [
        {
            "When": f"{event.at:%Y-%m-%d %H:%M:%S}",
            "Who": event.who,
            "Role": event.role,
            "What": _WHAT[event.what],
            "About": event.about,
        }
        for event in recorded
    ]
