"""The form that asks, once, how a supplier's files are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from shp_data.domain.partnership import partnership
from shp_view.app.session import attempt, get_desk, get_store_folder
from shp_view.text import markup
from shp_view.views import mapping_form
from shp_view.views.mapping_form import Answers, Preview

_COLUMNS = 3  # questions next to each other


def choose_supplier(slot: st.delta_generator.DeltaGenerator) -> str | None:
    """Draw the choice of the supplier, listed or typed. Return None where there is none."""
    key = f"supplier-{get_desk().turn}"
    current_name = st.session_state.get(key)
    names = mapping_form.list_suppliers(get_store_folder())
    name: str | None = slot.selectbox(
        "Supplier of these files",
        names if current_name is None or current_name in names else [*names, current_name],
        None,
        accept_new_options=True,
        placeholder="Choose, or type a name",
        help="A later file from this supplier replaces its earlier data. Leave this empty if the files name their "
        "supplier or a saved mapping can read them. Load one supplier at a time.",
        key=key,
    )
    return name


def map_file(preview: Preview, name: str | None) -> None:
    """Ask what a supplier's columns and categories mean, and save the answers."""
    load_desk, root = get_desk(), get_store_folder()
    name = mapping_form.find_supplier_name(preview, root, name)
    key = f"{_get_folder(preview)}-{preview.name}-{name if name in mapping_form.list_suppliers(root) else ''}"
    st.subheader(markup.escape_markdown(f"Match the columns of {preview.name}"), anchor=False)
    st.write(markup.escape_markdown(mapping_form.explain_mapping(preview, name)))
    st.dataframe(mapping_form.list_first_rows(preview), hide_index=True, key=f"rows-{key}")
    columns, whole = _ask_columns(preview, root, name, key)
    meanings = {} if whole else _ask_categories(preview, root, name, columns.get("indicator"), key)
    answers = Answers(columns, meanings, whole, *_ask_coverage(preview, root, name, columns, key))
    with st.container(horizontal=True):
        save_clicked = st.button("Save mapping", type="primary", key=f"keep-{key}")
        if load_desk.changing == preview.name and st.button("Cancel", key=f"leave-{key}"):
            load_desk.changing = None
            st.rerun()
    if save_clicked:
        with attempt():
            mapping_form.save_mapping(load_desk, root, preview, name, answers)
            st.rerun()


def _get_folder(preview: Preview) -> str:
    """Return the folder of an upload. Two uploads of one name are in different folders."""
    return preview.file.path.parent.name if preview.file else ""


def _ask_columns(preview: Preview, root: Path, name: str | None, key: str) -> tuple[dict[str, str], str | None]:
    """Ask for the header of each of our columns.

    Return them, and the one indicator of the whole file where there is no indicator column.
    """
    headers_by_column: dict[str, str] = {}
    questions = mapping_form.list_column_options(preview, root, name)
    for slot, (column, (label, headers, default)) in zip(_make_slots(len(questions)), questions.items(), strict=True):
        header = slot.selectbox(label, headers, default, key=f"{column}-{key}")
        headers_by_column |= {column: header} if header != mapping_form.NONE else {}
    whole = _choose_option(
        st,
        "If the file has no indicator column: indicator of the whole file",
        mapping_form.list_meanings(),
        mapping_form.find_file_indicator(preview, root, name),
        "None: the indicator is in a column",
        f"whole-{key}",
    )
    return headers_by_column, whole


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


def _ask_categories(
    preview: Preview, root: Path, name: str | None, column: str | None, key: str
) -> dict[str, str | None]:
    """Ask for the indicator that each category of a column means, where that is needed."""
    questions = mapping_form.find_categories(get_desk(), preview, root, name, column)
    meanings: dict[str, str | None] = {}
    if questions.row_counts:
        st.markdown("**Match the categories.** Rows of a category that you leave out are rejected.")
        options = {**mapping_form.list_meanings(), mapping_form.LEFT_OUT: "Leave out: these rows are rejected"}
        for slot, (category, rows) in zip(
            _make_slots(len(questions.row_counts)), questions.row_counts.items(), strict=True
        ):
            label = markup.escape_markdown(mapping_form.label_category(category, rows))
            proposal, its_key = questions.suggestions[category], f"{category}-{column}-{key}"
            meanings[category] = _choose_option(slot, label, options, proposal, "Choose", its_key)
        st.caption(mapping_form.NO_INDICATOR)
    if questions.decided:
        st.caption(markup.escape_markdown(f"Already matched: {', '.join(questions.decided)}."))
    return meanings


def _ask_coverage(
    preview: Preview, root: Path, name: str | None, headers_by_column: dict[str, str], key: str
) -> tuple[tuple[str, ...], bool]:
    """Ask for the areas that the files cover, and whether a month without rows means none."""
    names = partnership().areas.lpa_names
    by = "-".join(headers_by_column.get(column, "") for column in ("longitude", "easting", "ward"))
    covered = st.multiselect(
        mapping_form.AREAS,
        names,
        mapping_form.find_areas(preview, root, name, headers_by_column),
        placeholder="Choose one or more",
        key=f"areas-{by}-{key}",
    )
    st.caption(mapping_form.AREAS_MEAN)
    zero = st.checkbox(mapping_form.ZERO, mapping_form.has_zero_months(root, name), key=f"zero-{key}")
    st.caption(mapping_form.ZERO_MEANS)
    return tuple(area for area in names if area in covered), zero
