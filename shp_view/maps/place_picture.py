"""The map of the repeat locations as a picture for a paper, with the circles and words of the screen."""

from __future__ import annotations

import math

import altair as alt

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.ground_picture import build_ground, draw_on_ground
from shp_view.maps.place_maps import CLEARED, NUMBERED, WORDS, get_styles, list_kinds, make_circles
from shp_view.theme import LIGHT, SMALL_FONT_SIZE


def draw_location_picture(figure: Figure, cleared: Figure, selection: Selection) -> Spec:
    """Draw the repeat locations and their status for a paper, numbered as in the list, on white.

    Tables as `repeats.find_repeat_locations` and `repeats.find_cleared_locations` give them.
    """
    inks = get_styles(LIGHT)
    rows = [
        {
            "longitude": row["at"][0],
            "latitude": row["at"][1],
            "size": math.pi * row["r"] ** 2,
            "kind": WORDS[row["kind"]],
            "number": str(row["number"]) if 0 < row["number"] <= NUMBERED else "",
            "ink": inks[row["kind"]].ink,
        }
        for row in make_circles(figure, cleared, selection)
    ]
    return draw_on_ground(build_ground(selection), rows, *_make_marks(list_kinds(figure, cleared)))


def _make_marks(circle_kinds: list[str | None]) -> tuple[alt.Chart, alt.Chart]:
    kind_styles = get_styles(LIGHT)
    words = [WORDS[kind] for kind in circle_kinds]
    lines, widths = (
        [kind_styles[kind].line for kind in circle_kinds],
        [kind_styles[kind].width for kind in circle_kinds],
    )
    fills = ["transparent" if kind == CLEARED else kind_styles[kind].fill for kind in circle_kinds]
    key = alt.Legend(title=None, orient="top", direction="vertical", symbolSize=160, symbolStrokeWidth=2)
    base = alt.Chart(DATA).encode(longitude="longitude:Q", latitude="latitude:Q")
    points = base.mark_point(filled=True, opacity=0.9).encode(
        size=alt.Size("size:Q", scale=None),
        fill=alt.Fill("kind:N", scale=alt.Scale(domain=words, range=fills), legend=key),
        stroke=alt.Stroke("kind:N", scale=alt.Scale(domain=words, range=lines), legend=key),
        strokeWidth=alt.StrokeWidth("kind:N", scale=alt.Scale(domain=words, range=widths), legend=None),
    )
    numbers = base.mark_text(fontSize=SMALL_FONT_SIZE).encode(text="number:N", color=alt.Color("ink:N", scale=None))
    return points, numbers
