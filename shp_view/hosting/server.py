"""Additions to Streamlit's server for hosting: security headers, a log and readiness."""

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
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shp_data.domain import settings
from shp_data.domain.errors import StoreError
from shp_data.domain.partnership import partnership
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.files.layout import StoreLayout
from shp_data.store.reading import check_readable
from shp_data.store.version import Store, make_empty_store, open_store

LOG = logging.getLogger("dashboard")
WITH_A_KEY = ("/_stcore/upload_file/", "/media/")  # what follows opens a session or a file: not for a log
HIDDEN = "…"  # in a line of the log, in place of a text
WITH_A_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,}|\w+://\S+")  # of a session, a file or an address
HSTS = "max-age=31536000; includeSubDomains"


def build_security_headers(index: str, frame_ancestors: str) -> dict[str, str]:
    """Build the headers that every response carries, by name.

    `index`: Streamlit's page, whose own inline scripts are allowed by their digests; no others are allowed.
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
    """Middleware that adds the headers to every response.

    Over TLS, also that of a trusted proxy, it adds HSTS and secure cookies too.
    """

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers at the start of its response."""
        # HSTS over plain HTTP is ignored by browsers, and a secure cookie would be lost there.
        over_tls = scope.get("scheme") in ("https", "wss")

        async def send_with_headers(message: Message) -> None:
            """Send a message, with the security headers on the first."""
            if message["type"].endswith("response.start"):
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if over_tls:
                    headers["Strict-Transport-Security"] = HSTS
                    message["headers"] = [(name, _secure_cookie(name, value)) for name, value in headers.raw]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _secure_cookie(name: bytes, value: bytes) -> bytes:
    """Limit a cookie to TLS; return any other header unchanged."""
    insecure = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return value + b"; Secure" if insecure else value


class RequestLog:
    """Middleware that logs one line for each request; a websocket's when it ends.

    Requests for parts of Streamlit's own page are left out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and log its response, without query string, address, cookie or session."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        started, status = time.perf_counter(), 500

        async def send_and_note_status(message: Message) -> None:
            """Send a message, and note the status of the answer."""
            nonlocal status
            if message["type"] == "websocket.accept":
                status = 101
            elif message["type"].endswith("response.start"):
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note_status)
        finally:
            path = scope["path"]
            # The parts of Streamlit's page would be most of the log; only one that fails is of interest.
            if status >= 400 or not path.startswith("/static/"):
                key = next((start for start in WITH_A_KEY if path.startswith(start)), None)
                fields = {"method": scope.get("method", "WEBSOCKET"), "path": key or path, "status": status}
                LOG.info("request", extra={"told": fields | {"ms": round((time.perf_counter() - started) * 1000)}})


class JsonLines(logging.Formatter):
    """Formatter of a log record as one line of JSON.

    An error gives where it rose, but not its message, which may quote a record. A library's line gives its sentence
    and its numbers: the texts that it fills in may be session ids, addresses, or what a visitor sent.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Format a log record as one line, without the line end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        level = record.levelname.lower()
        line: dict[str, object] = {"at": at, "level": level, "logger": record.name, "event": _describe_event(record)}
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def _describe_event(record: logging.LogRecord) -> str:
    """Describe what a record logs: our own words in full, a library's without the texts that it fills in."""
    if record.name == LOG.name:
        return record.getMessage()
    # An exception, or whatever else is logged in place of a sentence, may quote a record.
    sentence = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    values = record.args if isinstance(record.args, tuple) else ()
    try:
        event = sentence % tuple(_hide_text(value) for value in values) if values else sentence
    except (TypeError, ValueError):  # a mark where only a number can be
        event = sentence
    # What asyncio adds in lines of its own quotes errors and addresses.
    return WITH_A_NAME.sub(HIDDEN, event.strip().partition("\n")[0])


def _hide_text(value: object) -> object:
    """Return a number as it is, and a mark in place of anything else."""
    return value if isinstance(value, int | float) else HIDDEN


class RootedLogger(logging.Logger):
    """A logger whose records go to the handlers of this process alone, whatever is set up for it."""

    def callHandlers(self, record: logging.LogRecord) -> None:
        """Pass a record to the root's handlers."""
        logging.root.callHandlers(record)


def log_as_json() -> None:
    """Write every log of this process to the standard error as lines of JSON.

    Uvicorn's own lines give the address and query string of each viewer, so only its warnings are logged.
    """
    # Streamlit gives a handler of its own to the logger of each module, also of those that it imports later.
    logging.setLoggerClass(RootedLogger)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Libraries that configured themselves first would otherwise go on writing lines that are not JSON.
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger):
            logger.handlers, logger.propagate = [], True
            if name.startswith(("uvicorn", "websockets")):
                logger.setLevel(logging.WARNING)


def open_ready_store() -> Store:
    """Open the store for viewers and check that its counts can be read. Raises StoreError."""
    store_layout = StoreLayout(settings.find_store_dir())
    if store_layout.read_version() is None and not partnership().has_sample:
        return make_empty_store(store_layout.root)
    store = open_store(store_layout.root if store_layout.read_version() is not None else prepare_sample_store())
    try:
        check_readable(store)
    except StoreError as error:  # its words name the folder, and anyone may ask
        raise StoreError(f"the store {store.layout.root.name} is damaged: its counts cannot be read") from error
    return store
