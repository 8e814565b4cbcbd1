"""Comparison: how do the Local Policing Areas compare, per 1,000 residents?"""

import streamlit as st

from shp_data.analysis import comparison
from shp_view import alt_texts, app, charts, sentences, tables, wording

chosen = app.selection()
found = app.answer(comparison.lpas, chosen, app.viewer())
focus = app.focus(chosen)
app.heading(wording.comparison_title(found.table, sentences.what_of(found), focus), chosen)

clicked = app.chart(
    charts.comparison(found, focus, dark=app.dark()), alt_texts.comparison(found), "areas", pick="lpa"
)
app.downloads(found, "areas", lambda: charts.comparison(found, focus))
app.notes(found)

if clicked:
    own = chosen.of_area(clicked)
    with st.container(horizontal=True):
        app.records_link(own, f"See the records: {clicked}")
        app.link(f"See the wards of {clicked}", "hotspots", own)
else:
    st.caption("Click a bar for its records and wards, or a name in the table for its records.")

st.subheader("Counts, change and rates", anchor=False)
app.table(found, tables.AREAS, chosen)
