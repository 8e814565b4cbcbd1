"""A disk that is full or may not be written, a damaged store, one of another version, and several writers at once.

Each through the real command line, as a process of its own: one line, no traceback, and the store as it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.stores import by_month, incidents, load, opened

from shp_data.__main__ import main
from shp_data.domain.settings import ROOT
from shp_data.store.files import writing
from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.manifest import FORMAT

PERIOD = "2020-10 to 2020-12"
OLD, NEW = {"2020-10": 3}, {"2020-10": 3, "2020-11": 200}
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    load(folder / "S", incidents(folder / "old.csv", OLD, ids="old"))
    return folder / "S"


@pytest.fixture
def root(tmp_path: Path, made: Path) -> Path:
    """A store with three incidents in October."""
    return Path(shutil.copytree(made, tmp_path / "S"))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A file of 200 good rows and 200 to be rejected."""
    path = incidents(tmp_path / "new.csv", {"2020-11": 200}, ids="new")
    with path.open("a", encoding="utf-8") as out:
        out.writelines(f"31/11/2020,asb_police,bad-{number},,\n" for number in range(200))
    return path


def said(command: list[object]) -> tuple[int, str, str]:
    """Exit code and both streams of a command of its own process."""
    asked = [sys.executable, "-m", "shp_data", *map(str, command)]
    done = subprocess.run([*UNPRIVILEGED, *asked], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


# The administrator may write anywhere: without this right of theirs a closed folder is closed to them too.
UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def ingest(path: Path, root: Path) -> list[object]:
    return ["ingest", path, "--store", root, "--source", "Police"]


# --- the disk


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: each write that goes beyond fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_one_line_whatever_was_to_be_written_last(capsys: Capture, root: Path, new: Path) -> None:
    faults = set()
    for size in (0, 500, 1_000, 2_000, 4_000, 10_000, 13_000, 16_000, 20_000, 10_000_000):
        with largest_file(size):
            code = main([*map(str, ingest(new, root))])
        out, errors = capsys.readouterr()
        if code == 0:
            break
        assert (out, errors.count("\n")) == ("", 1), errors
        assert errors.startswith("error: the store S cannot be written: ")
        assert errors.endswith("; nothing was changed\n")
        assert by_month(root, PERIOD) == OLD
        assert list((root / "rejected").iterdir()) == []
        faults.add(errors)
    assert (code, errors) == (0, "")
    assert by_month(root, PERIOD) == NEW
    assert len(faults) > 1
    assert not list(root.rglob(".*"))


@pytest.fixture
def closed(root: Path) -> Iterator[Path]:
    """The store, which may be read and not written."""
    every = (root, *root.rglob("*"))
    for path in every:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield root
    for path in every:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_store_that_may_not_be_written_is_read_and_said_so(closed: Path, new: Path) -> None:
    code, _, errors = said(ingest(new, closed))
    assert (code, errors) == (1, "error: the store S cannot be written: Permission denied; nothing was changed\n")
    code, counts, errors = said(["counts", "--by", "month", "--store", closed])
    assert (code, counts, errors) == (0, "month,count\n2020-10,3\n", "")
    assert by_month(closed, PERIOD) == OLD


@pytest.mark.parametrize("fault", ["closed", "full"])
def test_pages_show_a_store_that_cannot_be_written_and_a_load_is_one_message(
    request: pytest.FixtureRequest, root: Path, fault: str
) -> None:
    if fault == "closed":
        request.getfixturevalue("closed")
    done = subprocess.run(
        [*UNPRIVILEGED, sys.executable, "-m", "tests.helpers.pages_of_faults", fault],
        cwd=ROOT, env={**os.environ, "SHP_STORE": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["exceptions"] == 0
    assert found["data"] == ["1 indicator is loaded from one supplier, October 2020; no month is missing"]
    assert found["load"] == ["Load files"]
    (error,) = found["errors"]
    assert re.search("cannot be (written|saved)", error)
    assert by_month(root, PERIOD) == OLD


# --- another version, and damage


def edited(root: Path, change: Callable[[dict], object]) -> None:  # type: ignore[type-arg]
    """The store with another manifest."""
    path = StoreLayout(root).locate_manifest(opened(root).version)
    read = json.loads(path.read_text(encoding="utf-8"))
    change(read)
    path.write_text(json.dumps(read), encoding="utf-8")


def refused(capsys: Capture, root: Path, new: Path) -> list[str]:
    """What reading and loading say, each in one line; nothing of the store is changed."""
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    told = []
    for command in (["counts", "--by", "month", "--store", root], ingest(new, root)):
        assert main([*map(str, command)]) == 1
        out, errors = capsys.readouterr()
        assert (out, errors.count("\n")) == ("", 1), errors
        told.append(errors)
    after = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != "lock"}
    assert after == {path: data for path, data in before.items() if path.name != "lock"}
    return told


@pytest.mark.parametrize(
    ("number", "says"),
    [(FORMAT - 1, "load the files again"), (FORMAT + 1, "newer version of this program: update it")],
)
def test_a_store_of_another_format_is_refused_with_what_to_do(
    capsys: Capture, root: Path, new: Path, number: int, says: str
) -> None:
    edited(root, lambda read: read.update(format=number))
    for told in refused(capsys, root, new):
        assert told.startswith(f"error: the store has format {number}")
        assert says in told


def test_damage_anywhere_in_a_store_is_told_or_does_no_harm(capsys: Capture, root: Path, made: Path, new: Path) -> None:
    """A file of it cut short, or with a bit changed: one line, or an answer; never a traceback."""
    dice = random.Random(7)
    names = [path.relative_to(made) for path in made.rglob("*") if path.is_file() and path.name != "lock"]
    refusals = 0
    for name in sorted(names):
        whole = (made / name).read_bytes()
        flipped = bytearray(whole)
        flipped[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        for damaged in (whole[: len(whole) // 2], whole[:-1], b"\0" * len(whole), bytes(flipped)):
            (root / name).write_bytes(damaged)
            for command in (["counts", "--by", "lpa,month", "--store", root], ingest(new, root)):
                code = main([*map(str, command)])
                out, errors = capsys.readouterr()
                # A load may succeed beside damaged records of another; only their months cannot be checked then.
                unchecked = errors.startswith("warning: the months could not be checked: ")
                outcomes = ((0, False, int(unchecked)), (1, True, 1))
                assert (code, out == "", errors.count("\n")) in outcomes, (name, out, errors)
                refusals += code
            shutil.rmtree(root)
            shutil.copytree(made, root)
    assert refusals > 20  # whatever is read by either command; the rest does no harm


# --- several at once


def test_two_loads_of_one_source_at_once_all_land(tmp_path: Path, root: Path) -> None:
    files = [incidents(tmp_path / f"{month}.csv", {month: 4}) for month in ("2020-11", "2020-12")]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "shp_data", *map(str, ingest(file, root))],
            cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for file in files
    ]  # fmt: skip
    for process in running:
        out, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, ""), errors
        assert "Total: 4 read = 4 accepted" in out
    assert by_month(root, PERIOD) == {**OLD, "2020-11": 4, "2020-12": 4}


def test_a_load_that_waited_too_long_for_another_says_so(
    capsys: Capture, root: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_LOCK_SECONDS", 0.1)
    with writing.open_for_writing(root):
        assert main([*map(str, ingest(new, root))]) == 1
    _, errors = capsys.readouterr()
    assert errors == "error: the store S is being written by another process: try again later\n"
    assert by_month(root, PERIOD) == OLD
