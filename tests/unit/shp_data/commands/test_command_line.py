"""The command line: exit codes, JSON keys, columns, sorting, zeros, and errors in one line."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.stores import csv_file, incidents, load

from shp_data.__main__ import main
from shp_data.domain import settings
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.domain.settings import ROOT
from shp_data.domain.vocabulary import Supplier
from shp_data.store.notes.indicators import add_indicator, prepare_indicator
from shp_data.store.notes.mappings import save_mapping

Capture = pytest.CaptureFixture[str]
KEYS = [
    "read",
    "accepted",
    "duplicates",
    "rejected",
    "replaced",
    "unplaced",
    "outside",
    "files",
    "rejected_file",
]
FILE_KEYS = ["file", "status", "read", "accepted", "duplicates", "rejected", "message"]
INCIDENTS = """
    | date    | indicator                  | lpa                | covid_related |
    | 2020-10 | asb_police                 | Hartlepool         | yes           |
    | 2020-10 | asb_police                 | Hartlepool         | no            |
    | 2020-10 | asb_police                 | (unplaced)         | no            |
    | 2020-12 | asb_police                 | Redcar & Cleveland |               |
    | 2020-12 | asb_police                 | (outside)          | no            |
    | 2020-10 | fires_vehicle_deliberate   | Hartlepool         |               |
    | 2020-12 | fires_secondary_deliberate | Hartlepool         |               |
    """


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    load(folder / "S", csv_file(folder / "a.csv", INCIDENTS))
    return folder / "S"


def run(capsys: Capture, *arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    capsys.readouterr()
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def counted(capsys: Capture, store: Path, by: str, *more: str) -> list[list[str]]:
    code, out, _ = run(capsys, "counts", "--by", by, "--store", store, *more)
    assert code == 0
    return list(csv.reader(io.StringIO(out)))


def drawn(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    ("by", "more", "expected"),
    [
        ("month", "--indicator asb_police", """
            | month   | count |
            | 2020-10 | 3     |
            | 2020-12 | 2     |"""),
        ("indicator", "", """
            | indicator                  | count |
            | asb_police                 | 5     |
            | fires_secondary_deliberate | 1     |
            | fires_vehicle_deliberate   | 1     |"""),
        ("theme", "--theme deliberate_fires --theme asb", """
            | theme            | count |
            | asb              | 5     |
            | deliberate_fires | 2     |"""),
        ("quarter,indicator", "--theme deliberate_fires", """
            | quarter    | indicator                  | count |
            | 2020-21-Q3 | fires_secondary_deliberate | 1     |
            | 2020-21-Q3 | fires_vehicle_deliberate   | 1     |"""),
        ("year", "--indicator asb_police", """
            | year    | count |
            | 2020-21 | 5     |"""),
        ("covid_related", "--indicator asb_police", """
            | covid_related | count |
            |               | 1     |
            | false         | 3     |
            | true          | 1     |"""),
        ("month,covid_related", "--indicator asb_police", """
            | month   | covid_related | count |
            | 2020-10 |               | 0     |
            | 2020-10 | false         | 2     |
            | 2020-10 | true          | 1     |
            | 2020-12 |               | 1     |
            | 2020-12 | false         | 1     |
            | 2020-12 | true          | 0     |"""),
        ("month", "--indicator asb_police --covid only", """
            | month   | count |
            | 2020-10 | 1     |
            | 2020-12 | 0     |"""),
        ("month", "--indicator asb_police --covid exclude", """
            | month   | count |
            | 2020-10 | 2     |
            | 2020-12 | 2     |"""),
        ("month", "--indicator asb_police --from 2020-12 --to 2020-12", """
            | month   | count |
            | 2020-12 | 2     |"""),
        ("month,month", "--indicator asb_police --from 2020-12", """
            | month   | count |
            | 2020-12 | 2     |"""),
        ("indicator", "--area redcar_and_cleveland --area HARTLEPOOL --indicator asb_police", """
            | indicator  | count |
            | asb_police | 3     |"""),
        ("indicator", "--area (unplaced) --indicator asb_police", """
            | indicator  | count |
            | asb_police | 1     |"""),
    ],
)  # fmt: skip
def test_counts(capsys: Capture, store: Path, by: str, more: str, expected: str) -> None:
    assert counted(capsys, store, by, *more.split()) == drawn(expected)


def test_counts_by_lpa_have_zeros_what_has_no_place_and_rates(capsys: Capture, store: Path) -> None:
    header, *rows = counted(capsys, store, "lpa,month", "--indicator", "asb_police")
    assert header == ["lpa", "month", "count", "rate_per_1000"]
    assert [row[:3] for row in rows] == drawn("""
        | (outside)          | 2020-12 | 1 |
        | (unplaced)         | 2020-10 | 1 |
        | Hartlepool         | 2020-10 | 2 |
        | Hartlepool         | 2020-12 | 0 |
        | Middlesbrough      | 2020-10 | 0 |
        | Middlesbrough      | 2020-12 | 0 |
        | Redcar & Cleveland | 2020-10 | 0 |
        | Redcar & Cleveland | 2020-12 | 1 |
        | Stockton-on-Tees   | 2020-10 | 0 |
        | Stockton-on-Tees   | 2020-12 | 0 |""")
    rates = {(row[0], row[1]): row[3] for row in rows}
    assert rates["(outside)", "2020-12"] == rates["(unplaced)", "2020-10"] == ""
    assert float(rates["Hartlepool", "2020-10"]) == pytest.approx(2 * 1000 / 93_663)  # ONS mid-2019
    assert float(rates["Middlesbrough", "2020-10"]) == 0


@pytest.mark.parametrize(("wards", "number"), [("2020", 11), ("2022", 12), ("2025", 12), (None, 11)])
def test_counts_by_ward_have_every_ward_of_the_vintage(
    capsys: Capture, store: Path, wards: str | None, number: int
) -> None:
    """Without a vintage: that in force on the last day, 31 December 2020."""
    more = ["--wards", wards] if wards else []
    header, *rows = counted(capsys, store, "ward", "--area", "Hartlepool", "--indicator", "asb_police", *more)
    assert header == ["ward", "count", "rate_per_1000"]
    assert len(rows) == number
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert sum(int(row[1]) for row in rows) == 2
    assert all(row[2] for row in rows)


def test_json_holds_the_same(capsys: Capture, store: Path) -> None:
    code, out, _ = run(capsys, "counts", "--by", "lpa,covid_related", "--store", store, "--format", "json",
                       "--indicator", "asb_police")  # fmt: skip
    found = json.loads(out)
    assert code == 0
    assert list(found[0]) == ["lpa", "covid_related", "count", "rate_per_1000"]
    assert {(row["lpa"], row["covid_related"]): row["count"] for row in found if row["count"]} == {
        ("(outside)", False): 1,
        ("(unplaced)", False): 1,
        ("Hartlepool", False): 1,
        ("Hartlepool", True): 1,
        ("Redcar & Cleveland", None): 1,
    }


def test_counts_by_lsoa_print_the_code_of_2021_and_what_is_in_none(store: Path, capsys: Capture) -> None:
    code, out, _ = run(capsys, "counts", "--by", "lsoa", "--indicator", "asb_police", "--store", store)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, list(rows[0])) == (0, ["lsoa", "count", "rate_per_1000"])
    # By the points of the five records, in geopandas: two in one LSOA, one in another, and two in none.
    assert {row["lsoa"]: row["count"] for row in rows if row["count"] != "0"} == {
        "(outside)": "1", "(unplaced)": "1", "E01011974": "2", "E01012178": "1",
    }  # fmt: skip
    assert len(rows) == 359 + 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--by place", "unknown field 'place'; valid: indicator, theme, lpa, ward, month"),
        ("--by month,", "unknown field ''"),
        ("--by month --indicator asb", "unknown indicator 'asb'; valid: asb_police"),
        ("--by month --theme fires", "unknown theme 'fires'; valid: asb, deliberate_fires"),
        ("--by month --area Darlington", "unknown area 'Darlington'; valid: Hartlepool, Middlesbrough"),
        ("--by ward --wards 2021", "unknown year of ward boundaries '2021'; valid: 2020, 2022, 2025"),
        ("--by month --from 2020-13", "2020-13"),
        ("--by month --from October", "expected YYYY-MM"),
        ("--by month --from 2020-12 --to 2020-10", "before it starts"),
        ("--by month --from 2019-01 --to 2019-02", "nothing is loaded for"),
        ("--by month --indicator burglary", "nothing is loaded for burglary"),
        ("--by month --theme treatment", "nothing is loaded for treatment"),
        ("--by month --indicator domestic_abuse", "nothing is loaded for domestic_abuse"),
    ],
)
def test_what_cannot_be_counted_is_one_line_and_exit_1(capsys: Capture, store: Path, arguments: str, says: str) -> None:
    code, out, errors = run(capsys, "counts", *arguments.split(), "--store", store)
    assert (code, out) == (1, "")
    *notes, told = errors.strip().splitlines()
    assert all(note.startswith("note: ") for note in notes)
    assert told.startswith("error: ")
    assert says in told


@pytest.mark.parametrize(
    "arguments",
    ["", "count", "counts", "counts --by", "counts --by month --covid some", "counts --by month --format xml",
     "ingest", "ingest --append", "ingest a.csv --fast"],
)  # fmt: skip
def test_wrong_usage_is_exit_2(capsys: Capture, arguments: str) -> None:
    code, out, errors = run(capsys, *arguments.split())
    assert (code, out) == (2, "")
    assert "usage:" in errors


def test_ingest_prints_the_reconciliation_that_scripts_depend_on(capsys: Capture, tmp_path: Path) -> None:
    one, bad = incidents(tmp_path / "1.csv", {"2020-10": 2}), tmp_path / "bad.csv"
    bad.write_text("date,indicator\n2020-02-31,asb_police\n2020-10-01,asb_police\n")
    code, out, _ = run(capsys, "ingest", one, one, bad, tmp_path / "none.csv", "--store", tmp_path / "S", "--json")
    found = json.loads(out)
    assert code == 0
    assert list(found) == KEYS
    assert all(list(file) == FILE_KEYS for file in found["files"])
    assert [found[key] for key in KEYS[:7]] == [4, 3, 0, 1, 0, 1, 0]
    assert [file["status"] for file in found["files"]] == ["loaded", "already_loaded", "loaded", "failed"]
    assert Path(found["rejected_file"]).read_text(encoding="utf-8-sig").count("2020-02-31") == 2
    code, out, _ = run(capsys, "ingest", one, "--store", tmp_path / "S", "--source", "1", "--json")
    again = json.loads(out)
    assert code == 0  # nothing new is no fault
    assert [again[key] for key in KEYS[:7]] == [0] * 7
    assert again["rejected_file"] is None


def test_one_of_anything_is_told_in_the_singular(capsys: Capture, tmp_path: Path) -> None:
    """One duplicate, one record replaced, one record removed."""
    file, store = tmp_path / "1.csv", tmp_path / "S"
    file.write_text("incident_id,date,indicator\na,2020-10-01,asb_police\na,2020-10-01,asb_police\n", encoding="utf-8")
    _, out, _ = run(capsys, "ingest", file, "--store", store, "--source", "A")
    assert "Total: 2 read = 1 accepted + 1 duplicate + 0 rejected" in out
    file.write_text("incident_id,date,indicator\na,2020-10-02,asb_police\n", encoding="utf-8")
    _, out, _ = run(capsys, "ingest", file, "--store", store, "--source", "A")
    assert "; 1 record or figure of earlier loads replaced." in out
    _, out, _ = run(capsys, "retain", "--before", "2021-01", "--source", "A", "--store", store)
    assert "total: 2 records\n" in out
    _, out, _ = run(capsys, "retain", "--before", "2021-01", "--store", store, "--yes")
    file.write_text("incident_id,date,indicator\na,2020-10-02,asb_police\n", encoding="utf-8")
    run(capsys, "ingest", file, "--store", store, "--source", "A")
    _, out, _ = run(capsys, "retain", "--before", "2021-01", "--store", store)
    assert "total: 1 record\n" in out


def test_ingest_in_words_adds_up(capsys: Capture, tmp_path: Path) -> None:
    code, out, _ = run(capsys, "ingest", incidents(tmp_path / "1.csv", {"2020-10": 2}), "--store", tmp_path / "S")
    assert code == 0
    assert "Total: 2 read = 2 accepted + 0 duplicates + 0 rejected" in out


@pytest.mark.parametrize("content", [None, "", "a,b\n1,2\n", "date,indicator\n", "date,indicator\nx,asb_police\n"])
def test_nothing_to_load_is_exit_1_with_a_line_a_file(capsys: Capture, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_text(content)
    code, _, errors = run(capsys, "ingest", path, "--store", tmp_path / "S")
    assert code == 1
    assert errors.count("\n") == 1
    assert errors.startswith("error: a.csv: ")
    assert errors.count("a.csv") == 1
    assert ("start the dashboard with SHP_STORE=" in errors) == ("Load files page" in errors)


def test_where_nothing_could_be_loaded_no_store_is_made_and_no_sum_is_told(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Call time,Road\n2022-04-01,A\n")
    code, out, errors = run(capsys, "ingest", path, "--store", tmp_path / "S")
    assert (code, out) == (1, "Nothing was loaded.\n")
    assert f"SHP_STORE={tmp_path / 'S'}" in errors
    assert not (tmp_path / "S").exists()
    path.write_text("date,indicator\nx,asb_police\n")
    _, out, _ = run(capsys, "ingest", path, "--store", tmp_path / "S")
    assert "Total: 1 read = 0 accepted + 0 duplicates + 1 rejected" in out
    assert list((tmp_path / "S" / "rejected").iterdir())  # where the user is sent to mend them
    run(capsys, "ingest", tmp_path / "none.csv", "--store", tmp_path / "S")
    assert (tmp_path / "S").exists()


def test_append_and_source_are_passed_on(capsys: Capture, tmp_path: Path) -> None:
    for name in ("1", "2"):
        more = ["--append"] if name == "2" else []
        path = incidents(tmp_path / f"{name}.csv", {"2020-10": int(name)})
        assert run(capsys, "ingest", path, "--store", tmp_path / "S", "--source", "Police", *more)[0] == 0
    assert counted(capsys, tmp_path / "S", "month") == [["month", "count"], ["2020-10", "3"]]


def test_a_gap_is_told_and_not_counted(capsys: Capture, store: Path) -> None:
    _, _, errors = run(capsys, "counts", "--by", "month", "--indicator", "asb_police", "--store", store)
    assert errors == "note: not loaded for every selected indicator: 2020-11\n"


def test_no_store_is_told(capsys: Capture, tmp_path: Path) -> None:
    code, out, errors = run(capsys, "counts", "--by", "month", "--store", tmp_path / "none")
    assert (code, out) == (1, "")
    assert "is empty: load files" in errors
    assert not (tmp_path / "none").exists()


def test_without_a_store_figures_are_the_samples_and_that_is_said(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    asked = ("counts", "--by", "lpa", "--indicator", "asb_police", "--from", "2020-10", "--to", "2020-12")
    monkeypatch.setenv("SHP_STORE", str(tmp_path / "none"))
    code, out, errors = run(capsys, *asked)
    assert code == 0
    assert "synthetic sample" in errors
    assert "Hartlepool,1246," in out
    monkeypatch.setenv("SHP_STORE", str(store))
    code, out, errors = run(capsys, *asked)
    assert "sample" not in errors
    assert "Hartlepool,2," in out


def test_a_terminal_that_lacks_a_letter_gets_no_traceback(tmp_path: Path) -> None:
    path = incidents(tmp_path / "naïve—中.csv", {"2020-10": 1})
    done = subprocess.run(
        [sys.executable, "-m", "shp_data", "ingest", str(path), "--store", str(tmp_path / "S")],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Total: 1 read" in done.stdout


def test_an_added_indicator_is_counted_and_reported_in_the_store_that_has_it(capsys: Capture, tmp_path: Path) -> None:
    root = tmp_path / "S"
    with settings.use_store(root):
        prepared = prepare_indicator(root, "Council ASB", "asb", "cases", "Council", "analyst")
        add_indicator(root, prepared)
    save_mapping(root, Supplier("Council", headers={"date": "Opened"}, indicator="council_asb", areas=("Hartlepool",)))
    file = tmp_path / "cases.csv"
    file.write_text("Opened,Ward\n05/04/2024,Hart\n06/05/2024,Hart\n07/06/2024,Seaton\n", encoding="utf-8")
    assert run(capsys, "ingest", file, "--source", "Council", "--store", root)[0] == 0
    asked = ("counts", "--by", "month", "--indicator", "council_asb", "--area", "Hartlepool")
    assert run(capsys, *asked, "--store", root) == (0, "month,count\n2024-04,1\n2024-05,1\n2024-06,1\n", "")
    code, out, _ = run(capsys, "report", "--quarter", "2024-25-Q1", "--store", root, "--format", "csv")
    (row,) = [row for row in csv.DictReader(io.StringIO(out)) if row["indicator_id"] == "council_asb"]
    assert (code, row["label"], row["unit"], row["quarter_value"]) == (0, "Council ASB", "count", "3")
    assert run(capsys, *asked, "--store", tmp_path / "T")[0] == 1
    assert partnership().added == ()  # of another store


def test_a_theme_is_the_same_total_by_name_and_by_field(capsys: Capture, tmp_path: Path) -> None:
    label = "Noise complaints received by the Council"
    load(tmp_path / "S", incidents(tmp_path / "p.csv", {"2020-10": 5}))
    load(tmp_path / "S", incidents(tmp_path / "n.csv", {"2020-10": 2}, label), source="Council")
    by = ("counts", "--store", tmp_path / "S", "--by")
    assert run(capsys, *by, "theme")[1] == run(capsys, *by, "theme", "--theme", "asb")[1] == "theme,count\nasb,5\n"
    assert run(capsys, *by, "indicator")[1] == "indicator,count\nasb_police,5\nnoise_complaints,2\n"


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 ASB incidents in Hartlepool in each of 15 months, January 2022 to March 2023."""
    folder = tmp_path_factory.mktemp("months")
    counts = {str(Month(2022, 1).shift(n)): 20 for n in range(15)}
    load(folder / "S", incidents(folder / "a.csv", counts))
    return folder / "S"


def test_expected_prints_the_months_ahead_with_their_ranges(capsys: Capture, months: Path) -> None:
    arguments = ("expected", "--by", "lpa,indicator", "--as-of", "2023-02", "--area", "Hartlepool", "--store", months)
    code, out, errors = run(capsys, *arguments)
    header, *rows = csv.reader(io.StringIO(out))
    assert code == 0
    assert header == ["lpa", "indicator", "month", "expected", "low_80", "high_80", "low", "high"]
    assert [row[:3] for row in rows] == [["Hartlepool", "asb_police", f"2023-0{month}"] for month in (3, 4, 5)]
    expected, low_80, high_80, low, high = map(float, rows[0][3:])
    assert low < low_80 < expected < high_80 < high and expected == pytest.approx(20, abs=1)
    assert errors == "note: 1 of 1 series are forecast without a season: it takes at least 24 months\n"
    code, out, _ = run(capsys, *arguments, "--ahead", "1", "--format", "json", "--indicator", "asb_police")
    assert code == 0
    assert [list(row) for row in json.loads(out)] == [header]
    assert json.loads(out)[0]["high"] == high


def test_expected_has_empty_fields_where_there_are_too_few_months(capsys: Capture, months: Path) -> None:
    arguments = ("expected", "--by", "lpa", "--as-of", "2022-06", "--ahead", "1", "--store", months)
    code, out, errors = run(capsys, *arguments)
    assert code == 0
    assert out.splitlines()[1] == "Hartlepool,2022-07,,,,,"
    assert "note: 4 of 4 series have no expected range: it takes at least 12 months" in errors


@pytest.mark.parametrize(
    ("arguments", "exit_code", "text"),
    [
        ("--by place --as-of 2023-03", 1, "error: unknown field 'place'; valid: lpa, ward, indicator"),
        ("--by lpa --as-of 2021-12", 1, "error: there is no month up to 2021-12 to forecast from"),
        ("--by lpa --as-of March", 1, "expected YYYY-MM"),
        ("--by lpa --as-of 2023-03 --indicator burglary", 1, "nothing is loaded for these indicators"),
        ("--by lpa --as-of 2023-03 --area Darlington", 1, "unknown area 'Darlington'"),
        ("--by lpa --as-of 2023-05", 0, "note: the last month loaded is 2023-03"),
        ("--by lpa --as-of 2023-03 --ahead 13", 2, "invalid choice: 13"),
        ("--by lpa", 2, "--as-of"),
    ],
)
def test_what_expected_says_of_its_options(
    capsys: Capture, months: Path, arguments: str, exit_code: int, text: str
) -> None:
    code, _, errors = run(capsys, "expected", *arguments.split(), "--store", months)
    assert code == exit_code
    assert text in errors


def test_a_report_and_a_check_of_a_quarter_without_figures_say_so(tmp_path: Path, capsys: Capture, store: Path) -> None:
    table = tmp_path / "report.csv"
    asked = ("report", "--store", store, "--format", "csv", "--output", table, "--quarter")
    code, _, told = run(capsys, *asked, "2015-16-Q1")
    assert code == 0
    assert "warning: nothing is loaded for 2015-16 Q1 (Apr to Jun 2015): the report has no figure" in told
    code, out, told = run(capsys, "check", table, "--store", store)
    assert code == 0
    assert len(out.splitlines()) == 1
    assert "rows without figures: there was nothing to check" in told
    assert "every figure follows" not in told
