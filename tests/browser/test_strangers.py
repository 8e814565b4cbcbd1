"""Attacks of strangers on the hosted server. Each succeeded before its protection was there."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError

import pytest
from helpers import stores
from helpers.browser import IDLE, PATIENCE, run_loop
from helpers.servers import Server, fetched, started, until
from helpers.strangers import ANALYST, PARTNER, sign_in, started_with_sign_in, upload
from playwright.sync_api import Browser, Page, Request
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from websockets.exceptions import ConnectionClosed, InvalidStatus

from benchmarks.viewers import Viewer, enter
from shp_data.store.files.layout import StoreLayout
from shp_data.store.notes import sign_outs
from shp_view.hosting import access, seats
from shp_view.hosting.callers import COOKIE

TEMPLATE = "Workbook to fill in (XLSX)"


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample; without a sign-in, whoever is at this machine is the analyst."""
    folder = tmp_path_factory.mktemp("strangers")
    with started(folder, folder / "none") as server:
        yield server


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a sign-in. A session may upload 7 MB, all of them 10; one that was left is forgotten at once."""
    folder = tmp_path_factory.mktemp("signed")
    limits = {"SHP_MAX_SESSION_UPLOADS": "7", "SHP_MAX_SERVER_UPLOADS": "10", "SHP_MAX_SESSIONS": "5"}
    (folder / "tmp").mkdir()
    limits |= {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1", "TMPDIR": str(folder / "tmp")}
    with started_with_sign_in(folder, **limits) as server:
        yield server


def cookie_of(viewer: Viewer) -> str:
    """The cookie by which the server tells this browser from others."""
    return next(cookie for cookie in viewer.cookies.split("; ") if cookie.startswith(f"{COOKIE}="))


def status(server: Server, path: str, cookie: str = "") -> int:
    return server.get(path, {"Cookie": cookie} if cookie else {}).status


async def look(server: Server, page: str, *cookies: str) -> Viewer:
    viewer = await enter(server.address, page, cookies=cookies)
    await viewer.open()
    return viewer


def guess_ids(content: bytes, mimetype: str, name: str) -> list[str]:
    """The ids of ten files that differ in one count, the true file among them, as Streamlit computes them."""
    storage = MemoryMediaFileStorage("/media")
    line = content.rstrip().rsplit(b"\n", 1)[-1]
    guesses = {content} | {content.replace(line, line.replace(b",", b",%d" % n, 1)) for n in range(9)}
    return [storage.load_and_get_id(guess, mimetype, "downloadable", name) for guess in guesses]


def download_ward_table(page: Page, address: str) -> tuple[bytes, Request]:
    """Download the ward table, and return it and the request that fetched it."""
    page.goto(f"{address}/hotspots")
    page.wait_for_selector(IDLE)
    page.get_by_role("button", name="Download", exact=True).first.click()
    with page.expect_download() as waited, page.expect_request("**/media/**") as request:
        page.get_by_role("button", name="CSV", exact=True).click()
    return Path(waited.value.path()).read_bytes(), request.value


def test_a_ward_table_cannot_be_fetched_by_guessing_its_counts(hosted: Server, browser: Browser) -> None:
    with closing(browser.new_context()) as window:
        page = window.new_page()
        page.set_default_timeout(PATIENCE)
        content, request = download_ward_table(page, hosted.address)
        assert content.count(b"\n") > 3
        cookie = next(one for one in window.cookies() if one["name"] == COOKIE)
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        path = request.url.removeprefix(hosted.address)
        answer = fetched(request.url, {"Cookie": f"{COOKIE}={cookie['value']}"})
        assert answer.status == 200  # so the file is there, and the answers below are no accident
        assert answer.headers["Cache-Control"] == "private, no-store"
        guesses = guess_ids(content, answer.headers.get_content_type(), answer.headers.get_filename() or "")
        assert {status(hosted, f"/media/{one}{ending}") for one in guesses for ending in ("", ".csv")} == {404}
        assert status(hosted, path) == 404
        forged = f"{COOKIE}={cookie['value'][:-1]}{'0' if cookie['value'][-1] != '0' else '1'}"
        assert status(hosted, path, forged) == 404


def test_a_file_is_open_to_the_browser_that_it_was_made_for_in_each_of_its_tabs(hosted: Server) -> None:
    async def visit() -> None:
        first = await look(hosted, "load_files")
        own = cookie_of(first)
        second = await look(hosted, "load_files", own)
        assert cookie_of(second) == own  # a second tab gets no cookie of its own
        stranger = await look(hosted, "load_files")
        paths = [await viewer.download(TEMPLATE) for viewer in (first, second, stranger)]
        assert paths[0] == paths[1] != paths[2]
        assert [status(hosted, path, own) for path in paths] == [200, 200, 404]
        assert [status(hosted, path, cookie_of(stranger)) for path in paths] == [404, 404, 200]
        await first.socket.close()
        again = await look(hosted, "load_files", own)  # a reload
        assert status(hosted, await again.download(TEMPLATE), own) == 200
        for viewer in (second, stranger, again):
            await viewer.socket.close()

    run_loop(visit())


def test_after_a_restart_a_reload_opens_the_files_again(tmp_path) -> None:
    async def visit(server: Server, *cookies: str) -> tuple[str, str]:
        viewer = await look(server, "load_files", *cookies)
        path = await viewer.download(TEMPLATE)
        assert status(server, path, cookie_of(viewer)) == 200
        await viewer.socket.close()
        return path, cookie_of(viewer)

    with started(tmp_path, tmp_path / "none") as server:
        path, cookie = run_loop(visit(server))
    with started(tmp_path, tmp_path / "none") as server:
        assert status(server, path, cookie) == 404
        _, newer = run_loop(visit(server, cookie))
        assert newer != cookie


MB = b"0" * 2**20


def uploads_of(server: Server) -> list[Path]:
    """The uploaded files that the server has on disk."""
    return [
        path for path in server.log.parent.glob("tmp/dashboard-uploads-*/*") if path.is_file() and path.stem != "lock"
    ]


def read_memory(server: Server, kind: str = "VmRSS") -> int:
    """MB of the server's memory; `VmHWM` is the most that it had."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(kind))) // 1024


def test_nobody_uploads_before_sign_in_nor_with_a_role_that_cannot_load(signed: Server) -> None:
    async def visit() -> None:
        for email in (None, PARTNER, "eve@example.org"):
            viewer = await look(signed, "load_files", *([sign_in(signed, email)] if email else []))
            for method in ("PUT", "POST", "DELETE"):
                assert upload(signed, viewer, MB, method=method) == 403, (email, method)
            await viewer.socket.close()
        expired = await look(signed, "load_files", sign_in(signed, ANALYST, end=time.time() - 1))
        assert upload(signed, expired, MB) == 403
        analyst = await look(signed, "load_files", sign_in(signed, ANALYST))
        assert upload(signed, analyst, MB) == 204
        # With the session of another, even one who may load.
        other = await look(signed, "load_files", sign_in(signed, ANALYST))
        other.session = analyst.session
        assert upload(signed, other, MB) == 403
        for viewer in (expired, analyst, other):
            await viewer.socket.close()

    run_loop(visit())
    assert until(lambda: uploads_of(signed) == [], 60)


def test_uploads_are_limited_on_disk_and_dropped_with_their_session(signed: Server) -> None:
    async def visit() -> None:
        first, second = [await look(signed, "load_files", sign_in(signed, ANALYST)) for _ in range(2)]
        assert [upload(signed, first, 2 * MB, file_id=str(n)) for n in range(4)] == [204, 204, 204, 413]
        assert upload(signed, first, 3 * MB, file_id="0") == 413
        assert upload(signed, first, MB[: len(MB) // 2], file_id="0") == 204  # in place of the first: 4.5 MB in all
        assert [upload(signed, second, 2 * MB, file_id=str(n)) for n in range(4)] == [204, 204, 413, 413]
        assert until(lambda: len(uploads_of(signed)) == 5)
        assert upload(signed, second, b"", file_id="0", method="DELETE") == 204
        assert until(lambda: len(uploads_of(signed)) == 4)
        folder = uploads_of(signed)[0].parent
        assert folder.stat().st_mode & 0o777 == 0o700
        await first.socket.close()
        await second.socket.close()

    run_loop(visit())
    assert until(lambda: uploads_of(signed) == [], 60)  # both sessions have ended


def test_an_analyst_loads_a_file(tmp_path: Path, browser: Browser) -> None:
    file = stores.incidents(tmp_path / "Police.csv", {"2021-01": 4})
    root = tmp_path / "store"
    with started(tmp_path, root) as server, closing(browser.new_page()) as page:
        page.set_default_timeout(PATIENCE)
        page.goto(f"{server.address}/load_files")
        page.locator('input[type="file"]').set_input_files(file)
        page.get_by_role("button", name="Load", exact=True).click()
        assert until(lambda: StoreLayout(root).read_version() is not None, PATIENCE / 1000)


def test_uploads_do_not_stay_in_memory_and_those_of_a_killed_server_are_removed(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()

    async def visit(server: Server) -> None:
        viewer = await look(server, "load_files", sign_in(server, ANALYST))
        before = read_memory(server)
        for number in range(5):
            assert upload(server, viewer, 60 * MB, file_id=str(number)) == 204
        assert until(lambda: sum(path.stat().st_size for path in uploads_of(server)) == 300 * len(MB))
        assert until(lambda: read_memory(server) < before + 100)
        await viewer.socket.close()

    with started_with_sign_in(tmp_path, TMPDIR=str(tmp_path / "tmp")) as server:
        run_loop(visit(server))
        with started_with_sign_in(tmp_path, TMPDIR=str(tmp_path / "tmp")) as other:
            assert len(uploads_of(server)) == 5  # those of a server that lives stay
            server.process.kill()
            server.process.wait()
            assert len(uploads_of(other)) == 5
        with started_with_sign_in(tmp_path, TMPDIR=str(tmp_path / "tmp")) as next_one:
            assert uploads_of(next_one) == []
    assert list((tmp_path / "tmp").glob("dashboard-*")) == []


@pytest.mark.parametrize("restarted", [False, True])
def test_a_copied_cookie_ends_with_the_sign_out(tmp_path: Path, restarted: bool) -> None:
    async def see(server: Server, *cookies: str) -> tuple[str, Viewer]:
        viewer = await look(server, "load_files", *cookies)
        return " ".join([*viewer.texts, *viewer.errors]), viewer

    end = time.time() + 3600

    async def sign_out(server: Server) -> str:
        mine, others = (sign_in(server, ANALYST, end, nonce) for nonce in ("mine", "others"))
        words, viewer = await see(server, mine)
        assert access.SIGN_IN_ENDED not in words
        path = await viewer.download(TEMPLATE)
        copied = viewer.cookies  # all of them, by a thief
        assert status(server, path, copied) == 200
        assert server.get("/auth/logout", {"Cookie": mine}).status == 200
        assert status(server, path, copied) == 404
        assert upload(server, viewer, b"a") == 403
        await viewer.open()  # the tab that is open
        assert access.SIGN_IN_ENDED in " ".join(viewer.texts)
        words, other = await see(server, others)
        assert access.SIGN_IN_ENDED not in words  # another sign-in of the same person
        for tab in (viewer, other):
            await tab.socket.close()
        return mine

    async def come_back(server: Server, copied: str) -> None:
        words, thief = await see(server, copied)
        assert access.SIGN_IN_ENDED in words
        assert TEMPLATE not in thief.downloads
        assert upload(server, thief, b"a") == 403
        await thief.socket.close()

    with started_with_sign_in(tmp_path) as server:
        copied = run_loop(sign_out(server))
        if not restarted:
            run_loop(come_back(server, copied))
            assert ANALYST not in (tmp_path / "store" / sign_outs.FILE).read_text(encoding="utf-8")
            return
    # At another address, for which the cookie is signed again: what the provider says of the sign-in is the same.
    with started_with_sign_in(tmp_path) as server:
        run_loop(come_back(server, sign_in(server, ANALYST, end, "mine")))


def test_a_message_of_any_size_does_not_fill_the_memory(signed: Server) -> None:
    async def send(viewer: Viewer) -> int | None:
        with contextlib.suppress(ConnectionClosed):
            await viewer.socket.send(150 * MB)
        await viewer.socket.wait_closed()
        return viewer.socket.close_code

    async def visit() -> None:
        viewers = [await look(signed, "") for _ in range(4)]
        most = read_memory(signed, "VmHWM")
        assert await asyncio.gather(*map(send, viewers)) == [1009] * 4
        assert read_memory(signed, "VmHWM") < most + 150

    run_loop(visit())


async def enter_from(server: Server, host: str, *cookies: str) -> Viewer | None:
    """A viewer at that address, as a trusted proxy reports it; None if the server refuses the page or websocket."""
    try:
        return await enter(server.address, cookies=cookies, **{"X-Forwarded-For": host})
    except (HTTPError, InvalidStatus):
        return None


async def has_ended(viewer: Viewer, seconds: float) -> bool:
    try:
        await asyncio.wait_for(viewer.socket.wait_closed(), seconds)
    except TimeoutError:
        return False
    return True


def test_silent_websockets_hold_no_seat_and_are_ended_while_a_reader_stays(signed: Server) -> None:
    async def visit() -> None:
        silent = [await enter_from(signed, "192.0.2.1") for _ in range(5)]  # as many as there are seats
        assert None not in silent
        reader = await enter_from(signed, "192.0.2.2")
        assert reader is not None
        assert await reader.open() > 0
        assert not await has_ended(silent[0], 5)
        assert all([await has_ended(viewer, 30) for viewer in silent])
        assert not await has_ended(reader, 1)
        assert await reader.open() > 0
        await reader.socket.close()

    run_loop(visit())


def test_people_who_are_signed_in_come_in_while_strangers_hold_every_seat(signed: Server) -> None:
    async def visit() -> None:
        strangers = [await enter_from(signed, f"192.0.2.{number}") for number in range(5)]
        for stranger in strangers:
            await stranger.open()
        assert await enter_from(signed, "192.0.2.99") is None
        page = signed.get("/", {"X-Forwarded-For": "192.0.2.99"})
        assert page.status == 503
        assert re.search(r'href="/auth/login\?provider=[^"]+"', page.text)
        partner = await enter_from(signed, "192.0.2.99", sign_in(signed, PARTNER))
        assert await partner.open() > 0
        assert await has_ended(strangers[0], 5)
        assert not await has_ended(strangers[4], 1)
        for viewer in (partner, *strangers[1:]):
            await viewer.socket.close()

    run_loop(visit())


def test_strangers_of_one_address_are_limited(tmp_path: Path) -> None:
    async def visit(server: Server) -> None:
        pages = [await enter_from(server, "192.0.2.1") for _ in range(3)]
        assert [page is None for page in pages] == [False, False, True]
        for other in (
            await enter_from(server, "192.0.2.2"),
            await enter_from(server, "192.0.2.1", sign_in(server, PARTNER)),
        ):
            assert await other.open() > 0

    with started_with_sign_in(tmp_path, SHP_MAX_SESSIONS_PER_ADDRESS="2") as server:
        run_loop(visit(server))


def test_a_page_that_is_not_used_says_that_it_was_closed(tmp_path: Path, browser: Browser) -> None:
    with started(tmp_path, tmp_path / "none", SHP_IDLE_MINUTES="1") as server, closing(browser.new_page()) as page:
        page.goto(server.address)
        page.wait_for_selector(IDLE, timeout=PATIENCE)
        page.get_by_text(seats.CLOSED).wait_for(timeout=90_000)
        page.get_by_role("link", name="Open the dashboard").click()
        page.wait_for_selector(IDLE, timeout=PATIENCE)
