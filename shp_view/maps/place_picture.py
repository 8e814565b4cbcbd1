"""The map of the repeat locations as a picture for a paper: the same circles, colours and words as on screen."""

from __future__ import annotations

import math

import altair as alt

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.ground_picture import ground, on_ground
from shp_view.maps.place_maps import CLEARED, NUMBERED, WORDS, circles, kinds, styles
from shp_view.theme import LIGHT, SMALL_FONT_SIZE


def place_picture(found: Figure, cleared: Figure, chosen: Selection) -> Spec:
    """Where are the repeat locations, and which are new, on paper? Numbered as in the list, on white.

    Tables as `repeats.repeats` and `repeats.cleared` give them.
    """
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
    return on_ground(ground(chosen), rows, *_marks(kinds(found, cleared)))


def _marks(shown: list[str | None]) -> tuple[alt.Chart, alt.Chart]:
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
    return points, numbers
