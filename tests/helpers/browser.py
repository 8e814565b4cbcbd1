"""A running dashboard and a real browser before it, that explain their own failures.

Not pytest-playwright: its `page` knows of no server, of no console that must stay silent and of no stillness after a
redraw, and downloads a browser of its own. Of all that it gives, only the trace of a failure was missing: a few lines
in `visit`.

Whatever a visit does, it must end with no error in the browser's console and no request that left this machine.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Playwright, expect, sync_playwright

from shp_data.domain.settings import ROOT

T = TypeVar("T")
HERE = "127.0.0.1"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",  # WebGL by software, so that maps draw
    "--enable-unsafe-swiftshader",
    "--disable-gpu-rasterization",  # only maps need that: drawing all pages by it takes most of the time
    "--disable-gpu-compositing",
    "--ignore-gpu-blocklist",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HERE}",  # what asks for another machine finds none
]
WATCH = """
window.lastChange = performance.now();
new MutationObserver(() => { window.lastChange = performance.now(); })
  .observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
"""
FAILED = ROOT / "test-results"  # pictures and traces of what failed
QUIET = 300  # milliseconds without a change end a redraw
PATIENCE = 60_000  # milliseconds, for a machine that does much else
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def launched(playwright: Playwright, chromium: Path) -> Browser:
    """The browser of this machine; none is downloaded."""
    return playwright.chromium.launch(executable_path=chromium, args=FLAGS)


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """One browser for all tests. While Playwright runs, a test runs its own event loop in a thread: see `run_loop`."""
    expect.set_options(timeout=PATIENCE / 2)
    with sync_playwright() as playwright:
        yield launched(playwright, chromium)


def run_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, in a thread of its own: in this one Playwright's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One dashboard over the sample for all tests: none changes what it holds, and each visit has its own session."""
    folder = tmp_path_factory.mktemp("sample")
    with serving(browser, folder / "none", folder / "log") as running:
        yield running


@pytest.fixture
def fresh(browser: Browser, tmp_path: Path) -> Iterator[Site]:
    """A dashboard that nobody has asked for anything yet, over a store of its own."""
    with serving(browser, tmp_path / "store", tmp_path / "log") as running:
        yield running


@dataclass(frozen=True)
class Site:
    """A server of the dashboard that runs, the browser that visits it, and where its log is written.

    `not_ours`: the complaints that another page earns on the way, such as a sign-in's; a regular expression.
    """

    browser: Browser
    address: str
    log: Path
    not_ours: str = "$^"

    @contextmanager
    def visit(self, page: str = "", asked: dict[str, str] | None = None, **context: Any) -> Iterator[Page]:
        """A page as one sees it who was never here before, drawn and still. `context`: as Playwright takes it."""
        address = f"{self.address}/{page}" + (f"?{urlencode(asked)}" if asked else "")
        window = {"viewport": {"width": 1440, "height": 900}, **context}
        tab = take_tab(self.browser, window)
        tab.page.context.tracing.start(snapshots=True)
        try:
            tab.page.goto(address)
            settle(tab.page)
            yield tab.page
            ours = [problem for problem in tab.problems if not re.search(self.not_ours, problem)]
            assert not ours, ours
        except BaseException:
            self.explain(tab.page, tab.problems)
            tab.page.context.close()
            raise
        tab.page.context.tracing.stop()
        give_back(tab, window, self.address)

    def explain(self, page: Page, problems: list[str]) -> None:
        """Print what the server and the browser said, and keep a trace of the visit and a picture of the page."""
        FAILED.mkdir(exist_ok=True)
        test = os.environ.get("PYTEST_CURRENT_TEST", "visit").rpartition("::")[2].partition(" ")[0]
        kept = FAILED / re.sub(r"\W+", "-", test).strip("-")
        print(f"The server said:\n{self.log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
        print(f"The browser said: {problems}")
        trace, picture = kept.with_suffix(".zip"), kept.with_suffix(".png")
        page.context.tracing.stop(path=trace)
        print(f"All that was done and seen: {trace}; look with `playwright show-trace {trace.name}` in {FAILED}")
        page.screenshot(path=picture, timeout=10_000)
        print(f"The page {page.url} as it was: {picture}")


@dataclass(frozen=True)
class Tab:
    """A tab in a context of its own, and the problems of the visit that uses it."""

    page: Page
    problems: list[str]


# A first page takes the browser several times as long as a later one in the same tab, whose scripts are compiled. So
# visits that want the same window use one tab after the other, and each leaves it as it was.
_TABS: dict[str, list[Tab]] = defaultdict(list)


def take_tab(browser: Browser, window: dict[str, Any]) -> Tab:
    """An idle tab in such a window, or a new one."""
    idle = _TABS[repr((id(browser), window))]
    if idle:
        return idle.pop()
    context = browser.new_context(**window)
    context.set_default_timeout(PATIENCE)
    tab = Tab(context.new_page(), [])
    tab.page.add_init_script(WATCH)
    context.on("request", lambda request: tab.problems.extend(leaving(request.url)))
    tab.page.on("websocket", lambda socket: tab.problems.extend(leaving(socket.url)))
    tab.page.on("pageerror", lambda error: tab.problems.append(f"uncaught: {error}"))
    tab.page.on("console", lambda said: tab.problems.extend(complaint(said)))
    return tab


def give_back(tab: Tab, window: dict[str, Any], address: str) -> None:
    """Leave nothing of a visit in its tab: no page, other size or colours, cookie, or word in the browser's storage."""
    context = tab.page.context
    for other in context.pages:
        if other != tab.page:
            other.close()
    try:
        tab.page.goto(f"{address}/_stcore/health")  # what is stored can be cleared from a page of the same server alone
        tab.page.evaluate("localStorage.clear(); sessionStorage.clear()")
    except Error:  # the visit has outlived its server
        context.close()
        return
    context.clear_cookies()
    tab.page.set_viewport_size(window["viewport"])
    tab.page.emulate_media(color_scheme=window.get("color_scheme", "light"))
    tab.problems.clear()
    _TABS[repr((id(tab.page.context.browser), window))].append(tab)


def complaint(said: ConsoleMessage) -> list[str]:
    """An error in the console, as a list of one, or none.

    On the address of a page Streamlit first looks for its server below that page, and finds it one level up.
    """
    probe = re.search(r"/\w+/_stcore/(health|host-config)$", said.location.get("url", ""))
    return [f"{said.text} ({said.location.get('url')})"] if said.type == "error" and not probe else []


def leaving(url: str) -> list[str]:
    """The address of a request that leaves this machine, as a list of one, or none."""
    found = urlsplit(url)
    return [] if found.scheme in ("data", "blob") or found.hostname == HERE else [f"asked for {url}"]


def free_port() -> int:
    """A port of this machine on which nothing answers."""
    with socket.socket() as found:
        found.bind((HERE, 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def serving(browser: Browser, store: Path, log: Path, **environment: str) -> Iterator[Site]:
    """The dashboard over a store, on a free port of this machine alone; it ends with the block."""
    port = free_port()
    start = "import sys, pathlib, run; sys.exit(run.start_dashboard(pathlib.Path(sys.executable), sys.argv[1:]))"
    command = [sys.executable, "-c", start, f"--server.address={HERE}"]  # as `python3 run.py` starts it
    options = [f"--server.port={port}", "--server.headless=true"]
    address = f"http://{HERE}:{port}"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env={**os.environ, "SHP_STORE": str(store), **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_for(f"{address}/_stcore/health", server, log)
            yield Site(browser, address, log)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)  # run.py and the dashboard that it started
                server.wait(10)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers; where it does not, what it said."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the dashboard did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def settle(page: Page) -> None:
    """Until the script has run and the page has been still for a while."""
    page.wait_for_selector(IDLE)
    page.wait_for_function(f"performance.now() - window.lastChange > {QUIET}", polling=50)
    page.wait_for_selector(IDLE)


def title(page: Page) -> str:
    """The message over the page."""
    return page.locator("h1").inner_text()


def box(page: Page, label: str) -> Locator:
    """The filter of that name, in the side bar."""
    boxes = page.locator('[data-testid="stSidebar"] [data-testid="stSelectbox"]')
    return boxes.filter(has=page.get_by_text(label, exact=True)).locator("input")


def pick(page: Page, label: str, option: str) -> None:
    """Choose an option of a filter by its words, and wait for the page."""
    box(page, label).focus()
    settle(page)  # the focus may scroll the side bar, and a list closes when what is behind it scrolls
    box(page, label).click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def filter_value(page: Page, label: str) -> str:
    """What a filter shows."""
    return box(page, label).input_value()


def table(page: Page) -> list[list[str]]:
    """The first table of figures, as rows of cells, the head first."""
    return page.locator(".figures table").first.evaluate(
        "found => [...found.rows].map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )


def go(page: Page, name: str) -> None:
    """To another page, by the navigation."""
    page.locator('[data-testid="stSidebarNav"]').get_by_role("link", name=name, exact=True).click()
    settle(page)
