"""The hosted server as a process, alone or behind nginx."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest
from helpers import browser

from shp_data.domain.settings import ROOT

HERE = "127.0.0.1"


TLS = {"X-Forwarded-Proto": "https"}


MOST = 3  # viewers


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str


@dataclass(frozen=True)
class Server:
    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return fetched(self.address + path, headers)

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


def fetched(address: str, headers: dict[str, str] | None = None) -> Answer:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers or {}), timeout=30) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read().decode("utf-8", "replace"))


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HERE, 0))
        return int(found.getsockname()[1])


@contextmanager
def started(folder: Path, store: Path, **settings: str) -> Iterator[Server]:
    port = free_port()
    log = folder / f"{port}.log"
    told = {"PORT": str(port), "ADDRESS": HERE, "HEADLESS": "true"}
    environment = {**os.environ, "SHP_STORE": str(store), "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true"}
    environment |= {f"STREAMLIT_SERVER_{name}": value for name, value in told.items()} | settings
    with log.open("wb") as out:
        command = [sys.executable, "-m", "streamlit", "run", "server.py"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=out)
        try:
            browser.wait_for(f"http://{HERE}:{port}/healthz", process, log)
            yield Server(f"http://{HERE}:{port}", process, log)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)


def watched(calls: Path) -> dict[str, str]:
    """The environment of a server that notes each host it calls in a file."""
    return {"PYTHONPATH": str(Path(__file__).parent / "watched"), "CALLS_OF_THE_SERVER": str(calls)}


def until(true: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
    return true()


def nginx_here() -> str:
    """The path of nginx; without one the test skips, or fails where nginx is required."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None and os.environ.get("SHP_REQUIRE_NGINX"):
        pytest.fail("nginx is not installed, and SHP_REQUIRE_NGINX asks for it")
    if found is None:
        pytest.skip("nginx is not installed (Debian: sudo apt install nginx-light)")
    return found


@contextmanager
def behind_nginx(folder: Path, servers: list[Server], tls: int) -> Iterator[str]:
    """The shipped configuration before these servers, TLS on that port; its address."""
    plain = free_port()
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "1"]
    made = [*certificate, "-keyout", folder / "dashboard.key", "-out", folder / "dashboard.crt"]
    subprocess.run(made, check=True, capture_output=True)
    site = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    site = site.replace("listen 80;", f"listen {HERE}:{plain};").replace("listen 443 ssl;", f"listen {HERE}:{tls} ssl;")
    site = site.replace("/etc/nginx/certificates", str(folder)).replace("/var/log/nginx", str(folder))
    upstream = (ROOT / "deploy/upstream-systemd.conf").read_text(encoding="utf-8")
    for number, server in enumerate(servers):
        upstream = upstream.replace(f"{HERE}:{8511 + number}", server.address.removeprefix("http://"))
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = f"pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ {kept}\n{upstream}\n{site}\n}}"
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    nginx = [nginx_here(), "-c", str(folder / "nginx.conf"), "-e", f"{folder}/error.log"]
    checked = subprocess.run([*nginx, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen([*nginx, "-g", "daemon off;"])
    try:
        assert until(lambda: socket.socket().connect_ex((HERE, tls)) == 0)
        yield f"https://{HERE}:{tls}"
    finally:
        process.terminate()
        process.wait(15)
