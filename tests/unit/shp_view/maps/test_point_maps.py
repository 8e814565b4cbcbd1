"""Places on the map: the area of a circle is its count."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from helpers.stores import chosen
from helpers.view_figures import figure

from shp_data.analysis.places.points import MOST_LOCATIONS
from shp_data.domain.selection import Location
from shp_view.documents.documents import to_svg
from shp_view.maps.map_parts import CompactDeck
from shp_view.maps.point_maps import (
    LISTED,
    POINTS,
    TOOLTIP,
    build_point_table,
    draw_point_map,
    draw_point_picture,
    make_point_layer,
    write_point_legend,
    write_point_note,
    write_point_title,
)


def table(counts: list[int], name: str = "Raby Road") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "location": name,
            "ward": "Victoria",
            "lpa": "Hartlepool",
            "longitude": [-1.2129123456 + n / 1000 for n in range(len(counts))],
            "latitude": 54.6862123456,
            "count": pd.array(counts, "Int64"),
        }
    )


def written(shown: pd.DataFrame) -> str:
    text: str = CompactDeck(layers=[make_point_layer(figure(shown))], map_provider=None).to_json()
    return text


def drawn(shown: pd.DataFrame) -> dict[str, Any]:
    (layer,) = json.loads(written(shown))["layers"]
    return dict(layer)


def test_four_times_the_incidents_have_twice_the_radius() -> None:
    radii = [row["r"] for row in drawn(table([400, 100, 25]))["data"]]
    assert radii == [20, 10, 5]


def test_each_place_tells_its_name_ward_and_count_and_can_be_clicked() -> None:
    layer = drawn(table([1200]))
    (row,) = layer["data"]
    assert (layer["id"], layer["pickable"]) == (POINTS, True)
    assert set(re.findall(r"{(\w+)}", TOOLTIP)) <= set(row)
    assert (row["location"], row["ward"], row["count"]) == ("Raby Road", "Victoria", "1,200")
    assert row["at"] == pytest.approx([-1.2129123, 54.6862123], abs=1e-5)
    assert drawn(table([1], name=""))["data"][0]["location"] == "Place without a name"


def test_the_legend_names_the_largest_circle() -> None:
    assert write_point_legend(figure(table([1200, 3]))).endswith("The largest has 1,200 incidents.")
    assert write_point_legend(figure(table([]))) == "No location had any incidents."
    assert drawn(table([]))["data"] == []


def test_as_many_places_as_are_ever_shown_are_less_than_a_megabyte() -> None:
    text = written(table([9999] * MOST_LOCATIONS, name="Middlesbrough Road"))
    assert len(text.encode()) < 350_000  # with 150 kB of outlines, two side by side are under a megabyte
    assert "http" not in text


def test_the_title_names_the_busiest_place() -> None:
    assert write_point_title(figure(table([1200, 3]))).startswith("Raby Road had the most ")
    assert write_point_title(figure(table([1200, 3]))).endswith(" of any location: 1,200")
    assert write_point_title(figure(table([4, 4, 1]))).endswith(" of any location: 4 each")
    assert write_point_title(figure(table([]))).startswith("No location had any ")


def test_circles_of_two_maps_have_one_scale() -> None:
    layer = make_point_layer(figure(table([100])), most=400)
    assert [row["r"] for row in json.loads(CompactDeck(layers=[layer]).to_json())["layers"][0]["data"]] == [10]
    assert "The largest has 400 incidents." in write_point_legend(figure(table([100])), 400)


def test_the_table_holds_the_busiest_and_says_so() -> None:
    many = figure(table([3] * (LISTED + 1), name=""))
    assert len(build_point_table(many).table) == LISTED
    assert set(build_point_table(many).table["location"]) == {"Place without a name"}
    assert write_point_note(many) == "The table lists the 100 busiest of the 101 locations on the map."
    assert write_point_note(figure(table([3]))) == ""


def test_the_place_in_view_is_ringed() -> None:
    at = (-1.2129, 54.6862)
    area = chosen("2020-21-Q3", "asb_police", "Hartlepool")
    deck = draw_point_map(figure(table([3])), area, location=Location("Raby Road", "Hartlepool", "E1", (at,)))
    (ring,) = [layer for layer in json.loads(deck.to_json())["layers"] if layer["id"] == "ring"]
    assert ring["data"][0]["at"] == list(at)
    assert "ring" not in [layer.id for layer in draw_point_map(figure(table([3])), area).layers]


@pytest.mark.parametrize("counts", [[40, 10, 1], []])
def test_the_picture_draws_the_same_circles(counts: list[int]) -> None:
    spec = draw_point_picture(figure(table(counts)), chosen("2020-21-Q3", "asb_police", "Hartlepool"))
    rows = spec["datasets"]["figure"]
    circles = drawn(table(counts))["data"]
    assert [(row["longitude"], row["latitude"]) for row in rows] == [tuple(one["at"]) for one in circles]
    assert [row["size"] / rows[0]["size"] for row in rows] == pytest.approx([n / 40 for n in counts], rel=0.05)
    assert "Victoria" in to_svg(spec, figure(table(counts))).decode()
