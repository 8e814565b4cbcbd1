"""Months that are not as expected: outside the range forecast for them, or the first of a lasting shift."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from shp_data.analysis.statistics.forecast import FEWEST_FOR_SEASON, Array, forecast_months
from shp_data.domain.periods import Month, Period

# CUSUM: a shift is found where the scores less ALLOWANCE sum to more than LIMIT. Simulated series of a level that
# moves by up to 1 % a month, with a season, have 0.1 to 0.5 false shifts in ten years, and at most 0.9 where the
# level moves by 3 % a month: see benchmarks/expected.py.
ALLOWANCE, LIMIT = 0.5, 4.25
_HIGHEST_SCORE = 3.0  # one very unusual month must not make a shift


class Signal(StrEnum):
    """Where a month is outside the range of 95 %, in words that follow "the month was"."""

    ABOVE = "above the expected range"
    BELOW = "below the expected range"


class Shift(StrEnum):
    """What a month is the first of, in words that follow "the month was"."""

    RISE = "the start of a sustained rise"
    FALL = "the start of a sustained fall"


@dataclass(frozen=True)
class ExpectedMonth:
    """What was to be expected of a month from the months before it: the count, and ranges of 80 and 95 % of months.

    `has_season`: whether there were enough months for a season, and not for a level alone.
    """

    month: Month
    expected: float
    low_80: int
    high_80: int
    low: int
    high: int
    has_season: bool = False
    signal: Signal | None = None
    shift: Shift | None = None


def expect_months(
    series: Mapping[Month, int],
    step_changes: Collection[Month] = (),
    leave_out: Collection[Month] = (),
    ahead: int = 0,
) -> dict[Month, ExpectedMonth]:
    """Say what was to be expected of each month of a series, and of the months after it.

    Parameters
    ----------
    series : mapping of Month to int
        The count of every month covered, zeros included.
    step_changes : collection of Month
        The months from which the level is estimated again.
    leave_out : collection of Month
        Exceptional months: compared with their range like any other, but nothing is learned from them.
    ahead : int
        The number of months after the last to forecast.

    Returns
    -------
    dict of Month to ExpectedMonth
        The months of the series, and those ahead, that have enough months before them.
    """
    return dict(_expect_once(tuple(sorted(series.items())), frozenset(step_changes), frozenset(leave_out), ahead))


@lru_cache(maxsize=4096)
def _expect_once(
    series: tuple[tuple[Month, int], ...], steps: frozenset[Month], leave_out: frozenset[Month], ahead: int
) -> dict[Month, ExpectedMonth]:
    """Fit a series once: several figures of a page ask for the same one."""
    if not series:
        return {}
    counts = dict(series)
    months = Period(series[0][0], series[-1][0]).months
    learned = np.array([[math.nan if month in leave_out else counts.get(month, math.nan) for month in months]])
    forecasts = forecast_months(months[0], learned, steps, ahead)
    shifts = find_shifts(months, forecasts.score[0], steps)
    has_count = ~np.isnan(learned[0])
    expected_months = {}
    columns = (forecasts.expected, forecasts.low_80, forecasts.high_80, forecasts.low, forecasts.high)
    for position in np.flatnonzero(~np.isnan(forecasts.expected[0])).tolist():
        month = months[0].shift(position)
        if position < len(months) and month not in counts:
            continue
        expected, *ends = (float(values[0, position]) for values in columns)
        low_80, high_80, low, high = map(int, ends)
        has_season = bool(has_count[:position].sum() >= FEWEST_FOR_SEASON)
        signal, shift = _find_signal(counts.get(month), low, high), shifts.get(month)
        expected_months[month] = ExpectedMonth(month, expected, low_80, high_80, low, high, has_season, signal, shift)
    return expected_months


def _find_signal(count: int | None, low: int, high: int) -> Signal | None:
    if count is None or low <= count <= high:
        return None
    return Signal.ABOVE if count > high else Signal.BELOW


def find_shifts(months: Sequence[Month], scores: Array, step_changes: Collection[Month] = ()) -> dict[Month, Shift]:
    """Find the first month of each lasting shift.

    Parameters
    ----------
    months : sequence of Month
        Months in a row.
    scores : array
        The score of each as `forecast_months` gives it. A month without one is passed over.
    step_changes : collection of Month
        The months that begin a new level, where the sums begin again.

    Returns
    -------
    dict of Month to Shift
        The month from which the sum that went over the limit has been above 0. A shift ends where the sum is 0
        again, because the forecasts have then reached the new level.

    Notes
    -----
    Source: E. Page, Continuous inspection schemes, Biometrika 41 (1954); D. Montgomery, Introduction to Statistical
    Quality Control, chapter 9.
    """
    shifts: dict[Month, Shift] = {}
    for shift, side in ((Shift.RISE, 1.0), (Shift.FALL, -1.0)):
        total, start = 0.0, None
        for month, score in zip(months, scores[: len(months)].tolist(), strict=True):
            if month in step_changes:
                total = 0.0
            if math.isnan(score):
                continue
            before, total = total, max(0.0, total + min(side * score, _HIGHEST_SCORE) - ALLOWANCE)
            start = month if before == 0 else start
            if total > LIMIT and start is not None:
                shifts[start] = shift
    return shifts
