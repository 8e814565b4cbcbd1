"""Months that look incomplete or too large: the records of each indicator and area, compared with the months before.

A month is compared with the usual months: the last 12 available of the two years before it. Their median, the number
expected, must be 30 or more. The month is in question

- as incomplete, where it has under half of the records of every usual month;
- as too large, where it has double the median or more, and 1.5 times the highest usual month;
- by its places, where the share of its records without a place is 20 percentage points or more from the median share.

With 3 to 11 usual months a season may explain a half or a double: the limits are then a quarter and four times.

A month in question is no usual month until an analyst confirms it, and an exceptional month is never one, nor ever too
large. Twelve months in question in a row are the usual months from then on, and a step change begins a new series.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, NamedTuple

from shp_data.domain.periods import Month
from shp_data.domain.schema import OUTSIDE, UNPLACED
from shp_data.store.files.engine import run_query

YEAR = 12  # usual months that show every season
HORIZON = 24  # months before a month that are compared with it
FEWEST = 3  # usual months: of fewer nothing is compared
LEAST = 30  # records: with fewer, half or double may be chance
TIMES, TIMES_IN_PART_OF_A_YEAR = 2, 4
OVER_HIGHEST = 1.5  # of real police months the highest complete one has 1.3 times the months before
FAR = 0.2  # shares
EVERYWHERE = ""  # all areas together

Doubt = Literal["incomplete", "too large", "unplaced"]
_AreaKey = tuple[str, str]  # an indicator, and an LPA or EVERYWHERE


class SpecialMonths(NamedTuple):
    """Months that are exceptional, and the first months of step changes."""

    exceptional: Collection[Month] = ()
    steps: Collection[Month] = ()


class MonthCount(NamedTuple):
    """The records of an indicator in an area and month; EVERYWHERE also has those without a place."""

    indicator: str
    area: str
    month: str
    records: int
    unplaced: int = 0


class _Judged(NamedTuple):
    """The median of the usual months, and whether a month is far from them and not confirmed."""

    usual: float
    is_far: bool


@dataclass(frozen=True)
class DoubtfulMonth:
    """A month in question, and the number expected: of records, or of records without a place if it is `unplaced`."""

    counted: MonthCount
    doubt: Doubt
    expected: int

    def concerns(self, areas: Collection[str]) -> bool:
        """Return whether a figure of these areas depends on the month.

        `areas`: LPAs, and `(unplaced)` where records without a place count too; empty for all records.
        """
        if self.doubt == "unplaced":
            return UNPLACED not in areas and not {UNPLACED, OUTSIDE}.issuperset(areas)
        return self.counted.area == EVERYWHERE or not areas or self.counted.area in areas


@dataclass(frozen=True)
class MonthDecision:
    """An analyst's decision on a month in question: it is complete, or it is left out.

    It applies to the count that was decided on: with another count the month is a question again.
    """

    question: DoubtfulMonth
    is_complete: bool
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Completeness:
    """The months in question, and those left out, of each indicator and month.

    `decisions`: those that apply to the count that the month has now.
    """

    doubtful: Mapping[tuple[str, str], tuple[DoubtfulMonth, ...]] = field(default_factory=dict)
    left_out: Mapping[tuple[str, str], tuple[DoubtfulMonth, ...]] = field(default_factory=dict)
    decisions: tuple[MonthDecision, ...] = ()

    def list_doubtful(self) -> tuple[DoubtfulMonth, ...]:
        """List every month in question, the latest first."""
        months = (month for group in self.doubtful.values() for month in group)
        return tuple(sorted(months, key=lambda month: month.counted.month, reverse=True))

    def find_doubtful(
        self, indicators: Iterable[str], months: Iterable[Month], areas: Collection[str]
    ) -> tuple[DoubtfulMonth, ...]:
        """Find the months in question on which a figure depends, in the order of the months."""
        if not self.doubtful:
            return ()
        names, ids = [str(month) for month in months], tuple(indicators)
        groups = (self.doubtful.get((id_, name), ()) for name in names for id_ in ids)
        return tuple(month for group in groups for month in group if month.concerns(areas))

    def find_left_out(self, indicator: str, areas: Collection[str]) -> frozenset[str]:
        """Find the months of an indicator that are left out of some of these areas, as in `concerns`."""
        return frozenset(
            name
            for (id_, name), group in self.left_out.items()
            if id_ == indicator and any(month.concerns(areas) for month in group)
        )


def count_by_area(counts_sql: str) -> dict[_AreaKey, dict[str, MonthCount]]:
    """Count the records of each indicator, LPA and month, and of all together. A month without records has none.

    `counts_sql`: SQL for the monthly summary.
    """
    # One pass over the summary makes both: grouping() is 1 in the rows of all areas together.
    rows = run_query(
        f"""
        SELECT indicator, CASE grouping(lpa) WHEN 1 THEN '{EVERYWHERE}' ELSE lpa END AS area, month,
            sum(count)::BIGINT AS records,
            CASE grouping(lpa) WHEN 1 THEN coalesce(sum(count) FILTER (lpa = '{UNPLACED}'), 0) ELSE 0 END::BIGINT
                AS unplaced
        FROM ({counts_sql}) GROUP BY GROUPING SETS ((indicator, month), (indicator, month, lpa))
        """,  # noqa: S608  # our own names; paths are quoted
        {},
    )
    counts: dict[_AreaKey, dict[str, MonthCount]] = defaultdict(dict)
    for counted in map(MonthCount._make, rows.itertuples(index=False, name=None)):
        counts[counted.indicator, counted.area][counted.month] = counted
    return counts


def judge_completeness(
    counts: Mapping[_AreaKey, Mapping[str, MonthCount]],
    available: Mapping[_AreaKey, Collection[str]],
    decisions: Sequence[MonthDecision],
    special: SpecialMonths,
) -> Completeness:
    """Find the months in question and those left out.

    `available`: the months of each indicator, in each LPA and EVERYWHERE, that have a figure.
    """
    decisions_in_force = tuple(decision for decision in decisions if _is_in_force(decision, counts))
    decided = {decision.question.counted: decision.is_complete for decision in decisions_in_force}
    lpas_by_indicator: dict[str, list[str]] = defaultdict(list)
    for indicator, area in available:
        lpas_by_indicator[indicator] += [area] if area != EVERYWHERE else []
    doubtful: dict[tuple[str, str], tuple[DoubtfulMonth, ...]] = {}
    for indicator, lpas in lpas_by_indicator.items():
        series = {
            area: {
                Month.parse(month): _get_count(counts, indicator, area, month)
                for month in available.get((indicator, area), ())
            }
            for area in (EVERYWHERE, *lpas)
        }
        for month, questions in _question_months(series, decided, special):
            doubtful[indicator, month] = questions
    left_out: dict[tuple[str, str], tuple[DoubtfulMonth, ...]] = defaultdict(tuple)
    for decision in decisions_in_force:
        if not decision.is_complete:
            key = decision.question.counted.indicator, decision.question.counted.month
            left_out[key] = (*left_out[key], decision.question)
    return Completeness(doubtful, dict(left_out), decisions_in_force)


def _get_count(
    counts: Mapping[_AreaKey, Mapping[str, MonthCount]], indicator: str, area: str, month: str
) -> MonthCount:
    return counts.get((indicator, area), {}).get(month) or MonthCount(indicator, area, month, 0)


def _is_in_force(decision: MonthDecision, counts: Mapping[_AreaKey, Mapping[str, MonthCount]]) -> bool:
    counted = decision.question.counted
    return counted == _get_count(counts, counted.indicator, counted.area, counted.month)


def _question_months(
    series: Mapping[str, Mapping[Month, MonthCount]],
    decided: Mapping[MonthCount, bool],
    special: SpecialMonths,
) -> Iterator[tuple[str, tuple[DoubtfulMonth, ...]]]:
    """Yield the months of an indicator that are in question, in all areas together or in some LPAs.

    `series`: the counts of each LPA and EVERYWHERE.
    """
    everywhere = series[EVERYWHERE]
    confirmed = {month for month, counted in everywhere.items() if decided.get(counted)}
    shares = {
        month: counted.unplaced / counted.records for month, counted in everywhere.items() if counted.records >= LEAST
    }
    judged_shares = _judge_months(shares, _is_far_share, confirmed, special)
    far_shares = {month: judged.usual for month, judged in judged_shares if judged.is_far}
    judged_counts = _judge_counts(series, decided, far_shares, special)
    for month in sorted(judged_counts.keys() | far_shares.keys()):
        usual = _select_areas(judged_counts.get(month, {}))
        questions = [_make_question(series[area][month], expected) for area, expected in usual.items()]
        if month in far_shares and EVERYWHERE not in usual and everywhere[month] not in decided:
            expected = _round(far_shares[month] * everywhere[month].records)
            questions.append(DoubtfulMonth(everywhere[month], "unplaced", expected))
        if questions:
            yield str(month), tuple(questions)


def _judge_counts(
    series: Mapping[str, Mapping[Month, MonthCount]],
    decided: Mapping[MonthCount, bool],
    far_shares: Collection[Month],
    special: SpecialMonths,
) -> Mapping[Month, Mapping[str, _Judged]]:
    """Judge the counts of each month in each area that has enough records."""
    left_out, confirmed = (
        {
            area: {month for month, counted in counts.items() if decided.get(counted) is is_complete}
            for area, counts in series.items()
        }
        for is_complete in (False, True)
    )
    judged: dict[Month, dict[str, _Judged]] = defaultdict(dict)
    for area, counts in series.items():
        # A decision on all areas is one on each, and one on an area answers the question on all of them too.
        related = series if area == EVERYWHERE else (area, EVERYWHERE)
        without = set[Month]().union(*(left_out[other] for other in related))
        # Where many records have no place, the areas have too few, and one question is enough.
        without.update(() if area == EVERYWHERE else far_shares)
        values = {month: float(counted.records) for month, counted in counts.items() if month not in without}
        if max(values.values(), default=0) >= LEAST:
            complete = set[Month]().union(*(confirmed[other] for other in related))
            for month, judged_month in _judge_months(values, _is_far_count, complete, special):
                if judged_month.usual >= LEAST:
                    judged[month][area] = judged_month
    return judged


def _select_areas(judged: Mapping[str, _Judged]) -> dict[str, float]:
    """Select the areas to ask about in a month, each with its usual count.

    A month that is far off in all areas together, and in each of several, is one question.
    """
    far_off = {area: judged_month.usual for area, judged_month in judged.items() if judged_month.is_far}
    everywhere = far_off.pop(EVERYWHERE, None)
    lpas = judged.keys() - {EVERYWHERE}
    return {EVERYWHERE: everywhere} if everywhere and (not far_off or 1 < len(far_off) == len(lpas)) else far_off


def _make_question(counted: MonthCount, usual: float) -> DoubtfulMonth:
    return DoubtfulMonth(counted, "incomplete" if counted.records < usual else "too large", _round(usual))


def _round(value: float) -> int:
    """Round a half up."""
    return int(value + 0.5)


def _is_far_count(count: float, usual: Sequence[float], *, is_exceptional: bool) -> bool:
    """Return whether a count is far under those of the usual months, or far over them."""
    times, expected = TIMES if len(usual) == YEAR else TIMES_IN_PART_OF_A_YEAR, median(usual)
    is_small = times * count < min(usual)
    is_large = not is_exceptional and count >= times * expected and count >= OVER_HIGHEST * max(usual)
    return expected >= LEAST and (is_small or is_large)


def _is_far_share(share: float, usual: Sequence[float], *, is_exceptional: bool) -> bool:
    """Return whether a share is far from that of the usual months."""
    return abs(share - median(usual)) >= FAR


def _judge_months(
    values: Mapping[Month, float],
    is_far: Callable[..., bool],
    confirmed: Collection[Month],
    special: SpecialMonths,
) -> Iterator[tuple[Month, _Judged]]:
    """Yield each month that has usual months, judged by them."""
    usual, run = deque[tuple[Month, float]](maxlen=YEAR), deque[tuple[Month, float]](maxlen=YEAR)
    for month in sorted(values):
        value = values[month]
        if usual and any(usual[-1][0] < step <= month for step in special.steps):
            usual.clear()
        compared = [number for before, number in usual if month <= before.shift(HORIZON)]
        is_far_off = False
        if len(compared) >= FEWEST:
            is_far_off = month not in confirmed and is_far(value, compared, is_exceptional=month in special.exceptional)
            yield month, _Judged(median(compared), is_far_off)
        if is_far_off:
            run.append((month, value))
            if len(run) == YEAR:
                usual, run = run, deque(maxlen=YEAR)
        elif month not in special.exceptional:
            usual.append((month, value))
            run.clear()
