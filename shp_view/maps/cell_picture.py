"""The map of hot and cold hexagons as a picture for a paper: the hexagons, colours and words of the screen."""

from __future__ import annotations

import altair as alt
import h3

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.cell_layer import LAYERS, build_cell_legend, make_cell_styles
from shp_view.maps.ground_picture import build_ground, draw_on_ground
from shp_view.text.map_measures import LegendEntry
from shp_view.text.rows import make_plain_rows


def draw_cell_picture(figure: Figure, selection: Selection) -> Spec:
    """Draw the map of hot and cold hexagons for a paper.

    Parameters
    ----------
    figure
        Its table has the columns cell and cluster, as `cells.cells` gives them.
    selection
        The selection, whose wards are the base of the map.

    Returns
    -------
    The Vega-Lite specification.
    """
    cell_styles, entries = make_cell_styles(dark=False), build_cell_legend(figure)
    words = {entry.colour: entry.label for entry in entries}
    rows, order = make_plain_rows(figure.table, ["cell", "cluster"]), list(LAYERS)  # the last is drawn on top
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [_list_corners(row["cell"])]},
            "shown": words[cell_styles[row["cluster"]].fill],
            "line": cell_styles[row["cluster"]].line,
            "width": cell_styles[row["cluster"]].width,
        }
        for row in sorted(rows, key=lambda row: order.index(row["cluster"]))
    ]
    return draw_on_ground(build_ground(selection), features, below=(_draw_hexagons(entries),))


def _draw_hexagons(entries: tuple[LegendEntry, ...]) -> alt.Chart:
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


def _list_corners(cell: str) -> list[list[float]]:
    """List a hexagon's corners as longitude and latitude, in the order in which d3 fills the inside."""
    ring = [[longitude, latitude] for latitude, longitude in h3.cell_to_boundary(cell)][::-1]
    return [*ring, ring[0]]
