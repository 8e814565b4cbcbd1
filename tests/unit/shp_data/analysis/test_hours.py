"""The time of the week, against a table worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.stores import DESK, chosen, csv_file, incidents, load, opened

from shp_data.analysis.hours import count_by_weekday
from shp_data.domain.errors import NotAllowedError
from shp_data.domain.selection import Viewer
from shp_data.store.reading import Reader, count_by_hour
from shp_data.store.version import Store

# 1 October 2020 was a Thursday; 29 February 2020 a Saturday.
TIMES = """
    date             | indicator  | covid_related | lpa
    2020-10-01 03:59 | asb_police | no            | Hartlepool
    2020-10-01 04:00 | asb_police | no            | Hartlepool
    2020-10-08 04:30 | asb_police | yes           | Hartlepool
    2020-10-04 23:59 | asb_police | no            | Middlesbrough
    2020-10-05       | asb_police | no            | Hartlepool
    2020-10          | asb_police | no            | Hartlepool
    2020-02-29 12:00 | asb_police | no            | Hartlepool
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("hours")
    load(folder / "S", csv_file(folder / "a.csv", TIMES))
    return opened(folder / "S")


def cells(store: Store, *asked: str, **more: str) -> dict[tuple[str, str], int]:
    """The cells in which anything happened."""
    table = count_by_weekday(Reader(store, DESK), chosen(*asked, **more)).table
    return {(row["weekday"], row["hours"]): row["count"] for row in table.to_dict("records") if row["count"]}


def test_each_record_with_a_time_is_in_its_weekday_and_four_hours(store: Store) -> None:
    assert cells(store, "2020-10") == {("Thursday", "00-04"): 1, ("Thursday", "04-08"): 2, ("Sunday", "20-24"): 1}
    assert cells(store, "2020-02") == {("Saturday", "12-16"): 1}


def test_every_cell_is_there_from_monday_on_with_zeros(store: Store) -> None:
    table = count_by_weekday(Reader(store, DESK), chosen("2020-10")).table
    assert len(table) == 7 * 6
    assert (table["weekday"].iloc[0], table["weekday"].iloc[-1]) == ("Monday", "Sunday")
    assert table["hours"].iloc[:6].tolist() == ["00-04", "04-08", "08-12", "12-16", "16-20", "20-24"]


def test_it_says_how_many_records_have_a_time(store: Store) -> None:
    said = count_by_weekday(Reader(store, DESK), chosen("2020-10")).caveats[-1]
    assert said == "Records with a time of day: 4 of 6. The others are not counted here."
    assert count_by_weekday(Reader(store, DESK), chosen("2020-02")).caveats[-1] == "Records with a time of day: all 1."


def test_areas_and_covid_related_narrow_it(store: Store) -> None:
    assert cells(store, "2020-10", "asb_police", "Middlesbrough") == {("Sunday", "20-24"): 1}
    assert cells(store, "2020-10", covid="only") == {("Thursday", "04-08"): 1}


def test_months_without_times_have_no_row(tmp_path: Path) -> None:
    load(tmp_path / "S", incidents(tmp_path / "a.csv", {"2020-10": 3}))
    store = opened(tmp_path / "S")
    assert count_by_weekday(Reader(store, DESK), chosen("2020-10")).table.empty
    assert count_by_hour(Reader(store, DESK), chosen("2020-10"))["count"].tolist() == [3]


def test_who_may_see_no_figures_sees_none(store: Store) -> None:
    with pytest.raises(NotAllowedError):
        count_by_hour(Reader(store, Viewer("nobody")), chosen("2020-10"))
