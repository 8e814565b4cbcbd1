"""The months after a month, by area and indicator: the same range as the pages have, and nothing of what came after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers.doubtful import ASB, HARTLEPOOL, LAST, load_stub
from helpers.stores import DESK, POINTS, chosen, load, opened

from shp_data.analysis import trends
from shp_data.analysis.expected import RANGE, ExpectedTable, forecast_by_field
from shp_data.domain.errors import SelectionError
from shp_data.domain.events import DatedEvent
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import Reader
from shp_data.store.version import Store

FIRST, LAST_MONTH = Month(2022, 1), Month(2024, 6)


def write_counts(path: Path, counts: dict[tuple[str, str], int], months: Period) -> Path:
    """So many incidents of each area and indicator in each month, and two more in every second one."""
    lines = ["date,indicator,longitude,latitude"]
    for place, month in enumerate(months):
        for (lpa, indicator), number in counts.items():
            lines += [f"{month},{indicator},{','.join(POINTS[lpa])}"] * (number + 2 * (place % 2))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """30 months: ASB in two areas, burglary in one; of robbery only the last ten."""
    folder: Path = tmp_path_factory.mktemp("expected")
    usual = {("Hartlepool", "asb_police"): 20, ("Middlesbrough", "asb_police"): 40, ("Hartlepool", "burglary"): 4}
    files = [write_counts(folder / "usual.csv", usual, Period(FIRST, LAST_MONTH))]
    new = {("Hartlepool", "robbery"): 5}
    files.append(write_counts(folder / "new.csv", new, Period(LAST_MONTH.shift(-9), LAST_MONTH)))
    load(folder / "S", *files)
    return opened(folder / "S")


def select(last: Month = LAST_MONTH, areas: tuple[str, ...] = (), indicators: tuple[str, ...] = ()) -> Selection:
    ids = indicators or ("asb_police", "burglary", "robbery")
    return partnership().select(ids, Period(FIRST, last), areas)


def forecast(store: Store, selection: Selection, by: tuple[str, ...], ahead: int = 1) -> ExpectedTable:
    return forecast_by_field(Reader(store, DESK), selection, by, ahead)


def test_each_area_and_indicator_is_forecast_from_its_own_months(store: Store) -> None:
    result = forecast(store, select(), ("lpa", "indicator"), 2)
    table = result.table.set_index(["lpa", "indicator", "month"])
    assert list(table.columns) == list(RANGE) and table.index.is_monotonic_increasing
    assert len(table) == 4 * 3 * 2
    assert {month for _, _, month in table.index} == {"2024-07", "2024-08"}
    for area, expected in (("Hartlepool", 21), ("Middlesbrough", 41), ("Stockton-on-Tees", 0)):
        assert table.loc[(area, "asb_police", "2024-07"), "expected"] == pytest.approx(expected, abs=1)
    assert (table.loc["Stockton-on-Tees"].loc["asb_police", "low"] == 0).all()
    # Ten months are too few for a range; 30 are enough for a season.
    assert table.xs("robbery", level="indicator").isna().all(axis=None)
    assert (result.series, result.without_range, result.without_season) == (12, 4, 0)


def test_it_is_the_forecast_of_the_trends_page(store: Store) -> None:
    row = forecast(store, select(areas=("Hartlepool",), indicators=("asb_police",)), ("lpa",), 3).table
    page = trends.count_by_month(Reader(store, DESK), chosen("2024-05", "asb_police", "Hartlepool")).table
    ahead = page[page["forecast"]]
    assert row["month"].tolist() == ahead["month"].tolist()
    names = {"expected": "expected_count", "low_80": "lower_80", "high_80": "upper_80", "low": "lower", "high": "upper"}
    for name, column in names.items():
        assert row[name].tolist() == pytest.approx(ahead[column].tolist())


def test_later_months_are_not_used(store: Store, tmp_path: Path) -> None:
    as_of = Month(2023, 8)
    counts = {("Hartlepool", "asb_police"): 20, ("Middlesbrough", "asb_police"): 40, ("Hartlepool", "burglary"): 4}
    load(tmp_path / "S", write_counts(tmp_path / "a.csv", counts, Period(FIRST, as_of)))
    selection = select(as_of, indicators=("asb_police", "burglary"))
    before, after = (forecast(s, selection, ("lpa", "indicator"), 3) for s in (opened(tmp_path / "S"), store))
    pd.testing.assert_frame_equal(before.table, after.table)
    assert before.without_season == before.series == 8


def test_wards_have_their_names_and_are_all_there(store: Store) -> None:
    result = forecast(store, select(areas=("Hartlepool",), indicators=("asb_police",)), ("ward", "indicator"))
    names = sorted(ward.name for ward in partnership().areas.list_wards("2022", "Hartlepool"))
    assert result.table["ward"].tolist() == names
    assert result.table["expected"].sum() == pytest.approx(21, abs=2)


def test_without_an_area_all_are_one_series(store: Store) -> None:
    table = forecast(store, select(indicators=("asb_police",)), ("indicator",)).table
    assert table["expected"].tolist() == pytest.approx([62], abs=2)


def test_exceptional_months_are_left_out(store: Store) -> None:
    event = DatedEvent("A flood", Month(2023, 1), Month(2024, 2), "A council", exceptional=True)
    reader = Reader(store, DESK, replace(partnership(), events=(event,)))
    result = forecast_by_field(reader, select(indicators=("asb_police",)), ("lpa",), 1)
    assert (result.without_range, result.without_season) == (0, 4)


def test_a_month_in_question_is_left_out(tmp_path: Path) -> None:
    store = load_stub(tmp_path)
    months = store.list_months()
    selection = partnership().select(ASB, Period(months[0], LAST), HARTLEPOOL)
    table = forecast_by_field(Reader(store, Viewer()), selection, ("lpa",), 1).table
    # 60 a month, but 3 in the last one, which is in question.
    assert table["expected"].tolist() == pytest.approx([60], abs=2)


@pytest.mark.parametrize(("by", "text"), [(("month",), "unknown field 'month'"), (("lpa", "x"), "unknown field 'x'")])
def test_an_unknown_field_is_an_error(store: Store, by: tuple[str, ...], text: str) -> None:
    with pytest.raises(SelectionError, match=text):
        forecast(store, select(), by)


def test_nothing_loaded_is_an_error(store: Store) -> None:
    with pytest.raises(SelectionError, match="nothing is loaded for this selection up to 2023-01"):
        forecast(store, select(Month(2023, 1), indicators=("robbery",)), ("lpa",))
