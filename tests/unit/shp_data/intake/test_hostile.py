"""Untidy and hostile files: rejected rows with reasons or one clear error.

Never a traceback, a lost row, or a file outside the store.
"""

from __future__ import annotations

import json
import random
import string
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from shp_data.__main__ import main
from shp_data.domain.settings import ROOT

HEADER = "date,indicator,incident_id,location,longitude,latitude\n"
GOOD = "2020-10-05,asb_police,,High Street,-1.2129,54.6862\n"
FIGURES = "area,indicator,period,value,year_to_date\n"
Capture = pytest.CaptureFixture[str]


def zipped(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, packing)


def workbook(path: Path, rows: list[list[object]], sheets: tuple[str, ...] = ("Data",)) -> None:
    with xlsxwriter.Workbook(path) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode(encoding))


def rows(*lines: str) -> Callable[[Path], object]:
    return text(HEADER + "".join(line + "\n" for line in lines))


def figure(indicator: str, value: int = 87) -> str:
    """A row of reported figures; each file has an indicator of its own, so that none repeats another's."""
    return f"Hartlepool,{indicator},2020-21 Q3,{value},\n"


LONG = "".join(random.Random(1).choices(string.ascii_letters, k=2_000_000))  # no packing makes it short


def long_cell(path: Path) -> None:
    """A workbook with a cell longer than Excel itself allows."""
    workbook(
        path,
        [
            ["date", "indicator", "location"],
            ["2020-10-05", "asb_police", "Road"],
            ["2020-10-06", "asb_police", "PLACE"],
        ],
    )
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).replace(b"PLACE", LONG.encode()) for name in archive.namelist()}
    zipped(path, members)


EXCEL = figure("Repeat domestic abuse").split(",")
GOOD_BYTES = (HEADER + GOOD).encode()
MAKERS: dict[str, Callable[[Path], object]] = {
    # nothing in them, or something else
    "empty.csv": text(""),
    "blank.csv": text("\n\n  \n"),
    "header only.csv": text(HEADER),
    "no such columns.csv": text("a,b\n1,2\n"),
    "web page.csv": text("<html><body>Sign in</body></html>"),
    "json.csv": text('[{"date": "2020-10-05"}]'),
    "binary.csv": lambda path: path.write_bytes(bytes(range(256)) * 50),
    "nul.csv": lambda path: path.write_bytes(b"\0" * 5000),
    "picture.xlsx": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100),
    "cut short.xlsx": lambda path: (
        workbook(path, [["date", "indicator"]]),
        path.write_bytes(path.read_bytes()[:900]),
    ),
    "empty sheets.xlsx": lambda path: workbook(path, [], ("One", "Two")),
    "garbage.parquet": lambda path: path.write_bytes(b"PAR1garbagePAR1"),
    "lists.parquet": lambda path: pq.write_table(pa.table({"date": [["2020"]], "indicator": ["asb_police"]}), path),
    "ten thousand columns.csv": text(HEADER.strip() + "".join(f",c{n}" for n in range(10_000)) + "\n" + GOOD),
    "ten thousand columns.xlsx": lambda path: workbook(path, [["date", "indicator", *range(10_000)]]),
    "repeated column.csv": text("date,Date,indicator\n2020-10,2020-11,asb_police\n"),
    "never closed.csv": text(HEADER + '2020-10-05,asb_police,,"High Street,-1,54\n' + GOOD * 3),
    "no end.csv": text('"' * 5001),
    # every row wrong
    "wrong dates.csv": rows("31/02/2020,asb_police,,,,", "10/25/2020,asb_police,,,,", "2099-01-01,asb_police,,,,"),
    "wrong places.csv": rows("2020-10-05,asb_police,,,1e400,54", "2020-10-05,asb_police,,,inf,-inf"),
    "unknown.csv": rows("2020-10-05,domestic_abuse,,,,", "2020-10-05,'; DROP TABLE staged; --,,,,"),
    "formulas.csv": rows("=cmd|'/c calc'!A1,=1+1,@x,+y,-z,\t=1"),
    # some rows wrong
    "ragged.csv": text(HEADER + GOOD + "2020-10-05,asb_police\n" + "a,b,c,d,e,f,g,h,i\n" + GOOD),
    "nul in a cell.csv": text(HEADER + GOOD + "2020-10-05,asb_police,,Hi\0gh,,\n"),
    "long cell.csv": text(HEADER + GOOD + f"2020-10-05,asb_police,,{'x' * 200_000},,\n"),
    "two million characters.csv": text(HEADER + GOOD + f"2020-10-05,asb_police,,{LONG},,\n"),
    "two million characters.xlsx": lambda path: long_cell(path),
    "conflicts.csv": rows("2020-10-05,asb_police,A,,,", "2020-10-06,asb_police,A,,,", "2020-10-05,asb_police,A,,,"),
    "latin.csv": text(HEADER + "2020-10-05,asb_police,,Café £,,\n" + "x,asb_police,,,,\n", "cp1252"),
    "utf16.csv": text("\ufeff" + HEADER + GOOD + "x,asb_police,,,,\n", "utf-16-le"),
    "controls.csv": rows("2020-10-05,asb_police,\x1b[31m\x07,\u202eevil\u200b,,", "\x1b]0;x\x07,asb_police,,,,"),
    "title above.csv": text("Extract of October\n\n" + HEADER + GOOD + "x,asb_police,,,,\n"),
    "errors of excel.xlsx": lambda path: workbook(
        path, [["date", "indicator"], ["#N/A", "asb_police"], [44109, "asb_police"]]
    ),
    "nul.parquet": lambda path: pq.write_table(
        pa.table(
            {
                "date": ["2020-10", "x", "2020-10"],
                "indicator": ["asb_police"] * 3,
                "location": ["\x00", "é", None],
            }
        ),
        path,
    ),
    "%2f..%2fescape;rm -rf $(x).csv": rows("2020-10-05,asb_police,,,,", "x,asb_police,,,,"),
    # reported figures
    "figures not yet in.csv": text(FIGURES + "Hartlepool,Noise complaints,2020-21 Q3,,\n" * 3),
    "figures without a period.csv": text("Area,Indicator,Value\nHartlepool,Noise complaints,87\n"),
    "wrong figures.csv": text(
        FIGURES + "Leeds,Dragons,never,many,\n=1+1,+x,-y,@z,\nHartlepool,Police ASB,2020-10,5,\n"
        "Hartlepool,Noise complaints,2099-10,5,\nHartlepool,Noise complaints,2020-10,NaN,\n"
    ),
    "ragged figures.csv": text(FIGURES + figure("Fly-tipping") + "Hartlepool,Noise complaints\n" + "a,b,c,d,e,f,g\n"),
    "nul in figures.csv": text(FIGURES + figure("Harbour referrals") + "Hartlepool,Noise\0complaints,2020-10,5,\n"),
    "figures that conflict.csv": text(FIGURES + figure("Domestic abuse") + figure("Domestic abuse", 88)),
    "figures of excel.xlsx": lambda path: workbook(
        path,
        [["Area", "Indicator", "Period", "Value"], [*EXCEL[:3], 87], [*EXCEL[:3], "#DIV/0!"]],
    ),
    # zips
    "climbs.zip": lambda path: zipped(path, {"../../escaped.csv": GOOD_BYTES, "/etc/escaped.csv": GOOD_BYTES}),
    "backslash.zip": lambda path: zipped(path, {"..\\..\\escaped.csv": GOOD_BYTES}),
    "nested.zip": lambda path: zipped(path, {"inner.zip": GOOD_BYTES}),
    "bomb.zip": lambda path: zipped(path, {"bomb.csv": b"0" * 30_000_000}),
    "cut.zip": lambda path: (zipped(path, {"a.csv": GOOD_BYTES}), path.write_bytes(path.read_bytes()[:60])),
    "not a.zip": text("PK not really"),
    "nothing.zip": lambda path: zipped(path, {"readme.md": b"x"}),
    "mixed.zip": lambda path: zipped(path, {"good.csv": GOOD_BYTES + b"x,asb_police,,,,\n", "../bad.csv": GOOD_BYTES}),
}
# Those of which some rows load; of all others nothing does.
SOME = {
    "ragged.csv",
    "nul in a cell.csv",
    "long cell.csv",
    "two million characters.csv",
    "two million characters.xlsx",
    "conflicts.csv",
    "latin.csv",
    "utf16.csv",
    "controls.csv",
    "title above.csv",
    "errors of excel.xlsx",
    "nul.parquet",
    "%2f..%2fescape;rm -rf $(x).csv",
    "mixed.zip",
    "ragged figures.csv",
    "nul in figures.csv",
    "figures that conflict.csv",
    "figures of excel.xlsx",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sandbox") / "given"
    made.mkdir()
    for name, make in MAKERS.items():
        make(made / name)
    return made


def listing(folder: Path) -> dict[str, int]:
    """Every file below a folder, but those of the store, with its size."""
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and "store" not in path.relative_to(folder).parts
    }


def ingested(capsys: Capture, path: Path, store: Path) -> tuple[int, dict, str]:  # type: ignore[type-arg]
    capsys.readouterr()
    code = main(["ingest", str(path), "--store", str(store), "--json"])
    out, errors = capsys.readouterr()
    return code, json.loads(out), errors


def adds_up(found: dict) -> None:  # type: ignore[type-arg]
    files = [file for file in found["files"] if file["status"] != "already_loaded"]
    for tally in (found, *files):
        assert tally["read"] == tally["accepted"] + tally["duplicates"] + tally["rejected"]
    assert found["read"] == sum(file["read"] for file in files)


@pytest.mark.parametrize("name", MAKERS)
def test_a_file_alone(capsys: Capture, tmp_path: Path, folder: Path, name: str) -> None:
    before = listing(folder.parent)
    code, found, errors = ingested(capsys, folder / name, tmp_path / "a" / "store")
    adds_up(found)
    assert code == (0 if name in SOME else 1)
    assert (found["accepted"] > 0) == (name in SOME)
    failed = [file for file in found["files"] if file["status"] == "failed"]
    told = errors.splitlines()
    assert len(told) == len(failed)
    assert all(line.startswith(f"error: {file['message']}") for line, file in zip(told, failed, strict=True))
    assert found["rejected"] or failed  # each of them has a fault
    assert listing(folder.parent) == before
    assert listing(tmp_path) == {}
    if found["rejected"]:
        content = Path(found["rejected_file"]).read_text(encoding="utf-8-sig")
        assert content.count("\n") > found["rejected"]


def test_the_whole_folder_in_a_process_of_its_own(tmp_path: Path, folder: Path) -> None:
    before = listing(folder.parent), set(ROOT.iterdir())
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "shp_data",
            "ingest",
            str(folder),
            "--store",
            str(tmp_path / "store"),
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0  # the good rows of it load
    assert "Traceback" not in done.stderr
    found = json.loads(done.stdout)
    adds_up(found)
    assert {Path(file["file"].split("/")[1]).name for file in found["files"]} == set(MAKERS)
    assert found["accepted"] >= len(SOME)
    for line in done.stderr.splitlines():
        assert line.startswith("error: ")
    assert (listing(folder.parent), set(ROOT.iterdir())) == before
    assert listing(tmp_path) == {}
