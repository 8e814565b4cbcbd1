"""The store: whole after every crash, fault and damage; readers and writers beside one another."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from helpers.stores import DESK, by_month, chosen, incidents, load, opened

from shp_data.analysis.measures import count_by_field
from shp_data.domain.errors import NotAllowedError, StoreError
from shp_data.domain.selection import Viewer
from shp_data.domain.settings import ROOT
from shp_data.store.files import writing
from shp_data.store.files.layout import StoreLayout
from shp_data.store.reading import Reader, count_records, list_records
from shp_data.store.version import open_store

PERIOD = "2020-10 to 2020-12"
OLD = {"2020-10": 3}
INGEST = [sys.executable, "-m", "shp_data", "ingest"]


def started(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*INGEST, *map(str, arguments)], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    load(folder / "S", incidents(folder / "old.csv", OLD))
    return folder / "S"


@pytest.fixture
def root(tmp_path: Path, made: Path) -> Path:
    """A store with three incidents in October."""
    return Path(shutil.copytree(made, tmp_path / "S"))


def leftovers(root: Path) -> list[str]:
    """What a store should not hold: hidden files, and parts that no version names."""
    layout = StoreLayout(root)
    versions = [p.name for p in layout.versions.iterdir() if not p.name.startswith(".")]
    parts = {load.part for version in versions for load in layout.read_manifest(version).loads}
    hidden = [p.name for folder in (root, layout.versions) for p in folder.iterdir() if p.name.startswith(".")]
    return hidden + [p.name for p in layout.parts.iterdir() if p.name.split(".")[0] not in parts]


def test_records_in_several_files_are_one_load_and_only_those_asked_for_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shp_data.store.files.manifest._FILE_RECORDS", 5)
    root, months = tmp_path / "S", {"2020-10": 3, "2020-11": 1, "2020-12": 4, "2021-02": 6}
    held = load(root, incidents(tmp_path / "a.csv", months, ids="A"))
    load(root, incidents(tmp_path / "b.csv", {"2020-11": 2}, ids="B"))
    layout = StoreLayout(root)
    assert held.runs == ("2020-10", "2020-12", "2021-02")
    assert [layout.locate_records(held.part, run).exists() for run in held.runs] == [True] * 3
    assert by_month(root, "2020-10 to 2021-02") == months | {"2020-11": 2}
    assert len(list_records(Reader(opened(root), DESK), chosen("2020-10 to 2021-02"))) == 3 + 2 + 4 + 6
    told = load(root, incidents(tmp_path / "c.csv", {"2020-12": 4, "2021-02": 1}, ids="A"), append=True).tally
    assert (told.accepted, told.duplicates) == (0, 5)
    for run in ("2020-10", "2021-02"):
        layout.locate_records(held.part, run).write_bytes(b"not asked for")
    assert len(list_records(Reader(opened(root), DESK), chosen("2020-12 to 2021-01"))) == 4


# --- crashes


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_load_killed_at_any_moment_leaves_the_old_store_whole(tmp_path: Path, root: Path) -> None:
    """Killed while it works in the store: from its first file there to after its end."""
    big = incidents(tmp_path / "big.csv", dict.fromkeys(["2020-10", "2020-11", "2020-12"], 20_000), ids="N")
    new = dict.fromkeys(["2020-10", "2020-11", "2020-12"], 20_000)
    moments = random.Random(2)
    killed = 0
    for _ in range(6):
        process = started(big, "--store", root, "--source", "Police")
        while process.poll() is None and not list(root.glob(".load-*")):
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        assert by_month(root, PERIOD) in (OLD, new)
        assert len(list_records(Reader(opened(root), DESK), chosen(PERIOD))) == sum(by_month(root, PERIOD).values())
        if by_month(root, PERIOD) == new:  # it was done before it was killed
            load(root, incidents(tmp_path / "zero.csv", {"2020-11": 1, "2020-12": 1}))
            for part in [found.part for found in opened(root).manifest.loads[1:]][::-1]:
                writing.undo_load(root, part)
    assert killed >= 3
    load(root, incidents(tmp_path / "next.csv", {"2020-11": 5}))
    assert by_month(root, PERIOD) == {**OLD, "2020-11": 5}
    assert leftovers(root) == []


STEPS = ("mkdir", "_flush_file", "rename", "write_text", "replace")


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_of_the_disk_leaves_the_old_version(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    version = opened(root).version

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        if step.startswith("_"):
            patch.setattr(writing, step, full)
        else:
            real = getattr(Path, step)
            touched = ("versions", "CURRENT", "manifest")
            patch.setattr(
                Path,
                step,
                lambda self, *a, **k: (
                    full()
                    if any(t in str(self) for t in touched) and self != root / "versions"
                    else real(self, *a, **k)
                ),
            )
        with pytest.raises(StoreError, match="No space left on device; nothing was changed"):
            load(root, incidents(tmp_path / "new.csv", {"2020-10": 9}))
    assert opened(root).version == version
    assert by_month(root, PERIOD) == OLD
    load(root, incidents(tmp_path / "new.csv", {"2020-10": 9}))
    assert by_month(root, PERIOD) == {"2020-10": 9}
    assert leftovers(root) == []


def test_a_fault_of_the_engine_leaves_the_old_version(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise duckdb.IOException("IO Error: could not write")

    monkeypatch.setattr("shp_data.intake.rows.staging.write_part", broken)
    with pytest.raises(StoreError, match="nothing was changed"):
        load(root, incidents(tmp_path / "new.csv", {"2020-10": 9}))
    assert by_month(root, PERIOD) == OLD


def test_versions_left_by_crashes_do_not_push_out_the_new_one(tmp_path: Path, root: Path) -> None:
    """A crash between making a version and switching to it leaves a version that is not in force."""
    layout = StoreLayout(root)
    for n in range(6):
        (layout.versions / f"000009-orphan{n}").mkdir()
    load(root, incidents(tmp_path / "new.csv", {"2020-11": 9}))
    assert by_month(root, PERIOD) == {**OLD, "2020-11": 9}
    (root / "CURRENT").unlink()
    load(root, incidents(tmp_path / "more.csv", {"2020-12": 2}))
    assert by_month(root, PERIOD) == {"2020-12": 2}


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder below a file: even an administrator cannot write there."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        load(tmp_path / "file" / "S", incidents(tmp_path / "a.csv", OLD))


# --- damage


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"000001-nowhere", b"../../etc"])
def test_a_damaged_pointer_is_told(tmp_path: Path, root: Path, content: bytes) -> None:
    (root / "CURRENT").write_bytes(content)
    with pytest.raises(StoreError):
        open_store(root)
    with pytest.raises(StoreError):
        load(root, incidents(tmp_path / "a.csv", {"2020-11": 1}))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b'{"format": 2}', b"[]"])
def test_a_damaged_manifest_is_told(root: Path, content: bytes) -> None:
    StoreLayout(root).locate_manifest(opened(root).version).write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        open_store(root)


@pytest.mark.parametrize("content", [b"", b"garbage", b"PAR1" * 20])
def test_damaged_figures_and_records_are_told(tmp_path: Path, root: Path, content: bytes) -> None:
    store = opened(root)
    held = store.manifest.loads[0]
    part = held.part
    for path in (
        store.layout.locate_summary(part),
        store.layout.locate_records(part, held.runs[0]),
        store.layout.locate_ids(part),
    ):
        path.write_bytes(content)
    with pytest.raises(StoreError, match="cannot be read"):
        count_records(Reader(store, DESK), chosen(PERIOD), ["month"])
    with pytest.raises(StoreError, match="cannot be read"):
        list_records(Reader(store, DESK), chosen(PERIOD))
    with pytest.raises(StoreError):
        load(root, incidents(tmp_path / "a.csv", {"2020-11": 1}, ids="A"), append=True)


def test_an_older_version_that_is_damaged_is_no_obstacle(tmp_path: Path, root: Path) -> None:
    StoreLayout(root).locate_manifest(opened(root).version).with_name("kept").write_text("")
    old = opened(root).version
    load(root, incidents(tmp_path / "a.csv", {"2020-11": 1}))
    StoreLayout(root).locate_manifest(old).write_bytes(b"{")
    load(root, incidents(tmp_path / "b.csv", {"2020-12": 1}))
    assert by_month(root, PERIOD) == {"2020-10": 3, "2020-11": 1, "2020-12": 1}


@pytest.mark.parametrize(
    ("key", "value", "says"), [("format", 99, "format 99"), ("boundaries", "others", "other boundaries")]
)
def test_a_store_of_another_format_or_other_boundaries_is_refused(
    tmp_path: Path, root: Path, key: str, value: object, says: str
) -> None:
    path = StoreLayout(root).locate_manifest(opened(root).version)
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    before = path.read_bytes()
    for attempt in (
        lambda: open_store(root),
        lambda: load(root, incidents(tmp_path / "a.csv", {"2020-11": 1})),
    ):
        with pytest.raises(StoreError, match=f"{says}.*again"):
            attempt()
    assert path.read_bytes() == before


def test_an_empty_folder_holds_nothing_yet(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is empty"):
        open_store(tmp_path)


# --- beside one another


def test_a_reader_keeps_its_version_while_three_more_are_made(tmp_path: Path, root: Path) -> None:
    reader = Reader(opened(root), DESK)
    for n in (4, 5, 6):
        load(root, incidents(tmp_path / f"{n}.csv", {"2020-10": n}))
        table = count_by_field(reader, chosen(PERIOD), ["month"])
        assert table["count"].tolist() == [3]
        assert len(list_records(reader, chosen(PERIOD))) == 3
    assert by_month(root, PERIOD) == {"2020-10": 6}


def test_two_loads_at_once_both_land(tmp_path: Path) -> None:
    root = tmp_path / "S"
    files = [incidents(tmp_path / f"{n}.csv", {"2020-10": n}) for n in (4, 5)]
    running = [started(file, "--store", root, "--source", file.stem) for file in files]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert by_month(root, PERIOD) == {"2020-10": 9}
    assert leftovers(root) == []


def test_a_store_that_another_writes_is_waited_for_and_then_told(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_LOCK_SECONDS", 0.1)
    with writing.open_for_writing(root), pytest.raises(StoreError, match="another process"):
        load(root, incidents(tmp_path / "a.csv", {"2020-11": 1}))


def test_old_versions_and_parts_are_removed(tmp_path: Path, root: Path) -> None:
    for n in range(1, 9):
        result = load(root, incidents(tmp_path / f"{n}.csv", {"2020-11": n}))
        if n % 2:
            writing.undo_load(root, result.part)
    assert len(list(StoreLayout(root).versions.iterdir())) == 4
    assert leftovers(root) == []
    assert by_month(root, PERIOD) == {"2020-10": 3, "2020-11": 8}


# --- who may read


def test_a_role_that_is_not_known_sees_nothing(root: Path) -> None:
    stranger = Viewer("stranger")  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError, match="stranger"):
        count_records(Reader(opened(root), stranger), chosen(PERIOD), ["month"])
    with pytest.raises(NotAllowedError, match="stranger"):
        list_records(Reader(opened(root), stranger), chosen(PERIOD))


def test_records_are_traceable_and_in_order(root: Path) -> None:
    table = list_records(Reader(opened(root), DESK), chosen(PERIOD))
    assert table[["file", "row"]].values.tolist() == [["old.csv", 2], ["old.csv", 3], ["old.csv", 4]]
    assert list_records(Reader(opened(root), DESK), chosen(PERIOD), limit=2)["row"].tolist() == [2, 3]
    assert set(table["lpa"]) == {"Hartlepool"}
    assert list_records(Reader(opened(root), DESK), chosen(PERIOD, "asb_police", "Middlesbrough")).empty


def test_a_name_that_is_no_honest_sql_is_only_a_name(tmp_path: Path) -> None:
    root = tmp_path / "it's; DROP"
    load(root, incidents(tmp_path / "o'clock.csv", OLD), source="O'Neill\"; DROP TABLE staged; --")
    load(
        root,
        incidents(tmp_path / "b.csv", {"2020-10": 1}),
        source="O'Neill\"; DROP TABLE staged; --",
        append=True,
    )
    assert by_month(root, PERIOD) == {"2020-10": 4}
    assert list((root / "rejected").iterdir()) == []
