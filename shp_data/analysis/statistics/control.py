"""Months outside the range that the series itself leads one to expect: an XmR chart, in numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from statistics import fmean

from shp_data.domain.periods import Month

FEWEST_MONTHS = 12  # of fewer, the mean and the usual change are too unsure to judge a month by
FEWEST_A_MONTH = 2  # of a rarer kind, chance alone fires the rules on one month in eight and more
_WIDTH = 2.66  # mean moving ranges to either side of the mean: three standard deviations
_NEAR = 2 / 3  # beyond this part of the way to a limit, a month is near it
_RUN = 7  # months


class XmrSignal(StrEnum):
    """A rule that fired, in words that follow "the month was"."""

    ABOVE = "above the expected range"
    BELOW = "below the expected range"
    HIGH = "in a run of 7 or more months above the average"
    LOW = "in a run of 7 or more months below the average"
    RISING = "in a run of 7 or more rising months"
    FALLING = "in a run of 7 or more falling months"
    NEAR_TOP = "among 2 of 3 months in a row near the top of the expected range or above it"
    NEAR_BOTTOM = "among 2 of 3 months in a row near the bottom of the expected range or below it"


@dataclass(frozen=True)
class JudgedMonth:
    """A month with its mean, its limits (None where there are too few months) and its signal."""

    month: Month
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    signal: XmrSignal | None = None


@dataclass(frozen=True)
class _Limits:
    """A mean, and how far a month may be from it on each side."""

    mean: float
    width: float

    def find_side(self, count: int) -> int:
        """Return 1 above the mean, -1 below it, 0 on it."""
        return _get_sign(count - self.mean)

    def measure_distance(self, count: int) -> float:
        """Return the distance from the mean as a part of the distance to a limit; beyond the limit, more than 1."""
        distance = abs(count - self.mean)
        return distance / self.width if self.width else float("inf") if distance else 0.0

    def is_near(self, count: int) -> bool:
        """Return whether a count is in the outer third of the range, or beyond.

        Never below the mean where that third holds all small counts.
        """
        return self.measure_distance(count) > _NEAR and (count > self.mean or self.mean > self.width)


def judge_months(
    series: Mapping[Month, int], step_changes: Collection[Month] = (), leave_out: Collection[Month] = ()
) -> tuple[JudgedMonth, ...]:
    """Judge each month by the range expected and by the rules for more than usual variation.

    Limits are mean ± 2.66 × mean moving range, not below 0. There are none from fewer than FEWEST_MONTHS,
    nor where fewer than half of these follow another, nor where the mean is under FEWEST_A_MONTH. A gap or
    a step change ends a run. Where several rules fire, the first of `XmrSignal` is reported. Of 2 months in 3
    near a limit or beyond it, all 3 are on that side of the mean. A lower limit below 0 has no month near
    it.

    Parameters
    ----------
    series : mapping of Month to int
        The count of every month covered, zeros included.
    step_changes : collection of Month
        The months from which the limits are computed again.
    leave_out : collection of Month
        Exceptional months: judged like any other, but left out of the mean and limits.

    Returns
    -------
    tuple of JudgedMonth
        Every month of the series, in order.

    Notes
    -----
    Source: NHS England, Making Data Count: Strengthening your decisions, 2019, and the NHS-R Community's
    NHSRplotthedots. Where that package differs from NHS England's workbook, this follows the workbook: no
    moving range is screened out, and since November 2023 a month beyond a limit is one of the 2 in 3 (issue
    194 of the package).
    """
    steps = sorted(step_changes)
    judged_months: list[JudgedMonth] = []
    for _, part in groupby(sorted(series), lambda month: bisect_right(steps, month)):
        months = list(part)
        limits = _compute_limits({month: series[month] for month in months if month not in leave_out})
        if limits is None:
            judged_months += [JudgedMonth(month) for month in months]
            continue
        # There are no fewer incidents than none.
        lower, upper = max(limits.mean - limits.width, 0.0), limits.mean + limits.width
        for stretch in _split_at_gaps(months):
            signals = _find_signals([series[month] for month in stretch], limits)
            judged_months += [
                JudgedMonth(month, limits.mean, lower, upper, signal)
                for month, signal in zip(stretch, signals, strict=True)
            ]
    return tuple(judged_months)


def _compute_limits(counts: Mapping[Month, int]) -> _Limits | None:
    """Compute the limits from months that are no exception. A moving range needs two consecutive months."""
    # A change over a gap or an exceptional month is not a change from one month to the next.
    ranges = [abs(count - counts[month.shift(-1)]) for month, count in counts.items() if month.shift(-1) in counts]
    if len(counts) < FEWEST_MONTHS or 2 * len(ranges) < len(counts):
        return None
    mean = fmean(counts.values())
    return _Limits(mean, _WIDTH * fmean(ranges)) if mean >= FEWEST_A_MONTH else None


def _split_at_gaps(months: Sequence[Month]) -> Iterator[list[Month]]:
    """Split months in order where one is missing."""
    # In a stretch without a gap the month less its position is constant, and each gap changes it.
    numbered_months = enumerate(months)
    for _, run in groupby(numbered_months, lambda pair: (pair[1].year * 12 + pair[1].month) - pair[0]):
        yield [month for _, month in run]


def _find_signals(counts: Sequence[int], limits: _Limits) -> list[XmrSignal | None]:
    """Find the signal of each of some months without a gap. Later rules replace earlier, weaker ones."""
    signals: list[XmrSignal | None] = [None] * len(counts)
    sides = [limits.find_side(count) for count in counts]
    distances = [limits.measure_distance(count) for count in counts]
    # In the reverse order of `XmrSignal`: a stronger rule overwrites a weaker one.
    for position in _find_near_limit(sides, [limits.is_near(count) for count in counts]):
        signals[position] = XmrSignal.NEAR_TOP if sides[position] > 0 else XmrSignal.NEAR_BOTTOM
    # Six changes up make seven rising months, so the run of changes is one shorter.
    for start, end, sign in _find_runs([_get_sign(after - before) for before, after in pairwise(counts)], _RUN - 1):
        signals[start : end + 1] = [XmrSignal.RISING if sign > 0 else XmrSignal.FALLING] * (end + 1 - start)
    for start, end, sign in _find_runs(sides, _RUN):
        signals[start:end] = [XmrSignal.HIGH if sign > 0 else XmrSignal.LOW] * (end - start)
    for position, distance in enumerate(distances):
        if distance > 1:
            signals[position] = XmrSignal.ABOVE if sides[position] > 0 else XmrSignal.BELOW
    return signals


def _find_near_limit(sides: Sequence[int], near: Sequence[bool]) -> set[int]:
    """Find the positions near or beyond a limit, of three on one side of the mean with two or more there."""
    threes = [range(start, start + 3) for start in range(len(sides) - 2)]
    one_sided = [three for three in threes if abs(sum(sides[position] for position in three)) == 3]
    matches = [three for three in one_sided if sum(near[position] for position in three) >= 2]
    return {position for three in matches for position in three if near[position]}


def _find_runs(signs: Sequence[int], shortest: int) -> Iterator[tuple[int, int, int]]:
    """Find runs of at least `shortest` equal signs that are not 0: start, end and sign."""
    start = 0
    for sign, run in groupby(signs):
        end = start + len(list(run))
        if sign and end - start >= shortest:
            yield start, end, sign
        start = end


def _get_sign(value: float) -> int:
    return (value > 0) - (value < 0)
