"""Actions on a map: a numbered mark at the location or in the ward, and the list that explains the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import pydeck as pdk

from shp_data.store.notes.actions import Action
from shp_view.maps.layer_parts import parse_colour
from shp_view.maps.ward_shapes import Shape
from shp_view.text.action_words import describe_action
from shp_view.theme import FONT, Theme

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
        get_color=parse_colour(colours.background), font_family=pdk.types.String(FONT), font_weight=pdk.types.String("bold"),
        background=True, get_background_color=parse_colour(colours.text), background_padding=[5, 3],
    )  # fmt: skip


def describe_marks(actions: Sequence[Action]) -> list[str]:
    """Describe each mark in one line: `A1: …`."""
    return [f"A{number}: {describe_action(action)}" for number, action in enumerate(actions, 1)]
