"""The form that asks, once, how a supplier's files are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from shp_data.domain.partnership import partnership
from shp_view.app.session import attempt, get_desk
from shp_view.text import markup
from shp_view.views import mapping_form
from shp_view.views.mapping_form import Answers, MappingForm, Preview

_COLUMNS = 3  # questions next to each other


def choose_supplier(slot: st.delta_generator.DeltaGenerator) -> str | None:
    """Draw the choice of the supplier, listed or typed. Return None where there is none."""
    desk = get_desk()
    key, names = f"supplier-{desk.turn}", mapping_form.list_suppliers(desk.root)
    # A typed name is among the options from the next run on: otherwise Streamlit would drop it.
    typed_name = [name for name in [st.session_state.get(key)] if name and name not in names]
    choice: str | None = slot.selectbox(
        "Supplier of these files",
        [*names, *typed_name],
        None,
        accept_new_options=True,
        placeholder="Choose, or type a name",
        help="A later file from this supplier replaces its earlier data. Leave this empty if the files name their "
        "supplier or a saved mapping can read them. Load one supplier at a time.",
        key=key,
    )
    return choice


def map_file(preview: Preview, name: str | None) -> None:
    """Ask what a supplier's columns and categories mean, and save the answers."""
    desk = get_desk()
    form = MappingForm(desk, preview, name)
    st.subheader(markup.escape_markdown(f"Match the columns of {preview.name}"), anchor=False)
    st.write(markup.escape_markdown(form.explain()))
    st.dataframe(form.list_first_rows(), hide_index=True, key=f"rows-{form.key}")
    columns, whole = _ask_columns(form)
    meanings = {} if whole else _ask_categories(form, columns.get("indicator"))
    answers = Answers(columns, meanings, whole, *_ask_coverage(form, columns))
    with st.container(horizontal=True):
        save_clicked = st.button("Save mapping", type="primary", key=f"keep-{form.key}")
        if desk.changing == preview.name and st.button("Cancel", key=f"leave-{form.key}"):
            desk.changing = None
            st.rerun()
    if save_clicked:
        with attempt():
            form.save(answers)
            st.rerun()


def _ask_columns(form: MappingForm) -> tuple[dict[str, str], str | None]:
    """Ask for the header of each of our columns.

    Return them, and the one indicator of the whole file where there is no indicator column.
    """
    headers_by_column: dict[str, str] = {}
    questions = form.list_column_options()
    for slot, (column, (label, headers, default)) in zip(_make_slots(len(questions)), questions.items(), strict=True):
        header = slot.selectbox(label, headers, default, key=f"{column}-{form.key}")
        headers_by_column |= {column: header} if header != mapping_form.NONE else {}
    label, prompt = (
        "If the file has no indicator column: indicator of the whole file",
        "None: the indicator is in a column",
    )
    options, proposal = mapping_form.list_meanings(), form.supplier.indicator
    return headers_by_column, _choose_option(st, label, options, proposal, prompt, f"whole-{form.key}")


def _make_slots(count: int) -> list[st.delta_generator.DeltaGenerator]:
    """Make slots three to a row, row by row: a narrow screen shows them in this order."""
    return [slot for _ in range(0, count, _COLUMNS) for slot in st.columns(_COLUMNS)][:count]


def _choose_option(
    slot: Any, label: str, options: Mapping[str, str], proposal: str | None, prompt: str, key: str
) -> str | None:
    """Draw a choice among options, and return the id of the choice.

    `proposal`: the suggested id; `prompt`: the text where there is none.
    """
    ids = list(options)
    at = ids.index(proposal) if proposal is not None and proposal in options else None
    choice: str | None = slot.selectbox(label, ids, at, format_func=options.get, placeholder=prompt, key=key)
    return choice


def _ask_categories(form: MappingForm, column: str | None) -> dict[str, str | None]:
    """Ask for the indicator that each category of a column means, where that is needed."""
    questions = form.find_categories(column)
    row_counts, meanings = questions.row_counts, dict[str, str | None]()
    if row_counts:
        st.markdown("**Match the categories.** Rows of a category that you leave out are rejected.")
        options = {**mapping_form.list_meanings(), mapping_form.LEFT_OUT: "Leave out: these rows are rejected"}
        for slot, (category, rows) in zip(_make_slots(len(row_counts)), row_counts.items(), strict=True):
            label, key = mapping_form.label_category(category, rows), f"{category}-{column}-{form.key}"
            proposal = questions.suggestions[category]
            meanings[category] = _choose_option(slot, markup.escape_markdown(label), options, proposal, "Choose", key)
        st.caption(mapping_form.NO_INDICATOR)
    if questions.decided:
        st.caption(markup.escape_markdown(f"Already matched: {', '.join(questions.decided)}."))
    return meanings


def _ask_coverage(form: MappingForm, headers_by_column: dict[str, str]) -> tuple[tuple[str, ...], bool]:
    """Ask for the areas that the files cover, and whether a month without rows means none."""
    names = partnership().areas.lpa_names
    # Other columns of coordinates suggest other areas, so the field starts again with them.
    by = "-".join(headers_by_column.get(column, "") for column in ("longitude", "easting", "ward"))
    suggested, key = form.find_areas(headers_by_column), f"areas-{by}-{form.key}"
    covered = st.multiselect(mapping_form.AREAS, names, suggested, placeholder="Choose one or more", key=key)
    st.caption(mapping_form.AREAS_MEAN)
    zero = st.checkbox(mapping_form.ZERO, form.has_zero_months(), key=f"zero-{form.key}")
    st.caption(mapping_form.ZERO_MEANS)
    return tuple(area for area in names if area in covered), zero
