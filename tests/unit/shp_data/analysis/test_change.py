"""A period beside the same one of last year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers.stores import DESK, chosen, incidents, load, opened

from shp_data.analysis.change import compare_periods
from shp_data.analysis.choices import find_default_period, is_whole, list_periods
from shp_data.domain.selection import Viewer
from shp_data.store.reading import Reader


def change(root: Path, period: str, by: tuple[str, ...] = ()) -> list[object]:
    keys = pd.DataFrame({"lpa": ["Hartlepool", "Middlesbrough"]}) if by else pd.DataFrame({"name": ["all"]})
    before = keys.copy()
    table = compare_periods(Reader(opened(root), DESK), chosen(period), keys, by)
    pd.testing.assert_frame_equal(keys, before)  # the argument is not changed
    rows = table[["count", "last_year", "difference", "pct_difference"]].astype(object)
    return rows.where(rows.notna(), None).values.tolist()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("change")
    months = {
        "2019-10": 4,
        "2019-11": 0,
        "2019-12": 2,
        "2020-02": 1,
        "2020-10": 7,
        "2020-11": 2,
        "2020-12": 3,
    }
    path = incidents(folder / "a.csv", months)
    # November 2019 is covered by another indicator of the load, and so a zero of this one
    path.write_text(path.read_text() + "2019-11,burglary,,-1.2129,54.6862\n")
    load(folder / "S", path)
    return folder / "S"


@pytest.mark.parametrize(
    ("period", "row"),
    [
        ("2020-21-Q3", [12, 6, 6, 100.0]),
        ("2020-10", [7, 4, 3, 75.0]),
        ("2020-11", [2, 0, 2, None]),  # a percentage of zero is not available
        ("2020-12", [3, 2, 1, 50.0]),
        ("2021-02", [None, 1, None, None]),  # not loaded, so never zero
        ("2020-02", [1, None, None, None]),
        ("2019-11", [0, None, None, None]),
    ],
)
def test_difference_and_percentage(root: Path, period: str, row: list[object]) -> None:
    assert change(root, period) == [row]


def test_a_half_is_a_half_to_the_last_digit_so_that_it_rounds_up(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2019-10": 40, "2020-10": 51}))
    assert change(tmp_path / "S", "2020-10") == [[51, 40, 11, 27.5]]


def test_an_area_without_incidents_has_none_and_not_nothing(root: Path) -> None:
    assert change(root, "2020-21-Q3", ("lpa",)) == [[12, 6, 6, 100.0], [0, 0, 0, None]]


def test_the_periods_that_can_be_chosen(root: Path) -> None:
    store = opened(root)
    assert find_default_period(Reader(store, Viewer())).name == "2020-21-Q3"
    names = [period.name for period in list_periods(Reader(store, Viewer()))]
    assert names[:3] == ["2020-21-Q3", "2019-20-Q4", "2019-20-Q3"]
    assert {"2020-04 to 2020-12", "2020-21", "2019-20", "2020-10", "2019-11"} <= set(names)
    assert len(names) == len(set(names))
    assert not is_whole(find_default_period(Reader(store, Viewer())).shift(3), store.list_months())
