"""The messages between Streamlit and a viewer's browser: what a viewer may ask of the server, and what it tells."""

from __future__ import annotations

import sys
from typing import Any

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What a page needs. Without a sign-in too, Streamlit also takes: `clear_cache`, which empties the cache of all viewers;
# `load_git_info`, which runs git and answers with branch and file names; and changes of settings.
ANSWERED = frozenset(("rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"))
# Of the operations of a page: a download that is made when asked for, and more rows of a table. Others write files.
OPERATIONS = frozenset(("deferred_file", "dataframe_chunk"))
# What only the first message of a run holds, so that the others need not be read.
PYTHON = ".".join(map(str, sys.version_info)).encode()


class MessageFilter:
    """Middleware that drops messages that no page needs, and leaves out of the server's what is about its machine.

    `incoming`, `outgoing`: Streamlit's classes of messages, `BackMsg` and `ForwardMsg`.
    """

    def __init__(self, app: ASGIApp, incoming: Any, outgoing: Any) -> None:
        self.app, self.incoming, self.outgoing = app, incoming, outgoing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; filter the messages of a websocket."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def receive_answered() -> Message:
            """Receive the next message that a page may send."""
            while not self._is_answered(message := await receive()):
                pass
            return message

        async def send_without_machine(message: Message) -> None:
            """Send a message without what is about the server's machine."""
            frame = message.get("bytes")
            await send({**message, "bytes": self._hide_machine(frame)} if frame and PYTHON in frame else message)

        await self.app(scope, receive_answered, send_without_machine)

    def _is_answered(self, message: Message) -> bool:
        """Check whether a page may send a message. What cannot be read passes: Streamlit ends such a websocket."""
        frame = message.get("bytes")
        if message["type"] != "websocket.receive" or not frame:
            return True
        try:
            asked = self.incoming.FromString(frame)
        except DecodeError:
            return True
        kind = asked.WhichOneof("type")
        if kind == "backend_operation_request":
            return asked.backend_operation_request.WhichOneof("payload") in OPERATIONS
        return kind in ANSWERED

    def _hide_machine(self, frame: bytes) -> bytes:
        """Take the folder, the version of Python, the system and the machine's id out of the start of a run.

        Streamlit's version stays: a page that was opened before an update loads itself again by it.
        """
        message = self.outgoing.FromString(frame)
        if message.WhichOneof("type") == "new_session":
            start = message.new_session
            start.main_script_path = start.name
            # The page reads these parts, so they stay, empty.
            start.initialize.user_info.Clear()
            start.initialize.user_info.SetInParent()
            for field in ("python_version", "server_os", "has_display"):
                start.initialize.environment_info.ClearField(field)
        return bytes(message.SerializeToString())
