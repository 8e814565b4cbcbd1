"""Trends: the count from month to month, and compared with the years before. One chart at a time."""

import streamlit as st

from shp_data.analysis import profile
from shp_view import app
from shp_view.text import markup, wording
from shp_view.views import trend_views

selection = app.read_selection(ward=True, location=True)
head = st.container()
kind = app.choose("Show", trend_views.NAMES, "view")
actions = profile.list_visible_actions(app.open_reader(), selection)
view = trend_views.build_view(kind, selection, app.answer, actions)
columns, by_month = trend_views.VIEWS[kind].columns, trend_views.VIEWS[kind].by_month
with head:
    app.draw_heading(view.title, selection)
    st.markdown(markup.escape_markdown(" ".join(view.sentences)))

month = None
if view.draw:
    month = app.draw_chart(view.draw(app.is_dark()), view.alt, kind, "month" if by_month else None)
with st.container(horizontal=True):
    if month:
        app.draw_records_link(selection.select_month(month), f"See the records: {wording.format_month(month)}")
    app.draw_records_link(selection, f"See the records: {selection.period.label}")
    if view.draw:
        app.draw_downloads(view.figure, kind, view.draw_picture)
        app.draw_pack_button("trends", selection)
app.draw_notes(view.figure)

if view.draw:
    with st.expander("The figures as a table"):
        app.draw_table(view.figure, columns, selection if by_month else None)
