"""Headlines: how the themes that the partnership watches most changed in the period."""

import streamlit as st

from shp_view import app
from shp_view.views import headline_views

selection = app.read_selection()
cards = headline_views.build_cards(selection, app.answer)
app.draw_heading(headline_views.build_title(cards, selection), selection)

missing_themes = headline_views.list_missing_themes(app.answer)
columns = st.columns(len(cards) + len(missing_themes))
for column, card in zip(columns, cards, strict=False):
    with column, st.container(border=True, height="stretch"):
        app.draw_card(card)
        with st.container(horizontal=True):
            app.draw_records_link(card.view.selection)
            app.draw_link("See the trend", "trends", card.view.selection)
            app.draw_view_downloads(card.view, card.theme)
            app.draw_pack_button("headlines", selection, card.theme)
for column, theme in zip(columns[len(cards) :], missing_themes, strict=True):
    with column, st.container(border=True, height="stretch"):
        app.draw_missing_card(theme)

# What is worth a look takes longest to find: the table is drawn first, below it.
worth_a_look = st.container()
app.draw_table_view(headline_views.build_table(selection, app.answer), "every-indicator")
with worth_a_look:
    st.subheader("Worth a look", anchor=False)
    app.draw_worth_a_look(headline_views.build_worth_a_look(selection, app.answer))
