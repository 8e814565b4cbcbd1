"""The dashboard for hosting: `streamlit run server.py`, behind a proxy that ends TLS. See docs/hosting.md."""

import asyncio
import json
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from streamlit import config, runtime
from streamlit.auth_util import get_cookie_with_chunks, get_secrets_auth_section
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.cache_storage_manager_config import create_default_cache_storage_manager
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from shp_data.domain import settings
from shp_data.domain.errors import UserError
from shp_view.hosting import access, messages
from shp_view.hosting import server as hosting
from shp_view.hosting.callers import BrowserCookie, Caller, Callers, SignOut, current_caller
from shp_view.hosting.media import MediaGuard, OwnedFiles
from shp_view.hosting.seats import CLOSED, Limits, Seats, build_page
from shp_view.hosting.uploads import UploadGuard, UploadStore, make_upload_folder

# Streamlit takes a folder `pages/` for its older kind of pages and would answer a first link with "Page not found".
PagesManager.uses_pages_directory = False

INDEX = Path(st.__file__).parent / "static" / "index.html"
HEADERS = hosting.build_security_headers(INDEX.read_text(encoding="utf-8"), settings.read_frame_ancestors())
CLEAN_SECONDS = 30
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
    cleaning = asyncio.create_task(remove_uploads_of_ended_sessions())
    yield
    cleaning.cancel()
    shutil.rmtree(upload_folder, ignore_errors=True)
    LOG.info("stopping")


async def say_closed(_request: Request) -> HTMLResponse:
    """Answer a viewer whose page was closed because it was not used."""
    return HTMLResponse(build_page(CLOSED, "/", "Open the dashboard"))


def build_redirect(address: str) -> bytes:
    """Build the message that sends a viewer's page to another address, as Streamlit does to sign out."""
    message = ForwardMsg()
    message.auth_redirect.url = address
    return message.SerializeToString()


def find_sign_in() -> str:
    """Return the address of the sign-in, empty where none is set up."""
    return generate_login_redirect_url("default") if get_secrets_auth_section() else ""


def read_claims(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """Read the claims of the sign-in from Streamlit's signed cookie; `is_logged_in` only where a sign-in is set up."""
    if not get_secrets_auth_section():
        return {}

    def read_signed(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    claims = get_cookie_with_chunks(read_signed, USER_COOKIE_NAME)
    return json.loads(claims) if claims else {"is_logged_in": False}


def find_caller() -> Caller:
    """Return the caller for whom a page is drawn, or a file made after its click on a page."""
    # A page is drawn in a thread of its own, which has Streamlit's context; a file is made in the websocket's.
    context = st.context
    return current_caller.get() or callers.identify_by(context.cookies, context.headers, context.ip_address)


def find_session_caller(session_id: str) -> Caller | None:
    """Return the caller of an open session; None where there is none."""
    client = runtime.get_instance().get_client(session_id)
    context = client.client_context if client else None
    return callers.identify_by(context.cookies, dict(context.headers), context.remote_ip) if context else None


async def remove_uploads_of_ended_sessions() -> None:
    """Remove, again and again, the uploads of sessions that have ended."""
    while True:
        await asyncio.sleep(CLEAN_SECONDS)
        # Streamlit forgets a session that its viewer has left only when it looks at those that were left.
        left = {info.session.id for info in left_sessions.list()}
        uploads.keep_sessions(runtime.get_instance().is_active_session, left)


SCRIPT = Path(__file__).parent / "dashboard.py"
callers = Callers(read_claims, lambda: int(config.get_option("server.port")))
files = OwnedFiles(MemoryMediaFileStorage("/media"), find_caller)
left_sessions = MemorySessionStorage(ttl_seconds=config.get_option("server.disconnectedSessionTTL"))
upload_folder, upload_lock = make_upload_folder()
# Also for what Starlette and the Load files page write.
tempfile.tempdir = str(upload_folder)
uploads = UploadStore(upload_folder, *settings.read_upload_limits())
app = st.App(
    SCRIPT,
    lifespan=warm_up,
    routes=[Route("/healthz", check_health), Route("/readyz", check_ready), Route("/closed", say_closed)],
    middleware=[
        Middleware(hosting.RequestLog),
        Middleware(hosting.SecurityHeaders, headers=HEADERS),
        Middleware(BrowserCookie, callers=callers, framed=settings.read_frame_ancestors() != "'none'"),
        Middleware(
            Seats,
            callers=callers,
            limits=Limits(
                settings.read_max_sessions(), settings.read_max_sessions_per_address(), settings.read_idle_seconds()
            ),
            build_redirect=build_redirect,
            find_sign_in=find_sign_in,
        ),
        Middleware(SignOut, callers=callers),
        Middleware(MediaGuard, files=files, callers=callers),
        Middleware(UploadGuard, uploads=uploads, callers=callers, find_session_caller=find_session_caller),
        Middleware(messages.MessageFilter, incoming=BackMsg, outgoing=ForwardMsg),
    ],
    exception_handlers={500: answer_failure},
)
# As `App._create_runtime` of Streamlit makes it, but with storages of our own, for which it has no option. It finds the
# app by the text of the line above, so that a class of our own cannot stand there.
app._runtime = runtime.Runtime(
    runtime.RuntimeConfig(
        str(SCRIPT),
        media_file_storage=files,
        uploaded_file_manager=uploads,
        cache_storage_manager=create_default_cache_storage_manager(),
        session_storage=left_sessions,
    )
)
