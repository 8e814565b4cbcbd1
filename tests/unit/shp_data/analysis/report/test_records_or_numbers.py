"""An indicator that comes as records or as numbers: one of them for each month, and the report says which.

Each value is worked out by hand from the rows above it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.stores import DESK, incidents, load

from shp_data.analysis.report.report import build_report
from shp_data.analysis.report.report_value import Line, Report
from shp_data.analysis.verdicts import count_reported
from shp_data.domain.periods import parse_quarter
from shp_data.store.files.writing import undo_load
from shp_data.store.reading import Reader
from shp_data.store.version import open_store

COUNCIL = "Hartlepool Borough Council"
NOISE = "Noise complaints received by the Council"


def noise(path: Path, *rows: str) -> Path:
    text = "area,indicator,period,value,year_to_date\n" + "".join(
        f"Hartlepool,noise_complaints,{row}\n" for row in rows
    )
    path.write_text(text, encoding="utf-8")
    return path


def report_of(root: Path) -> tuple[Report, Line]:
    report = build_report(Reader(open_store(root), DESK), parse_quarter("2020-21-Q3"), "Hartlepool")
    line = report.find_line("noise_complaints")
    assert line is not None
    return report, line


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Records of October to December, and numbers of this quarter, of last year's and of October."""
    path = incidents(tmp_path / "a.csv", {"2020-10": 3, "2020-11": 2, "2020-12": 4}, NOISE)
    load(tmp_path / "S", path, source=COUNCIL)
    load(tmp_path / "S", noise(tmp_path / "n.csv", "2020-21 Q3,40,90", "2019-20 Q3,30,", "2020-10,12,"))
    return tmp_path / "S"


def test_the_records_of_a_quarter_count_and_the_numbers_of_another(root: Path) -> None:
    report, line = report_of(root)
    assert (line.quarter_value, line.same_quarter_last_year) == (9, 30)  # 3 + 2 + 4, and as reported
    assert line.last_year is not None and line.last_year.difference == -21
    assert [month.value for month in line.months] == [3, 2, 4]
    assert (line.year_to_date, line.year_to_date_as) == (None, "")  # April to September is not in
    assert line.is_from_records and line.source == COUNCIL
    assert line.notes == (
        "Counted from records: 2020-21 Q3 (Oct to Dec 2020).",
        "As reported: 2019-20 Q3 (Oct to Dec 2019).",
        "Of 2020-21 Q3 (Oct to Dec 2020) there are records and reported figures: the records count.",
    )
    assert report.find_wards("noise_complaints") is not None
    assert f"Source: {COUNCIL}." in report.sources


def test_where_a_month_of_the_records_is_missing_the_quarter_is_as_reported(root: Path, tmp_path: Path) -> None:
    undo_load(root, open_store(root).manifest.loads[0].part)
    load(root, incidents(tmp_path / "b.csv", {"2020-10": 3, "2020-11": 2}, NOISE), source=COUNCIL)
    _, line = report_of(root)
    assert (line.quarter_value, line.year_to_date, line.is_from_records) == (40, 90, False)
    assert [month.value for month in line.months] == [3, 2, None]
    assert "Counted from records: Oct to Nov 2020." in line.notes


def test_months_of_both_kinds_add_up_to_a_quarter(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "b.csv", {"2020-10": 3, "2020-11": 2}, NOISE), source=COUNCIL)
    load(tmp_path / "S", noise(tmp_path / "n.csv", "2020-12,6,", "2019-20 Q3,30,"))
    _, line = report_of(tmp_path / "S")
    assert (line.quarter_value, line.is_from_records) == (11, False)  # 3 + 2 + 6
    assert line.notes[0] == "Counted from records: Oct to Nov 2020."
    # The verdict is of the same two counts: 11 after 30.
    quarter = parse_quarter("2020-21-Q3")
    reader = Reader(open_store(tmp_path / "S"), DESK)
    assert count_reported(reader, quarter, quarter.last_year) == {("noise_complaints", "Hartlepool"): (11, 30)}
    assert line.chance is not None and line.chance.verdict.endswith("decrease")


def test_of_one_kind_alone_nothing_is_said(root: Path, tmp_path: Path) -> None:
    undo_load(root, open_store(root).manifest.loads[0].part)
    _, line = report_of(root)
    assert (line.quarter_value, line.notes) == (40, ())
    load(
        tmp_path / "R", incidents(tmp_path / "b.csv", {"2020-10": 3, "2020-11": 2, "2020-12": 4}, NOISE), source=COUNCIL
    )
    _, line = report_of(tmp_path / "R")
    assert (line.quarter_value, line.notes, line.is_supplied) == (9, (), True)


def test_another_supplier_of_records_is_not_added_to_the_theme(root: Path, tmp_path: Path) -> None:
    load(root, incidents(tmp_path / "p.csv", {"2020-10": 5, "2020-11": 5, "2020-12": 5}), source="Cleveland Police")
    reader = Reader(open_store(root), DESK)
    vocabulary, loaded = reader.partnership.vocabulary, reader.store.list_indicators()
    assert loaded == ("asb_police", "noise_complaints")
    assert vocabulary.select_theme_total("asb", loaded) == ("asb_police",)
    assert vocabulary.select_theme_total("asb", ("noise_complaints",)) == ("noise_complaints",)
