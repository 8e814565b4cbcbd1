"""Hotspots on the map: a layer of hexagons a kind, told apart without colour, outlined, named, asking no network."""

from __future__ import annotations

import json
import re
from typing import Any

import h3
import pandas as pd
import pytest
from helpers.stores import DESK, chosen
from helpers.view_figures import figure

from shp_data.analysis.places.cells import COLD, FINE, HOT, NEITHER
from shp_data.analysis.places.named_hotspots import Hotspots, find_hotspots
from shp_data.domain.selection import Location
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.reading import Reader
from shp_data.store.version import open_store
from shp_view.documents.documents import to_svg
from shp_view.maps.hexagon_maps import (
    LAYERS,
    TOOLTIP,
    build_cell_layers,
    build_cell_legend,
    draw_cell_map,
    draw_cell_picture,
    list_outlines,
    place_labels,
)
from shp_view.maps.map_parts import DESK as DESK_ROOM
from shp_view.maps.map_parts import CompactDeck
from shp_view.maps.ward_shapes import measure_extent, merge_bounds, select_ward_shapes
from shp_view.theme import choose_theme

MIDDLE = h3.latlng_to_cell(54.6862, -1.2129, FINE)
CELLS = [MIDDLE, *sorted(h3.grid_ring(MIDDLE, 1)), *sorted(h3.grid_ring(MIDDLE, 2))]
HARTLEPOOL = chosen("2020-21-Q3", "asb_police", "Hartlepool")


def hotspots_of(*clusters: str | None, joined: dict[str, list[int]] | None = None) -> Hotspots:
    """Cells of these kinds, and hotspots: the places of the cells of each by its name."""
    counts = pd.array([None if c is None else 40 if c == HOT else 5 for c in clusters], "Int64")
    names = CELLS[: len(clusters)]
    cells = pd.DataFrame({"cell": names, "count": counts, "last_year": counts, "cluster": list(clusters)})
    rows = [
        {
            "cell": names[places[0]],
            "hotspot": name,
            "count": 40 * len(places),
            "last_year": 10,
            "cells": " ".join(names[n] for n in places),
        }
        for name, places in (joined or {}).items()
    ]
    columns = ["cell", "hotspot", "count", "last_year", "cells"]
    return Hotspots(figure(cells), figure(pd.DataFrame(rows, columns=columns)))


def drawn(hotspots: Hotspots, dark: bool = False) -> dict[str, dict[str, Any]]:
    deck = CompactDeck(layers=build_cell_layers(hotspots, dark=dark), map_provider=None)
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


def map_layers(hotspots: Hotspots, location: Location | None = None) -> dict[str, dict[str, Any]]:
    deck = draw_cell_map(hotspots, HARTLEPOOL, location=location)
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


KINDS = (HOT, HOT, NEITHER, COLD)
ALL = hotspots_of(*KINDS, joined={"York Road": [0, 1]})


def test_each_hexagon_is_in_the_layer_of_its_kind_and_hot_ones_are_on_top() -> None:
    layers = drawn(ALL)
    assert list(layers) == ["cells", "cells-cold", "cells-hot"]
    for cluster, name in LAYERS.items():
        wanted = [cell for cell, kind in zip(CELLS, KINDS, strict=False) if cluster and kind == cluster]
        assert [row["cell"] for row in layers.get(name, {"data": []})["data"]] == wanted
    assert all(layer["@@type"] == "H3HexagonLayer" and layer["pickable"] for layer in layers.values())


def test_empty_hexagons_are_left_out_unless_they_are_in_a_hotspot_or_cold() -> None:
    hotspots = hotspots_of(HOT, HOT, HOT, NEITHER, COLD, joined={"York Road": [0, 1]})
    hotspots.cells.table["count"] = pd.array([40, 0, 0, 0, 0], "Int64")
    layers = drawn(hotspots)
    assert [row["cell"] for row in layers["cells-hot"]["data"]] == CELLS[:2]
    assert [row["cell"] for row in layers["cells-cold"]["data"]] == [CELLS[4]]
    assert "cells" not in layers


@pytest.mark.parametrize("dark", [False, True])
def test_a_hotspot_differs_in_outline_as_well_as_colour(dark: bool) -> None:
    layers = drawn(ALL, dark)
    assert layers["cells-hot"]["getFillColor"] != layers["cells-cold"]["getFillColor"]
    outline = map_layers(ALL)["hotspots"]
    assert outline["getLineWidth"] > 2 > 1 > layers["cells-cold"]["getLineWidth"]
    words = [entry.label for entry in build_cell_legend(ALL.cells, dark=dark)]
    assert [bool(re.search(r"\((thick|no) outline\)", label)) for label in words] == [True, True, False]


def test_the_boundary_of_a_hotspot_is_that_of_its_hexagons_together() -> None:
    (outline,) = list_outlines(ALL.joined)
    assert outline["type"] == "Polygon"
    assert len(outline["coordinates"][0]) == 11, "two hexagons side by side have ten corners, and the first again"
    (feature,) = map_layers(ALL)["hotspots"]["data"]["features"]
    assert len(feature["geometry"]["coordinates"][0]) == 11


def test_the_legend_has_the_colours_of_the_layers_and_no_entry_that_is_not_on_the_map() -> None:
    layers = drawn(ALL)
    colours = [entry.colour for entry in build_cell_legend(ALL.cells)]
    for name, colour in zip(("cells-hot", "cells-cold", "cells"), colours, strict=True):
        assert "#" + "".join(f"{part:02X}" for part in layers[name]["getFillColor"][:3]) == colour
    assert len(build_cell_legend(hotspots_of(HOT, NEITHER, joined={"York Road": [0]}).cells)) == 2


def test_what_is_not_available_is_drawn() -> None:
    missing = hotspots_of(None, None)
    assert list(drawn(missing)) == ["cells-missing"]
    (entry,) = build_cell_legend(missing.cells)
    assert (entry.label, entry.colour) == ("Not available", choose_theme(False).missing)


def test_pointing_at_a_hotspot_tells_its_own_figures_and_a_click_leads_to_it() -> None:
    layers = drawn(ALL)
    for row in layers["cells-hot"]["data"]:
        assert set(re.findall(r"{(\w+)}", TOOLTIP)) <= set(row)
        assert (row["name"], row["count"], row["last_year"], row["hotspot"]) == ("York Road", "80", "10", CELLS[0])
    (other,) = layers["cells"]["data"]
    assert (other["name"], other["count"]) == ("No clear difference from expected", "5")
    assert "hotspot" not in other


def test_a_hotspot_has_its_number_and_its_name_where_there_is_room() -> None:
    far = h3.latlng_to_cell(54.63, -1.30, FINE)
    hotspots = hotspots_of(HOT, HOT, HOT, NEITHER, HOT, joined={"York Road and Victoria Road": [0], "Elm Grove": [4]})
    box, room = (-1.3, 54.6, -1.1, 54.75), (520, 430)
    first, second = place_labels(hotspots.joined, box, room)
    assert first.lines == ("1. York Road and", "Victoria Road")
    assert second.lines == ("2",), "the name of a hotspot next to it would cover the first"
    hotspots.joined.table.loc[1, "cells"] = far
    assert place_labels(hotspots.joined, box, room)[1].lines == ("2. Elm Grove",)
    # The label is above the hotspot, in the middle of it.
    corners = h3.cell_to_boundary(MIDDLE)
    assert first.at[1] == pytest.approx(max(latitude for latitude, _ in corners))


def test_the_hotspot_or_hexagon_in_view_has_an_outline_of_its_own() -> None:
    assert map_layers(ALL)["in-view"]["data"]["features"] == []
    for cell, corners in ((CELLS[1], 11), (CELLS[2], 7)):
        (feature,) = map_layers(ALL, Location("", "", "", (), cell))["in-view"]["data"]["features"]
        assert len(feature["geometry"]["coordinates"][0]) == corners


def test_all_of_the_region_in_each_size_is_less_than_a_megabyte() -> None:
    reader = Reader(open_store(prepare_sample_store()), DESK)
    for size in (8, 9, 10):
        layers = build_cell_layers(find_hotspots(reader, chosen("2020-21-Q3"), size))
        written = CompactDeck(layers=layers, map_provider=None).to_json()
        assert len(written.encode()) < 1_000_000
        assert "http" not in written


def test_no_ward_name_on_the_map_hides_a_hotspot() -> None:
    deck = draw_cell_map(ALL, HARTLEPOOL)
    assert [layer.id for layer in deck.layers] == [
        "ground", "cells", "wards", "lpas", "selected", "names", "cells-cold", "cells-hot", "hotspots", "in-view",
        "hotspot-names",
    ]  # fmt: skip


@pytest.mark.parametrize("hotspots", [ALL, hotspots_of(None, None), hotspots_of()])
def test_the_picture_draws_the_same_hexagons_outlines_and_names(hotspots: Hotspots) -> None:
    spec = draw_cell_picture(hotspots, HARTLEPOOL)
    rows = spec["datasets"]["figure"]
    words = {entry.label for entry in build_cell_legend(hotspots.cells)}
    hexagons = [row for row in rows if row["part"] == "hexagon"]
    assert [len(row["geometry"]["coordinates"][0][0]) for row in hexagons] == [7] * len(hotspots.cells.table)
    assert {row["shown"] for row in hexagons} <= words
    drawn_last = [row["shown"].split(":")[0] for row in hexagons][-2:]
    assert drawn_last == ["Hotspot"] * 2 or hotspots is not ALL, "no other hexagon may hide a hotspot"
    assert [row["name"] for row in rows if row["part"] == "label"] == ["1. York Road"] * len(hotspots.joined.table)
    svg = to_svg(spec, hotspots.cells).decode()
    assert all(word in svg for word in words)
    assert ("1. York Road" in svg) == (hotspots is ALL)
    assert "Seaton" in svg


def test_no_ward_name_is_under_the_label_of_a_hotspot() -> None:
    # A hotspot in the middle of the town, where the ward names are: those under its label go elsewhere or are left out.
    named = {tuple(row["at"]): row["name"] for row in map_layers(ALL)["names"]["data"]}
    without = {tuple(row["at"]): row["name"] for row in map_layers(hotspots_of(NEITHER))["names"]["data"]}
    assert named != without
    shapes = select_ward_shapes(HARTLEPOOL)
    box = merge_bounds(shapes.values())
    scale = min(side / way for side, way in zip(DESK_ROOM, measure_extent(box), strict=True))
    (label,) = place_labels(ALL.joined, box, DESK_ROOM)
    for at in named:
        x, y = (way * scale for way in measure_extent((0, 0, *at)))
        assert not (label.plate[0] < x < label.plate[2] and label.plate[1] < y < label.plate[3])
