"""What a viewer may ask of the server besides a page, and what the server tells of its machine."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from helpers.browser import run_loop
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from shp_view.hosting.messages import MessageFilter

END = {"type": "websocket.disconnect", "code": 1000}


def passed(*frames: bytes | str, sent: tuple[bytes, ...] = ()) -> tuple[list[Any], list[bytes]]:
    """What the application receives of a viewer's frames, and what the viewer receives of the application's."""
    received, arrived = [], []
    waiting = [{"type": "websocket.receive", "bytes" if isinstance(one, bytes) else "text": one} for one in frames]
    waiting.append(END)

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        for frame in sent:
            await send({"type": "websocket.send", "bytes": frame})
        while (message := await receive()) != END:
            received.append(message.get("bytes") or message.get("text"))

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        arrived.append(message["bytes"])

    run_loop(MessageFilter(application, BackMsg, ForwardMsg)({"type": "websocket"}, receive, send))
    return received, arrived


def asked(**what: Any) -> bytes:
    return BackMsg(**what).SerializeToString()


@pytest.mark.parametrize(
    "frame",
    [
        asked(clear_cache=True),
        asked(load_git_info=True),
        asked(set_run_on_save=True),
        asked(debug_shutdown_runtime=True),
        asked(debug_disconnect_websocket=True),
        asked(backend_operation_request={"request_id": "1", "install_skills": {}}),
        asked(backend_operation_request={"request_id": "1", "dismiss_skills_nudge": {}}),
        asked(backend_operation_request={"request_id": "1"}),
    ],
)
def test_a_viewer_cannot_empty_the_cache_or_change_the_server(frame: bytes) -> None:
    page = asked(rerun_script={"page_name": "trends"})
    assert passed(*[frame] * 50, page, frame)[0] == [page]


@pytest.mark.parametrize(
    "frame",
    [
        asked(rerun_script={"query_string": "area=Hartlepool"}),
        asked(stop_script=True),
        asked(app_heartbeat=True),
        asked(file_urls_request={"request_id": "1", "file_names": ["a.csv"]}),
        asked(backend_operation_request={"request_id": "1", "deferred_file": {"file_id": "1"}}),
        asked(backend_operation_request={"request_id": "1", "dataframe_chunk": {"source_id": "1"}}),
        b"\xff\xff",  # what Streamlit ends the websocket for
        "text",
    ],
)
def test_what_a_page_needs_passes(frame: bytes | str) -> None:
    assert passed(frame)[0] == [frame]


def test_the_start_of_a_run_tells_nothing_of_the_machine() -> None:
    message = ForwardMsg()
    message.metadata.run.script_run_id = "run"
    start = message.new_session
    start.name, start.main_script_path, start.main_script_hash = "dashboard", "/home/ann/secret/dashboard.py", "0f"
    start.initialize.session_id = "session"
    start.initialize.user_info.installation_id_v3 = "machine"
    about = start.initialize.environment_info
    about.streamlit_version, about.server_os, about.has_display = "1.67.0", "linux", True
    about.python_version = ".".join(map(str, sys.version_info))
    other = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()

    _, (first, second) = passed(sent=(message.SerializeToString(), other))

    assert second == other
    seen = ForwardMsg.FromString(first)
    for field in ("main_script_path", "initialize"):
        seen.new_session.ClearField(field)
        message.new_session.ClearField(field)
    assert seen == message  # all else as it was
    told = ForwardMsg.FromString(first).new_session
    assert told.initialize.HasField("user_info")  # Streamlit's page reads it, and draws nothing without
    assert told.main_script_path == "dashboard"
    assert (told.initialize.session_id, told.initialize.environment_info.streamlit_version) == ("session", "1.67.0")
    assert not [word for word in (b"/home", b"machine", b"linux", about.python_version.encode()) if word in first]


def test_requests_of_pages_are_left_alone() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert (receive, send) == (scope["receive"], scope["send"])

    scope = {"type": "http", "receive": object(), "send": object()}
    run_loop(MessageFilter(application, BackMsg, ForwardMsg)(scope, scope["receive"], scope["send"]))
