"""The views of the Repeat locations page: the map, the curve, the tables, and one location."""

from __future__ import annotations

from typing import Literal

from shp_data.analysis.places import concentration, repeats
from shp_data.analysis.places.repeats import MINIMUM as MINIMUM
from shp_data.domain.selection import Selection
from shp_data.store.reading import is_covered
from shp_view.charts import concentration_chart
from shp_view.maps import point_maps, repeat_maps
from shp_view.tables import tables
from shp_view.text import repeat_words
from shp_view.text.repeat_words import PICKED as PICKED
from shp_view.views import filters
from shp_view.views.view import Canvas, Map, MapClick, Query, View, ViewTable

Kind = Literal["map", "curve"]
KINDS: tuple[Kind, ...] = ("map", "curve")
MINIMA = {number: str(number) for number in (5, 10, 15, 20)}


def build_view(kind: Kind, minimum: int, selection: Selection, ask: Query) -> View:
    """Build the map of the repeat locations, or the curve of their concentration. Raises NotAllowedError."""
    if kind == "curve":
        return _build_curve_view(selection, ask)
    return _build_map_view(minimum, selection, ask)


def _build_map_view(minimum: int, selection: Selection, ask: Query) -> View:
    figure = ask(repeats.find_repeat_locations, selection, minimum)
    cleared = ask(repeats.find_cleared_locations, selection, minimum)
    # A map or table of hundreds of circles shows nothing: the title and the download are of all of them.
    busiest, busiest_cleared = repeat_words.select_busiest(figure), repeat_words.select_busiest(cleared)

    def draw_map(canvas: Canvas) -> Map:
        """Draw the map for a screen."""
        deck = repeat_maps.draw_location_map(
            busiest, busiest_cleared, selection, location=canvas.location, room=canvas.room, dark=canvas.dark
        )
        legend = repeat_maps.list_legend_entries(busiest, busiest_cleared, dark=canvas.dark)
        return Map(deck, f"Circles by number of {busiest.unit}", legend, filters.PLACE, _list_clicked_points)

    is_whole = ask(is_covered, selection)
    return View(
        title=repeat_words.write_title(figure, minimum, selection, whole=is_whole),
        sentences=(repeat_words.describe_states(figure, cleared, minimum, selection.period.previous),),
        figure=busiest,
        alt=repeat_words.describe_map(busiest, busiest_cleared),
        draw=draw_map,
        selection=selection,
        draw_on_paper=lambda: repeat_maps.draw_location_picture(busiest, busiest_cleared, selection),
        table=ViewTable(repeat_words.list_locations(busiest, numbered=True), tables.LOCATIONS, "repeats"),
        download=figure,
    )


def _list_clicked_points(click: MapClick) -> list[str]:
    return [circle["place"] for circle in click["objects"].get(repeat_maps.LOCATIONS) or []]


def _build_curve_view(selection: Selection, ask: Query) -> View:
    curve = ask(concentration.build_curve, selection)
    half = concentration.find_half(curve)
    title = repeat_words.write_half_title(half, curve.unit) if half else point_maps.write_empty_title(curve, curve.unit)
    text = repeat_words.describe_half(half, curve.unit)
    return View(
        title=title,
        sentences=(text,) if text else (),
        figure=curve,
        alt=repeat_words.describe_curve(curve),
        draw=(lambda canvas: concentration_chart.draw_concentration(curve, dark=canvas.dark)) if half else None,
        selection=selection,
        table=ViewTable(curve, tables.CURVE, page=None),
    )


def describe_chance(minimum: int, selection: Selection, ask: Query) -> str:
    """Describe how many repeat locations to expect by chance; empty where there are none. Raises NotAllowedError."""
    figure = ask(concentration.estimate_by_chance, selection, minimum)
    return repeat_words.explain_chance(*concentration.sum_repeat_locations(figure))


def build_cleared_table(minimum: int, selection: Selection, ask: Query) -> View:
    """Build the table of the locations that are no longer repeat locations. Raises NotAllowedError."""
    figure = ask(repeats.find_cleared_locations, selection, minimum)
    busiest = repeat_words.select_busiest(figure)
    table = ViewTable(repeat_words.list_locations(busiest), tables.CLEARED, "repeats")
    return View("No longer repeat locations", (), busiest, selection, table=table, download=figure)


def build_indicator_table(selection: Selection, narrowed: Selection, ask: Query) -> View:
    """Build the table of every indicator at the location in view. Raises NotAllowedError.

    `selection`: the list's own. `narrowed`: that of the location.
    """
    if narrowed.location is None:
        raise ValueError("the selection has no location")
    figure = ask(repeats.count_at_location, selection, *narrowed.location.points[0])
    return View(figure.title, (), figure, narrowed, table=ViewTable(figure, tables.AT_LOCATION))
