"""Attackers and people who are signed in, without a browser: what each sends to the hosted server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.servers import Server, started

from benchmarks import strangers
from benchmarks.strangers import ANALYST as ANALYST
from benchmarks.strangers import PARTNER as PARTNER
from benchmarks.viewers import Viewer


@contextmanager
def started_with_sign_in(folder: Path, **settings: str) -> Iterator[Server]:
    """A hosted server over the sample with an analyst, a partner and a sign-in, but no provider behind it."""
    signing = strangers.write_sign_in(folder)
    with started(folder, Path(signing.pop("SHP_STORE")), **signing, **settings) as server:
        yield server


def sign_in(server: Server, email: str, end: float = 0, nonce: str = "") -> str:
    """The cookie of a person who has just signed in."""
    return strangers.make_sign_in_cookie(server.address, email, end, nonce)


def upload(server: Server, viewer: Viewer, content: bytes, *, file_id: str = "one", method: str = "PUT") -> int:
    """Send a file to a viewer's session, with the viewer's cookies; the status of the answer."""
    return strangers.send_upload(server.address, viewer, content, file_id, method)
