"""Maps of LSOAs: each has its colour and its tooltip, and the wards tell where it is."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from helpers.lsoas import FENS, FOGGY, GRANGE
from helpers.stores import chosen
from helpers.view_figures import figure

from shp_data.domain.boundaries import LSOAS_DRAWN, read_layer
from shp_data.domain.figure import Figure
from shp_view.maps.lsoa_maps import LSOAS, draw_lsoa_map, draw_lsoa_picture
from shp_view.maps.map_classes import build_classes
from shp_view.text.map_words import LSOA_MEASURES, Measure

HARTLEPOOL = chosen("2024-03", "asb_police", "Hartlepool", vintage="2022")


def lsoas() -> Figure:
    """Three LSOAs, one of them without figures of last year, and records in none."""
    columns: dict[str, list[Any]] = {
        "lsoa": [FOGGY, GRANGE, FENS, "(unplaced)"],
        "lsoa_name": ["Hartlepool 008A", "Hartlepool 007A", "Hartlepool 014E", "(unplaced)"],
        "lpa": ["Hartlepool"] * 3 + [""],
        "count": [40, 2, 6, 2],
        "last_year": [10, 2, None, 0],
        "difference": [30, 0, None, 2],
        "pct_difference": [300.0, 0.0, None, None],
        "population": [1094, 1240, 1786, None],
        "rate_per_1000": [36.6, 1.6, 3.4, None],
        "share": [80.0, 4.0, 12.0, 4.0],
        "imd2025_decile": [1, 1, 10, None],
        "p_value": [0.001, 1.0, None, 1.0],
        "dispersion": [None] * 4,
        "verdict": ["clear increase", "no clear change", None, "no clear change"],
    }
    return figure(pd.DataFrame(columns).convert_dtypes())


def draw(measure: Measure = "rate_per_1000", **options: Any) -> dict[str, list[Any]]:
    """The objects of each layer."""
    deck = json.loads(draw_lsoa_map(lsoas(), measure, HARTLEPOOL, lsoas().table, **options).to_json())
    return {
        layer["id"]: layer["data"]["features"] if isinstance(layer["data"], dict) else layer["data"]
        for layer in deck["layers"]
    }


def test_each_lsoa_is_drawn_and_records_in_none_are_not() -> None:
    drawn = draw()
    assert [lsoa["properties"]["code"] for lsoa in drawn[LSOAS]] == [FOGGY, GRANGE, FENS]
    assert len(drawn["wards"]) == 12  # of 2022
    assert drawn["selected"] == []
    assert {name["name"] for name in drawn["names"]} >= {"Foggy\nFurze", "Seaton"}


def test_pointing_at_an_lsoa_shows_its_figures_and_its_decile() -> None:
    told = draw()[LSOAS][2]["properties"]
    assert (told["ward"], told["count"], told["rate_per_1000"], told["imd2025_decile"]) == (
        "Hartlepool 014E", "6", "3.4", "10",
    )  # fmt: skip
    assert told["last_year"] == told["verdict"] == "not available"


def test_the_selected_lsoa_is_outlined() -> None:
    assert len(draw(selected=FOGGY)["selected"]) == 1
    assert draw(selected="E01000000")["selected"] == []


def test_a_clear_change_has_a_sign_as_well_as_a_colour() -> None:
    signs = [name["name"].strip() for name in draw("verdict")["names"] if "▲" in name["name"]]
    assert signs == ["▲"]
    assert not any("▲" in name["name"] for name in draw()["names"])


def test_the_map_of_several_areas_names_these_and_not_their_wards() -> None:
    deck = draw_lsoa_map(lsoas(), "count", chosen("2024-03"), lsoas().table)
    (names,) = [layer["data"] for layer in json.loads(deck.to_json())["layers"] if layer["id"] == "names"]
    assert sorted(name["name"].replace("\n", " ") for name in names) == [
        "Hartlepool", "Middlesbrough", "Redcar & Cleveland", "Stockton-on-Tees",
    ]  # fmt: skip


@pytest.mark.parametrize("measure", list(LSOA_MEASURES))
def test_the_picture_has_the_lsoas_in_their_classes(measure: Measure) -> None:
    spec = draw_lsoa_picture(lsoas(), measure, HARTLEPOOL, lsoas().table)
    classes = build_classes(lsoas().table, measure)
    values = lsoas().table[measure].astype(object).where(lsoas().table[measure].notna(), None)
    assert [lsoa["shown"] for lsoa in spec["datasets"]["figure"]] == [
        classes.find_entry(value).label for value in values[:3]
    ]
    assert len(spec["datasets"]["wards"]) == 12


def test_every_decile_has_its_own_class_and_the_most_deprived_the_fullest_colour() -> None:
    for dark in (False, True):
        classes = build_classes(pd.DataFrame(), "imd2025_decile", dark=dark)
        entries = [classes.find_entry(decile) for decile in range(1, 11)]
        assert [entry.label for entry in entries] == [
            "1 (most deprived)", *map(str, range(2, 10)), "10 (least deprived)",
        ]  # fmt: skip
        assert len({entry.colour for entry in entries}) == 10
    light = build_classes(pd.DataFrame(), "imd2025_decile")
    assert (light.entries[0].colour, light.entries[9].colour) == ("#12436D", "#DCE8F3")
    # A ninth of the way from the fifth shade to the first is four ninths from the fifth to the fourth:
    # red 0x12 + 4/9 (0x38 - 0x12) = 18 + 16.9, green 67 + 4/9 (120 - 67) = 90.6, blue 109 + 4/9 (174 - 109) = 137.9.
    assert light.entries[1].colour == "#235B8A"


def test_every_shipped_lsoa_has_a_spot_inside() -> None:
    from shapely.geometry import Point, shape

    from shp_view.maps.ward_shapes import read_lsoa_shapes

    shapes = read_lsoa_shapes()
    for feature in read_layer(LSOAS_DRAWN)["features"]:
        (spot,) = shapes[feature["properties"]["code"]].spots
        assert shape(feature["geometry"]).buffer(1e-5).contains(Point(spot))
