"""Ward profile: how is one ward doing, where in it, and what was agreed for it?"""

import streamlit as st

from shp_data.analysis import actions, comparison, headlines, hotspots, hours, profile, trends
from shp_data.analysis.places import search
from shp_view import app
from shp_view.charts import charts, season_charts
from shp_view.text import action_words, alt_texts, map_words, markup, profile_words, season_words, sentences
from shp_view.views import profile_page

MAP_HEIGHT = 430

chosen, viewer = app.selection(ward=True), app.viewer()
root = app.store().layout.root
vintage = app.answer(hotspots.vintage, chosen)


def find() -> None:
    """Wards and streets by name, each a link to its ward's profile."""
    text = st.text_input("Search by ward or street", type="search", key="search", bind="query-params", max_chars=60)
    if text:
        found = app.answer(search.search, text, vintage, viewer)
        st.write(markup.literal(profile_words.found_note(found, text)))
        if len(found.table):
            app.table(found, profile_words.FOUND, chosen, "ward")
            app.notes(found)


def choose() -> None:
    """No ward is chosen: the wards that there are."""
    found = app.answer(profile.wards, chosen, viewer)
    app.heading(profile_words.CHOOSE, chosen)
    st.write(profile_words.choose_sentence(chosen, len(found.table)))
    find()
    app.table(found, map_words.WARDS, chosen, "ward")
    app.notes(found)


def show() -> None:
    """The profile: the message, the map beside the months, then every indicator, the places, the week, the actions."""
    every, around = app.answer(profile.profile, chosen, viewer), profile.around(chosen)
    card = profile.headline(every, chosen) or app.answer(headlines.card, chosen, viewer)
    among = app.answer(comparison.wards, around, viewer)
    agreed = profile.actions_of(app.store(), chosen, viewer)
    months = profile_words.with_actions(app.answer(trends.monthly, chosen, viewer), agreed)
    ward = profile.ward_of(chosen)

    app.heading(sentences.change_title(card, chosen), chosen)
    said = (sentences.card_sentence(card, chosen), profile_words.standing_sentence(among, ward))
    st.write(*said, sentences.months_sentence(card, months))
    for note in profile_words.notes_of(ward, vintage):
        st.caption(note)
    with st.container(horizontal=True):
        with st.popover("Search by ward or street"):
            find()
        app.records_link(chosen)
        app.link("See the trend", "trends", chosen)

    left, right = st.columns(2)
    with left:
        spread = app.answer(
            hotspots.spread, around.indicators, around.areas, around.covid, around.period.length, viewer=viewer
        )
        app.ward_map(among, "rate_per_1000", vintage, spread, chosen, MAP_HEIGHT)
        app.notes(among)
    with right:
        app.chart(charts.trend(months, dark=app.dark()), alt_texts.trend(months), "profile-months")
        app.downloads(months, "profile-months", lambda: charts.trend(months))
        app.notes(months)

    st.subheader("Every indicator", anchor=False)
    app.table(profile_words.with_ranks(every), profile_words.INDICATORS, chosen)
    app.downloads(every, "profile-indicators")
    st.caption(profile_words.EXPLAINED)
    app.notes(every)
    left, right = st.columns(2)
    with left:
        where = places(card)
    with right:
        week()
    decided(agreed, every, where)


def places(card):
    """Where in the ward: its busiest places."""
    found = app.answer(profile.places, chosen, viewer)
    st.subheader("Busiest places", anchor=False)
    st.write(markup.literal(profile_words.places_sentence(found, card.table.iloc[0]["count"])))
    if len(found.table):
        app.table(profile_words.with_names(found), profile_words.PLACES, chosen, "repeats")
        app.downloads(found, "profile-places")
    app.notes(found)
    return found


def week() -> None:
    """When: weekday by hour, where the records have times."""
    found = app.answer(hours.week, chosen, viewer)
    st.subheader("Weekday and hour", anchor=False)
    st.write(season_words.week_sentence(found))
    if len(found.table):
        app.chart(season_charts.week(found, dark=app.dark()), season_words.week_alt(found), "profile-week")
        app.downloads(found, "profile-week", lambda: season_charts.week(found))
    app.notes(found)


def decided(agreed, every, where) -> None:
    """What was agreed for the ward, and what happened after."""
    st.subheader("What was agreed", anchor=False)
    if not agreed:
        st.write("Nothing is recorded for this ward.")
    for action in agreed:
        found = app.answer(actions.before_after, action, viewer)
        with st.container(border=True):
            st.write(markup.literal(action_words.action_sentences(action, found)))
            if other := profile_words.other_boundaries(action, profile.ward_of(chosen)):
                st.write(other)
            with st.container(horizontal=True):
                with st.popover("How this was worked out"):
                    app.notes(found)
                if profile_page.may_change(viewer):
                    change(action)
    if profile_page.may_change(viewer):
        record(every, where, len(agreed))


def refused(wrong: str) -> None:
    """Say what went wrong, or show the page anew."""
    if wrong:
        st.error(markup.literal(wrong))
    else:
        st.rerun()


def change(action) -> None:
    """End an action, or take it out."""
    with st.popover("Change", key=f"change-{action.id}-{action.end}", on_change="rerun") as box:
        if box.open:
            day = st.date_input(
                "Last day", action.end or "today", action.agreed, format="DD/MM/YYYY", key=f"end-{action.id}"
            )
            if st.button("It ends on this day", key=f"ends-{action.id}"):
                refused(profile_page.end(root, viewer, action, day))
            if st.button("Remove it", key=f"remove-{action.id}"):
                refused(profile_page.remove(root, viewer, action))


def record(every, where, turn: int) -> None:
    """Record what was agreed for the ward or for one of its places."""
    options, aims = profile_page.wheres(chosen, where), profile_page.aims(every)
    with st.popover("Record what was agreed", key=f"record-{chosen.ward}-{turn}", on_change="rerun") as box:
        if box.open:
            with st.form(f"action-{chosen.ward}-{turn}", border=False):
                place = st.selectbox("For", range(len(options)), format_func=lambda n: options[n].label)
                given = {
                    "what": st.text_area("What was agreed", max_chars=profile_page.LONGEST),
                    "who": st.text_input("Who agreed it", max_chars=200),
                    "agreed": st.date_input("Agreed on", min_value=profile_page.FIRST_DAY, format="DD/MM/YYYY"),
                    "end": st.date_input("Last day, if it is known", None, profile_page.FIRST_DAY, format="DD/MM/YYYY"),
                    "indicators": st.multiselect(
                        "What it aims at; none for all incidents", aims, chosen.indicators, format_func=aims.get
                    ),
                }
                if st.form_submit_button("Keep it", type="primary"):
                    refused(profile_page.record(root, viewer, chosen, options[place], **given))


if chosen.ward:
    show()
else:
    choose()
