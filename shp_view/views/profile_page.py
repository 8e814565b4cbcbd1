"""What the Ward profile page does besides asking: recording, ending and removing what was agreed for a ward."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shp_data.analysis.profile import ward_of
from shp_data.domain.errors import NotAllowedError, UserError
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.notes.actions import LONGEST as LONGEST
from shp_data.store.notes.actions import Action, end_action, record_action, remove_action
from shp_data.store.reading import vintage_of
from shp_view.text import wording
from shp_view.text.rows import plain_rows

FIRST_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Where:
    """For what an action can be recorded: its words, and the fields of `Action` that say so."""

    label: str
    fields: Mapping[str, Any]


def wheres(chosen: Selection, places: Figure) -> tuple[Where, ...]:
    """The ward, and its busiest places that have a name."""
    ward = ward_of(chosen)
    own = {"ward": ward.name, "ward_code": ward.code, "vintage": vintage_of(chosen)}
    options = [Where(f"The whole of {ward.name} ward", own)]
    for row in plain_rows(places.table, ["location", "longitude", "latitude", "count"]):
        if row["location"]:
            at = {"place": row["location"], "longitude": row["longitude"], "latitude": row["latitude"]}
            incidents = wording.counted(row["count"], places.unit)
            options.append(Where(f"{row['location']} ({incidents} in this period)", own | at))
    return tuple(options)


def aims(every: Figure) -> dict[str, str]:
    """What an action can aim at: the indicators of a profile, id -> name."""
    return {row["indicator"]: row["name"] for row in plain_rows(every.table, ["indicator", "name"])}


def may_change(viewer: Viewer) -> bool:
    """May this viewer record, end or remove what was agreed?"""
    return viewer.role == "analyst"


def record(
    root: Path,
    viewer: Viewer,
    chosen: Selection,
    where: Where,
    *,
    what: str,
    who: str,
    agreed: dt.date,
    end: dt.date | None,
    indicators: Sequence[str],
) -> str:
    """Keep what was agreed for the selection's ward, or a place in it; what is wrong with it, or nothing."""

    def kept() -> None:
        action = Action(
            agreed=agreed,
            end=end,
            what=what.strip(),
            who=who.strip(),
            lpa=ward_of(chosen).lpa,
            indicators=tuple(indicators),
            recorded_by=viewer.role,
            recorded_at=dt.datetime.now(dt.UTC),
            **where.fields,
        )
        record_action(root, action)

    return _changed(viewer, kept)


def end(root: Path, viewer: Viewer, action: Action, day: dt.date) -> str:
    """Set the last day of an action; what is wrong with it, or nothing."""
    return _changed(viewer, lambda: end_action(root, action.id, day))


def remove(root: Path, viewer: Viewer, action: Action) -> str:
    """Take an action out; what went wrong, or nothing."""
    return _changed(viewer, lambda: remove_action(root, action.id))


def _changed(viewer: Viewer, change: Callable[[], None]) -> str:
    try:
        if not may_change(viewer):
            raise NotAllowedError(f"the role {viewer.role!r} may not change what was agreed; ask an analyst")
        change()
    except UserError as error:
        return str(error)
    return ""
