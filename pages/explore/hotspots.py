"""Ward hotspots: where is it, compared with what, and what changed?"""

import streamlit as st

from shp_data.analysis import headlines, hotspots, trends
from shp_data.analysis.places import cells, points, repeats
from shp_view import app
from shp_view.charts import charts
from shp_view.maps import cell_layer, place_picture, point_layer
from shp_view.maps.cell_picture import cell_picture
from shp_view.maps.point_picture import point_picture
from shp_view.maps.ward_picture import ward_picture
from shp_view.tables import tables
from shp_view.text import alt_texts, map_words, markup, repeat_words, sentences
from shp_view.text.map_measures import MEASURES
from shp_view.views import hotspot_page

KEPT = ("layer", "measure", "against")  # what the links of this page keep beside the filters
chosen, own, viewer = app.selection(), app.selection(ward=True, place=True), app.viewer()
# Each part has its own place on the page, and the maps of all layers one name, so that a map need not start anew when
# what is around it or on it changes.
head, choices, steps, notes = st.container(), st.columns(2), st.container(), st.container()
with choices[0]:
    layer = app.choose("Show", hotspot_page.layers(viewer), "layer")
with steps:
    other = app.periods(chosen, compare=layer != "places")


def frames(sides):
    """For each period: what it is, where its map stands and under which name, and where its table does."""
    for one, (left, right), name in zip(sides, app.frames(len(sides)), hotspot_page.MAPS, strict=False):
        if len(sides) > 1:
            left.subheader(one.period.label, anchor=False)
        yield one, left, name, right


def wards() -> str:
    """The wards by their colours: one period, two side by side, or how they differ. The message over the page."""
    with choices[1]:
        measure = app.choose("Colour the wards by", MEASURES, "measure")
    found = app.answer(hotspots.wards, chosen, viewer, other)
    kept = chosen.indicators, chosen.areas, chosen.covid, chosen.period.length
    spread = hotspot_page.class_figures(app.answer(hotspots.spread, *kept, viewer), found, measure)
    drawn = measure, app.answer(hotspots.vintage, chosen), spread
    two = hotspot_page.two_maps(measure, other)
    sides = hotspot_page.sides(chosen, other if two else None)
    shown = [found, *(app.answer(hotspots.wards, one, viewer) for one in sides[1:])]
    with notes:
        for said in hotspot_page.ward_notes(chosen, found, measure, other):
            st.info(said)
        if two:
            app.ward_legend(shown, *drawn)
    for (one, left, name, right), figure in zip(frames(sides), shown, strict=True):
        with left:
            app.ward_map(figure, *drawn, one, key=name, explained=not two)
            app.downloads(figure, name, lambda kept=figure: ward_picture(kept, *drawn, area=app.focus(chosen)))
        with right:
            app.table(figure, map_words.columns(measure, other if one is chosen else None), one, "hotspots", KEPT)
    app.notes(found)
    return map_words.map_title(found.table, measure, sentences.what_of(found), chosen.period, other)


def hexagons() -> str:
    """Where incidents cluster: hot and cold hexagons, of one period or two."""
    sides = hotspot_page.sides(chosen, other)
    shown = [app.answer(cells.cells, one, viewer) for one in sides]
    for (one, left, name, right), found in zip(frames(sides), shown, strict=True):
        with left:
            app.cell_map(found, one, name)
            app.downloads(found, name, lambda kept=found, of=one: cell_picture(kept, of))
        with right:
            st.write(cell_layer.cell_sentence(found))
            app.table(cell_layer.hot_cells(found), hotspot_page.HOT_CELLS, one)
    app.notes(shown[0])
    return cell_layer.cell_title(shown[0])


def circles() -> str:
    """The places by their number of incidents, of one period or two."""
    sides = hotspot_page.sides(chosen, other)
    shown = [app.answer(points.points, one, viewer) for one in sides]
    most = max(map(point_layer.highest, shown))
    for (one, left, name, right), found in zip(frames(sides), shown, strict=True):
        with left:
            app.point_map(found, one, own.place, most, name)
            app.downloads(found, name, lambda kept=found, of=one: point_picture(kept, of, most))
        with right:
            app.table(point_layer.point_table(found), hotspot_page.POINTS, one, "hotspots", KEPT)
            st.caption(point_layer.point_note(found))
    app.notes(shown[0])
    return markup.literal(point_layer.point_title(shown[0]))


def repeat_locations() -> str:
    """The places with the minimum or more; the Repeat locations page says more of them."""
    found, cleared = (app.answer(asked, chosen, viewer) for asked in (repeats.repeats, repeats.cleared))
    shown, gone = repeat_words.busiest(found), repeat_words.busiest(cleared)
    for _, left, name, right in frames([chosen]):
        with left:
            app.place_map(shown, gone, chosen, own.place, name)
            app.link("All of the repeat locations: what else happens there, chance, concentration", "repeats", chosen)
            app.downloads(found, name, lambda: place_picture.place_picture(shown, gone, chosen))
        with right:
            app.table(repeat_words.listed(shown, numbered=True), tables.PLACES, chosen, "hotspots", KEPT)
    app.notes(found)
    whole = app.answer(hotspot_page.whole, chosen)
    return repeat_words.title(found, repeats.MINIMUM, chosen, whole=whole)


def profile() -> None:
    """The months of the ward or place in view, and the way to its records and to the pages that say more."""
    months = app.answer(trends.monthly, own, viewer)
    st.subheader(markup.literal(sentences.place_title(months)), anchor=False)
    card = app.answer(headlines.card, own, viewer)
    st.write(markup.literal(sentences.card_sentence(card, own)), sentences.months_sentence(card, months))
    app.chart(charts.trend(months, dark=app.dark()), alt_texts.trend(months), "ward-months")
    with st.container(horizontal=True):
        app.records_link(own)
        if own.place:
            app.link("What else happens there", "repeats", own)
        app.link("Ward profile", "ward", own)
        app.downloads(months, "ward-months", lambda: charts.trend(months))
    app.notes(months)


message = {"wards": wards, "cells": hexagons, "points": circles, "places": repeat_locations}[layer]()
with head:
    app.heading(message, chosen)
if own.place:
    app.place_note("The place in view is ringed on the map.")
if own.ward:
    profile()
elif not app.limited():
    st.caption(hotspot_page.CLICK[layer])
with st.container(horizontal=True):
    app.link("Search by ward or street", "ward", chosen)
    app.pack_button("hotspots", chosen)
