"""The maps, their legends, and what a click on one does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from shp_data.domain.figure import Figure
from shp_data.domain.selection import Place, Selection
from shp_data.store.notes.actions import Actions, read_actions
from shp_view.app.choices import focus, leave_place
from shp_view.app.session import dark, room, store, viewer
from shp_view.maps import cell_layer, maps, place_maps, point_layer
from shp_view.maps.action_marks import marks_said
from shp_view.maps.map_classes import classes, legend
from shp_view.text import alt_texts, markup, repeat_words
from shp_view.text.map_measures import Measure, legend_title
from shp_view.text.wording import point_words
from shp_view.views import filters as view

MAP_HEIGHT = 520


def ward_map(
    figure: Figure,
    measure: Measure,
    vintage: str,
    spread: pd.DataFrame,
    chosen: Selection,
    height: int = MAP_HEIGHT,
    key: str = "ward-map",
    explained: bool = True,
) -> None:
    """The map, its legend beside its colours; a click on a ward chooses it. `height`: in pixels.

    `explained`: False where `ward_legend` stands over several maps.
    """
    agreed = _agreed(chosen)
    deck = maps.ward_map(
        figure, measure, vintage, chosen.period, spread, area=focus(chosen), selected=_ward_code(chosen),
        agreed=agreed, room=room(), dark=dark(),
    )  # fmt: skip

    def clicked() -> None:
        for ward in _picked(key, "objects", maps.WARDS):
            _show_ward(ward["properties"]["code"], chosen)

    st.pydeck_chart(deck, on_select=clicked, key=key, height=height, alt=alt_texts.ward_map(figure, measure))
    if explained:
        ward_legend([figure], measure, vintage, spread)
    if agreed:
        st.caption("  \n".join(markup.literal(line) for line in marks_said(agreed)))


def _agreed(chosen: Selection) -> Actions:
    """What was agreed for a ward or place of the areas in view: the analyst's alone."""
    if viewer().role != "analyst":
        return ()
    return tuple(one for one in read_actions(store().layout.root) if one.lpa in (chosen.areas or (one.lpa,)))


def ward_legend(figures: Sequence[Figure], measure: Measure, vintage: str, spread: pd.DataFrame) -> None:
    """The one legend of some ward maps that have the same classes."""
    drawn = pd.concat([figure.table[measure] for figure in figures])
    entries = legend(classes(spread, measure, dark=dark()), drawn)
    st.html(markup.legend(legend_title(measure, figures[0].table), entries))


def cell_map(figure: Figure, chosen: Selection, key: str) -> None:
    """The map of the hot and cold hexagons with its legend; a click on one chooses the ward that it lies in."""
    deck = cell_layer.cell_map(figure, chosen, selected=_ward_code(chosen), room=room(), dark=dark())
    codes = dict(zip(figure.table["cell"], figure.table["code"], strict=True))

    def clicked() -> None:
        for name in cell_layer.LAYERS.values():
            for cell in _picked(key, "objects", name):
                _show_ward(codes[cell["cell"]], chosen)

    st.pydeck_chart(deck, on_select=clicked, key=key, height=MAP_HEIGHT, alt=cell_layer.cell_sentence(figure))
    st.html(markup.legend("Hexagons", cell_layer.cell_legend(figure, dark=dark())))


def point_map(figure: Figure, chosen: Selection, place: Place | None, most: int, key: str) -> None:
    """The map of the places with its legend, `place` ringed; a click on a circle chooses its place.

    `most`: the count that has the largest circle.
    """
    deck = point_layer.point_map(
        figure, chosen, most=most, place=place, selected=_ward_code(chosen), room=room(), dark=dark()
    )
    points = list(zip(figure.table["longitude"], figure.table["latitude"], strict=True))

    def clicked() -> None:
        for row in _picked(key, "indices", point_layer.POINTS):
            st.query_params[view.PLACE] = point_words(points[row])

    alt = f"{point_layer.point_title(figure)}. {point_layer.point_legend(figure, most)}"
    st.pydeck_chart(deck, on_select=clicked, key=key, height=MAP_HEIGHT, alt=alt)
    st.write(point_layer.point_legend(figure, most))


def _ward_code(chosen: Selection) -> str | None:
    """The ward that the filters are narrowed to, to outline it."""
    return view.ward_names(chosen).get(st.session_state.get(view.WARD, view.ALL_WARDS)) or None


def _show_ward(code: str, chosen: Selection) -> None:
    """Narrow the filters to a ward, in place of a place."""
    names = view.ward_names(chosen)
    st.session_state[view.WARD] = next((name for name in names if names[name] == code), view.ALL_WARDS)
    leave_place()


def _picked(key: str, kind: str, layer: str) -> list[Any]:
    """What was clicked on one layer of a map: its `objects`, or their `indices`."""
    return list(st.session_state[key]["selection"][kind].get(layer) or [])


def place_map(found: Figure, cleared: Figure, chosen: Selection, place: Place | None, key: str = "place-map") -> None:
    """The map of the repeat locations with its legend, `place` ringed; a click on a circle chooses its place."""
    deck = place_maps.place_map(found, cleared, chosen, place=place, room=room(), dark=dark())

    def clicked() -> None:
        for circle in _picked(key, "objects", place_maps.PLACES):
            st.query_params[view.PLACE] = circle["place"]

    alt = repeat_words.map_alt(found, cleared)
    st.pydeck_chart(deck, on_select=clicked, key=key, height=MAP_HEIGHT, alt=alt)
    if entries := place_maps.legend(found, cleared, dark=dark()):
        st.html(markup.legend(f"Circles by number of {found.unit}", entries))
