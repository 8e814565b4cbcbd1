"""`python -m shp_data fetch`: what it gets, what it says, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.police_server import STREET, Police, body, record, running
from helpers.stores import POINTS, opened

from shp_data.__main__ import main
from shp_data.domain import settings

PLACE = POINTS["Hartlepool"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def police() -> Iterator[Police]:
    months = ["2021-02", "2021-03"]
    with running(Police(months=months, records=[record(month, PLACE) for month in months])) as served:
        yield served


@pytest.fixture
def run(police: Police, tmp_path: Path, capsys: Capture):
    def run(*arguments: str) -> tuple[int, str, str]:
        given = ["fetch", "--url", police.url, "--rate", "15", "--store", str(tmp_path / "S"), *arguments]
        try:
            code = main(given)
        except SystemExit as left:
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    return run


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


def months(tmp_path: Path) -> list[str]:
    return [str(month) for month in opened(tmp_path / "S").list_months()]


def test_the_months_come_into_the_store_and_then_only_new_ones(run, police, tmp_path):
    code, out, errors = run()
    assert (code, errors) == (0, "")
    assert "2 read = 2 accepted" in out
    assert months(tmp_path) == ["2021-02", "2021-03"]
    assert (tmp_path / "downloads/2021-03/2021-03-cleveland-street.csv").is_file()
    assert run()[1] == "nothing to fetch: the store has every month of Cleveland Police that data.police.uk publishes\n"
    police.months.append("2021-04")
    police.records.append(record("2021-04", PLACE))
    police.asked.clear()
    assert run()[0] == 0
    assert months(tmp_path) == ["2021-02", "2021-03", "2021-04"]
    assert {fields["date"] for path, fields in police.asked if path == STREET} == {"2021-04"}


def test_a_month_of_other_forces_alone_is_not_taken_for_the_forces_own(run, police, tmp_path):
    police.records = [record("2021-02", PLACE)] * 40 + [record("2021-03", PLACE)] * 3
    code, _, errors = run()
    assert code == 0
    assert errors == (
        "note: 2021-03 was left out: data.police.uk has 3 records in the area, about 40 are usual. Cleveland Police "
        "has probably not published it yet; the records are those of other forces. Run fetch again later.\n"
    )
    assert months(tmp_path) == ["2021-02"]


def test_a_corrected_month_takes_the_place_of_the_first(run, police, tmp_path):
    run()
    police.records.append(record("2021-03", PLACE))
    code, out, _ = run("--from", "2021-03", "--again")
    assert code == 0
    assert "1 record or figure of earlier loads replaced" in out
    assert sum(opened(tmp_path / "S").coverage.values()) == 3


def test_months_can_be_left_unloaded(run, tmp_path):
    code, out, _ = run("--no-ingest", "--output", str(tmp_path / "D"), "--from", "2021-03", "--to", "2021-03")
    path = tmp_path / "D/2021-03/2021-03-cleveland-street.csv"
    assert (code, out) == (0, f"fetched: {path}\n")
    assert path.is_file()
    assert not (tmp_path / "S").exists()


def test_a_failure_is_one_line_and_leaves_the_store_as_it_was(run, police, tmp_path):
    police.faults[STREET] = [body("[{")]
    code, out, errors = run()
    assert (code, out) == (1, "")
    assert errors.count("\n") == 1
    assert errors.startswith("error: http://127.0.0.1")
    assert "damaged" in errors
    assert not (tmp_path / "S" / "CURRENT").exists()


def test_a_month_without_records_is_told(run, police):
    police.records = [record("2021-02", PLACE)]
    code, _, errors = run()
    assert code == 0
    assert errors == "note: 2021-03 has no records in the area yet and was left out\n"


def test_a_month_that_the_force_never_supplied_is_no_failure_of_a_scheduled_run(run, police):
    run("--to", "2021-02")
    police.records = []
    code, out, errors = run()
    assert (code, out) == (0, "")
    assert errors == "note: 2021-03 has no records in the area yet and was left out\n"


def test_an_unknown_force(run):
    code, _, errors = run("--force", "clevland")
    assert code == 1
    assert errors == "error: unknown force 'clevland'; valid: cleveland, durham\n"


def test_without_a_force_it_says_where_to_name_one(run, monkeypatch):
    from dataclasses import replace

    from shp_data.commands import fetch
    from shp_data.domain.partnership import partnership

    nameless = replace(partnership(), force="")
    monkeypatch.setattr(fetch, "partnership", lambda: nameless)
    code, _, errors = run()
    assert code == 1
    assert "set force under [partnership] in partnership.toml" in errors


@pytest.mark.parametrize("wrong", [("--rate", "0"), ("--rate", "16"), ("--rate", "nan"), ("--from", "March")])
def test_wrong_usage(run, wrong):
    code, _, errors = run(*wrong)
    assert code == 2
    assert "Traceback" not in errors


def test_the_shipped_partnership_names_its_force():
    from shp_data.domain.partnership import read_partnership

    assert read_partnership(settings.ROOT / "partnership.toml").force == "cleveland"


def test_a_force_that_is_no_text_is_refused(tmp_path):
    from shp_data.domain.errors import SettingsError
    from shp_data.domain.partnership import read_partnership

    text = (settings.ROOT / "partnership.toml").read_text(encoding="utf-8")
    path = tmp_path / "partnership.toml"
    (tmp_path / "boundaries").symlink_to(settings.find_boundaries_dir())
    path.write_text(text.replace('force = "cleveland"', "force = 7"), encoding="utf-8")
    with pytest.raises(SettingsError, match="force: '7' is of the wrong type"):
        read_partnership(path)
