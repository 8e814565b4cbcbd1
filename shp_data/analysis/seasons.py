"""Months compared with the same months of earlier years, and sums of 12 months."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import pandas as pd

from shp_data.analysis.context import build_figure, find_doubts
from shp_data.analysis.expected import add_expected, expect_series
from shp_data.domain.counting import format_count
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records, find_covered_months

YEARS_BEFORE = 3
FEWEST_YEARS = 2  # of one year there is a count and no range
YEAR = 12  # months


def compare_with_earlier_years(reader: Reader, selection: Selection) -> Figure:
    """Compare each month of the financial year with the same month of up to three years before.

    The year is the one in which the selection's period ends.

    Returns
    -------
    Figure
        One row for each month, April to March: month, count, last_year, lowest, highest and average of the
        earlier years, years_before (the number of the three years that have the month), in_period, and what was
        to be expected of the month, as `expected.add_expected` returns it. What is not covered is missing, never
        zero, and no part of the range.
    """
    april = selection.period.last.year_start
    year = Period(april, april.shift(YEAR - 1))
    period = Period(april.shift(-YEAR * YEARS_BEFORE), year.last)
    # All that is loaded, because what is expected of a month comes from all months before it.
    loaded = find_covered_months(reader, selection) or (period.first,)
    counts = _count_by_month(reader, selection, Period(min(period.first, loaded[0]), max(period.last, loaded[-1])))
    all_doubts, doubts = find_doubts(reader, selection, counts), find_doubts(reader, selection, period)
    doubtful = {month for doubt in doubts for month in doubt.months}
    certain_counts = {month: count for month, count in counts.items() if month not in doubtful}
    rows = [
        _compare_month(month, counts, certain_counts) | {"in_period": month in selection.period.months}
        for month in year
    ]
    whole = ("count", "last_year", "lowest", "highest", "years_before")
    table = pd.DataFrame(rows).astype({**dict.fromkeys(whole, "Int64"), "average": "Float64"})
    table = add_expected(table, expect_series(reader.partnership, counts, all_doubts))
    # The year may have just begun: its months to come would be listed as not loaded.
    last = max([*reader.store.list_months(selection.indicators), selection.period.last])
    year_selection = replace(selection, period=Period(april, min(year.last, last)), vintage=selection.ward_year)
    result = build_figure(reader, year_selection, table)
    return replace(result, caveats=(*dict.fromkeys((*result.caveats, *doubts)), _describe_range(table)))


def _compare_month(month: Month, counts: dict[Month, int], certain_counts: dict[Month, int]) -> dict[str, object]:
    """Compare one month with the same month of the earlier years that have it and are not in question."""
    before = [month.shift(-YEAR * years) for years in range(1, YEARS_BEFORE + 1)]
    # A year without the month is left out and not taken as 0, which would be the lowest.
    # A month that is in question itself is not compared with any.
    is_certain = month in certain_counts or month not in counts
    earlier_counts = [certain_counts[earlier] for earlier in before if is_certain and earlier in certain_counts]
    return {
        "month": str(month),
        "count": counts.get(month),
        "last_year": counts.get(before[0]),
        "lowest": min(earlier_counts, default=None),
        "highest": max(earlier_counts, default=None),
        "average": fmean(earlier_counts) if earlier_counts else None,
        "years_before": len(earlier_counts),
    }


def _describe_range(table: pd.DataFrame) -> str:
    """Describe how many earlier years the range is based on."""
    fewest, most = int(table["years_before"].min()), int(table["years_before"].max())
    if not most:
        return f"No earlier year is loaded: there is nothing to compare with. Up to {YEARS_BEFORE} are used."
    many = f"{'at most ' if fewest < most else ''}{format_count(most, 'earlier years')}"
    alone = " One year alone is no range." if fewest < FEWEST_YEARS else ""
    return f"Bars and average: the same month in {many}, of up to {YEARS_BEFORE}.{alone}"


def sum_rolling_year(reader: Reader, selection: Selection) -> Figure:
    """Sum the 12 months that end with each month.

    Returns
    -------
    Figure
        One row for each month from the first that has such a sum, none where no 12 months in a row are
        covered: month, count (of that month), rolling_12 (of the 12 months that end with it; missing unless
        all 12 are covered), rolling_12_before (of the 12 months before those) and in_period.
    """
    covered = find_covered_months(reader, selection)
    span = Period(covered[0], covered[-1]) if covered else selection.period
    counts = _count_by_month(reader, selection, span)
    sums = {month: _sum_year(counts, month) for month in span}
    # The first 11 months have no sum: a line that begins with a gap would look like missing data.
    first = next((month for month in span if sums[month] is not None), None)
    rows = [
        (str(month), counts.get(month), sums[month], sums.get(month.shift(-YEAR)), month in selection.period.months)
        for month in span
        if first and month >= first
    ]
    whole = ("count", "rolling_12", "rolling_12_before")
    table = pd.DataFrame(rows, columns=["month", *whole, "in_period"]).astype(dict.fromkeys(whole, "Int64"))
    table["in_period"] = table["in_period"].astype(bool)
    result = build_figure(reader, replace(selection, period=span, vintage=selection.ward_year), table)
    note = (
        f"Each point counts the {result.unit} of the 12 months up to and with its month, so the seasons even out; it "
        "takes a year for a change to show whole."
    )
    return replace(result, caveats=(*result.caveats, note))


def _sum_year(counts: dict[Month, int], last: Month) -> int | None:
    """Sum the 12 months that end with a month. None where one is not covered."""
    months = [last.shift(-back) for back in range(YEAR)]
    # A sum of 11 months would look like a fall.
    return sum(counts[month] for month in months) if counts.keys() >= set(months) else None


def _count_by_month(reader: Reader, selection: Selection, period: Period) -> dict[Month, int]:
    """Count every covered month of a period, zeros included, with the selection's ward boundaries."""
    period_selection = replace(selection, period=period, vintage=selection.ward_year)
    totals = count_records(reader, period_selection, ["month"])
    counts = dict(zip(totals["month"], totals["count"], strict=True))
    covered = set(find_covered_months(reader, selection))
    return {month: int(counts.get(str(month), 0)) for month in period if month in covered}
