"""Methods: how each figure is made, with an example from the loaded data."""

import streamlit as st

from shp_view import app
from shp_view.methods import methods
from shp_view.views import headline_views

selection = app.read_selection()
method_list = app.answer(methods.describe_methods, selection)
app.draw_heading("How the figures are made", selection)
st.markdown(" · ".join(f"[{method.title}](#{method.name})" for method in method_list))

for method in method_list:
    st.subheader(method.title, anchor=method.name)
    left, right = st.columns([3, 2])
    left.markdown("\n\n".join(method.format_part(name) for name in methods.PARTS if name != "example"))
    with right.container(border=True):
        st.markdown(method.format_part("example"))

# The examples are from the data of the table of every indicator.
app.draw_notes(headline_views.build_table(selection, app.answer).figure)
