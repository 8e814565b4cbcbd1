"""The map of the repeat locations as a picture for a paper: the same circles, colours and words as on screen."""

from __future__ import annotations

import math

import altair as alt

from shp_data.domain.selection import Selection
from shp_data.figure import Figure
from shp_view.chart_parts import DATA, Spec
from shp_view.place_maps import CLEARED, NUMBERED, WORDS, circles, kinds, styles
from shp_view.theme import LIGHT, SMALL_FONT_SIZE, config
from shp_view.ward_names import apart
from shp_view.ward_picture import clockwise
from shp_view.ward_shapes import bounds, extent, wards_of

_WIDTH, _MAX_HEIGHT = 760, 720
_LINE = SMALL_FONT_SIZE + 2
_LETTER = SMALL_FONT_SIZE * 0.52  # how wide a letter is on average


def place_picture(found: Figure, cleared: Figure, chosen: Selection) -> Spec:
    """Where are the repeat locations, and which are new, on paper? Numbered as in the list, on white.

    Tables as `repeats.repeats` and `repeats.cleared` give them.
    """
    shapes = wards_of(chosen)
    drawn = [shapes[chosen.ward]] if chosen.ward in shapes else list(shapes.values())
    across, down = extent(bounds(drawn))
    wards = [{"type": "Feature", "geometry": clockwise(shape)} for shape in drawn]
    placed = apart(drawn, min(_WIDTH / across, _MAX_HEIGHT / down), _LETTER, _LINE)
    names = [{"name": name.lines, "longitude": name.at[0], "latitude": name.at[1]} for name in placed]
    inks = styles(LIGHT)
    rows = [
        {
            "longitude": row["at"][0],
            "latitude": row["at"][1],
            "size": math.pi * row["r"] ** 2,
            "kind": WORDS[row["kind"]],
            "number": str(row["number"]) if 0 < row["number"] <= NUMBERED else "",
            "ink": inks[row["kind"]].ink,
        }
        for row in circles(found, cleared, chosen)
    ]
    size = {"width": _WIDTH, "height": min(round(_WIDTH * down / across), _MAX_HEIGHT)}
    spec: Spec = _picture(kinds(found, cleared)).properties(**size).to_dict()
    return spec | {"config": config(LIGHT), "datasets": {"figure": rows, "wards": wards, "names": names}}


def _picture(shown: list[str | None]) -> alt.LayerChart | alt.FacetChart:
    ground = alt.Chart(alt.NamedData("wards")).mark_geoshape(fill=LIGHT.band, stroke=LIGHT.other, strokeWidth=1)
    letters = alt.Chart(alt.NamedData("names")).mark_text(fontSize=SMALL_FONT_SIZE, lineHeight=_LINE, color=LIGHT.quiet)
    names = letters.encode(longitude="longitude:Q", latitude="latitude:Q", text="name:N")
    known = styles(LIGHT)
    words = [WORDS[kind] for kind in shown]
    lines, widths = [known[kind].line for kind in shown], [known[kind].width for kind in shown]
    fills = ["transparent" if kind == CLEARED else known[kind].fill for kind in shown]
    key = alt.Legend(title=None, orient="top", direction="vertical", symbolSize=160, symbolStrokeWidth=2)
    at = alt.Chart(DATA).encode(longitude="longitude:Q", latitude="latitude:Q")
    points = at.mark_point(filled=True, opacity=0.9).encode(
        size=alt.Size("size:Q", scale=None),
        fill=alt.Fill("kind:N", scale=alt.Scale(domain=words, range=fills), legend=key),
        stroke=alt.Stroke("kind:N", scale=alt.Scale(domain=words, range=lines), legend=key),
        strokeWidth=alt.StrokeWidth("kind:N", scale=alt.Scale(domain=words, range=widths), legend=None),
    )
    numbers = at.mark_text(fontSize=SMALL_FONT_SIZE).encode(text="number:N", color=alt.Color("ink:N", scale=None))
    return alt.layer(ground, names, points, numbers).project(type="mercator")
