"""What is worth a look in a period: its clear changes and unusual months, of every indicator, by area and ward."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from shp_data.analysis.changes import AreaField, list_changes
from shp_data.analysis.expected import expect_series
from shp_data.analysis.protect import can_see_months
from shp_data.analysis.verdicts import count_reported
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records

MOST = 4  # of each kind that is listed; the others are counted


@dataclass(frozen=True)
class ClearChange:
    """A clear change of an indicator since the same period last year. `selection`: its area or ward."""

    indicator: str
    place: str
    count: int
    previous: int
    verdict: str
    selection: Selection


@dataclass(frozen=True)
class UnusualMonth:
    """A month of an indicator that was not as expected. `mark`: how, in words that follow "the month was"."""

    indicator: str
    place: str
    month: Month
    mark: str
    selection: Selection


@dataclass(frozen=True)
class Signals:
    """What is worth a look: the first MOST of each kind, and how many there are of each.

    `is_tested`: whether any change in the areas has a verdict.
    """

    areas: tuple[ClearChange, ...]
    wards: tuple[ClearChange, ...]
    months: tuple[UnusualMonth, ...]
    area_count: int
    ward_count: int
    month_count: int
    is_tested: bool


def find_signals(reader: Reader, selection: Selection) -> Signals:
    """Find what is worth a look in the areas and period of a selection: the surest changes first.

    The changes have the verdicts that every table gives them, and the months the marks of the Trends page.

    Raises
    ------
    NotAllowedError
        For a role that may not see the figures.
    """
    every_indicator = replace(selection, indicators=tuple(reader.store.list_indicators()), ward=None)
    before = selection.period.last_year
    # Reported figures are for the partnership alone.
    has_reported = reader.viewer.role != "public"
    reported = {id_ for id_, _ in count_reported(reader, selection.period, before)} if has_reported else set()
    area_changes = list_changes(reader, every_indicator, "lpa", before, reported)
    ward_changes = list_changes(reader, every_indicator, "ward", before)
    areas = _list_clear_changes(reader, every_indicator, area_changes, "lpa")
    wards = _list_clear_changes(reader, every_indicator, ward_changes, "ward")
    months = _list_unusual_months(reader, every_indicator)
    return Signals(
        areas=tuple(areas[:MOST]),
        wards=tuple(wards[:MOST]),
        months=tuple(months[:MOST]),
        area_count=len(areas),
        ward_count=len(wards),
        month_count=len(months),
        is_tested=bool(area_changes["verdict"].notna().any()),
    )


def _list_clear_changes(
    reader: Reader, selection: Selection, table: pd.DataFrame, field: AreaField
) -> list[ClearChange]:
    # A role that may not see the months of a ward has its verdict without the p-value.
    clear = table[table["verdict"].str.startswith("clear").fillna(False)].sort_values("p_value", kind="stable")
    return [_make_change(reader, selection, row, field) for row in clear.to_dict("records")]


def _make_change(reader: Reader, selection: Selection, row: dict[Any, Any], field: AreaField) -> ClearChange:
    narrowed, areas = selection.select_indicator(row["indicator"]), reader.partnership.areas
    if field == "lpa":
        place, narrowed = row["lpa"], narrowed.select_area(row["lpa"])
    else:
        ward = areas.wards[selection.ward_year][row["ward"]]
        place = ward.name
        narrowed = narrowed.select_area(ward.lpa).select_ward(ward.code, selection.ward_year)
    return ClearChange(row["indicator"], place, int(row["count"]), int(row["previous"]), row["verdict"], narrowed)


def _list_unusual_months(reader: Reader, selection: Selection) -> list[UnusualMonth]:
    """List the months of the period that are not as expected, the latest first."""
    loaded = reader.store.list_months()
    history = replace(selection, period=Period(loaded[0], loaded[-1]))
    if not can_see_months(reader, history):
        return []
    totals = count_records(reader, history, ["indicator", "lpa", "month"])
    keys = zip(totals["indicator"], totals["lpa"], totals["month"], strict=True)
    counts = dict(zip(keys, totals["count"].astype(int), strict=True))
    unusual_months = []
    for lpa in selection.areas or reader.partnership.areas.lpa_names:
        for indicator in selection.indicators:
            certain = reader.store.list_certain_months((indicator,), (lpa,))
            series = {month: counts.get((indicator, lpa, str(month)), 0) for month in certain}
            expected_months = expect_series(reader.partnership, series, ())
            narrowed = selection.select_indicator(indicator).select_area(lpa)
            unusual_months += [
                UnusualMonth(indicator, lpa, month, mark, narrowed)
                for month in selection.period
                if month in expected_months
                for mark in (expected_months[month].signal, expected_months[month].shift)
                if mark is not None
            ]
    return sorted(unusual_months, key=lambda unusual: unusual.month, reverse=True)
