"""Measure how long partners wait while strangers misbehave, compared with partners alone.

    python -m benchmarks.strangers [--partners 20] [--strangers 20] [--seconds 180] [--every 10]

Served by server.py in the shipped settings, with a sign-in, over the sample, for as many viewers as there are partners.
The partners open a page and change a filter about every N seconds: first alone, then beside the strangers, who are not
signed in, have an address and a process of their own, and do one thing each, as often as they can: send files of 60 MB,
hold 20 websockets that say nothing, or ask for a page a hundred times a second. Both share this machine's processors
with the server. Prints the waits, the errors and the server's peak memory. Bounds: no partner refused, 95th percentile
2 times the quiet one's, 1,000 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from urllib.error import URLError

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.exceptions import WebSocketException

from benchmarks.pages import read_peak_memory, serve
from benchmarks.viewers import CHARTS, MAP, Viewer, Waits, enter, print_waits, watch

ROOT = Path(__file__).resolve().parent.parent
ANALYST, PARTNER = "ann@council.gov.uk", "bob@police.example.org"
SECRET = "a secret of this benchmark and of no other place"
MOST_MEMORY = 1000  # MB
MOST_TIMES = 2
UPLOAD = b"0" * 60 * 2**20


def write_sign_in(folder: Path) -> dict[str, str]:
    """Write the files of a partnership with a sign-in, an analyst and a partner; return the server's environment."""
    text = (ROOT / "partnership.toml").read_text(encoding="utf-8")
    for people, email in (("analysts", ANALYST), ("partners", PARTNER)):
        text = text.replace(f"{people} = []", f'{people} = ["{email}"]')
    (folder / "partnership.toml").write_text(text, encoding="utf-8")
    if not (folder / "boundaries").exists():
        (folder / "boundaries").symlink_to(ROOT / "boundaries")
    # Nobody goes to this provider: the cookie below is what Streamlit makes of its answer.
    (folder / "secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://dashboard.example/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "dashboard"
client_secret = "not a secret"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    return {
        "SHP_PARTNERSHIP": str(folder / "partnership.toml"),
        "SHP_STORE": str(folder / "store"),
        "STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml"),
    }


def make_sign_in_cookie(address: str, email: str, end: float = 0, nonce: str = "") -> str:
    """Make the cookie of a person who has just signed in, as Streamlit makes it of what the provider says."""
    claims = {"email": email, "email_verified": True}
    claims |= {"nonce": nonce or secrets.token_hex(8), "exp": end or time.time() + 3600}
    value = json.dumps(claims | {"origin": address, "is_logged_in": True, "provider": "default"})
    return f"_streamlit_user={create_signed_value(SECRET, '_streamlit_user', value).decode()}"


def send_upload(address: str, viewer: Viewer, content: bytes, file_id: str = "one", method: str = "PUT") -> int:
    """Send a file to a viewer's session, with the viewer's cookies; return the status of the answer."""
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n' + content + b"\r\n--x--\r\n"
    token = next(one for one in viewer.cookies.split("; ") if one.startswith("_streamlit_xsrf=")).partition("=")[2]
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": viewer.cookies, "X-Xsrftoken": token}
    request = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    try:
        request.request(method, f"/_stcore/upload_file/{viewer.session}/{file_id}", body, headers)
        return request.getresponse().status
    except (BrokenPipeError, ConnectionResetError):  # refused before the whole file was sent
        return 413
    finally:
        request.close()


async def send_files(address: str, host: str) -> None:
    """Send files into a session, one after another."""
    viewer = await enter(address, **{"X-Forwarded-For": host})
    await viewer.open()
    for number in range(1000):
        await asyncio.to_thread(send_upload, address, viewer, UPLOAD, str(number))


async def say_nothing(address: str, host: str) -> None:
    """Hold twenty websockets that say nothing, until the server ends them."""
    viewers = [await enter(address, **{"X-Forwarded-For": host}) for _ in range(20)]
    await asyncio.gather(*(viewer.socket.wait_closed() for viewer in viewers))


async def flood(address: str, host: str) -> None:
    """Ask for the page a hundred times a second."""
    viewer = await enter(address, **{"X-Forwarded-For": host})
    rerun = BackMsg(rerun_script=ClientState()).SerializeToString()
    reading = asyncio.create_task(discard(viewer))
    while not reading.done():
        await viewer.socket.send(rerun)
        await asyncio.sleep(0.01)


async def discard(viewer: Viewer) -> None:
    """Read all that the server sends, until it ends the websocket."""
    with contextlib.suppress(WebSocketException):
        while True:
            await viewer.socket.recv(decode=False)


async def misbehave(address: str, strangers: int, seconds: float) -> None:
    """Act as strangers for a while. Who is refused or ended begins again."""

    async def act(number: int) -> None:
        deed = (send_files, say_nothing, flood)[number % 3]
        while True:
            with contextlib.suppress(OSError, URLError, TimeoutError, WebSocketException):
                await deed(address, f"192.0.2.{number}")
            await asyncio.sleep(0.5)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(*(act(number) for number in range(strangers)))


async def work(address: str, options: argparse.Namespace) -> Waits:
    """Act as partners, and return their waits."""
    waits = Waits()
    pages = cycle((*CHARTS, *MAP))
    visits = [
        watch(address, next(pages), waits, options, seed, [make_sign_in_cookie(address, PARTNER)])
        for seed in range(options.partners)
    ]
    await asyncio.gather(*visits)
    return waits


def main() -> int:
    """Measure and print. Return 1 if a bound is exceeded or a partner was refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--partners", type=int, default=20)
    parser.add_argument("--strangers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--every", type=float, default=10)
    parser.add_argument("--attack", metavar="ADDRESS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.insecure = False
    if options.attack:
        asyncio.run(misbehave(options.attack, options.strangers, options.seconds))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        settings = write_sign_in(Path(folder)) | {"SHP_MAX_SESSIONS": str(options.partners)}
        with serve(ROOT / "server.py", **settings) as (address, process):
            quiet = asyncio.run(work(address, options))
            command = [sys.executable, "-m", "benchmarks.strangers", "--attack", address]
            command += ["--strangers", str(options.strangers), "--seconds", str(options.seconds + 10)]
            attack = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
            try:
                time.sleep(10)  # until the strangers are there
                loud = asyncio.run(work(address, options))
            finally:
                attack.terminate()
                attack.wait(30)
            memory = read_peak_memory(process) or 0
    floor, most = print_waits("partners alone", quiet), print_waits("beside strangers", loud)
    print(f"    {most / floor:.2f} times the quiet 95th percentile (bound {MOST_TIMES})")
    print(f"peak memory of the server: {memory} MB (bound {MOST_MEMORY})")
    return int(bool(quiet.errors or loud.errors) or not most / floor <= MOST_TIMES or memory > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
