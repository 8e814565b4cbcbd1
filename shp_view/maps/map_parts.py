"""The parts that maps share, on screen and on paper: layers, tooltips, the deck, and the wards as a base."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

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
from shp_view.text.map_words import LegendEntry
from shp_view.theme import FONT, LIGHT, SMALL_FONT_SIZE, Theme, build_config

PIXELS = pdk.types.String("pixels")
# What the circles, and the letters, of every map share: a size in pixels, and the font of the page.
CIRCLES = {"get_position": "at", "get_radius": "r", "radius_units": PIXELS, "stroked": True}
LETTERS = {"get_position": "at", "font_family": pdk.types.String(FONT)}
BOLD_LETTERS = LETTERS | {"font_weight": pdk.types.String("bold")}
_NAME_SIZE = 12  # of ward names on screen, in pixels
_NAME_LETTER, _NAME_LINE = _NAME_SIZE * 0.58, _NAME_SIZE * 1.25  # the room that one takes on its plate
Room = tuple[int, int]  # pixels across and down into which the area must fit as the map opens
DESK: Room = (520, 430)
TELEPHONE: Room = (330, 430)
_PAPER_WIDTH, _PAPER_HEIGHT = 600, 570  # pixels of a map on paper, at most
_PAPER_LINE = SMALL_FONT_SIZE + 2
_PAPER_LETTER = SMALL_FONT_SIZE * 0.52  # how wide a letter is on average


def parse_colour(colour: str, opacity: float = 1) -> list[int]:
    """Parse `#12436D` into red, green, blue and opacity, each from 0 to 255."""
    return [*(int(colour[start : start + 2], 16) for start in (1, 3, 5)), round(opacity * 255)]


def style_outline(colour: str, width: float) -> dict[str, Any]:
    """Style the outline of a layer's objects. `width`: in pixels."""
    return {"get_line_color": parse_colour(colour), "line_width_units": PIXELS, "get_line_width": width}


def style_clickable(colours: Theme, opacity: float) -> dict[str, Any]:
    """Style a layer whose objects can be clicked, and change colour under the pointer."""
    return {"pickable": True, "auto_highlight": True, "highlight_color": parse_colour(colours.text, opacity)}


def build_ring_layer(at: tuple[float, float], radius: float, colour: str) -> pdk.Layer:
    """Build the layer of a ring around a point (longitude, latitude). `radius`: in pixels."""
    rings = [{"at": list(at), "r": radius}]
    return pdk.Layer("ScatterplotLayer", rings, id="ring", filled=False, **CIRCLES, **style_outline(colour, 3))


def format_tooltip(heading: str, columns: Sequence[str]) -> str:
    """Format the tooltip of an object: a heading, then a line for each column with its label.

    The page fills in and escapes the object's own texts, named in braces.
    """
    # A label that asks a question needs no colon after it.
    labels = {column: f"{wording.label_column(column)}:".replace("?:", "?") for column in columns}
    return heading + "".join(f"<br/>{html.escape(label)} {{{column}}}" for column, label in labels.items())


class CompactDeck(pdk.Deck):  # type: ignore[misc]  # pydeck has no types
    """A deck whose JSON has no line breaks: pydeck's indentation makes boundaries four times as long."""

    def to_json(self) -> str:
        """Return the deck as pydeck's JSON, without white space."""
        return json.dumps(self, sort_keys=True, default=default_serialize, separators=(",", ":"))


def build_deck(layers: list[pdk.Layer], box: Box, tooltip_html: str, room: Room, colours: Theme) -> pdk.Deck:
    """Build a map of layers without tiles, which opens on a box of degrees. `tooltip_html`: its tooltip."""
    longitude, latitude = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    style = {"fontFamily": FONT, "fontSize": "13px", "maxWidth": "20rem"}
    style |= {"color": colours.text, "backgroundColor": colours.background}
    return CompactDeck(
        layers=layers,
        initial_view_state=pdk.ViewState(longitude=longitude, latitude=latitude, zoom=compute_zoom(box, *room)),
        # A browser waits a third of a second after a click where a second one would mean something.
        views=[pdk.View(type="MapView", controller={"doubleClickZoom": False})],
        map_provider=None,
        tooltip={"html": tooltip_html, "style": style},
    )


def make_ground_layer(shapes: list[Shape], colours: Theme) -> pdk.Layer:
    """Make the layer of wards under the data."""
    fill, outline = parse_colour(colours.band), style_outline(colours.other, 1)
    return pdk.Layer("GeoJsonLayer", collect_features(map(make_feature, shapes)), id="ground", get_fill_color=fill,
                     **outline)  # fmt: skip


def make_line_layer(name: str, shapes: list[Shape], colour: str, width: float) -> pdk.Layer:
    """Make the layer of the outlines of wards or LPAs; `width` in pixels."""
    outlines = collect_features(map(make_feature, shapes))
    return pdk.Layer("GeoJsonLayer", outlines, id=name, filled=False, **style_outline(colour, width))


def make_name_layer(shapes: list[Shape], box: Box, room: Room, colours: Theme, plates: Sequence[Box] = ()) -> pdk.Layer:
    """Make the layer of ward names, placed for the opening view on a box within its room.

    `plates`: the boxes of other labels, in pixels, that a name must not cover.
    The names are placed here because deck.gl's own collision filter takes half a second of the first draw.
    """
    across, down = measure_extent(box)
    placed = place_names(shapes, min(room[0] / across, room[1] / down), _NAME_LETTER, _NAME_LINE, plates)
    names = [{"name": "\n".join(name.lines), "at": name.at} for name in placed]
    return pdk.Layer(
        "TextLayer", names, id="names", get_text="name", get_size=_NAME_SIZE, get_color=parse_colour(colours.text),
        # Without this deck.gl draws ASCII letters only, and a name with an accent would lose it.
        character_set=pdk.types.String("auto"), background=True,
        get_background_color=parse_colour(colours.background, 0.8), background_padding=[3, 1], **LETTERS,
    )  # fmt: skip


def make_feature(shape: Shape) -> dict[str, Any]:
    """Make the GeoJSON feature of a shape on screen, without properties."""
    return {"type": "Feature", "geometry": shape.geometry, "properties": {}}


def collect_features(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Collect features in the GeoJSON that a layer takes."""
    return {"type": "FeatureCollection", "features": list(features)}


def reverse_rings(shape: Shape) -> dict[str, Any]:
    """Reverse the rings of the geometry: d3 reads an anticlockwise ring as the world without the ward."""
    parts = shape.geometry["coordinates"]
    several = shape.geometry["type"] == "MultiPolygon"
    # A polygon holds rings; a multipolygon holds polygons that hold rings.
    reversed_parts = [[ring[::-1] for ring in part] for part in parts] if several else [ring[::-1] for ring in parts]
    return {"type": shape.geometry["type"], "coordinates": reversed_parts}


def make_paper_feature(shape: Shape) -> dict[str, Any]:
    """Make the GeoJSON feature of a shape on paper."""
    return {"type": "Feature", "geometry": reverse_rings(shape)}


class Ground(NamedTuple):
    """The base under a map's marks: the size of the picture in pixels, and the wards and their names as data."""

    width: int
    height: int
    wards: list[dict[str, Any]]
    names: list[dict[str, Any]]


def build_ground(selection: Selection) -> Ground:
    """Build the base from the wards of the selected areas, or the selected ward."""
    shapes = select_ward_shapes(selection)
    return make_ground([shapes[selection.ward]] if selection.ward in shapes else list(shapes.values()))


def make_ground(shapes: list[Shape]) -> Ground:
    """Make the base from wards, at the scale that fits the paper."""
    across, down = measure_extent(merge_bounds(shapes))
    labels = place_names(shapes, min(_PAPER_WIDTH / across, _PAPER_HEIGHT / down), _PAPER_LETTER, _PAPER_LINE)
    names = [{"name": "\n".join(label.lines), "longitude": label.at[0], "latitude": label.at[1]} for label in labels]
    height = min(round(_PAPER_WIDTH * down / across), _PAPER_HEIGHT)
    return Ground(_PAPER_WIDTH, height, [make_paper_feature(shape) for shape in shapes], names)


def draw_on_ground(
    base: Ground, rows: list[dict[str, Any]], *marks: alt.Chart, below: tuple[alt.Chart, ...] = ()
) -> Spec:
    """Draw the marks over the names of the wards.

    `rows`: the data of the marks. `below`: marks that are drawn under the names.
    """
    wards = alt.Chart(alt.NamedData("wards"))
    filled = wards.mark_geoshape(fill=LIGHT.band, stroke=None)
    outlined = wards.mark_geoshape(filled=False, stroke=LIGHT.other, strokeWidth=1)
    # Names need a halo only where marks are under them; on the plain ground they stay quiet.
    names = draw_names(LIGHT.text) if below else draw_names(LIGHT.quiet)[1:]
    return build_picture(base, [filled, *below, outlined, *names, *marks], figure=rows, wards=base.wards)


def draw_names(colour: str) -> tuple[alt.Chart, alt.Chart]:
    """Draw the names of the wards: a halo in the colour of the paper, then the letters over it."""
    letters = alt.Chart(alt.NamedData("names")).mark_text(
        # A browser is given each line of a list in brackets, so the lines are one text.
        fontSize=SMALL_FONT_SIZE, lineHeight=_PAPER_LINE, lineBreak="\n", strokeJoin="round", color=colour
    )  # fmt: skip
    names = letters.encode(longitude="longitude:Q", latitude="latitude:Q", text="name:N")
    return names.encode(stroke=alt.value(LIGHT.outline), strokeWidth=alt.value(3)), names


def build_picture(base: Ground, layers: Sequence[alt.Chart], **rows: list[dict[str, Any]]) -> Spec:
    """Build the specification of a map on paper. `rows`: the data of the layers by name, besides the ward names."""
    chart = alt.layer(*layers).project(type="mercator").properties(width=base.width, height=base.height)
    spec: Spec = chart.to_dict()
    # The picture has one alternative text. Each of its shapes would otherwise need another.
    config = build_config(LIGHT) | {"geoshape": {"aria": False}}
    return spec | {"config": config, "datasets": {"names": base.names, **rows}}


def make_class_scale(entries: Sequence[LegendEntry]) -> alt.Scale:
    """Make the colour scale of a map's classes on paper: the colours of the legend on screen."""
    return alt.Scale(domain=[entry.label for entry in entries], range=[entry.colour for entry in entries])
