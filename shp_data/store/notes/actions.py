"""What was agreed for a place or a ward, when and by whom: recorded by an analyst, kept with the store."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.store.files.writing import writing
from shp_data.store.notes.kept_json import read_json, write_json

FILE = "actions.json"
LONGEST = 500  # characters of what was agreed
_NAME = 200  # characters of any other text
_EARLIEST = dt.date(2000, 1, 1)
_AHEAD = dt.timedelta(days=366)
_OUTSIDE = "which is not on the map; expected degrees, such as -1.2129 and 54.6862"

Actions = tuple["Action", ...]


@dataclass(frozen=True, kw_only=True)
class Action:
    """What was agreed on a day, by whom, and for which ward or place of an LPA.

    `ward`: its name, with its code and the vintage that the code is of; all None for none. `place`: its name,
    with its map point in degrees (WGS84); all None for none. There is a ward or a place; with both, the place
    is what the action is for. `indicators`: the ids that it aims at, none for all. `end`: its last day, None
    while it goes on. Raises UserError where that is not so, a text is missing or too long, or a date is
    before 2000 or in the wrong order. `recorded_at`: with its time zone.
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
        """Refuse what is no action."""
        _text("what was agreed", self.what, LONGEST)
        named = {"who agreed it": self.who, "the area": self.lpa, "who records it": self.recorded_by, "its id": self.id}
        for called, text in (*named.items(), *(("an indicator", id_) for id_ in self.indicators)):
            _text(called, text, _NAME)
        if self.recorded_at.tzinfo is None:
            raise UserError(f"the action was recorded at {self.recorded_at}, which names no time zone")
        if self.agreed < _EARLIEST:
            raise UserError(f"the action is dated {self.agreed}; expected a day from {_EARLIEST} on")
        if self.end is not None and self.end < self.agreed:
            raise UserError(f"the action ends on {self.end}, before it was agreed on {self.agreed}")
        ward, place = (self.ward, self.ward_code, self.vintage), (self.place, self.longitude, self.latitude)
        if any(0 < whole.count(None) < 3 for whole in (ward, place)) or ward == place:
            raise UserError("an action is for a ward (name, code and vintage), a place (name and map point), or both")
        for given in (*ward, self.place):
            if given is not None:
                _text("the ward or place", given, _NAME)
        if self.longitude is not None and self.latitude is not None:
            _on_the_map(self.longitude, self.latitude)


def read_actions(root: Path) -> Actions:
    """The actions recorded, the earliest agreed first; none where none was. Raises StoreError where damaged."""
    found = read_json(root / FILE, _all, tuple[Action, ...]())
    return tuple(sorted(found, key=lambda action: (action.agreed, action.recorded_at)))


def record_action(root: Path, action: Action) -> None:
    """Keep an action. Raises UserError for an unknown area, ward or indicator, an id that is taken, or a day
    more than a year ahead; StoreError where the store cannot be read or written.
    """
    known = partnership()
    if known.areas.lpa(action.lpa) != action.lpa:
        raise UserError(f"the area is {action.lpa!r}; expected its printed name, {known.areas.lpa(action.lpa)!r}")
    if action.vintage is not None:
        wards = known.areas.wards[known.areas.vintage(action.vintage)]
        ward = wards.get(action.ward_code or "")
        if ward is None or (ward.name, ward.lpa) != (action.ward, action.lpa):
            raise UserError(f"{action.lpa} has no ward {action.ward} ({action.ward_code}) in {action.vintage}")
    for id_ in action.indicators:
        if known.vocabulary.indicator(id_).id != id_:
            raise UserError(f"the indicator is {id_!r}; expected its id, {known.vocabulary.indicator(id_).id!r}")
    _not_far_ahead("agreed", action.agreed)
    _not_far_ahead("end", action.end)

    def added(kept: Actions) -> Actions:
        if any(one.id == action.id for one in kept):
            raise UserError("this action is recorded already")
        return (*kept, action)

    _change(root, added)


def end_action(root: Path, id_: str, end: dt.date) -> None:
    """Set the last day of an action. Raises UserError for an unknown id or a day out of order; StoreError."""
    _not_far_ahead("end", end)
    _change(root, lambda kept: tuple(replace(one, end=end) if one.id == id_ else one for one in _holding(kept, id_)))


def remove_action(root: Path, id_: str) -> None:
    """Take an action out. Raises UserError for an unknown id; StoreError."""
    _change(root, lambda kept: tuple(one for one in _holding(kept, id_) if one.id != id_))


def _change(root: Path, change: Callable[[Actions], Actions]) -> None:
    """Read, change and write under one lock, so that no other writer's action is lost."""
    with writing(root):
        write_json(root / FILE, [asdict(action) for action in change(read_actions(root))])


def _all(rows: Any) -> Actions:
    found = tuple(_read(row) for row in rows)
    if len({action.id for action in found}) < len(found):
        raise ValueError("two actions have the same id")
    return found


def _read(row: Mapping[str, Any]) -> Action:
    """An action as `_change` writes it. An unknown field is an error: to drop it would lose what it says."""
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


def _holding(kept: Actions, id_: str) -> Actions:
    if all(one.id != id_ for one in kept):
        raise UserError("there is no such action: it may have been removed meanwhile")
    return kept


def _text(called: str, text: str, longest: int) -> None:
    if not isinstance(text, str) or not text.strip():
        raise UserError(f"{called} is missing")
    if len(text) > longest:
        raise UserError(f"{called} has {len(text)} characters; expected at most {longest}")


def _on_the_map(longitude: float, latitude: float) -> None:
    numbers = all(isinstance(value, (int, float)) and math.isfinite(value) for value in (longitude, latitude))
    if not numbers or abs(longitude) > 180 or abs(latitude) > 90:
        raise UserError(f"the place lies at {longitude}, {latitude}, {_OUTSIDE}")


def _not_far_ahead(called: str, day: dt.date | None) -> None:
    last = dt.date.today() + _AHEAD
    if day is not None and day > last:
        raise UserError(f"the action's {called} day is {day}; expected a day up to {last}, a year ahead")
