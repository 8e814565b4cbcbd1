"""The dashboard for hosting: `streamlit run server.py`, behind a proxy that ends TLS. See docs/hosting.md."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.pages_manager import PagesManager

from shp_data.domain import settings
from shp_data.domain.errors import UserError
from shp_view.hosting import access, messages
from shp_view.hosting import server as hosting

# Streamlit takes a folder `pages/` for its older kind of pages and would answer a first link with "Page not found".
PagesManager.uses_pages_directory = False

INDEX = Path(st.__file__).parent / "static" / "index.html"
HEADERS = hosting.build_security_headers(INDEX.read_text(encoding="utf-8"), settings.read_frame_ancestors())
LOG = logging.getLogger("dashboard")


async def check_health(_request: Request) -> PlainTextResponse:
    """Answer that the process is alive."""
    return PlainTextResponse("ok")


def check_ready(_request: Request) -> PlainTextResponse:
    """Answer whether viewers can be served: whether the store opens."""
    try:
        hosting.open_ready_store()
    except UserError as error:
        return PlainTextResponse(" ".join(str(error).split()), 503)
    return PlainTextResponse("ready")


async def answer_failure(_request: Request, _error: Exception) -> PlainTextResponse:
    """Answer a viewer where the server itself failed."""
    return PlainTextResponse("The server failed to answer. Please try again.", 500, HEADERS)


@asynccontextmanager
async def warm_up(_app: st.App) -> AsyncIterator[None]:
    """Make the sample, open the store and run the first page once, before the first viewer comes."""
    hosting.log_as_json()
    try:
        hosting.open_ready_store()
    except UserError as error:
        LOG.error("not ready: %s", error)
    # The first page is drawn for nobody: without a role it would be a sign-in page, and warm nothing.
    access.starting.set()
    succeeded, _ = await runtime.get_instance().does_script_run_without_error()
    access.starting.clear()
    LOG.info("started" if succeeded else "started, but the first page failed")
    yield
    LOG.info("stopping")


app = st.App(
    Path(__file__).parent / "dashboard.py",
    lifespan=warm_up,
    routes=[Route("/healthz", check_health), Route("/readyz", check_ready)],
    middleware=[
        Middleware(hosting.RequestLog),
        Middleware(hosting.SecurityHeaders, headers=HEADERS),
        Middleware(hosting.SessionLimit, limit=settings.read_max_sessions()),
        Middleware(messages.MessageFilter, incoming=BackMsg, outgoing=ForwardMsg),
    ],
    exception_handlers={500: answer_failure},
)
