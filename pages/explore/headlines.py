"""Headlines: how the themes that the partnership watches most changed in the period."""

import streamlit as st

from shp_data.analysis import headlines
from shp_view import app
from shp_view.charts import trend_charts
from shp_view.tables import tables
from shp_view.text import sentences

selection = app.read_selection()
headline_list = app.answer(headlines.build_headlines, selection)
app.draw_heading(sentences.build_headlines_title([headline.card for headline in headline_list], selection), selection)

for column, headline in zip(st.columns(len(headline_list)), headline_list, strict=True):
    with column, st.container(border=True, height="stretch"):
        app.draw_card(headline.card, headline.trend, headline.selection)
        with st.container(horizontal=True):
            app.draw_records_link(headline.selection)
            app.draw_link("See the trend", "trends", headline.selection)
            app.draw_downloads(
                headline.trend, headline.theme, lambda trend=headline.trend: trend_charts.draw_trend(trend)
            )
            app.draw_pack_button("headlines", selection, headline.theme)

st.subheader("Every indicator", anchor=False)
every_indicator = app.answer(headlines.compare_indicators, selection)
app.draw_table(every_indicator, tables.INDICATORS, selection)
app.draw_downloads(every_indicator, "every-indicator")
app.draw_notes(every_indicator)
