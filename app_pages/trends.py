"""Trends: how does the count run from month to month, and beside last year?"""

import streamlit as st

from shp_data.analysis import headlines, trends
from shp_view import alt_texts, app, charts, sentences, tables, wording

chosen = app.selection(ward=True)
card = app.answer(headlines.card, chosen, app.viewer())
monthly = app.answer(trends.monthly, chosen, app.viewer())
app.heading(sentences.change_title(card, chosen), chosen)
st.write(sentences.card_sentence(card, chosen), sentences.unusual_sentence(monthly))

month = app.chart(charts.trend(monthly, dark=app.dark()), alt_texts.trend(monthly), "monthly", pick="month")
with st.container(horizontal=True):
    if month:
        app.records_link(chosen.of_month(month), f"See the records: {wording.month_label(month)}")
    app.records_link(chosen, f"See the records: {chosen.period.label}")
    app.downloads(monthly, "monthly", lambda: charts.trend(monthly))
app.notes(monthly)

by_area = app.answer(trends.by_area, chosen, app.viewer())
st.subheader("The areas side by side", anchor=False)
app.chart(
    charts.trend_by_area(by_area, app.focus(chosen), dark=app.dark()),
    alt_texts.trend_by_area(by_area),
    "by-area",
)
app.downloads(by_area, "by-area", lambda: charts.trend_by_area(by_area))
app.notes(by_area)

with st.expander("The months as a table"):
    app.table(monthly, tables.MONTHS, chosen)
