"""Ward hotspots: where is it, compared with what, and what changed?"""

import streamlit as st

from shp_data.analysis import cells, headlines, hotspots, points, repeats, trends
from shp_view import (
    alt_texts,
    app,
    cell_layer,
    charts,
    hotspot_page,
    map_words,
    markup,
    place_picture,
    point_layer,
    repeat_words,
    sentences,
    tables,
)
from shp_view.map_classes import MEASURES
from shp_view.ward_picture import ward_picture

KEPT = ("layer", "measure", "against")  # what the links of this page keep beside the filters
chosen, own, viewer = app.selection(), app.selection(ward=True, place=True), app.viewer()
head = st.container()
choices = st.columns(2)
with choices[0]:
    layer = app.choose("Show", hotspot_page.layers(viewer), "layer")


def wards() -> str:
    """The wards by their colours: one period, two side by side, or how they differ. The message over the page."""
    with choices[1]:
        measure = app.choose("Colour the wards by", MEASURES, "measure")
    other = app.periods(chosen)
    found = app.answer(hotspots.wards, chosen, viewer, other)
    kept = chosen.indicators, chosen.areas, chosen.covid, chosen.period.length
    spread = hotspot_page.class_figures(app.answer(hotspots.spread, *kept, viewer), found, measure)
    drawn = measure, app.answer(hotspots.vintage, chosen), spread
    sides = [(chosen, found, map_words.columns(measure, other))]
    if hotspot_page.two_maps(measure, other):
        before = hotspot_page.beside(chosen, other)
        sides.append((before, app.answer(hotspots.wards, before, viewer), map_words.columns(measure)[:3]))
        app.ward_legend([figure for _, figure, _ in sides], *drawn)
    for said in hotspot_page.ward_notes(chosen, found, measure, other):
        st.info(said)
    for (one, figure, columns), (left, right) in zip(sides, app.frames(len(sides)), strict=True):
        name = "ward-map" if one is chosen else "other-ward-map"
        with left:
            if len(sides) > 1:
                st.subheader(one.period.label, anchor=False)
            app.ward_map(figure, *drawn, one, key=name, explained=len(sides) == 1)
            app.downloads(figure, name, lambda shown=figure: ward_picture(shown, *drawn, area=app.focus(chosen)))
        with right:
            app.table(figure, columns, one, "hotspots", KEPT)
    app.notes(found)
    return map_words.map_title(found.table, measure, sentences.what_of(found), chosen.period, other)


def hexagons() -> str:
    """Where incidents cluster: hot and cold hexagons, of one period or two."""
    other = app.periods(chosen)
    sides = hotspot_page.sides(chosen, other)
    shown = [app.answer(cells.cells, one, viewer) for one in sides]
    for one, found, (left, right) in zip(sides, shown, app.frames(len(sides)), strict=True):
        name = "cell-map" if one is chosen else "other-cell-map"
        with left:
            st.write(f"{one.period.label}: {cell_layer.cell_sentence(found)}")
            app.cell_map(found, one, key=name)
            app.downloads(found, name)
        with right:
            app.table(cell_layer.hot_cells(found), hotspot_page.HOT_CELLS, one)
    app.notes(shown[0])
    return cell_layer.cell_title(shown[0])


def circles() -> str:
    """The places by their number of incidents, of one period or two."""
    other = app.periods(chosen)
    sides = hotspot_page.sides(chosen, other)
    shown = [app.answer(points.points, one, viewer) for one in sides]
    most = max(map(point_layer.highest, shown))
    for one, found, (left, right) in zip(sides, shown, app.frames(len(sides)), strict=True):
        name = "point-map" if one is chosen else "other-point-map"
        with left:
            if other:
                st.subheader(one.period.label, anchor=False)
            app.point_map(found, one, own.place, most, key=name)
            app.downloads(found, name)
        with right:
            app.table(point_layer.point_table(found), hotspot_page.POINTS, one, "hotspots", KEPT)
            st.caption(point_layer.point_note(found))
    app.notes(shown[0])
    return markup.literal(point_layer.point_title(shown[0]))


def repeat_locations() -> str:
    """The places with the minimum or more; the Repeat locations page says more of them."""
    app.periods(chosen, compare=False)
    found, cleared = (app.answer(asked, chosen, viewer) for asked in (repeats.repeats, repeats.cleared))
    shown, gone = repeat_words.busiest(found), repeat_words.busiest(cleared)
    left, right = app.frames(1)[0]
    with left:
        app.place_map(shown, gone, chosen, own.place)
        app.link("All of the repeat locations: what else happens there, chance, concentration", "repeats", chosen)
        app.downloads(found, "places", lambda: place_picture.place_picture(shown, gone, chosen))
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
app.link("Search by ward or street", "ward", chosen)
