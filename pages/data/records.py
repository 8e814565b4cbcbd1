"""Records: the incidents behind a figure."""

import streamlit as st

from shp_view import app
from shp_view.views import data_views

selection = app.read_selection(ward=True, location=True)
view = data_views.build_records(selection, app.answer)
app.draw_heading(view.title, selection)
st.write(*view.sentences)
app.draw_grid(view.figure, view.table.columns, "records")
app.draw_downloads(view.figure, "records", whole=lambda: data_views.list_incidents(app.open_reader(), selection))
app.draw_notes(view.figure)
