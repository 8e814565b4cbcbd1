"""The partnership's part of the postcode directory, from small made-up ones in ONS's layouts."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from helpers.stores import load, opened

from shp_data.__main__ import main
from shp_data.domain.errors import InputError, StoreError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.intake.postcodes import find_postcodes, save_postcodes
from shp_data.store.files.layout import StoreLayout

# Hartlepool's ward Victoria of 2022 and 2025 is E05013049; the point is in its ward Victoria of 2020, E05008952.
ONSPD = """pcd,pcd2,pcds,dointr,doterm,oslaua,osward,oseast1m,osnrth1m,lat,long
"TS247AA","TS24 7AA","TS24 7AA",198001,"",E06000001,E05013049,450832,532245,54.6827,-1.2131
"TS247AB","TS24 7AB","TS24 7AB",198001,199912,E06000001,"",450832,532245,54.6827,-1.2131
"TS181AA","TS18 1AA","TS18 1AA",198001,"",E06000004,E05099999,,,99.999999,0.000000
"DL1 1AA","DL1  1AA","DL1 1AA",198001,"",E06000005,E05009999,428900,514500,54.5245,-1.5536
"TS299ZZ","TS29 9ZZ","TS29 9ZZ",198001,"",E06000047,E05009998,450832,532245,54.6827,-1.2131
"""
RENAMED = """pcd7,pcd8,pcds,lad25cd,wd25cd,east1m,north1m
"TS247AA","TS24 7AA","TS24 7AA",E06000001,E05013049,450832,532245
"""


def saved(text: str, folder: Path, name: str = "ONSPD_MAY_2025_UK.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def rows(root: Path) -> list[tuple[str, ...]]:
    path = find_postcodes(StoreLayout(root))
    assert path is not None
    table = pq.read_table(path)
    assert table.column_names == ["postcode", "lpa", "ward_2020", "ward_2022", "ward_2025"]
    return [tuple(row.values()) for row in table.to_pylist()]


def test_the_postcodes_of_the_areas_are_kept_as_the_directory_has_them(tmp_path: Path) -> None:
    part = save_postcodes(saved(ONSPD, tmp_path), tmp_path / "S", partnership().areas)
    assert (part.read, part.kept, part.by_lpa["Hartlepool"], part.by_lpa["Middlesbrough"]) == (5, 3, 2, 0)
    assert rows(tmp_path / "S") == [
        ("TS181AA", "Stockton-on-Tees", "(unplaced)", "(unplaced)", "(unplaced)"),  # without a point
        ("TS247AA", "Hartlepool", "E05008952", "E05013049", "E05013049"),
        ("TS247AB", "Hartlepool", "E05008952", "E05013049", "E05013049"),  # ended, and without a ward
    ]


def test_later_names_of_the_columns_a_zip_and_metres_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "directory.zip", "w") as archive:
        archive.writestr("Documents/names.csv", "code,name\n1,a\n")
        archive.writestr("Data/ONSPD_UK.csv", RENAMED)
    save_postcodes(tmp_path / "directory.zip", tmp_path / "S", partnership().areas)
    assert rows(tmp_path / "S") == [("TS247AA", "Hartlepool", "E05008952", "E05013049", "E05013049")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "its columns are a, b"),
        ("pcds,name\nTS24 7AA,x\n", "expected ONS's postcode directory"),
        ("pcds,lat,long\nDL1 1AA,54.5245,-1.5536\n", "none of its 1 postcodes is in Hartlepool"),
        ("", "its columns are"),
    ],
)
def test_any_other_file_is_refused_and_saves_nothing(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        save_postcodes(saved(text, tmp_path), tmp_path / "S", partnership().areas)
    assert not (tmp_path / "S").exists()


def test_postcodes_of_other_boundaries_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_postcodes(saved(ONSPD, tmp_path), tmp_path / "S", partnership().areas)
    monkeypatch.setattr("shp_data.intake.postcodes.compute_boundaries_digest", lambda: "other")
    with pytest.raises(StoreError, match="placed with other boundaries"):
        find_postcodes(StoreLayout(tmp_path / "S"))


def test_records_with_a_postcode_count_in_its_ward(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["postcodes", str(saved(ONSPD, tmp_path)), "--store", str(tmp_path / "S")]) == 0
    assert "5 postcodes read, 3 saved: Hartlepool 2, Middlesbrough 0" in capsys.readouterr().out
    path = saved(
        "date,indicator,postcode\n2024-04-05,asb_police,ts24 7aa\n2024-04-06,asb_police,DL1 1AA\n", tmp_path, "a"
    )
    made = load(tmp_path / "S", path.rename(tmp_path / "a.csv"))
    assert (made.unplaced, made.outside) == (0, 1)
    month = parse_period("2024-04")
    assert opened(tmp_path / "S").covers(("asb_police",), month, ("Hartlepool",), wards="2025")
