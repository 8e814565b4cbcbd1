"""The financial year over earlier years, and sums of 12 months, against tables worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import DESK, chosen, csv_file, incidents, load, months_not_loaded, opened

from shp_data.analysis.seasons import compare_with_earlier_years, sum_rolling_year
from shp_data.domain.errors import NotAllowedError
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import Reader
from shp_data.store.version import Store

# February 2020 has 29 days; December 2019 is not loaded.
COUNTS = {
    "2017-10": 9,
    "2018-10": 2,
    "2019-10": 5,
    "2020-10": 7,
    "2018-11": 3,
    "2019-11": 3,
    "2020-11": 1,
    "2018-12": 4,
    "2020-12": 6,
    "2019-02": 2,
    "2020-02": 3,
    "2021-02": 3,
    "2016-10": 90,  # four years before: no part of the range
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("seasons")
    load(folder / "S", incidents(folder / "a.csv", COUNTS))
    return opened(folder / "S")


def rows(table: pd.DataFrame) -> dict[str, list[float | None]]:
    """Each month's figures, missing as None."""
    columns = ["count", "last_year", "lowest", "highest", "average", "years_before"]
    return {
        row["month"]: [None if pd.isna(row[name]) else float(row[name]) for name in columns]
        for row in table.to_dict("records")
    }


def test_each_month_stands_over_the_same_month_of_up_to_three_earlier_years(store: Store) -> None:
    found = rows(compare_with_earlier_years(Reader(store, DESK), chosen("2020-21-Q3")).table)
    assert list(found) == [str(month) for month in Period(Month(2020, 4), Month(2021, 3))]
    assert found["2020-10"] == [7, 5, 2, 9, pytest.approx(16 / 3), 3]
    assert found["2020-11"] == [1, 3, 3, 3, 3, 2]
    assert found["2020-12"] == [6, None, 4, 4, 4, 1]
    assert found["2021-02"] == [3, 3, 2, 3, 2.5, 2]
    assert found["2020-05"] == [None, None, None, None, None, 0]


def test_the_year_is_the_one_in_which_the_period_ends(store: Store) -> None:
    table = compare_with_earlier_years(Reader(store, DESK), chosen("2019-11 to 2020-12")).table
    assert table["month"].iloc[0] == "2020-04"
    assert table.loc[table["in_period"], "month"].tolist() == [f"2020-{month:02}" for month in range(4, 13)]


def test_it_says_how_many_years_stand_behind_the_range(store: Store, tmp_path: Path) -> None:
    said = compare_with_earlier_years(Reader(store, DESK), chosen("2020-21-Q3")).caveats[-1]
    assert (
        said == "Bars and average: the same month in at most 3 earlier years, of up to 3. One year alone is no range."
    )
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 2}))
    assert (
        compare_with_earlier_years(Reader(opened(tmp_path / "S"), DESK), chosen("2020-10"))
        .caveats[-1]
        .startswith("No earlier year is loaded")
    )


def test_covid_related_are_left_out_of_every_year(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "a.csv",
        """
        date    | indicator  | covid_related | lpa
        2019-10 | asb_police | no            | Hartlepool
        2019-10 | asb_police | yes           | Hartlepool
        2020-10 | asb_police | no            | Hartlepool
        2020-10 | asb_police | yes           | Hartlepool
        2020-10 | asb_police | yes           | Middlesbrough
        """,
    )
    load(tmp_path / "S", path)
    store = opened(tmp_path / "S")
    for covid, expected in (("include", [3, 2]), ("exclude", [1, 1]), ("only", [2, 1])):
        found = rows(compare_with_earlier_years(Reader(store, DESK), chosen("2020-10", covid=covid)).table)
        assert found["2020-10"][:2] == expected
        assert found["2020-10"][2] == expected[1]


def test_a_ward_has_its_own_season_in_the_vintage_of_the_period(store: Store) -> None:
    ward = "E05001527"  # Billingham Central: no record lies in it
    whole = compare_with_earlier_years(Reader(store, DESK), chosen("2020-10", "asb_police", "Hartlepool")).table
    none = compare_with_earlier_years(Reader(store, DESK), chosen("2020-10").select_ward(ward, "2020")).table
    october = rows(none)["2020-10"]
    assert october == [0, 0, 0, 0, 0, 3]
    assert rows(whole)["2020-10"][0] == 7


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """From April 2019 to June 2021 one incident more each month, from 1 on, without March 2021."""
    folder: Path = tmp_path_factory.mktemp("two-years")
    counts = {str(Month(2019, 4).shift(place)): place + 1 for place in range(27)}
    load(folder / "S", incidents(folder / "a.csv", {m: n for m, n in counts.items() if m != "2021-03"}))
    return opened(folder / "S")


def test_a_sum_takes_the_12_months_up_to_and_with_its_month(two_years: Store) -> None:
    table = sum_rolling_year(Reader(two_years, DESK), chosen("2020-21-Q3")).table.set_index("month")
    assert table.index[0] == "2020-03"
    assert table.loc["2020-03", "rolling_12"] == sum(range(1, 13))
    assert table.loc["2021-02", "rolling_12"] == sum(range(12, 24))
    assert table.loc["2021-02", "count"] == 23
    assert table.loc[:"2021-02", "rolling_12_before"].isna().all()


def test_a_month_that_is_not_loaded_leaves_no_sum_for_a_year(two_years: Store) -> None:
    found = sum_rolling_year(Reader(two_years, DESK), chosen("2021-22-Q1"))
    table = found.table.set_index("month")
    assert table.loc["2021-03":, "rolling_12"].isna().all()
    assert pd.isna(table.loc["2021-03", "count"])
    assert "2021-03" in months_not_loaded(found)


def test_the_12_months_before_stand_beside(tmp_path: Path) -> None:
    counts = {str(Month(2018, 4).shift(place)): 1 if place < 12 else 2 for place in range(24)}
    load(tmp_path / "S", incidents(tmp_path / "a.csv", counts))
    table = sum_rolling_year(Reader(opened(tmp_path / "S"), DESK), chosen("2019-20")).table.set_index("month")
    assert (table.loc["2020-03", "rolling_12"], table.loc["2020-03", "rolling_12_before"]) == (24, 12)
    assert table.loc["2019-09", "rolling_12"] == 6 * 1 + 6 * 2
    assert table["in_period"].tolist() == [False] + [True] * 12


def test_without_12_months_in_a_row_there_is_no_row(store: Store) -> None:
    assert sum_rolling_year(Reader(store, DESK), chosen("2020-21-Q3")).table.empty


@pytest.mark.parametrize("asked", [compare_with_earlier_years, sum_rolling_year])
def test_who_may_see_no_figures_sees_none(store: Store, asked: Callable[[Reader, Selection], Figure]) -> None:
    with pytest.raises(NotAllowedError):
        asked(Reader(store, Viewer("nobody")), chosen("2020-10"))
