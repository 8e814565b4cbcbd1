"""The parts that maps share, on screen and on paper: layers, tooltips, the deck, and the wards as a base."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pydeck as pdk
from pydeck.bindings.json_tools import default_serialize

from shp_data.domain.selection import Selection
from shp_view.charts.chart_parts import Spec
from shp_view.maps.ward_shapes import (
    Box,
    Shape,
    compute_zoom,
    measure_extent,
    merge_bounds,
    place_names,
    select_ward_shapes,
)
from shp_view.text import wording
from shp_view.theme import FONT, LIGHT, SMALL_FONT_SIZE, Theme, build_config

PIXELS = pdk.types.String("pixels")
_NAME_SIZE = 12  # of ward names on screen, in pixels
_NAME_LETTER, _NAME_LINE = _NAME_SIZE * 0.58, _NAME_SIZE * 1.25  # the room that one takes on its plate
Room = tuple[int, int]  # pixels across and down into which the area must fit as the map opens
DESK: Room = (520, 430)
TELEPHONE: Room = (330, 430)
PAPER_WIDTH, PAPER_HEIGHT = 760, 720  # pixels of a map on paper, at most
PAPER_LINE = SMALL_FONT_SIZE + 2
PAPER_LETTER = SMALL_FONT_SIZE * 0.52  # how wide a letter is on average


def parse_colour(colour: str, opacity: float = 1) -> list[int]:
    """Parse `#12436D` into red, green, blue and opacity, each from 0 to 255."""
    return [*(int(colour[start : start + 2], 16) for start in (1, 3, 5)), round(opacity * 255)]


def build_ring_layer(at: tuple[float, float], radius: float, colour: str) -> pdk.Layer:
    """Build the layer of a ring around a point (longitude, latitude). `radius`: in pixels."""
    return pdk.Layer(
        "ScatterplotLayer", [{"at": list(at), "r": radius}], id="ring", get_position="at", get_radius="r",
        radius_units=PIXELS, filled=False, stroked=True, get_line_color=parse_colour(colour), line_width_units=PIXELS,
        get_line_width=3,
    )  # fmt: skip


def format_tooltip(heading: str, columns: Sequence[str]) -> str:
    """Format the tooltip of an object: a heading, then a line for each column with its label.

    The page fills in and escapes the object's own texts, named in braces.
    """
    labels = {column: f"{wording.label_column(column)}:".replace("?:", "?") for column in columns}
    return heading + "".join(f"<br/>{html.escape(label)} {{{column}}}" for column, label in labels.items())


class CompactDeck(pdk.Deck):  # type: ignore[misc]  # pydeck has no types
    """A deck whose JSON has no line breaks: pydeck's indentation makes boundaries four times as long."""

    def to_json(self) -> str:
        """Return the deck as pydeck's JSON, without white space."""
        return json.dumps(self, sort_keys=True, default=default_serialize, separators=(",", ":"))


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
    placed = place_names(shapes, min(room[0] / across, room[1] / down), _NAME_LETTER, _NAME_LINE)
    names = [{"name": "\n".join(name.lines), "at": name.at} for name in placed]
    return pdk.Layer(
        "TextLayer", names, id="names", get_text="name", get_position="at", get_size=_NAME_SIZE,
        get_color=parse_colour(colours.text), font_family=pdk.types.String(FONT),
        character_set=pdk.types.String("auto"),
        background=True, get_background_color=parse_colour(colours.background, 0.8), background_padding=[3, 1],
    )  # fmt: skip


def _make_collection(shapes: list[Shape]) -> dict[str, Any]:
    features = [{"type": "Feature", "geometry": shape.geometry, "properties": {}} for shape in shapes]
    return {"type": "FeatureCollection", "features": features}


def reverse_rings(shape: Shape) -> dict[str, Any]:
    """Reverse the rings of the geometry: d3 reads an anticlockwise ring as the world without the ward."""
    parts = shape.geometry["coordinates"]
    several = shape.geometry["type"] == "MultiPolygon"
    reversed_parts = [[ring[::-1] for ring in part] for part in parts] if several else [ring[::-1] for ring in parts]
    return {"type": shape.geometry["type"], "coordinates": reversed_parts}


@dataclass(frozen=True)
class Ground:
    """The base under a map's marks: the size of the picture in pixels, and the wards and their names as data."""

    width: int
    height: int
    data: dict[str, list[dict[str, Any]]]


def build_ground(selection: Selection) -> Ground:
    """Build the base from the wards of the selected areas, or the selected ward, at the scale that fits the paper."""
    shapes = select_ward_shapes(selection)
    wards = [shapes[selection.ward]] if selection.ward in shapes else list(shapes.values())
    across, down = measure_extent(merge_bounds(wards))
    labels = place_names(wards, min(PAPER_WIDTH / across, PAPER_HEIGHT / down), PAPER_LETTER, PAPER_LINE)
    data: dict[str, list[dict[str, Any]]] = {
        "wards": [{"type": "Feature", "geometry": reverse_rings(shape)} for shape in wards],
        "names": [{"name": name.lines, "longitude": name.at[0], "latitude": name.at[1]} for name in labels],
    }
    return Ground(PAPER_WIDTH, min(round(PAPER_WIDTH * down / across), PAPER_HEIGHT), data)


def draw_on_ground(
    base: Ground, rows: list[dict[str, Any]], *marks: alt.Chart, below: tuple[alt.Chart, ...] = ()
) -> Spec:
    """Draw the marks over the names of the wards.

    `rows`: the data of the marks. `below`: marks that are drawn under the names.
    """
    wards = alt.Chart(alt.NamedData("wards"))
    filled = wards.mark_geoshape(fill=LIGHT.band, stroke=None)
    outlined = wards.mark_geoshape(filled=False, stroke=LIGHT.other, strokeWidth=1)
    letters = alt.Chart(alt.NamedData("names")).mark_text(
        fontSize=SMALL_FONT_SIZE, lineHeight=PAPER_LINE, strokeJoin="round", color=LIGHT.text if below else LIGHT.quiet
    )
    names = letters.encode(longitude="longitude:Q", latitude="latitude:Q", text="name:N")
    halo = names.encode(stroke=alt.value(LIGHT.outline), strokeWidth=alt.value(3))
    name_layers = (halo, names) if below else (names,)
    chart = alt.layer(filled, *below, outlined, *name_layers, *marks).project(type="mercator")
    spec: Spec = chart.properties(width=base.width, height=base.height).to_dict()
    return spec | {"config": build_config(LIGHT), "datasets": {"figure": rows, **base.data}}
