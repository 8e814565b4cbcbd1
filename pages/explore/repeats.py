"""Repeat locations: where incidents happen again and again, which locations are new, and how few hold the most."""

import streamlit as st

from shp_data.analysis import headlines, hours, measures, trends
from shp_data.analysis.places import concentration, repeats
from shp_view import app
from shp_view.charts import concentration_chart, trend_charts
from shp_view.maps import repeat_maps
from shp_view.tables import tables
from shp_view.text import alt_texts, markup, repeat_words, season_words, sentences

selection = app.read_selection(ward=True)
location_selection = app.read_selection(ward=True, location=True)
head = st.container()
minimum = app.choose("Incidents at a place, at least", {n: str(n) for n in (5, 10, 15, 20)}, "minimum", repeats.MINIMUM)
figure = app.answer(repeats.find_repeat_locations, selection, minimum)
cleared_figure = app.answer(repeats.find_cleared_locations, selection, minimum)
chance_figure = app.answer(concentration.estimate_by_chance, selection, minimum)
curve_figure = app.answer(concentration.build_curve, selection)
half_share, is_whole = concentration.find_half(curve_figure), not app.answer(measures.find_missing_months, selection)
with head:
    app.draw_heading(repeat_words.write_title(figure, minimum, selection, whole=is_whole), selection)
    sentence_list = (
        repeat_words.describe_states(figure, cleared_figure, minimum, selection.period.previous),
        repeat_words.explain_chance(*concentration.sum_repeat_locations(chance_figure)),
        repeat_words.describe_half(half_share, figure.unit),
    )
    st.write(" ".join(filter(None, sentence_list)))

left, right = st.columns([3, 2])
busiest, busiest_cleared = repeat_words.select_busiest(figure), repeat_words.select_busiest(cleared_figure)
with left:
    app.draw_location_map(busiest, busiest_cleared, selection, location_selection.location)
with right:
    app.draw_table(
        repeat_words.list_locations(busiest, numbered=True), tables.LOCATIONS, selection, "repeats", keep=["minimum"]
    )
with st.container(horizontal=True):
    app.draw_downloads(
        busiest,
        "places",
        lambda: repeat_maps.draw_location_picture(busiest, busiest_cleared, selection),
        whole=lambda: figure,
    )
    app.draw_pack_button("repeats", selection, "map")
app.draw_notes(busiest)


def show_location() -> None:
    """Show what else happens at the location in view, in which months, and when in the week."""
    indicators_there = app.answer(repeats.count_at_location, selection, *location_selection.location.points[0])
    months, week_figure = (
        app.answer(trends.count_by_month, location_selection),
        app.answer(hours.count_by_weekday, location_selection),
    )
    st.subheader(markup.escape_markdown(indicators_there.title), anchor=False)
    app.draw_location_note("Ringed on the map.")
    st.write(
        markup.escape_markdown(
            sentences.describe_card(app.answer(headlines.build_card, location_selection), location_selection)
        )
    )
    st.caption(repeat_words.PICKED)
    left, right = st.columns([3, 2])
    with left:
        app.draw_chart(
            trend_charts.draw_trend(months, dark=app.is_dark()), alt_texts.describe_trend(months), "place-months"
        )
        with st.container(horizontal=True):
            app.draw_records_link(location_selection)
            app.draw_link("See its months and its week", "trends", location_selection)
            app.draw_downloads(months, "place-months", lambda: trend_charts.draw_trend(months))
        app.draw_notes(months)
    with right:
        app.draw_table(indicators_there, tables.AT_LOCATION, location_selection)
        app.draw_downloads(indicators_there, "there")
        app.draw_notes(indicators_there)
    st.write(season_words.describe_week(week_figure))
    if not week_figure.table.empty:
        app.draw_chart(
            trend_charts.draw_week(week_figure, dark=app.is_dark()),
            season_words.describe_week_chart(week_figure),
            "place-week",
        )
        app.draw_downloads(week_figure, "place-week", lambda: trend_charts.draw_week(week_figure))
        app.draw_notes(week_figure)


if location_selection.location:
    show_location()
else:
    st.caption("Click a circle on the map, or a name in the list, for what else happens there, and when.")

if len(cleared_figure.table):
    st.subheader("Cleared since the period before", anchor=False)
    app.draw_table(repeat_words.list_locations(busiest_cleared), tables.CLEARED, selection, "repeats", keep=["minimum"])
    app.draw_downloads(cleared_figure, "cleared")
    app.draw_notes(busiest_cleared)
if half_share:
    left, right = st.columns(2)
    with left:
        st.subheader(repeat_words.write_half_title(half_share, figure.unit), anchor=False)
        draw = concentration_chart.draw_concentration
        app.draw_chart(draw(curve_figure, dark=app.is_dark()), repeat_words.describe_curve(curve_figure), "curve")
        with st.expander("The figures as a table"):
            app.draw_table(curve_figure, tables.CURVE)
        with st.container(horizontal=True):
            app.draw_downloads(curve_figure, "curve", lambda: draw(curve_figure))
            app.draw_pack_button("repeats", selection, "curve")
        app.draw_notes(curve_figure)
    with right:
        st.subheader("Repeat locations, and those to expect by chance", anchor=False)
        app.draw_table(chance_figure, tables.CHANCE)
        app.draw_downloads(chance_figure, "chance")
        app.draw_notes(chance_figure)
