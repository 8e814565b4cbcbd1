"""The maps, their legends, and what a click on a map does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Location, Selection
from shp_data.store.notes.actions import Actions, read_actions
from shp_view.app.choices import find_focus, leave_location
from shp_view.app.session import get_room, get_viewer, is_dark, open_store
from shp_view.maps import hexagon_maps, point_maps, repeat_maps, ward_maps
from shp_view.maps.map_classes import build_classes, list_legend_entries
from shp_view.maps.ward_maps import describe_marks
from shp_view.text import alt_texts, markup, repeat_words
from shp_view.text.map_words import Measure, write_legend_title
from shp_view.text.wording import format_point
from shp_view.views import filters as view

MAP_HEIGHT = 520


def draw_ward_map(
    figure: Figure,
    measure: Measure,
    ward_year: str,
    spread: pd.DataFrame,
    selection: Selection,
    height: int = MAP_HEIGHT,
    key: str = "ward-map",
    with_legend: bool = True,
) -> None:
    """Draw the ward map with its legend. A click on a ward selects it. `height`: in pixels.

    `with_legend`: False where one `draw_ward_legend` serves several maps.
    """
    actions = _list_actions(selection)
    deck = ward_maps.draw_ward_map(
        figure, measure, ward_year, selection.period, spread, area=find_focus(selection), selected=_get_ward_code(selection),
        actions=actions, room=get_room(), dark=is_dark(),
    )  # fmt: skip

    def choose_ward() -> None:
        for ward in _list_clicked(key, "objects", ward_maps.WARDS):
            _select_ward(ward["properties"]["code"], selection)

    st.pydeck_chart(
        deck, on_select=choose_ward, key=key, height=height, alt=alt_texts.describe_ward_map(figure, measure)
    )
    if with_legend:
        draw_ward_legend([figure], measure, ward_year, spread)
    if actions:
        st.caption("  \n".join(markup.escape_markdown(line) for line in describe_marks(actions)))


def _list_actions(selection: Selection) -> Actions:
    """List the actions for a ward or location of the areas in view.

    Only the analyst sees them.
    """
    if get_viewer().role != "analyst":
        return ()
    return tuple(
        action for action in read_actions(open_store().layout.root) if action.lpa in (selection.areas or (action.lpa,))
    )


def draw_ward_legend(figures: Sequence[Figure], measure: Measure, ward_year: str, spread: pd.DataFrame) -> None:
    """Draw the one legend of some ward maps that have the same classes."""
    values = pd.concat([figure.table[measure] for figure in figures])
    entries = list_legend_entries(build_classes(spread, measure, dark=is_dark()), values)
    st.html(markup.make_legend(write_legend_title(measure, figures[0].table), entries))


def draw_cell_map(figure: Figure, selection: Selection, key: str) -> None:
    """Draw the map of hot and cold hexagons with its legend. A click on one selects its ward."""
    deck = hexagon_maps.draw_cell_map(
        figure, selection, selected=_get_ward_code(selection), room=get_room(), dark=is_dark()
    )
    codes = dict(zip(figure.table["cell"], figure.table["code"], strict=True))

    def choose_ward() -> None:
        for name in hexagon_maps.LAYERS.values():
            for cell in _list_clicked(key, "objects", name):
                _select_ward(codes[cell["cell"]], selection)

    st.pydeck_chart(deck, on_select=choose_ward, key=key, height=MAP_HEIGHT, alt=hexagon_maps.describe_cells(figure))
    st.html(markup.make_legend("Hexagons", hexagon_maps.build_cell_legend(figure, dark=is_dark())))


def draw_point_map(figure: Figure, selection: Selection, location: Location | None, most: int, key: str) -> None:
    """Draw the map of the locations with its legend. A click on a circle selects its location.

    `location` has a ring. `most`: the count that has the largest circle.
    """
    deck = point_maps.draw_point_map(
        figure,
        selection,
        most=most,
        location=location,
        selected=_get_ward_code(selection),
        room=get_room(),
        dark=is_dark(),
    )
    points = list(zip(figure.table["longitude"], figure.table["latitude"], strict=True))

    def choose_location() -> None:
        for row in _list_clicked(key, "indices", point_maps.POINTS):
            st.query_params[view.PLACE] = format_point(points[row])

    alt = f"{point_maps.write_point_title(figure)}. {point_maps.write_point_legend(figure, most)}"
    st.pydeck_chart(deck, on_select=choose_location, key=key, height=MAP_HEIGHT, alt=alt)
    st.write(point_maps.write_point_legend(figure, most))


def _get_ward_code(selection: Selection) -> str | None:
    """Return the ward that the filters are narrowed to, to outline it."""
    return view.list_ward_codes(selection).get(st.session_state.get(view.WARD, view.ALL_WARDS)) or None


def _select_ward(code: str, selection: Selection) -> None:
    """Narrow the filters to a ward, and leave any location."""
    names = view.list_ward_codes(selection)
    st.session_state[view.WARD] = next((name for name in names if names[name] == code), view.ALL_WARDS)
    leave_location()


def _list_clicked(key: str, kind: str, layer: str) -> list[Any]:
    """List what was clicked on one layer of a map: its `objects`, or their `indices`."""
    return list(st.session_state[key]["selection"][kind].get(layer) or [])


def draw_location_map(
    repeats: Figure, cleared: Figure, selection: Selection, location: Location | None, key: str = "place-map"
) -> None:
    """Draw the map of the repeat locations with its legend. A click on a circle selects its location.

    `location` has a ring.
    """
    deck = repeat_maps.draw_location_map(
        repeats, cleared, selection, location=location, room=get_room(), dark=is_dark()
    )

    def choose_location() -> None:
        for circle in _list_clicked(key, "objects", repeat_maps.LOCATIONS):
            st.query_params[view.PLACE] = circle["place"]

    alt = repeat_words.describe_map(repeats, cleared)
    st.pydeck_chart(deck, on_select=choose_location, key=key, height=MAP_HEIGHT, alt=alt)
    if entries := repeat_maps.list_legend_entries(repeats, cleared, dark=is_dark()):
        st.html(markup.make_legend(f"Circles by number of {repeats.unit}", entries))
