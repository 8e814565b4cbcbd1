"""Clocks and time zones: an incident keeps the time that was written, wherever and whenever it is loaded."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from helpers.stores import by_month, csv_file, incidents, load, opened

from shp_data.domain import clock
from shp_data.domain.periods import parse_period
from shp_data.domain.settings import ROOT
from shp_data.store.files.writing import undo_load

TOLD = """
import json, sys
from pathlib import Path
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_period
from shp_data.domain.selection import Viewer
from shp_data.intake.load import ingest
from shp_data.store.version import open_store
from shp_data.store.reading import Reader, count_by_hour, list_records
root, *paths = map(Path, sys.argv[1:])
ingest(paths, root)
reader = Reader(open_store(root), Viewer())
asked = partnership().select(("asb_police",), parse_period("2020-04 to 2021-06"))
found = list_records(reader, asked)
hours = count_by_hour(reader, asked)
print(json.dumps({
    "times": [f"{file} {at:%Y-%m-%d %H:%M} {month}" for file, at, month in
              zip(found["file"], found["occurred"], found["month"], strict=True)],
    "hours": [[int(hour), int(count)] for hour, count in hours.groupby("hour")["count"].sum().items()],
}))
"""
WRITTEN = [  # as the police wrote them, on the clock on the wall
    "2020-10-25 00:30",
    "2020-10-25 01:30",  # is twice in that night
    "2020-10-25 02:30",
    "2020-10-31 23:59",
    "2020-11-01 00:00",
    "2020-12-31 23:59",
    "2021-01-01 00:00",
    "2021-03-28 00:59",
    "2021-03-28 01:30",  # is not in that night at all: kept as it was written
    "2021-03-28 02:30",
    "2021-03-31 23:30",
]
UTC = {  # times that say their zone, and the clock on the wall
    "2020-06-30 23:30": "2020-07-01 00:30",  # another month
    "2020-10-25 00:30": "2020-10-25 01:30",
    "2020-10-25 01:30": "2020-10-25 01:30",
    "2020-10-31 23:30": "2020-10-31 23:30",
    "2021-03-28 00:59": "2021-03-28 00:59",
    "2021-03-28 01:00": "2021-03-28 02:00",
    "2021-03-31 22:59": "2021-03-31 23:59",
    "2021-03-31 23:00": "2021-04-01 00:00",
}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The same times in each kind of file."""
    lines = "".join(f"{text},asb_police\n" for text in WRITTEN)
    (tmp_path / "a.csv").write_text(f"date,indicator\n{lines}", encoding="utf-8")
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet, shape = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write_row(0, 0, ["date", "indicator"])
        for row, text in enumerate(WRITTEN, 1):
            sheet.write_datetime(row, 0, dt.datetime.fromisoformat(text), shape)
            sheet.write(row, 1, "asb_police")
    for name, texts, zone in (("c", WRITTEN, None), ("d", list(UTC), "UTC")):
        times = pa.array([dt.datetime.fromisoformat(text) for text in texts], pa.timestamp("us", zone))
        table = pa.table({"date": times, "indicator": ["asb_police"] * len(texts)})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    return [tmp_path / name for name in ("a.csv", "b.xlsx", "c.parquet", "d.parquet")]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_times_are_those_on_the_wall_in_whatever_zone_the_machine_is(
    tmp_path: Path, files: list[Path], zone: str
) -> None:
    """14 hours before UTC, and 8 behind it: either would move an hour, a day or a month."""
    done = subprocess.run(
        [sys.executable, "-c", TOLD, tmp_path / "S", *files],
        cwd=ROOT, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    wall = dict.fromkeys(("a.csv", "b.xlsx", "c.parquet"), WRITTEN) | {"d.parquet": list(UTC.values())}
    expected = [f"{name} {text} {text[:7]}" for name, texts in wall.items() for text in texts]
    assert sorted(found["times"]) == sorted(expected)
    wall["b.xlsx"] = [
        text for text in WRITTEN if not text.endswith(" 00:00")
    ]  # in Excel midnight is a day without time
    hours = [int(text[11:13]) for texts in wall.values() for text in texts]
    assert found["hours"] == [[hour, hours.count(hour)] for hour in sorted(set(hours))]


def at(moment: str) -> SimpleNamespace:
    """The module `datetime` with a clock that stands at a moment of UTC."""

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return dt.datetime.fromisoformat(f"{moment}+00:00").astimezone(tz)

    return SimpleNamespace(datetime=Clock, date=dt.date, UTC=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2021-03-27T23:59", "2021-03-27"),
        ("2021-03-28T22:59", "2021-03-28"),
        ("2021-03-28T23:00", "2021-03-29"),  # the first night of summer time
        ("2021-10-30T23:00", "2021-10-31"),  # and the last
        ("2021-10-31T23:59", "2021-10-31"),
    ],
)
def test_a_day_begins_at_midnight_in_the_united_kingdom(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, moment: str, day: str
) -> None:
    """An incident of today is no incident of the future, on a server that runs on UTC either."""
    monkeypatch.setattr(clock, "dt", at(moment))
    assert str(clock.get_today()) == day
    tomorrow = clock.get_today() + dt.timedelta(days=1)
    rows = f"| date | indicator |\n| {day} 23:59 | asb_police |\n| {tomorrow} 00:00 | asb_police |"
    found = load(tmp_path / "S", csv_file(tmp_path / "a.csv", rows))
    assert (found.tally.accepted, found.tally.rejected) == (1, 1)
    assert "is in the future" in (tmp_path / "S" / found.rejected_file).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        ("2021-03-31T22:59", "2020-21-Q3"),
        ("2021-03-31T23:00", "2020-21-Q4"),  # 1 April by British Summer Time
        ("2021-04-01T00:00", "2020-21-Q4"),
        ("2021-06-30T22:59", "2020-21-Q4"),
        ("2021-12-31T23:59", "2021-22-Q2"),
        ("2022-01-01T00:00", "2021-22-Q3"),
    ],
)
def test_the_last_quarter_is_the_one_that_is_over_in_the_united_kingdom(
    monkeypatch: pytest.MonkeyPatch, moment: str, quarter: str
) -> None:
    monkeypatch.setattr(clock, "dt", at(moment))
    assert clock.find_last_quarter() == parse_period(quarter)


def test_no_module_asks_the_machine_for_its_day() -> None:
    sources = {
        path: path.read_text(encoding="utf-8")
        for name in ("shp_data", "shp_view", "pages")
        for path in (ROOT / name).rglob("*.py")
    }
    assert [path.name for path, text in sources.items() if "date.today()" in text] == []
    assert [path.name for path, text in sources.items() if "Europe/London" in text] == ["clock.py"]


def test_a_clock_set_back_between_two_loads_changes_no_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    root = tmp_path / "S"
    made = []
    for number, moment in enumerate(("2026-10-25T01:30", "2026-10-25T00:30", "1999-12-31T23:59", "2026-10-25T01:30")):
        for module in ("load", "rows.reconcile"):
            monkeypatch.setattr(f"shp_data.intake.{module}.dt", at(moment))
        made.append(load(root, incidents(tmp_path / f"{number}.csv", {"2020-10": number + 1})))
        assert by_month(root, "2020-10") == {"2020-10": number + 1}  # the later load speaks, whatever its clock said
    assert [one.part for one in opened(root).manifest.loads] == [one.part for one in made]
    assert [one.loaded_at[:4] for one in made] == ["2026", "2026", "1999", "2026"]
    for number in (3, 2, 1):
        undo_load(root, made[number].part)
        assert by_month(root, "2020-10") == {"2020-10": number}
    assert load(root, tmp_path / "3.csv").files[0].status == "loaded"
