"""Trends: the count from month to month, and compared with the years before. One chart at a time."""

import streamlit as st

from shp_view import app
from shp_view.views import trend_views

selection = app.read_selection(ward=True, location=True)
head = st.container()
kind = app.choose("Show", trend_views.NAMES, "view")
view = trend_views.build_page_view(kind, selection, app.open_reader(), app.answer)
with head:
    app.draw_heading(view.title, selection)
    app.draw_sentences(view)

month = app.draw_view(view, kind)
with st.container(horizontal=True):
    if month:
        month_selection = selection.select_month(month)
        app.draw_records_link(month_selection, f"See the records: {month_selection.period.label}")
    app.draw_records_link(selection, f"See the records: {selection.period.label}")
    if view.draw:
        app.draw_view_downloads(view, kind)
        app.draw_pack_button("trends", selection)
app.draw_notes(view.figure)

if view.draw:
    with st.expander("Show as a table"):
        app.draw_view_table(view)
