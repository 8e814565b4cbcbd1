"""Who may connect: seats for viewers, first for people who are signed in; an end for who is silent or away."""

from __future__ import annotations

import asyncio
import contextlib
import html
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shp_data.domain.selection import Role
from shp_view.hosting.callers import Callers

STREAM = "/_stcore/stream"
# Health checks, the sign-in, and the parts of a page, for viewers who are in already.
NOT_A_VIEWER = ("/healthz", "/readyz", "/closed", "/auth/", "/oauth2callback")
PARTS_OF_A_PAGE = ("/static/", "/_stcore/", "/media/", "/component/")
FULL = "The dashboard has as many viewers as it can serve. Please try again in a minute."
FULL_ADDRESS = "Too many pages are open from your network address. Close some of them, or sign in first."
CLOSED = "You did not use this page for a long time, so it was closed. To see it again, go back or open the dashboard."
RETRY_SECONDS = 60
SILENT_SECONDS = 20
_MOST_SILENT = 500  # websockets of strangers that have not asked for a page
_TRY_AGAIN_LATER = 1013


@dataclass(frozen=True)
class Limits:
    """What a process serves.

    `viewers`: at once. `per_address`: pages of strangers from one address. `idle_seconds`, `silent_seconds`: how long
    a viewer need not send a message, and a websocket its first.
    """

    viewers: int
    per_address: int
    idle_seconds: float
    silent_seconds: float = SILENT_SECONDS


@dataclass(frozen=True)
class _Pace:
    """How often a viewer is answered: at once for the first messages, then this many in a second."""

    burst: int
    per_second: float


# Each message may draw a page. Nobody clicks ten times a second for long; whoever only sees the sign-in needs few.
_PACES: dict[Role | None, _Pace] = {
    "analyst": _Pace(40, 10), "partner": _Pace(40, 10), "public": _Pace(10, 1), None: _Pace(5, 0.2)
}  # fmt: skip


@dataclass(eq=False)
class _Socket:
    """The websocket of a viewer. `is_seated`: whether it has asked for a page. `used`: when it last sent a message."""

    role: Role | None
    address: str
    is_seated: bool = False
    is_evicted: bool = False
    used: float = field(default_factory=time.monotonic)
    allowance: float = field(init=False)
    clock: asyncio.Timeout | None = None

    def __post_init__(self) -> None:
        self.allowance = _PACES[self.role].burst

    @property
    def is_stranger(self) -> bool:
        return _is_stranger(self.role)

    def evict(self) -> None:
        """End the websocket: now if it is waited for, otherwise once it is."""
        self.is_evicted = True
        if self.clock is not None:
            self.clock.reschedule(asyncio.get_running_loop().time())

    def compute_delay(self) -> float:
        """Note a message. Return the seconds to wait before it is answered."""
        now, pace = time.monotonic(), _PACES[self.role]
        self.allowance = min(pace.burst, self.allowance + (now - self.used) * pace.per_second) - 1
        self.used = now
        return max(0.0, -self.allowance / pace.per_second)


class Seats:
    """Middleware that gives each viewer a seat, at the first message of its websocket.

    If all are taken, strangers are refused, and lose their seats to people who are signed in.

    `build_redirect`: builds the message that sends a page to another address. `find_sign_in`: returns the
    address of the sign-in, empty where there is none.
    """

    def __init__(
        self,
        app: ASGIApp,
        callers: Callers,
        limits: Limits,
        build_redirect: Callable[[str], bytes],
        find_sign_in: Callable[[], str],
    ) -> None:
        self.app, self.callers, self.limits = app, callers, limits
        self.build_redirect, self.find_sign_in = build_redirect, find_sign_in
        self._sockets: set[_Socket] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse a new viewer's page or websocket with 503."""
        if not _is_new_viewer(scope):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        role = self.callers.identify(connection).visitor.role
        address = group_address(connection.client.host if connection.client else "")
        refusal = self._find_refusal(role, address)
        if refusal:
            await self._build_answer(refusal, role)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._serve(_Socket(role, address), scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _find_refusal(self, role: Role | None, address: str) -> str:
        """Return why a viewer is refused; empty if there is room."""
        seats, limit = self._list_seats(), self.limits.viewers
        if not _is_stranger(role):
            return FULL if sum(not socket.is_stranger for socket in seats) >= limit else ""
        strangers = [socket for socket in self._sockets if socket.is_stranger]
        if len(seats) >= limit or sum(not socket.is_seated for socket in strangers) >= _MOST_SILENT:
            return FULL
        same_address = sum(socket.address == address for socket in strangers)
        return FULL_ADDRESS if same_address >= self.limits.per_address else ""

    def _build_answer(self, refusal: str, role: Role | None) -> Response:
        headers = {"Retry-After": str(RETRY_SECONDS)}
        sign_in = self.find_sign_in() if _is_stranger(role) else ""
        if not sign_in:
            return PlainTextResponse(refusal, 503, headers)
        # Whoever is not signed in yet would otherwise never be: the sign-in is a button of a page.
        return HTMLResponse(build_page(refusal, sign_in, "Sign in"), 503, headers)

    async def _serve(self, socket: _Socket, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a websocket until one side ends it."""
        is_connected = has_ended = False

        async def receive_in_time() -> Message:
            """Receive a message; the end of the websocket if none comes in time or there is no seat for it."""
            nonlocal is_connected, has_ended
            if not is_connected:
                is_connected = True
                return await receive()
            message = await self._receive_in_time(socket, receive, send)
            has_ended = message is None
            return message or {"type": "websocket.disconnect", "code": _TRY_AGAIN_LATER}

        self._sockets.add(socket)
        try:
            await self.app(scope, receive_in_time, send)
        finally:
            self._sockets.discard(socket)
        if has_ended:
            # The browser may have left meanwhile.
            with contextlib.suppress(OSError, RuntimeError):
                await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})

    async def _receive_in_time(self, socket: _Socket, receive: Receive, send: Send) -> Message | None:
        """Receive the next message; None if the websocket is to end."""
        message = None
        if not socket.is_evicted:
            seconds = self.limits.idle_seconds if socket.is_seated else self.limits.silent_seconds
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds) as socket.clock:
                    message = await receive()
            socket.clock = None
        if message is not None and message["type"] != "websocket.receive":
            return message
        is_silent = message is None and not socket.is_seated
        if message is not None and (socket.is_seated or self._take_seat(socket)):
            await asyncio.sleep(socket.compute_delay())
            return message
        # The page goes where it says why. Otherwise it would connect again at once, and take the seat of another.
        if not is_silent:
            is_idle = message is None and not socket.is_evicted
            await send({"type": "websocket.send", "bytes": self.build_redirect("/closed" if is_idle else "/")})
        return None

    def _take_seat(self, socket: _Socket) -> bool:
        """Take a seat, from a stranger if no other is free. Return whether there is one."""
        seats = self._list_seats()
        if len(seats) >= self.limits.viewers:
            strangers = [other for other in seats if other.is_stranger]
            if socket.is_stranger or not strangers:
                return False
            min(strangers, key=lambda other: other.used).evict()
        socket.is_seated = True
        return True

    def _list_seats(self) -> list[_Socket]:
        """List the websockets that have a seat."""
        return [socket for socket in self._sockets if socket.is_seated and not socket.is_evicted]


def build_page(text: str, address: str, label: str) -> str:
    """Build a page of one text and one link."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Dashboard</title><body style='font-family: Arial, sans-serif; margin: 2rem'><p>{html.escape(text)}</p>"
        f'<p><a href="{html.escape(address)}">{html.escape(label)}</a></p></body></html>'
    )


def group_address(host: str) -> str:
    """Return the address by which a viewer's connections are counted: of IPv6, the network that one customer has."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((int(address), 64), strict=False))


def _is_stranger(role: Role | None) -> bool:
    """Check that somebody is not signed in, or is nobody whom the partnership lists."""
    return role not in ("analyst", "partner")


def _is_new_viewer(scope: Scope) -> bool:
    """Check whether a request is a websocket or a page, and not a part of a page, a sign-in or a health check."""
    if scope["type"] == "websocket":
        return bool(scope["path"] == STREAM)
    return scope["type"] == "http" and not scope["path"].startswith((*NOT_A_VIEWER, *PARTS_OF_A_PAGE))
