"""Methods: how each figure is made, with an example from the loaded data."""

import streamlit as st

from shp_view import app
from shp_view.methods import methods
from shp_view.views import headline_views

selection = app.read_selection()
app.draw_heading("How the figures are made", selection)

if linked_method := methods.get_method(st.query_params.get(app.METHOD, "")):
    app.draw_link("See all methods", "methods", selection)
    st.subheader(linked_method.title, anchor=False)
    app.draw_method(linked_method, selection)
else:
    words = st.text_input("Search the methods", key="search", placeholder="For example: rate, or chance")
    results = {method.name: method for method in methods.find_methods(words)}
    if not results:
        st.info("No method has these words. Use fewer words, or clear the search to see every method.")
    for group, names in methods.GROUPS.items():
        group_results = [results[name] for name in names if name in results]
        if group_results:
            st.subheader(group, anchor=False)
        for method in group_results:
            # The example is worked when the method opens: all of them take longer than any other page.
            with st.expander(method.title, key=f"method-{method.name}", on_change="rerun") as box:
                if box.open:
                    app.draw_method(method, selection)

# The examples are from the data of the table of every indicator.
app.draw_notes(headline_views.build_table(selection, app.answer).figure)
