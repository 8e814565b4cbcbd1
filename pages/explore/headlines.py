"""Headlines: how did the themes that the partnership watches most do in the period?"""

import streamlit as st

from shp_data.analysis import headlines
from shp_view import app
from shp_view.charts import charts
from shp_view.tables import tables
from shp_view.text import sentences

chosen = app.selection()
found = app.answer(headlines.headlines, chosen, app.viewer())
app.heading(sentences.headlines_title([headline.card for headline in found], chosen), chosen)

for column, headline in zip(st.columns(len(found)), found, strict=True):
    with column, st.container(border=True, height="stretch"):
        app.card(headline.card, headline.trend, headline.selection)
        with st.container(horizontal=True):
            app.records_link(headline.selection)
            app.link("See the trend", "trends", headline.selection)
            app.downloads(headline.trend, headline.theme, lambda shown=headline.trend: charts.trend(shown))
            app.pack_button("headlines", chosen, headline.theme)

st.subheader("Every indicator", anchor=False)
every = app.answer(headlines.every_indicator, chosen, app.viewer())
app.table(every, tables.INDICATORS, chosen)
app.downloads(every, "every-indicator")
app.notes(every)
