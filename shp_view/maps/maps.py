"""The ward map of a Figure, drawn from the partnership's own boundaries. It uses no tile server.

The page shows `map_classes.list_legend_entries` next to it. `ward_picture` draws the same map for a
paper.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pydeck as pdk
from pydeck.bindings.json_tools import default_serialize

from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.store.notes.actions import Action
from shp_view.maps.action_marks import build_mark_layer
from shp_view.maps.layer_parts import PIXELS, format_tooltip, parse_colour
from shp_view.maps.map_classes import Classes, build_classes
from shp_view.maps.ward_names import add_sign, place_names
from shp_view.maps.ward_shapes import (
    Box,
    Shape,
    compute_zoom,
    find_nearby_lpas,
    measure_extent,
    merge_bounds,
    read_ward_shapes,
)
from shp_view.text import chance, wording
from shp_view.text.map_measures import Measure
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.theme import FONT, Theme, choose_theme

WARDS = "wards"  # the layer whose objects can be clicked; each carries its ward `code`
_TOOLTIP_COLUMNS = ("count", "rate_per_1000", "share", "last_year", "other_period", "difference", "verdict")
_SIZE = 12  # of ward names, in pixels
_LETTER, _LINE = _SIZE * 0.58, _SIZE * 1.25  # the room that one takes on its plate
Room = tuple[int, int]  # pixels across and down into which the area must fit as the map opens
DESK: Room = (520, 430)
TELEPHONE: Room = (330, 430)


class CompactDeck(pdk.Deck):  # type: ignore[misc]  # pydeck has no types
    """A deck whose JSON has no line breaks: pydeck's indentation makes boundaries four times as long."""

    def to_json(self) -> str:
        """Return the deck as pydeck's JSON, without white space."""
        return json.dumps(self, sort_keys=True, default=default_serialize, separators=(",", ":"))


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
    reasons = [chance.explain_verdict(row, period) for row in figure.table.to_dict("records")]
    columns = [column for column in _TOOLTIP_COLUMNS if column in figure.table]
    rows = make_plain_rows(figure.table.assign(reason=reasons), ["code", "ward", "lpa", *columns, "reason"])
    rows = [row for row in rows if row["code"] in shapes]  # records near no ward stand in the table alone
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


def build_deck(layers: list[pdk.Layer], box: Box, tooltip_html: str, room: Room, colours: Theme) -> pdk.Deck:
    """Build a map of layers without tiles, which opens on a box of degrees. `tooltip_html`: its tooltip."""
    return CompactDeck(
        layers=layers,
        initial_view_state=pdk.ViewState(
            longitude=(box[0] + box[2]) / 2, latitude=(box[1] + box[3]) / 2, zoom=compute_zoom(box, *room)
        ),
        # A browser waits a third of a second after a click where a second one would mean something.
        views=[pdk.View(type="MapView", controller={"doubleClickZoom": False})],
        map_provider=None,
        tooltip={
            "html": tooltip_html,
            "style": {
                "fontFamily": FONT,
                "fontSize": "13px",
                "maxWidth": "20rem",
                "color": colours.text,
                "backgroundColor": colours.background,
            },
        },
    )


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


def make_ground_layer(shapes: list[Shape], colours: Theme) -> pdk.Layer:
    """Make the layer of wards under the data."""
    return pdk.Layer(
        "GeoJsonLayer", _make_collection(shapes), id="ground", get_fill_color=parse_colour(colours.band),
        get_line_color=parse_colour(colours.other), line_width_units=PIXELS, get_line_width=1,
    )  # fmt: skip


def make_line_layer(name: str, shapes: list[Shape], colour: str, width: float) -> pdk.Layer:
    """Make the layer of the outlines of wards or LPAs; `width` in pixels."""
    return pdk.Layer(
        "GeoJsonLayer", _make_collection(shapes), id=name, filled=False,
        get_line_color=parse_colour(colour), line_width_units=PIXELS, get_line_width=width,
    )  # fmt: skip


def make_name_layer(shapes: list[Shape], box: Box, room: Room, colours: Theme) -> pdk.Layer:
    """Make the layer of ward names, placed for the opening view on a box within its room.

    The names are placed here because deck.gl's own collision filter takes half a second of the first draw.
    """
    across, down = measure_extent(box)
    placed = place_names(shapes, min(room[0] / across, room[1] / down), _LETTER, _LINE)
    names = [{"name": "\n".join(name.lines), "at": name.at} for name in placed]
    return pdk.Layer(
        "TextLayer", names, id="names", get_text="name", get_position="at", get_size=_SIZE,
        get_color=parse_colour(colours.text), font_family=pdk.types.String(FONT),
        character_set=pdk.types.String("auto"),
        background=True, get_background_color=parse_colour(colours.background, 0.8), background_padding=[3, 1],
    )  # fmt: skip


def describe_ward(row: ChartRow) -> dict[str, str]:
    """Describe a ward for its tooltip, by column. The page escapes the texts."""
    words = {"count": wording.format_number, "rate_per_1000": wording.format_rate, "share": wording.format_percent,
             "last_year": wording.format_number, "other_period": wording.format_number, "difference": wording.format_signed}  # fmt: skip
    verdict = f"{wording.capitalise(row['verdict'])}. {row['reason']}" if row["verdict"] else None
    texts = {name: word(row[name]) for name, word in words.items() if name in row}
    return {"ward": row["ward"], "lpa": row["lpa"], "verdict": verdict or wording.NOT_AVAILABLE} | texts


def _make_collection(shapes: list[Shape]) -> dict[str, Any]:
    features = [{"type": "Feature", "geometry": shape.geometry, "properties": {}} for shape in shapes]
    return {"type": "FeatureCollection", "features": features}
