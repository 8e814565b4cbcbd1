"""The layers of the Ward hotspots page as views: wards, hot and cold hexagons, points, repeat locations."""

from __future__ import annotations

from shp_data.analysis import hotspots
from shp_data.analysis.places import cells, points
from shp_data.analysis.places.repeats import MINIMUM
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_view.maps import hexagon_maps, point_maps, ward_maps
from shp_view.maps.hexagon_maps import draw_cell_picture
from shp_view.maps.map_classes import build_classes, list_legend_entries
from shp_view.maps.point_maps import draw_point_picture
from shp_view.maps.ward_maps import draw_ward_picture
from shp_view.text import alt_texts, map_words, sentences
from shp_view.text.map_words import Measure, write_legend_title
from shp_view.views import filters, hotspot_page, repeat_views
from shp_view.views.hotspot_page import HotspotLayer
from shp_view.views.view import Map, Query, View


def build_view(layer: HotspotLayer, measure: Measure, against: str, selection: Selection, ask: Query) -> View:
    """Build the view of one of the layers. `against`: the comparison period, in words. Raises NotAllowedError."""
    if layer == "cells":
        return _build_cell_view(selection, ask)
    if layer == "points":
        return _build_point_view(selection, ask)
    if layer == "places":
        return repeat_views.build_view("map", MINIMUM, selection, ask)
    return _build_ward_view(measure, against, selection, ask)


def _build_ward_view(measure: Measure, against: str, selection: Selection, ask: Query) -> View:
    options = hotspot_page.list_comparisons(ask(filters.list_options).period.values(), selection.period)
    other: Period | None = options.get(against)
    ward_year, figure = selection.ward_year, ask(hotspots.compare_wards, selection, other)
    spread_arguments = selection.indicators, selection.areas, selection.covid, selection.period.length
    spread = hotspot_page.select_class_table(ask(hotspots.list_ward_figures, *spread_arguments), figure, measure)
    area = selection.areas[0] if len(selection.areas) == 1 else None
    notes = hotspot_page.list_ward_notes(selection, figure, measure, other)
    if against not in options:
        notes.append(f"Nothing is compared: “{against[:60]}” is not on offer.")

    def draw_map(dark: bool) -> Map:
        deck = ward_maps.draw_ward_map(figure, measure, ward_year, selection.period, spread, area=area, dark=dark)
        entries = list_legend_entries(build_classes(spread, measure, dark=dark), figure.table[measure])
        return Map(deck, write_legend_title(measure, figure.table), entries)

    return View(
        title=map_words.write_map_title(figure.table, measure, sentences.name_subject(figure), selection.period, other),
        sentences=tuple(notes),
        figure=figure,
        alt=alt_texts.describe_ward_map(figure, measure),
        draw=draw_map,
        draw_on_paper=lambda: draw_ward_picture(figure, measure, ward_year, spread, area=area),
    )


def _build_cell_view(selection: Selection, ask: Query) -> View:
    figure = ask(cells.find_clusters, selection)
    text = hexagon_maps.describe_cells(figure)
    return View(
        title=hexagon_maps.build_cell_title(figure),
        sentences=(text,),
        figure=figure,
        alt=text,
        draw=lambda dark: Map(
            hexagon_maps.draw_cell_map(figure, selection, dark=dark),
            "Hexagons",
            hexagon_maps.build_cell_legend(figure, dark=dark),
        ),
        draw_on_paper=lambda: draw_cell_picture(figure, selection),
    )


def _build_point_view(selection: Selection, ask: Query) -> View:
    figure = ask(points.list_busiest_locations, selection)
    title, text = point_maps.write_point_title(figure), point_maps.write_point_legend(figure)
    return View(
        title=title,
        sentences=(text,),
        figure=figure,
        alt=f"{title}. {text}",
        draw=lambda dark: Map(point_maps.draw_point_map(figure, selection, dark=dark), "", ()),
        draw_on_paper=lambda: draw_point_picture(figure, selection),
    )
