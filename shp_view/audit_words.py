"""The record of sign-ins, exports and uploads as the Data page shows it."""

from __future__ import annotations

from collections.abc import Iterable

from shp_data.store.audit import Event

SHOWN = 500
EXPLAINED = f"The latest {SHOWN} sign-ins, exports and uploads, the latest first, by UTC. All are in audit.jsonl."
_WHAT = {
    "sign-in": "Signed in",
    "refused": "Refused",
    "export": "Took away",
    "upload": "Loaded",
    "undo": "Undid a load",
}


def rows(events: Iterable[Event]) -> list[dict[str, str]]:
    """The rows of the grid, by its column names."""
    return [
        {
            "When": f"{event.at:%Y-%m-%d %H:%M:%S}",
            "Who": event.who,
            "Role": event.role,
            "What": _WHAT[event.what],
            "About": event.about,
        }
        for event in events
    ]
