"""A table of published figures, read: what is understood, and what each fault in it is told as."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from helpers.stores import DESK

from shp_data.analysis.report.check import check_figures
from shp_data.analysis.report.report import build_report
from shp_data.domain.errors import InputError
from shp_data.domain.periods import parse_quarter
from shp_data.intake.reported import published
from shp_data.intake.reported.published import COLUMNS, read_published
from shp_data.intake.sample import prepare_sample_store
from shp_data.store.facts import open_store
from shp_data.store.reading import Reader
from shp_view.report.report_files import to_csv

HEADER = (
    "quarter,area,indicator_id,label,unit,year_to_date,same_quarter_last_year,quarter_value,"
    "published_difference,published_pct_difference"
)
ROW = "2020-21 Q3,Hartlepool,asb_police,ASB incidents reported to the Police,count,4348,896,1246,350,39"


def csv(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "report.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def fault(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_published(path)
    return str(error.value)


def only(table: pd.DataFrame) -> list[str | None]:
    (row,) = table.to_dict("records")
    return [None if pd.isna(row[name]) else row[name] for name in COLUMNS]


def test_the_columns_of_the_published_table_are_understood(tmp_path: Path) -> None:
    table = read_published(csv(tmp_path, ROW))
    assert tuple(table.columns) == COLUMNS
    assert only(table) == ["2020-21-Q3", "Hartlepool", "asb_police", "4348", "896", "1246", "350", "39"]


def test_names_quarter_area_and_indicator_may_be_spelt_as_people_do(tmp_path: Path) -> None:
    header = "Quarter,AREA,Label,Year to date,Same quarter last year,Quarter value,Difference,Pct_difference"
    row = '2020-21-Q3,Redcar and Cleveland,ASB incidents reported to the police,"5,765","1,407","1,762",+355,25 %'
    found = only(read_published(csv(tmp_path, row, header=header)))
    assert found == ["2020-21-Q3", "Redcar & Cleveland", "asb_police", "5765", "1407", "1762", "355", "25"]


def test_the_label_serves_where_the_id_is_empty(tmp_path: Path) -> None:
    assert only(read_published(csv(tmp_path, ROW.replace(",asb_police,", ",,"))))[2] == "asb_police"


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("-0.4", "-0.4"),
        ("−0.4", "-0.4"),  # the typographer's minus
        ("4.0", "4.0"),  # as many decimals as printed
        ("0", "0"),
        ("-0", "0"),
        ("1234567", "1234567"),
        ('"1,234,567"', "1234567"),
        ("-0.3999999999999999", "-0.4"),  # what binary arithmetic made of it
        ("39.0625", "39.0625"),
        ("100.00000001", "100"),
        ("", None),
        ("  ", None),
    ],
)
def test_numbers_keep_their_decimals(tmp_path: Path, cell: str, read: str | None) -> None:
    assert only(read_published(csv(tmp_path, ROW.removesuffix("39") + cell)))[-1] == read


@pytest.mark.parametrize("cell", ["n/a", "12.3.4", "1e5", "NaN", '"12,34"', "-", "1234567890", "=1+1", "3 9", "inf"])
def test_what_is_no_number_is_told_with_its_place(tmp_path: Path, cell: str) -> None:
    told = fault(csv(tmp_path, ROW, ROW.replace("Q3", "Q4").removesuffix("39") + cell))
    seen = cell.replace('"', "")
    assert told == (
        f"report.csv, row 3, column 'published_pct_difference': {seen!r} is not a number; expected a number "
        "such as 1246 or -0.4, "
        "or an empty cell"
    )


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("2020-21 Q3", "2020-21 Q5", "row 2, column 'quarter': quarter '2020-21 Q5' is not understood; expected such"),
        ("2020-21 Q3", "2020-22 Q3", "row 2, column 'quarter': financial year '2020-22' is not understood"),
        ("2020-21 Q3", "", "row 2, column 'quarter': is empty"),
        ("Hartlepool", "Darlington", "row 2, column 'area': unknown area 'Darlington'; valid: Hartlepool, Middles"),
        ("Hartlepool", "(unplaced)", "row 2, column 'area': unknown area '(unplaced)'; valid: Hartlepool"),
        ("Hartlepool", "", "row 2, column 'area': is empty"),
        (",asb_police,", ",asb,", "row 2, column 'indicator_id': unknown indicator 'asb'; valid: asb_police, "),
        (",asb_police,ASB incidents reported to the Police,", ",,,", "row 2, column 'indicator_id': is empty"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place_and_what_is_valid(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    assert fault(csv(tmp_path, ROW.replace(right, wrong))).startswith(f"report.csv, {told}")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (HEADER.replace("quarter_value", "value"), "no column for quarter_value. The columns are quarter, area, "),
        (HEADER.replace("indicator_id,label", "a,b"), "no column for indicator_id or indicator or label. "),
        (HEADER.replace("published_difference", "change"), "no column for difference or published_difference. "),
        (HEADER.replace("unit", "difference"), "difference and published_difference are the same column"),
        ("colour,size", "no column for quarter; area; indicator_id or indicator or label; year_to_date; "),
    ],
)
def test_a_wrong_header_is_told(tmp_path: Path, header: str, told: str) -> None:
    assert told in fault(csv(tmp_path, ROW, header=header))


def test_two_rows_for_one_figure_are_told_with_both_rows(tmp_path: Path) -> None:
    told = fault(csv(tmp_path, ROW, ROW.replace("Q3", "Q4"), ROW.replace("2020-21 Q3", "2020-21-q3")))
    assert told.startswith("report.csv, rows 2 and 4: both give asb_police for Hartlepool in 2020-21-Q3")


def test_a_table_without_a_row_is_told(tmp_path: Path) -> None:
    assert "has no rows below its header" in fault(csv(tmp_path))


def test_a_row_of_another_length_is_told(tmp_path: Path) -> None:
    assert fault(csv(tmp_path, ROW, ROW + ",1,2")).startswith("report.csv, row 3: ")


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "MAX_ROWS", 2)
    rows = [ROW.replace("Q3", f"Q{n}") for n in (1, 2, 3)]
    assert len(read_published(csv(tmp_path, *rows[:2]))) == 2
    assert "more than 2 rows" in fault(csv(tmp_path, *rows))


def test_what_is_not_one_file_is_told(tmp_path: Path) -> None:
    assert "no such file" in fault(tmp_path / "none.csv")
    (tmp_path / "report.docx").write_bytes(b"PK")
    assert "cannot be read" in fault(tmp_path / "report.docx")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", f"{HEADER}\n{ROW}\n")
        archive.writestr("b.csv", f"{HEADER}\n{ROW}\n")
    assert "contains 2 files" in fault(tmp_path / "two.zip")


def test_a_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Figures")
        sheet.write(0, 0, "Performance report")
        sheet.write_row(2, 0, HEADER.split(","))
        cells: list[str | float] = ["2020-21 Q3", "Hartlepool", "treatment_opiate", "", "", 2.9, 3.3, 2.9]
        sheet.write_row(3, 0, [*cells, "", -0.4])
        sheet.write_row(4, 0, ["2020-21 Q3", "Hartlepool", "asb_police", "", "", "lots"])
    assert fault(path).startswith("report.xlsx, row 5, column 'year_to_date': 'lots' is not a number")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Figures")
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, [*cells, "", -0.4])
    expected = ["2020-21-Q3", "Hartlepool", "treatment_opiate", "2.9", "3.3", "2.9", None, "-0.4"]
    assert only(read_published(path)) == expected


def test_the_published_table_is_read_whole(reference: Path) -> None:
    table = read_published(reference / "published_2020_21.csv")
    as_it_lies = pd.read_csv(reference / "published_2020_21.csv", dtype=str, keep_default_na=False)
    assert len(table) == len(as_it_lies)
    assert (table["indicator"] == as_it_lies["indicator_id"]).all()
    for ours, theirs in (("quarter_value", "quarter_value"), ("pct_difference", "published_pct_difference")):
        assert table[ours].fillna("").tolist() == as_it_lies[theirs].tolist()


@pytest.mark.parametrize("quarter", ["2020-21-Q3", "2020-21-Q4"])
def test_every_figure_of_a_report_of_our_own_follows(tmp_path: Path, quarter: str) -> None:
    store = open_store(prepare_sample_store())
    path = tmp_path / "report.csv"
    path.write_text(to_csv(build_report(Reader(store, DESK), parse_quarter(quarter), "Hartlepool")), encoding="utf-8")
    rows = read_published(path)
    assert len(rows) > 25
    found = check_figures(Reader(store, DESK), rows)
    assert found.table.empty, found.table.to_string()
