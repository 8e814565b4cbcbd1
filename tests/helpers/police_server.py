"""A server on this machine that behaves as https://data.police.uk/docs/ says, its errors included."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import shapely

FORCES = {"cleveland": "Cleveland Police", "durham": "Durham Constabulary"}
CATEGORIES = {  # as crime-categories gives them
    "all-crime": "All crime",
    "anti-social-behaviour": "Anti-social behaviour",
    "bicycle-theft": "Bicycle theft",
    "burglary": "Burglary",
    "criminal-damage-arson": "Criminal damage and arson",
    "drugs": "Drugs",
    "other-theft": "Other theft",
    "possession-of-weapons": "Possession of weapons",
    "public-order": "Public order",
    "robbery": "Robbery",
    "shoplifting": "Shoplifting",
    "theft-from-the-person": "Theft from the person",
    "vehicle-crime": "Vehicle crime",
    "violent-crime": "Violence and sexual offences",
    "other-crime": "Other crime",
}
Record = dict[str, Any]
Fault = Callable[["_Handler"], bool]  # answers wrongly; True where nothing more is to be sent
STREET = "crimes-street/all-crime"
NO_PLACE = "crimes-no-location"


def record(
    month: str,
    place: tuple[str, str] | None,
    category: str = "anti-social-behaviour",
    *,
    id_: str = "",
    street: str = "On or near Church Street",
    outcome: str = "",
    kind: str | None = "Force",
) -> Record:
    """One record in the form of crimes-street, or without a place in that of crimes-no-location."""
    return {
        "category": category,
        "location_type": kind if place else None,
        "location": place and {"longitude": place[0], "latitude": place[1], "street": {"id": 1234, "name": street}},
        "context": "",
        "outcome_status": {"category": outcome, "date": month} if outcome else None,
        "persistent_id": id_,
        "id": 1,
        "location_subtype": "",
        "month": month,
    }


@dataclass
class Police:
    """What the server holds, how much one answer may hold, what goes wrong, and what it was asked."""

    records: list[Record] = field(default_factory=list)
    months: list[str] = field(default_factory=list)
    limit: int = 10_000
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))  # by path, each used once
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    url: str = ""

    def count(self, path: str) -> int:
        return sum(asked == path for asked, _ in self.asked)

    def answer(self, path: str, fields: dict[str, str]) -> tuple[int, Any]:
        month = fields.get("date", "")
        if path == "crimes-street-dates":
            return 200, [{"date": m, "stop-and-search": []} for m in sorted(self.months, reverse=True)]
        if path == "forces":
            return 200, [{"id": id_, "name": name} for id_, name in FORCES.items()]
        if path == "crime-categories":
            return 200, [{"url": id_, "name": name} for id_, name in CATEGORIES.items()]
        if path not in (STREET, NO_PLACE) or month not in self.months:
            return 404, None
        own = [r for r in self.records if r["month"] == month]
        if path == NO_PLACE:
            return 200, [r for r in own if r["location"] is None] if fields["force"] == "cleveland" else []
        corners = [tuple(map(float, pair.split(",")))[::-1] for pair in fields["poly"].split(":")]
        placed = [r for r in own if r["location"]]
        places = [(float(r["location"]["longitude"]), float(r["location"]["latitude"])) for r in placed]
        area = shapely.Polygon(corners)  # what lies on its very edge is not in it: no document says that it is
        inside = shapely.contains_properly(area, shapely.points(places)) if places else []
        found = [r for r, there in zip(placed, inside, strict=True) if there]
        return (503, None) if len(found) > self.limit else (200, found)


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    police: Police
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        self._do(split.path, split.query)

    def do_POST(self) -> None:
        self._do(self.path, self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _do(self, path: str, query: str) -> None:
        path = path.removeprefix("/api/")
        fields = {name: values[0] for name, values in parse_qs(query).items()}
        self.police.asked.append((path, fields))
        self.police.agents.add(self.headers["User-Agent"])
        faults = self.police.faults[path]
        if faults and faults.pop(0)(self):
            return
        status, answer = self.police.answer(path, fields)
        self.send(status, json.dumps(answer).encode() if status == 200 else b"")

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None, length: int | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def status(code: int, **headers: str) -> Fault:
    """Answers with a status, and headers such as `retry_after="3"`."""

    def fault(handler: _Handler) -> bool:
        handler.send(code, b"", {name.replace("_", "-"): value for name, value in headers.items()})
        return True

    return fault


def body(text: str) -> Fault:
    """Answers 200 with this body."""

    def fault(handler: _Handler) -> bool:
        handler.send(200, text.encode())
        return True

    return fault


def broken_off(handler: _Handler) -> bool:
    """Promises more than it sends, and hangs up."""
    handler.send(200, b'[{"category": "anti-soc', length=5_000)
    handler.close_connection = True
    return True


def hung_up(handler: _Handler) -> bool:
    """Hangs up without a word."""
    handler.close_connection = True
    handler.connection.close()
    return True


def slow(seconds: float) -> Fault:
    """Answers late, and then rightly."""

    def fault(_: _Handler) -> bool:
        time.sleep(seconds)
        return False

    return fault


@contextlib.contextmanager
def running(police: Police) -> Iterator[Police]:
    """The server, while the block lasts; `police.url` is the address of its interface."""
    handler = type("Handler", (_Handler,), {"police": police})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign,assignment]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        police.url = f"http://127.0.0.1:{server.server_port}/api"
        try:
            with patch.dict(os.environ, {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}):
                yield police
        finally:
            server.shutdown()
            thread.join()
