"""The map of hot and cold hexagons as a picture for a paper: the same hexagons, colours and words as on screen."""

from __future__ import annotations

import altair as alt
import h3

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.cell_layer import LAYERS, cell_legend, styles
from shp_view.maps.ground_picture import ground, on_ground
from shp_view.text.map_measures import LegendEntry
from shp_view.text.rows import plain_rows


def cell_picture(figure: Figure, chosen: Selection) -> Spec:
    """Where do incidents cluster, on paper? Table: cell and cluster, as `cells.cells` gives them."""
    looks, entries = styles(dark=False), cell_legend(figure)
    words = {entry.colour: entry.label for entry in entries}
    rows, order = plain_rows(figure.table, ["cell", "cluster"]), list(LAYERS)  # the last is drawn on top
    told = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [_clockwise(row["cell"])]},
            "shown": words[looks[row["cluster"]].fill],
            "line": looks[row["cluster"]].line,
            "width": looks[row["cluster"]].width,
        }
        for row in sorted(rows, key=lambda row: order.index(row["cluster"]))
    ]
    return on_ground(ground(chosen), told, below=(_hexagons(entries),))


def _hexagons(entries: tuple[LegendEntry, ...]) -> alt.Chart:
    scale = alt.Scale(domain=[entry.label for entry in entries], range=[entry.colour for entry in entries])
    key = alt.Legend(
        title=None, orient="top", direction="vertical", symbolType="square", symbolSize=200, labelLimit=700
    )
    shapes = alt.Chart(DATA).mark_geoshape(opacity=0.85)
    hexagons: alt.Chart = shapes.encode(
        fill=alt.Fill("shown:N", scale=scale, legend=key),
        stroke=alt.Stroke("line:N", scale=None),
        strokeWidth=alt.StrokeWidth("width:Q", scale=None),
    )
    return hexagons


def _clockwise(cell: str) -> list[list[float]]:
    """A hexagon's corners as longitude and latitude, in the order in which d3 fills the inside."""
    ring = [[longitude, latitude] for latitude, longitude in h3.cell_to_boundary(cell)][::-1]
    return [*ring, ring[0]]
