"""Uploaded files on disk: who may upload, how much, and where the files are until their session ends."""

from __future__ import annotations

import contextlib
import mmap
import os
import shutil
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import filelock
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shp_data.domain.errors import StoreError
from shp_view.hosting import access
from shp_view.hosting.callers import Caller, Callers

ENDPOINT = "/_stcore/upload_file"
MAY_NOT_LOAD = "Only an analyst who is signed in can upload files. Sign in again, reload the page and upload the file."
FULL = "The files uploaded are more than the server can hold. Load them or remove some, then upload this one again."
_STARTING, _IN_USE = "dashboard-starting-", "dashboard-uploads-"


def make_upload_folder() -> tuple[Path, filelock.FileLock]:
    """Make this process's own folder for temporary files, and remove those of processes that were killed.

    Only the user of the server can read it. The process must hold the lock until it ends.
    """
    temporary = Path(tempfile.gettempdir())
    for leftover in temporary.glob(f"{_IN_USE}*"):
        _remove_leftover(leftover)
    # Renamed once it is locked: another server that starts now would take it for a leftover.
    starting = Path(tempfile.mkdtemp(prefix=_STARTING, dir=temporary))
    lock = filelock.FileLock(starting / "lock")
    lock.acquire()
    return starting.rename(starting.with_name(starting.name.replace(_STARTING, _IN_USE))), lock


def _remove_leftover(folder: Path) -> None:
    """Remove a folder whose process is no more. Leave what other users put under such a name."""
    with contextlib.suppress(OSError, filelock.Timeout):
        if folder.is_symlink() or (hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()):
            return
        with filelock.FileLock(folder / "lock", timeout=0):
            shutil.rmtree(folder, ignore_errors=True)


class Record(Protocol):
    """What Streamlit has of an upload: a named tuple."""

    file_id: str
    name: str
    type: str
    data: bytes

    def _replace(self, *, data: bytes) -> Record: ...


class Addresses(NamedTuple):
    """Where a browser sends a file, and removes it."""

    file_id: str
    upload_url: str
    delete_url: str


@dataclass
class StoredUpload:
    """An upload on disk."""

    file_id: str
    name: str
    path: Path

    def getbuffer(self) -> memoryview:
        """Return the bytes, which the system reads from the disk as they are used."""
        with self.path.open("rb") as file:
            # An empty file cannot be mapped.
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self.path.stat().st_size else b"")

    def getvalue(self) -> bytes:
        """Return the bytes, in memory."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class _Stored:
    """A file of a session. `record`: what Streamlit has of it, without the bytes."""

    record: Record
    path: Path
    size: int
    writing: Future[int]


class UploadStore:
    """Streamlit's manager of uploaded files, with the bytes on disk.

    The files that Streamlit gives to a page are therefore empty: `open_upload` opens them. `session_limit` and
    `server_limit`: bytes that one session and all of them may hold.
    """

    stats_families: Sequence[str] = ()

    def __init__(self, folder: Path, session_limit: int, server_limit: int) -> None:
        self._folder, self._session_limit, self._server_limit = folder, session_limit, server_limit
        self._files: dict[str, dict[str, _Stored]] = defaultdict(dict)
        # Bytes of requests in progress, by session.
        self._receiving: dict[str, int] = defaultdict(int)
        # One thread, so that a file is written before it is removed. The server itself must not wait for the disk.
        self._disk = ThreadPoolExecutor(1, "uploads")

    def add_file(self, session_id: str, file: Record) -> None:
        """Store a file of a session. It replaces the file of the same id."""
        self.remove_file(session_id, file.file_id)
        path = self._folder / uuid.uuid4().hex
        writing = self._disk.submit(path.write_bytes, file.data)
        self._files[session_id][file.file_id] = _Stored(file._replace(data=b""), path, len(file.data), writing)

    def get_files(self, session_id: str, file_ids: Sequence[str]) -> list[Record]:
        """Return what is known of files of a session, without their bytes."""
        files = self._files.get(session_id, {})
        return [files[file_id].record for file_id in file_ids if file_id in files]

    def open_upload(self, session_id: str, file_id: str) -> StoredUpload | None:
        """Open a file of a session; None where it has been removed. Raises StoreError if it could not be written."""
        stored = self._files.get(session_id, {}).get(file_id)
        if stored is None:
            return None
        try:
            stored.writing.result()
        except OSError as error:
            raise StoreError(
                f"{stored.record.name} cannot be saved in the temporary folder ({error.strerror or error}); nothing "
                "was loaded. Free some disk space and upload it again."
            ) from error
        return StoredUpload(file_id, stored.record.name, stored.path)

    def remove_file(self, session_id: str, file_id: str) -> None:
        """Remove a file of a session."""
        stored = self._files.get(session_id, {}).pop(file_id, None)
        if stored is not None:
            self._disk.submit(stored.path.unlink, missing_ok=True)

    def remove_session_files(self, session_id: str) -> None:
        """Remove all files of a session."""
        for file_id in list(self._files.get(session_id, ())):
            self.remove_file(session_id, file_id)
        self._files.pop(session_id, None)

    def keep_sessions(self, is_active: Callable[[str], bool], left: Collection[str]) -> None:
        """Remove the files of sessions that are neither active nor among those whose viewer may come back."""
        for session_id in list(self._files):
            if not is_active(session_id) and session_id not in left:
                self.remove_session_files(session_id)

    def get_upload_urls(self, session_id: str, file_names: Collection[str]) -> list[Addresses]:
        """Return the addresses for files that a browser is about to send."""
        file_ids = [uuid.uuid4().hex for _ in file_names]
        addresses = [f"{ENDPOINT}/{session_id}/{file_id}" for file_id in file_ids]
        return [Addresses(file_id, address, address) for file_id, address in zip(file_ids, addresses, strict=True)]

    def get_stats(self, family_names: Sequence[str] | None = None) -> Mapping[str, Sequence[object]]:
        """Return no statistics of memory, because the files are not in it."""
        return {}

    def has_room(self, session_id: str, size: int = 0) -> bool:
        """Check that so many bytes more of a session are within the limits."""
        of_session = self._count_bytes(session_id) + size
        of_server = sum(map(self._count_bytes, {*self._files, *self._receiving})) + size
        return of_session <= self._session_limit and of_server <= self._server_limit

    def receive_bytes(self, session_id: str, size: int) -> None:
        """Count bytes of a request in progress; fewer than none once it is complete."""
        self._receiving[session_id] += size
        if not self._receiving[session_id]:
            del self._receiving[session_id]

    def _count_bytes(self, session_id: str) -> int:
        stored = sum(file.size for file in list(self._files.get(session_id, {}).values()))
        return stored + self._receiving.get(session_id, 0)


class UploadGuard:
    """Middleware that lets those who may load files upload, each to a session of their own, within the limits.

    `find_session_caller`: returns the caller of a session by its id, None where no such session is open.
    """

    def __init__(
        self, app: ASGIApp, uploads: UploadStore, callers: Callers, find_session_caller: Callable[[str], Caller | None]
    ) -> None:
        self.app, self.uploads, self.callers, self.find_session_caller = app, uploads, callers, find_session_caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, answer 403 to those who may not load, or 413 where the files are too many."""
        is_upload = (
            scope["type"] == "http" and scope["path"].startswith(f"{ENDPOINT}/") and scope["method"] != "OPTIONS"
        )
        if not is_upload:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        session_id = scope["path"].split("/")[3]
        length = connection.headers.get("content-length", "")
        if not self._may_upload(self.callers.identify(connection), session_id):
            await PlainTextResponse(MAY_NOT_LOAD, 403)(scope, receive, send)
        elif not self.uploads.has_room(session_id, int(length) if length.isdecimal() else 0):
            await PlainTextResponse(FULL, 413)(scope, receive, send)
        else:
            await self._pass_on(session_id, scope, receive, send)

    def _may_upload(self, caller: Caller, session_id: str) -> bool:
        """Check the role of the sender, and that the session is the sender's own."""
        session_caller = self.find_session_caller(session_id)
        role = caller.visitor.role
        return (
            role is not None
            and "load_files" in access.PAGES[role]
            and (
                session_caller is None  # Streamlit refuses it
                or caller.sign_in == session_caller.sign_in
            )
        )

    async def _pass_on(self, session_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count its bytes: it may hold more than it announces."""
        received = 0

        async def receive_counted() -> Message:
            """Receive a part of the request. Raises HTTPException where it is one too many."""
            nonlocal received
            message = await receive()
            size = len(message.get("body", b""))
            received += size
            self.uploads.receive_bytes(session_id, size)
            if not self.uploads.has_room(session_id):
                raise HTTPException(413, FULL)
            return message

        try:
            await self.app(scope, receive_counted, send)
        finally:
            self.uploads.receive_bytes(session_id, -received)
