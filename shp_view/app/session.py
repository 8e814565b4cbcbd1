"""Who looks, at whose records, and what is kept of their answers; the start and the end of a page."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from shp_data.domain import settings
from shp_data.domain.errors import NotAllowedError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Viewer
from shp_data.intake.sample import sample_store
from shp_data.store.facts import Store, empty_store, store_of
from shp_data.store.files.layout import Layout
from shp_data.store.files.manifest import Load
from shp_data.store.notes import audit
from shp_view.app import access
from shp_view.app.access import Visitor
from shp_view.maps.maps import DESK, TELEPHONE, Room
from shp_view.text import markup
from shp_view.views import filters as view
from shp_view.views.uploads import Desk

P = ParamSpec("P")
T = TypeVar("T")

SIGNED_IN = "signed-in"  # for whom this session has noted a sign-in
PACK, CARRIED = "pack", "carried"  # the meeting pack: in the session and Present's link, and in links between pages


def start() -> None:
    """Settings of the browser page, and the few styles that the theme has no option for."""
    st.set_page_config(page_title=partnership().name, layout="wide")
    st.html(markup.STYLE)
    # A page that was opened by a link of this dashboard is a new session: the link brings the pack along.
    st.session_state.setdefault(PACK, st.query_params.get(CARRIED, ""))


def visitor() -> Visitor:
    """Who looks, by the login of this run and nothing else; and why nothing may be shown, where that is so."""
    if access.starting.is_set():
        return Visitor("analyst")
    known = partnership()
    return access.visitor(_claims(), known.access, known.disclosure, time.time(), local=_local())


def _claims() -> dict[str, Any]:
    """What the login says of who looks; `is_logged_in` is among it where a sign-in is set up, and only there."""
    return dict(st.user.to_dict())


def _local() -> bool:
    """Does the browser run on this machine? Not where no page is being drawn, such as while a download is made."""
    return access.is_local(st.context.ip_address, dict(st.context.headers))


def viewer() -> Viewer:
    """Who looks. Raises NotAllowedError where nothing may be shown."""
    found = visitor()
    if found.role is None:
        raise NotAllowedError(found.why)
    return Viewer(found.role)


def opens(page: str) -> bool:
    """Does the viewer's role open a page, by its name in addresses? No page for whom nothing may be shown."""
    role = visitor().role
    return role is not None and page in access.PAGES[role]


def check(page: str) -> None:
    """May the viewer open a page? Raises NotAllowedError."""
    if not opens(page):
        raise NotAllowedError(f"This page is not among those of the role {viewer().role}: choose another.")


def admit(found: Visitor) -> bool:
    """May who looks see anything? Else say why, with nothing beside it but the way in and out."""
    if found.address and st.session_state.get(SIGNED_IN) != (found.address, found.role):
        record("sign-in" if found.role else "refused", found.why)
        st.session_state[SIGNED_IN] = (found.address, found.role)
    if found.role is None:
        st.title(partnership().name, anchor=False)
        st.write(markup.literal(found.why))
        if found.login:
            _account(found)
    return found.role is not None


def account(found: Visitor) -> None:
    """Who is signed in, and the way out or in, at the foot of the side bar; nothing where there is no sign-in."""
    if found.login:
        with st.sidebar:
            _account(found)


def _account(found: Visitor) -> None:
    if not found.address or found.why == access.ENDED:
        st.button("Sign in", on_click=st.login)
    if found.address:
        st.caption(markup.literal(f"Signed in as {found.address}"))
    if found.address or found.why == access.UNVERIFIED:
        st.button("Sign out", on_click=st.logout)


def record(what: audit.What, about: str = "") -> None:
    """Note what who is signed in does; on one's own machine, without a sign-in, nothing is noted."""
    found = visitor()
    if found.address:
        event = audit.Event(dt.datetime.now(dt.UTC), found.address, found.role or "none", what, about)
        audit.note(own_store(), event)


def own_store() -> Path:
    """Where the partnership's own records are kept."""
    return settings.store_dir()


def store() -> Store:
    """The store in view: the partnership's own where it holds anything and the link does not ask for the sample."""
    own = Layout(own_store())
    version = own.version()
    if version is not None and st.session_state.get(view.DATA) != view.SAMPLE:
        opened = _opened(own.root, version)
        if opened.manifest.loads:
            return opened
    if not partnership().has_sample:
        return empty_store(own.root)
    with st.spinner("Preparing the sample: this takes a few seconds, once"):
        sample = Layout(sample_store())
    return _opened(sample.root, sample.version() or "")


@st.cache_resource(max_entries=6, show_spinner=False)
def _opened(root: Path, version: str) -> Store:
    """A version of a store, read once; a new version is another key."""
    return store_of(root, version)


def answer(function: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `function(store, *args)` says of the store in view, kept until the store or the question changes."""
    shown = store()
    name = f"{function.__module__}.{function.__qualname__}"
    kept: T = _answer(name, str(shown.layout.root), shown.version, args, kwargs, function, shown)
    return kept


@st.cache_data(max_entries=1000, show_spinner=False)
def _answer(
    name: str, root: str, version: str, args: Any, kwargs: Any, _function: Callable[..., Any], _store: Store
) -> Any:
    """The key is the question (its arguments hold the viewer), and the version of the store."""
    return _function(_store, *args, **kwargs)


def own_loads() -> tuple[Load, ...]:
    """The loads of the partnership's own store, oldest first."""
    own = Layout(own_store())
    version = own.version()
    return _opened(own.root, version).manifest.loads if version else ()


def desk() -> Desk:
    """What the Load files page keeps between two clicks, for this session alone."""
    kept: Desk = st.session_state.setdefault("desk", Desk())
    return kept


def dark() -> bool:
    """Is the browser's theme dark?"""
    return st.context.theme.type == "dark"


def room() -> Room:
    """How large is a map, as far as the server knows? Telephones say what they are; a width nobody says."""
    return TELEPHONE if "Mobi" in st.context.headers.get("User-Agent", "") else DESK


def refuse(error: UserError) -> None:
    """Say what is wrong, in place of the page."""
    st.error(markup.literal(str(error)))
