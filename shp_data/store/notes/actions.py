"""Actions for a location or ward: recorded by an analyst and saved with the store."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from shp_data.domain.clock import get_today
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.store.files.writing import open_for_writing
from shp_data.store.notes.json_files import read_json, write_json

FILE = "actions.json"
LONGEST = 500  # characters of the action
_NAME = 200  # characters of any other text
_EARLIEST = dt.date(2000, 1, 1)
_AHEAD = dt.timedelta(days=366)
_OUTSIDE = "which is not on the map; expected degrees, such as -1.2129 and 54.6862"

Actions = tuple["Action", ...]


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action agreed on a day, by whom, and for which ward or location of an LPA.

    `ward`: its name, with its code and ward year (`vintage`); all None if there is none. `place`: the name of
    a location, with its map point in degrees (WGS84); all None if there is none. There is a ward or a
    location. If there are both, the action is for the location. `indicators`: the ids of the indicators it
    aims at, empty for all. `end`: its last day, None if it continues. `recorded_at`: with its time zone.

    Raises UserError if these rules are not met, if a text is missing or too long, or if a date is before 2000
    or in the wrong order.
    """

    agreed: dt.date
    what: str
    who: str
    lpa: str
    recorded_by: str
    recorded_at: dt.datetime
    ward: str | None = None
    ward_code: str | None = None
    vintage: str | None = None
    place: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    indicators: tuple[str, ...] = ()
    end: dt.date | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        """Refuse an action with a missing or invalid value."""
        _check_text("the action", self.what, LONGEST)
        texts = {"who agreed it": self.who, "the area": self.lpa, "who records it": self.recorded_by, "its id": self.id}
        for label, text in (*texts.items(), *(("an indicator", id_) for id_ in self.indicators)):
            _check_text(label, text, _NAME)
        if self.recorded_at.tzinfo is None:
            raise UserError(f"the action was recorded at {self.recorded_at}, which has no time zone")
        if self.agreed < _EARLIEST:
            raise UserError(f"the action is dated {self.agreed}; expected {_EARLIEST} or later")
        if self.end is not None and self.end < self.agreed:
            raise UserError(f"the action ends on {self.end}, before its first day, {self.agreed}")
        ward, location = (self.ward, self.ward_code, self.vintage), (self.place, self.longitude, self.latitude)
        if any(0 < whole.count(None) < 3 for whole in (ward, location)) or ward == location:
            raise UserError("an action needs a ward (name, code, boundary year), a location (name, map point), or both")
        for value in (*ward, self.place):
            if value is not None:
                _check_text("the ward or location", value, _NAME)
        if self.longitude is not None and self.latitude is not None:
            _check_coordinates(self.longitude, self.latitude)


def read_actions(root: Path) -> Actions:
    """Read the recorded actions, earliest first; empty if there are none. Raises StoreError if the file is damaged."""
    actions = read_json(root / FILE, _parse_actions, tuple[Action, ...]())
    return tuple(sorted(actions, key=lambda action: (action.agreed, action.recorded_at)))


def record_action(root: Path, action: Action) -> None:
    """Save an action.

    Raises UserError for an unknown area, ward or indicator, a duplicate id, or a day more than a year ahead,
    and StoreError if the store cannot be read or written.
    """
    config = partnership()
    if config.areas.find_lpa(action.lpa) != action.lpa:
        raise UserError(f"the area is {action.lpa!r}; expected its printed name, {config.areas.find_lpa(action.lpa)!r}")
    if action.vintage is not None:
        wards = config.areas.wards[config.areas.ward_years.check(action.vintage)]
        ward = wards.get(action.ward_code or "")
        if ward is None or (ward.name, ward.lpa) != (action.ward, action.lpa):
            raise UserError(
                f"{action.lpa} has no ward {action.ward} ({action.ward_code}) in the boundaries of {action.vintage}"
            )
    for id_ in action.indicators:
        if config.vocabulary.find_indicator(id_).id != id_:
            raise UserError(f"the indicator is {id_!r}; expected its id, {config.vocabulary.find_indicator(id_).id!r}")
    _check_not_far_ahead("agreed", action.agreed)
    _check_not_far_ahead("end", action.end)

    def add_action(actions: Actions) -> Actions:
        if any(other.id == action.id for other in actions):
            raise UserError("this action is recorded already")
        return (*actions, action)

    _update_actions(root, add_action)


def end_action(root: Path, id_: str, end: dt.date) -> None:
    """Set the last day of an action. Raises UserError for an unknown id or a day out of order, and StoreError."""
    _check_not_far_ahead("end", end)
    _update_actions(
        root,
        lambda actions: tuple(
            replace(action, end=end) if action.id == id_ else action for action in _check_recorded(actions, id_)
        ),
    )


def remove_action(root: Path, id_: str) -> None:
    """Remove an action. Raises UserError for an unknown id, and StoreError."""
    _update_actions(root, lambda actions: tuple(action for action in _check_recorded(actions, id_) if action.id != id_))


def _update_actions(root: Path, change: Callable[[Actions], Actions]) -> None:
    """Read, change and write under one lock, so that no other writer's action is lost."""
    with open_for_writing(root):
        write_json(root / FILE, [asdict(action) for action in change(read_actions(root))])


def _parse_actions(rows: Any) -> Actions:
    actions = tuple(_parse_action(row) for row in rows)
    if len({action.id for action in actions}) < len(actions):
        raise ValueError("two actions have the same id")
    return actions


def _parse_action(row: Mapping[str, Any]) -> Action:
    """Parse an action as `_update_actions` writes it.

    An unknown field is an error, because dropping it would lose data.
    """
    end, indicators = row["end"], row["indicators"]
    if not isinstance(indicators, list):
        raise TypeError(f"indicators is {indicators!r}; expected a list")
    return Action(
        **{
            **row,
            "agreed": dt.date.fromisoformat(row["agreed"]),
            "recorded_at": dt.datetime.fromisoformat(row["recorded_at"]),
            "end": end if end is None else dt.date.fromisoformat(end),
            "indicators": tuple(indicators),
        }
    )


def _check_recorded(actions: Actions, id_: str) -> Actions:
    if all(action.id != id_ for action in actions):
        raise UserError("this action does not exist: somebody may have removed it")
    return actions


def _check_text(label: str, text: str, longest: int) -> None:
    if not isinstance(text, str) or not text.strip():
        raise UserError(f"{label} is missing")
    if len(text) > longest:
        raise UserError(f"{label} has {len(text)} characters; expected at most {longest}")


def _check_coordinates(longitude: float, latitude: float) -> None:
    are_numbers = all(isinstance(value, (int, float)) and math.isfinite(value) for value in (longitude, latitude))
    if not are_numbers or abs(longitude) > 180 or abs(latitude) > 90:
        raise UserError(f"the location is at {longitude}, {latitude}, {_OUTSIDE}")


def _check_not_far_ahead(label: str, day: dt.date | None) -> None:
    last = get_today() + _AHEAD
    if day is not None and day > last:
        raise UserError(f"the action's {label} day is {day}; expected {last} or earlier, a year from today")
