"""Ward profile: how one ward is doing, where in it incidents happen, and the actions for it."""

import streamlit as st

from shp_data.analysis import actions, comparison, headlines, hotspots, hours, profile, trends
from shp_data.analysis.places import search
from shp_view import app
from shp_view.charts import trend_charts
from shp_view.text import alt_texts, map_words, markup, season_words, sentences, ward_words
from shp_view.views import profile_page

MAP_HEIGHT = 430

selection, viewer = app.read_selection(ward=True), app.get_viewer()
root = app.open_store().layout.root
ward_year = selection.ward_year


def search_wards() -> None:
    """Search wards and streets by name. Each result links to its ward's profile."""
    text = st.text_input("Search by ward or street", type="search", key="search", bind="query-params", max_chars=60)
    if text:
        results = app.answer(search.find_by_name, text, ward_year)
        st.write(markup.escape_markdown(ward_words.describe_search(results, text)))
        if len(results.table):
            app.draw_table(results, ward_words.SEARCH_COLUMNS, selection, "ward")
            app.draw_notes(results)


def list_wards() -> None:
    """List the wards where none is selected."""
    figure = app.answer(profile.list_wards, selection)
    app.draw_heading(ward_words.CHOOSE, selection)
    st.write(ward_words.prompt_for_ward(selection, len(figure.table)))
    search_wards()
    app.draw_table(figure, map_words.WARDS, selection, "ward")
    app.draw_notes(figure)


def show_ward() -> None:
    """Show the profile: message, map, months, then every indicator, the locations, the week and the actions."""
    area_selection = profile.widen_to_lpa(selection)
    indicators_figure = app.answer(profile.build_profile, selection)
    card = profile.select_headline(indicators_figure, selection) or app.answer(headlines.build_card, selection)
    wards_figure = app.answer(comparison.compare_wards, area_selection)
    ward_actions = profile.list_actions(app.open_reader(), selection)
    months = ward_words.add_actions(app.answer(trends.count_by_month, selection), ward_actions)
    ward = profile.get_ward(selection)

    app.draw_heading(sentences.build_change_title(card, selection), selection)
    sentence_pair = (sentences.describe_card(card, selection), ward_words.describe_rank(wards_figure, ward))
    st.write(*sentence_pair, sentences.describe_unusual_months(card, months))
    for note in ward_words.list_notes(ward, ward_year):
        st.caption(note)
    with st.container(horizontal=True):
        with st.popover("Search by ward or street"):
            search_wards()
        app.draw_records_link(selection)
        app.draw_link("See the trend", "trends", selection)

    left, right = st.columns(2)
    with left:
        whole = (area_selection.indicators, area_selection.areas, area_selection.covid, area_selection.period.length)
        spread = app.answer(hotspots.list_ward_figures, *whole, viewer=viewer)
        app.draw_ward_map(wards_figure, "rate_per_1000", ward_year, spread, selection, MAP_HEIGHT)
        app.draw_notes(wards_figure)
    with right:
        app.draw_chart(
            trend_charts.draw_trend(months, dark=app.is_dark()), alt_texts.describe_trend(months), "profile-months"
        )
        app.draw_downloads(months, "profile-months", lambda: trend_charts.draw_trend(months))
        app.draw_notes(months)

    st.subheader("Every indicator", anchor=False)
    app.draw_table(ward_words.add_ranks(indicators_figure), ward_words.INDICATOR_COLUMNS, selection)
    app.draw_downloads(indicators_figure, "profile-indicators")
    st.caption(ward_words.EXPLAINED)
    app.draw_notes(indicators_figure)
    left, right = st.columns(2)
    with left:
        busiest = show_locations(card)
    with right:
        show_week()
    show_actions(ward_actions, indicators_figure, busiest)


def show_locations(card):
    """Show the busiest locations of the ward."""
    figure = app.answer(profile.list_busiest_locations, selection)
    st.subheader("Busiest places", anchor=False)
    st.write(markup.escape_markdown(ward_words.describe_locations(figure, card.table.iloc[0]["count"])))
    if len(figure.table):
        app.draw_table(ward_words.name_locations(figure), ward_words.LOCATION_COLUMNS, selection, "repeats")
        app.draw_downloads(figure, "profile-places")
    app.draw_notes(figure)
    return figure


def show_week() -> None:
    """Show weekday by hour, where the records have times."""
    figure = app.answer(hours.count_by_weekday, selection)
    st.subheader("Weekday and hour", anchor=False)
    st.write(season_words.describe_week(figure))
    if len(figure.table):
        app.draw_chart(
            trend_charts.draw_week(figure, dark=app.is_dark()),
            season_words.describe_week_chart(figure),
            "profile-week",
        )
        app.draw_downloads(figure, "profile-week", lambda: trend_charts.draw_week(figure))
    app.draw_notes(figure)


def show_actions(ward_actions, indicators_figure, locations_figure) -> None:
    """Show the actions for the ward, and what happened after."""
    st.subheader("What was agreed", anchor=False)
    if not ward_actions:
        st.write("Nothing is recorded for this ward.")
    for action in ward_actions:
        figure = app.answer(actions.build_before_after, action)
        with st.container(border=True):
            st.write(markup.escape_markdown(ward_words.describe_result(action, figure)))
            if boundary_note := ward_words.explain_other_boundaries(action, profile.get_ward(selection)):
                st.write(boundary_note)
            with st.container(horizontal=True):
                with st.popover("How this was worked out"):
                    app.draw_notes(figure)
                if profile_page.can_change(viewer):
                    edit_action(action)
    if profile_page.can_change(viewer):
        record_action(indicators_figure, locations_figure, len(ward_actions))


def show_fault(fault: str) -> None:
    """Show the error, or reload the page where there is none."""
    if fault:
        st.error(markup.escape_markdown(fault))
    else:
        st.rerun()


def edit_action(action) -> None:
    """End an action, or remove it."""
    with st.popover("Change", key=f"change-{action.id}-{action.end}", on_change="rerun") as box:
        if box.open:
            day = st.date_input(
                "Last day", action.end or "today", action.agreed, format="DD/MM/YYYY", key=f"end-{action.id}"
            )
            if st.button("It ends on this day", key=f"ends-{action.id}"):
                show_fault(profile_page.set_end_date(root, viewer, action, day))
            if st.button("Remove it", key=f"remove-{action.id}"):
                show_fault(profile_page.delete_action(root, viewer, action))


def record_action(indicators_figure, locations_figure, turn: int) -> None:
    """Record an action for the ward or for one of its locations."""
    options, aims = profile_page.list_targets(selection, locations_figure), profile_page.list_aims(indicators_figure)
    with st.popover("Record what was agreed", key=f"record-{selection.ward}-{turn}", on_change="rerun") as box:
        if box.open:
            with st.form(f"action-{selection.ward}-{turn}", border=False):
                position = st.selectbox("For", range(len(options)), format_func=lambda index: options[index].label)
                fields = {
                    "what": st.text_area("What was agreed", max_chars=profile_page.LONGEST),
                    "who": st.text_input("Who agreed it", max_chars=200),
                    "agreed_on": st.date_input("Agreed on", min_value=profile_page.FIRST_DAY, format="DD/MM/YYYY"),
                    "end": st.date_input("Last day, if it is known", None, profile_page.FIRST_DAY, format="DD/MM/YYYY"),
                    "indicators": st.multiselect(
                        "What it aims at; none for all incidents", aims, selection.indicators, format_func=aims.get
                    ),
                }
                if st.form_submit_button("Keep it", type="primary"):
                    show_fault(profile_page.save_action(root, viewer, selection, options[position], **fields))


if selection.ward:
    show_ward()
else:
    list_wards()
