"""The meeting pack, and sharing a view: both by link."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from shp_data.domain.selection import Selection
from shp_view.app.choices import offered
from shp_view.app.session import CARRIED, PACK, opens, store
from shp_view.text import markup, share_words
from shp_view.views import filters as view
from shp_view.views import views
from shp_view.views.pack import LONGEST_LINK, Pack, PackError, added, from_words, slide, to_words


def share_button(title: str, chosen: Selection | None) -> None:
    """The link to the view: its page, filters and choices, the period even where it is the default, and as-of month."""
    with st.popover("Share", type="tertiary", key="share", on_change="rerun") as box:
        if box.open:
            months = store().months()
            filled = view.parameters(offered(), chosen, st.session_state.get(view.DATA), whole=True) if chosen else {}
            as_of = {share_words.AS_OF: str(months[-1])} if months else {}
            asked = {name: words for name, words in st.query_params.items() if name != CARRIED}
            data = f"Data to {share_words.month(months[-1])}." if months else ""
            st.write(f"**{markup.literal(title)}**  \n{data} Copy this link:")
            st.code(f"{st.context.url}?{urlencode(asked | filled | as_of)}", language=None, wrap_lines=True)


def pack() -> Pack:
    """The meeting pack of this session. Raises PackError where the link that brought it was damaged."""
    return from_words(st.session_state[PACK])


def open_pack() -> tuple[Pack, str]:
    """The meeting pack of the link, else of this session, which the address then holds; and what is wrong with it."""
    found: Pack = ()
    wrong = ""
    for asked in filter(None, (st.query_params.get(PACK), st.session_state[PACK])):
        try:
            found = from_words(asked)
            break
        except PackError as error:
            wrong = str(error)
    words = st.session_state[PACK] = to_words(found)
    if PACK not in st.query_params and 0 < len(words) <= LONGEST_LINK:
        st.query_params[PACK] = words
    return found, wrong


def keep_pack(slides: Pack) -> None:
    """Keep a meeting pack for this session and, where the address holds one, there."""
    words = to_words(slides)
    st.session_state[PACK] = words
    if PACK in st.query_params and st.query_params[PACK] != words:
        if 0 < len(words) <= LONGEST_LINK:
            st.query_params[PACK] = words
        else:
            del st.query_params[PACK]


def pack_link(slides: Pack) -> str:
    """The whole address of a meeting pack; "" where it is too long for one."""
    words = to_words(slides)
    return f"{st.context.url}?{urlencode({PACK: words})}" if len(words) <= LONGEST_LINK else ""


def pack_button(page: str, chosen: Selection, part: str = "") -> None:
    """A button that adds the view, or one part of the page, to the meeting pack. For whom can open the pack."""
    if not opens("present"):
        return

    def clicked() -> None:
        asked = (
            dict(st.query_params)
            | view.parameters(offered(), chosen, whole=True)
            | ({views.PART: part} if part else {})
        )
        try:
            keep_pack(added(pack(), [slide(page, asked)]))
        except PackError as error:
            st.toast(markup.literal(str(error)))
        else:
            st.toast("Added to the meeting pack: see the Present page.")

    st.button("Add this view to the pack", on_click=clicked, key=f"pack-{page}-{part}")
