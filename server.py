"""The dashboard for hosting: `streamlit run server.py`, behind a proxy that speaks TLS. See docs/hosting.md."""

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
from streamlit.runtime.pages_manager import PagesManager

from shp_data.domain import settings
from shp_data.domain.errors import UserError
from shp_view.app import access, hosting

# Streamlit takes a folder `pages/` for its older kind of pages and would answer a first link with "Page not found".
PagesManager.uses_pages_directory = False

INDEX = Path(st.__file__).parent / "static" / "index.html"
HEADERS = hosting.security_headers(INDEX.read_text(encoding="utf-8"), settings.frame_ancestors())
LOG = logging.getLogger("dashboard")


async def healthz(_request: Request) -> PlainTextResponse:
    """Is the process alive?"""
    return PlainTextResponse("ok")


def readyz(_request: Request) -> PlainTextResponse:
    """Can viewers be served: does the store open?"""
    try:
        hosting.ready_store()
    except UserError as error:
        return PlainTextResponse(" ".join(str(error).split()), 503)
    return PlainTextResponse("ready")


async def failed(_request: Request, _error: Exception) -> PlainTextResponse:
    """What a viewer reads where the server itself is at fault."""
    return PlainTextResponse("The server failed to answer. Please try again.", 500, HEADERS)


@asynccontextmanager
async def warmed(_app: st.App) -> AsyncIterator[None]:
    """Before the first viewer comes: the sample is made, the store opened, the first page drawn once."""
    hosting.log_as_json()
    try:
        hosting.ready_store()
    except UserError as error:
        LOG.error("not ready: %s", error)
    access.starting.set()
    drawn, _ = await runtime.get_instance().does_script_run_without_error()
    access.starting.clear()
    LOG.info("started" if drawn else "started, but the first page failed")
    yield
    LOG.info("stopping")


app = st.App(
    Path(__file__).parent / "dashboard.py",
    lifespan=warmed,
    routes=[Route("/healthz", healthz), Route("/readyz", readyz)],
    middleware=[
        Middleware(hosting.RequestLog),
        Middleware(hosting.SecurityHeaders, headers=HEADERS),
        Middleware(hosting.SessionLimit, most=settings.max_sessions()),
    ],
    exception_handlers={500: failed},
)
