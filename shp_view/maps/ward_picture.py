"""The ward map as a picture for a paper: Vega-Lite, in the same classes, colours and words as on screen."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.map_classes import build_classes, list_legend_entries
from shp_view.maps.ward_names import add_sign, place_names
from shp_view.maps.ward_shapes import Shape, measure_extent, merge_bounds, read_lpa_shapes, read_ward_shapes
from shp_view.text.map_measures import LegendEntry, Measure, write_legend_title
from shp_view.text.rows import make_plain_rows
from shp_view.theme import LIGHT, SMALL_FONT_SIZE, build_config

_WIDTH = 760
_LINE = SMALL_FONT_SIZE + 2
_LETTER = SMALL_FONT_SIZE * 0.52  # how wide a letter is on average
_MAX_HEIGHT = 720


def draw_ward_picture(
    figure: Figure, measure: Measure, ward_year: str, spread: pd.DataFrame, *, area: str | None = None
) -> Spec:
    """Draw the ward map of one LPA for a paper, with names and legend, on white.

    Parameters
    ----------
    figure : Figure
        Its table has the columns code, ward, lpa, verdict and the measure.
    measure : Measure
        The column that colours the wards.
    ward_year : str
        The year of the ward boundaries.
    spread : pd.DataFrame
        The values that the classes are made from, as on screen.
    area : str or None
        The LPA; None for all of them.

    Returns
    -------
    Spec
        The map in Vega-Lite.
    """
    colour_classes, shapes = build_classes(spread, measure), read_ward_shapes(ward_year)
    rows = make_plain_rows(figure.table, list(dict.fromkeys(["code", "ward", "lpa", "verdict", measure])))
    rows = [row for row in rows if row["code"] in shapes]  # records near no ward stand in the table alone
    rows = [row for row in rows if area in (None, row["lpa"])] or rows
    map_shapes = [shapes[row["code"]] for row in rows]
    wards = [
        {"type": "Feature", "geometry": reverse_rings(shape), "shown": colour_classes.find_entry(row[measure]).label}
        for row, shape in zip(rows, map_shapes, strict=True)
    ]
    lpas = {row["lpa"] for row in rows}
    outlines = [
        {"type": "Feature", "geometry": reverse_rings(shape)}
        for shape in read_lpa_shapes().values()
        if shape.name in lpas
    ]
    across, down = measure_extent(merge_bounds(map_shapes))
    size = {"width": _WIDTH, "height": min(round(_WIDTH * down / across), _MAX_HEIGHT)}
    entries = list_legend_entries(colour_classes, figure.table[measure])
    spec: Spec = _build_chart(entries, write_legend_title(measure, figure.table)).properties(**size).to_dict()
    labelled = [add_sign(shape, row["verdict"], measure) for row, shape in zip(rows, map_shapes, strict=True)]
    labels = place_names(labelled, min(_WIDTH / across, _MAX_HEIGHT / down), _LETTER, _LINE)
    names = [{"ward": label.lines, "longitude": label.at[0], "latitude": label.at[1]} for label in labels]
    return spec | {"config": build_config(LIGHT), "datasets": {"figure": wards, "lpas": outlines, "names": names}}


def _build_chart(entries: tuple[LegendEntry, ...], title: str) -> alt.LayerChart | alt.FacetChart:
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


def reverse_rings(shape: Shape) -> dict[str, Any]:
    """Reverse the rings of the geometry: d3 reads an anticlockwise ring as the world without the ward."""
    parts = shape.geometry["coordinates"]
    several = shape.geometry["type"] == "MultiPolygon"
    reversed_parts = [[ring[::-1] for ring in part] for part in parts] if several else [ring[::-1] for ring in parts]
    return {"type": shape.geometry["type"], "coordinates": reversed_parts}
