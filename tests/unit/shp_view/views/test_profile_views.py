"""Recording what was agreed for a ward: what is kept, what is refused, and by whom."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers.stores import DESK, chosen
from helpers.view_figures import figure

from shp_data.domain.errors import NotAllowedError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.notes.actions import Action, read_actions
from shp_data.store.reading import Reader
from shp_data.store.version import make_empty_store
from shp_view.views import profile_views

SEATON = next(one for one in partnership().areas.list_wards("2020", "Hartlepool") if one.name == "Seaton")
PARTNER = Viewer("partner")  # type: ignore[arg-type]  # a role that is not there yet
DAY = dt.date(2020, 10, 1)


def seaton() -> Selection:
    return chosen("2020-21-Q3", "asb_police", "Hartlepool").select_ward(SEATON.code, "2020")


def wheres() -> tuple[profile_views.ActionTarget, ...]:
    rows = [("The Front", -1.18, 54.65, 12), ("", -1.19, 54.66, 3), ("Parking Area", -1.2, 54.67, 1)]
    table = pd.DataFrame(rows, columns=["location", "longitude", "latitude", "count"])
    return profile_views.list_targets(seaton(), figure(table))


def reader(root: Path, viewer: Viewer = DESK) -> Reader:
    return Reader(make_empty_store(root), viewer)


def record(root: Path, viewer: Viewer = DESK, place: int = 0, **changed: Any) -> None:
    given = {"what": " Extra patrols ", "who": "Police", "agreed": DAY, "end": None, "indicators": ["asb_police"]}
    profile_views.save_action(reader(root, viewer), seaton(), wheres()[place], **(given | changed))


def kept(root: Path) -> Action:
    (action,) = read_actions(root)
    return action


def test_an_action_is_for_the_ward_or_for_a_place_with_a_name() -> None:
    assert [where.label for where in wheres()] == [
        "The whole of Seaton ward",
        "The Front (12 incidents in this period)",
        "Parking Area (1 incident in this period)",
    ]


def test_what_is_recorded_for_the_ward(tmp_path: Path) -> None:
    record(tmp_path)
    action = kept(tmp_path)
    assert (action.what, action.who, action.agreed, action.end) == ("Extra patrols", "Police", DAY, None)
    assert (action.lpa, action.ward, action.ward_code, action.vintage) == ("Hartlepool", "Seaton", SEATON.code, "2020")
    assert (action.indicators, action.recorded_by, action.place) == (("asb_police",), "analyst", None)


def test_what_is_recorded_for_a_place_keeps_its_point_and_its_ward(tmp_path: Path) -> None:
    record(tmp_path, place=1)
    action = kept(tmp_path)
    assert (action.place, action.longitude, action.latitude, action.ward) == ("The Front", -1.18, 54.65, "Seaton")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"what": "  "}, "the action is missing"),
        ({"who": ""}, "who agreed it is missing"),
        ({"end": dt.date(2020, 9, 1)}, "ends on 2020-09-01, before its first day"),
        ({"agreed": dt.date(2999, 1, 1)}, "a year from today"),
        ({"indicators": ["nonsense"]}, "nonsense"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        record(tmp_path, **changed)
    assert read_actions(tmp_path) == ()


def test_an_action_is_ended_and_removed(tmp_path: Path) -> None:
    record(tmp_path)
    with pytest.raises(UserError, match="before its first day"):
        profile_views.set_end_date(reader(tmp_path), kept(tmp_path), dt.date(2020, 9, 1))
    profile_views.set_end_date(reader(tmp_path), kept(tmp_path), dt.date(2020, 12, 1))
    assert kept(tmp_path).end == dt.date(2020, 12, 1)
    gone = kept(tmp_path)
    profile_views.delete_action(reader(tmp_path), gone)
    assert read_actions(tmp_path) == ()
    with pytest.raises(UserError, match="does not exist"):
        profile_views.delete_action(reader(tmp_path), gone)


def test_only_an_analyst_changes_what_was_agreed(tmp_path: Path) -> None:
    record(tmp_path)
    action = kept(tmp_path)
    for change in (
        lambda: record(tmp_path, PARTNER),
        lambda: profile_views.set_end_date(reader(tmp_path, PARTNER), action, DAY),
        lambda: profile_views.delete_action(reader(tmp_path, PARTNER), action),
    ):
        with pytest.raises(NotAllowedError, match="cannot change actions"):
            change()
    assert kept(tmp_path) == action
    assert tuple(profile_views.can_change(reader(tmp_path, viewer)) for viewer in (DESK, PARTNER)) == (True, False)


def test_what_an_action_can_aim_at() -> None:
    every = figure(pd.DataFrame({"indicator": ["asb_police"], "name": ["Police ASB"]}))
    assert profile_views.list_aims(every) == {"asb_police": "Police ASB"}
