"""The questions about uploaded files that only a person can answer, before they are loaded."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from shp_view.app.session import get_desk
from shp_view.text import markup
from shp_view.views import loading
from shp_view.views.loading import Preview


def ask_about_files(previews: Sequence[Preview]) -> None:
    """Ask which sheets of a workbook to load, where several have rows."""
    for file in previews:
        if file.needs_sheets:
            with st.container(border=True):
                st.write(markup.escape_markdown(loading.explain_sheets(file)))
                _choose_sheets(file)
        elif file.sheets:
            with st.expander(markup.escape_markdown(loading.describe_sheets(file))):
                _choose_sheets(file)


def _choose_sheets(file: Preview) -> None:
    """Draw the choice of sheets, and read the file again where the user makes one."""
    key = loading.make_key(file)
    sheets = st.multiselect("Sheets to load", file.sheets, list(file.read_sheets), key=f"sheets-{key}")
    if st.button("Read these sheets", disabled=not sheets, key=f"read-{key}"):
        get_desk().choose_sheets(file, sheets)
        st.rerun()
