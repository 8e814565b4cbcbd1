"""The hosted server as a process: health, headers, limits, log, stop, a page in a browser, and nginx before two."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import logging
import re
import shutil
import signal
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import yaml
from helpers import stores
from helpers.browser import IDLE, PATIENCE, complaint, run_loop
from helpers.servers import (
    HERE,
    MOST,
    TLS,
    Server,
    behind_nginx,
    fetched,
    free_port,
    nginx_here,
    started,
    until,
    watched,
)
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from benchmarks.viewers import enter
from shp_data.domain import settings
from shp_data.domain.errors import SettingsError, StoreError
from shp_data.domain.settings import ROOT
from shp_view.hosting import access, seats
from shp_view.hosting import server as hosting

PROMISED = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy")


def asked_pages(server: Server, path: str) -> int:
    return len([line for line in server.lines() if line.get("path") == path])


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the sample, for three viewers and uploads of one MB."""
    folder = tmp_path_factory.mktemp("hosted")
    limits = {"SHP_MAX_SESSIONS": str(MOST), "STREAMLIT_SERVER_MAX_UPLOAD_SIZE": "1"}
    with started(folder, folder / "none", **limits, **watched(folder / "calls")) as server:
        yield server


def test_health_and_readiness(hosted):
    assert (hosted.get("/healthz").status, hosted.get("/healthz").text) == (200, "ok")
    assert (hosted.get("/readyz").status, hosted.get("/readyz").text) == (200, "ready")


def asset(server: Server) -> str:
    found = re.search(r'src="\.(/static/js/index\.[^"]+)"', server.get("/").text)
    assert found
    return found[1]


def test_every_answer_carries_the_headers(hosted):
    answers = {path: hosted.get(path) for path in ("/", asset(hosted), "/healthz", "/readyz", "/_stcore/health")}
    answers |= {path: hosted.get(path) for path in ("/trends", "/media/none", "/_stcore/none", "/static/none.js")}
    assert {path: [name for name in PROMISED if name not in answer.headers] for path, answer in answers.items()} == {
        path: [] for path in answers
    }
    policy = answers["/"].headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"https?:|'unsafe-eval'|\*", policy)
    assert "'unsafe-inline'" not in re.search(r"script-src ([^;]+)", policy)[1]


def test_tls_is_demanded_where_a_trusted_proxy_speaks_it(hosted):
    assert "Strict-Transport-Security" not in hosted.get("/").headers
    assert "max-age=31536000" in hosted.get("/", TLS).headers["Strict-Transport-Security"]
    over_tls, plain = (hosted.get("/_stcore/health", said).headers.get_all("Set-Cookie", []) for said in (TLS, {}))
    assert [value.endswith("; Secure") for value in over_tls] == [True]
    assert ["; Secure" in value for value in plain] == [False]


def test_viewers_beyond_the_limit_are_refused(hosted):
    async def crowd() -> None:
        viewers = [await enter(hosted.address) for _ in range(MOST)]
        try:
            for viewer in viewers:
                await viewer.open()  # a seat is taken by who asks for a page
            page = await asyncio.to_thread(hosted.get, "/trends")
            assert (page.status, page.headers["Retry-After"], page.text) == (503, "60", seats.FULL)
            assert [name for name in PROMISED if name not in page.headers] == []
            with pytest.raises(urllib.error.HTTPError, match="503"):
                await enter(hosted.address)
            for path in ("/healthz", "/readyz", "/_stcore/health"):
                assert (await asyncio.to_thread(hosted.get, path)).status == 200
            assert await viewers[0].open() > 0  # those who are in are served
        finally:
            for viewer in viewers:
                await viewer.socket.close()

    run_loop(crowd())
    assert until(lambda: hosted.get("/").status == 200)


def test_a_file_beyond_the_limit_is_refused(hosted):
    async def upload(megabytes: float) -> int:
        viewer = await enter(hosted.address)
        try:
            viewer.page = "load_files"
            await viewer.open()
            return await asyncio.to_thread(put, viewer.session, megabytes)
        finally:
            await viewer.socket.close()

    def put(session: str, megabytes: float) -> int:
        head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n'
        body = head + b"0" * int(megabytes * 2**20) + b"\r\n--x--\r\n"
        (given,) = hosted.get("/_stcore/health").headers.get_all("Set-Cookie")
        cookie = given.partition(";")[0]
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": cookie}
        headers["X-Xsrftoken"] = cookie.partition("=")[2]
        asked = http.client.HTTPConnection(hosted.address.removeprefix("http://"), timeout=30)
        try:
            asked.request("PUT", f"/_stcore/upload_file/{session}/one", body, headers)
            return asked.getresponse().status
        finally:
            asked.close()

    assert run_loop(upload(0.5)) == 204
    assert run_loop(upload(3)) == 413


def test_the_log_is_json_and_names_nobody(hosted):
    secret = "someone-private"
    hosted.get(
        f"/trends?area={secret}", {"Cookie": f"a={secret}", "User-Agent": secret, "X-Forwarded-For": "192.0.2.9"}
    )
    hosted.get(f"/media/{secret}.csv")
    assert until(lambda: asked_pages(hosted, "/media/") > 0 and asked_pages(hosted, "/trends") > 0)
    asked = [line for line in hosted.lines() if line["event"] == "request"]
    assert {"method", "path", "status", "ms"} <= set(asked[-1])
    text = hosted.log.read_text(encoding="utf-8")
    assert secret not in text
    assert "192.0.2.9" not in text
    assert HERE not in text


async def enter_from(origin: str, address: str, *more: str) -> ClientConnection:
    """Open a websocket as a page of some address does; `more`: what Streamlit's page adds to the protocol's name."""
    stream = address.replace("http", "ws") + seats.STREAM
    protocols = [Subprotocol(one) for one in ("streamlit", *more)]
    trust = ssl._create_unverified_context() if address.startswith("https") else None
    return await connect(stream, subprotocols=protocols, additional_headers={"Origin": origin}, proxy=None, ssl=trust)


def test_the_log_names_no_session_and_no_page_of_another_address(hosted):
    async def attack() -> str:
        viewer = await enter(hosted.address)
        await viewer.open()
        again = await enter_from(hosted.address, hosted.address, "x", viewer.session)  # as who has copied it
        for origin in ("https://private.example", "http://192.0.2.9:8501"):
            with pytest.raises(InvalidStatus):
                await enter_from(origin, hosted.address)
        await again.close()
        await viewer.socket.close()
        return viewer.session

    before = len(hosted.lines())
    session = run_loop(attack())
    assert until(lambda: sum(line.get("status") == 101 for line in hosted.lines()[before:]) == 2)
    noted = [str(line["event"]) for line in hosted.lines()[before:]]
    assert sum("Rejecting WebSocket connection" in one for one in noted) == 2  # so that somebody can see it
    assert sum("already connected" in one for one in noted) == 1
    text = hosted.log.read_text(encoding="utf-8")
    assert [word for word in (session, "private.example", "192.0.2.9") if word in text] == []


def test_no_page_and_no_request_makes_the_server_call_another(hosted):
    """But signing in and `fetch`. The system says whom the server calls, whatever library does it."""

    async def look() -> None:
        for origin in ("https://elsewhere.example", "http://localhost:3000", "null", "https://8.8.8.8"):
            # Streamlit takes any port of this machine; the page then says that no sign-in is set up.
            with contextlib.suppress(InvalidStatus):
                await (await enter_from(origin, hosted.address)).close()
        for page in access.PAGES["analyst"]:
            viewer = await enter(hosted.address, page)
            await viewer.open()
            assert viewer.errors == []
            await viewer.socket.close()

    hosted.get("/", {"Origin": "https://elsewhere.example", "Referer": "https://elsewhere.example"})
    run_loop(look())
    called = (hosted.log.parent / "calls").read_text(encoding="utf-8").splitlines()
    assert any("localhost" in line for line in called)  # the first of each process, so the record works
    assert [line for line in called if not re.search(r"127\.0\.0\.1|localhost|'::1'", line)] == []


def test_nobody_is_told_of_the_machine_that_serves(hosted):
    async def listen() -> bytes:
        viewer = await enter(hosted.address)
        await viewer.socket.send(BackMsg(load_git_info=True).SerializeToString())
        await viewer.socket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        frames = [await viewer.socket.recv(decode=False)]
        while ForwardMsg.FromString(frames[-1]).WhichOneof("type") != "script_finished":
            frames.append(await viewer.socket.recv(decode=False))
        await viewer.socket.close()
        return b"".join(frames)

    frames = run_loop(listen())
    assert b"Safer Hartlepool" in frames  # so the search finds what is there
    python, system = ".".join(map(str, sys.version_info)), sys.platform
    assert [word for word in (str(ROOT), python, system, "installation", "machine-id") if word.encode() in frames] == []


def test_an_error_in_the_log_says_where_it_rose_and_not_its_words():
    try:
        raise ValueError("12 Private Street")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    line = json.loads(hosting.JsonLines().format(record))
    assert (line["error"], line["level"], line["event"]) == ("ValueError", "error", "failed")
    assert "test_server.py" in line["where"][-1]
    assert "Private" not in json.dumps(line)


def damage_manifest(root: Path) -> None:
    next(root.glob("versions/*/manifest.json")).write_text("{", encoding="utf-8")


def damage_counts(root: Path) -> None:
    next(root.glob("parts/*.summary.parquet")).write_bytes(b"PAR1 no more")


def lose_counts(root: Path) -> None:
    next(root.glob("parts/*.summary.parquet")).unlink()


def lose_version(root: Path) -> None:
    shutil.rmtree(root / "versions")


@pytest.mark.parametrize("harm", [damage_manifest, damage_counts, lose_counts, lose_version])
def test_a_damaged_store_is_not_ready(tmp_path, monkeypatch, harm):
    root = tmp_path / "store"
    stores.load(root, stores.incidents(tmp_path / "one.csv", {"2020-10": 3}))
    monkeypatch.setenv("SHP_STORE", str(root))
    assert hosting.open_ready_store().layout.root == root
    harm(root)
    with pytest.raises(StoreError) as told:
        hosting.open_ready_store()
    assert str(tmp_path) not in str(told.value)  # anyone may ask


def test_a_server_over_a_damaged_store_lives_and_is_ready_once_it_is_mended(tmp_path):
    root = tmp_path / "store"
    stores.load(root, stores.incidents(tmp_path / "one.csv", {"2020-10": 3}))
    manifest = next(root.glob("versions/*/manifest.json"))
    kept = manifest.read_bytes()
    damage_manifest(root)
    with started(tmp_path, root, FORWARDED_ALLOW_IPS="192.0.2.1") as server:
        assert server.get("/healthz").status == 200
        answer = server.get("/readyz")
        assert answer.status == 503
        assert len(answer.text.splitlines()) == 1
        assert "Traceback" not in answer.text
        assert answer.headers.get_content_type() == "text/plain"
        assert "Strict-Transport-Security" not in server.get("/", TLS).headers  # said by no trusted proxy
        manifest.write_bytes(kept)
        assert server.get("/readyz").status == 200


def test_it_stops_within_seconds_while_viewers_look(tmp_path):
    async def watch(server: Server) -> float:
        viewer = await enter(server.address)
        await viewer.open()
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(server.process.wait, 15)
        return time.monotonic() - begun

    with started(tmp_path, tmp_path / "none") as server:
        assert run_loop(watch(server)) < 10
        assert server.lines()[-1]["event"] == "stopping"
        assert [line for line in server.lines() if line["level"] == "error"] == []


@pytest.mark.parametrize(
    ("path", "drawn"), [("hotspots", "canvas"), ("trends", '[data-testid="stVegaLiteChart"] svg, canvas')]
)
def test_maps_and_charts_draw_under_the_policy(hosted, browser, path, drawn):
    said: list[str] = []
    with closing(browser.new_page()) as page:
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: said.extend(complaint(message)))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{hosted.address}/{path}")
        page.wait_for_selector(IDLE)  # not settle: the policy lets no text be run in the page
        page.locator(drawn).first.wait_for()
        page.wait_for_timeout(1000)  # what the policy forbids is said while it draws
        assert page.locator(drawn).first.bounding_box()["height"] > 100
    assert said == []


def test_two_servers_over_one_store_show_a_new_month_at_the_next_click(tmp_path):
    root = tmp_path / "store"
    stores.load(root, stores.incidents(tmp_path / "one.csv", {"2021-01": 4, "2021-02": 5}))
    more = stores.incidents(tmp_path / "two.csv", {"2021-03": 6})

    async def watch(servers: list[Server]) -> None:
        viewers = [await enter(server.address, "trends") for server in servers]
        for viewer in viewers:
            await viewer.open()
            assert "data to Feb 2021" in " ".join(viewer.texts)
        command = [sys.executable, "-m", "shp_data", "ingest", str(more), "--store", str(root), "--source", "Police"]
        beside = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
        while beside.returncode is None:  # they go on looking meanwhile
            for viewer in viewers:
                await viewer.open()
            await asyncio.sleep(0.05)
        assert await beside.wait() == 0
        for viewer in viewers:
            await viewer.open()
            assert "data to Mar 2021" in " ".join(viewer.texts)
            assert viewer.errors == []
            await viewer.socket.close()

    with ExitStack() as stack:
        run_loop(watch([stack.enter_context(started(tmp_path, root)) for _ in range(2)]))


def test_nginx_keeps_each_viewer_at_one_of_two_servers(tmp_path, monkeypatch):
    nginx_here()
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
    root = tmp_path / "store"
    stores.load(root, stores.incidents(tmp_path / "one.csv", {"2021-01": 4}))
    with ExitStack() as stack:
        servers = [stack.enter_context(started(tmp_path, root)) for _ in range(2)]
        address = stack.enter_context(behind_nginx(tmp_path, servers, free_port()))
        first = fetched(address + "/")
        assert "Strict-Transport-Security" in first.headers  # TLS ends at the proxy, and the server knows
        given = next(value for value in first.headers.get_all("Set-Cookie") if value.startswith("dashboard_server="))
        assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(given.split("; "))
        cookie = {"Cookie": given.partition(";")[0]}
        for _ in range(12):
            assert "dashboard_server" not in str(fetched(f"{address}/comparison", cookie).headers)
        assert until(lambda: sorted(asked_pages(server, "/comparison") for server in servers) == [0, 12])
        for _ in range(30):
            fetched(f"{address}/trends")  # thirty viewers without a cookie
        assert until(lambda: sum(asked_pages(server, "/trends") for server in servers) == 30)
        assert min(asked_pages(server, "/trends") for server in servers) > 3

        async def look() -> None:
            viewer = await enter(address, insecure=True)
            await viewer.open()
            assert viewer.errors == []
            await viewer.socket.close()

        run_loop(look())


def ask_from_elsewhere(port: int, path: str) -> str:
    """The answer to one who is not at the machine's own first address."""
    trust = ssl._create_unverified_context()
    asked = http.client.HTTPSConnection(HERE, port, timeout=30, source_address=("127.0.0.2", 0), context=trust)
    with closing(asked):
        asked.request("GET", path, headers={"X-Forwarded-For": HERE, "X-Real-IP": HERE})
        return asked.getresponse().read().decode("utf-8", "replace")


def test_what_is_refused_is_refused_behind_nginx_too(tmp_path, monkeypatch):
    """A viewer who empties the cache over and over, a page of another site, the machine's own addresses, the logs."""
    nginx_here()
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
    root = tmp_path / "store"
    stores.load(root, stores.incidents(tmp_path / "one.csv", {"2021-01": 4}))
    port = free_port()

    async def attack(address: str) -> str:
        viewer = await enter(address, insecure=True)
        await viewer.open()
        for _ in range(3):  # a stranger's next would be slowed down
            await viewer.socket.send(BackMsg(clear_cache=True).SerializeToString())
        await viewer.socket.send(BackMsg(app_heartbeat=True).SerializeToString())
        while ForwardMsg.FromString(await viewer.socket.recv(decode=False)).WhichOneof("type") != "heartbeat_ack":
            pass  # all before it were handled
        for origin in ("https://private.example", f"https://{HERE}.private.example"):
            with pytest.raises(InvalidStatus):
                await enter_from(origin, address)
        await viewer.socket.close()
        return viewer.session

    with ExitStack() as stack:
        server = stack.enter_context(started(tmp_path, root))
        address = stack.enter_context(behind_nginx(tmp_path, [server], port))
        session = run_loop(attack(address))
        kept = re.findall(r'cache="shp_view\.app\.session\.\w+"} (\d+)', server.get("/_stcore/metrics").text)
        assert len(kept) > 1
        assert "0" not in kept
        for path in ("metrics", "metrics/", "./metrics", "%6detrics", "x/../metrics", "/metrics", "METRICS"):
            assert "cache_memory_bytes" not in ask_from_elsewhere(port, f"/_stcore/{path}"), path
        assert "cache_memory_bytes" in fetched(f"{address}/_stcore/metrics").text  # of the machine itself
        fetched(f"{address}/_stcore/upload_file/{session}/private")
        fetched(f"{address}/media/private.csv?private")
        logs = [tmp_path / "access.log", server.log]
        assert until(lambda: all("/media/" in log.read_text(encoding="utf-8") for log in logs))
        noted = "".join(log.read_text(encoding="utf-8") for log in logs)
        assert [word for word in (session, "private", HERE) if word in noted] == []


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", ""])
def test_a_limit_of_viewers_that_is_no_number_is_refused(monkeypatch, value):
    monkeypatch.setenv("SHP_MAX_SESSIONS", value)
    with pytest.raises(SettingsError, match="SHP_MAX_SESSIONS"):
        settings.read_max_sessions()


def test_an_intranet_page_may_frame_it_where_it_is_named(monkeypatch):
    assert settings.read_frame_ancestors() == "'none'"
    monkeypatch.setenv("SHP_FRAME_ANCESTORS", "https://intranet.example https://*.council.example:8443")
    policy = hosting.build_security_headers("", settings.read_frame_ancestors())["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://intranet.example https://*.council.example:8443")


@pytest.mark.parametrize("value", ["intranet.example", "https://a.example/page", "https://a;script-src", "*"])
def test_a_frame_that_is_no_address_is_refused(monkeypatch, value):
    monkeypatch.setenv("SHP_FRAME_ANCESTORS", value)
    with pytest.raises(SettingsError, match="SHP_FRAME_ANCESTORS"):
        settings.read_frame_ancestors()


def test_the_compose_file_stands_together():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert services["dashboard"]["read_only"]
    assert "ports" not in services["dashboard"]  # reached by the proxy alone
    assert re.fullmatch(r"nginx:\d+\.\d+", services["proxy"]["image"])  # not whatever is newest
    assert "--require-hashes" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    named = [volume.partition(":")[0] for service in services.values() for volume in service["volumes"]]
    assert {name for name in named if not name.startswith(".")} == set(compose["volumes"])
    assert [name for name in named if name.startswith("./deploy") and not (ROOT / name).exists()] == []
    subnet = compose["networks"]["inner"]["ipam"]["config"][0]["subnet"]
    assert services["dashboard"]["environment"]["FORWARDED_ALLOW_IPS"] == subnet
    assert "server dashboard:8501;" in (ROOT / "deploy/upstream-compose.conf").read_text(encoding="utf-8")


def test_the_container_runs_as_nobody_special_and_takes_no_secret_or_data():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER dashboard" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    wanted = [line[1:] for line in ignored if line.startswith("!")]
    assert "*" in ignored
    assert [name for name in wanted if not (ROOT / name).exists()] == []
    assert not {"store", "data", ".streamlit", ".streamlit/secrets.toml", ".sample_store"} & set(wanted)
