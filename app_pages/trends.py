"""Trends: how does the count run from month to month, and beside the years before? One chart at a time."""

import streamlit as st

from shp_data.analysis import headlines, hours, seasons, trends
from shp_view import alt_texts, app, charts, markup, season_charts, season_words, sentences, tables, wording

chosen = app.selection(ward=True, place=True)
focus = app.focus(chosen)
card = app.answer(headlines.card, chosen, app.viewer())
# A view's name, what it asks, its chart, alternative text, sentence and the columns of its table.
VIEWS = {
    "months": (
        "Months",
        trends.monthly,
        charts.trend,
        alt_texts.trend,
        lambda figure: sentences.months_sentence(card, figure),
        tables.MONTHS,
    ),
    "seasons": (
        "Seasons",
        seasons.season,
        season_charts.season,
        season_words.season_alt,
        season_words.season_sentence,
        tables.SEASON,
    ),
    "rolling": (
        "Rolling 12 months",
        seasons.rolling,
        season_charts.rolling,
        season_words.rolling_alt,
        season_words.rolling_sentence,
        tables.ROLLING,
    ),
    "week": (
        "Weekday and hour",
        hours.week,
        season_charts.week,
        season_words.week_alt,
        season_words.week_sentence,
        tables.WEEK,
    ),
    "areas": (
        "By area",
        trends.by_area,
        lambda figure, dark=False: charts.trend_by_area(figure, focus, dark=dark),
        alt_texts.trend_by_area,
        lambda _: "",
        tables.AREA_MONTHS,
    ),
}

BY_MONTH = ("months", "seasons", "rolling")  # the views of which each row, and each mark, is a month

app.heading(sentences.change_title(card, chosen), chosen)
words = st.container()
view = app.choose("Show", {key: name for key, (name, *_) in VIEWS.items()}, "view")
_, asked, chart, alt, sentence, columns = VIEWS[view]
shown = app.answer(asked, chosen, app.viewer())
words.markdown(markup.literal(f"{sentences.card_sentence(card, chosen)} {sentence(shown)}"))

drawn = not shown.table.empty
month = None
if drawn:
    month = app.chart(chart(shown, dark=app.dark()), alt(shown), view, "month" if view in BY_MONTH else None)
with st.container(horizontal=True):
    if month:
        app.records_link(chosen.of_month(month), f"See the records: {wording.month_label(month)}")
    app.records_link(chosen, f"See the records: {chosen.period.label}")
    if drawn:
        app.downloads(shown, view, lambda: chart(shown))
app.notes(shown)

if drawn:
    with st.expander("The figures as a table"):
        app.table(shown, columns, chosen if view in BY_MONTH else None)
