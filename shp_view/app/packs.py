"""The meeting pack, and sharing a view, both by link."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from shp_data.domain.selection import Selection
from shp_view.app.choices import list_options
from shp_view.app.session import CARRIED, PACK, can_open, open_store
from shp_view.text import data_words, markup
from shp_view.views import filters as view
from shp_view.views import views
from shp_view.views.pack import LONGEST_LINK, Pack, PackError, add_slides, make_slide, read_link_text, to_link_text


def draw_share_button(title: str, selection: Selection | None) -> None:
    """Draw the Share button, with the link to the view.

    The link holds the page, filters and choices, the period even where it is the default, and the latest
    month loaded.
    """
    with st.popover("Share", type="tertiary", key="share", on_change="rerun") as box:
        if box.open:
            months = open_store().list_months()
            filters = (
                view.build_parameters(list_options(), selection, st.session_state.get(view.DATA), whole=True)
                if selection
                else {}
            )
            as_of = {data_words.AS_OF: str(months[-1])} if months else {}
            query = {name: words for name, words in st.query_params.items() if name != CARRIED}
            data = f"Data to {data_words.format_month(months[-1])}." if months else ""
            st.write(f"**{markup.escape_markdown(title)}**  \n{data} Copy this link:")
            st.code(f"{st.context.url}?{urlencode(query | filters | as_of)}", language=None, wrap_lines=True)


def read_pack() -> Pack:
    """Return the meeting pack of this session. Raises PackError where its link was damaged."""
    return read_link_text(st.session_state[PACK])


def open_pack() -> tuple[Pack, str]:
    """Open the meeting pack of the link, else of this session, and save it in the address.

    Return the pack, and what is wrong with it.
    """
    slides: Pack = ()
    problem = ""
    for text in filter(None, (st.query_params.get(PACK), st.session_state[PACK])):
        try:
            slides = read_link_text(text)
            break
        except PackError as error:
            problem = str(error)
    words = st.session_state[PACK] = to_link_text(slides)
    if PACK not in st.query_params and 0 < len(words) <= LONGEST_LINK:
        st.query_params[PACK] = words
    return slides, problem


def save_pack(slides: Pack) -> None:
    """Save a meeting pack for this session and, where the address holds one, in the address."""
    words = to_link_text(slides)
    st.session_state[PACK] = words
    if PACK in st.query_params and st.query_params[PACK] != words:
        if 0 < len(words) <= LONGEST_LINK:
            st.query_params[PACK] = words
        else:
            del st.query_params[PACK]


def build_pack_link(slides: Pack) -> str:
    """Build the full address of a meeting pack, or "" where it is too long."""
    words = to_link_text(slides)
    return f"{st.context.url}?{urlencode({PACK: words})}" if len(words) <= LONGEST_LINK else ""


def draw_pack_button(page: str, selection: Selection, part: str = "") -> None:
    """Draw a button that adds the view, or one part of the page, to the meeting pack.

    Draw it only for viewers who can open the pack.
    """
    if not can_open("present"):
        return

    def add_view() -> None:
        parameters = (
            dict(st.query_params)
            | view.build_parameters(list_options(), selection, whole=True)
            | ({views.PART: part} if part else {})
        )
        try:
            save_pack(add_slides(read_pack(), [make_slide(page, parameters)]))
        except PackError as error:
            st.toast(markup.escape_markdown(str(error)))
        else:
            st.toast("Added to the meeting pack: see the Present page.")

    st.button("Add this view to the pack", on_click=add_view, key=f"pack-{page}-{part}")
