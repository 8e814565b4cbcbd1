"""Places on a map as circles: a place with four times the incidents has four times the area."""

from __future__ import annotations

import math
from dataclasses import replace

import pydeck as pdk

from shp_data.analysis.context import place_name
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Place, Selection
from shp_view.maps.layer_parts import PIXELS, rgb, ring, tooltip
from shp_view.maps.maps import DESK, Room, deck, ground_layer, line_layer, name_layer
from shp_view.maps.ward_shapes import bounds, lpas_about, wards_of
from shp_view.text import wording
from shp_view.text.rows import Row, plain_rows
from shp_view.text.sentences import what_of
from shp_view.theme import theme

POINTS = "points"  # the layer whose objects can be clicked
TOOLTIP = tooltip("<b>{location}</b>, {ward}", ("count",))
LISTED = 100  # places that the table beside the map holds
_LARGEST = 20  # pixels: the radius of the busiest place
SMALLEST = 2  # pixels: smaller ones could not be pointed at
_DECIMALS = 5  # degrees: about a metre


def point_map(
    figure: Figure,
    chosen: Selection,
    *,
    most: int | None = None,
    place: Place | None = None,
    selected: str | None = None,
    room: Room = DESK,
    dark: bool = False,
) -> pdk.Deck:
    """How many incidents at each place? The circles on the wards of the chosen areas.

    Table: as `point_layer` takes it. `place`: the one to ring; `selected`: the code of the ward to outline.
    """
    colours, wards = theme(dark), wards_of(chosen)
    box, shapes = bounds(wards.values()), list(wards.values())
    layers = [
        ground_layer(shapes, colours),
        line_layer("lpas", lpas_about(box), colours.quiet, 1.5),
        line_layer("selected", [wards[selected]] if selected in wards else [], colours.text, 2.5),
        name_layer(shapes, box, room, colours),
        point_layer(figure, most=most, dark=dark),
        *([ring(place.points[0], _LARGEST / 2, colours.text)] if place else []),
    ]
    return deck(layers, box, TOOLTIP, room, colours)


def point_layer(figure: Figure, *, most: int | None = None, dark: bool = False) -> pdk.Layer:
    """How many incidents at each place? Circles whose area is in proportion, the busiest the largest.

    Table: location, ward, longitude, latitude, count. The objects can be clicked; they have the order of the table.
    Busy places are drawn first, so that quiet ones beside them stay in sight. `most`: the count that has the largest
    circle, where it is not this figure's own, so that circles mean the same on two maps.
    """
    colours = theme(dark)
    rows = point_circles(figure, most)
    return pdk.Layer(
        "ScatterplotLayer", rows, id=POINTS, pickable=True, get_position="at", get_radius="r",
        radius_units=PIXELS, radius_min_pixels=SMALLEST, get_fill_color=rgb(colours.focus, 0.65), stroked=True,
        get_line_color=rgb(colours.outline), line_width_units=PIXELS, get_line_width=0.5, auto_highlight=True,
        highlight_color=rgb(colours.text, 0.35),
    )  # fmt: skip


def point_circles(figure: Figure, most: int | None = None) -> list[Row]:
    """Where is each circle, how large (its radius in pixels), and what does it say? In the order of the table."""
    scale = _LARGEST / math.sqrt(most or highest(figure) or 1)
    return [
        {
            "at": [round(row["longitude"], _DECIMALS), round(row["latitude"], _DECIMALS)],
            "r": round(math.sqrt(row["count"]) * scale, 1),
            "location": place_name(row["location"]),
            "ward": row["ward"],
            "count": wording.number(row["count"]),
        }
        for row in plain_rows(figure.table, ["location", "ward", "longitude", "latitude", "count"])
    ]


def point_legend(figure: Figure, most: int | None = None) -> str:
    """What do the circles mean? One sentence, with the count of the largest."""
    largest = most or highest(figure)
    if not largest:
        return figure.not_known or f"No place had any {figure.unit}."
    told = wording.counted(largest, figure.unit)
    return f"Each circle is a place; its area shows how many {figure.unit} it had. The largest circle: {told}."


def point_title(figure: Figure) -> str:
    """Which place had the most? The message over the map."""
    table, what = figure.table, what_of(figure)
    if table.empty:
        return none_had(figure, what)
    names = [place_name(name) for name in table.loc[table["count"] == highest(figure), "location"]]
    each = " each" if len(names) > 1 else ""
    return f"{wording.some(names)} had the most {what} of any place: {wording.number(highest(figure))}{each}"


def none_had(figure: Figure, what: str) -> str:
    """The message over a map without a circle: that no place had any, or that it is not known."""
    return f"Places with {what}: {wording.NOT_AVAILABLE}" if figure.not_known else f"No place had any {what}"


def point_table(figure: Figure) -> Figure:
    """The busiest places for the table beside the map, each by its name or what to call it."""
    rows = figure.table.head(LISTED)
    return replace(figure, table=rows.assign(location=[place_name(name) for name in rows["location"]]))


def point_note(figure: Figure) -> str:
    """That the table holds the busiest alone; empty where it holds all."""
    many = len(figure.table)
    shown = f"The table holds the {wording.number(LISTED)} busiest of the {wording.number(many)} places on the map."
    return shown if many > LISTED else ""


def highest(figure: Figure) -> int:
    """How many incidents had the busiest place? 0 where there is none."""
    return int(max(figure.table["count"], default=0))
