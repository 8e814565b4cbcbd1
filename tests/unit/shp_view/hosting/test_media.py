"""Files that pages make are their owner's; browsers are told apart by a signed cookie."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import streamlit as st
from helpers.browser import run_loop
from starlette.types import Message, Receive, Scope, Send
from streamlit.runtime import RuntimeConfig
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.web.server.starlette import starlette_app

from shp_view.hosting.access import Visitor, compute_sign_in_key
from shp_view.hosting.callers import COOKIE, PAGE_START, BrowserCookie, Caller, Callers
from shp_view.hosting.media import OwnedFiles

ANALYST = Visitor("analyst")
ANN, BOB = Caller("ann", "", ANALYST), Caller("bob", "", ANALYST)
CSV = (b"ward,count\nA,3\n", "text/csv", MediaFileKind.DOWNLOADABLE, "wards.csv")


def make_files() -> tuple[OwnedFiles, MemoryMediaFileStorage, list[Caller]]:
    """A storage, the one inside it, and who is looking: the last of the list."""
    inner, looking = MemoryMediaFileStorage("/media"), [ANN]
    return OwnedFiles(inner, lambda: looking[-1]), inner, looking


def test_an_id_does_not_follow_from_the_content_and_stays_from_run_to_run() -> None:
    files, inner, looking = make_files()
    first = files.load_and_get_id(*CSV)
    assert first != inner.load_and_get_id(*CSV)
    assert first == files.load_and_get_id(*CSV)
    looking.append(BOB)
    assert files.load_and_get_id(*CSV) != first
    assert files.load_and_get_id(b"other", *CSV[1:]) != files.load_and_get_id(*CSV)
    elsewhere = make_files()[0].load_and_get_id(*CSV)  # another process
    assert elsewhere != first
    assert files.get_url(first) == f"/media/{first}.csv"
    assert files.get_file(f"{first}.csv").content == CSV[0]


@pytest.mark.parametrize(
    ("caller", "is_open"),
    [
        (ANN, True),
        (BOB, False),
        (Caller(None, "", ANALYST), False),
        (Caller("ann", "signed in", ANALYST), False),
        (Caller("ann", "", Visitor(None)), False),
    ],
)
def test_a_file_is_open_to_its_owner_alone(caller: Caller, is_open: bool) -> None:
    files, _, _ = make_files()
    file_id = files.load_and_get_id(*CSV)
    assert files.is_open_to(f"{file_id}.csv", caller) is is_open
    assert files.is_open_to(file_id, caller) is is_open
    assert not files.is_open_to("none.csv", caller)


def test_a_file_made_for_a_browser_without_a_cookie_is_open_to_nobody() -> None:
    files, _, looking = make_files()
    looking.append(Caller(None, "", ANALYST))
    assert not files.is_open_to(files.load_and_get_id(*CSV), looking[-1])


def test_a_content_is_deleted_with_its_last_owner() -> None:
    files, inner, looking = make_files()
    of_ann = files.load_and_get_id(*CSV)
    looking.append(BOB)
    of_bob = files.load_and_get_id(*CSV)
    files.delete_file(of_ann)
    files.delete_file(of_ann)
    assert files.get_file(of_bob).content == CSV[0]
    with pytest.raises(MediaFileStorageError):
        files.get_file(of_ann)
    files.delete_file(of_bob)
    assert inner.get_stats() == {}


def test_a_cookie_that_this_process_did_not_sign_is_none() -> None:
    callers, others = Callers(lambda _: {}, lambda: 8501), Callers(lambda _: {}, lambda: 8501)
    cookie = callers.make_cookie()
    token = callers.read_browser({COOKIE: cookie})
    assert token is not None
    assert len(token) >= 32  # 128 random bits are 22 of these characters
    assert callers.make_cookie() != cookie
    for wrong in ("", ".", token, f"{token}.", f"x{cookie}", cookie + "0", cookie.replace(".", ".é"), "é"):
        assert callers.read_browser({COOKIE: wrong}) is None
    assert others.read_browser({COOKIE: cookie}) is None
    assert callers.read_browser({}) is None


CALLERS = Callers(lambda _: {}, lambda: 8501)


def ask(scheme: str, path: str, cookie: str = "", *, framed: bool = False) -> list[str]:
    """The cookies that the server gives."""
    given: list[str] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Message) -> None:
        given.extend(value.decode() for name, value in message["headers"] if name == b"set-cookie")

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "scheme": scheme, "path": path, "headers": [(b"cookie", cookie.encode())]}
    run_loop(BrowserCookie(answer, CALLERS, framed=framed)(scope, receive, send))
    return given


def test_the_cookie_comes_once_with_the_start_of_a_page() -> None:
    (given,) = ask("https", PAGE_START)
    assert given.endswith("; Path=/; HttpOnly; SameSite=Strict")
    value = given.partition(";")[0]
    assert ask("https", PAGE_START, value) == []
    assert len(ask("https", PAGE_START, value + "0")) == 1
    assert ask("https", "/") == []


def test_the_tabs_of_a_browser_get_one_cookie_after_a_restart() -> None:
    before = Callers(lambda _: {}, lambda: 8501)
    first, second = before.make_cookie(), before.make_cookie()
    given = [ask("http", PAGE_START, f"{COOKIE}={cookie}")[0] for cookie in (first, first, second)]
    assert given[0] == given[1] != given[2]
    assert CALLERS.read_browser(dict([given[0].partition(";")[0].split("=", 1)])) is not None
    assert ask("http", PAGE_START)[0] != ask("http", PAGE_START)[0]


def test_in_a_frame_of_another_site_the_cookie_is_sent_over_tls() -> None:
    assert ask("https", PAGE_START, framed=True)[0].endswith("; SameSite=None; Secure; Partitioned")
    assert ask("http", PAGE_START, framed=True)[0].endswith("; SameSite=Strict")


def test_the_key_of_a_sign_in_is_that_of_the_providers_claims() -> None:
    claims: dict[str, Any] = {"is_logged_in": True, "email": "ann@council.gov.uk", "nonce": "a", "exp": 7}
    key = compute_sign_in_key(claims)
    assert len(key) == 64
    assert key == compute_sign_in_key({"origin": "https://x.example", "tokens": {}, **dict(reversed(claims.items()))})
    assert key != compute_sign_in_key(claims | {"nonce": "b"})
    assert compute_sign_in_key({"is_logged_in": False}) == compute_sign_in_key({}) == ""


def test_streamlit_still_takes_the_storages_that_the_server_gives_it() -> None:
    """What server.py uses of Streamlit beside its public functions; the hosted server's tests show that it works."""
    assert {"media_file_storage", "uploaded_file_manager", "session_storage", "cache_storage_manager"} <= set(
        inspect.signature(RuntimeConfig).parameters
    )
    assert "if self._runtime is None" in inspect.getsource(st.App._build_starlette_app)
    routes = inspect.getsource(starlette_app.create_streamlit_routes)
    assert "create_media_routes(media_storage" in routes
    assert "media_manager._storage" in routes
