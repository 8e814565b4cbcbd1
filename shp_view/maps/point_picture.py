"""The map of the locations as a picture for a paper, with the same circles as on screen."""

from __future__ import annotations

import math

import altair as alt

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.ground_picture import build_ground, draw_on_ground
from shp_view.maps.point_layer import SMALLEST, make_point_circles
from shp_view.theme import LIGHT


def draw_point_picture(figure: Figure, selection: Selection, most: int | None = None) -> Spec:
    """Draw the number of incidents at each location for a paper.

    Table and `most` as `make_point_layer` takes them.
    """
    rows = [
        {
            "longitude": circle["at"][0],
            "latitude": circle["at"][1],
            "size": math.pi * max(circle["r"], SMALLEST) ** 2,
        }
        for circle in make_point_circles(figure, most)
    ]
    circles = (
        alt.Chart(DATA)
        .mark_point(filled=True, fill=LIGHT.focus, fillOpacity=0.65, stroke=LIGHT.outline, strokeWidth=0.5)
        .encode(longitude="longitude:Q", latitude="latitude:Q", size=alt.Size("size:Q", scale=None))
    )
    return draw_on_ground(build_ground(selection), rows, below=(circles,))
