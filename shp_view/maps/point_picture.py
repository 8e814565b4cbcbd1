"""The map of the places as a picture for a paper: the same circles as on screen."""

from __future__ import annotations

import math

import altair as alt

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.ground_picture import ground, on_ground
from shp_view.maps.point_layer import SMALLEST, point_circles
from shp_view.theme import LIGHT


def point_picture(figure: Figure, chosen: Selection, most: int | None = None) -> Spec:
    """How many incidents at each place, on paper? Table and `most` as `point_layer` takes them."""
    rows = [
        {
            "longitude": circle["at"][0],
            "latitude": circle["at"][1],
            "size": math.pi * max(circle["r"], SMALLEST) ** 2,
        }
        for circle in point_circles(figure, most)
    ]
    circles = (
        alt.Chart(DATA)
        .mark_point(filled=True, fill=LIGHT.focus, fillOpacity=0.65, stroke=LIGHT.outline, strokeWidth=0.5)
        .encode(longitude="longitude:Q", latitude="latitude:Q", size=alt.Size("size:Q", scale=None))
    )
    return on_ground(ground(chosen), rows, below=(circles,))
