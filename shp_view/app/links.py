"""Links to pages and records, with the filters of a selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

import streamlit as st

from shp_data.domain.selection import Selection
from shp_view.app.choices import offered
from shp_view.app.session import CARRIED, PACK, opens
from shp_view.text import markup
from shp_view.views import filters as view
from shp_view.views.pack import LONGEST_LINK


def records_link(chosen: Selection, label: str = "See the records") -> None:
    """A link to the records behind a figure."""
    link(label, "records", chosen)


def link(label: str, page: str, chosen: Selection | None = None) -> None:
    """A link to a page, with the filters of a selection or with none; nothing for a page that the viewer cannot open.

    It opens the page anew: within a session Streamlit keeps the filters as they stand, whatever a link asks.
    """
    if page == "." or opens(page):
        st.html(markup.link(label, addresses(page, [chosen])[0] if chosen else page), width="content")


def here(page: str, chosen: Selection) -> str:
    """The whole address of a page with the filters of a selection: what a document says reproduces it."""
    words = view.parameters(offered(), chosen, st.session_state.get(view.DATA))
    return f"{(st.context.url or '').rsplit('/', 1)[0]}/{page}?{urlencode(words)}"


def addresses(page: str, chosen: Sequence[Selection], kept: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """The address of a page with the filters of each of some selections, as links write it, and the meeting pack.

    `kept`: what else the links hold. What the filters offer is asked for once: a table has many rows.
    """
    words = st.session_state[PACK]
    more = ({CARRIED: words} if 0 < len(words) <= LONGEST_LINK else {}) | dict(kept)
    offer, data = offered(), st.session_state.get(view.DATA)
    return [f"{page}?{urlencode(view.parameters(offer, one, data) | more)}" for one in chosen]
