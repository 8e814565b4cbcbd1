"""The parts of every layer on a map: colours for deck.gl, and the tooltip of an object."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pydeck as pdk

from shp_view.text import wording

PIXELS = pdk.types.String("pixels")


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
