"""Measure how long the pages take in a browser, compared with a bare Streamlit page with one Altair chart.

    SHP_STORE=store python -m benchmarks.pages [--rounds 7]

Both servers run warm on this machine, the bare page in Streamlit's own settings, the dashboard in those that it ships
with. First draw: from the navigation to the last change of the page.
Filter change: from the click on the option to the last change of the page. On the ward map, likewise from the click
on a ward, another layer and the next period. Medians, and their ratio to the bare page's. Needs Chromium (Debian's
package `chromium`).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from run import STREAMLIT

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]  # fmt: skip
BARE = """
import altair as alt, pandas as pd, streamlit as st
months = int(st.selectbox("Months", ["24", "36"]))
table = pd.DataFrame({"month": range(months), "count": [(n * 37) % 101 for n in range(months)]})
st.altair_chart(alt.Chart(table).mark_line().encode(x="month:Q", y="count:Q"))
"""
# page -> the bounds of issue 2 for its first draw and for a filter change
PAGES = {"": (1.5, 2.0), "trends": (2.0, 2.0), "comparison": (2.0, 2.0), "hotspots": (2.5, 3.0)}
REGION = "All of Cleveland"
UNFILTERED = ("data",)
MAP_BOUND = 3.0  # of issue 5, for a click on a ward, a change of layer and a step of the period, over all areas
WATCH = """
window.lastChange = 0;
document.addEventListener("click", () => { window.clickedAt = performance.now(); }, {capture: true});
new MutationObserver(() => { window.lastChange = performance.now(); })
  .observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
"""
QUIET = 600  # milliseconds without a change end a redraw


@dataclass
class Drawn:
    """Medians in milliseconds of each page, the bare one and each act on the map; the memory of the server in MB."""

    floor_draw: float
    floor_change: float
    draws: dict[str, float] = field(default_factory=dict)
    changes: dict[str, float] = field(default_factory=dict)
    on_map: dict[str, float] = field(default_factory=dict)
    megabytes: int | None = None

    def draw(self, page: str) -> float:
        """Return the first draw as a multiple of the bare page's."""
        return self.draws[page] / self.floor_draw

    def change(self, page: str) -> float:
        """Return the filter change as a multiple of the bare page's."""
        return self.changes[page] / self.floor_change


def main() -> int:
    """Measure and print one line for each page. Return 1 if a bound is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    drawn = measure(parser.parse_args().rounds, tuple(PAGES), REGION)
    for line in describe_times(drawn):
        print(line)
    return int(
        any(drawn.draw(page) > draw or drawn.change(page) > change for page, (draw, change) in PAGES.items())
        or any(taken / drawn.floor_change > MAP_BOUND for taken in drawn.on_map.values())
    )


def describe_times(drawn: Drawn) -> Iterator[str]:
    """Describe the times and their bounds, a line for each page and action."""
    yield f"bare page: first draw {drawn.floor_draw:.0f} ms, filter change {drawn.floor_change:.0f} ms"
    for page in drawn.draws:
        most_draw, most_change = (f" (bound {most})" for most in PAGES[page]) if page in PAGES else ("", "")
        yield (f"{page or 'headlines':<12} first draw {drawn.draw(page):.2f} times{most_draw}, "
               f"filter change {drawn.change(page):.2f} times{most_change}")  # fmt: skip
    for name, taken in drawn.on_map.items():
        yield f"map, {name:<22} {taken / drawn.floor_change:.2f} times (bound {MAP_BOUND})"
    yield f"peak memory of the server: {drawn.megabytes} MB"


def measure(rounds: int, pages: Sequence[str], on_map: str = "") -> Drawn:
    """Draw each page of the dashboard and change its area, `rounds` times; both servers are warm.

    `on_map`: the area over which the ward map is clicked; empty for none.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        bare_script = Path(folder) / "bare.py"
        bare_script.write_text(BARE, encoding="utf-8")
        chromium = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with serve(bare_script) as (bare, _), serve(ROOT / "dashboard.py") as (dashboard, process):
            drawn = _time_pages(browser, bare, dashboard, rounds, pages, on_map)
            drawn.megabytes = read_peak_memory(process)
        browser.close()
    return drawn


def _time_pages(browser: Browser, bare: str, dashboard: str, rounds: int, pages: Sequence[str], on_map: str) -> Drawn:
    for page in pages:
        time_first_draw(browser, f"{dashboard}/{page}")  # warm
    time_first_draw(browser, bare)
    # Medians of several rounds: one slow round, as after a collection of garbage, must not decide.
    draws: dict[str, list[float]] = {}
    changes: dict[str, list[float]] = {}
    acts: dict[str, list[float]] = {}
    for _ in range(rounds):  # in turn, so that the machine's moods meet all alike
        for name, address, label in (("bare", bare, "Months"), *((p, f"{dashboard}/{p}", "Area") for p in pages)):
            draws.setdefault(name, []).append(time_first_draw(browser, address))
            if name not in UNFILTERED:
                changes.setdefault(name, []).extend(time_filter_changes(browser, address, label))
        if on_map:
            for name, taken in time_map_changes(browser, f"{dashboard}/hotspots?area={quote_plus(on_map)}").items():
                acts.setdefault(name, []).append(taken)
    drawn = Drawn(statistics.median(draws.pop("bare")), statistics.median(changes.pop("bare")))
    drawn.draws = {page: statistics.median(taken) for page, taken in draws.items()}
    drawn.changes = {page: statistics.median(taken) for page, taken in changes.items()}
    drawn.on_map = {name: statistics.median(taken) for name, taken in acts.items()}
    return drawn


def read_peak_memory(process: int) -> int | None:
    """Return the most memory that a process has used, in MB; None if the system does not report it (Linux does)."""
    try:
        match = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="ascii"))
    except OSError:
        return None
    return int(match[1]) // 1024 if match else None


@contextmanager
def serve(script: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """Run a Streamlit script on a free port, with these in its environment; yield its address and process id."""
    with socket.socket() as free_socket:
        free_socket.bind(("127.0.0.1", 0))
        port = free_socket.getsockname()[1]
    command = [sys.executable, "-c", STREAMLIT, "run", str(script), f"--server.port={port}",
               "--server.address=127.0.0.1", "--server.headless=true", "--server.fileWatcherType=none",
               "--browser.gatherUsageStats=false", "--logger.hideWelcomeMessage=true"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    process = subprocess.Popen(command, cwd=script.parent, env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                # Without a proxy, which would look for this address on its own machine.
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}/_stcore/health").close()
                break
            except OSError:
                time.sleep(0.1)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)


def time_first_draw(browser: Browser, address: str) -> float:
    """Return the milliseconds from the navigation to the last change of the page, in a new context."""
    page = open_page(browser, address)
    try:
        return wait_until_still(page)
    finally:
        page.context.close()


def time_filter_changes(browser: Browser, address: str, label: str) -> list[float]:
    """Return the milliseconds of three changes of a select box, from the click on the option to the last change."""
    page = open_page(browser, address)
    try:
        wait_until_still(page)
        return [change_option(page, label, option) for option in (1, 0, 1)]
    finally:
        page.context.close()


def time_map_changes(browser: Browser, address: str) -> dict[str, float]:
    """Return the milliseconds of a click on the map, each change of layer and a step, after one warm-up of each."""
    page = open_page(browser, address)
    layers = page.get_by_test_id("stButtonGroup").first
    try:
        wait_until_still(page)
        for _ in range(2):  # the first time warms
            times = {"step": click(page, page.get_by_role("button", name="Earlier"))}
            click(page, page.get_by_role("button", name="Later"))
            for name in ("Hotspots", "Points", "Repeat locations", "Wards"):
                times[f"to {name}"] = click(page, layers.get_by_text(name, exact=True))
            times["ward click"] = click(page, page.get_by_test_id("stDeckGlJsonChart"))
            page.reload()
            wait_until_still(page)
        return times
    finally:
        page.context.close()


def click(page: Page, at: Locator) -> float:
    """Click, and return the milliseconds until the page is still again."""
    at.click()
    page.wait_for_function("window.lastChange > window.clickedAt")
    end = wait_until_still(page)
    return end - float(page.evaluate("window.clickedAt"))


def change_option(page: Page, label: str, option: int) -> float:
    """Choose an option of a select box, and return the milliseconds until the page is still again."""
    page.locator('[data-testid="stSelectbox"]', has_text=label).first.locator("input").click()
    page.wait_for_timeout(300)
    return click(page, page.locator('[role="option"]').nth(option))


def open_page(browser: Browser, address: str) -> Page:
    """Open the address in a page that records its changes."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    return page


def wait_until_still(page: Page) -> float:
    """Wait until the page has been still for a while, and return when it changed last."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_function(f"performance.now() - window.lastChange > {QUIET}", timeout=60_000, polling=50)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
    return float(page.evaluate("window.lastChange"))


if __name__ == "__main__":
    sys.exit(main())
