"""Files that pages make, such as downloads and pictures: each is served to the browser that it was made for alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Protocol

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shp_view.hosting.callers import Caller, Callers, current_caller

FOLDER = "/media/"
MISSING = "File not found"


class Storage(Protocol):
    """A storage of Streamlit's: its ids are hashes of the content, the type and the name."""

    def load_and_get_id(self, path_or_data: str | bytes, mimetype: str, kind: Any, filename: str | None = None) -> str:
        """Store a file and return its id."""
        ...

    def get_file(self, filename: str) -> Any:
        """Return a file by its id and ending."""
        ...

    def get_url(self, file_id: str) -> str:
        """Return the address of a file."""
        ...

    def delete_file(self, file_id: str) -> None:
        """Delete a file."""
        ...


class OwnedFiles:
    """A storage of files with an owner, and with ids that nobody can work out from the content.

    `find_caller`: returns the caller for whom the page in progress is drawn.
    """

    def __init__(self, storage: Storage, find_caller: Callable[[], Caller]) -> None:
        self._storage, self._find_caller = storage, find_caller
        self._secret = secrets.token_bytes(32)
        self._files: dict[str, tuple[str, Caller]] = {}

    def load_and_get_id(self, path_or_data: str | bytes, mimetype: str, kind: Any, filename: str | None = None) -> str:
        """Store a file for the current caller and return its id."""
        owner = self._find_caller()
        inner_id = self._storage.load_and_get_id(path_or_data, mimetype, kind, filename)
        # The same file keeps its id from run to run, so that a picture that did not change is not fetched again.
        # The secret and the browser's token, 256 random bits each, are what nobody else knows.
        parts = "\n".join((owner.browser or "", owner.sign_in, inner_id))
        file_id = hmac.new(self._secret, parts.encode(), hashlib.sha256).hexdigest()
        self._files[file_id] = inner_id, owner
        return file_id

    def get_file(self, filename: str) -> Any:
        """Return a file by its id and ending. Raises the error of Streamlit's storage if there is none."""
        return self._storage.get_file(self._find_inner_id(PurePosixPath(filename).stem))

    def get_url(self, file_id: str) -> str:
        """Return the address of a file."""
        inner_id = self._find_inner_id(file_id)
        return self._storage.get_url(inner_id).replace(inner_id, file_id)

    def delete_file(self, file_id: str) -> None:
        """Delete a file; its content stays as long as another caller has the same."""
        inner_id, _ = self._files.pop(file_id, (None, None))
        if inner_id is not None and all(inner_id != other for other, _ in list(self._files.values())):
            self._storage.delete_file(inner_id)

    def is_open_to(self, filename: str, caller: Caller) -> bool:
        """Check that a file was made for this caller, who may still see it."""
        _, owner = self._files.get(PurePosixPath(filename).stem, (None, None))
        return owner is not None and caller.is_same(owner) and caller.visitor.role is not None

    def _find_inner_id(self, file_id: str) -> str:
        return self._files.get(file_id, ("none", None))[0]


class MediaGuard:
    """Middleware that serves each file to its owner alone. To others it does not exist."""

    def __init__(self, app: ASGIApp, files: OwnedFiles, callers: Callers) -> None:
        self.app, self.files, self.callers = app, files, callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 404 to whoever is not the owner of the file."""
        if scope["type"] == "websocket":
            current_caller.set(self.callers.identify(HTTPConnection(scope)))
        if scope["type"] != "http" or not scope["path"].startswith(FOLDER):
            await self.app(scope, receive, send)
            return
        filename = scope["path"].removeprefix(FOLDER)
        if not self.files.is_open_to(filename, self.callers.identify(HTTPConnection(scope))):
            await PlainTextResponse(MISSING, 404)(scope, receive, send)
            return

        async def send_for_owner(message: Message) -> None:
            """Send a message; nothing between the server and the browser may keep the file."""
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cache-Control"] = "private, no-store"
            await send(message)

        await self.app(scope, receive, send_for_owner)
