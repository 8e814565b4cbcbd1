"""Comparison: how do the Local Policing Areas compare, per 1,000 residents?"""

import streamlit as st

from shp_data.analysis import comparison
from shp_view import alt_texts, app, charts, sentences, wording

chosen = app.selection()
found = app.answer(comparison.lpas, chosen, app.viewer())
focus = app.focus(chosen)
app.heading(wording.comparison_title(found.table, sentences.what_of(found), focus), chosen)

clicked = app.chart(
    charts.comparison(found, focus, dark=app.dark()), alt_texts.comparison(found), "areas", pick="lpa"
)
app.downloads(found, "areas", lambda: charts.comparison(found, focus))
app.notes(found)

st.subheader("Counts, change and rates", anchor=False)
columns = (
    "lpa",
    "count",
    "last_year",
    "difference",
    "pct_difference",
    "rate_per_1000",
    "rate_last_year",
    "population",
)
picked = app.table(found, columns, "areas-table", pick="lpa") or clicked
if picked:
    own = chosen.of_area(picked)
    with st.container(horizontal=True):
        app.records_link(own, f"See the records: {picked}")
        app.link(f"See the wards of {picked}", "pages/hotspots.py", own)
else:
    st.caption("Click a bar or a row for its records and wards.")
