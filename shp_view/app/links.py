"""Links to pages and records, with the filters of a selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

import streamlit as st

from shp_data.domain.selection import Selection
from shp_view.app.choices import list_options
from shp_view.app.session import CARRIED, PACK, can_open
from shp_view.text import markup
from shp_view.views import filters as view
from shp_view.views.pack import LONGEST_LINK


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


def build_full_address(page: str, selection: Selection) -> str:
    """Build the full address of a page with the filters of a selection.

    Documents print it, so that a reader can reproduce them.
    """
    parameters = view.build_parameters(list_options(), selection, st.session_state.get(view.DATA))
    return f"{(st.context.url or '').rsplit('/', 1)[0]}/{page}?{urlencode(parameters)}"


def build_addresses(
    page: str, selections: Sequence[Selection], extra: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """Build the address of a page for each of some selections, with the meeting pack, for links.

    `extra`: further parameters of the links. The filter options are read once, because a table has many rows.
    """
    pack_text = st.session_state[PACK]
    more = ({CARRIED: pack_text} if 0 < len(pack_text) <= LONGEST_LINK else {}) | dict(extra)
    offer, data = list_options(), st.session_state.get(view.DATA)
    return [f"{page}?{urlencode(view.build_parameters(offer, selection, data) | more)}" for selection in selections]
