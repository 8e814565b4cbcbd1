"""The views of hotspots: their map with the list, and the locations of one of them."""

from __future__ import annotations

from shp_data.analysis.places import named_hotspots
from shp_data.analysis.places.cells import COARSE, FINE, FINEST
from shp_data.analysis.places.named_hotspots import Hotspots
from shp_data.domain.selection import Location, Selection
from shp_view.maps import hexagon_maps
from shp_view.tables import tables
from shp_view.text import hotspot_words, repeat_words
from shp_view.text.rows import make_plain_rows
from shp_view.text.verdict_words import explain_grades
from shp_view.views import filters
from shp_view.views.view import Canvas, Map, MapClick, Query, View, ViewTable

SIZES = {COARSE: "Large", FINE: "Medium", FINEST: "Small"}
SIZE = FINE


def build_view(size: int, selection: Selection, ask: Query) -> View:
    """Build the map of the hotspots of a selection, with their list. Raises NotAllowedError.

    `size`: that of the hexagons, one of SIZES.
    """
    hotspots: Hotspots = ask(named_hotspots.find_hotspots, selection, size)

    def draw_map(canvas: Canvas) -> Map:
        """Draw the map for a screen."""
        deck = hexagon_maps.draw_cell_map(
            hotspots, selection, location=canvas.location, selected=canvas.ward, room=canvas.room, dark=canvas.dark
        )
        legend = hexagon_maps.build_cell_legend(hotspots.cells, dark=canvas.dark)
        return Map(deck, "Hexagons", legend, filters.PLACE, _list_clicked_hotspots)

    title, text = hotspot_words.write_title(hotspots), hotspot_words.describe_hotspots(hotspots)
    listed = hotspot_words.list_hotspots(hotspots.joined)
    return View(
        title=title,
        sentences=(text,),
        figure=hotspots.joined,
        alt=f"{title}. {text}",
        draw=draw_map,
        selection=selection,
        draw_on_paper=lambda: hexagon_maps.draw_cell_picture(hotspots, selection),
        table=ViewTable(listed, hotspot_words.COLUMNS, "hotspots", explain_grades(hotspots.joined.table)),
    )


def _list_clicked_hotspots(click: MapClick) -> list[str]:
    """List what was clicked as a link writes it: a hotspot, or a hexagon that is in none."""
    clicked = [cell for name in hexagon_maps.LAYERS.values() for cell in click["objects"].get(name) or []]
    locations = [Location("", "", "", (), cell.get("hotspot", cell["cell"]), "hotspot" in cell) for cell in clicked]
    return [filters.name_location(location) for location in locations]


def build_locations_view(selection: Selection, narrowed: Selection, ask: Query) -> View:
    """Build the table of the locations of a hotspot or hexagon, with the sentences on the hotspot.

    `selection`: the one whose hotspots are listed. `narrowed`: that of the hotspot. Raises NotAllowedError.
    """
    if narrowed.location is None:
        raise ValueError("the selection has no location")
    sentences: tuple[str, ...] = ()
    if narrowed.location.is_hotspot:
        row = ask(named_hotspots.select_hotspot, narrowed.location.cell, selection)
        sentences = (hotspot_words.describe_hotspot(make_plain_rows(row.table, named_hotspots.COLUMNS)[0]),)
    figure = ask(named_hotspots.count_locations, narrowed)
    listed = repeat_words.list_locations(repeat_words.select_busiest(figure))
    table = ViewTable(listed, tables.AT_HOTSPOT, "hotspots")
    return View("Locations", sentences, listed, narrowed, table=table, download=figure)
