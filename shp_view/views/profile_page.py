"""The logic of the Ward profile page, without widgets: recording, ending and removing actions of a ward."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shp_data.analysis.profile import get_ward
from shp_data.domain.errors import NotAllowedError, UserError
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.notes.actions import LONGEST as LONGEST
from shp_data.store.notes.actions import Action, end_action, record_action, remove_action
from shp_view.text import wording
from shp_view.text.rows import make_plain_rows

FIRST_DAY = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class ActionTarget:
    """A ward or location that an action can be recorded for: its label, and its fields of `Action`."""

    label: str
    fields: Mapping[str, Any]


def list_targets(selection: Selection, locations: Figure) -> tuple[ActionTarget, ...]:
    """List the ward, and its busiest locations that have a name."""
    ward = get_ward(selection)
    ward_fields = {"ward": ward.name, "ward_code": ward.code, "vintage": selection.ward_year}
    options = [ActionTarget(f"The whole of {ward.name} ward", ward_fields)]
    for row in make_plain_rows(locations.table, ["location", "longitude", "latitude", "count"]):
        if row["location"]:
            location_fields = {"place": row["location"], "longitude": row["longitude"], "latitude": row["latitude"]}
            incidents = wording.format_count(row["count"], locations.unit)
            options.append(
                ActionTarget(f"{row['location']} ({incidents} in this period)", ward_fields | location_fields)
            )
    return tuple(options)


def list_aims(profile: Figure) -> dict[str, str]:
    """List what an action can aim at: the indicators of a profile, id -> name."""
    return {row["indicator"]: row["name"] for row in make_plain_rows(profile.table, ["indicator", "name"])}


def can_change(viewer: Viewer) -> bool:
    """Return whether this viewer may record, end or remove actions."""
    return viewer.role == "analyst"


def save_action(
    root: Path,
    viewer: Viewer,
    selection: Selection,
    target: ActionTarget,
    *,
    what: str,
    who: str,
    agreed_on: dt.date,
    end: dt.date | None,
    indicators: Sequence[str],
) -> str:
    """Save an action for the selected ward or a location in it. Return what is wrong; empty if nothing is."""

    def write_action() -> None:
        action = Action(
            agreed=agreed_on,
            end=end,
            what=what.strip(),
            who=who.strip(),
            lpa=get_ward(selection).lpa,
            indicators=tuple(indicators),
            recorded_by=viewer.role,
            recorded_at=dt.datetime.now(dt.UTC),
            **target.fields,
        )
        record_action(root, action)

    return _apply_change(viewer, write_action)


def set_end_date(root: Path, viewer: Viewer, action: Action, day: dt.date) -> str:
    """Set the last day of an action. Return what is wrong; empty if nothing is."""
    return _apply_change(viewer, lambda: end_action(root, action.id, day))


def delete_action(root: Path, viewer: Viewer, action: Action) -> str:
    """Delete an action. Return what went wrong; empty if nothing did."""
    return _apply_change(viewer, lambda: remove_action(root, action.id))


def _apply_change(viewer: Viewer, change: Callable[[], None]) -> str:
    try:
        if not can_change(viewer):
            raise NotAllowedError(f"the role {viewer.role!r} may not change what was agreed; ask an analyst")
        change()
    except UserError as error:
        return str(error)
    return ""
