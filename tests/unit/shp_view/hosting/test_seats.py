"""Seats of viewers: when they are taken, who is let in before whom, and when they are given back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from helpers.browser import run_loop
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from shp_data.domain import settings
from shp_data.domain.errors import SettingsError
from shp_data.domain.selection import Role
from shp_view.hosting import seats
from shp_view.hosting.access import Visitor
from shp_view.hosting.callers import Caller, Callers
from shp_view.hosting.seats import FULL, FULL_ADDRESS, STREAM, Limits, Seats, group_address


class ByHeader(Callers):
    """Callers whose role is a header of theirs."""

    def __init__(self) -> None:
        super().__init__(lambda _: {}, lambda: 8501)

    def identify(self, connection: HTTPConnection) -> Caller:
        roles: dict[str, Role] = {"analyst": "analyst", "partner": "partner", "public": "public"}
        return Caller(None, "", Visitor(roles.get(connection.headers.get("role", ""))))


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept, answer each message with itself, and leave with the other side, as Streamlit does."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


@dataclass
class Client:
    """A websocket's other end: what it sends, and what it was sent."""

    limit: Seats
    role: str = ""
    host: str = "192.0.2.1"
    sending: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    sent: list[Message] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    async def connect(self) -> Client:
        self.task = asyncio.create_task(self.ask("websocket", STREAM))
        await self.sending.put({"type": "websocket.connect"})
        await asyncio.sleep(0.01)
        return self

    async def ask(self, kind: str, path: str) -> None:
        async def send(message: Message) -> None:
            self.sent.append(message)

        headers = [(b"role", self.role.encode()), (b"host", b"x")]
        scope = {"type": kind, "path": path, "headers": headers, "client": (self.host, 1), "method": "GET"}
        await self.limit(scope | {"extensions": {"websocket.http.response": {}}}, self.sending.get, send)

    async def say(self, text: bytes = b"rerun") -> None:
        await self.sending.put({"type": "websocket.receive", "bytes": text})
        await asyncio.sleep(0.01)

    async def leave(self) -> None:
        await self.sending.put({"type": "websocket.disconnect"})
        await asyncio.sleep(0.01)

    @property
    def is_refused(self) -> bool:
        return self.sent[0]["type"] == "websocket.http.response.start" and self.sent[0]["status"] == 503

    @property
    def is_ended(self) -> bool:
        return self.sent[-1]["type"] == "websocket.close"

    @property
    def redirects(self) -> list[str]:
        messages = [ForwardMsg.FromString(one["bytes"]) for one in self.sent if one.get("bytes", b"rerun") != b"rerun"]
        return [message.auth_redirect.url for message in messages]


def redirect(address: str) -> bytes:
    message = ForwardMsg()
    message.auth_redirect.url = address
    return message.SerializeToString()


def make_seats(
    viewers: int = 2, *, per_address: int = 9, idle: float = 9, silent: float = 9, sign_in: str = ""
) -> Seats:
    limits = Limits(viewers, per_address, idle, silent)
    return Seats(echo, ByHeader(), limits, redirect, lambda: sign_in)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(10):
            await work()

    run_loop(bounded())


def test_who_says_nothing_has_no_seat_and_is_ended_while_who_reads_stays() -> None:
    async def work() -> None:
        limit = make_seats(1, silent=0.5)
        silent = [await Client(limit).connect() for _ in range(3)]
        reader = await Client(limit).connect()
        await reader.say()
        assert reader.sent[-1] == {"type": "websocket.send", "bytes": b"rerun"}
        late = await Client(limit).connect()
        assert late.is_refused
        await asyncio.sleep(0.6)
        assert [one.is_ended for one in silent] == [True] * 3
        assert [one.redirects for one in silent] == [[]] * 3
        assert not reader.is_ended
        await reader.leave()
        following = await Client(limit).connect()
        await following.say()
        assert not following.is_refused

    run(work)


def test_who_comes_in_last_among_those_who_wait_gets_no_seat() -> None:
    async def work() -> None:
        limit = make_seats(1)
        first, second = await Client(limit).connect(), await Client(limit).connect()
        await first.say()
        await second.say()
        assert not first.is_ended
        assert second.is_ended
        assert second.redirects == ["/"]

    run(work)


def test_people_who_are_signed_in_come_before_strangers() -> None:
    async def work() -> None:
        limit = make_seats(2)
        strangers = [await Client(limit, role).connect() for role in ("public", "")]
        for stranger in strangers:
            await stranger.say()
        await strangers[0].say()  # the other has waited longer
        assert (await Client(limit).connect()).is_refused
        partner = await Client(limit, "partner").connect()
        await partner.say()
        assert [one.is_ended for one in strangers] == [False, True]
        assert strangers[1].redirects == ["/"]
        analyst = await Client(limit, "analyst").connect()
        await analyst.say()
        assert strangers[0].is_ended
        assert [one.sent[-1].get("bytes") for one in (partner, analyst)] == [b"rerun"] * 2
        assert (await Client(limit, "analyst").connect()).is_refused  # all seats are theirs

    run(work)


def test_strangers_of_one_address_are_limited_and_others_are_not() -> None:
    async def work() -> None:
        limit = make_seats(9, per_address=2)
        for _ in range(2):
            await Client(limit).connect()
        third = await Client(limit).connect()
        assert third.is_refused
        assert third.sent[1]["body"].decode() == FULL_ADDRESS
        page = Client(limit)
        await page.ask("http", "/trends")
        assert page.sent[0]["status"] == 503
        assert not (await Client(limit, host="192.0.2.2").connect()).is_refused
        assert not (await Client(limit, "partner").connect()).is_refused

    run(work)


def test_who_does_not_use_a_page_for_long_is_shown_why_it_was_closed() -> None:
    async def work() -> None:
        limit = make_seats(1, idle=0.8)
        viewer = await Client(limit, "analyst").connect()
        for _ in range(4):
            await viewer.say()
            await asyncio.sleep(0.3)
        assert not viewer.is_ended
        await asyncio.sleep(1)
        assert viewer.is_ended
        assert viewer.redirects == ["/closed"]
        assert not (await Client(limit, "analyst").connect()).is_refused

    run(work)


def test_a_flood_is_slowed_down_and_a_person_is_not() -> None:
    async def work() -> None:
        limit = make_seats(9)
        stranger, analyst = await Client(limit).connect(), await Client(limit, "analyst").connect()
        for _ in range(30):
            await analyst.say()
            await stranger.say()
        answers = [sum(message.get("bytes") == b"rerun" for message in one.sent) for one in (stranger, analyst)]
        assert answers == [5, 30]  # the sixth waits five seconds

    run(work)


def test_a_refusal_offers_the_sign_in_and_its_pages_stay_open() -> None:
    async def work() -> None:
        limit = make_seats(1, sign_in='/auth/login?provider="a"')
        stranger = await Client(limit).connect()
        await stranger.say()
        page = Client(limit)
        await page.ask("http", "/")
        text = page.sent[1]["body"].decode()
        assert FULL in text
        assert 'href="/auth/login?provider=&quot;a&quot;"' in text
        for path in (
            "/auth/login",
            "/oauth2callback",
            "/healthz",
            "/readyz",
            "/static/a.js",
            "/_stcore/health",
            "/closed",
        ):
            other = Client(limit)
            for _ in range(2):
                await other.sending.put({"type": "http.request"})
            await other.ask("http", path)
            assert other.sent[0]["type"] == "websocket.accept", path  # so it reached the server

    run(work)


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_is_counted_by_customer(host: str, group: str) -> None:
    assert group_address(host) == group


@pytest.mark.parametrize("name", ["SHP_MAX_SESSIONS_PER_ADDRESS", "SHP_IDLE_MINUTES"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", ""])
def test_a_setting_that_is_no_number_is_refused(monkeypatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        (settings.read_max_sessions_per_address(), settings.read_idle_seconds())


def test_the_defaults(monkeypatch) -> None:
    assert (settings.read_max_sessions_per_address(), settings.read_idle_seconds()) == (20, 7200)
    assert seats.SILENT_SECONDS == 20
