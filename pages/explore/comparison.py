"""Comparison: how places compare, per 1,000 residents, and how sure their order is."""

import streamlit as st

from shp_view import app
from shp_view.text import comparison_words
from shp_view.views import comparison_views

selection = app.read_selection()
head = st.container()
with st.container(horizontal=True):
    places = app.choose("Compare", comparison_words.AREA_LEVELS, "places")
    kind = app.choose("Show", comparison_words.VIEWS, "view")
wards, view = places == "wards", comparison_views.build_view(places, kind, selection, app.answer)
figure = view.figure
with head:
    app.draw_heading(view.title, selection)

clicked = app.draw_chart(view.draw(app.is_dark()), view.alt, f"{kind}-of-areas", pick="key")
for sentence in view.sentences:
    st.caption(sentence)
with st.container(horizontal=True):
    app.draw_downloads(figure, "areas", view.draw_picture)
    app.draw_pack_button("comparison", selection)
app.draw_notes(figure)

if clicked and wards:
    app.draw_records_link(selection.select_ward(clicked, selection.ward_year), "See the records of this ward")
elif clicked:
    area_selection = selection.select_area(clicked)
    with st.container(horizontal=True):
        app.draw_records_link(area_selection, f"See the records: {clicked}")
        app.draw_link(f"See the wards of {clicked}", "hotspots", area_selection)
elif app.can_open("records"):
    mark = "a bar" if kind == "rates" else "a point"
    st.caption(f"Click {mark} for its records{'' if wards else ' and wards'}, or a name in the table for its records.")

st.subheader(comparison_words.TABLES[kind], anchor=False)
columns = comparison_words.list_columns(figure, kind)
worded_figure = comparison_views.build_table(places, selection, app.answer)
visible = comparison_views.select_top_areas(worded_figure, kind, selection)
if len(visible.table) < len(worded_figure.table) and st.toggle(f"All {len(worded_figure.table):,} in the table"):
    app.draw_grid(worded_figure, columns, f"{places}-{kind}")  # long, so that it can be sorted and searched
else:
    app.draw_table(visible, columns, selection)
