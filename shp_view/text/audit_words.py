"""The rows of the record of sign-ins, exports and uploads on the Data page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shp_data.store.notes.audit import AuditEntry, read_entries

MAX_ENTRIES = 500
EXPLANATION = (
    f"The latest {MAX_ENTRIES} sign-ins, exports and uploads, the latest first, by UTC. All are in audit.jsonl."
)
_WHAT = {
    "sign-in": "Signed in",
    "refused": "Refused",
    "export": "Took away",
    "upload": "Loaded",
    "undo": "Undid a load",
}


def read_latest(root: Path) -> list[dict[str, str]]:
    """Read the latest entries of a store's record as rows of the grid. Raises StoreError."""
    return make_rows(read_entries(root, MAX_ENTRIES))


def make_rows(entries: Iterable[AuditEntry]) -> list[dict[str, str]]:
    """Make the rows of the grid, by column name."""
    return [
        {
            "When": f"{entry.at:%Y-%m-%d %H:%M:%S}",
            "Who": entry.who,
            "Role": entry.role,
            "What": _WHAT[entry.what],
            "About": entry.about,
        }
        for entry in entries
    ]
