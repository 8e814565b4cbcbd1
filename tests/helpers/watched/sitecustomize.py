"""For a server that a test starts with this folder first on its path: each host that it calls goes into a file."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

CALLS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")
record = Path(os.environ["CALLS_OF_THE_SERVER"]).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115  # open to the end


def note(event: str, arguments: tuple[object, ...]) -> None:
    if event in CALLS:
        record.write(f"{event} {arguments[event.startswith('socket.get') - 1]!r}\n")


sys.addaudithook(note)
socket.getaddrinfo("localhost", 80)  # so that the file shows that calls are noted
