"""Removing old months or a source: shown first, gone for good, and nothing else has changed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from helpers.wards import codes, store_of

from shp_data.__main__ import main
from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Viewer
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.files.manifest import SupplierMonth
from shp_data.store.files.retention import RecordsToRemove, plan_removal, remove_records
from shp_data.store.reading import Reader, count_records, list_records
from shp_data.store.version import Store, open_store

ASB, FIRES = "asb_police", "fires_secondary_deliberate"
OLD, NEW = ("2019-04", "2019-05"), ("2020-04", "2020-05")
FIGURES = """area,indicator,period,value
Hartlepool,domestic_abuse,2019-20 Q1,50
Hartlepool,domestic_abuse,2020-21 Q1,60
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two sources, old months and new ones, a load that was replaced, rejected rows, and reported figures."""
    ward = codes("Hartlepool")[0]
    every = [(ward, month, ASB) for month in (*OLD, *NEW) for _ in range(3)]
    store_of(tmp_path, every, source="Police", name="first")
    store_of(tmp_path, [*every, (ward, OLD[0], ASB), (ward, "2019-13", ASB)], source="Police", name="again")
    store_of(tmp_path, [(ward, month, FIRES) for month in (*OLD, *NEW) for _ in range(2)], source="Fire", name="fires")
    (tmp_path / "figures.csv").write_text(FIGURES, encoding="utf-8")
    ingest([tmp_path / "figures.csv"], tmp_path / "store", LoadOptions())
    return tmp_path / "store"


def rows(store: Store, indicator: str) -> pd.DataFrame:
    """Every record that pages can show, without the name of the part that holds it."""
    months = store.list_months([indicator])
    if not months:
        return pd.DataFrame()
    found = list_records(Reader(store, Viewer()), partnership().select((indicator,), Period(months[0], months[-1])))
    return found.drop(columns="part", errors="ignore").reset_index(drop=True)


def in_any_file(root: Path) -> set[tuple[str, str]]:
    """Source and month of every record in every file of the store, in force or not."""
    found = set()
    for path in root.rglob("*.parquet"):
        found |= set(duckdb.sql(f"SELECT DISTINCT source, month FROM read_parquet('{path}')").fetchall())
    return found


def test_old_months_are_shown_then_gone_and_the_others_are_as_they_were(root: Path, capsys) -> None:
    before = {indicator: rows(open_store(root), indicator) for indicator in (ASB, FIRES)}
    version = open_store(root).version
    assert main(["retain", "--before", "2020-01", "--store", str(root)]) == 0
    shown = capsys.readouterr().out
    assert "Police: asb_police, 2019-04 to 2019-05: 13 records" in shown  # 6 that were replaced, and 7
    assert "Fire: fires_secondary_deliberate, 2019-04 to 2019-05: 4 records" in shown
    assert "1 reported figure\n" in shown
    assert "total: 17 records" in shown
    assert "nothing was changed" in shown
    assert open_store(root).version == version

    assert main(["retain", "--before", "2020-01", "--store", str(root), "--yes"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "removed"
    store = open_store(root)
    for indicator, table in before.items():
        stays = table[table["month"] >= "2020-01"].reset_index(drop=True)
        assert len(stays)
        pd.testing.assert_frame_equal(rows(store, indicator), stays)
        period = partnership().select((indicator,), store_period(store, indicator))
        assert int(count_records(Reader(store, Viewer()), period, ["indicator"])["count"].sum()) == len(stays)
        assert sum(n for cell, n in store.coverage.items() if cell.indicator == indicator) == len(stays)
    assert {month for _, month in in_any_file(root)} == set(NEW)
    assert {key.period for key in store.list_reported()} == {"2020-21-Q1"}
    assert not list((root / "rejected").iterdir())  # rejected rows tell no month
    assert [path.name for path in (root / "versions").iterdir()] == [store.version]


def store_period(store: Store, indicator: str) -> Period:
    months = store.list_months([indicator])
    return Period(months[0], months[-1])


def test_a_source_goes_whole_and_the_other_stays(root: Path) -> None:
    before = rows(open_store(root), FIRES)
    removal = remove_records(root, RecordsToRemove(source="Police"))
    assert sum(removal.cells.values()) == 12 + 13
    store = open_store(root)
    assert {source for source, _ in in_any_file(root)} == {"Fire"}
    assert store.list_indicators() == (FIRES,)
    pd.testing.assert_frame_equal(rows(store, FIRES), before)
    assert len(store.list_reported()) == 2


def test_both_are_the_old_months_of_the_source(root: Path) -> None:
    remove_records(root, RecordsToRemove(Month(2020, 1), "Fire"))
    assert in_any_file(root) == {("Police", month) for month in (*OLD, *NEW)} | {("Fire", month) for month in NEW}


def test_what_was_removed_can_be_loaded_again(root: Path, tmp_path: Path) -> None:
    before = rows(open_store(root), FIRES)
    remove_records(root, RecordsToRemove(source="Fire"))
    load = ingest([tmp_path / "fires.csv"], root, LoadOptions("Fire"))
    assert [file.status for file in load.files] == ["loaded"]
    pd.testing.assert_frame_equal(rows(open_store(root), FIRES), before)


def test_the_month_itself_stays() -> None:
    doomed = RecordsToRemove(Month(2020, 1))
    assert [doomed.has_cell(SupplierMonth("a", ASB, month)) for month in ("2019-12", "2020-01", "2020-02")] == [
        True,
        False,
        False,
    ]


def test_an_unknown_source_is_told_with_those_that_are(root: Path) -> None:
    manifest = open_store(root).manifest
    with pytest.raises(SelectionError, match="Police, Fire"):
        plan_removal(manifest, RecordsToRemove(source="police"))


@pytest.mark.parametrize("arguments", [[], ["--before", "2020"], ["--source", "Nobody"]])
def test_what_cannot_be_meant_is_refused(root: Path, capsys, arguments: list[str]) -> None:
    assert main(["retain", *arguments, "--store", str(root)]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_nothing_that_old_is_said_so(root: Path, capsys) -> None:
    version = open_store(root).version
    assert main(["retain", "--before", "2000-01", "--store", str(root), "--yes"]) == 0
    assert "No matching records in the store" in capsys.readouterr().out
    assert open_store(root).version == version
