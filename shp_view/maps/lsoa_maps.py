"""The map of a Figure of LSOAs, on screen and on paper. The outlines and names of wards tell where they are."""

from __future__ import annotations

from dataclasses import replace

import altair as alt
import pandas as pd
import pydeck as pdk

from shp_data.analysis.lsoas import DECILE
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps import map_parts as parts
from shp_view.maps import ward_shapes
from shp_view.maps.map_classes import Classes, build_classes, list_legend_entries
from shp_view.maps.ward_maps import describe_ward
from shp_view.maps.ward_shapes import Shape
from shp_view.text import verdict_words
from shp_view.text.map_words import SIGNS, Measure, write_legend_title
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.theme import LIGHT, Theme, choose_theme

LSOAS = "lsoas"  # the layer whose objects can be clicked; each carries its `code`
_TOOLTIP_COLUMNS = ("count", "rate_per_1000", "last_year", "other_period", "difference", "verdict", DECILE)


def draw_lsoa_map(
    figure: Figure,
    measure: Measure,
    selection: Selection,
    spread: pd.DataFrame,
    *,
    selected: str = "",
    room: parts.Room = parts.DESK,
    dark: bool = False,
) -> pdk.Deck:
    """Draw a choropleth of LSOAs under the outlines and names of the wards.

    On a map of verdicts, a sign in each LSOA shows the direction of its change.

    Parameters
    ----------
    figure : Figure
        As `lsoas.compare_lsoas` gives it.
    measure : Measure
        The column to colour by.
    selection : Selection
        The areas and the ward year of the wards that are drawn.
    spread : pandas.DataFrame
        The figures that define the classes, as `build_classes` takes them.
    selected : str
        The code of the LSOA to outline; empty for none.
    room : Room
        The width and height in pixels that the map opens in.
    dark : bool
        Whether the page is dark.

    Returns
    -------
    pydeck.Deck
        The map.
    """
    colours, shapes = choose_theme(dark), ward_shapes.read_lsoa_shapes()
    columns = [column for column in _TOOLTIP_COLUMNS if column in figure.table]
    rows = _list_rows(figure, selection.period, columns, measure)
    wards = list(ward_shapes.select_ward_shapes(selection).values())
    box = ward_shapes.merge_bounds(wards)
    classes = build_classes(spread, measure, dark=dark)
    outlined = [shapes[selected]] if selected in shapes else []
    signs, named = _list_signs(rows, shapes, measure), _list_named(selection, wards)
    layers = [
        _make_lsoa_layer(rows, shapes, classes, measure, colours),
        parts.make_line_layer("wards", wards, colours.quiet, 1),
        parts.make_line_layer("lpas", ward_shapes.find_nearby_lpas(box), colours.quiet, 2),
        parts.make_line_layer("selected", outlined, colours.text, 3.5),
        parts.make_name_layer([*signs, *named], box, room, colours),
    ]
    return parts.build_deck(layers, box, parts.format_tooltip("<b>{ward}</b>, {lpa}", columns), room, colours)


def _list_rows(figure: Figure, period: Period, columns: list[str], measure: Measure) -> list[ChartRow]:
    """List the LSOAs of a figure as rows that `describe_ward` takes, each with the reason of its verdict."""
    reasons = [verdict_words.explain_verdict(row, period) for row in figure.table.to_dict("records")]
    table = figure.table.assign(reason=reasons).rename(columns={"lsoa": "code", "lsoa_name": "ward"})
    names = dict.fromkeys(["code", "ward", "lpa", *columns, measure, "reason"])
    # Records in no LSOA are in the table only.
    return [row for row in make_plain_rows(table, list(names)) if row["lpa"]]


def _make_lsoa_layer(
    rows: list[ChartRow], shapes: dict[str, Shape], classes: Classes, measure: Measure, colours: Theme
) -> pdk.Layer:
    features = []
    for row in rows:
        fill = parts.parse_colour(classes.find_entry(row[measure]).colour)
        properties = {"code": row["code"], "fill": fill} | describe_ward(row)
        features.append(parts.make_feature(shapes[row["code"]]) | {"properties": properties})
    return pdk.Layer(
        "GeoJsonLayer", parts.collect_features(features), id=LSOAS, get_fill_color="properties.fill",
        **parts.style_outline(colours.outline, 0.5), **parts.style_clickable(colours, 0.25),
    )  # fmt: skip


def _list_signs(rows: list[ChartRow], shapes: dict[str, Shape], measure: Measure) -> list[Shape]:
    """List the LSOAs with a clear or possible change on a map of verdicts, each named by the sign of its change."""
    if measure != "verdict":
        return []
    signs = {row["code"]: SIGNS.get(row["verdict"] or "", "") for row in rows}
    return [replace(shapes[code], name=sign) for code, sign in signs.items() if sign]


def _list_named(selection: Selection, wards: list[Shape]) -> list[Shape]:
    """List the shapes to name: the wards of one LPA, or several LPAs. The names of all wards would hide the LSOAs."""
    lpas = ward_shapes.read_lpa_shapes().values()
    selected = [lpa for lpa in lpas if not selection.areas or lpa.name in selection.areas]
    return wards if len(selected) == 1 else selected


def draw_lsoa_picture(figure: Figure, measure: Measure, selection: Selection, spread: pd.DataFrame) -> Spec:
    """Draw the map of LSOAs for a paper, with the names of wards and a legend, on white.

    The parameters are those of `draw_lsoa_map`. Returns the map in Vega-Lite.
    """
    shapes, classes = ward_shapes.read_lsoa_shapes(), build_classes(spread, measure)
    rows = _list_rows(figure, selection.period, ["verdict"], measure)
    wards = list(ward_shapes.select_ward_shapes(selection).values())
    ground = parts.make_ground([*_list_signs(rows, shapes, measure), *_list_named(selection, wards)])
    lsoas = [
        parts.make_paper_feature(shapes[row["code"]]) | {"shown": classes.find_entry(row[measure]).label}
        for row in rows
    ]
    entries = list_legend_entries(classes, figure.table.loc[figure.table["lpa"] != "", measure])
    scale, title = parts.make_class_scale(entries), write_legend_title(measure, figure.table)
    key = alt.Legend(title=title, orient="right", symbolType="square", symbolSize=260)
    filled = alt.Chart(DATA).mark_geoshape(stroke=LIGHT.outline, strokeWidth=0.5)
    filled = filled.encode(fill=alt.Fill("shown:N", scale=scale, legend=key))
    outlined = alt.Chart(alt.NamedData("wards")).mark_geoshape(filled=False, stroke=LIGHT.quiet, strokeWidth=1)
    layers = [filled, outlined, *parts.draw_names(LIGHT.text)]
    return parts.build_picture(ground, layers, figure=lsoas, wards=list(map(parts.make_paper_feature, wards)))
