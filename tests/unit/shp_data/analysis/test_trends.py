"""Month by month, with last year beside it; what is not loaded is missing, never zero."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import DESK, chosen, incidents, load, opened

from shp_data.analysis.trends import chart_control_limits, count_by_area, count_by_month
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


RANGE = ["expected_count", "lower_80", "upper_80", "lower", "upper", "signal", "shift"]


def test_what_was_expected_leaves_lockdowns_out_and_compares_them(three_years: Store) -> None:
    """20 or 22 by turns, less variable than by chance: 21 are expected, and by chance alone 13 to 30 or so."""
    found = count_by_month(Reader(three_years, DESK), chosen("2020-21-Q1"))
    months = found.table.set_index("month")
    assert months.loc[:"2019-03", RANGE].isna().all(axis=None)
    ranged = months.loc["2019-04":]
    assert ranged["expected_count"].between(20, 22).all()
    assert ranged["lower"].between(9, 15).all() and ranged["upper"].between(28, 35).all()
    assert (ranged["lower"] < ranged["lower_80"]).all() and (ranged["upper_80"] < ranged["upper"]).all()
    assert months["signal"].dropna().to_dict() == {"2020-04": "above the expected range"}
    assert months["shift"].isna().all()
    assert "The months of events 1, 2, 3 are left out." in found.caveats[-1]
    assert "their level and, from the third year on, their season" in found.caveats[-1]


def test_three_months_are_forecast_and_are_no_figure(three_years: Store) -> None:
    table = count_by_month(Reader(three_years, DESK), chosen("2020-21-Q4")).table
    ahead = table[table["forecast"]].set_index("month")
    assert ahead.index.tolist() == ["2021-04", "2021-05", "2021-06"]
    assert ahead["count"].isna().all() and ahead["signal"].isna().all() and not ahead["in_period"].any()
    assert ahead["last_year"].tolist() == [60, 22, 20]
    assert ahead["expected_count"].between(20, 22).all() and ahead["upper"].notna().all()
    assert not table.loc[table["month"] <= "2021-03", "forecast"].any()


def test_a_month_is_forecast_alike_whatever_came_after_it(three_years: Store, tmp_path: Path) -> None:
    counts = {str(Month(2018, 4).shift(place)): 20 + place % 2 * 2 for place in range(20)}
    load(tmp_path / "S", incidents(tmp_path / "a.csv", counts))
    columns = ["month", *RANGE[:5]]
    some = count_by_month(Reader(opened(tmp_path / "S"), DESK), chosen("2019-20-Q2")).table[columns]
    every = count_by_month(Reader(three_years, DESK), chosen("2019-20-Q2")).table[columns]
    pd.testing.assert_frame_equal(some[:20], every[:20])


def test_the_months_of_a_card_have_the_range_of_the_page(three_years: Store) -> None:
    reader, selection = Reader(three_years, DESK), chosen("2020-21-Q1")
    page, card = (count_by_month(reader, selection, months).table.set_index("month") for months in (None, 12))
    assert len(card) == 12 and not card["forecast"].any()
    pd.testing.assert_frame_equal(card[RANGE], page.loc[card.index, RANGE])


def test_the_limits_of_an_xmr_chart_leave_lockdowns_out_and_judge_them(three_years: Store) -> None:
    found = chart_control_limits(Reader(three_years, DESK), chosen("2020-21-Q1"))
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
    assert how.startswith("This range does not follow the seasons")
    assert "The months of events 1, 2, 3 are left out." in how


def test_a_step_change_of_the_partnership_divides_the_range(three_years: Store) -> None:
    merged = DatedEvent("New recording", Month(2019, 10), Month(2019, 10), "The police", step_change=True)
    known = replace(partnership(), events=(merged,))
    found = chart_control_limits(Reader(three_years, DESK, known), chosen("2020-21-Q1"))
    months = found.table.set_index("month")
    assert months.loc["2019-09", "mean"] == 21
    assert months.loc["2019-10", "mean"] == pytest.approx(21 + 40 / 18)
    assert found.caveats[0] == "1 Oct 2019: New recording (the level is estimated again from there)."
    expected = count_by_month(Reader(three_years, DESK, known), chosen("2020-21-Q1")).table.set_index("month")
    # Three months tell the new level; the month before the change has its own.
    assert expected.loc["2019-10":"2019-12", "upper"].isna().all()
    assert expected.loc[["2019-09", "2020-01"], "upper"].notna().all()


def test_without_a_range_the_caveat_says_why(store: Store) -> None:
    found = count_by_month(Reader(store, DESK), chosen("2020-21-Q3"))
    assert found.table[RANGE].isna().all(axis=None) and not found.table["forecast"].any()
    assert found.caveats[-1] == "No expected range: it takes at least 12 months before a month."
    limits = chart_control_limits(Reader(store, DESK), chosen("2020-21-Q3"))
    assert limits.table[["mean", "lower", "upper", "signal"]].isna().all(axis=None)
    assert limits.caveats[-1].startswith("No expected range: it takes at least 12 months, most of them in a row")


def test_under_two_years_the_level_alone_is_used_and_the_caveat_says_so(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {str(Month(2018, 4).shift(n)): 10 for n in range(15)}))
    found = count_by_month(Reader(opened(tmp_path / "S"), DESK), chosen("2019-20-Q1"))
    assert "their level alone. It takes 24 months to know the season." in found.caveats[-1]


def test_a_chart_of_a_report_has_no_range(three_years: Store) -> None:
    found = count_by_month(Reader(three_years, DESK), chosen("2020-21-Q1"), 24, with_range=False)
    assert not set(RANGE) & set(found.table.columns)
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
