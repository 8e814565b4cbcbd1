"""Workbooks with several sheets, from the file to the store."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from shp_data.__main__ import main
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.files.manifest import Load
from shp_view.views import loading
from shp_view.views.loading import Desk

HEADER = ("incident_id", "date", "indicator", "ward")
FOREIGN = ("Ref", "Date reported", "Kind", "Ward")
NOTES = (("Made by the ASB team",), ("Contact: asb@example.invalid",))


def write_workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return path


def make_months(path: Path) -> Path:
    """2 rows of April, 3 of May: row 3 of May repeats an id of April with other content, row 4 has no date."""
    april = [HEADER, ("a1", "2024-04-01", "asb_police", "Hart"), ("a2", "2024-04-02", "asb_police", "Hart")]
    may = [
        HEADER,
        ("b1", "2024-05-01", "asb_police", "Hart"),
        ("a2", "2024-05-02", "asb_police", "Hart"),
        ("b3", "", "asb_police", "Hart"),
    ]
    return write_workbook(path, April=april, May=may)


def load(root: Path, path: Path, *sheets: str, append: bool = False) -> Load:
    return ingest([path], root, LoadOptions("ASB team", append, answer=lambda file: replace(file, sheets=sheets)))


def test_rejected_rows_and_records_name_the_sheet_and_its_row(tmp_path: Path) -> None:
    result = load(tmp_path / "S", make_months(tmp_path / "b.xlsx"))
    assert (result.tally.read, result.tally.accepted, result.tally.rejected) == (5, 3, 2)
    assert result.files[0].message == "sheets April and May"
    with (tmp_path / "S" / result.rejected_file).open(encoding="utf-8-sig", newline="") as file:
        rejected = [tuple(row.values())[:4] for row in csv.DictReader(file)]
    assert rejected == [
        (
            "b.xlsx, sheet May",
            "3",
            "incident_id 'a2' is already used with different content, in row 3 of sheet April",
            "a2",
        ),
        ("b.xlsx, sheet May", "4", "no date", "b3"),
    ]
    records = {
        row
        for path in map(str, (tmp_path / "S").rglob("*.parquet"))
        if {"incident_id", "row"} <= {name for name, *_ in duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()}
        for row in duckdb.sql(f"SELECT incident_id, file, row FROM '{path}'").fetchall()
    }
    assert records == {
        ("a1", "b.xlsx, sheet April", 2),
        ("a2", "b.xlsx, sheet April", 3),
        ("b1", "b.xlsx, sheet May", 2),
    }


def test_other_sheets_of_a_file_are_other_content_and_the_same_sheets_are_not(tmp_path: Path) -> None:
    path, root = make_months(tmp_path / "b.xlsx"), tmp_path / "S"
    assert load(root, path, "April").files[0].status == "loaded"
    assert load(root, path, "APRIL").files[0].status == "already_loaded"
    assert load(root, path, "May").files[0].status == "loaded"
    assert load(root, path, "April").files[0].status == "already_loaded"  # May replaced nothing of it
    both = load(root, path)
    assert (both.files[0].status, both.replaced) == ("loaded", 3)
    assert load(root, path, "May", "April").files[0].status == "already_loaded"


def test_a_workbook_with_one_sheet_of_rows_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "b.xlsx", Data=[HEADER, ("a1", "2024-04-01", "asb_police", "Hart")], Empty=[])
    assert load(tmp_path / "S", path).files[0].status == "loaded"
    assert load(tmp_path / "S", path, "Data").files[0].status == "already_loaded"


def test_a_sheet_that_an_earlier_version_loaded_is_not_added_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_workbook(tmp_path / "b.xlsx", Notes=NOTES, Data=[HEADER, ("", "2024-04-01", "asb_police", "Hart")])
    with monkeypatch.context() as earlier:
        earlier.setattr("shp_data.intake.load.hash_sheets", lambda sha256, _: sha256)
        load(tmp_path / "S", path)
    assert load(tmp_path / "S", path, append=True).files[0].status == "already_loaded"


def test_on_the_command_line_sheets_are_named_and_an_unclear_workbook_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = ("a1", "2024-04-01", "asb_police", "Hart")
    path = write_workbook(tmp_path / "b.xlsx", April=[HEADER, row], Older=[FOREIGN, row], Notes=NOTES)
    arguments = ["ingest", str(path), "--store", str(tmp_path / "S")]
    assert main(arguments) == 1
    assert "its sheets April and Older have different columns" in capsys.readouterr().err
    assert main([*arguments, "--sheet", "april"]) == 0
    assert "1 read = 1 accepted" in capsys.readouterr().out


def test_on_the_page_the_chosen_sheets_reach_the_preview_the_categories_and_the_load(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "b.xlsx",
        Notes=NOTES,
        Data=[FOREIGN, (1, "2024-04-01", "Noise", "Hart"), (2, "2024-04-02", "Youths", "Hart")],
    )
    desk = Desk(tmp_path / "S")
    (unclear,) = desk.preview_files([path], "ASB team")
    assert (unclear.needs_sheets, unclear.sheets, unclear.read_sheets) == (True, ("Notes", "Data"), ("Data",))
    assert loading.describe_readiness([unclear]) == "1 file needs an answer."
    desk.choose_sheets(unclear, ["Notes", "Data"])
    (wrong,) = desk.preview_files([path], "ASB team")
    assert wrong.needs_sheets
    assert "not one table" in loading.explain_sheets(wrong)
    desk.choose_sheets(wrong, ["Data"])
    (preview,) = desk.preview_files([path], "ASB team")
    assert (preview.header, preview.needs_mapping) == (FOREIGN, True)
    assert preview.file is not None
    assert desk.count_categories(preview.file, frozenset(), "Kind") == {"Noise": 1, "Youths": 1}
