"""What every layer on a map is made of: colours as deck.gl takes them, and what pointing at an object says."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pydeck as pdk

from shp_view.text import wording

PIXELS = pdk.types.String("pixels")


def rgb(colour: str, opacity: float = 1) -> list[int]:
    """`#12436D` as red, green, blue and opacity, each from 0 to 255."""
    return [*(int(colour[place : place + 2], 16) for place in (1, 3, 5)), round(opacity * 255)]


def ring(at: tuple[float, float], radius: float, colour: str) -> pdk.Layer:
    """A ring around a point (longitude, latitude), so many pixels from it."""
    return pdk.Layer(
        "ScatterplotLayer", [{"at": list(at), "r": radius}], id="ring", get_position="at", get_radius="r",
        radius_units=PIXELS, filled=False, stroked=True, get_line_color=rgb(colour), line_width_units=PIXELS,
        get_line_width=3,
    )  # fmt: skip


def tooltip(heading: str, columns: Sequence[str]) -> str:
    """What pointing at an object says: a heading, then a line for each column with its label.

    The page fills in and escapes the object's own texts, named in braces.
    """
    labels = {column: f"{wording.label(column)}:".replace("?:", "?") for column in columns}
    return heading + "".join(f"<br/>{html.escape(label)} {{{column}}}" for column, label in labels.items())
