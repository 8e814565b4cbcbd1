"""Ward hotspots: where is it, compared with what, and what changed?"""

import streamlit as st

from shp_data.analysis import headlines, hotspots, trends
from shp_view import alt_texts, app, charts, map_words, sentences
from shp_view.map_classes import MEASURES
from shp_view.ward_picture import ward_picture

chosen = app.selection()
vintage, found = app.answer(hotspots.vintage, chosen), app.answer(hotspots.wards, chosen, app.viewer())
spread = app.answer(
    hotspots.spread, chosen.indicators, chosen.areas, chosen.covid, chosen.period.length, viewer=app.viewer()
)
head = st.container()
measure = app.choose("Colour the wards by", MEASURES, "measure")
with head:
    app.heading(map_words.map_title(found.table, measure, sentences.what_of(found), chosen.period), chosen)

left, right = st.columns([4, 3])
with left:
    if grey := map_words.grey_note(found.table, measure):
        st.info(grey)
    app.ward_map(found, measure, vintage, spread, chosen)
    app.downloads(found, "wards", lambda: ward_picture(found, measure, vintage, spread, area=app.focus(chosen)))
with right:
    app.table(found, map_words.columns(measure), chosen, "hotspots", keep=["measure"])
app.notes(found)

own = app.selection(ward=True)
if own.ward:
    months = app.answer(trends.monthly, own, app.viewer())
    st.subheader(sentences.place_title(months), anchor=False)
    card = app.answer(headlines.card, own, app.viewer())
    st.write(sentences.card_sentence(card, own), sentences.months_sentence(card, months))
    app.chart(charts.trend(months, dark=app.dark()), alt_texts.trend(months), "ward-months")
    with st.container(horizontal=True):
        app.records_link(own)
        app.downloads(months, "ward-months", lambda: charts.trend(months))
    app.notes(months)
else:
    st.caption("Click a ward on the map, or its name in the table, for its months and records.")
