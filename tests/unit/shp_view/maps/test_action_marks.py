"""What was agreed, on the map and on the trend of a ward or place."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from helpers.stores import DESK, chosen, incidents, load, opened

from shp_data.analysis import profile
from shp_data.domain.selection import Location, Viewer
from shp_data.store.notes.actions import Action, record_action
from shp_data.store.reading import Reader
from shp_view.maps.action_marks import ACTION_LAYER, build_mark_layer, describe_marks
from shp_view.maps.ward_shapes import read_ward_shapes
from shp_view.theme import choose_theme

VICTORIA = "E05008952"
POINT = (-1.2129, 54.6862)
MADE = {
    "agreed": dt.date(2020, 11, 3), "what": "Extra patrols <b>", "who": "Cleveland Police", "lpa": "Hartlepool",
    "recorded_by": "analyst", "recorded_at": dt.datetime(2020, 11, 3, tzinfo=dt.UTC),
}  # fmt: skip
WARD = Action(**MADE, ward="Victoria", ward_code=VICTORIA, vintage="2020")
PLACE = Action(**MADE, place="Park", longitude=POINT[0], latitude=POINT[1])


def marks(*actions: Action) -> list[dict[str, object]]:
    layer = build_mark_layer(actions, read_ward_shapes("2020"), choose_theme(False))
    found = json.loads(layer.to_json())
    assert found["id"] == ACTION_LAYER
    return [{"name": mark["name"], "at": mark["at"]} for mark in found["data"]]


def test_a_ward_is_marked_within_it_and_a_place_at_its_point():
    ward, place = marks(WARD, PLACE)
    west, south, east, north = read_ward_shapes("2020")[VICTORIA].bounds
    assert ward["name"] == "A1"
    assert west < ward["at"][0] < east and south < ward["at"][1] < north
    assert place == {"name": "A2", "at": list(POINT)}


def test_an_action_for_a_ward_of_other_boundaries_keeps_its_number_in_the_list():
    gone = Action(**MADE, ward="Victoria", ward_code="E05099999", vintage="2022")
    assert [mark["name"] for mark in marks(gone, PLACE)] == ["A2"]
    assert [line.split(":")[0] for line in describe_marks([gone, PLACE])] == ["A1", "A2"]


def test_the_list_says_when_and_what():
    (line,) = describe_marks([WARD])
    assert line.startswith("A1: On 3 November 2020 “Extra patrols <b>” was agreed for")


@pytest.fixture
def store(tmp_path):
    load(tmp_path / "s", incidents(tmp_path / "a.csv", {"2020-10": 3, "2020-11": 2, "2020-12": 1}))
    for action in (WARD, PLACE):
        record_action(tmp_path / "s", action)
    return opened(tmp_path / "s")


def test_a_trend_shows_what_was_agreed_for_its_place_alone(store):
    here = chosen("2020-21-Q3", "asb_police", "Hartlepool")
    assert profile.list_visible_actions(Reader(store, DESK), here) == ()
    of_place = here.select_location(Location("Park", "Hartlepool", VICTORIA, (POINT,)), "2020")
    assert profile.list_visible_actions(Reader(store, DESK), of_place) == (PLACE,)


def test_others_than_the_analyst_see_none(store):
    ward = chosen("2020-21-Q3", "asb_police", "Hartlepool").select_ward(VICTORIA, "2020")
    assert WARD in profile.list_visible_actions(Reader(store, DESK), ward)
    assert profile.list_visible_actions(Reader(store, Viewer("partner")), ward) == ()
