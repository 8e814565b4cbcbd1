"""Links to pages and records with the filters of a selection; sharing a view; the meeting pack in links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

import streamlit as st

from shp_data.domain.selection import Selection
from shp_view.app.choices import list_options
from shp_view.app.session import CARRIED, PACK, attempt, can_open, open_store
from shp_view.text import data_words, markup
from shp_view.views import filters, views
from shp_view.views.pack import LONGEST_LINK, Pack, PackError, add_slides, make_slide, read_link_text, to_link_text

METHOD = "method"  # the parameter of a link to one method


def draw_records_link(selection: Selection, label: str = "See the records") -> None:
    """Draw a link to the records behind a figure."""
    draw_link(label, "records", selection)


def draw_link(label: str, page: str, selection: Selection | None = None) -> None:
    """Draw a link to a page, with the filters of a selection or with none.

    Draw nothing for a page that the viewer cannot open. The link starts a new session: within a session
    Streamlit keeps the filters as they are, whatever a link asks.
    """
    if page == "." or can_open(page):
        st.html(markup.make_link(label, build_addresses(page, [selection])[0] if selection else page), width="content")


def build_method_address(name: str) -> str:
    """Build the address of a method, with the filters of the page in view."""
    keys = (*filters.PAGE_FILTERS["methods"], filters.DATA, CARRIED)
    parameters = {key: st.query_params[key] for key in keys if key in st.query_params}
    return f"methods?{urlencode(parameters | {METHOD: name})}"


def build_full_address(page: str, selection: Selection) -> str:
    """Build the full address of a page with the filters of a selection.

    Documents print it, so that a reader can reproduce them.
    """
    parameters = filters.build_parameters(list_options(), selection, st.session_state.get(filters.DATA), whole=True)
    return f"{(st.context.url or '').rsplit('/', 1)[0]}/{page}?{urlencode(parameters)}"


def build_addresses(
    page: str, selections: Sequence[Selection], extra: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """Build the address of a page for each of some selections, with the meeting pack, for links.

    `extra`: further parameters of the links. The filter options are read once, because a table has many rows.
    """
    pack_text = st.session_state[PACK]
    more = ({CARRIED: pack_text} if 0 < len(pack_text) <= LONGEST_LINK else {}) | dict(extra)
    offer, data = list_options(), st.session_state.get(filters.DATA)
    return [f"{page}?{urlencode(filters.build_parameters(offer, selection, data) | more)}" for selection in selections]


def draw_share_button(title: str, selection: Selection | None) -> None:
    """Draw the Share button, with the link to the view.

    The link holds the page, filters and choices, the period even where it is the default, and the latest
    month loaded.
    """
    with st.popover("Share", type="tertiary", key="share", on_change="rerun") as box:
        if box.open:
            months, text = open_store().list_months(), ""
            query = {name: words for name, words in st.query_params.items() if name != CARRIED}
            if selection:
                data = st.session_state.get(filters.DATA)
                query |= filters.build_parameters(list_options(), selection, data, whole=True)
            if months:
                # Who opens the link after another load is told that the figures may have changed since.
                query[data_words.AS_OF] = str(months[-1])
                text = f"Data to {data_words.format_month(months[-1])}."
            st.write(f"**{markup.escape_markdown(title)}**  \n{text} Copy this link:")
            st.code(f"{st.context.url}?{urlencode(query)}", language=None, wrap_lines=True)


def open_pack() -> Pack:
    """Open the meeting pack of the link, else of this session, and save it in the address.

    Show what is wrong with a link that cannot be read.
    """
    slides: Pack = ()
    # The link comes first: it is what somebody sent. A damaged one leaves the pack of the session.
    for text in filter(None, (st.query_params.get(PACK), st.session_state[PACK])):
        with attempt():
            slides = read_link_text(text)
            break
    words = st.session_state[PACK] = to_link_text(slides)
    if PACK not in st.query_params and 0 < len(words) <= LONGEST_LINK:
        st.query_params[PACK] = words
    return slides


def save_pack(slides: Pack) -> None:
    """Save a meeting pack for this session and, where the address holds one, in the address."""
    words = st.session_state[PACK] = to_link_text(slides)
    # Setting the same words again would still send a new address to the browser.
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
        """Add the view in sight to the pack."""
        # The choices of the page are in its address; its filters are added in full, as a default changes with the data.
        parameters = dict(st.query_params) | filters.build_parameters(list_options(), selection, whole=True)
        parameters |= {views.PART: part} if part else {}
        try:
            save_pack(add_slides(read_link_text(st.session_state[PACK]), [make_slide(page, parameters)]))
        except PackError as error:
            st.toast(markup.escape_markdown(str(error)))
        else:
            st.toast("Added to the meeting pack. See the Present page.")

    st.button("Add this view to the pack", on_click=add_view, key=f"pack-{page}-{part}")
