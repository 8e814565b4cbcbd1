"""Headlines: how did anti-social behaviour, deliberate fires and drug offences do in the period?"""

import streamlit as st

from shp_data.analysis import context, headlines
from shp_view import alt_texts, app, charts, sentences

chosen = app.selection()
found = app.answer(headlines.headlines, chosen, app.viewer())
app.heading(sentences.headlines_title([headline.card for headline in found], chosen), chosen)

for column, headline in zip(st.columns(len(found)), found, strict=True):
    with column, st.container(border=True, height="stretch"):
        app.card(
            headline.card.title, sentences.card_count(headline.card), sentences.card_facts(headline.card)
        )
        app.chart(
            charts.sparkline(headline.trend, dark=app.dark()),
            alt_texts.trend(headline.trend),
            headline.theme,
        )
        st.write(sentences.card_sentence(headline.card, headline.selection))
        with st.container(horizontal=True):
            app.records_link(headline.selection)
            app.link("See the trend", "pages/trends.py", headline.selection)
            app.downloads(headline.trend, headline.theme, lambda shown=headline.trend: charts.trend(shown))

st.subheader("Every indicator", anchor=False)
every = app.answer(headlines.every_indicator, chosen, app.viewer())
columns = ("name", "count", "last_year", "difference", "pct_difference", "rate_per_1000")
picked = app.table(every, columns, "every", pick="indicator")
if picked:
    app.records_link(chosen.of_indicator(picked), f"See the records: {context.name_of((picked,))}")
app.downloads(every, "every-indicator")
app.notes(every)
