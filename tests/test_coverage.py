"""Which months a load speaks for, and what that means for zeros and comparisons."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from stores import DESK, by_month, chosen, csv_file, incidents, load, opened

from shp_data.analysis.change import compared
from shp_data.domain.vocabulary import Source
from shp_data.intake.coverage import covered
from shp_data.store.manifest import Cell

LISTED = {"Fire": Source("Fire", indicators=("fires_secondary_deliberate", "fires_vehicle_deliberate"))}


def cells(text: str) -> set[Cell]:
    return {Cell(*line.split()) for line in text.strip().splitlines()}


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        # any source: from an indicator's first to its last month, where the source says anything
        ("Police asb 2020-10\nPolice asb 2020-12", "Police asb 2020-10\nPolice asb 2020-12"),
        (
            "Police asb 2020-10\nPolice asb 2020-12\nPolice drugs 2020-11",
            "Police asb 2020-10\nPolice asb 2020-11\nPolice asb 2020-12\nPolice drugs 2020-11",
        ),
        # another source's months say nothing
        ("Police asb 2020-10\nPolice asb 2020-12\nFire2 x 2020-11",
         "Police asb 2020-10\nPolice asb 2020-12\nFire2 x 2020-11"),
        # a listed source: all its indicators in each month of which it has any row
        (
            "Fire fires_vehicle_deliberate 2020-10",
            "Fire fires_vehicle_deliberate 2020-10\nFire fires_secondary_deliberate 2020-10",
        ),
    ],
)  # fmt: skip
def test_what_is_covered(seen: str, found: str) -> None:
    assert covered(cells(seen), LISTED) == cells(found)


def test_nothing_seen_covers_nothing() -> None:
    assert covered([], LISTED) == set()


def test_a_covered_month_without_incidents_is_zero_and_a_gap_is_missing(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "fires.csv",
        """
        | date    | indicator                  | lpa        |
        | 2020-10 | fires_vehicle_deliberate   | Hartlepool |
        | 2020-11 | fires_secondary_deliberate | Hartlepool |
        | 2021-01 | fires_vehicle_deliberate   | Hartlepool |
        """,
    )
    load(tmp_path / "S", path, source="Cleveland Fire Brigade")
    assert by_month(tmp_path / "S", "2020-09 to 2021-02", "fires_vehicle_deliberate") == {
        "2020-10": 1,
        "2020-11": 0,  # a month of the source
        "2021-01": 1,  # and December is a gap
    }


def difference(root: Path, period: str) -> tuple[object, object, object]:
    table = compared(opened(root), chosen(period), pd.DataFrame({"name": ["asb"]}), (), DESK)
    row = table.astype(object).where(table.notna(), None).iloc[0]
    return row["count"], row["last_year"], row["difference"]


@pytest.mark.parametrize(
    ("months", "found"),
    [
        ("2019-10 2019-11 2019-12 2020-10 2020-11 2020-12", (3, 3, 0)),
        ("2019-10 2019-11 2019-12 2020-10 2020-11", (None, 3, None)),  # the last month is missing
        ("2019-10 2019-11 2019-12 2020-10 2020-12", (None, 3, None)),  # one in the middle
        ("2019-10 2019-12 2020-10 2020-11 2020-12", (3, None, None)),  # one of last year
        ("2020-10 2020-11 2020-12", (3, None, None)),
    ],
)
def test_an_incomplete_quarter_is_never_compared(tmp_path: Path, months: str, found: tuple[int | None, ...]) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", dict.fromkeys(months.split(), 1)))
    assert difference(tmp_path / "S", "2020-21-Q3") == found
