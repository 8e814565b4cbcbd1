"""Workbooks: which sheet and header, what becomes of cells, and what hostile ones come to."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from shp_data.domain.errors import InputError
from shp_data.intake.readers import workbooks
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.sheets import SheetsError
from shp_data.intake.readers.tables import read_chunks

KNOWN = frozenset({"date", "indicator"})


def book(path: Path, fill: Callable[[Any], None]) -> InputFile:
    with xlsxwriter.Workbook(path) as workbook:
        fill(workbook)
    return InputFile(path.name, path, None, path.stat().st_size)


def sheet_of(rows: Sequence[Sequence[object]]) -> Callable[[Any], None]:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet("Data")
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)

    return fill


def rows_of(file: InputFile) -> list[dict[str, str | int | None]]:
    return [row for chunk in read_chunks(file, KNOWN) for row in chunk.table.to_pylist()]


def refused(file: InputFile) -> str:
    with pytest.raises(InputError) as error:
        rows_of(file)
    assert str(error.value).startswith(file.name)
    return str(error.value)


def raw(path: Path, data: bytes) -> InputFile:
    path.write_bytes(data)
    return InputFile(path.name, path, None, len(data))


def test_cells_become_the_text_that_a_csv_would_hold(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        sheet = workbook.add_worksheet()
        day, minute, hour = (
            workbook.add_format({"num_format": f}) for f in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm", "hh:mm")
        )
        sheet.write_row(0, 0, ["Date", "Indicator"])
        sheet.write_datetime(1, 0, dt.datetime(2020, 1, 2), day)
        sheet.write_datetime(2, 0, dt.datetime(2020, 1, 2, 13, 5), minute)
        sheet.write_datetime(3, 0, dt.time(13, 5), hour)
        for row, value in enumerate([451234.0, 5.25, True, "=text", 1e20], 1):
            sheet.write(row, 1, value) if not isinstance(value, str) else sheet.write_string(row, 1, value)

    assert [(r["Date"], r["Indicator"]) for r in rows_of(book(tmp_path / "b.xlsx", fill))] == [
        ("2020-01-02", "451234"),
        ("2020-01-02 13:05", "5.25"),
        ("13:05", "true"),
        (None, "=text"),
        (None, "100000000000000000000"),
    ]


def test_titles_blank_rows_and_side_notes(tmp_path: Path) -> None:
    rows = [["Extract"], [], ["", "Date", "Indicator"], ["", "1", "a"], [], ["", "2", "b", "a note beside"]]
    assert rows_of(book(tmp_path / "b.xlsx", sheet_of(rows))) == [
        {"column 1": None, "Date": "1", "Indicator": "a", "row": 4},
        {"column 1": None, "Date": "2", "Indicator": "b", "row": 6},
    ]


def test_the_first_sheet_with_a_known_header_is_read(tmp_path: Path) -> None:
    def fill(workbook: Any) -> None:
        for name, cells in {"Read me": ["Notes"], "Blank": [], "Rows": ["Date", "Indicator"]}.items():
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, cells)
            sheet.write_row(1, 0, cells)

    assert [r["row"] for r in rows_of(book(tmp_path / "b.xlsx", fill))] == [2]


def test_one_sheet_of_unknown_header_comes_back_as_it_is(tmp_path: Path) -> None:
    file = book(tmp_path / "b.xlsx", sheet_of([["Title"], ["When", "What"], ["1", "2"], ["3", "4"]]))
    assert next(read_chunks(file, KNOWN)).header == ["When", "What"]
    assert [r["row"] for r in rows_of(file)] == [3, 4]


def sheets_of(**sheets: Sequence[Sequence[object]]) -> Callable[[Any], None]:
    def fill(workbook: Any) -> None:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)

    return fill


OWN, FOREIGN = ["Date", "Indicator", "Ward"], ["Ref", "Date reported", "Kind"]
NOTES = [["This extract was made by the team"], ["Contact: asb@example.invalid"]]


def sheet_rows(file: InputFile) -> list[tuple[str, int]]:
    """The sheet and the row number of each row that is read."""
    return [(chunk.sheet, row) for chunk in read_chunks(file, KNOWN) for row in chunk.table["row"].to_pylist()]


def test_sheets_of_one_header_are_read_as_one_table(tmp_path: Path) -> None:
    # May has its columns in another order and spelling, and a title; June has no rows yet.
    fill = sheets_of(
        Notes=NOTES,
        April=[OWN, ["2024-04-01", "asb", "Hart"], ["2024-04-02", "asb", "Seaton"]],
        May=[["May"], ["indicator", "WARD", "date"], ["asb", "Rossmere", "2024-05-01"]],
        June=[OWN],
    )
    file = book(tmp_path / "b.xlsx", fill)
    assert sheet_rows(file) == [("April", 2), ("April", 3), ("May", 3)]
    assert [row["Ward"] for row in rows_of(file)] == ["Hart", "Seaton", "Rossmere"]
    first = next(read_chunks(file, KNOWN))
    assert (first.header, first.sheets, first.unread) == (OWN, ("April", "May", "June"), ("Notes",))


def test_sheets_of_one_foreign_header_are_read_as_one_table(tmp_path: Path) -> None:
    fill = sheets_of(April=[FOREIGN, [1, "2024-04-01", "Noise"]], May=[FOREIGN, [2, "2024-05-01", "Noise"]])
    assert sheet_rows(book(tmp_path / "b.xlsx", fill)) == [("April", 2), ("May", 2)]


@pytest.mark.parametrize(
    ("sheets", "likely"),
    [
        ({"Notes": NOTES, "Data": [FOREIGN, [1, "2024-04-01", "Noise"]]}, ("Data",)),
        ({"April": [OWN, ["2024-04-01", "a", "b"]], "May": [["Date", "Type"], ["2024-05-01", "a"]]}, ("April", "May")),
        ({"Codes": [["Code", "Meaning"], ["1", "Noise"]], "Notes": NOTES}, ()),
    ],
)
def test_where_headers_differ_or_notes_come_first_the_sheets_are_asked_for(
    tmp_path: Path, sheets: dict[str, list[list[object]]], likely: tuple[str, ...]
) -> None:
    with pytest.raises(SheetsError) as error:
        rows_of(book(tmp_path / "b.xlsx", sheets_of(**sheets)))
    assert (error.value.sheets, error.value.likely) == (tuple(sheets), likely)
    assert str(error.value).startswith("b.xlsx: ")
    assert all(name in str(error.value) for name in sheets)
    assert "--sheet" in str(error.value)


def test_the_sheets_that_a_person_chose_are_read_by_name_without_case_and_blanks(tmp_path: Path) -> None:
    fill = sheets_of(
        Notes=NOTES,
        **{"April 24": [FOREIGN, [1, "2024-04-01", "Noise"]]},
        May=[[*FOREIGN, "Officer"], [2, "2024-05-01", "Noise", "A"]],
    )
    file = book(tmp_path / "b.xlsx", fill)
    april = replace(file, sheets=(" april24",))
    assert sheet_rows(april) == [("April 24", 2)]
    both = replace(file, sheets=("MAY", "April 24"))
    assert sheet_rows(both) == [("April 24", 2), ("May", 2)]
    assert [row["Officer"] for row in rows_of(both)] == [None, "A"]
    for names, message in (
        (("Juni",), "has no sheet 'Juni' with rows. Choose from Notes, April 24 and May."),
        (("Notes", "May"), "the sheets Notes and May have different columns"),
    ):
        assert message in refused(replace(file, sheets=names))


def test_a_second_sheet_of_figures_is_refused_even_if_both_are_chosen(tmp_path: Path) -> None:
    header = ["Area", "Indicator", "Period", "Value"]
    rows = [header, ["Hartlepool", "Fly-tipping", "2020-10", 4]]
    file = book(tmp_path / "b.xlsx", sheets_of(Q1=rows, Q2=rows, Guide=NOTES))
    for choice in (file, replace(file, sheets=("Q1", "Q2"))):
        assert "the sheets Q1 and Q2 both contain reported figures" in refused(choice)
    assert sheet_rows(replace(file, sheets=("Q2",))) == [("Q2", 2)]


def test_an_ods_workbook_of_several_sheets(tmp_path: Path) -> None:
    def write_cells(cells: Sequence[str]) -> str:
        return "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
        )

    sheets = {"April": [OWN, ["2024-04-01", "asb", "Hart"]], "May": [OWN, ["2024-05-01", "asb", "Hart"]]}
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{write_cells(cells)}</table:table-row>" for cells in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0" '
        f'xmlns:text="{space}text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}manifest:1.0"/>')
    file = InputFile("b.ods", tmp_path / "b.ods", None, (tmp_path / "b.ods").stat().st_size)
    assert sheet_rows(file) == [("April", 2), ("May", 2)]


def test_a_header_alone_and_a_workbook_of_nothing(tmp_path: Path) -> None:
    alone = book(tmp_path / "a.xlsx", sheet_of([["Date", "Indicator"]]))
    assert (next(read_chunks(alone, KNOWN)).header, rows_of(alone)) == (["Date", "Indicator"], [])
    assert "are empty" in refused(book(tmp_path / "b.xlsx", sheet_of([])))


def test_many_rows_come_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_CHUNK_ROWS", 100)
    file = book(tmp_path / "b.xlsx", sheet_of([["Date", "Indicator"], *([i, "a"] for i in range(2, 252))]))
    assert [len(c.table) for c in read_chunks(file, KNOWN)] == [100, 100, 50]
    assert all(r["Date"] == str(r["row"]) for r in rows_of(file))


def test_a_value_longer_than_a_message_pipe_holds(tmp_path: Path) -> None:
    rows = [["Date", "Indicator"], *([str(i), "x" * 30_000] for i in range(40))]
    file = book(tmp_path / "b.xlsx", sheet_of(rows))
    assert len(rows_of(file)) == 40
    assert next(read_chunks(file, KNOWN)).header == ["Date", "Indicator"]  # leaves off in the midst without waiting


def test_a_workbook_in_a_zip(tmp_path: Path) -> None:
    inner = book(tmp_path / "b.xlsx", sheet_of([["Date", "Indicator"], ["1", "a"]]))
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.write(inner.path, "b.xlsx")
    assert len(rows_of(InputFile("z.zip/b.xlsx", tmp_path / "z.zip", "b.xlsx", inner.size))) == 1


def test_a_sheet_that_claims_more_than_memory_ends_in_an_error(tmp_path: Path) -> None:
    """The library allocates the whole rectangle, 500 GB, and aborts its process: not ours."""
    assert "too large for memory" in refused(book(tmp_path / "b.xlsx", sheet_far_out))


def sheet_far_out(workbook: Any) -> None:
    sheet = workbook.add_worksheet()
    sheet.write(0, 0, "Date")
    sheet.write(1_048_575, 16_383, "x")


def test_damaged_and_false_workbooks_are_told(tmp_path: Path) -> None:
    whole = book(tmp_path / "b.xlsx", sheet_of([["Date", "Indicator"], ["1", "a"]])).path.read_bytes()
    assert "is empty" in refused(raw(tmp_path / "a.xlsx", b""))
    assert "not a workbook" in refused(raw(tmp_path / "c.xls", b"<html><table>"))
    assert "damaged or incomplete" in refused(raw(tmp_path / "d.xlsx", whole[: len(whole) // 2]))
    assert "damaged" in refused(raw(tmp_path / "e.xls", b"\xd0\xcf\x11\xe0" + bytes(5000)))
    strange = io.BytesIO()
    with zipfile.ZipFile(strange, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "damaged" in refused(raw(tmp_path / "f.xlsx", strange.getvalue()))


def test_a_locked_workbook_says_so() -> None:
    with pytest.raises(InputError, match="protected by a password"):
        list(workbooks._read_messages(io.BytesIO(b'{"fault": "locked"}\n'), "w.xlsx"))


def test_too_large_a_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_WORKBOOK_BYTES", 100)
    assert "the limit is" in refused(book(tmp_path / "b.xlsx", sheet_of([["Date", "Indicator"]])))
