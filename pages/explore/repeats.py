"""Repeat locations: at which places does it happen again and again, are they new, and how few hold the most?"""

import streamlit as st

from shp_data.analysis import headlines, hours, measures, trends
from shp_data.analysis.places import concentration, repeats
from shp_view import app
from shp_view.charts import charts, concentration_chart, season_charts
from shp_view.maps import place_picture
from shp_view.tables import tables
from shp_view.text import alt_texts, markup, repeat_words, season_words, sentences

chosen, viewer = app.selection(ward=True), app.viewer()
own = app.selection(ward=True, place=True)
head = st.container()
minimum = app.choose("Incidents at a place, at least", {n: str(n) for n in (5, 10, 15, 20)}, "minimum", repeats.MINIMUM)
found = app.answer(repeats.repeats, chosen, viewer, minimum)
cleared = app.answer(repeats.cleared, chosen, viewer, minimum)
chance = app.answer(concentration.expected_by_chance, chosen, viewer, minimum)
curve = app.answer(concentration.concentration, chosen, viewer)
half, whole = concentration.half(curve), not app.answer(measures.gaps, chosen)
with head:
    app.heading(repeat_words.title(found, minimum, chosen, whole=whole), chosen)
    said = (
        repeat_words.states_sentence(found, cleared, minimum, chosen.period.previous),
        repeat_words.chance_sentence(*concentration.totals(chance)),
        repeat_words.half_sentence(half, found.unit),
    )
    st.write(" ".join(filter(None, said)))

left, right = st.columns([3, 2])
shown, gone = repeat_words.busiest(found), repeat_words.busiest(cleared)
with left:
    app.place_map(shown, gone, chosen, own.place)
with right:
    app.table(repeat_words.listed(shown, numbered=True), tables.PLACES, chosen, "repeats", keep=["minimum"])
with st.container(horizontal=True):
    app.downloads(shown, "places", lambda: place_picture.place_picture(shown, gone, chosen), whole=lambda: found)
    app.pack_button("repeats", chosen, "map")
app.notes(shown)


def at_place() -> None:
    """What else happens at the place in view, in which months, and when in the week?"""
    there = app.answer(repeats.also_there, chosen, *own.place.points[0], viewer)
    months, week = app.answer(trends.monthly, own, viewer), app.answer(hours.week, own, viewer)
    st.subheader(markup.literal(there.title), anchor=False)
    app.place_note("Ringed on the map.")
    st.write(markup.literal(sentences.card_sentence(app.answer(headlines.card, own, viewer), own)))
    st.caption(repeat_words.PICKED)
    left, right = st.columns([3, 2])
    with left:
        app.chart(charts.trend(months, dark=app.dark()), alt_texts.trend(months), "place-months")
        with st.container(horizontal=True):
            app.records_link(own)
            app.link("See its months and its week", "trends", own)
            app.downloads(months, "place-months", lambda: charts.trend(months))
        app.notes(months)
    with right:
        app.table(there, tables.THERE, own)
        app.downloads(there, "there")
        app.notes(there)
    st.write(season_words.week_sentence(week))
    if not week.table.empty:
        app.chart(season_charts.week(week, dark=app.dark()), season_words.week_alt(week), "place-week")
        app.downloads(week, "place-week", lambda: season_charts.week(week))
        app.notes(week)


if own.place:
    at_place()
else:
    st.caption("Click a circle on the map, or a name in the list, for what else happens there, and when.")

if len(cleared.table):
    st.subheader("Cleared since the period before", anchor=False)
    app.table(repeat_words.listed(gone), tables.CLEARED, chosen, "repeats", keep=["minimum"])
    app.downloads(cleared, "cleared")
    app.notes(gone)
if half:
    left, right = st.columns(2)
    with left:
        st.subheader(repeat_words.half_title(half, found.unit), anchor=False)
        drawn = concentration_chart.concentration_chart
        app.chart(drawn(curve, dark=app.dark()), repeat_words.curve_alt(curve), "curve")
        with st.expander("The figures as a table"):
            app.table(curve, tables.CURVE)
        with st.container(horizontal=True):
            app.downloads(curve, "curve", lambda: drawn(curve))
            app.pack_button("repeats", chosen, "curve")
        app.notes(curve)
    with right:
        st.subheader("Repeat locations, and those to expect by chance", anchor=False)
        app.table(chance, tables.CHANCE)
        app.downloads(chance, "chance")
        app.notes(chance)
