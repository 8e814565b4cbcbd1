"""The base of a map on paper: the wards in view with their names, under circles or hexagons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import Spec
from shp_view.maps.ward_names import place_names
from shp_view.maps.ward_picture import reverse_rings
from shp_view.maps.ward_shapes import measure_extent, merge_bounds, select_ward_shapes
from shp_view.theme import LIGHT, SMALL_FONT_SIZE, build_config

_WIDTH, _MAX_HEIGHT = 760, 720
_LINE = SMALL_FONT_SIZE + 2
_LETTER = SMALL_FONT_SIZE * 0.52  # how wide a letter is on average


@dataclass(frozen=True)
class Ground:
    """The base under a map's marks: the size of the picture in pixels, and the wards and their names as data."""

    width: int
    height: int
    data: dict[str, list[dict[str, Any]]]


def build_ground(selection: Selection) -> Ground:
    """Build the base from the wards of the selected areas, or the selected ward, at the scale that fits the paper."""
    shapes = select_ward_shapes(selection)
    wards = [shapes[selection.ward]] if selection.ward in shapes else list(shapes.values())
    across, down = measure_extent(merge_bounds(wards))
    labels = place_names(wards, min(_WIDTH / across, _MAX_HEIGHT / down), _LETTER, _LINE)
    data: dict[str, list[dict[str, Any]]] = {
        "wards": [{"type": "Feature", "geometry": reverse_rings(shape)} for shape in wards],
        "names": [{"name": name.lines, "longitude": name.at[0], "latitude": name.at[1]} for name in labels],
    }
    return Ground(_WIDTH, min(round(_WIDTH * down / across), _MAX_HEIGHT), data)


def draw_on_ground(
    base: Ground, rows: list[dict[str, Any]], *marks: alt.Chart, below: tuple[alt.Chart, ...] = ()
) -> Spec:
    """Draw the marks over the names of the wards.

    `rows`: the data of the marks. `below`: marks that are drawn under the names.
    """
    wards = alt.Chart(alt.NamedData("wards"))
    filled = wards.mark_geoshape(fill=LIGHT.band, stroke=None)
    outlined = wards.mark_geoshape(filled=False, stroke=LIGHT.other, strokeWidth=1)
    letters = alt.Chart(alt.NamedData("names")).mark_text(
        fontSize=SMALL_FONT_SIZE, lineHeight=_LINE, strokeJoin="round", color=LIGHT.text if below else LIGHT.quiet
    )
    names = letters.encode(longitude="longitude:Q", latitude="latitude:Q", text="name:N")
    halo = names.encode(stroke=alt.value(LIGHT.outline), strokeWidth=alt.value(3))
    name_layers = (halo, names) if below else (names,)
    chart = alt.layer(filled, *below, outlined, *name_layers, *marks).project(type="mercator")
    spec: Spec = chart.properties(width=base.width, height=base.height).to_dict()
    return spec | {"config": build_config(LIGHT), "datasets": {"figure": rows, **base.data}}
