"""Attackers and people who are signed in, without a browser: what each sends to the hosted server."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.servers import Server, started
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from benchmarks.viewers import Viewer
from shp_data.domain.settings import ROOT

ANALYST, PARTNER = "ann@council.gov.uk", "bob@police.example.org"
SECRET = "a secret of this test and of no other place"


@contextmanager
def started_with_sign_in(folder: Path, **settings: str) -> Iterator[Server]:
    """A hosted server over the sample with an analyst, a partner and a sign-in, but no provider behind it."""
    text = (ROOT / "partnership.toml").read_text(encoding="utf-8")
    text = text.replace("analysts = []", f'analysts = ["{ANALYST}"]').replace(
        "partners = []", f'partners = ["{PARTNER}"]'
    )
    (folder / "partnership.toml").write_text(text, encoding="utf-8")
    if not (folder / "boundaries").exists():
        (folder / "boundaries").symlink_to(ROOT / "boundaries")
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
    settings = {"STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml")} | settings
    with started(folder, folder / "store", SHP_PARTNERSHIP=str(folder / "partnership.toml"), **settings) as server:
        yield server


def sign_in(server: Server, email: str, end: float = 0, nonce: str = "") -> str:
    """The cookie of a person who has just signed in, as Streamlit makes it of what the provider says."""
    claims = {"email": email, "email_verified": True}
    claims |= {"nonce": nonce or secrets.token_hex(8), "exp": end or time.time() + 3600}
    value = json.dumps(claims | {"origin": server.address, "is_logged_in": True, "provider": "default"})
    return f"_streamlit_user={create_signed_value(SECRET, '_streamlit_user', value).decode()}"


def upload(server: Server, viewer: Viewer, content: bytes, *, file_id: str = "one", method: str = "PUT") -> int:
    """Send a file to a viewer's session, with the viewer's cookies; the status of the answer."""
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n' + content + b"\r\n--x--\r\n"
    token = next(one for one in viewer.cookies.split("; ") if one.startswith("_streamlit_xsrf=")).partition("=")[2]
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": viewer.cookies, "X-Xsrftoken": token}
    request = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=30)
    try:
        request.request(method, f"/_stcore/upload_file/{viewer.session}/{file_id}", body, headers)
        return request.getresponse().status
    except (BrokenPipeError, ConnectionResetError):  # refused before the whole file was sent
        return 413
    finally:
        request.close()
