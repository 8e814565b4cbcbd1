"""Run as a process of its own: one command of the command line, again and again, broken each time one step later.

    python -m tests.helpers.breaking STORE WORK HOW FIRST STRIDE COMMAND...

Each time the store is copied into WORK (0, 1, 2 ...), and a forked process runs the command on the copy, which
COMMAND calls `{store}`. A step is anything that changes the store's folder: a file opened for writing, a folder made,
a rename, a removal, a flush to disk; and every statement by which the database engine writes, unseen by Python.

HOW: `kill`: ended by SIGKILL just before the step. `tear`: likewise, and what the step would write lies there half
written (only steps that write a file). `full`: the step fails with "No space left on device". `stop`: Ctrl-C there.
FIRST, STRIDE: 0 and 1 to break it at every step; 1 and 4 at the second, the sixth, and so on.

Prints a JSON list: for each run the store, the step (null: the command ran to its end), the exit code (negative: the
signal), and what was printed on both streams.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pyarrow.parquet as pq

import shp_data.intake.load  # noqa: F401  # what every run needs is read once, before the fork
from shp_data.__main__ import main
from shp_data.store.files.layout import compute_boundaries_digest

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate")
_WRITING = ("COPY (", "INSERT ")


class Breaker:
    """Counts the steps of a process in a folder, and breaks it at one of them."""

    def __init__(self, root: Path, place: int, how: str, tell: Callable[[str], object]) -> None:
        self.root, self.left, self.how, self.tell = root, place, how, tell

    def install(self) -> None:
        """From here on the steps of this process count."""
        connect, fsync = duckdb.connect, os.fsync
        duckdb.connect = lambda *args, **more: Connection(connect(*args, **more), self)
        pq.ParquetWriter = partial(Writer, self)

        def flushed(file: int) -> None:
            self.step("fsync")
            fsync(file)

        os.fsync = flushed
        sys.addaudithook(self.seen)

    def seen(self, event: str, args: tuple[Any, ...]) -> None:
        """What Python does, before it is done."""
        opens = event == "open" and isinstance(args[2], int) and args[2] & _WRITES
        if not opens and event not in _CHANGES:
            return
        path = Path(os.fsdecode(args[0])) if isinstance(args[0], (str, bytes, os.PathLike)) else Path("/")
        if self.root in path.parents or not path.is_absolute():  # a tree is removed by names without their folder
            name = f"{event} {path.relative_to(self.root) if path.is_absolute() else path}"
            self.step(name, (lambda: half(path, b'{"format": 1, "bound')) if opens else None)

    def step(self, name: str, torn: Callable[[], None] | None = None) -> None:
        """One step more: break where it is the one. `torn` leaves behind it what is half written."""
        if self.how == "tear" and torn is None:
            return
        self.left -= 1
        if self.left == -1:
            self.tell(name)
            self.broken(name, torn)

    def broken(self, name: str, torn: Callable[[], None] | None) -> NoReturn:
        if self.how == "full" and name.startswith("sql"):
            raise duckdb.IOException("IO Error: Could not write file: No space left on device")
        if self.how == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self.how == "stop":
            raise KeyboardInterrupt
        if self.how == "tear" and torn:
            torn()
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("SIGKILL did not end the process")


class Writer(pq.ParquetWriter):  # type: ignore[misc]
    """A writer of Parquet whose writing is steps: killed there, it leaves a file without an end."""

    def __init__(self, breaker: Breaker, *args: Any, **more: Any) -> None:
        self._breaker = breaker
        super().__init__(*args, **more)

    def write_table(self, *args: Any, **more: Any) -> None:
        self._breaker.step("parquet write")
        super().write_table(*args, **more)

    def close(self) -> None:
        if self.is_open:
            self._breaker.step("parquet close")
        super().close()


class Connection:
    """A connection to the database engine whose statements are steps."""

    def __init__(self, real: duckdb.DuckDBPyConnection, breaker: Breaker) -> None:
        self._real, self._breaker = real, breaker

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *error: object) -> None:
        self._real.close()

    def execute(self, sql: str, *values: Any) -> duckdb.DuckDBPyConnection:
        def torn() -> None:
            before = set(self._breaker.root.glob("parts/*"))
            self._real.execute(sql, *values)
            for written in set(self._breaker.root.glob("parts/*")) - before:
                half(written, written.read_bytes())

        if any(word in sql for word in _WRITING):
            self._breaker.step(f"sql {' '.join(sql.split())[:60]}", torn if "COPY (" in sql else None)
        return self._real.execute(sql, *values)


def half(path: Path, content: bytes) -> None:
    """Half of the content is all that the file holds."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(number, content[: len(content) // 2])
    os.close(number)


def child(root: Path, place: int, how: str, command: Sequence[str]) -> NoReturn:
    """Run the command in this process, its streams and the step of its end in files beside the store."""
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(root.with_suffix(f".{name}"), os.O_WRONLY | os.O_CREAT), number)
    Breaker(root, place, how, root.with_suffix(".step").write_text).install()
    code = main([part.replace("{store}", str(root)) for part in command])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run(base: Path, work: Path, place: int, how: str, command: Sequence[str]) -> dict[str, Any]:
    """The command on a copy of the store, broken at a step; what became of it."""
    root = work / str(place)
    shutil.copytree(base, root)
    process = os.fork()
    if process == 0:
        child(root, place, how, command)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    step, out, err = (root.with_suffix(f".{name}") for name in ("step", "out", "err"))
    told = step.read_text() if step.exists() else None
    return {"store": str(root), "step": told, "code": code, "out": out.read_text(), "err": err.read_text()}


def every_run(
    base: Path, work: Path, how: str, first: int, stride: int, command: Sequence[str]
) -> list[dict[str, Any]]:
    """The command broken at a step, at one further on, and so on; last as it ends unbroken."""
    runs: list[dict[str, Any]] = []
    while not runs or runs[-1]["step"] is not None:
        runs.append(run(base, work, first + len(runs) * stride, how, command))
    return runs


if __name__ == "__main__":
    compute_boundaries_digest()
    store, folder, manner, start, steps, *asked = sys.argv[1:]
    print(json.dumps(every_run(Path(store), Path(folder), manner, int(start), int(steps), asked)))
