"""The viewer, the store in view and the cached answers; the start and the end of a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st
from streamlit import net_util

from shp_data.domain import settings
from shp_data.domain.errors import NotAllowedError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.manifest import Load
from shp_data.store.notes import audit
from shp_data.store.notes.decisions import Decisions, read_decisions
from shp_data.store.reading import Reader
from shp_data.store.version import Store, make_empty_store, reopen_store
from shp_view.hosting import access, callers
from shp_view.hosting.access import Visitor
from shp_view.maps.map_parts import DESK, TELEPHONE, Room
from shp_view.text import markup
from shp_view.views import filters
from shp_view.views.loading import Desk

P = ParamSpec("P")
T = TypeVar("T")

# Where a page of another address asks, Streamlit would compare that with this machine's addresses, look them up at
# another host, and answer nobody meanwhile. It has none to compare with.
net_util.get_internal_ip = net_util.get_external_ip = lambda: None

SIGNED_IN = "signed-in"  # the visitor whose sign-in this session has recorded
PACK, CARRIED = "pack", "carried"  # the meeting pack: in the session and Present's link, and in links between pages


def start_page() -> None:
    """Set up the browser page, and the few styles that the theme has no option for."""
    st.set_page_config(page_title=partnership().name, layout="wide")
    st.html(markup.STYLE if get_room() == TELEPHONE else markup.STYLE + markup.DESK_MAP_STYLE)
    # A page that was opened by a link of this dashboard is a new session: the link brings the pack along.
    st.session_state.setdefault(PACK, st.query_params.get(CARRIED, ""))


def identify_visitor() -> Visitor:
    """Identify the visitor, by the login of this run alone.

    Where nothing may be shown to the visitor, the result gives the reason.
    """
    if access.starting.is_set():
        return Visitor("analyst")
    return callers.identify_claims(_read_claims(), is_on_this_machine=_is_local())


def _read_claims() -> dict[str, Any]:
    """Read the login's claims. `is_logged_in` is among them only where a sign-in is set up."""
    return dict(st.user.to_dict())


def _is_local() -> bool:
    """Return whether the browser runs on this machine.

    Return False where no page is being drawn, such as while a download is made.
    """
    return access.is_local(st.context.ip_address, dict(st.context.headers), st.get_option("server.port"))


def get_viewer() -> Viewer:
    """Return the viewer. Raises NotAllowedError where nothing may be shown."""
    user = identify_visitor()
    if user.role is None:
        raise NotAllowedError(user.reason)
    return Viewer(user.role)


def can_open(page: str) -> bool:
    """Return whether the viewer's role opens a page, by its name in addresses.

    Visitors who may see nothing open no page.
    """
    role = identify_visitor().role
    return role is not None and page in access.PAGES[role]


def check_access(page: str) -> None:
    """Check that the viewer may open a page. Raises NotAllowedError."""
    if not can_open(page):
        raise NotAllowedError(f"Your role ({get_viewer().role}) cannot open this page.")


def admit(user: Visitor) -> bool:
    """Return whether the visitor may see anything. Otherwise show the reason and the sign-in buttons."""
    # Every click runs the script again: a sign-in is recorded once a session, or again if the role has changed.
    if user.address and st.session_state.get(SIGNED_IN) != (user.address, user.role):
        record_activity("sign-in" if user.role else "refused", user.reason)
        st.session_state[SIGNED_IN] = (user.address, user.role)
    if user.role is None:
        st.title(partnership().name, anchor=False)
        st.write(markup.escape_markdown(user.reason))
        if user.has_login:
            _draw_account_buttons(user)
    return user.role is not None


def draw_account(user: Visitor) -> None:
    """Draw the account at the foot of the side bar; nothing where there is no sign-in."""
    if user.has_login:
        with st.sidebar:
            _draw_account_buttons(user)


def _draw_account_buttons(user: Visitor) -> None:
    if not user.address or user.reason == access.SIGN_IN_ENDED:
        st.button("Sign in", on_click=st.login)
    if user.address:
        st.caption(markup.escape_markdown(f"Signed in as {user.address}"))
    if user.address or user.reason == access.UNVERIFIED:
        st.button("Sign out", on_click=_sign_out)


def _sign_out() -> None:
    """Sign the visitor out, and end the sign-in for copies of its cookie too."""
    try:
        callers.end_sign_in(_read_claims())
    finally:
        st.logout()


def record_activity(what: audit.EntryKind, detail: str = "") -> None:
    """Record what a signed-in user does. Without a sign-in, nothing is recorded."""
    user = identify_visitor()
    if user.address:
        entry = audit.AuditEntry(dt.datetime.now(dt.UTC), user.address, user.role or "none", what, detail)
        audit.write_entry(get_store_folder(), entry)


def get_store_folder() -> Path:
    """Return the folder of the partnership's store."""
    return settings.find_store_dir()


def open_store() -> Store:
    """Open the store in view.

    It is the partnership's store where that has any load and the link does not ask for the sample.
    """
    own_store = _open_own_store()
    # A store whose last load was undone is as good as none: the sample is more use than an empty page.
    if own_store and own_store.manifest.loads and st.session_state.get(filters.DATA) != filters.SAMPLE:
        return own_store
    if not partnership().has_sample:
        return make_empty_store(get_store_folder())
    with st.spinner("Preparing the sample (first use only)"):
        sample = StoreLayout(prepare_sample_store())
    return _read_store(sample.root, sample.read_version() or "", "", repr(partnership().added), ())


def _open_own_store() -> Store | None:
    """Open the partnership's store; None where nothing was ever loaded."""
    layout = StoreLayout(get_store_folder())
    version = layout.read_version()
    if version is None:
        return None
    decisions = read_decisions(layout.root)
    return _read_store(layout.root, version, repr(decisions), repr(partnership().added), decisions)


@st.cache_resource(max_entries=6, show_spinner=False)
def _read_store(root: Path, version: str, decided: str, added: str, _decisions: Decisions) -> Store:
    """Read a version of a store once. A new version, decision on a month, or added indicator has another cache key."""
    return reopen_store(root, version, _decisions)


def open_reader() -> Reader:
    """Open the store in view, to be read as the viewer may see it. Raises NotAllowedError."""
    return Reader(open_store(), get_viewer())


def answer(function: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return `function(reader, *args)` for the store in view and the viewer.

    The result is cached until the store, the viewer's role or the arguments change.
    """
    reader = open_reader()
    store = reader.store
    key = (
        f"{function.__module__}.{function.__qualname__}",
        str(store.layout.root),
        store.version,
        repr(store.decisions),
        repr(store.partnership.added),
    )
    result: T = _cache_answer(key, reader.viewer.role, args, kwargs, function, reader)
    return result


# A selection is hashed by its printed form: several times as fast as field by field. The role is in the key, so that
# no viewer is given what was worked out for another role. Streamlit leaves out what begins with an underscore.
@st.cache_data(max_entries=1000, show_spinner=False, hash_funcs={Selection: repr})
def _cache_answer(
    key: tuple[str, ...], role: str, args: Any, kwargs: Any, _function: Callable[..., Any], _reader: Reader
) -> Any:
    """Return the cached result of a function.

    `key`: its name, the folder and version of the store, the decisions on its months, and the added indicators.
    """
    return _function(_reader, *args, **kwargs)


def list_loads() -> tuple[Load, ...]:
    """List the loads of the partnership's store, oldest first."""
    own_store = _open_own_store()
    return own_store.manifest.loads if own_store else ()


def get_desk() -> Desk:
    """Return what the Load files page saves between two clicks, for this session alone."""
    saved_desk: Desk = st.session_state.setdefault("desk", Desk(get_store_folder()))
    return saved_desk


def is_dark() -> bool:
    """Return whether the browser's theme is dark."""
    return st.context.theme.type == "dark"


def get_room() -> Room:
    """Return the size of a map, as far as the server can tell.

    A telephone identifies itself; the width of a window is not sent.
    """
    return TELEPHONE if "Mobi" in st.context.headers.get("User-Agent", "") else DESK


@contextmanager
def attempt() -> Iterator[None]:
    """Show the error of a block as one message, and go on with the page."""
    try:
        yield
    except UserError as error:
        st.error(markup.escape_markdown(str(error)))
