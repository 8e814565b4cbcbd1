"""Rejected rows are written out whole, safe to open in a spreadsheet, and can be mended and loaded."""

from __future__ import annotations

import csv
from pathlib import Path

from helpers.stores import by_month, load, tally

HEADER = "date,indicator,incident_id,location,longitude,latitude,notes\n"


def rejected(root: Path, *paths: Path, append: bool = False) -> tuple[Path, list[dict[str, str]]]:
    result = load(root, *paths, append=append)
    path = root / result.rejected_file
    with path.open(encoding="utf-8-sig", newline="") as file:
        return path, list(csv.DictReader(file))


def test_a_row_is_kept_whole_with_its_file_number_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        HEADER
        + '2020-10-05,asb_police,A1,"High Street, ""The"" Étage",-1.2,54.6,fine\n'
        + '31/02/2020,asb_police,A2,"High Street, ""The"" Étage",-1.2,54.6,"two\nlines"\n'
        + "2020-10-05,asb_police,A3,too,many,cells,here,and,there\n"
        + "2020-10-05,nonsense,A4,,,,\n",
        encoding="utf-8",
    )
    _, rows = rejected(tmp_path / "S", path)
    assert [(row["rejected_file"], row["rejected_row"]) for row in rows] == [
        ("a.csv", "3"), ("a.csv", "4"), ("a.csv", "5")
    ]  # fmt: skip
    whole, ragged, unknown = rows
    assert "'31/02/2020' is not a real day" in whole["rejected_reason"]
    assert whole["location"] == 'High Street, "The" Étage'
    assert whole["notes"] == "two\nlines"  # the columns that are not stored too
    assert whole["incident_id"] == "A2"
    assert "has 9 cells but the header has 7" in ragged["rejected_reason"]
    assert ragged["rejected_text"] == "2020-10-05,asb_police,A3,too,many,cells,here,and,there"
    assert "unknown indicator 'nonsense'" in unknown["rejected_reason"]


def test_formulas_are_neutralised_in_cells_headers_and_file_names(tmp_path: Path) -> None:
    path = tmp_path / "=1+1.csv"
    path.write_text("date,indicator,location,=cmd|x\n2020-02-31,asb_police,=HYPERLINK(1),+evil\n", encoding="utf-8")
    target, rows = rejected(tmp_path / "S", path)
    assert rows[0]["location"] == "'=HYPERLINK(1)"
    assert rows[0]["'=cmd|x"] == "'+evil"
    assert rows[0]["rejected_file"] == "'=1+1.csv"
    cells = [cell for row in csv.reader(target.open(encoding="utf-8-sig", newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]


def test_files_of_other_headers_share_the_columns_that_are_known(tmp_path: Path) -> None:
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_text("Date,Indicator,Note\n31/02/2020,asb_police,first\n", encoding="utf-8")
    two.write_text("indicator,date,note\nnonsense,2020-10-05,second\n", encoding="utf-8")
    path, rows = rejected(tmp_path / "S", one, two)
    assert [(row["Date"], row["Indicator"], row["Note"], row["note"]) for row in rows] == [
        ("31/02/2020", "asb_police", "first", ""),
        ("2020-10-05", "nonsense", "", "second"),
    ]
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("31/02/2020", "28/02/2020").replace("nonsense", "asb_police"), encoding="utf-8")
    assert tally(load(tmp_path / "S", path, append=True)) == (2, 2, 0, 0)


def test_mended_rows_are_added_to_those_that_were_accepted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        HEADER + "2020-10-05,asb_police,A1,,,,\n31/02/2020,asb_police,A2,,-1.2129,54.6862,\n=1,asb_police,,,,,\n"
    )
    target, rows = rejected(tmp_path / "S", path)
    assert len(rows) == 2
    refused = load(tmp_path / "S", target)  # they would replace the row that was accepted
    assert "--append" in refused.files[0].message
    assert by_month(tmp_path / "S", "2020-10") == {"2020-10": 1}
    again, rows = rejected(tmp_path / "S", target, append=True)  # not mended: the same rows are rejected again
    assert [row["rejected_row"] for row in rows] == ["2", "3"]
    assert list(rows[0]).count("rejected_reason") == 1
    mended = tmp_path / "mended.csv"
    text = again.read_text(encoding="utf-8-sig").replace("31/02/2020", "2020-10-06")
    mended.write_text(text.replace("'=1", "2020-10-07"), encoding="utf-8")
    assert tally(load(tmp_path / "S", mended, append=True)) == (2, 2, 0, 0)
    assert by_month(tmp_path / "S", "2020-10") == {"2020-10": 3}


def test_nothing_rejected_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "2020-10-05,asb_police,A1,,,,\n")
    assert load(tmp_path / "S", path).rejected_file == ""
    assert list((tmp_path / "S" / "rejected").iterdir()) == []
