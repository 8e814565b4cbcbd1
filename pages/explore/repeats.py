"""Repeat locations: where incidents happen again and again, which locations are new, and how few hold the most."""

import streamlit as st

from shp_view import app
from shp_view.views import repeat_views, trend_views

selection = app.read_selection(ward=True)
narrowed = app.read_selection(ward=True, location=True)  # to the location of the link
head = st.container()
minimum = app.choose("Incidents at a location, at least", repeat_views.MINIMA, "minimum", repeat_views.MINIMUM)
repeat_map, curve = (repeat_views.build_view(kind, minimum, selection, app.answer) for kind in repeat_views.KINDS)
chance = repeat_views.describe_chance(minimum, selection, app.answer)
cleared = repeat_views.build_cleared_table(minimum, selection, app.answer)
with head:
    app.draw_heading(repeat_map.title, selection)
    st.write(" ".join(filter(None, (*repeat_map.sentences, chance, *curve.sentences))))

left, right = st.columns([3, 2])
with left:
    app.draw_view(repeat_map, "place-map", narrowed.location)
with right:
    app.draw_view_table(repeat_map)
with st.container(horizontal=True):
    app.draw_view_downloads(repeat_map, "places")
    app.draw_pack_button("repeats", selection, "map")
app.draw_notes(repeat_map.figure)


def show_location() -> None:
    """Show what else happens at the location in view, in which months, and when in the week."""
    indicators = repeat_views.build_indicator_table(selection, narrowed, app.answer)
    months, week = (trend_views.build_view(kind, narrowed, app.answer) for kind in ("months", "week"))
    left, right = st.columns([3, 2])
    with right:
        app.draw_table_view(indicators, "there")
    with left:
        app.draw_location_note("The map shows a ring around this location.")
        app.draw_sentences(months)
        st.caption(repeat_views.PICKED)
        app.draw_view(months, "place-months")
        with st.container(horizontal=True):
            app.draw_records_link(narrowed)
            app.draw_link("See its months and its week", "trends", narrowed)
            app.draw_view_downloads(months, "place-months")
        app.draw_notes(months.figure)
    st.write(week.sentences[-1])
    if week.draw:
        app.draw_view(week, "place-week")
        app.draw_view_downloads(week, "place-week")
        app.draw_notes(week.figure)


if narrowed.location:
    show_location()
else:
    st.caption("Click a circle on the map, or a name in the table, to see other incidents at that location, and when.")

if len(cleared.figure.table):
    app.draw_table_view(cleared, "cleared")
if curve.draw:
    st.subheader(curve.title, anchor=False)
    app.draw_view(curve, "curve")
    with st.expander("Show as a table"):
        app.draw_view_table(curve)
    with st.container(horizontal=True):
        app.draw_view_downloads(curve, "curve")
        app.draw_pack_button("repeats", selection, "curve")
    app.draw_notes(curve.figure)
