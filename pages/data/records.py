"""Records: the incidents behind a figure."""

import streamlit as st

from shp_data.analysis import headlines, records
from shp_view import app
from shp_view.text import sentences

ROW_LIMIT = 1000

selection = app.read_selection(ward=True, location=True)
card = app.answer(headlines.build_card, selection)
figure = app.answer(records.list_incidents, selection, ROW_LIMIT)
app.draw_heading(sentences.build_records_title(card, selection), selection)
st.write(sentences.describe_records(figure, ROW_LIMIT))
app.draw_grid(figure, records.COLUMNS, "records")
app.draw_downloads(figure, "records", whole=lambda: records.list_incidents(app.open_reader(), selection))
app.draw_notes(figure)
