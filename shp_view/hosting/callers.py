"""Who sends a request: the browser, by a signed cookie of the server's own, and the visitor, by the sign-in."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shp_data.domain import settings
from shp_data.domain.errors import StoreError, UserError
from shp_data.domain.partnership import partnership
from shp_data.store.notes import sign_outs
from shp_view.hosting import access
from shp_view.hosting.access import Visitor

LOG = logging.getLogger("dashboard")
SIGN_OUT = "/auth/logout"
COOKIE = "dashboard_browser"
PAGE_START = "/_stcore/host-config"  # before each websocket, the first and those of a later reconnection


@dataclass(frozen=True)
class Caller:
    """Who sends a request.

    `browser`: the random token of the browser's cookie, None without a valid cookie. `sign_in`: the key of the
    sign-in, empty for nobody signed in.
    """

    browser: str | None
    sign_in: str
    visitor: Visitor

    def is_same(self, other: Caller) -> bool:
        """Check that both are one browser with one sign-in. A caller without a cookie is the same as nobody."""
        return self.browser is not None and self.browser == other.browser and self.sign_in == other.sign_in


# The caller whose websocket the current task serves.
current_caller: ContextVar[Caller | None] = ContextVar("current_caller", default=None)


class Callers:
    """Identifies callers.

    `read_claims`: reads the claims of the sign-in from the cookies of a request, as `access.identify_visitor`
    takes them. `read_port`: reads the server's own port.
    """

    def __init__(
        self, read_claims: Callable[[Mapping[str, str]], Mapping[str, Any]], read_port: Callable[[], int]
    ) -> None:
        self._read_claims, self._read_port = read_claims, read_port
        # New with each process: a restart gives each browser a new cookie.
        self._secret = secrets.token_bytes(32)

    def make_cookie(self, previous: str = "") -> str:
        """Make the value of a browser's cookie: 256 random bits and their signature.

        `previous`: the cookie that the browser has from a process before this one, if any.
        """
        # After a restart all tabs of a browser connect at once: each must get the same cookie, because the last one
        # that it gets stays.
        token = self._sign(f"after {previous}") if previous else secrets.token_urlsafe(32)
        return f"{token}.{self._sign(token)}"

    def read_browser(self, cookies: Mapping[str, str]) -> str | None:
        """Read the token of the browser's cookie; None without a cookie that this process has signed."""
        token, _, signature = cookies.get(COOKIE, "").partition(".")
        return token if hmac.compare_digest(self._sign(token).encode(), signature.encode()) else None

    def identify(self, connection: HTTPConnection) -> Caller:
        """Identify the sender of a request or a websocket."""
        remote = connection.client.host if connection.client else None
        return self.identify_by(connection.cookies, connection.headers, remote)

    def identify_by(self, cookies: Mapping[str, str], headers: Mapping[str, str], remote: str | None) -> Caller:
        """Identify a caller by the cookies, headers and address of its request."""
        claims = self._read_claims(cookies)
        try:
            local = access.is_local(remote, dict(headers), self._read_port())
            visitor = identify_claims(claims, is_on_this_machine=local)
        except UserError as error:  # the page shows it in full
            visitor = Visitor(None, reason=str(error))
        return Caller(self.read_browser(cookies), access.compute_sign_in_key(claims), visitor)

    def end_sign_in(self, cookies: Mapping[str, str]) -> None:
        """End the sign-in of a request, also for copies of its cookie. Raises StoreError."""
        end_sign_in(self._read_claims(cookies))

    def _sign(self, token: str) -> str:
        return hmac.new(self._secret, token.encode(), hashlib.sha256).hexdigest()


def identify_claims(claims: Mapping[str, Any], *, is_on_this_machine: bool) -> Visitor:
    """Identify the visitor by the claims of the sign-in, the partnership's lists and the list of sign-outs.

    Raises UserError where one of these cannot be read.
    """
    local, key = partnership(), access.compute_sign_in_key(claims)
    return access.identify_visitor(
        claims,
        local.access,
        local.disclosure,
        time.time(),
        is_on_this_machine=is_on_this_machine,
        has_signed_out=bool(key) and sign_outs.has_ended(settings.find_store_dir(), key),
    )


def end_sign_in(claims: Mapping[str, Any]) -> None:
    """End a sign-in, also for copies of its cookie. Raises StoreError."""
    if key := access.compute_sign_in_key(claims):
        now = time.time()
        sign_outs.end_sign_in(settings.find_store_dir(), key, access.find_sign_in_end(claims, now), now)


class SignOut:
    """Middleware that ends the sign-in of whoever asks to sign out: Streamlit only removes its cookie."""

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self.app, self.callers = app, callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; before that, note the end of its sign-in."""
        if scope["type"] == "http" and scope["path"] == SIGN_OUT:
            try:
                self.callers.end_sign_in(HTTPConnection(scope).cookies)
            except StoreError as error:  # the cookie must go all the same
                LOG.error("a sign-out could not be noted: %s", error)
        await self.app(scope, receive, send)


class BrowserCookie:
    """Middleware that gives each browser its cookie.

    `framed`: whether pages of other sites may frame the dashboard.
    """

    def __init__(self, app: ASGIApp, callers: Callers, *, framed: bool) -> None:
        self.app, self.callers, self.framed = app, callers, framed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. Where a page starts, add the cookie unless the browser has one."""
        # Not with the page itself: a browser that follows a link of another site sends no strict cookie with it, and
        # a new cookie would end the downloads of its other tabs. A page asks for this before it connects.
        is_start = scope["type"] == "http" and scope["path"] == PAGE_START
        cookies = HTTPConnection(scope).cookies if is_start else {}
        if not is_start or self.callers.read_browser(cookies) is not None:
            await self.app(scope, receive, send)
            return
        # A browser sends a strict cookie from no frame of another site, and any other from there over TLS alone.
        is_framed = self.framed and scope.get("scheme") == "https"
        kind = "SameSite=None; Secure; Partitioned" if is_framed else "SameSite=Strict"
        cookie = f"{COOKIE}={self.callers.make_cookie(cookies.get(COOKIE, ''))}; Path=/; HttpOnly; {kind}"

        async def send_with_cookie(message: Message) -> None:
            """Send a message, with the cookie on the first."""
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)
