"""What a store holds beside its version in force: when it goes, and that nothing in force goes with it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from helpers.stores import by_month, incidents, load, opened

from shp_data.store.files.layout import StoreLayout
from shp_data.store.files.leftovers import (
    build_working_prefix,
    clear_leftovers,
    discard_load,
    finish_removal,
    note_removal,
    prune_versions,
)

MONTH = {"2020-10": 3}


@pytest.fixture
def layout(tmp_path: Path) -> StoreLayout:
    """A store of one load."""
    load(tmp_path / "S", incidents(tmp_path / "a.csv", MONTH))
    return StoreLayout(tmp_path / "S")


def files(layout: StoreLayout) -> set[Path]:
    return {path for path in layout.root.rglob("*") if path.is_file() and path.name != "lock"}


def left(layout: StoreLayout, part: str) -> list[Path]:
    """The files of a load that never came into force."""
    made = [layout.parts / f"{part}.parquet", layout.parts / f"{part}.other.new", layout.rejected / f"{part}.csv"]
    for path in made:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    return made


def own(layout: StoreLayout) -> str:
    (part,) = opened(layout.root).manifest.loads
    return part.part


def test_what_a_killed_load_left_is_known_by_its_working_folder(layout: StoreLayout) -> None:
    before, made = files(layout), left(layout, "killed")
    folder = Path(tempfile.mkdtemp(prefix=build_working_prefix("killed"), dir=layout.root))
    (folder / "scratch.duckdb").write_bytes(b"half")
    (layout.root / ".CURRENT-1").write_text("1", encoding="utf-8")
    clear_leftovers(layout)
    assert files(layout) == before
    assert not folder.exists()
    assert not any(path.exists() for path in made)


def test_a_load_in_force_stays_whatever_folder_it_left(layout: StoreLayout) -> None:
    before = files(layout)
    Path(tempfile.mkdtemp(prefix=build_working_prefix(own(layout)), dir=layout.root))
    clear_leftovers(layout)
    assert files(layout) == before
    assert by_month(layout.root, "2020-10") == MONTH


def test_the_files_of_a_load_go_only_where_it_is_not_in_force(layout: StoreLayout) -> None:
    before, made = files(layout), left(layout, "failed")
    discard_load(layout, own(layout))
    assert files(layout) == before | set(made)
    discard_load(layout, "failed")
    assert files(layout) == before


def test_parts_that_no_kept_version_names_go_and_the_latest_versions_stay(layout: StoreLayout, tmp_path: Path) -> None:
    for count in range(4, 9):
        load(layout.root, incidents(tmp_path / f"{count}.csv", {"2020-10": count}))
    versions = sorted(path.name for path in layout.versions.iterdir())
    parts = {load.part for version in versions for load in layout.read_manifest(version).loads}
    left(layout, "nobody")
    prune_versions(layout, versions[-1])
    assert sorted(path.name for path in layout.versions.iterdir()) == versions
    assert len(versions) == 4
    assert {path.name.split(".")[0] for path in layout.parts.iterdir()} == parts
    assert by_month(layout.root, "2020-10") == {"2020-10": 8}


def test_what_was_promised_to_go_goes_with_every_older_version(layout: StoreLayout, tmp_path: Path) -> None:
    load(layout.root, incidents(tmp_path / "b.csv", {"2020-10": 5}))
    gone = left(layout, "gone")[-1]
    note_removal(layout, [str(gone.relative_to(layout.root))])
    assert finish_removal(layout)
    (version,) = (path.name for path in layout.versions.iterdir())
    assert version == layout.read_version()
    parts = {load.part for load in layout.read_manifest(version).loads}
    assert {path.name.split(".")[0] for path in layout.parts.iterdir()} == parts
    assert not gone.exists()
    assert by_month(layout.root, "2020-10") == {"2020-10": 5}


def test_rejected_rows_that_are_named_again_are_kept_though_promised(layout: StoreLayout, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("date,indicator\n2020-11-05,asb_police\n2020-11-06,nonsense\n", encoding="utf-8")
    rejected = load(layout.root, path).rejected_file
    note_removal(layout, [rejected])
    assert finish_removal(layout)
    assert (layout.root / rejected).exists()
