"""`changes`: every change with its verdict, and empty fields where a period cannot be compared."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from helpers.doubtful import load_stub
from helpers.stores import incidents, load

from shp_data.__main__ import main

FIELDS = ["count", "previous", "difference", "pct_difference", "rate_ratio", "low", "high", "p_value", "verdict"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two published examples of the E-test, in two months of two years: 25 v 16 and 6 v 2. Too few months for φ."""
    folder = tmp_path_factory.mktemp("changes")
    asb = incidents(folder / "a.csv", {"2019-10": 16, "2020-09": 25, "2020-10": 25})
    fires = incidents(folder / "b.csv", {"2019-10": 2, "2020-09": 1, "2020-10": 6}, "fires_secondary_deliberate")
    load(folder / "store", asb)
    load(folder / "store", fires, source="Fire")
    return folder / "store"


def run(capsys: pytest.CaptureFixture[str], root: Path, *options: str) -> list[dict[str, str]]:
    assert main(["changes", "--store", str(root), *options]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_two_published_examples(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = run(capsys, root, "--period", "2020-10", "--by", "lpa,indicator", "--area", "Hartlepool")
    assert list(rows[0]) == ["lpa", "indicator", *FIELDS]
    asb, fires = rows
    assert (asb["indicator"], fires["indicator"]) == ("asb_police", "fires_secondary_deliberate")
    assert [fires[name] for name in FIELDS[:5]] == ["6", "2", "4", "200.0", "3.0"]
    assert (round(float(fires["p_value"]), 4), fires["verdict"]) == (0.1749, "no clear change")
    assert (round(float(asb["p_value"]), 4), asb["verdict"]) == (0.1648, "no clear change")
    assert float(asb["low"]) < 1 < float(asb["high"])


def test_the_fields_come_in_the_order_asked_for_and_as_json(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--period", "2020-10", "--by", "indicator,lpa", "--indicator", "asb_police", "--format", "json"]
    assert main(["changes", "--store", str(root), *options]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [list(row)[:2] for row in rows] == [["indicator", "lpa"]] * 4
    assert [row["lpa"] for row in rows] == ["Hartlepool", "Middlesbrough", "Redcar & Cleveland", "Stockton-on-Tees"]
    # No incidents in both months of the other areas: no change, and no ratio.
    assert (rows[1]["count"], rows[1]["rate_ratio"], rows[1]["verdict"]) == (0, None, "no clear change")


def test_the_period_before(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--by", "lpa,indicator", "--area", "hartlepool", "--against", "previous"]
    asb, fires = run(capsys, root, "--period", "2020-10", *options)
    assert (asb["count"], asb["previous"], asb["verdict"]) == ("25", "25", "no clear change")
    assert float(asb["p_value"]) == pytest.approx(1)
    assert (fires["previous"], fires["difference"], fires["rate_ratio"]) == ("1", "5", "6.0")


def test_a_period_that_is_missing_or_not_whole_is_empty(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = run(capsys, root, "--period", "2021-10", "--by", "lpa,indicator", "--area", "Hartlepool")
    assert all(row["previous"] and not any(row[name] for name in FIELDS if name != "previous") for row in missing)
    quarter = run(capsys, root, "--period", "2020-21-Q3", "--by", "ward,indicator", "--area", "Hartlepool")
    assert len(quarter) > 10 and not any(row[name] for row in quarter for name in FIELDS)


def test_a_month_in_question_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """March 2024 of Hartlepool looks incomplete: 3 records, about 60 expected."""
    store = load_stub(tmp_path)
    options = ["--store", str(store.layout.root), "--by", "lpa,indicator"]
    assert main(["changes", "--period", "2023-24-Q4", *options]) == 0
    output = capsys.readouterr()
    rows = {row["lpa"]: row for row in csv.DictReader(io.StringIO(output.out))}
    assert rows["Hartlepool"]["previous"] == "180" and rows["Middlesbrough"]["verdict"]
    assert not any(rows["Hartlepool"][name] for name in FIELDS if name != "previous")
    assert "March 2024 looks incomplete" in output.err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--by", "lpa"], 2, "expected lpa,indicator or ward,indicator"),
        (["--by", "lpa,month"], 2, "expected lpa,indicator or ward,indicator"),
        (["--by", "lpa,indicator", "--indicator", "robbery"], 1, "nothing is loaded for robbery"),
        (["--by", "lpa,indicator", "--area", "Nowhere"], 1, "Nowhere"),
        (["--by", "lpa,indicator", "--period", "last quarter"], 1, "is not understood"),
    ],
)
def test_wrong_usage(
    root: Path, options: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        found = main(["changes", "--period", "2020-10", "--store", str(root), *options])
    except SystemExit as stopped:
        found = int(str(stopped.code))
    assert found == code
    assert message in capsys.readouterr().err
