"""The questions about uploaded files that only a person can answer, before they are loaded."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from shp_data.intake.readers.files import CountsAnswer
from shp_data.intake.rows.count_tables import CountTable
from shp_view.app.session import get_desk
from shp_view.text import markup
from shp_view.views import loading
from shp_view.views.loading import Preview


def ask_about_files(previews: Sequence[Preview]) -> None:
    """Ask which sheets of a workbook to load, where several have rows, and what to do with a table of counts."""
    for file in previews:
        if file.counts:
            with st.container(border=True):
                st.write(markup.escape_markdown(loading.explain_counts(file)))
                _choose_meaning(file, file.counts)
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


def _choose_meaning(file: Preview, counts: CountTable) -> None:
    """Draw the choice of what a table of counts is, with what it does not say itself."""
    key = loading.make_key(file)
    values: dict[str, str | None] = {}
    options_by_column = {} if counts.fault else loading.list_figure_options(file)
    for column, (label, options) in options_by_column.items():
        values[column] = st.selectbox(
            label, list(options), None, format_func=options.__getitem__, key=f"{column}-counts-{key}"
        )
    with st.container(horizontal=True):
        if not counts.fault and st.button(
            "Load as reported figures", type="primary", disabled=None in values.values(), key=f"figures-{key}"
        ):
            _answer(file, CountsAnswer(indicator=values.get("indicator") or "", area=values.get("area") or ""))
        if counts.by == "row" and st.button("Each row is one incident", key=f"records-{key}"):
            _answer(file, CountsAnswer(is_records=True))


def _answer(file: Preview, answer: CountsAnswer) -> None:
    """Read the file again as the user says."""
    get_desk().answer_counts(file, answer)
    st.rerun()
