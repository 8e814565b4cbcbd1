"""Records: which incidents stand behind a figure?"""

import streamlit as st

from shp_data.analysis import headlines, records
from shp_view import app
from shp_view.text import sentences

SHOWN = 1000

chosen, viewer = app.selection(ward=True, place=True), app.viewer()
card = app.answer(headlines.card, chosen, viewer)
found = app.answer(records.behind, chosen, viewer, SHOWN)
app.heading(sentences.records_title(card, chosen), chosen)
st.write(sentences.records_note(found, SHOWN))
app.grid(found, records.SHOWN, "records")
app.downloads(found, "records", whole=lambda: records.behind(app.store(), chosen, viewer))
app.notes(found)
