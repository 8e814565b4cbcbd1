"""Repeat locations on a map: the circles, what they say and mean, and the same as a picture."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pandas as pd
import pydeck as pdk
import pytest
from helpers.stores import chosen
from helpers.view_figures import figure

from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Location
from shp_view.documents import documents
from shp_view.maps.repeat_maps import LOCATIONS, draw_location_map, draw_location_picture, list_legend_entries
from shp_view.maps.ward_shapes import read_ward_shapes
from shp_view.text.repeat_words import MOST
from shp_view.views.filters import parse_point

Q3 = chosen("2020-21-Q3", "asb_police", "Hartlepool")
EVERYWHERE = chosen("2020-21-Q3", "asb_police", *partnership().areas.everywhere)
EAST, NORTH = -1.2129123456789, 54.6862


def places(counts: list[int], state: str | None = "new", name: str = "Raby Road") -> Figure:
    table = pd.DataFrame(
        {
            "location": name,
            "ward": "Victoria",
            "lpa": "Hartlepool",
            "code": "E05008952",
            "longitude": [EAST + n / 1000 for n in range(len(counts))],
            "latitude": NORTH,
            "count": pd.array(counts, "Int64"),
            "last_period": pd.array([4] * len(counts), "Int64"),
            "state": pd.array([state] * len(counts), "str"),
        }
    )
    return figure(table)


NONE = places([])


def both(one: Figure, other: Figure) -> Figure:
    return figure(pd.concat([one.table, other.table], ignore_index=True))


def layers(deck: pdk.Deck) -> dict[str, dict[str, Any]]:
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


def circles(found: Figure, cleared: Figure = NONE) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = layers(draw_location_map(found, cleared, Q3))[LOCATIONS]["data"]
    return rows


def test_four_times_the_incidents_have_four_times_the_area() -> None:
    radii = [row["r"] for row in circles(places([100, 25]))]
    assert radii[0] == pytest.approx(2 * radii[1], abs=0.1)


def test_small_circles_are_drawn_upon_large_ones_whatever_their_kind() -> None:
    drawn = circles(both(places([40, 11], "continuing"), places([30, 12], "new")), places([3]))
    assert [row["r"] for row in drawn] == sorted((row["r"] for row in drawn), reverse=True)


def test_each_circle_says_what_the_list_says_and_carries_its_very_point() -> None:
    (row,) = circles(places([1200], "continuing"))
    assert (row["location"], row["ward"], row["count"], row["last_period"]) == ("Raby Road", "Victoria", "1,200", "4")
    assert row["state"] == "Continuing"
    assert parse_point(row["place"]) == (EAST, NORTH)
    assert circles(places([1], None, name=""))[0]["location"] == "Place without a name"
    deck = draw_location_map(places([1]), NONE, Q3)
    assert layers(deck)[LOCATIONS]["pickable"]
    told = deck._tooltip["html"]
    assert set(re.findall(r"{(\w+)}", told)) <= set(row)


@pytest.mark.parametrize("dark", [False, True])
def test_no_two_kinds_differ_in_colour_alone_and_the_legend_names_those_that_are_there(dark: bool) -> None:
    found = both(both(places([3]), places([2], "continuing")), places([1], None))
    shown = layers(draw_location_map(found, places([1]), Q3, dark=dark))[LOCATIONS]["data"]
    looks = {row["state"]: (row["width"], row["fill"][3]) for row in shown}
    assert len({looks["New"], looks["Continuing"], looks["No longer a repeat location"]}) == 3
    words = [entry.label for entry in list_legend_entries(found, places([1]), dark=dark)]
    assert words == [
        "New (thick outline)",
        "Continuing (thin outline)",
        "The period before is not loaded",
        "No longer a repeat location (hollow: size shows the period before)",
    ]
    assert [entry.label for entry in list_legend_entries(places([3]), NONE)] == ["New (thick outline)"]
    assert list_legend_entries(NONE, NONE) == ()


def test_numbers_are_those_of_the_list_and_cleared_places_have_none() -> None:
    numbers = layers(draw_location_map(places([30, 20, 10]), places([5]), Q3))["numbers"]["data"]
    assert [row["number"] for row in numbers] == ["1", "2", "3"]
    many = layers(draw_location_map(places([30] * 40), NONE, Q3))["numbers"]["data"]
    assert len(many) == 20


def test_the_place_chosen_is_ringed_wherever_it_is() -> None:
    place = Location("Raby Road", "Hartlepool", "E05008952", ((EAST, NORTH),))
    (ring,) = layers(draw_location_map(places([10]), NONE, Q3, location=place))["ring"]["data"]
    assert ring["at"] == [EAST, NORTH]
    assert ring["r"] > circles(places([10]))[0]["r"]
    elsewhere = Location("", "Hartlepool", "E05008952", ((-1.3, 54.7),))
    (ring,) = layers(draw_location_map(places([10]), NONE, Q3, location=elsewhere))["ring"]["data"]
    assert ring["at"] == [-1.3, 54.7]
    assert "ring" not in layers(draw_location_map(places([10]), NONE, Q3))


def test_the_map_opens_on_the_ward_or_the_area_in_view() -> None:
    ward = Q3.select_ward("E05008952", "2020")
    west, south, east, north = read_ward_shapes("2020")["E05008952"].bounds
    views = [
        json.loads(draw_location_map(NONE, NONE, one).to_json())["initialViewState"] for one in (ward, Q3, EVERYWHERE)
    ]
    assert west < views[0]["longitude"] < east
    assert south < views[0]["latitude"] < north
    assert views[0]["zoom"] > views[1]["zoom"] > views[2]["zoom"]


def test_as_many_places_as_are_ever_shown_are_less_than_a_megabyte() -> None:
    long = "Further/Higher Educational Building by the Coast Road"
    text = draw_location_map(places([9999] * MOST, name=long), places([9999] * MOST, name=long), EVERYWHERE).to_json()
    assert len(text.encode()) < 1_000_000
    assert "http" not in text


@pytest.mark.parametrize("selection", [Q3, Q3.select_ward("E05008952", "2020"), EVERYWHERE])
def test_the_picture_draws_the_same_circles(selection: Any) -> None:
    found, cleared = places([20, 5]), places([3])
    spec = draw_location_picture(found, cleared, selection)
    rows = spec["datasets"]["figure"]
    deck = layers(draw_location_map(found, cleared, selection))[LOCATIONS]["data"]
    assert [(row["longitude"], row["latitude"]) for row in rows] == [tuple(row["at"]) for row in deck]
    assert [row["size"] for row in rows] == pytest.approx([math.pi * row["r"] ** 2 for row in deck])
    fields = set(re.findall(r'"field": "(\w+)"', json.dumps(spec["layer"])))
    assert fields <= set().union(*rows, *spec["datasets"]["names"])
    svg = documents.to_svg(spec, found).decode()
    assert "New (thick outline)" in svg
    assert "No longer a repeat location" in svg


def test_a_picture_of_nothing_is_a_map_without_circles() -> None:
    assert "Victoria" in documents.to_svg(draw_location_picture(NONE, NONE, Q3), NONE).decode()
