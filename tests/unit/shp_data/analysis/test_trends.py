"""Month by month, with last year beside it; what is not loaded is missing, never zero."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import DESK, chosen, incidents, load, opened

from shp_data.analysis.trends import count_by_area, count_by_month
from shp_data.domain.events import DatedEvent
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.store.reading import Reader
from shp_data.store.version import Store

MONTHS = {"2019-10": 4, "2019-11": 5, "2020-10": 7, "2020-12": 3}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("trends")
    load(folder / "S", incidents(folder / "a.csv", MONTHS))
    return opened(folder / "S")


def shown(table: pd.DataFrame, column: str) -> dict[str, int | None]:
    return {month: None if pd.isna(n) else int(n) for month, n in zip(table["month"], table[column], strict=True)}


def test_each_month_and_the_same_of_last_year(store: Store) -> None:
    table = count_by_month(Reader(store, DESK), chosen("2020-21-Q3")).table
    counts = shown(table, "count")
    assert (len(counts), next(iter(counts)), counts["2019-11"]) == (15, "2019-10", 5)
    assert counts["2019-12"] is counts["2020-11"] is None  # not loaded
    last = shown(table, "last_year")
    assert (last["2020-10"], last["2020-11"], last["2020-12"], last["2019-10"]) == (4, 5, None, None)
    assert table.loc[table["in_period"], "month"].tolist() == ["2020-10", "2020-11", "2020-12"]
    assert "excluding_covid" not in table  # no record is marked


def test_so_many_months_up_to_the_periods_end(store: Store) -> None:
    table = count_by_month(Reader(store, DESK), chosen("2020-21-Q3"), 2).table
    assert shown(table, "count") == {"2020-11": None, "2020-12": 3}


@pytest.fixture(scope="module")
def three_years(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """20 or 22 by turns from April 2018 to March 2021, and 60 in April 2020, within the first lockdown."""
    folder: Path = tmp_path_factory.mktemp("three-years")
    counts = {str(Month(2018, 4).shift(place)): 20 + place % 2 * 2 for place in range(36)}
    load(folder / "S", incidents(folder / "a.csv", counts | {"2020-04": 60}))
    return opened(folder / "S")


def test_the_expected_range_leaves_lockdowns_out_and_judges_them(three_years: Store) -> None:
    found = count_by_month(Reader(three_years, DESK), chosen("2020-21-Q1"))
    months = found.table.set_index("month")
    ordinary = months.index.difference([str(month) for month in partnership().exceptional_months])
    assert len(ordinary) == 28
    mean = float(months.loc[ordinary, "count"].mean())
    for name, limit in (("mean", mean), ("lower", mean - 2.66 * 2), ("upper", mean + 2.66 * 2)):
        assert set(months[name].round(9)) == {round(limit, 9)}
    assert months["signal"].dropna().to_dict() == {"2020-04": "above the expected range"}
    assert [event.label for event in found.events] == [
        *("First national lockdown", "Second national lockdown", "Third national lockdown")
    ]
    events, how = found.caveats
    assert events.startswith("1 Mar to Jun 2020: First national lockdown; 2 Nov 2020: Second national lockdown; 3 ")
    assert "the months of events 1, 2, 3 left out" in how


def test_a_step_change_of_the_partnership_divides_the_range(three_years: Store) -> None:
    merged = DatedEvent("New recording", Month(2019, 10), Month(2019, 10), "The police", step_change=True)
    known = replace(partnership(), events=(merged,))
    found = count_by_month(Reader(three_years, DESK, known), chosen("2020-21-Q1"))
    months = found.table.set_index("month")
    assert months.loc["2019-09", "mean"] == 21
    assert months.loc["2019-10", "mean"] == pytest.approx(21 + 40 / 18)
    assert found.caveats[0] == "1 Oct 2019: New recording (expected range worked out anew from there)."


def test_without_a_range_the_caveat_says_why(store: Store) -> None:
    found = count_by_month(Reader(store, DESK), chosen("2020-21-Q3"))
    assert found.table[["mean", "lower", "upper", "signal"]].isna().all(axis=None)
    assert found.caveats[-1].startswith("No expected range: it takes at least 12 months")


def test_so_many_months_have_no_range(three_years: Store) -> None:
    found = count_by_month(Reader(three_years, DESK), chosen("2020-21-Q1"), 24)
    assert not {"mean", "lower", "upper", "signal"} & set(found.table.columns)
    assert not found.events


def test_each_area_has_each_month(store: Store) -> None:
    table = count_by_area(Reader(store, DESK), chosen("2020-10")).table
    october = table[table["month"] == "2020-10"].set_index("lpa")
    assert october["count"].to_dict() == {
        "Hartlepool": 7, "Middlesbrough": 0, "Redcar & Cleveland": 0, "Stockton-on-Tees": 0
    }  # fmt: skip
    assert october["rate_per_1000"]["Hartlepool"] == pytest.approx(7 * 1000 / 93_663)
    assert table[table["month"] == "2020-11"][["count", "rate_per_1000"]].isna().all(axis=None)


def test_a_series_over_the_census_is_over_residents_of_one_edition(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 1, "2021-10": 1}))
    figure = count_by_area(Reader(opened(tmp_path / "S"), DESK), chosen("2020-10"))
    rates = figure.table[figure.table["lpa"] == "Hartlepool"].set_index("month")["rate_per_1000"]
    assert rates["2020-10"] == pytest.approx(1000 / 92_401)
    assert rates["2021-10"] == pytest.approx(1000 / 92_202)
    text = "Rates are per 1,000 residents: mid-2019 and mid-2020 estimates, ONS edition of July 2025."
    assert text in figure.caveats
