"""Broken at every step: a load or a removal leaves the old figures or the new, says so in one line, and no litter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from helpers.stores import DESK, by_month, chosen, incidents, load, opened

from shp_data.__main__ import main
from shp_data.domain.settings import ROOT
from shp_data.store.files.layout import StoreLayout
from shp_data.store.reading import Reader, list_records

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")

PERIOD = "2020-09 to 2020-12"
FIGURES = "area,indicator,period,value\nHartlepool,noise_complaints,2020-21 Q3,{}\n"
Run = dict[str, Any]


class Held(NamedTuple):
    """What a store answers: its incidents by month, its reported figures, its loads with their rejected rows."""

    months: dict[str, int]
    figures: list[float]
    rejected: list[str]


def held(root: Path) -> Held:
    """What a store holds, every file of it read."""
    store = opened(root)
    months = by_month(root, PERIOD)
    assert (
        len(list_records(Reader(store, DESK), chosen(PERIOD))) == sum(months.values()) == sum(store.coverage.values())
    )
    files = [root / load.rejected_file for load in store.manifest.loads if load.rejected_file]
    rejected = [file.read_text(encoding="utf-8-sig").splitlines()[-1].split(",", 1)[0] for file in files]
    return Held(months, [figure.value for figure in store.list_reported().values()], rejected)


def loose(root: Path) -> list[str]:
    """The files of loads that no version of a store names."""
    layout = StoreLayout(root)
    versions = [path.parent.name for path in layout.versions.glob("[!.]*/manifest.json")]
    parts = {load.part for version in versions for load in layout.read_manifest(version).loads}
    files = [path.name for folder in (layout.parts, layout.rejected) for path in folder.iterdir()]
    return [name for name in files if name.split(".")[0] not in parts]


def litter(root: Path) -> list[str]:
    """All that a store should not hold: those, hidden files, and versions before the last four."""
    versions = sorted(path.name for path in (root / "versions").iterdir())
    return [
        *loose(root),
        *(path.name for path in root.glob(".*")),
        *versions[:-4],
        *(v for v in versions if v[0] == "."),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files to load, and two stores of them, with what a killed process left in each.

    `S` of six loads, `few` of the last four of them: a removal writes each load anew, all by the same steps.
    """
    made = tmp_path_factory.mktemp("faults")
    months = [
        incidents(made / f"{number}.csv", {"2020-09": number, "2020-10": 3}, ids=f"{number}") for number in range(1, 5)
    ]
    (made / "figures.csv").write_text(FIGURES.format(80), encoding="utf-8")
    rows = incidents(made / "rows.csv", {"2020-10": 2}, ids="old").read_text(encoding="utf-8")
    (made / "old.csv").write_text(f"{rows}2020-10-32,asb_police,,,\n", encoding="utf-8")
    loads = [*months, made / "figures.csv", made / "old.csv"]
    for root, paths in ((made / "S", loads), (made / "few", loads[2:])):
        for path in paths:
            load(root, path)
        (root / ".load-20200101T000000-00000000.x").mkdir()
        (root / ".load-20200101T000000-00000000.x" / "scratch.duckdb").write_text("")
        (root / "rejected" / "20200101T000000-00000000.csv").write_text("")
        (root / ".CURRENT-000009-x").write_text("")
    rows = incidents(made / "rows.csv", {"2020-10": 4, "2020-11": 5}, ids="new").read_text(encoding="utf-8")
    (made / "new.csv").write_text(f"{rows}2020-11-31,asb_police,,,\n", encoding="utf-8")
    (made / "new figures.csv").write_text(FIGURES.format(87), encoding="utf-8")
    incidents(made / "next.csv", {"2020-12": 6}, ids="next")
    return made


OLD = Held({"2020-09": 4, "2020-10": 2}, [80.0], ["old.csv"])
NEW = Held({"2020-09": 4, "2020-10": 4, "2020-11": 5}, [87.0], ["old.csv", "new.csv"])


def broken(store: Path, work: Path, how: str, *command: object, first: int = 0, stride: int = 1) -> list[Run]:
    """A command on a copy of a store, broken `how` at a step, at one so many further on, and so on; see breaking."""
    work.mkdir()
    asked = [
        sys.executable,
        "-m",
        "tests.helpers.breaking",
        store,
        work,
        how,
        first,
        stride,
        *command,
        "--store",
        "{store}",
    ]
    done = subprocess.run([*map(str, asked)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    runs: list[Run] = json.loads(done.stdout)
    assert (runs[-1]["step"], runs[-1]["code"], runs[-1]["err"]) == (None, 0, "")
    return runs


def ingest(folder: Path) -> tuple[object, ...]:
    return ("ingest", folder / "new.csv", folder / "new figures.csv", "--source", "Police")


# A load is killed at every other step from the first on, and finds the disk full at every other from the second on:
# each step is broken in one of the two ways, and each write is torn besides.
@pytest.mark.parametrize(("how", "stride", "steps"), [("kill", 2, 15), ("tear", 1, 12)])
def test_a_load_killed_at_any_step_is_the_old_store_or_the_new(
    folder: Path, tmp_path: Path, how: str, stride: int, steps: int
) -> None:
    runs = broken(folder / "S", tmp_path / how, how, *ingest(folder), stride=stride)
    assert len(runs) > steps
    seen = []
    for run in runs:
        root = Path(run["store"])
        assert run["code"] == (-9 if run["step"] else 0), run
        seen.append(held(root))
        assert seen[-1] in (OLD, NEW), run
        load(root, folder / "next.csv")
        assert by_month(root, PERIOD) == {**seen[-1].months, "2020-12": 6}, run
        assert litter(root) == [], run
    assert seen == sorted(seen, key=NEW.__eq__)  # from one step on it is the new store
    assert OLD in seen


def test_a_full_disk_at_any_step_is_one_line_and_leaves_the_old_store(folder: Path, tmp_path: Path) -> None:
    runs = broken(folder / "S", tmp_path / "full", "full", *ingest(folder), first=1, stride=2)
    for run in runs:
        root = Path(run["store"])
        if run["code"] == 0:  # it could do without this step, or was done already
            assert (run["err"], held(root)) == ("", NEW), run
            continue
        assert (run["code"], run["out"], run["err"].count("\n")) == (1, "", 1), run
        assert run["err"].startswith(f"error: the store {root.name} cannot be written: "), run
        assert run["err"].endswith("nothing was changed\n"), run
        assert held(root) == OLD, run
        assert set(loose(root)) <= set(loose(folder / "S")), run
    assert sum(run["code"] for run in runs) > 10


def test_a_load_stopped_from_the_keyboard_says_so_in_one_line(folder: Path, tmp_path: Path) -> None:
    *runs, _ = broken(folder / "S", tmp_path / "stop", "stop", *ingest(folder), stride=5)
    for run in runs:
        root = Path(run["store"])
        told = "stopped: what was not finished by then has changed nothing\n"
        assert (run["code"], run["out"], run["err"]) == (1, "", told), run
        assert held(root) in (OLD, NEW), run
        assert set(loose(root)) <= set(loose(folder / "S")), run
    assert len(runs) > 5


def months_in_any_file(root: Path) -> set[str]:
    """The months of the records in every file of a store, in force or not."""
    return {
        month
        for path in root.rglob("*.parquet")
        for (month,) in duckdb.sql(f"SELECT DISTINCT month FROM '{path}'").fetchall()
    }


def test_a_removal_killed_at_any_step_is_finished_by_the_next(folder: Path, tmp_path: Path) -> None:
    """Removed for good: not left in a file that no page shows."""
    command = ("retain", "--before", "2020-10", "--yes")
    runs = broken(folder / "few", tmp_path / "kill", "kill", *command)
    kept = {month: count for month, count in OLD.months.items() if month >= "2020-10"}
    for run in runs:
        root = Path(run["store"])
        assert by_month(root, PERIOD) in (OLD.months, kept), run
        assert main([*command, "--store", str(root)]) == 0, run
        assert held(root).months == kept, run
        assert months_in_any_file(root) == set(kept), run
        assert [path.name for path in (root / "versions").iterdir()] == [opened(root).version], run
        assert not list(root.glob(".*")), run
    assert len(runs) > 15
