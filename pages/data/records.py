"""Records: the incidents behind a figure."""

import streamlit as st

from shp_view import app
from shp_view.views import data_views

selection, reader = app.read_selection(ward=True, location=True), app.open_reader()
view = data_views.build_records(selection, app.answer)
app.draw_heading(view.title, selection)
st.write(*view.sentences)
app.draw_grid(view.figure, view.table.columns, "records")
# The reader is opened here: a download runs later, when Streamlit no longer knows who is looking.
app.draw_downloads(view.figure, "records", whole=lambda: data_views.list_incidents(reader, selection))
app.draw_notes(view.figure)
