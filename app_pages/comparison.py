"""Comparison: how do places compare, per 1,000 residents, and how sure is their order?"""

import streamlit as st

from shp_data.analysis import comparison, hotspots
from shp_view import app, comparison_charts, comparison_words, funnel_chart, sentences, wording
from shp_view.chart_parts import Spec

chosen = app.selection()
head = st.container()
with st.container(horizontal=True):
    wards = app.choose("Compare", comparison_words.PLACES, "places") == "wards"
    view = app.choose("Show", comparison_words.VIEWS, "view")
found = app.answer(comparison.wards if wards else comparison.lpas, chosen, app.viewer())
what, focus = sentences.what_of(found), app.focus(chosen)
with head:
    if view == "change":
        title = comparison_words.changed_title(found.table, comparison_words.name_column(found), what, chosen.period)
    elif wards:
        title = wording.ward_title(found.table, what)
    else:
        title = wording.comparison_title(found.table, what, focus)
    app.heading(title, chosen)


def drawn(dark: bool = False) -> Spec:
    if view == "funnel":
        return funnel_chart.funnel(found, dark=dark)
    if view == "change":
        return comparison_charts.change(found, dark=dark)
    return comparison_charts.rates(found, focus, dark=dark)


clicked = app.chart(drawn(app.dark()), comparison_words.ALT[view](found), f"{view}-of-areas", pick="key")
st.caption(comparison_words.EXPLAINED[view])
app.downloads(found, "areas", drawn)
app.notes(found)

if clicked and wards:
    app.records_link(chosen.of_ward(clicked, app.answer(hotspots.vintage, chosen)), "See the records of this ward")
elif clicked:
    own = chosen.of_area(clicked)
    with st.container(horizontal=True):
        app.records_link(own, f"See the records: {clicked}")
        app.link(f"See the wards of {clicked}", "hotspots", own)
else:
    kind = "a bar" if view == "rates" else "a point"
    st.caption(f"Click {kind} for its records{'' if wards else ' and wards'}, or a name in the table for its records.")

st.subheader(comparison_words.TABLES[view], anchor=False)
app.table(comparison_words.with_words(found), comparison_words.columns(found, view), chosen)
