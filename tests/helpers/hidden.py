"""All that a page sends to the browser and all that it gives to download, also what no reader sees.

What is inside: each message of the page with its chart specifications, tables, alternative texts and map layers; each
file with its properties, and the files inside it.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from helpers.pages import by_link
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest, local_script_runner

from shp_data.domain.figure import Figure
from shp_view import app
from shp_view.documents import documents

_DATA = re.compile(rb"data:[\w/+.-]+;base64,([\w+/=]+)")
_TODAY = re.compile(rb"<dcterms:\w+[^>]*>[^<]*</dcterms:\w+>")


@dataclass
class Opened:
    """A page as it was opened: its messages, each file of it by name, and the page itself."""

    messages: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    page: AppTest | None = None

    def contents(self) -> dict[str, bytes]:
        """Everything by where it is, files inside files too."""
        found = {f"message {n}": message for n, message in enumerate(self.messages)}
        found |= {f"picture {n}": base64.b64decode(m) for n, m in enumerate(_DATA.findall(b"".join(self.messages)))}
        for name, file in self.files.items():
            found |= dict(_members(name, file))
        return found


def _members(name: str, file: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, or what is inside it. The time at which it was made is left out."""
    if not file.startswith(b"PK"):
        yield name, file
        return
    with zipfile.ZipFile(io.BytesIO(file)) as members:
        for member in members.namelist():
            yield from _members(f"{name} {member}", _TODAY.sub(b"", members.read(member)))


def open_page(monkeypatch: pytest.MonkeyPatch, page: str, **asked: str) -> Opened:
    """Open a page by a link and make every file that it offers."""
    opened, makers = Opened(), {}
    parse = local_script_runner.parse_tree_from_messages

    def keep(messages: list[ForwardMsg]) -> Any:
        for message in messages:
            copy = ForwardMsg()
            copy.CopyFrom(message)
            copy.ClearField("metadata")  # the run's own name
            copy.ClearField("hash")
            opened.messages.append(copy.SerializeToString(deterministic=True))
        return parse(messages)

    def offer(figure: Figure, key: str, picture: Callable[[], Any] | None = None, whole: Any = None) -> None:
        if picture is not None:
            makers[f"{key}.svg"] = lambda: documents.to_svg(picture(), figure)
        get_figure = whole or (lambda: figure)
        makers[f"{key}.xlsx"] = lambda: documents.to_xlsx(get_figure())
        makers[f"{key}.csv"] = lambda: documents.to_csv(get_figure())

    def offer_file(_label: str, make_bytes: Callable[[], bytes], name: str, *_: Any, **__: Any) -> None:
        makers[name] = make_bytes

    with monkeypatch.context() as patch:
        patch.setattr(local_script_runner, "parse_tree_from_messages", keep)
        for module in (app, app.drawing):
            patch.setattr(module, "draw_downloads", offer)
            patch.setattr(module, "draw_download_button", offer_file)
        opened.page = by_link(page, **asked)
        opened.files = {name: make_bytes() for name, make_bytes in makers.items()}
    return opened
