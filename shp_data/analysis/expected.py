"""What was to be expected of each month of a selection, and of the months after one, from the months before."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from shp_data.analysis.measures import list_wards_of
from shp_data.analysis.statistics.expected import ExpectedMonth, expect_months
from shp_data.analysis.statistics.forecast import FEWEST_FOR_SEASON, FEWEST_MONTHS, Array, forecast_ahead
from shp_data.domain.errors import SelectionError, describe_unknown
from shp_data.domain.figure import Coverage
from shp_data.domain.partnership import Partnership
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records

AHEAD = 3  # months that a chart forecasts
FIELDS = ("lpa", "ward", "indicator")
RANGE = ("expected", "low_80", "high_80", "low", "high")


@dataclass(frozen=True)
class ExpectedTable:
    """The table of a forecast, with the numbers of its series: all, those without a season, those without a range."""

    table: pd.DataFrame
    series: int
    without_season: int
    without_range: int


def expect_series(
    partnership: Partnership, counts: Mapping[Month, int], doubts: Collection[Coverage], ahead: int = 0
) -> dict[Month, ExpectedMonth]:
    """Say what was to be expected of each month of a series, by the events of the partnership.

    A month in question has no range, and nothing is learned from it. Trends, Seasons and the cards take their
    ranges from here, so they say the same of the same month.
    """
    doubtful = {month for doubt in doubts for month in doubt.months}
    certain_counts = {month: count for month, count in counts.items() if month not in doubtful}
    if not certain_counts:
        return {}
    # The months ahead follow the last one loaded, also where that is in question.
    ahead += Period(max(certain_counts), max(counts)).length - 1
    steps, exceptional_months = list_step_changes(partnership), partnership.exceptional_months
    expected_months = expect_months(certain_counts, steps, exceptional_months, ahead)
    return {month: expected for month, expected in expected_months.items() if month not in doubtful}


def list_step_changes(partnership: Partnership) -> list[Month]:
    """List the months from which a series is not comparable with the months before, such as a change of recording."""
    return [event.first for event in partnership.events if event.step_change]


def add_expected(table: pd.DataFrame, expected_months: Mapping[Month, ExpectedMonth]) -> pd.DataFrame:
    """Add to a table of months what was to be expected of each.

    Parameters
    ----------
    table : DataFrame
        It has the column month.

    Returns
    -------
    DataFrame
        The table with these columns added: expected_count (incidents); lower_80 to upper_80 and lower to upper, the
        smallest and the largest count of the ranges that hold 80 and 95 % of months; signal, where the count is
        outside the range of 95 %; shift, where a sustained shift begins. All are missing where there are too few
        months before.
    """
    rows = [expected_months.get(Month.parse(month)) for month in table["month"]]
    ends = {"lower_80": "low_80", "upper_80": "high_80", "lower": "low", "upper": "high"}
    table = table.assign(expected_count=pd.array([getattr(row, "expected", None) for row in rows], dtype="Float64"))
    for column, name in ends.items():
        table[column] = pd.array([getattr(row, name, None) for row in rows], dtype="Int64")
    for column in ("signal", "shift"):
        table[column] = pd.array([getattr(row, column, None) for row in rows], dtype="str")
    return table


def forecast_by_field(reader: Reader, selection: Selection, by: Sequence[str], ahead: int) -> ExpectedTable:
    """Forecast the months after the selection's period, for each area and indicator.

    Nothing after the period is used. As for a verdict, months in question and exceptional months are left out.

    Parameters
    ----------
    by : sequence of str
        Fields of FIELDS.
    ahead : int
        The number of months.

    Returns
    -------
    ExpectedTable
        Its table has the fields of `by` (the ward by its name), month, and RANGE: the count expected, and the
        smallest and the largest count of the ranges that hold 80 and 95 % of months, missing where there are too
        few months before. It is sorted by the fields. A series without any month has no row.

    Raises
    ------
    SelectionError
        For an unknown field, or where nothing in the selection is loaded.
    """
    for field in by:
        if field not in FIELDS:
            raise SelectionError(describe_unknown("field", field, FIELDS))
    rows, counts = _build_series(reader, selection, by)
    if rows.empty:
        raise SelectionError(f"nothing is loaded for this selection up to {selection.period.last}")
    months = (~np.isnan(counts)).sum(axis=1)
    steps = list_step_changes(reader.partnership)
    forecasts = forecast_ahead(selection.period.first, counts, steps, ahead)
    names = rows.assign(ward=rows["ward"].map(reader.partnership.areas.find_ward_name)) if "ward" in by else rows
    table = names.loc[names.index.repeat(ahead), list(by)].reset_index(drop=True)
    table["month"] = [str(selection.period.last.shift(n)) for n in range(1, ahead + 1)] * len(rows)
    table["expected"] = pd.array(forecasts.expected.ravel(), dtype="Float64")
    for name in RANGE[1:]:
        table[name] = pd.array(getattr(forecasts, name).ravel(), dtype="Float64").astype("Int64")
    # Stable: two wards of one name stay apart, each with its months in order.
    table = table.sort_values(list(by), kind="stable").reset_index(drop=True) if by else table
    without_range = int(np.isnan(forecasts.expected[:, 0]).sum())
    few = int(((months >= FEWEST_MONTHS) & (months < FEWEST_FOR_SEASON)).sum())
    return ExpectedTable(table, len(rows), few, without_range)


def _build_series(reader: Reader, selection: Selection, by: Sequence[str]) -> tuple[pd.DataFrame, Array]:
    """Build the counts of each area and indicator by month of the period, NaN where a month is not to count."""
    rows = _list_rows(reader, selection, by)
    months = [str(month) for month in selection.period]
    totals = count_records(reader, selection, [*by, "month"])
    every_month = rows.merge(pd.DataFrame({"month": months}), how="cross").merge(totals, on=[*by, "month"], how="left")
    counts = every_month["count"].fillna(0).to_numpy(dtype=float).reshape(len(rows), len(months))
    is_certain = np.array([_mark_certain(reader, selection, row, by) for row in rows.to_dict("records")], dtype=bool)
    counts = np.where(is_certain.reshape(counts.shape), counts, np.nan)
    has_months = np.flatnonzero(~np.isnan(counts).all(axis=1))
    return rows.iloc[has_months].reset_index(drop=True), counts[has_months]


def _mark_certain(reader: Reader, selection: Selection, row: Mapping[Hashable, Any], by: Sequence[str]) -> list[bool]:
    """Mark the months of the period that are covered in a row's area, not in question and not exceptional."""
    indicators = (row["indicator"],) if "indicator" in row else selection.indicators
    lpas = (row["lpa"],) if "lpa" in row else selection.lpas
    wards = selection.ward_year if "ward" in by else ""
    certain = set(reader.store.list_certain_months(indicators, lpas, wards=wards))
    certain -= reader.partnership.exceptional_months
    return [month in certain for month in selection.period]


def _list_rows(reader: Reader, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """List the combinations of the areas and indicators of a selection, with the LPA of a ward."""
    areas = reader.partnership.areas
    if "ward" in by:
        wards = list_wards_of(areas, selection)
        places = pd.DataFrame({"ward": [ward.code for ward in wards], "lpa": [ward.lpa for ward in wards]})
    elif "lpa" in by:
        places = pd.DataFrame(
            {"lpa": [name for name in areas.lpa_names if name in (selection.areas or areas.lpa_names)]}
        )
    else:
        places = pd.DataFrame(index=[0])
    if "indicator" in by:
        return places.merge(pd.DataFrame({"indicator": list(selection.indicators)}), how="cross")
    return places
