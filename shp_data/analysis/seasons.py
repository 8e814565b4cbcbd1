"""The time of the year, and the year as a whole: months beside those of earlier years, and sums of 12 months."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import pandas as pd

from shp_data.analysis.context import figure, unit_of
from shp_data.domain.counting import counted
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import known_months, summary, vintage_of

YEARS_BEFORE = 3
FEWEST_YEARS = 2  # of one year there is a count and no range
YEAR = 12  # months


def season(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How does each month of the financial year compare with the same month of up to three years before?

    The year is the one in which the selection's period ends. Columns: month (of that year, April to March),
    count, last_year, lowest, highest and average of the earlier years, years_before (how many of the three
    have the month) and in_period. What is not covered is missing, never zero, and no part of the range.
    """
    april = selection.period.last.year_start
    year = Period(april, april.plus(YEAR - 1))
    counts = _counts(store, selection, Period(april.plus(-YEAR * YEARS_BEFORE), year.last), viewer)
    rows = [_of_season(month, counts) | {"in_period": month in selection.period.months} for month in year]
    whole = ("count", "last_year", "lowest", "highest", "years_before")
    table = pd.DataFrame(rows).astype({**dict.fromkeys(whole, "Int64"), "average": "Float64"})
    last = max([*store.months(selection.indicators), selection.period.last])
    over = replace(selection, period=Period(april, min(year.last, last)), vintage=vintage_of(selection))
    found = figure(store, over, table)
    return replace(found, caveats=(*found.caveats, _behind(table)))


def _of_season(month: Month, counts: dict[Month, int]) -> dict[str, object]:
    """One month beside the same month of the earlier years that have it."""
    before = [month.plus(-YEAR * years) for years in range(1, YEARS_BEFORE + 1)]
    known = [counts[earlier] for earlier in before if earlier in counts]
    return {
        "month": str(month),
        "count": counts.get(month),
        "last_year": counts.get(before[0]),
        "lowest": min(known, default=None),
        "highest": max(known, default=None),
        "average": fmean(known) if known else None,
        "years_before": len(known),
    }


def _behind(table: pd.DataFrame) -> str:
    """How many earlier years stand behind the range."""
    fewest, most = int(table["years_before"].min()), int(table["years_before"].max())
    if not most:
        return f"No earlier year is loaded: there is nothing to compare with. Up to {YEARS_BEFORE} are used."
    many = f"{'at most ' if fewest < most else ''}{counted(most, 'earlier years')}"
    alone = " One year alone is no range." if fewest < FEWEST_YEARS else ""
    return f"Range and average: the same month in {many}, of up to {YEARS_BEFORE}.{alone}"


def rolling(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How many in the 12 months up to each month?

    Columns: month, count (of that month), rolling_12 (of the 12 months that end with it; missing unless
    all 12 are covered), rolling_12_before (of the 12 months before those) and in_period. One row for each
    month from the first that has such a sum; none where no 12 months in a row are covered.
    """
    covered = known_months(store, selection)
    span = Period(covered[0], covered[-1]) if covered else selection.period
    counts = _counts(store, selection, span, viewer)
    sums = {month: _sum(counts, month) for month in span}
    first = next((month for month in span if sums[month] is not None), None)
    rows = [
        {
            "month": str(month),
            "count": counts.get(month),
            "rolling_12": sums[month],
            "rolling_12_before": sums.get(month.plus(-YEAR)),
            "in_period": month in selection.period.months,
        }
        for month in span
        if first and month >= first
    ]
    whole = ("count", "rolling_12", "rolling_12_before")
    table = pd.DataFrame(rows, columns=["month", *whole, "in_period"]).astype(dict.fromkeys(whole, "Int64"))
    table["in_period"] = table["in_period"].astype(bool)
    found = figure(store, replace(selection, period=span, vintage=vintage_of(selection)), table)
    return replace(found, caveats=(*found.caveats, _rolling_note(selection)))


def _sum(counts: dict[Month, int], last: Month) -> int | None:
    """The sum of the 12 months that end with a month; None where one is not covered."""
    months = [last.plus(-back) for back in range(YEAR)]
    return sum(counts[month] for month in months) if counts.keys() >= set(months) else None


def _rolling_note(selection: Selection) -> str:
    return (
        f"Each point counts the {unit_of(selection.indicators)} of the 12 months up to and with its month, so the "
        "seasons even out; it takes a year for a change to show whole."
    )


def _counts(store: Store, selection: Selection, period: Period, viewer: Viewer) -> dict[Month, int]:
    """The count of every covered month of a period, zeros included; the ward vintage stays the selection's."""
    over = replace(selection, period=period, vintage=vintage_of(selection))
    found = summary(store, over, ["month"], viewer)
    counts = dict(zip(found["month"], found["count"], strict=True))
    covered = set(known_months(store, selection))
    return {month: int(counts.get(str(month), 0)) for month in period if month in covered}
