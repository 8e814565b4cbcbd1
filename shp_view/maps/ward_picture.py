"""The ward map as a picture for a paper: Vega-Lite, in the same classes, colours and words as on screen."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.map_classes import classes, legend
from shp_view.maps.ward_names import apart, named
from shp_view.maps.ward_shapes import Shape, bounds, extent, lpa_shapes, ward_shapes
from shp_view.text.map_measures import LegendEntry, Measure, legend_title
from shp_view.text.rows import plain_rows
from shp_view.theme import LIGHT, SMALL_FONT_SIZE, config

_WIDTH = 760
_LINE = SMALL_FONT_SIZE + 2
_LETTER = SMALL_FONT_SIZE * 0.52  # how wide a letter is on average
_MAX_HEIGHT = 720


def ward_picture(
    figure: Figure, measure: Measure, vintage: str, spread: pd.DataFrame, *, area: str | None = None
) -> Spec:
    """Where is it, by ward, on paper? The map of one LPA (None: of all) with names and legend, on white.

    Table: code, ward, lpa, verdict and the measure. `spread`: what the classes are made of, as on screen.
    """
    found, shapes = classes(spread, measure), ward_shapes(vintage)
    rows = plain_rows(figure.table, list(dict.fromkeys(["code", "ward", "lpa", "verdict", measure])))
    rows = [row for row in rows if row["code"] in shapes]  # records near no ward stand in the table alone
    rows = [row for row in rows if area in (None, row["lpa"])] or rows
    drawn = [shapes[row["code"]] for row in rows]
    wards = [
        {"type": "Feature", "geometry": clockwise(shape), "shown": found.entry(row[measure]).label}
        for row, shape in zip(rows, drawn, strict=True)
    ]
    lpas = {row["lpa"] for row in rows}
    outlines = [
        {"type": "Feature", "geometry": clockwise(shape)} for shape in lpa_shapes().values() if shape.name in lpas
    ]
    across, down = extent(bounds(drawn))
    size = {"width": _WIDTH, "height": min(round(_WIDTH * down / across), _MAX_HEIGHT)}
    entries = legend(found, figure.table[measure])
    spec: Spec = _picture(entries, legend_title(measure, figure.table)).properties(**size).to_dict()
    signed = [named(shape, row["verdict"], measure) for row, shape in zip(rows, drawn, strict=True)]
    placed = apart(signed, min(_WIDTH / across, _MAX_HEIGHT / down), _LETTER, _LINE)
    names = [{"ward": name.lines, "longitude": name.at[0], "latitude": name.at[1]} for name in placed]
    return spec | {"config": config(LIGHT), "datasets": {"figure": wards, "lpas": outlines, "names": names}}


def _picture(entries: tuple[LegendEntry, ...], title: str) -> alt.LayerChart | alt.FacetChart:
    scale = alt.Scale(domain=[entry.label for entry in entries], range=[entry.colour for entry in entries])
    key = alt.Legend(title=title, orient="right", symbolType="square", symbolSize=260)
    wards = (
        alt.Chart(DATA)
        .mark_geoshape(stroke=LIGHT.outline, strokeWidth=1)
        .encode(fill=alt.Fill("shown:N", scale=scale, legend=key))
    )
    lpas = alt.Chart(alt.NamedData("lpas")).mark_geoshape(filled=False, stroke=LIGHT.quiet, strokeWidth=1.2)
    letters = alt.Chart(alt.NamedData("names")).mark_text(
        fontSize=SMALL_FONT_SIZE, lineHeight=_LINE, strokeJoin="round"
    )
    names = letters.encode(longitude="longitude:Q", latitude="latitude:Q", text="ward:N")
    halo = names.encode(stroke=alt.value(LIGHT.outline), strokeWidth=alt.value(3))
    return alt.layer(wards, lpas, halo, names).project(type="mercator")


def clockwise(shape: Shape) -> dict[str, Any]:
    """The geometry with its rings reversed: d3 takes an anticlockwise ring for all the world but the ward."""
    parts = shape.geometry["coordinates"]
    several = shape.geometry["type"] == "MultiPolygon"
    turned = [[ring[::-1] for ring in part] for part in parts] if several else [ring[::-1] for ring in parts]
    return {"type": shape.geometry["type"], "coordinates": turned}
