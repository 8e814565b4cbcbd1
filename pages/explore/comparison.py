"""Comparison: how areas compare, per 1,000 residents, and how sure their order is."""

import streamlit as st

from shp_view import app
from shp_view.views import comparison_views

selection = app.read_selection()
head = st.container()
with st.container(horizontal=True):
    level = app.choose("Compare", comparison_views.AREA_LEVELS, "places")
    kind = app.choose("Show", comparison_views.VIEWS, "view")
view = comparison_views.build_view(level, kind, selection, app.answer)
with head:
    app.draw_heading(view.title, selection)

clicked = app.draw_view(view, f"{kind}-of-areas")
for sentence in view.sentences:
    st.caption(sentence)
with st.container(horizontal=True):
    app.draw_view_downloads(view, "areas")
    app.draw_pack_button("comparison", selection)
app.draw_notes(view.figure)

if clicked:
    clicked_selection = comparison_views.select_area(clicked, level, selection)
    with st.container(horizontal=True):
        app.draw_records_link(clicked_selection, "See the records of this area")
        if level != "wards":
            app.draw_link(f"See the wards of {clicked}", "hotspots", clicked_selection)
elif app.can_open("records"):
    mark = "bar" if kind == "rates" else "point"
    st.caption(f"Click a {mark}, or a name in the table, to see its records.")

st.subheader(comparison_views.TABLES[kind], anchor=False)
every_area = comparison_views.build_table(level, selection, app.answer)
count = len(every_area.table)
if len(view.table.figure.table) < count and st.toggle(f"Show all {count:,} in the table"):
    app.draw_grid(every_area, view.table.columns, f"{level}-{kind}")  # long, so that it can be sorted and searched
else:
    app.draw_view_table(view)
