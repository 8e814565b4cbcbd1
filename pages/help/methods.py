"""Methods: how is each figure made, worked on the loaded data?"""

import streamlit as st

from shp_data.analysis import headlines
from shp_view import app
from shp_view.methods import methods

chosen = app.selection()
found = app.answer(methods.methods, chosen, app.viewer())
app.heading("How the figures are made", chosen)
st.markdown(" · ".join(f"[{method.title}](#{method.name})" for method in found))

for method in found:
    st.subheader(method.title, anchor=method.name)
    left, right = st.columns([3, 2])
    left.markdown("\n\n".join(method.part(name) for name in methods.PARTS if name != "example"))
    with right.container(border=True):
        st.markdown(method.part("example"))

app.notes(app.answer(headlines.every_indicator, chosen, app.viewer()))
