"""What is loaded: months, gaps, double counting, and every load's rows accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from shp_data.analysis import loaded
from shp_data.domain.errors import StoreError
from shp_data.domain.periods import Month, runs
from shp_data.intake.load import Options, ingest
from shp_data.store.manifest import Load
from shp_data.store.reading import Store, open_store
from shp_view import coverage_grid

HEADER = "date,indicator,longitude,latitude\n"


def rows(*months: str, indicator: str = "asb_police") -> str:
    return "".join(f"{month}-05,{indicator},-1.21,54.69\n" for month in months)


@pytest.fixture
def load(tmp_path: Path):
    def made(text: str, name: str = "council.csv", **options: object) -> Load:
        path = tmp_path / name
        path.write_text(HEADER + text, encoding="utf-8")
        return ingest([path], tmp_path / "store", Options(**options))

    return made


@pytest.fixture
def store(tmp_path: Path):
    return lambda: open_store(tmp_path / "store")


def cells(store: Store) -> dict[tuple[str, str, str], tuple[object, str]]:
    table = loaded.months(store).table
    keys = zip(table["source"], table["indicator"], table["month"], strict=True)
    return dict(zip(keys, zip(table["count"].astype(object), table["state"], strict=True), strict=True))


def test_a_month_is_loaded_a_gap_or_beyond(load, store):
    load(rows("2020-04", "2020-04", "2020-06") + rows("2020-06", "2020-07", indicator="burglary"))
    found = cells(store())
    asb = [found["council", "Police ASB", f"2020-0{month}"] for month in (4, 5, 6, 7)]
    assert [state for _, state in asb] == ["loaded", "gap", "loaded", "beyond"]
    assert [count for count, state in asb if state == "loaded"] == [2, 1]
    assert found["council", "Burglary", "2020-04"][1] == "beyond"


def test_a_covered_month_without_records_is_zero_not_a_gap(load, store):
    load(rows("2020-04", "2020-06") + rows("2020-05", indicator="burglary"))
    assert cells(store())["council", "Police ASB", "2020-05"] == (0, "loaded")


def test_runs_of_months():
    found = runs([Month(2021, 1), Month(2020, 12), Month(2021, 3)])
    assert [(str(p.first), str(p.last)) for p in found] == [("2020-12", "2021-01"), ("2021-03", "2021-03")]


def test_two_sources_for_the_same_months_are_named(load, store):
    load(rows("2020-04", "2020-05", "2020-06"), source="Police")
    load(rows("2020-05", "2020-06", "2020-07") + "2020-05-06,burglary,,\n", source="Council")
    (said,) = loaded.months(store()).caveats
    assert "Police ASB comes from Council and Police" in said
    assert "May 2020 to Jun 2020" in said


def test_one_source_alone_counts_nothing_twice(load, store):
    load(rows("2020-04"), source="Police")
    load(rows("2020-04", "2020-04"), source="Police")
    assert loaded.months(store()).caveats == ()


@pytest.mark.parametrize(
    ("months", "message"),
    [
        (["2020-04", "2020-05"], "April 2020 to May 2020; no month is missing"),
        (["2020-04"], "from one source, April 2020; no month is missing"),
        (["2020-04", "2020-06"], "May 2020 is missing"),
        (["2020-04", "2020-07"], "May 2020 to June 2020 (2 months) are missing"),
        (["2018-04", "2018-06", "2018-08", "2018-10", "2018-12"], "4 months are missing"),
    ],
)
def test_the_title_names_what_is_missing(load, store, months, message):
    load(rows(*months))
    title = coverage_grid.title(loaded.months(store()))
    assert title.startswith("1 indicator is loaded from one source, ")
    assert title.endswith(message)


def test_a_gap_of_one_indicator_is_not_said_of_all(load, store):
    load(rows("2020-04", "2020-06"), source="Police")
    load(rows("2020-04", "2020-05", "2020-06", indicator="burglary"), source="Council")
    title = coverage_grid.title(loaded.months(store()))
    assert title.startswith("2 indicators are loaded from 2 sources")
    assert title.endswith("May 2020 is missing for some of them")


def test_the_grid_tells_zero_gap_and_beyond_apart_in_words(load, store):
    load(rows("2020-04", "2020-06") + rows("2020-06", "2020-07", indicator="burglary"))
    table = coverage_grid.grid(loaded.months(store()))
    assert table.count(">gap</td>") == 1
    assert table.count(">–</td>") == 1 + 2
    assert table.count('scope="row"') == 2


def test_a_long_gap_in_every_row_takes_one_column_under_its_months(load, store):
    load(rows("2018-10", "2021-03"))
    table = coverage_grid.grid(loaded.months(store()))
    assert "gap: 28 months" in table
    assert "Nov 2018<br>to Feb 2021" in table
    assert table.count("<td") == 3


def test_the_grid_escapes_what_a_file_says(load, store):
    load(rows("2020-04"), source="<img src=x onerror=alert(1)>")
    table = coverage_grid.grid(loaded.months(store()))
    assert "<img" not in table
    assert "&lt;img" in table


def test_by_file_and_by_indicator_add_up(load):
    made = load(rows("2020-04", "2020-05") + "31/02/2020,asb_police,,\n2020-04-01,Dragons,,\n")
    for figure in (loaded.by_file(made), loaded.by_indicator(made)):
        table = figure.table
        assert table["read"].sum() == 4
        assert (table["read"] == table["accepted"] + table["duplicates"] + table["rejected"]).all()
    assert list(loaded.by_indicator(made).table["indicator"]) == ["Police ASB", "(unknown)"]


def test_reasons_are_grouped_counted_and_shown_with_what_was_seen(load, tmp_path):
    bad = "31/02/2020,asb_police,,\n" * 3 + "32/01/2020,asb_police,,\n" + "2020-04-01,Dragons,,\n"
    made = load(rows("2020-04") + bad)
    table = loaded.reasons(made, tmp_path / "store").table
    assert list(table["rows"]) == [4, 1]
    assert table["reason"][0].startswith("date … is not understood")
    assert table["seen"][0] == "31/02/2020 (3), 32/01/2020 (1)"
    assert table["seen"][1] == "Dragons (1)"


def test_of_many_values_three_are_shown(load, tmp_path):
    made = load(rows("2020-04") + "".join(f"2020-04-01,Dragon {n},,\n" for n in range(5)))
    assert loaded.reasons(made, tmp_path / "store").table["seen"][0].endswith("and 2 more")


def test_rejected_rows_that_are_gone_are_told(load, tmp_path):
    made = load(rows("2020-04") + "31/02/2020,asb_police,,\n")
    (tmp_path / "store" / made.rejected_file).unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        loaded.reasons(made, tmp_path / "store")


def test_the_moment_is_in_uk_time():
    summer = Load("p", "2026-07-01T11:30:00Z", False, (), {})
    winter = Load("p", "2026-01-01T11:30:00Z", False, (), {})
    assert [loaded.moment(summer), loaded.moment(winter)] == ["1 Jul 2026, 12:30", "1 Jan 2026, 11:30"]
