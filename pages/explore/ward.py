"""Ward profile: how one ward is doing, where in it incidents happen, and the actions for it."""

import streamlit as st

from shp_view import app
from shp_view.views import profile_views

MAP_HEIGHT = 430

selection, reader = app.read_selection(ward=True), app.open_reader()


def search_wards() -> None:
    """Search wards and streets by name. Each result links to its ward's profile."""
    text = st.text_input("Search by ward or street", type="search", key="search", bind="query-params", max_chars=60)
    if text:
        results = profile_views.build_search_results(text, selection, app.answer)
        app.draw_sentences(results)
        if results.table:
            app.draw_view_table(results)
            app.draw_notes(results.figure)


def list_wards() -> None:
    """List the wards where none is selected."""
    wards = profile_views.build_ward_list(selection, app.answer)
    app.draw_heading(wards.title, selection)
    app.draw_sentences(wards)
    search_wards()
    app.draw_view_table(wards)
    app.draw_notes(wards.figure)


def show_ward() -> None:
    """Show the profile: message, map, months, then every indicator, the locations, the week and the actions."""
    ward = profile_views.build_profile(selection, reader, app.answer)
    app.draw_heading(ward.months.title, selection)
    app.draw_sentences(ward.months)
    for note in profile_views.list_notes(selection):
        st.caption(note)
    with st.container(horizontal=True):
        with st.popover("Search by ward or street"):
            search_wards()
        app.draw_records_link(selection)
        app.draw_link("See the trend", "trends", selection)
    show_map_and_months(ward)
    app.draw_table_view(ward.indicators, "profile-indicators")
    st.caption(ward.indicators.sentences[0])
    left, right = st.columns(2)
    with left:
        show_locations(ward.locations)
    with right:
        show_week(ward.week)
    show_actions(ward)


def show_map_and_months(ward) -> None:
    """Show the wards of the area by their rate, next to the months of the ward."""
    left, right = st.columns(2)
    with left:
        app.draw_view(ward.map, "ward-map", height=MAP_HEIGHT)
        app.draw_notes(ward.map.figure)
    with right:
        app.draw_view(ward.months, "profile-months")
        app.draw_view_downloads(ward.months, "profile-months")
        app.draw_notes(ward.months.figure)


def show_locations(locations) -> None:
    """Show the busiest locations of the ward."""
    st.subheader(locations.title, anchor=False)
    app.draw_sentences(locations)
    if locations.table:
        app.draw_view_table(locations)
        app.draw_view_downloads(locations, "profile-places")
    app.draw_notes(locations.figure)


def show_week(week) -> None:
    """Show weekday by hour, where the records have times."""
    st.subheader("Weekday and hour", anchor=False)
    st.write(week.sentences[-1])
    if week.draw:
        app.draw_view(week, "profile-week")
        app.draw_view_downloads(week, "profile-week")
    app.draw_notes(week.figure)


def show_actions(ward) -> None:
    """Show the actions for the ward, and what happened after."""
    st.subheader("Actions", anchor=False)
    if not ward.actions:
        st.write("No actions are recorded for this ward.")
    for action in ward.actions:
        result = profile_views.build_result(action, selection, app.answer)
        with st.container(border=True):
            app.draw_sentences(result)
            with st.container(horizontal=True):
                with st.popover("How this is calculated"):
                    app.draw_notes(result.figure)
                if profile_views.can_change(reader):
                    edit_action(action)
    if profile_views.can_change(reader):
        record_action(ward, len(ward.actions))


def edit_action(action) -> None:
    """End or remove an action."""
    # The key changes with the date, so that the popover closes once it is saved.
    with st.popover("Change", key=f"change-{action.id}-{action.end}", on_change="rerun") as box:
        if box.open:
            end, key = action.end or "today", f"end-{action.id}"
            day = st.date_input("End date", end, action.agreed, format="DD/MM/YYYY", key=key)
            if st.button("Set end date", key=f"ends-{action.id}"):
                with app.attempt():
                    profile_views.set_end_date(reader, action, day)
                    st.rerun()
            if st.button("Remove", key=f"remove-{action.id}"):
                with app.attempt():
                    profile_views.delete_action(reader, action)
                    st.rerun()


def record_action(ward, turn: int) -> None:
    """Record an action for the ward or for one of its locations."""
    targets = profile_views.list_targets(selection, ward.locations.figure)
    aims = profile_views.list_aims(ward.indicators.figure)
    with st.popover("Record an action", key=f"record-{selection.ward}-{turn}", on_change="rerun") as box:
        if box.open:
            with st.form(f"action-{selection.ward}-{turn}", border=False):
                position = st.selectbox("For", range(len(targets)), format_func=lambda index: targets[index].label)
                fields = {
                    "what": st.text_area("Action", max_chars=profile_views.LONGEST),
                    "who": st.text_input("Agreed by", max_chars=200),
                    "agreed": st.date_input("Agreed on", min_value=profile_views.FIRST_DAY, format="DD/MM/YYYY"),
                    "end": st.date_input("End date (optional)", None, profile_views.FIRST_DAY, format="DD/MM/YYYY"),
                    "indicators": st.multiselect(
                        "Indicators (leave empty for all incidents)", aims, selection.indicators, format_func=aims.get
                    ),
                }
                if st.form_submit_button("Save", type="primary"):
                    with app.attempt():
                        profile_views.save_action(reader, selection, targets[position], **fields)
                        st.rerun()


if selection.ward:
    show_ward()
else:
    list_wards()
