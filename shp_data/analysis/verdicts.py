"""The verdict of every row of a table that compares a period with the same period last year."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shp_data.analysis.change import find_doubtful_rows, find_row_areas
from shp_data.analysis.statistics.discovery import find_discovery_level
from shp_data.analysis.statistics.dispersion import Dispersion, estimate_dispersions
from shp_data.analysis.statistics.significance import Comparison, compare_many, compute_p_values
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records, is_protected

VERDICT = ("rate_ratio", "low", "high", "p_value", "verdict", "dispersion")
EXPOSURES = ("population", "population_last_year")


@dataclass(frozen=True)
class Pair:
    """The two counts of a row, what they are out of, and how much its months vary."""

    current: int
    previous: int
    exposure: float
    previous_exposure: float
    spread: Dispersion


def add_verdicts(
    reader: Reader, selection: Selection, table: pd.DataFrame, by: Sequence[str], against: Period | None = None
) -> pd.DataFrame:
    """Add a verdict to each row: whether it changed by more than chance since the same period last year.

    Among several rows the share of false signals is held at 5 %, and the intervals are as wide as that needs:
    see `discovery`.

    Parameters
    ----------
    table : DataFrame
        A row for each combination of the columns `by`, with count and last_year as `change.compare_periods`
        returns them. Where it has both columns of EXPOSURES, rates are compared.
    by : sequence of str
        Of source, indicator, lpa, ward (as its code); empty for one row.
    against : Period or None
        The period whose counts are in last_year, where it is another.

    Returns
    -------
    DataFrame
        The table with VERDICT added: rate_ratio of this period to last year's and its interval low to high
        (missing where nothing bounds them), p_value, verdict, and the dispersion estimated from the row's
        months (missing where there are too few months, and 1 was used). All are missing where a count is, and
        where a month of either period is in question.

    Raises
    ------
    NotAllowedError
        For a role that may not see the figures.
    """
    tested = build_pairs(reader, selection, table.reset_index(drop=True), by, against)
    results = judge_pairs(tested)
    numbers = {
        name: [drop_infinity(getattr(result, name)) if result else None for result in results]
        for name in ("rate_ratio", "low", "high", "p_value")
    }
    numbers["dispersion"] = [pair.spread.phi if pair and pair.spread.estimated else None for pair in tested]
    columns = {name: pd.array(values, dtype="Float64") for name, values in numbers.items()}
    labels = pd.array([result.verdict if result else None for result in results], dtype="str")
    return table.assign(**columns, verdict=labels)[[*table.columns, *VERDICT]]


def judge_pairs(tested: Sequence[Pair | None]) -> list[Comparison | None]:
    """Judge which changes are more than chance, with few false ones among those named.

    Return None where there is no pair.
    """
    complete_pairs = [pair for pair in tested if pair]
    counts = [pair.current for pair in complete_pairs], [pair.previous for pair in complete_pairs]
    equal = [pair.exposure / pair.previous_exposure for pair in complete_pairs]
    spreads = [pair.spread.phi for pair in complete_pairs], [pair.spread.df for pair in complete_pairs]
    # The level is found first, and the intervals made at it: so interval and verdict always agree.
    level = find_discovery_level(compute_p_values(*counts, equal, *spreads))
    results = iter(compare_many(*counts, equal, *spreads, level))
    return [next(results) if pair else None for pair in tested]


def build_pairs(
    reader: Reader, selection: Selection, rows: pd.DataFrame, by: Sequence[str], against: Period | None = None
) -> list[Pair | None]:
    """Build the pair of counts to test for each row of a table.

    The variation of its months is estimated from the months that are neither exceptional, nor in question, nor in
    the period.
    For a viewer who may not see the months of wards, a ward has the variation of its LPA, which is on the
    safe side. For a viewer who may see no months, nothing is tested.

    Parameters
    ----------
    rows : DataFrame
        As the table of `add_verdicts`.
    against : Period or None
        As in `add_verdicts`.

    Returns
    -------
    list of Pair or None
        None where a count is missing, or where a month of either period is in question.

    Raises
    ------
    NotAllowedError
        For a role that may not see the figures.
    """
    all_months = _widen_to_all_months(reader, selection)
    coarse = is_protected(reader, all_months)
    # Rounded counts cannot be tested: the rounding alone may be larger than the change.
    if coarse and reader.viewer.role == "public":
        return [None] * len(rows)
    if coarse:
        all_months, rows, by = _widen_to_lpas(reader, all_months, rows, by)
    totals = count_records(reader, all_months, [*by, "month"])
    areas = find_row_areas(all_months, rows)
    doubtful = find_doubtful_rows(reader, all_months, rows, (selection.period, against or selection.period.last_year))
    # The period under test is left out: a real change in it would count as usual variation and hide itself.
    leave_out = reader.partnership.exceptional_months | set(selection.period)
    records = rows.to_dict("records")
    rows_by_months: dict[tuple[Month, ...], list[int]] = defaultdict(list)  # rows that are counted in the same months
    for number, row in enumerate(records):
        if not (doubtful[number] or pd.isna(row["count"]) or pd.isna(row["last_year"])):
            lpas, wards = areas[number]
            indicators = (row["indicator"],) if "indicator" in by else selection.indicators
            rows_by_months[reader.store.list_certain_months(indicators, lpas, wards=wards)].append(number)
    # Rows of the same months are fitted in one go, which is many times faster than one by one.
    tested: list[Pair | None] = [None] * len(records)
    for months, numbers in rows_by_months.items():
        series = _build_series(totals, rows.iloc[numbers], by, months)
        for number, spread in zip(numbers, estimate_dispersions(months, series, leave_out), strict=True):
            row = records[number]
            tested[number] = Pair(int(row["count"]), int(row["last_year"]), *_get_exposures(row), spread)
    return tested


def _get_exposures(row: Mapping[Hashable, Any]) -> tuple[float, float]:
    """Return the residents of this year and of last year where both are known, else 1 and 1."""
    now, before = (row.get(column) for column in EXPOSURES)
    return (1.0, 1.0) if pd.isna(now) or pd.isna(before) else (float(now), float(before))


def _widen_to_all_months(reader: Reader, selection: Selection) -> Selection:
    loaded = reader.store.list_months() or selection.period.months
    return replace(selection, period=Period(loaded[0], loaded[-1]), vintage=selection.ward_year)


def _widen_to_lpas(
    reader: Reader, selection: Selection, rows: pd.DataFrame, by: Sequence[str]
) -> tuple[Selection, pd.DataFrame, Sequence[str]]:
    """Replace wards by their LPAs. Records in no ward have no LPA, and no months."""
    lpas = {code: ward.lpa for code, ward in reader.partnership.areas.wards[selection.ward_year].items()}
    if selection.ward is not None:
        selection = selection.select_area(lpas.get(selection.ward, ""))
    if "ward" in by:
        rows = rows.assign(lpa=[lpas.get(code, "") for code in rows["ward"]])
    return selection, rows, tuple("lpa" if column == "ward" else column for column in by)


def _build_series(
    totals: pd.DataFrame, rows: pd.DataFrame, by: Sequence[str], months: Sequence[Month]
) -> NDArray[np.int64]:
    """Build the counts of some rows by month, 0 where there are none.

    `totals`: as `summary` returns them.
    """
    row_numbers = rows[list(by)].assign(place=range(len(rows)))
    joined = totals.merge(row_numbers, on=list(by)) if by else totals.merge(row_numbers, how="cross")
    month_numbers = joined["month"].map({str(month): n for n, month in enumerate(months)})
    series = np.zeros((len(rows), len(months)), dtype=np.int64)
    # Records in months that are not covered everywhere are no part of the series.
    is_listed = month_numbers.notna()
    listed = joined[is_listed]
    series[listed["place"], month_numbers[is_listed].astype(int)] = listed["count"].astype(int)
    return series


def drop_infinity(value: float | None) -> float | None:
    """Replace infinity by None: download formats write infinity in different ways."""
    return value if value is not None and math.isfinite(value) else None
