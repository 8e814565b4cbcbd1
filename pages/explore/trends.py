"""Trends: how does the count run from month to month, and beside the years before? One chart at a time."""

import streamlit as st

from shp_data.analysis import profile
from shp_view import app
from shp_view.text import markup, wording
from shp_view.views import trend_views

chosen = app.selection(ward=True, place=True)
head = st.container()
kind = app.choose("Show", trend_views.NAMES, "view")
agreed = profile.actions_shown(app.store(), chosen, app.viewer())
view = trend_views.view(kind, chosen, app.answer, app.viewer(), agreed)
columns, by_month = trend_views.VIEWS[kind].columns, trend_views.VIEWS[kind].by_month
with head:
    app.heading(view.title, chosen)
    st.markdown(markup.literal(" ".join(view.said)))

month = None
if view.drawn:
    month = app.chart(view.drawn(app.dark()), view.alt, kind, "month" if by_month else None)
with st.container(horizontal=True):
    if month:
        app.records_link(chosen.of_month(month), f"See the records: {wording.month_label(month)}")
    app.records_link(chosen, f"See the records: {chosen.period.label}")
    if view.drawn:
        app.downloads(view.figure, kind, view.picture)
        app.pack_button("trends", chosen)
app.notes(view.figure)

if view.drawn:
    with st.expander("The figures as a table"):
        app.table(view.figure, columns, chosen if by_month else None)
