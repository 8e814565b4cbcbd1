"""Which months lie outside what the series itself leads one to expect? An XmR chart, in numbers."""

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


class Signal(StrEnum):
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
class Judged:
    """A month with the mean and limits that hold for it, None where too few months give any, and its signal."""

    month: Month
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    signal: Signal | None = None


@dataclass(frozen=True)
class _Limits:
    """A mean, and how far to either side of it a month may lie."""

    mean: float
    width: float

    def side(self, count: int) -> int:
        """1 above the mean, -1 below it, 0 on it."""
        return _sign(count - self.mean)

    def part(self, count: int) -> float:
        """How much of the way from the mean to a limit? Beyond it, more than 1."""
        away = abs(count - self.mean)
        return away / self.width if self.width else float("inf") if away else 0.0

    def near(self, count: int) -> bool:
        """In the outer third of the range, or beyond? Not below the mean where that third holds all small counts."""
        return self.part(count) > _NEAR and (count > self.mean or self.mean > self.width)


def control(
    series: Mapping[Month, int], step_changes: Collection[Month] = (), leave_out: Collection[Month] = ()
) -> tuple[Judged, ...]:
    """What range is each month expected in, and which rule speaks of more than the usual variation?

    `series`: the count of every month covered, zeros included. `step_changes`: months from which on the
    limits are worked out anew. `leave_out`: exceptional months, judged as any other but no part of mean and
    limits. Out: every month of the series, in order. Limits are mean ± 2.66 × mean moving range, not below
    0; none from fewer than FEWEST_MONTHS, nor where fewer than half of these follow on another, nor where
    the mean is under FEWEST_A_MONTH. A gap or a step change ends a run. Where several rules fire the first
    of `Signal` is told; of 2 months in 3 near a limit or beyond it, all 3 lie on that side of the mean; a
    lower limit below 0 has none near it.
    Source: NHS England, Making Data Count: Strengthening your decisions, 2019, and the NHS-R Community's
    NHSRplotthedots. Where that package differs from NHS England's workbook this is the workbook: no moving
    range is screened out, and since November 2023 a month beyond a limit is one of the 2 in 3 (issue 194 there).
    """
    steps = sorted(step_changes)
    judged: list[Judged] = []
    for _, part in groupby(sorted(series), lambda month: bisect_right(steps, month)):
        months = list(part)
        limits = _limits({month: series[month] for month in months if month not in leave_out})
        if limits is None:
            judged += [Judged(month) for month in months]
            continue
        lower, upper = max(limits.mean - limits.width, 0.0), limits.mean + limits.width
        for stretch in _stretches(months):
            signals = _signals([series[month] for month in stretch], limits)
            judged += [
                Judged(month, limits.mean, lower, upper, signal) for month, signal in zip(stretch, signals, strict=True)
            ]
    return tuple(judged)


def _limits(counts: Mapping[Month, int]) -> _Limits | None:
    """From the months that are no exception; a moving range takes two that follow on each other."""
    ranges = [abs(count - counts[month.plus(-1)]) for month, count in counts.items() if month.plus(-1) in counts]
    if len(counts) < FEWEST_MONTHS or 2 * len(ranges) < len(counts):
        return None
    mean = fmean(counts.values())
    return _Limits(mean, _WIDTH * fmean(ranges)) if mean >= FEWEST_A_MONTH else None


def _stretches(months: Sequence[Month]) -> Iterator[list[Month]]:
    """Months in order, broken where one is missing."""
    places = enumerate(months)
    for _, run in groupby(places, lambda pair: (pair[1].year * 12 + pair[1].month) - pair[0]):
        yield [month for _, month in run]


def _signals(counts: Sequence[int], limits: _Limits) -> list[Signal | None]:
    """The signal of each of some months without a gap: the later a rule is written, the more it says."""
    found: list[Signal | None] = [None] * len(counts)
    sides = [limits.side(count) for count in counts]
    parts = [limits.part(count) for count in counts]
    for place in _near_a_limit(sides, [limits.near(count) for count in counts]):
        found[place] = Signal.NEAR_TOP if sides[place] > 0 else Signal.NEAR_BOTTOM
    for start, end, sign in _runs([_sign(after - before) for before, after in pairwise(counts)], _RUN - 1):
        found[start : end + 1] = [Signal.RISING if sign > 0 else Signal.FALLING] * (end + 1 - start)
    for start, end, sign in _runs(sides, _RUN):
        found[start:end] = [Signal.HIGH if sign > 0 else Signal.LOW] * (end - start)
    for place, part in enumerate(parts):
        if part > 1:
            found[place] = Signal.ABOVE if sides[place] > 0 else Signal.BELOW
    return found


def _near_a_limit(sides: Sequence[int], near: Sequence[bool]) -> set[int]:
    """The places near a limit or beyond it, of three on one side of the mean with two or more there."""
    threes = [range(start, start + 3) for start in range(len(sides) - 2)]
    fired = [three for three in threes if abs(sum(sides[p] for p in three)) == 3 and sum(near[p] for p in three) >= 2]
    return {place for three in fired for place in three if near[place]}


def _runs(signs: Sequence[int], fewest: int) -> Iterator[tuple[int, int, int]]:
    """Where at least so many signs in a row are the same and not 0: from, up to, and which."""
    start = 0
    for sign, run in groupby(signs):
        end = start + len(list(run))
        if sign and end - start >= fewest:
            yield start, end, sign
        start = end


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
