"""Places on a map as circles: a place with four times the incidents has four times the area."""

from __future__ import annotations

import math

import pydeck as pdk

from shp_data.figure import Figure
from shp_view import wording
from shp_view.layer_parts import PIXELS, rgb, tooltip
from shp_view.rows import plain_rows
from shp_view.theme import theme

POINTS = "points"  # the layer whose objects can be clicked
TOOLTIP = tooltip("<b>{location}</b>, {ward}", ("count",))
_LARGEST = 20  # pixels: the radius of the busiest place
_SMALLEST = 2  # pixels: smaller ones could not be pointed at
_DECIMALS = 5  # degrees: about a metre


def point_layer(figure: Figure, *, dark: bool = False) -> pdk.Layer:
    """How many incidents at each place? Circles whose area is in proportion, the busiest the largest.

    Table: location, ward, longitude, latitude, count. The objects can be clicked; each carries its place `at`.
    Busy places are drawn first, so that quiet ones beside them stay in sight.
    """
    colours, scale = theme(dark), _scale(figure)
    rows = [
        {
            "at": [round(row["longitude"], _DECIMALS), round(row["latitude"], _DECIMALS)],
            "r": round(math.sqrt(row["count"]) * scale, 1),
            "location": row["location"] or "Place without a name",
            "ward": row["ward"],
            "count": wording.number(row["count"]),
        }
        for row in plain_rows(figure.table, ["location", "ward", "longitude", "latitude", "count"])
    ]
    return pdk.Layer(
        "ScatterplotLayer", rows, id=POINTS, pickable=True, get_position="at", get_radius="r",
        radius_units=PIXELS, radius_min_pixels=_SMALLEST, get_fill_color=rgb(colours.focus, 0.65), stroked=True,
        get_line_color=rgb(colours.outline), line_width_units=PIXELS, get_line_width=0.5, auto_highlight=True,
        highlight_color=rgb(colours.text, 0.35),
    )  # fmt: skip


def point_legend(figure: Figure) -> str:
    """What do the circles mean? One sentence, with the count of the largest."""
    if figure.table.empty:
        return f"No place had any {figure.unit}."
    most = wording.counted(int(figure.table["count"].max()), figure.unit)
    return f"Each circle is a place; its area shows how many {figure.unit} it had. The largest circle: {most}."


def _scale(figure: Figure) -> float:
    """How many pixels of radius does a place with one incident have?"""
    return _LARGEST / math.sqrt(max(figure.table["count"], default=1))
