"""What `ingest` and `counts` say of a month that looks incomplete, and of one that an analyst left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.doubtful import LAST, decide, load_stub, make_months, write_months
from helpers.stores import opened

from shp_data.__main__ import main

LOOKS = "warning: March 2024 looks incomplete: 3 records, about 60 expected (Police ASB, Hartlepool)."
DECIDE = "There is no verdict on what depends on them until you decide on the Data page."


def ingest(root: Path, file: Path, *options: str) -> int:
    return main(["ingest", str(file), "--store", str(root / "S"), "--source", "Police", *options])


def test_ingest_warns_of_the_months_of_the_load_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ingest(tmp_path, write_months(tmp_path / "a.csv", make_months(Hartlepool=3))) == 0
    output = capsys.readouterr()
    assert output.err.splitlines() == [LOOKS, DECIDE] and "looks" not in output.out
    april = write_months(tmp_path / "b.csv", {LAST.shift(1): {"Hartlepool": 60, "Middlesbrough": 40}})
    assert ingest(tmp_path, april, "--json") == 0
    assert "looks" not in capsys.readouterr().err


def test_of_many_months_the_first_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    months = make_months() | {LAST.shift(-n): {"Hartlepool": 3, "Middlesbrough": 40} for n in range(5)}
    assert ingest(tmp_path, write_months(tmp_path / "a.csv", months)) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" looks")[0] for line in lines[:3]] == [
        "warning: March 2024", "warning: February 2024", "warning: January 2024",
    ]  # fmt: skip
    assert lines[3:] == ["warning: 2 more months are in question: see the Data page.", DECIDE]


def counts(root: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[list[str], list[str]]:
    """The rows of `counts` by month and area from February 2024 on, and the lines on standard error."""
    assert main(["counts", "--by", "month,lpa", "--from", "2024-02", "--store", str(root / "S"), *options]) == 0
    output = capsys.readouterr()
    return [",".join(line.split(",")[:3]) for line in output.out.splitlines()[1:]], output.err.splitlines()


def test_counts_keep_a_month_in_question_with_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_stub(tmp_path)
    rows, notes = counts(tmp_path, capsys, "--area", "Hartlepool")
    assert rows == ["2024-02,Hartlepool,60", "2024-03,Hartlepool,3"] and notes == [LOOKS]
    assert counts(tmp_path, capsys, "--area", "Middlesbrough")[1] == []


def test_counts_have_no_row_of_a_month_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (month,) = load_stub(tmp_path).completeness.list_doubtful()
    decide(opened(tmp_path / "S"), month, is_complete=False)
    rows, notes = counts(tmp_path, capsys, "--area", "Hartlepool", "--area", "Middlesbrough")
    assert rows == ["2024-02,Hartlepool,60", "2024-02,Middlesbrough,40", "2024-03,Middlesbrough,40"]
    assert notes == ["note: March 2024 is left out of Police ASB, by the decision of an analyst."]
    assert main(["counts", "--by", "month", "--from", "2024-02", "--store", str(tmp_path / "S")]) == 0
    assert capsys.readouterr().out.splitlines() == ["month,count", "2024-02,100"]
