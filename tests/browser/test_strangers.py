"""Attacks of strangers on the hosted server. Each succeeded before its protection was there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from helpers.browser import IDLE, PATIENCE, run_loop
from helpers.servers import Server, fetched, started
from playwright.sync_api import Browser, Page, Request
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from benchmarks.viewers import Viewer, enter
from shp_view.hosting.callers import COOKIE

TEMPLATE = "Workbook to fill in (XLSX)"


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample; without a sign-in, whoever is at this machine is the analyst."""
    folder = tmp_path_factory.mktemp("strangers")
    with started(folder, folder / "none") as server:
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
