"""The form in which one says, once, how a supplier's files are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from shp_data.domain.partnership import partnership
from shp_view.app.session import desk, own_store
from shp_view.text import markup
from shp_view.views import mapping_form
from shp_view.views.mapping_form import Answers, Preview

_ABREAST = 3  # questions side by side


def supplier(place: st.delta_generator.DeltaGenerator) -> str | None:
    """The supplier of the files, chosen or typed; None where nothing is said."""
    key = f"supplier-{desk().turn}"
    given = st.session_state.get(key)
    names = mapping_form.suppliers(own_store())
    name: str | None = place.selectbox(
        "Supplier of these files",
        names if given is None or given in names else [*names, given],
        None,
        accept_new_options=True,
        placeholder="Choose, or type a name",
        help="A later file of this supplier replaces what it gave before. Files that name their supplier, or are read "
        "by a mapping that is kept, need none. Load the files of several suppliers one supplier at a time.",
        key=key,
    )
    return name


def map_file(found: Preview, name: str | None) -> None:
    """Ask once what a supplier's columns and categories mean, and keep it."""
    here, root = desk(), own_store()
    name = mapping_form.supplier_of(found, root, name)
    key = f"{_folder(found)}-{found.name}-{name if name in mapping_form.suppliers(root) else ''}"
    st.subheader(markup.literal(f"What is what in {found.name}?"), anchor=False)
    st.write(markup.literal(mapping_form.why(found, name)))
    st.dataframe(mapping_form.first_rows(found), hide_index=True, key=f"rows-{key}")
    chosen, whole = _columns(found, root, name, key)
    meant = {} if whole else _categories(found, root, name, chosen.get("indicator"), key)
    told = Answers(chosen, meant, whole, *_statements(found, root, name, chosen, key))
    with st.container(horizontal=True):
        kept = st.button("Keep this mapping", type="primary", key=f"keep-{key}")
        if here.changing == found.name and st.button("Leave it as it was", key=f"leave-{key}"):
            here.changing = None
            st.rerun()
    if kept:
        if refused := mapping_form.keep(here, root, found, name, told):
            st.error(markup.literal(refused))
        else:
            st.rerun()


def _folder(found: Preview) -> str:
    """The folder of an upload: two of one name lie apart."""
    return found.file.path.parent.name if found.file else ""


def _columns(found: Preview, root: Path, name: str | None, key: str) -> tuple[dict[str, str], str | None]:
    """Our columns and the headers chosen for them; the one indicator of the whole file, where there is no column."""
    chosen: dict[str, str] = {}
    offered = mapping_form.columns(found, root, name)
    for place, (ours, (label, headers, default)) in zip(_places(len(offered)), offered.items(), strict=True):
        picked = place.selectbox(label, headers, default, key=f"{ours}-{key}")
        chosen |= {ours: picked} if picked != mapping_form.NONE else {}
    whole = _picked(
        st,
        "If there is no column for the indicator: the whole file is one",
        mapping_form.meanings(),
        mapping_form.whole(found, root, name),
        "No: the indicator is in a column",
        f"whole-{key}",
    )
    return chosen, whole


def _places(count: int) -> list[st.delta_generator.DeltaGenerator]:
    """Three places side by side, row by row: on a narrow screen they stand in this order."""
    return [place for _ in range(0, count, _ABREAST) for place in st.columns(_ABREAST)][:count]


def _picked(place: Any, label: str, options: Mapping[str, str], said: str | None, open_: str, key: str) -> str | None:
    """One of the options, by its id. `said`: what is offered; `open_`: what stands there where nothing is."""
    ids = list(options)
    at = ids.index(said) if said is not None and said in options else None
    picked: str | None = place.selectbox(label, ids, at, format_func=options.get, placeholder=open_, key=key)
    return picked


def _categories(found: Preview, root: Path, name: str | None, column: str | None, key: str) -> dict[str, str | None]:
    """The indicator that each category of a column means, where it is asked for."""
    asked = mapping_form.categories(desk(), found, root, name, column)
    meant: dict[str, str | None] = {}
    if asked.asked:
        st.markdown("**What do its categories mean?** Rows of a category that is left out are rejected.")
        options = {**mapping_form.meanings(), mapping_form.LEFT_OUT: "Leave out: these rows are rejected"}
        for place, (category, rows) in zip(_places(len(asked.asked)), asked.asked.items(), strict=True):
            label = markup.literal(mapping_form.category_label(category, rows))
            offered, its_key = asked.offered[category], f"{category}-{column}-{key}"
            meant[category] = _picked(place, label, options, offered, "Choose", its_key)
        st.caption(mapping_form.NO_INDICATOR)
    if asked.known:
        st.caption(markup.literal(f"Known already: {', '.join(asked.known)}."))
    return meant


def _statements(
    found: Preview, root: Path, name: str | None, chosen: dict[str, str], key: str
) -> tuple[tuple[str, ...], bool]:
    """What nobody but the analyst knows: the areas that the files cover, and whether no row means none."""
    names = partnership().areas.lpa_names
    by = "-".join(chosen.get(ours, "") for ours in ("longitude", "easting", "ward"))
    covered = st.multiselect(
        mapping_form.AREAS,
        names,
        mapping_form.areas(found, root, name, chosen),
        placeholder="Choose one or more",
        key=f"areas-{by}-{key}",
    )
    st.caption(mapping_form.AREAS_MEAN)
    zero = st.checkbox(mapping_form.ZERO, mapping_form.zero(root, name), key=f"zero-{key}")
    st.caption(mapping_form.ZERO_MEANS)
    return tuple(area for area in names if area in covered), zero
