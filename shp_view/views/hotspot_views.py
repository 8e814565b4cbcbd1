"""The layers of the Ward hotspots page as views: wards, hot and cold hexagons, points, repeat locations."""

from __future__ import annotations

from shp_data.analysis import hotspots
from shp_data.analysis.places import cells, points
from shp_data.analysis.places.repeats import MINIMUM
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_view.maps import cell_layer, maps, point_layer
from shp_view.maps.cell_picture import cell_picture
from shp_view.maps.map_classes import classes, legend
from shp_view.maps.point_picture import point_picture
from shp_view.maps.ward_picture import ward_picture
from shp_view.text import alt_texts, map_words, sentences
from shp_view.text.map_measures import Measure, legend_title
from shp_view.views import filters, hotspot_page, repeat_views
from shp_view.views.hotspot_page import Layer
from shp_view.views.view import Ask, Map, View


def view(layer: Layer, measure: Measure, against: str, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    """Where is it, in one of the layers? `against`: with what it is compared, in words. Raises NotAllowedError."""
    if layer == "cells":
        return _cells(chosen, ask, viewer)
    if layer == "points":
        return _points(chosen, ask, viewer)
    if layer == "places":
        return repeat_views.view("map", MINIMUM, chosen, ask, viewer)
    return _wards(measure, against, chosen, ask, viewer)


def _wards(measure: Measure, against: str, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    options = hotspot_page.comparisons(ask(filters.offered).period.values(), chosen.period)
    other: Period | None = options.get(against)
    vintage, found = ask(hotspots.vintage, chosen), ask(hotspots.wards, chosen, viewer, other)
    kept = chosen.indicators, chosen.areas, chosen.covid, chosen.period.length
    spread = hotspot_page.class_figures(ask(hotspots.spread, *kept, viewer), found, measure)
    area = chosen.areas[0] if len(chosen.areas) == 1 else None
    said = hotspot_page.ward_notes(chosen, found, measure, other)
    if against not in options:
        said.append(f"Nothing is compared: “{against[:60]}” is not on offer.")

    def drawn(dark: bool) -> Map:
        deck = maps.ward_map(found, measure, vintage, chosen.period, spread, area=area, dark=dark)
        entries = legend(classes(spread, measure, dark=dark), found.table[measure])
        return Map(deck, legend_title(measure, found.table), entries)

    return View(
        title=map_words.map_title(found.table, measure, sentences.what_of(found), chosen.period, other),
        said=tuple(said),
        figure=found,
        alt=alt_texts.ward_map(found, measure),
        drawn=drawn,
        on_paper=lambda: ward_picture(found, measure, vintage, spread, area=area),
    )


def _cells(chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    found = ask(cells.cells, chosen, viewer)
    said = cell_layer.cell_sentence(found)
    return View(
        title=cell_layer.cell_title(found),
        said=(said,),
        figure=found,
        alt=said,
        drawn=lambda dark: Map(
            cell_layer.cell_map(found, chosen, dark=dark), "Hexagons", cell_layer.cell_legend(found, dark=dark)
        ),
        on_paper=lambda: cell_picture(found, chosen),
    )


def _points(chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    found = ask(points.points, chosen, viewer)
    title, said = point_layer.point_title(found), point_layer.point_legend(found)
    return View(
        title=title,
        said=(said,),
        figure=found,
        alt=f"{title}. {said}",
        drawn=lambda dark: Map(point_layer.point_map(found, chosen, dark=dark), "", ()),
        on_paper=lambda: point_picture(found, chosen),
    )
