"""The ward map of a Figure, on screen with numbered marks for actions, and the same map on paper.

It is drawn from the partnership's own boundaries and uses no tile server. The page shows
`map_classes.list_legend_entries` next to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import altair as alt
import pandas as pd
import pydeck as pdk

from shp_data.analysis.lsoas import DECILE
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.store.notes.actions import Action
from shp_view.charts.chart_parts import DATA, Spec
from shp_view.maps import map_parts as parts
from shp_view.maps import ward_shapes
from shp_view.maps.map_classes import Classes, build_classes, list_legend_entries
from shp_view.maps.ward_shapes import Shape, add_sign
from shp_view.text import verdict_words, wording
from shp_view.text.map_words import Measure, write_legend_title
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.ward_words import describe_action
from shp_view.theme import LIGHT, Theme, choose_theme

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
    room: parts.Room = parts.DESK,
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
    colours, shapes = choose_theme(dark), ward_shapes.read_ward_shapes(ward_year)
    ward_classes = build_classes(spread, measure, dark=dark)
    # The tooltip gives the reason of each verdict, as the table does.
    reasons = [verdict_words.explain_verdict(row, period) for row in figure.table.to_dict("records")]
    columns = [column for column in _TOOLTIP_COLUMNS if column in figure.table]
    rows = make_plain_rows(figure.table.assign(reason=reasons), ["code", "ward", "lpa", *columns, "reason"])
    rows, area_rows = _select_rows(rows, shapes, area)
    box = ward_shapes.merge_bounds(shapes[row["code"]] for row in area_rows)
    outlined = [shapes[selected]] if selected in shapes else []
    labelled = [add_sign(shapes[row["code"]], row["verdict"], measure) for row in area_rows]
    layers = [
        _make_ward_layer(rows, shapes, ward_classes, measure, colours),
        parts.make_line_layer("lpas", ward_shapes.find_nearby_lpas(box), colours.quiet, 1.5),
        parts.make_line_layer("selected", outlined, colours.text, 3.5),
        parts.make_name_layer(labelled, box, room, colours),
        *([build_mark_layer(actions, shapes, colours)] if actions else []),
    ]
    return parts.build_deck(layers, box, parts.format_tooltip("<b>{ward}</b>, {lpa}", columns), room, colours)


def _select_rows(
    rows: list[ChartRow], shapes: dict[str, Shape], area: str | None
) -> tuple[list[ChartRow], list[ChartRow]]:
    """Select the rows that have a shape, and of these the ones in the area; all of them where it has none."""
    # Records near no ward are in the table only.
    rows = [row for row in rows if row["code"] in shapes]
    return rows, [row for row in rows if area in (None, row["lpa"])] or rows


def _make_ward_layer(
    rows: list[ChartRow], shapes: dict[str, Shape], ward_classes: Classes, measure: Measure, colours: Theme
) -> pdk.Layer:
    features = []
    for row in rows:
        fill = parts.parse_colour(ward_classes.find_entry(row[measure]).colour)
        properties = {"code": row["code"], "fill": fill} | describe_ward(row)
        features.append(parts.make_feature(shapes[row["code"]]) | {"properties": properties})
    return pdk.Layer(
        "GeoJsonLayer", parts.collect_features(features), id=WARDS, get_fill_color="properties.fill",
        **parts.style_outline(colours.outline, 1), **parts.style_clickable(colours, 0.25),
    )  # fmt: skip


def describe_ward(row: ChartRow) -> dict[str, str]:
    """Describe a ward for its tooltip, by column. The page escapes the texts."""
    formats: dict[str, Callable[[wording.Number], str]] = {
        **dict.fromkeys(("count", "last_year", "other_period"), wording.format_number),
        "rate_per_1000": wording.format_rate,
        "share": wording.format_percent,
        "difference": wording.format_signed,
        DECILE: wording.format_number,
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
        "TextLayer", marks, id=ACTION_LAYER, get_text="name", get_pixel_offset="off", get_size=13,
        get_color=parts.parse_colour(colours.background), background=True,
        get_background_color=parts.parse_colour(colours.text), background_padding=[5, 3], **parts.BOLD_LETTERS,
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
    ward_classes, shapes = build_classes(spread, measure), ward_shapes.read_ward_shapes(ward_year)
    rows = make_plain_rows(figure.table, list(dict.fromkeys(["code", "ward", "lpa", "verdict", measure])))
    rows, area_rows = _select_rows(rows, shapes, area)
    ground = parts.make_ground([add_sign(shapes[row["code"]], row["verdict"], measure) for row in area_rows])
    labels = [ward_classes.find_entry(row[measure]).label for row in area_rows]
    wards = [ward | {"shown": label} for ward, label in zip(ground.wards, labels, strict=True)]
    lpas = {row["lpa"] for row in area_rows}
    lpa_shapes = [shape for shape in ward_shapes.read_lpa_shapes().values() if shape.name in lpas]
    entries = list_legend_entries(ward_classes, figure.table[measure])
    scale, title = parts.make_class_scale(entries), write_legend_title(measure, figure.table)
    key = alt.Legend(title=title, orient="right", symbolType="square", symbolSize=260)
    filled = alt.Chart(DATA).mark_geoshape(stroke=LIGHT.outline, strokeWidth=1)
    filled = filled.encode(fill=alt.Fill("shown:N", scale=scale, legend=key))
    outlined = alt.Chart(alt.NamedData("lpas")).mark_geoshape(filled=False, stroke=LIGHT.quiet, strokeWidth=1.2)
    layers = [filled, outlined, *parts.draw_names(LIGHT.text)]
    return parts.build_picture(ground, layers, figure=wards, lpas=list(map(parts.make_paper_feature, lpa_shapes)))
