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
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from shp_data.domain.periods import Month
from shp_data.domain.schema import NO_AREA, OTHER_SUPPLIER, OUTSIDE, UNPLACED
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
_Numbers: TypeAlias = NDArray[np.float64]
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


class Judged(NamedTuple):
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
            return UNPLACED not in areas and not set(NO_AREA).issuperset(areas)
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
    """Count the records of each indicator, LPA and month, and of all together with those without a place.

    A month without records has no count. Records outside every LPA, and of other suppliers, are in neither.

    `counts_sql`: SQL for the monthly summary.
    """
    # One pass over the summary makes both: grouping() is 1 in the rows of all areas together.
    rows = run_query(
        f"""
        SELECT indicator, CASE grouping(lpa) WHEN 1 THEN '{EVERYWHERE}' ELSE lpa END AS area, month,
            sum(count)::BIGINT AS records,
            CASE grouping(lpa) WHEN 1 THEN coalesce(sum(count) FILTER (lpa = '{UNPLACED}'), 0) ELSE 0 END::BIGINT
                AS unplaced
        FROM ({counts_sql}) WHERE lpa NOT IN ('{OUTSIDE}', '{OTHER_SUPPLIER}')
        GROUP BY GROUPING SETS ((indicator, month), (indicator, month, lpa))
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
    in_force = tuple(decision for decision in decisions if _is_in_force(decision, counts))
    decided = {decision.question.counted: decision.is_complete for decision in in_force}
    by_indicator: dict[str, dict[str, dict[str, MonthCount]]] = defaultdict(lambda: {EVERYWHERE: {}})
    for (indicator, area), months in available.items():
        by_indicator[indicator][area] = {month: _get_count(counts, indicator, area, month) for month in sorted(months)}
    doubtful = {
        (indicator, month): questions
        for indicator, series in by_indicator.items()
        for month, questions in _question_months(series, decided, special)
    }
    left_out: dict[tuple[str, str], tuple[DoubtfulMonth, ...]] = defaultdict(tuple)
    for question in (decision.question for decision in in_force if not decision.is_complete):
        left_out[question.counted.indicator, question.counted.month] += (question,)
    return Completeness(doubtful, dict(left_out), in_force)


def _get_count(
    counts: Mapping[_AreaKey, Mapping[str, MonthCount]], indicator: str, area: str, month: str
) -> MonthCount:
    return counts.get((indicator, area), {}).get(month) or MonthCount(indicator, area, month, 0)


def _is_in_force(decision: MonthDecision, counts: Mapping[_AreaKey, Mapping[str, MonthCount]]) -> bool:
    counted = decision.question.counted
    return counted == _get_count(counts, counted.indicator, counted.area, counted.month)


def _question_months(
    series: Mapping[str, Mapping[str, MonthCount]], decided: Mapping[MonthCount, bool], special: SpecialMonths
) -> Iterator[tuple[str, tuple[DoubtfulMonth, ...]]]:
    """Yield the months of an indicator that are in question, in all areas together or in some LPAs.

    `series`: the counts of each LPA and EVERYWHERE, in the order of the months.
    """
    everywhere = series[EVERYWHERE]
    far_shares = _find_far_shares(everywhere, decided, special)
    judged_counts = _judge_counts(series, decided, far_shares, special)
    for month in sorted(judged_counts.keys() | far_shares.keys()):
        expected = _select_areas(judged_counts.get(month, {}))
        questions = [_make_question(series[area][month], usual) for area, usual in expected.items()]
        if month in far_shares and EVERYWHERE not in expected and everywhere[month] not in decided:
            unplaced = _round(far_shares[month] * everywhere[month].records)
            questions.append(DoubtfulMonth(everywhere[month], "unplaced", unplaced))
        if questions:
            yield month, tuple(questions)


def _find_far_shares(
    everywhere: Mapping[str, MonthCount], decided: Mapping[MonthCount, bool], special: SpecialMonths
) -> dict[str, float]:
    """Find the months in which the share of records without a place is far from the usual one, with that one."""
    shares = {
        month: counted.unplaced / counted.records for month, counted in everywhere.items() if counted.records >= LEAST
    }
    confirmed = {month for month in shares if decided.get(everywhere[month])}
    judged = judge_months({EVERYWHERE: shares}, _are_far_shares, {EVERYWHERE: confirmed}, special)
    return {month: by_area[EVERYWHERE].usual for month, by_area in judged.items()}


def _judge_counts(
    series: Mapping[str, Mapping[str, MonthCount]],
    decided: Mapping[MonthCount, bool],
    far_shares: Collection[str],
    special: SpecialMonths,
) -> Mapping[str, Mapping[str, Judged]]:
    """Judge the counts of the months that are far off in any area. Areas with too few records have none."""
    left_out, confirmed = (
        {
            area: {
                counted.month
                for counted, decision in decided.items()
                if decision is is_complete and counts.get(counted.month) == counted
            }
            for area, counts in series.items()
        }
        for is_complete in (False, True)
    )
    # A decision on all areas is one on each, and one on an area answers the question on all of them too.
    related = {area: tuple(series) if area == EVERYWHERE else (area, EVERYWHERE) for area in series}
    complete = {area: set[str]().union(*(confirmed[other] for other in related[area])) for area in series}
    values = {}
    for area, counts in series.items():
        without = set[str]().union(*(left_out[other] for other in related[area]))
        # Where many records have no place, the areas have too few, and one question is enough.
        without.update(() if area == EVERYWHERE else far_shares)
        values[area] = {month: float(counted.records) for month, counted in counts.items() if month not in without}
    judged = judge_months(values, _are_far_counts, complete, special)
    return {
        month: {area: of_area for area, of_area in by_area.items() if of_area.usual >= LEAST}
        for month, by_area in judged.items()
    }


def _select_areas(judged: Mapping[str, Judged]) -> dict[str, float]:
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


def _are_far_counts(
    counts: _Numbers, usual: _Numbers, expected: _Numbers, *, is_exceptional: bool
) -> NDArray[np.bool_]:
    """Return which counts are far under those of the usual months, or far over them. `expected`: their medians."""
    times = TIMES if usual.shape[1] == YEAR else TIMES_IN_PART_OF_A_YEAR
    is_small = times * counts < usual.min(axis=1)
    is_large = (counts >= times * expected) & (counts >= OVER_HIGHEST * usual.max(axis=1))
    is_far: NDArray[np.bool_] = (expected >= LEAST) & (is_small | (is_large & (not is_exceptional)))
    return is_far


def _are_far_shares(
    shares: _Numbers, usual: _Numbers, expected: _Numbers, *, is_exceptional: bool
) -> NDArray[np.bool_]:
    """Return which shares are far from those of the usual months. `expected`: their medians."""
    is_far: NDArray[np.bool_] = np.abs(shares - expected) >= FAR
    return is_far


def judge_months(
    series: Mapping[str, Mapping[str, float]],
    are_far: Callable[..., NDArray[np.bool_]],
    confirmed: Mapping[str, Collection[str]],
    special: SpecialMonths,
) -> dict[str, dict[str, Judged]]:
    """Judge the months that are far from the usual ones in any area, in each area.

    `series`: the value of each month of an area, in order. `are_far`: whether values, one for each area, are far from
    the usual ones, a row for each area. `confirmed`: the months of each area that are not.
    """
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for area, values in series.items():
        groups[tuple(values)].append(area)
    judged: dict[str, dict[str, Judged]] = defaultdict(dict)
    # Areas with the same months are judged at once: a store of many areas has no time for one after the other.
    for months, areas in groups.items():
        calendar = _Calendar.build(months, special)
        shape = len(areas), len(months)  # an area may have no month at all
        numbers = np.array([list(series[area].values()) for area in areas]).reshape(shape)
        is_confirmed = np.array([[month in confirmed[area] for month in months] for area in areas], bool).reshape(shape)
        usual, is_far = _judge_areas(numbers, is_confirmed, are_far, calendar)
        for position in np.flatnonzero(is_far.any(axis=0)):
            judged[months[position]] |= {
                area: Judged(float(usual[row, position]), bool(is_far[row, position]))
                for row, area in enumerate(areas)
                if not np.isnan(usual[row, position])
            }
    return judged


class _Calendar(NamedTuple):
    """The months of some series: their numbers, the step changes before each, and which are exceptional."""

    numbers: list[int]
    steps: list[int]
    exceptional: list[bool]

    @classmethod
    def build(cls, names: Sequence[str], special: SpecialMonths) -> _Calendar:
        """Build the calendar of months by their names."""
        months = [Month.parse(name) for name in names]
        steps = [sum(step <= month for step in special.steps) for month in months]
        numbers = [12 * month.year + month.month for month in months]
        return cls(numbers, steps, [month in special.exceptional for month in months])

    def select_usual(self, position: int, candidates: Iterable[int]) -> list[int]:
        """Select the last 12 of some earlier months with which a month can be compared, by their positions."""
        return [
            before
            for before in candidates
            if self.numbers[position] - self.numbers[before] <= HORIZON and self.steps[before] == self.steps[position]
        ][-YEAR:]


def _judge_areas(
    values: _Numbers, is_confirmed: NDArray[np.bool_], are_far: Callable[..., NDArray[np.bool_]], calendar: _Calendar
) -> tuple[_Numbers, NDArray[np.bool_]]:
    """Return the usual value of each area (a row) and month, missing where there is none, and which are far from it."""
    usual, is_far = np.full(values.shape, np.nan), np.zeros(values.shape, dtype=bool)
    ordinary: list[int] = []
    for position, is_exceptional in enumerate(calendar.exceptional):
        window = calendar.select_usual(position, ordinary[-HORIZON:])
        if len(window) >= FEWEST:
            block, expected = values[:, window], np.median(values[:, window], axis=1)
            usual[:, position] = expected
            is_far[:, position] = are_far(values[:, position], block, expected, is_exceptional=is_exceptional)
        if not is_exceptional:
            ordinary.append(position)
    is_far &= ~is_confirmed
    # Where no month is far from those before, all of them were usual months. The others are judged one by one.
    for row in np.flatnonzero(is_far.any(axis=1)):
        usual[row], is_far[row] = _judge_area(values[[row]], is_confirmed[row], are_far, calendar)
    return usual, is_far


def _judge_area(
    values: _Numbers, is_confirmed: NDArray[np.bool_], are_far: Callable[..., NDArray[np.bool_]], calendar: _Calendar
) -> tuple[_Numbers, NDArray[np.bool_]]:
    """Judge the months of one area, of which those in question are no usual months, until they are twelve in a row."""
    usual, is_far = np.full(values.shape[1], np.nan), np.zeros(values.shape[1], dtype=bool)
    usual_months, run = deque[int](maxlen=YEAR), deque[int](maxlen=YEAR)
    for position, is_exceptional in enumerate(calendar.exceptional):
        window = calendar.select_usual(position, usual_months)
        if len(window) >= FEWEST:
            block, expected = values[:, window], np.median(values[:, window], axis=1)
            far = are_far(values[:, position], block, expected, is_exceptional=is_exceptional)
            usual[position], is_far[position] = expected[0], far[0] and not is_confirmed[position]
        if is_far[position]:
            run.append(position)
            if len(run) == YEAR:
                usual_months, run = run, deque(maxlen=YEAR)
        elif not is_exceptional:
            usual_months.append(position)
            run.clear()
    return usual, is_far
