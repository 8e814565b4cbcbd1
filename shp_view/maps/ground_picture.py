"""The ground of a map on paper: the wards in view with their names, on which circles or hexagons are laid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import Spec
from shp_view.maps.ward_names import apart
from shp_view.maps.ward_picture import clockwise
from shp_view.maps.ward_shapes import bounds, extent, wards_of
from shp_view.theme import LIGHT, SMALL_FONT_SIZE, config

_WIDTH, _MAX_HEIGHT = 760, 720
_LINE = SMALL_FONT_SIZE + 2
_LETTER = SMALL_FONT_SIZE * 0.52  # how wide a letter is on average


@dataclass(frozen=True)
class Ground:
    """What is under a map's marks: the size of the picture in pixels, and the wards and their names as data."""

    width: int
    height: int
    data: dict[str, list[dict[str, Any]]]


def ground(chosen: Selection) -> Ground:
    """The wards of the chosen areas, or the one ward that is chosen, at the scale that fits the paper."""
    shapes = wards_of(chosen)
    drawn = [shapes[chosen.ward]] if chosen.ward in shapes else list(shapes.values())
    across, down = extent(bounds(drawn))
    placed = apart(drawn, min(_WIDTH / across, _MAX_HEIGHT / down), _LETTER, _LINE)
    data: dict[str, list[dict[str, Any]]] = {
        "wards": [{"type": "Feature", "geometry": clockwise(shape)} for shape in drawn],
        "names": [{"name": name.lines, "longitude": name.at[0], "latitude": name.at[1]} for name in placed],
    }
    return Ground(_WIDTH, min(round(_WIDTH * down / across), _MAX_HEIGHT), data)


def on_ground(under: Ground, rows: list[dict[str, Any]], *marks: alt.Chart, below: tuple[alt.Chart, ...] = ()) -> Spec:
    """The picture of some marks over the wards' names, and of those `below` them. `rows`: the data of the marks."""
    wards = alt.Chart(alt.NamedData("wards"))
    filled = wards.mark_geoshape(fill=LIGHT.band, stroke=None)
    outlined = wards.mark_geoshape(filled=False, stroke=LIGHT.other, strokeWidth=1)
    letters = alt.Chart(alt.NamedData("names")).mark_text(
        fontSize=SMALL_FONT_SIZE, lineHeight=_LINE, strokeJoin="round", color=LIGHT.text if below else LIGHT.quiet
    )
    names = letters.encode(longitude="longitude:Q", latitude="latitude:Q", text="name:N")
    halo = names.encode(stroke=alt.value(LIGHT.outline), strokeWidth=alt.value(3))
    named = (halo, names) if below else (names,)
    drawn = alt.layer(filled, *below, outlined, *named, *marks).project(type="mercator")
    spec: Spec = drawn.properties(width=under.width, height=under.height).to_dict()
    return spec | {"config": config(LIGHT), "datasets": {"figure": rows, **under.data}}
