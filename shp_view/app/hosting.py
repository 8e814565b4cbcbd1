"""What a hosted dashboard adds to Streamlit's server: security headers, a limit of viewers, a log, readiness."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import time
import traceback
from datetime import UTC, datetime

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shp_data.domain import settings
from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import partnership
from shp_data.intake.sample import sample_store
from shp_data.store.facts import Store, empty_store, open_store
from shp_data.store.files.layout import Layout
from shp_data.store.reading import check_readable

LOG = logging.getLogger("dashboard")
STREAM = "/_stcore/stream"
HEALTH = ("/healthz", "/readyz", "/_stcore/health")
PARTS_OF_A_PAGE = ("/static/", "/_stcore/", "/media/", "/component/")  # for viewers who are in already
WITH_A_KEY = ("/_stcore/upload_file/", "/media/")  # what follows opens a session or a file: not for a log
HSTS = "max-age=31536000; includeSubDomains"
FULL = "The dashboard has as many viewers as it can serve. Please try again in a minute."
RETRY_SECONDS = 60


def security_headers(index: str, frame_ancestors: str) -> dict[str, str]:
    """The headers that every answer carries, by name.

    `index`: Streamlit's page, whose own inline scripts are allowed by their digests, and no others.
    `frame_ancestors`: the pages that may frame the dashboard, as the policy writes them.
    """
    scripts = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    policy = {
        "default-src": "'self'",
        "script-src": " ".join(("'self' 'wasm-unsafe-eval'", *(f"'sha256-{digest}'" for digest in digests))),
        "style-src": "'self' 'unsafe-inline'",  # Streamlit writes its styles into the page
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "connect-src": "'self' data: blob:",  # the websocket of this address is 'self' too
        "worker-src": "'self' blob:",
        "frame-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": frame_ancestors,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }


class SecurityHeaders:
    """Every answer carries the headers; over TLS (also that of a trusted proxy) HSTS and secure cookies too."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; write the headers at the start of its answer."""
        over_tls = scope.get("scheme") in ("https", "wss")

        async def send_with_headers(message: Message) -> None:
            if message["type"].endswith("response.start"):
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if over_tls:
                    headers["Strict-Transport-Security"] = HSTS
                    message["headers"] = [(name, _secure(name, value)) for name, value in headers.raw]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _secure(name: bytes, value: bytes) -> bytes:
    """A header as it is, a cookie for TLS alone."""
    insecure = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return value + b"; Secure" if insecure else value


class SessionLimit:
    """So many viewers at once, each a websocket; who comes beyond them is refused until one leaves."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most, self.open = app, most, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse a new viewer's page or websocket with 503."""
        path = scope.get("path", "")
        if self.open >= self.most and scope["type"] != "lifespan" and _is_new_viewer(scope["type"], path):
            refused = PlainTextResponse(FULL, 503, {"Retry-After": str(RETRY_SECONDS)})
            await refused(scope, receive, send)
        elif scope["type"] == "websocket" and path == STREAM:
            self.open += 1
            try:
                await self.app(scope, receive, send)
            finally:
                self.open -= 1
        else:
            await self.app(scope, receive, send)


def _is_new_viewer(kind: str, path: str) -> bool:
    """Is it a websocket or a page, and not a part of a page or a health check?"""
    return kind == "websocket" or not (path in HEALTH or path.startswith(PARTS_OF_A_PAGE))


class RequestLog:
    """A line for each request but those for parts of Streamlit's own page; a websocket's when it ends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how it was answered: no query string, address, cookie or session."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        started, status = time.perf_counter(), 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "websocket.accept":
                status = 101
            elif message["type"].endswith("response.start"):
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            path = scope["path"]
            if status >= 400 or not path.startswith("/static/"):
                key = next((start for start in WITH_A_KEY if path.startswith(start)), None)
                told = {"method": scope.get("method", "WEBSOCKET"), "path": key or path, "status": status}
                LOG.info("request", extra={"told": told | {"ms": round((time.perf_counter() - started) * 1000)}})


class JsonLines(logging.Formatter):
    """A log record as one line of JSON; an error tells where it rose, not its words, which may quote a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        level, event = record.levelname.lower(), record.getMessage()
        line: dict[str, object] = {"at": at, "level": level, "logger": record.name, "event": event}
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def log_as_json() -> None:
    """Write every log of this process as lines of JSON to the standard error.

    Uvicorn's own lines tell the address and query string of each viewer, so only its warnings are kept.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger):
            logger.handlers, logger.propagate = [], True
            if name.startswith(("uvicorn", "websockets")):
                logger.setLevel(logging.WARNING)


def ready_store() -> Store:
    """The store that viewers are shown, opened and its counts found readable. Raises StoreError."""
    own = Layout(settings.store_dir())
    if own.version() is None and not partnership().has_sample:
        return empty_store(own.root)
    store = open_store(own.root if own.version() is not None else sample_store())
    try:
        check_readable(store)
    except StoreError as error:  # its words name the folder, and anyone may ask
        raise StoreError(f"the store {store.layout.root.name} is damaged: its counts cannot be read") from error
    return store
