"""The ward map of a Figure, on screen with numbered marks for actions, and the same map on paper.

It is drawn from the partnership's own boundaries and uses no tile server. The page shows
`map_classes.list_legend_entries` next to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import altair as alt
import pandas as pd
import pydeck as pdk

from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.store.notes.actions import Action
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps.map_classes import Classes, build_classes, list_legend_entries
from shp_view.maps.map_parts import (
    DESK,
    PAPER_HEIGHT,
    PAPER_LETTER,
    PAPER_LINE,
    PAPER_WIDTH,
    PIXELS,
    Room,
    build_deck,
    format_tooltip,
    make_line_layer,
    make_name_layer,
    parse_colour,
    reverse_rings,
)
from shp_view.maps.ward_shapes import (
    Shape,
    add_sign,
    find_nearby_lpas,
    measure_extent,
    merge_bounds,
    place_names,
    read_lpa_shapes,
    read_ward_shapes,
)
from shp_view.text import verdict_words, wording
from shp_view.text.map_words import LegendEntry, Measure, write_legend_title
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.ward_words import describe_action
from shp_view.theme import FONT, LIGHT, SMALL_FONT_SIZE, Theme, build_config, choose_theme

WARDS = "wards"  # the layer whose objects can be clicked; each carries its ward `code`
_TOOLTIP_COLUMNS = ("count", "rate_per_1000", "share", "last_year", "other_period", "difference", "verdict")


def draw_ward_map(
    figure: Figure,
    measure: Measure,
    ward_year: str,
    period: Period,
    spread: pd.DataFrame,
    *,
    area: str | None = None,
    selected: str | None = None,
    actions: Sequence[Action] = (),
    room: Room = DESK,
    dark: bool = False,
) -> pdk.Deck:
    """Draw a choropleth of the wards with their names, which opens on one LPA or on all.

    Wards whose measure is missing are grey, as their legend entry says. On a map of verdicts, a sign before
    the name of a ward shows the direction of its change.

    Parameters
    ----------
    figure : Figure
        Its table has the columns code, ward, lpa, count, last_year (or other_period), difference, rate_per_1000,
        share (%), verdict, p_value and dispersion.
    measure : Measure
        The column to colour by.
    ward_year : str
        The year of the ward boundaries.
    period : Period
        The period of the figures.
    spread : pandas.DataFrame
        The figures that define the classes, as `build_classes` takes them.
    area : str or None
        The LPA to open on; None for all.
    selected : str or None
        The code of the ward to outline.
    actions : sequence of Action
        The actions to mark, each for a ward or a location.
    room : Room
        The width and height in pixels that the map opens in.
    dark : bool
        Whether the page is dark.

    Returns
    -------
    pydeck.Deck
        The map.
    """
    colours, ward_classes, shapes = (
        choose_theme(dark),
        build_classes(spread, measure, dark=dark),
        read_ward_shapes(ward_year),
    )
    reasons = [verdict_words.explain_verdict(row, period) for row in figure.table.to_dict("records")]
    columns = [column for column in _TOOLTIP_COLUMNS if column in figure.table]
    rows = make_plain_rows(figure.table.assign(reason=reasons), ["code", "ward", "lpa", *columns, "reason"])
    rows = [row for row in rows if row["code"] in shapes]  # records near no ward are in the table only
    area_rows = [row for row in rows if area in (None, row["lpa"])] or rows
    box = merge_bounds(shapes[row["code"]] for row in area_rows)
    outlined = [shapes[selected]] if selected in shapes else []
    layers = [
        _make_ward_layer(rows, shapes, ward_classes, measure, colours),
        make_line_layer("lpas", find_nearby_lpas(box), colours.quiet, 1.5),
        make_line_layer("selected", outlined, colours.text, 3.5),
        make_name_layer(
            [add_sign(shapes[row["code"]], row["verdict"], measure) for row in area_rows], box, room, colours
        ),
        *([build_mark_layer(actions, shapes, colours)] if actions else []),
    ]
    return build_deck(layers, box, format_tooltip("<b>{ward}</b>, {lpa}", columns), room, colours)


def _make_ward_layer(
    rows: list[ChartRow], shapes: dict[str, Shape], ward_classes: Classes, measure: Measure, colours: Theme
) -> pdk.Layer:
    features = [
        {
            "type": "Feature",
            "geometry": shapes[row["code"]].geometry,
            "properties": {"code": row["code"], "fill": parse_colour(ward_classes.find_entry(row[measure]).colour)}
            | describe_ward(row),
        }
        for row in rows
    ]
    return pdk.Layer(
        "GeoJsonLayer", {"type": "FeatureCollection", "features": features}, id=WARDS, pickable=True,
        get_fill_color="properties.fill", get_line_color=parse_colour(colours.outline), line_width_units=PIXELS,
        get_line_width=1, auto_highlight=True, highlight_color=parse_colour(colours.text, 0.25),
    )  # fmt: skip


def describe_ward(row: ChartRow) -> dict[str, str]:
    """Describe a ward for its tooltip, by column. The page escapes the texts."""
    formats: dict[str, Callable[[wording.Number], str]] = {
        **dict.fromkeys(("count", "last_year", "other_period"), wording.format_number),
        "rate_per_1000": wording.format_rate,
        "share": wording.format_percent,
        "difference": wording.format_signed,
    }
    verdict = f"{verdict_words.LABELS[row['verdict']]}. {row['reason']}" if row["verdict"] else None
    texts = {name: format_value(row[name]) for name, format_value in formats.items() if name in row}
    return {"ward": row["ward"], "lpa": row["lpa"], "verdict": verdict or wording.NOT_AVAILABLE} | texts


ACTION_LAYER = "agreed"
_BELOW_ITS_NAME = 24  # pixels, so that a ward keeps its name


def build_mark_layer(actions: Sequence[Action], shapes: dict[str, Shape], colours: Theme) -> pdk.Layer:
    """Build the layer of marks, A1 onwards, one for each action: at its map point, or below the name of its ward.

    `shapes`: the wards of the map by code. An action for a ward of another code has no mark, but is in the
    list.
    """
    marks = []
    for number, action in enumerate(actions, 1):
        name = f"A{number}"
        if action.longitude is not None and action.latitude is not None:
            marks.append({"name": name, "at": [action.longitude, action.latitude], "off": [0, 0]})
        elif action.ward_code in shapes:
            spot = shapes[action.ward_code].spots[0]
            marks.append({"name": name, "at": list(spot), "off": [0, _BELOW_ITS_NAME]})
    return pdk.Layer(
        "TextLayer", marks, id=ACTION_LAYER, get_text="name", get_position="at", get_pixel_offset="off", get_size=13,
        get_color=parse_colour(colours.background), font_family=pdk.types.String(FONT),
        font_weight=pdk.types.String("bold"),
        background=True, get_background_color=parse_colour(colours.text), background_padding=[5, 3],
    )  # fmt: skip


def describe_marks(actions: Sequence[Action]) -> list[str]:
    """Describe each mark in one line: `A1: …`."""
    return [f"A{number}: {describe_action(action)}" for number, action in enumerate(actions, 1)]


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
    rows = [row for row in rows if row["code"] in shapes]  # records near no ward are in the table only
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
    size = {"width": PAPER_WIDTH, "height": min(round(PAPER_WIDTH * down / across), PAPER_HEIGHT)}
    entries = list_legend_entries(colour_classes, figure.table[measure])
    spec: Spec = _build_chart(entries, write_legend_title(measure, figure.table)).properties(**size).to_dict()
    labelled = [add_sign(shape, row["verdict"], measure) for row, shape in zip(rows, map_shapes, strict=True)]
    labels = place_names(labelled, min(PAPER_WIDTH / across, PAPER_HEIGHT / down), PAPER_LETTER, PAPER_LINE)
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
        fontSize=SMALL_FONT_SIZE, lineHeight=PAPER_LINE, strokeJoin="round"
    )
    names = letters.encode(longitude="longitude:Q", latitude="latitude:Q", text="ward:N")
    halo = names.encode(stroke=alt.value(LIGHT.outline), strokeWidth=alt.value(3))
    return alt.layer(wards, lpas, halo, names).project(type="mercator")
