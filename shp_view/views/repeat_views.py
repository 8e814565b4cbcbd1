"""The map and the curve of the Repeat locations page as views."""

from __future__ import annotations

from typing import Literal

from shp_data.analysis.places import concentration, repeats
from shp_data.domain.selection import Selection
from shp_view.charts import concentration_chart
from shp_view.maps import point_maps, repeat_maps
from shp_view.text import repeat_words
from shp_view.views import hotspot_page
from shp_view.views.view import Map, Query, View

Kind = Literal["map", "curve"]
KINDS: tuple[Kind, ...] = ("map", "curve")
MINIMA = {number: str(number) for number in (5, 10, 15, 20)}


def build_view(kind: Kind, minimum: int, selection: Selection, ask: Query) -> View:
    """Build the map of the repeat locations, or the curve of their concentration. Raises NotAllowedError."""
    return _build_curve_view(selection, ask) if kind == "curve" else _build_map_view(minimum, selection, ask)


def _build_map_view(minimum: int, selection: Selection, ask: Query) -> View:
    figure = ask(repeats.find_repeat_locations, selection, minimum)
    cleared = ask(repeats.find_cleared_locations, selection, minimum)
    busiest, busiest_cleared = repeat_words.select_busiest(figure), repeat_words.select_busiest(cleared)

    def draw_map(dark: bool) -> Map:
        deck = repeat_maps.draw_location_map(
            busiest, busiest_cleared, selection, location=selection.location, dark=dark
        )
        return Map(
            deck,
            f"Circles by number of {busiest.unit}",
            repeat_maps.list_legend_entries(busiest, busiest_cleared, dark=dark),
        )

    return View(
        title=repeat_words.write_title(figure, minimum, selection, whole=ask(hotspot_page.is_complete, selection)),
        sentences=(repeat_words.describe_states(figure, cleared, minimum, selection.period.previous),),
        figure=busiest,
        alt=repeat_words.describe_map(busiest, busiest_cleared),
        draw=draw_map,
        draw_on_paper=lambda: repeat_maps.draw_location_picture(busiest, busiest_cleared, selection),
    )


def _build_curve_view(selection: Selection, ask: Query) -> View:
    curve = ask(concentration.build_curve, selection)
    half = concentration.find_half(curve)
    return View(
        title=repeat_words.write_half_title(half, curve.unit)
        if half
        else point_maps.write_empty_title(curve, curve.unit),
        sentences=tuple(filter(None, (repeat_words.describe_half(half, curve.unit),))),
        figure=curve,
        alt=repeat_words.describe_curve(curve),
        draw=(lambda dark: concentration_chart.draw_concentration(curve, dark=dark)) if half else None,
    )
