"""Month by month, with last year beside it; what is not loaded is missing, never zero."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from stores import DESK, chosen, incidents, load, opened

from shp_data.analysis.trends import by_area, monthly
from shp_data.store.reading import Store

MONTHS = {"2019-10": 4, "2019-11": 5, "2020-10": 7, "2020-12": 3}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("trends")
    load(folder / "S", incidents(folder / "a.csv", MONTHS))
    return opened(folder / "S")


def shown(table: pd.DataFrame, column: str) -> dict[str, int | None]:
    return {
        month: None if pd.isna(n) else int(n) for month, n in zip(table["month"], table[column], strict=True)
    }


def test_each_month_and_the_same_of_last_year(store: Store) -> None:
    table = monthly(store, chosen("2020-21-Q3"), DESK).table
    counts = shown(table, "count")
    assert (len(counts), next(iter(counts)), counts["2019-11"]) == (15, "2019-10", 5)
    assert counts["2019-12"] is counts["2020-11"] is None  # not loaded
    last = shown(table, "last_year")
    assert (last["2020-10"], last["2020-11"], last["2020-12"], last["2019-10"]) == (4, 5, None, None)
    assert table.loc[table["in_period"], "month"].tolist() == ["2020-10", "2020-11", "2020-12"]
    assert "excluding_covid" not in table  # no record is marked


def test_so_many_months_up_to_the_periods_end(store: Store) -> None:
    table = monthly(store, chosen("2020-21-Q3"), DESK, 2).table
    assert shown(table, "count") == {"2020-11": None, "2020-12": 3}


def test_each_area_has_each_month(store: Store) -> None:
    table = by_area(store, chosen("2020-10"), DESK).table
    october = table[table["month"] == "2020-10"].set_index("lpa")
    assert october["count"].to_dict() == {
        "Hartlepool": 7, "Middlesbrough": 0, "Redcar & Cleveland": 0, "Stockton-on-Tees": 0
    }  # fmt: skip
    assert october["rate_per_1000"]["Hartlepool"] == pytest.approx(7 * 1000 / 93_663)
    assert table[table["month"] == "2020-11"][["count", "rate_per_1000"]].isna().all(axis=None)
