"""Measure how long many viewers wait at once, compared with viewers of a bare Streamlit page with one chart.

    python -m benchmarks.viewers [--viewers 20] [--seconds 60] [--every 20] [--meanwhile FILE] [--without PAGE...]
                                 [--address https://host:port [--insecure]]

Each viewer speaks Streamlit's own protocol over a websocket of its own: it opens a page, then changes a filter
about every N seconds. Served by `streamlit run` in its own settings (the bare page) and by server.py in the
shipped ones (the dashboard), one after the other, under the same load; with --address the dashboard is one that runs
already, as behind nginx. With --meanwhile a file is loaded into the store (SHP_STORE) after half of the time, and one
more viewer waits for its month. Prints the wait from the change to the end of the rerun, the errors, the server's
peak memory, and the waits of the first two viewers after a start. Drawing in the browser is not in it. The viewers
share this machine's processors with the server, so their own work is in every figure. Issue bounds: 95th percentile
2 times the bare page's, 4 with the map; a newer month in view within a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import ssl
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg, DeferredFileRequestPayload
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from benchmarks.pages import BARE, read_peak_memory, serve

ROOT = Path(__file__).resolve().parent.parent
STREAMLIT = Subprotocol("streamlit")
FILTERS = ("Area", "Period", "Months")
CHARTS, MAP = ("", "trends", "comparison"), ("hotspots",)
BOUNDS = {"pages with charts": 2.0, "page with the map": 4.0}
MOST_MEMORY = 1500  # MB
LONGEST_UNTIL_SEEN = 60  # seconds from the end of a load until a viewer sees its month
PATIENCE = 60  # seconds for one rerun
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


@dataclass
class Viewer:
    """One browser's end of the protocol: the last page it received, and its errors."""

    socket: ClientConnection
    page: str = ""
    script: str = ""  # the hash of the page in view
    session: str = ""
    cookies: str = ""
    downloads: dict[str, str] = field(default_factory=dict)  # by label, the id of a file to be made
    filters: dict[str, Selectbox] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)  # the words of the last run
    errors: list[str] = field(default_factory=list)

    async def open(self, query: str = "") -> float:
        """Draw the page, and return the seconds until it is complete."""
        return await self._run(ClientState(page_name=self.page, query_string=query))

    async def change(self, choose: random.Random) -> float:
        """Choose another option of a filter, and return the seconds until the page is complete."""
        labels = [name for name in FILTERS if name in self.filters]
        if not labels:
            raise ConnectionRefusedError(f"no filter in view; the page says: {' '.join(self.texts)[:100]}")
        box = self.filters[choose.choice(labels)]
        state = WidgetState(id=box.id, string_value=choose.choice(box.options))
        request = ClientState(page_script_hash=self.script, widget_states=WidgetStates(widgets=[state]))
        return await self._run(request)

    async def download(self, label: str) -> str:
        """Have the file of a download button made, and return its address."""
        payload = DeferredFileRequestPayload(file_id=self.downloads[label])
        operation = BackendOperationRequest(request_id="1", session_id=self.session, deferred_file=payload)
        await self.socket.send(BackMsg(backend_operation_request=operation).SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while True:
                message = ForwardMsg.FromString(await self.socket.recv(decode=False))
                if message.WhichOneof("type") == "backend_operation_response":
                    return message.backend_operation_response.deferred_file.url

    async def _run(self, request: ClientState) -> float:
        self.texts = []
        started = time.perf_counter()
        await self.socket.send(BackMsg(rerun_script=request).SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._note(ForwardMsg.FromString(await self.socket.recv(decode=False))):
                pass
        return time.perf_counter() - started

    def _note(self, message: ForwardMsg) -> bool:
        """Record what a message displays. Return whether it was the last of the run."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
        elif kind == "navigation":
            self.script = message.navigation.page_script_hash
        elif kind == "delta":
            element = message.delta.new_element
            element_kind = element.WhichOneof("type")
            if element_kind == "selectbox":
                self.filters[element.selectbox.label] = element.selectbox
            elif element_kind == "download_button":
                self.downloads[element.download_button.label] = element.download_button.deferred_file_id
            elif element_kind == "markdown":
                self.texts.append(element.markdown.body)
            elif element_kind == "heading":
                self.texts.append(element.heading.body)
            elif element_kind == "exception":
                self.errors.append(f"{element.exception.type}: {element.exception.message}")
            elif element_kind == "alert" and element.alert.format == Alert.ERROR:
                self.errors.append(element.alert.body)
        return kind == "script_finished" and message.script_finished in FINISHED


async def enter(
    address: str, page: str = "", insecure: bool = False, cookies: Sequence[str] = (), **headers: str
) -> Viewer:
    """Return a viewer that has fetched the page and opened its websocket, with the cookies it received.

    `cookies`: those that the browser has already. `headers`: others to send.
    """
    trust = ssl.create_default_context()
    if insecure:
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    jar = dict(cookie.split("=", 1) for cookie in cookies)
    # As a browser does: the page, and before its websocket the health and settings of the server.
    for path in (page, "_stcore/health", "_stcore/host-config"):
        jar |= await asyncio.to_thread(_fetch_cookies, f"{address}/{path}", trust, jar, headers)
    cookie_header = "; ".join(f"{name}={value}" for name, value in jar.items())
    stream = re.sub("^http", "ws", address) + "/_stcore/stream"
    over = trust if address.startswith("https") else None
    headers |= {"Cookie": cookie_header, "Origin": address}
    # Without the token after the protocol's name, nobody is signed in.
    names = [STREAMLIT, Subprotocol(jar["_streamlit_xsrf"])]
    opened = connect(stream, subprotocols=names, additional_headers=headers, max_size=None, proxy=None, ssl=over)
    return Viewer(await opened, page, cookies=cookie_header)


def _fetch_cookies(
    address: str, trust: ssl.SSLContext, jar: Mapping[str, str], headers: Mapping[str, str]
) -> dict[str, str]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    with direct.open(urllib.request.Request(address, headers=headers), timeout=PATIENCE) as answer:
        cookies = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie", [])]
    return dict(cookie.split("=", 1) for cookie in cookies)


@dataclass
class Waits:
    """The waits of the viewers of some pages: seconds until a page was drawn, and after each change; errors."""

    draws: list[float] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def watch(
    address: str, page: str, waits: Waits, options: argparse.Namespace, seed: int, cookies: Sequence[str] = ()
) -> None:
    """Act as one viewer: arrive within the first interval, then change a filter about once in each."""
    choose = random.Random(seed)
    every, end = options.every, time.perf_counter() + options.seconds
    await asyncio.sleep(choose.uniform(0, min(every, options.seconds / 2)))
    try:
        viewer = await enter(address, page, options.insecure, cookies)
        try:
            waits.draws.append(await viewer.open())
            while time.perf_counter() + (pause := choose.uniform(0.75, 1.25) * every) < end:
                await asyncio.sleep(pause)
                waits.changes.append(await viewer.change(choose))
        finally:
            waits.errors += viewer.errors
            await viewer.socket.close()
    except (OSError, TimeoutError, WebSocketException) as error:
        waits.errors.append(f"{page or 'headlines'}: {type(error).__name__} {error}")


async def load(address: str, pages: dict[str, tuple[str, ...]], options: argparse.Namespace) -> dict[str, Waits]:
    """Run all viewers at once, and return the waits of each group of pages."""
    waits = {name: Waits() for name in pages}
    everywhere = cycle([(name, page) for name, group in pages.items() for page in group])
    visits = [
        watch(address, page, waits[name], options, seed)
        for seed, (name, page) in zip(range(options.viewers), everywhere, strict=False)
    ]
    await asyncio.gather(*visits)
    return waits


async def wait_for_month(address: str, options: argparse.Namespace) -> float:
    """Load a file after half of the time; return the seconds from its end until a viewer sees newer data."""
    viewer = await enter(address, insecure=options.insecure)
    await viewer.open()
    before, choose = find_newest(viewer), random.Random(0)
    await asyncio.sleep(options.seconds / 2)
    command = [sys.executable, "-m", "shp_data", "ingest", options.meanwhile]
    loading = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    await loading.wait()
    loaded = time.perf_counter()
    while find_newest(viewer) == before and time.perf_counter() - loaded < LONGEST_UNTIL_SEEN:
        await viewer.change(choose)
    await viewer.socket.close()
    return time.perf_counter() - loaded if find_newest(viewer) != before else float("inf")


def find_newest(viewer: Viewer) -> str:
    """Find the latest month of the data, as the page in view gives it."""
    return next((match[1] for text in viewer.texts if (match := re.search(r"data to (\w+ \d{4})", text))), "")


async def load_both(
    address: str, pages: dict[str, tuple[str, ...]], options: argparse.Namespace
) -> tuple[dict[str, Waits], float | None]:
    """Return the waits, and the seconds until a month loaded meanwhile was seen, if there is one."""
    if not options.meanwhile:
        return await load(address, pages, options), None
    waits, seen = await asyncio.gather(load(address, pages, options), wait_for_month(address, options))
    return waits, seen


async def time_first_two(address: str) -> tuple[float, float]:
    """Return the seconds that the first and the second viewer after a start waited for the page."""
    waits = []
    for _ in range(2):
        viewer = await enter(address)
        waits.append(await viewer.open())
        await viewer.socket.close()
    return waits[0], waits[1]


def compute_percentile(values: list[float], share: int) -> float:
    """Compute a percentile of some seconds; not a number if there are fewer than two."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1] if len(values) > 1 else float("nan")


def print_waits(name: str, waits: Waits) -> float:
    """Print the waits of some pages, and return the 95th percentile of their changes."""
    middle, most = compute_percentile(waits.changes, 50), compute_percentile(waits.changes, 95)
    first_draw = compute_percentile(waits.draws, 95)
    print(f"{name:<18} {len(waits.changes):>4} changes: median {middle * 1000:>5.0f} ms, 95th {most * 1000:>5.0f} ms; "
          f"first draw 95th {first_draw * 1000:>5.0f} ms; errors {len(waits.errors)}")  # fmt: skip
    for error in sorted(set(waits.errors)):
        print(f"    {error[:160]}")
    return most


def main() -> int:
    """Measure and print. Return 1 if a bound is exceeded or anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--every", type=float, default=20)
    parser.add_argument("--meanwhile", metavar="FILE")
    parser.add_argument("--without", nargs="*", default=[], metavar="PAGE", help="pages that the viewers' role lacks")
    parser.add_argument("--address")
    parser.add_argument("--insecure", action="store_true", help="take a certificate that no authority has signed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE, encoding="utf-8")
        with serve(script) as (address, _):
            bare = asyncio.run(load(address, {"bare page": ("",)}, options))
    charts = tuple(page for page in CHARTS if page not in options.without)
    pages = {"pages with charts": charts, "page with the map": MAP}
    memory = None
    if options.address:
        waits, seen = asyncio.run(load_both(options.address.rstrip("/"), pages, options))
    else:
        with serve(ROOT / "server.py") as (address, process):
            first, second = asyncio.run(time_first_two(address))
            print(f"after a start: first viewer {first * 1000:.0f} ms, second {second * 1000:.0f} ms")
            waits, seen = asyncio.run(load_both(address, pages, options))
            memory = read_peak_memory(process)
    missed = report(bare["bare page"], waits, memory)
    if seen is not None:
        print(f"the month that arrived was seen {seen:.1f} s after its load (bound {LONGEST_UNTIL_SEEN})")
        missed |= seen > LONGEST_UNTIL_SEEN
    return 1 if missed else 0


def report(bare: Waits, waits_by_group: dict[str, Waits], memory: int | None) -> bool:
    """Print the table, the ratios and the memory. Return whether a bound is exceeded or anything failed."""
    floor = print_waits("bare page", bare)
    missed = bool(bare.errors)
    for name, waits in waits_by_group.items():
        ratio = print_waits(name, waits) / floor
        print(f"    {ratio:.2f} times the bare page's 95th percentile (bound {BOUNDS[name]})")
        missed |= not ratio <= BOUNDS[name] or bool(waits.errors)
    if memory is not None:
        print(f"peak memory of the server: {memory} MB (bound {MOST_MEMORY})")
        missed |= memory > MOST_MEMORY
    return missed


if __name__ == "__main__":
    sys.exit(main())
