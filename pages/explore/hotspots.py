"""Ward hotspots: where incidents happen, compared with another period, and what changed."""

import streamlit as st

from shp_data.analysis import headlines, hotspots, trends
from shp_data.analysis.places import cells, points, repeats
from shp_view import app
from shp_view.charts import trend_charts
from shp_view.maps import hexagon_maps, point_maps, repeat_maps
from shp_view.maps.hexagon_maps import draw_cell_picture
from shp_view.maps.point_maps import draw_point_picture
from shp_view.maps.ward_maps import draw_ward_picture
from shp_view.tables import tables
from shp_view.text import alt_texts, map_words, markup, repeat_words, sentences
from shp_view.text.map_words import MEASURES
from shp_view.views import hotspot_page

PAGE_PARAMETERS = ("layer", "measure", "against")  # what the links of this page keep beside the filters
selection, location_selection, viewer = (
    app.read_selection(),
    app.read_selection(ward=True, location=True),
    app.get_viewer(),
)
# Each part has its own place on the page, and the maps of all layers one name, so that a map need not start anew when
# what is around it or on it changes.
head, choices, steps, notes = st.container(), st.columns(2), st.container(), st.container()
with choices[0]:
    layer = app.choose("Show", hotspot_page.list_layers(viewer), "layer")
with steps:
    other_period = app.draw_period_buttons(selection, compare=layer != "places")


def list_frames(sides):
    """Yield for each period its selection, the place and name of its map, and the place of its table."""
    for side, (left, right), name in zip(sides, app.make_frames(len(sides)), hotspot_page.MAPS, strict=False):
        if len(sides) > 1:
            left.subheader(side.period.label, anchor=False)
        yield side, left, name, right


def show_wards() -> str:
    """Show the wards by their colours: one period, two side by side, or the difference. Return the message."""
    with choices[1]:
        measure = app.choose("Colour the wards by", MEASURES, "measure")
    figure = app.answer(hotspots.compare_wards, selection, other_period)
    class_scope = selection.indicators, selection.areas, selection.covid, selection.period.length
    spread = hotspot_page.select_class_table(app.answer(hotspots.list_ward_figures, *class_scope), figure, measure)
    map_options = measure, selection.ward_year, spread
    is_pair = hotspot_page.needs_two_maps(measure, other_period)
    sides = hotspot_page.list_map_selections(selection, other_period if is_pair else None)
    figures = [figure, *(app.answer(hotspots.compare_wards, side) for side in sides[1:])]
    with notes:
        for note in hotspot_page.list_ward_notes(selection, figure, measure, other_period):
            st.info(note)
        if is_pair:
            app.draw_ward_legend(figures, *map_options)
    for (side, left, name, right), side_figure in zip(list_frames(sides), figures, strict=True):
        with left:
            app.draw_ward_map(side_figure, *map_options, side, key=name, with_legend=not is_pair)
            app.draw_downloads(
                side_figure,
                name,
                lambda class_scope=side_figure: draw_ward_picture(
                    class_scope, *map_options, area=app.find_focus(selection)
                ),
            )
        with right:
            app.draw_table(
                side_figure,
                map_words.list_columns(measure, other_period if side is selection else None),
                side,
                "hotspots",
                PAGE_PARAMETERS,
            )
    app.draw_notes(figure)
    return map_words.write_map_title(
        figure.table, measure, sentences.name_subject(figure), selection.period, other_period
    )


def show_hexagons() -> str:
    """Show hot and cold hexagons, of one period or two. Return the message."""
    sides = hotspot_page.list_map_selections(selection, other_period)
    figures = [app.answer(cells.find_clusters, side) for side in sides]
    for (side, left, name, right), figure in zip(list_frames(sides), figures, strict=True):
        with left:
            app.draw_cell_map(figure, side, name)
            app.draw_downloads(
                figure, name, lambda cell_figure=figure, cell_side=side: draw_cell_picture(cell_figure, cell_side)
            )
        with right:
            st.write(hexagon_maps.describe_cells(figure))
            app.draw_table(hexagon_maps.select_hot_cells(figure), hotspot_page.HOT_CELLS, side)
    app.draw_notes(figures[0])
    return hexagon_maps.build_cell_title(figures[0])


def show_circles() -> str:
    """Show the locations by their number of incidents, of one period or two. Return the message."""
    sides = hotspot_page.list_map_selections(selection, other_period)
    figures = [app.answer(points.list_busiest_locations, side) for side in sides]
    highest_count = max(map(point_maps.find_highest_count, figures))
    for (side, left, name, right), figure in zip(list_frames(sides), figures, strict=True):
        with left:
            app.draw_point_map(figure, side, location_selection.location, highest_count, name)
            app.draw_downloads(
                figure,
                name,
                lambda point_figure=figure, point_side=side: draw_point_picture(
                    point_figure, point_side, highest_count
                ),
            )
        with right:
            app.draw_table(point_maps.build_point_table(figure), hotspot_page.POINTS, side, "hotspots", PAGE_PARAMETERS)
            st.caption(point_maps.write_point_note(figure))
    app.draw_notes(figures[0])
    return markup.escape_markdown(point_maps.write_point_title(figures[0]))


def show_repeat_locations() -> str:
    """Show the busiest repeat locations; the Repeat locations page gives more detail. Return the message."""
    figure, cleared = (
        app.answer(analysis, selection) for analysis in (repeats.find_repeat_locations, repeats.find_cleared_locations)
    )
    busiest, busiest_cleared = repeat_words.select_busiest(figure), repeat_words.select_busiest(cleared)
    for _, left, name, right in list_frames([selection]):
        with left:
            app.draw_location_map(busiest, busiest_cleared, selection, location_selection.location, name)
            app.draw_link(
                "All of the repeat locations: what else happens there, chance, concentration", "repeats", selection
            )
            app.draw_downloads(
                figure, name, lambda: repeat_maps.draw_location_picture(busiest, busiest_cleared, selection)
            )
        with right:
            app.draw_table(
                repeat_words.list_locations(busiest, numbered=True),
                tables.LOCATIONS,
                selection,
                "hotspots",
                PAGE_PARAMETERS,
            )
    app.draw_notes(figure)
    is_whole = app.answer(hotspot_page.is_complete, selection)
    return repeat_words.write_title(figure, repeats.MINIMUM, selection, whole=is_whole)


def show_profile() -> None:
    """Show the months of the ward or location in view, and links to its records and to pages with more detail."""
    months = app.answer(trends.count_by_month, location_selection)
    st.subheader(markup.escape_markdown(sentences.get_location_title(months)), anchor=False)
    card = app.answer(headlines.build_card, location_selection)
    st.write(
        markup.escape_markdown(sentences.describe_card(card, location_selection)),
        sentences.describe_unusual_months(card, months),
    )
    app.draw_chart(trend_charts.draw_trend(months, dark=app.is_dark()), alt_texts.describe_trend(months), "ward-months")
    with st.container(horizontal=True):
        app.draw_records_link(location_selection)
        if location_selection.location:
            app.draw_link("What else happens there", "repeats", location_selection)
        app.draw_link("Ward profile", "ward", location_selection)
        app.draw_downloads(months, "ward-months", lambda: trend_charts.draw_trend(months))
    app.draw_notes(months)


message = {"wards": show_wards, "cells": show_hexagons, "points": show_circles, "places": show_repeat_locations}[
    layer
]()
with head:
    app.draw_heading(message, selection)
if location_selection.location:
    app.draw_location_note("The place in view is ringed on the map.")
if location_selection.ward:
    show_profile()
elif not app.is_limited():
    st.caption(hotspot_page.CLICK[layer])
with st.container(horizontal=True):
    app.draw_link("Search by ward or street", "ward", selection)
    app.draw_pack_button("hotspots", selection)
