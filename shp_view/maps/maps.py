"""The ward map of a Figure, drawn from the partnership's own boundaries: it asks no tile server for anything.

The page shows `map_classes.legend` beside it. `ward_picture` draws the same map for a paper.
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
from shp_view.maps.action_marks import mark_layer
from shp_view.maps.layer_parts import PIXELS, rgb, tooltip
from shp_view.maps.map_classes import Classes, classes
from shp_view.maps.ward_names import apart, named
from shp_view.maps.ward_shapes import Box, Shape, bounds, extent, lpas_about, ward_shapes, zoom_to
from shp_view.text import chance, wording
from shp_view.text.map_measures import Measure
from shp_view.text.rows import Row, plain_rows
from shp_view.theme import FONT, Theme, theme

WARDS = "wards"  # the layer whose objects can be clicked; each carries its ward `code`
_TOLD = ("count", "rate_per_1000", "share", "last_year", "other_period", "difference", "verdict")
_SIZE = 12  # of ward names, in pixels
_LETTER, _LINE = _SIZE * 0.58, _SIZE * 1.25  # the room that one takes on its plate
Room = tuple[int, int]  # pixels across and down into which the area must fit as the map opens
DESK: Room = (520, 430)
TELEPHONE: Room = (330, 430)


class CompactDeck(pdk.Deck):  # type: ignore[misc]  # pydeck has no types
    """A deck written without line breaks: pydeck's indentation makes boundaries four times as long."""

    def to_json(self) -> str:
        """The deck as JSON, as pydeck writes it but for the white space."""
        return json.dumps(self, sort_keys=True, default=default_serialize, separators=(",", ":"))


def ward_map(
    figure: Figure,
    measure: Measure,
    vintage: str,
    period: Period,
    spread: pd.DataFrame,
    *,
    area: str | None = None,
    selected: str | None = None,
    agreed: Sequence[Action] = (),
    room: Room = DESK,
    dark: bool = False,
) -> pdk.Deck:
    """Where is it, by ward? A choropleth with ward names, that opens on one LPA (None: on all).

    Table: code, ward, lpa, count, last_year (or other_period), difference, rate_per_1000, share, verdict, p_value,
    dispersion.
    `period`: what the figures are of; `spread`: what the classes are made of, as `classes` takes it.
    `selected`: the code of the ward to outline. `agreed`: what is marked as agreed for a ward or place. Wards whose
    measure is missing are grey, as their legend entry says; where verdicts are drawn, a sign before its name says
    which way a ward changed.
    """
    colours, found, shapes = theme(dark), classes(spread, measure, dark=dark), ward_shapes(vintage)
    reasons = [chance.reason(row, period) for row in figure.table.to_dict("records")]
    shown = [column for column in _TOLD if column in figure.table]
    rows = plain_rows(figure.table.assign(reason=reasons), ["code", "ward", "lpa", *shown, "reason"])
    rows = [row for row in rows if row["code"] in shapes]  # records near no ward stand in the table alone
    near = [row for row in rows if area in (None, row["lpa"])] or rows
    box = bounds(shapes[row["code"]] for row in near)
    outlined = [shapes[selected]] if selected in shapes else []
    layers = [
        _ward_layer(rows, shapes, found, measure, colours),
        line_layer("lpas", lpas_about(box), colours.quiet, 1.5),
        line_layer("selected", outlined, colours.text, 3.5),
        name_layer([named(shapes[row["code"]], row["verdict"], measure) for row in near], box, room, colours),
        *([mark_layer(agreed, shapes, colours)] if agreed else []),
    ]
    return deck(layers, box, tooltip("<b>{ward}</b>, {lpa}", shown), room, colours)


def deck(layers: list[pdk.Layer], box: Box, told: str, room: Room, colours: Theme) -> pdk.Deck:
    """The layers as a map without any tiles, that opens on a box of degrees. `told`: the HTML of its tooltip."""
    return CompactDeck(
        layers=layers,
        initial_view_state=pdk.ViewState(
            longitude=(box[0] + box[2]) / 2, latitude=(box[1] + box[3]) / 2, zoom=zoom_to(box, *room)
        ),
        # A browser waits a third of a second after a click where a second one would mean something.
        views=[pdk.View(type="MapView", controller={"doubleClickZoom": False})],
        map_provider=None,
        tooltip={
            "html": told,
            "style": {
                "fontFamily": FONT,
                "fontSize": "13px",
                "maxWidth": "20rem",
                "color": colours.text,
                "backgroundColor": colours.background,
            },
        },
    )


def _ward_layer(
    rows: list[Row], shapes: dict[str, Shape], found: Classes, measure: Measure, colours: Theme
) -> pdk.Layer:
    features = [
        {
            "type": "Feature",
            "geometry": shapes[row["code"]].geometry,
            "properties": {"code": row["code"], "fill": rgb(found.entry(row[measure]).colour)} | told(row),
        }
        for row in rows
    ]
    return pdk.Layer(
        "GeoJsonLayer", {"type": "FeatureCollection", "features": features}, id=WARDS, pickable=True,
        get_fill_color="properties.fill", get_line_color=rgb(colours.outline), line_width_units=PIXELS,
        get_line_width=1, auto_highlight=True, highlight_color=rgb(colours.text, 0.25),
    )  # fmt: skip


def ground_layer(shapes: list[Shape], colours: Theme) -> pdk.Layer:
    """Wards as the quiet ground of what is drawn upon them."""
    return pdk.Layer(
        "GeoJsonLayer", _collection(shapes), id="ground", get_fill_color=rgb(colours.band),
        get_line_color=rgb(colours.other), line_width_units=PIXELS, get_line_width=1,
    )  # fmt: skip


def line_layer(name: str, shapes: list[Shape], colour: str, width: float) -> pdk.Layer:
    """The outlines of wards or LPAs, so many pixels wide."""
    return pdk.Layer(
        "GeoJsonLayer", _collection(shapes), id=name, filled=False,
        get_line_color=rgb(colour), line_width_units=PIXELS, get_line_width=width,
    )  # fmt: skip


def name_layer(shapes: list[Shape], box: Box, room: Room, colours: Theme) -> pdk.Layer:
    """Ward names on a plate, placed for the opening view on a box within its room.

    Placed here and not by deck.gl's own collision filter, which takes half a second of a first draw.
    """
    across, down = extent(box)
    placed = apart(shapes, min(room[0] / across, room[1] / down), _LETTER, _LINE)
    names = [{"name": "\n".join(name.lines), "at": name.at} for name in placed]
    return pdk.Layer(
        "TextLayer", names, id="names", get_text="name", get_position="at", get_size=_SIZE,
        get_color=rgb(colours.text), font_family=pdk.types.String(FONT),
        character_set=pdk.types.String("auto"),
        background=True, get_background_color=rgb(colours.background, 0.8), background_padding=[3, 1],
    )  # fmt: skip


def told(row: Row) -> dict[str, str]:
    """What pointing at a ward says, by column; the page escapes it when it fills the tooltip in."""
    words = {"count": wording.number, "rate_per_1000": wording.rate, "share": wording.percent,
             "last_year": wording.number, "other_period": wording.number, "difference": wording.signed}  # fmt: skip
    verdict = f"{wording.capital(row['verdict'])}. {row['reason']}" if row["verdict"] else None
    said = {name: word(row[name]) for name, word in words.items() if name in row}
    return {"ward": row["ward"], "lpa": row["lpa"], "verdict": verdict or wording.NOT_AVAILABLE} | said


def _collection(shapes: list[Shape]) -> dict[str, Any]:
    features = [{"type": "Feature", "geometry": shape.geometry, "properties": {}} for shape in shapes]
    return {"type": "FeatureCollection", "features": features}
