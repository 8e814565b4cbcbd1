"""Comparison: how do places compare, per 1,000 residents, and how sure is their order?"""

import streamlit as st

from shp_data.analysis import hotspots
from shp_view import app
from shp_view.text import comparison_words
from shp_view.views import comparison_views

chosen = app.selection()
head = st.container()
with st.container(horizontal=True):
    places = app.choose("Compare", comparison_words.PLACES, "places")
    kind = app.choose("Show", comparison_words.VIEWS, "view")
wards, view = places == "wards", comparison_views.view(places, kind, chosen, app.answer, app.viewer())
found = view.figure
with head:
    app.heading(view.title, chosen)

clicked = app.chart(view.drawn(app.dark()), view.alt, f"{kind}-of-areas", pick="key")
for explained in view.said:
    st.caption(explained)
with st.container(horizontal=True):
    app.downloads(found, "areas", view.picture)
    app.pack_button("comparison", chosen)
app.notes(found)

if clicked and wards:
    app.records_link(chosen.of_ward(clicked, app.answer(hotspots.vintage, chosen)), "See the records of this ward")
elif clicked:
    own = chosen.of_area(clicked)
    with st.container(horizontal=True):
        app.records_link(own, f"See the records: {clicked}")
        app.link(f"See the wards of {clicked}", "hotspots", own)
elif app.opens("records"):
    mark = "a bar" if kind == "rates" else "a point"
    st.caption(f"Click {mark} for its records{'' if wards else ' and wards'}, or a name in the table for its records.")

st.subheader(comparison_words.TABLES[kind], anchor=False)
columns = comparison_words.columns(found, kind)
worded = comparison_views.in_words(places, chosen, app.answer, app.viewer())
shown = comparison_views.foremost(worded, kind, chosen)
if len(shown.table) < len(worded.table) and st.toggle(f"All {len(worded.table):,} in the table"):
    app.grid(worded, columns, f"{places}-{kind}")  # long, so that it can be sorted and searched
else:
    app.table(shown, columns, chosen)
