"""Comparison: how do places compare, per 1,000 residents, and how sure is their order?"""

import streamlit as st

from shp_data.analysis import comparison, hotspots
from shp_view import app, comparison_charts, comparison_words, sentences, wording

chosen = app.selection()
head = st.container()
wards = app.choose("Compare", comparison_words.PLACES, "places") == "wards"
found = app.answer(comparison.wards if wards else comparison.lpas, chosen, app.viewer())
what, focus = sentences.what_of(found), app.focus(chosen)
with head:
    table = found.table
    title = wording.ward_title(table, what) if wards else wording.comparison_title(table, what, focus)
    app.heading(title, chosen)

spec = comparison_charts.rates(found, focus, dark=app.dark())
clicked = app.chart(spec, comparison_words.rates_alt(found), "areas", pick="key")
app.downloads(found, "areas", lambda: comparison_charts.rates(found, focus))
app.notes(found)

if clicked and wards:
    app.records_link(chosen.of_ward(clicked, app.answer(hotspots.vintage, chosen)), "See the records of this ward")
elif clicked:
    own = chosen.of_area(clicked)
    with st.container(horizontal=True):
        app.records_link(own, f"See the records: {clicked}")
        app.link(f"See the wards of {clicked}", "hotspots", own)
else:
    st.caption("Click a bar for its records and wards, or a name in the table for its records.")

st.subheader("Counts, change and rates", anchor=False)
app.table(comparison_words.with_words(found), comparison_words.columns(found, "rates"), chosen)
