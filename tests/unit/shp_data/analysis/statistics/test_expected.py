"""Months outside the expected range, and shifts: by hand."""

from __future__ import annotations

import numpy as np
import pytest

from shp_data.analysis.statistics.expected import Shift, Signal, expect_months, find_shifts
from shp_data.domain.periods import Month

START = Month(2021, 1)
# 16 to 24 by turns: nothing to see.
STEADY = [20, 24, 18, 22, 16, 20, 23, 17, 21, 19, 24, 16] * 3


def make_series(*counts: int | None) -> dict[Month, int]:
    return {START.shift(place): count for place, count in enumerate(counts) if count is not None}


def test_a_month_outside_its_range_has_a_signal() -> None:
    months = expect_months(make_series(*STEADY[:30], 45, 20, 3))
    signals = {str(month): known.signal for month, known in months.items() if known.signal}
    assert signals == {"2023-07": Signal.ABOVE, "2023-09": Signal.BELOW}
    assert min(months) == START.shift(12)
    assert min(month for month, known in months.items() if known.has_season) == START.shift(24)
    july = months[Month(2023, 7)]
    assert july.low <= july.low_80 <= july.expected <= july.high_80 <= july.high < 45


def test_an_exceptional_month_is_compared_and_not_learned_from() -> None:
    exception = START.shift(20)
    counts = make_series(*STEADY) | {exception: 90}
    months = expect_months(counts, leave_out=[exception])
    assert months[exception].signal == Signal.ABOVE
    other = expect_months(counts | {exception: 20}, leave_out=[exception])
    assert {month: known.high for month, known in months.items()} == {
        month: known.high for month, known in other.items()
    }
    assert expect_months(counts)[START.shift(21)].expected > months[START.shift(21)].expected


def test_months_ahead_follow_the_last_one_and_gaps_have_none() -> None:
    months = expect_months(make_series(*STEADY[:20], None, *STEADY[21:24]), ahead=3)
    assert START.shift(20) not in months and START.shift(21) in months
    assert [str(month) for month in months][-3:] == ["2023-01", "2023-02", "2023-03"]
    assert all(months[START.shift(24 + n)].signal is None for n in range(3))


@pytest.mark.parametrize("counts", [(), (5,) * 11, (5,) * 12])
def test_too_few_months_have_no_range(counts: tuple[int, ...]) -> None:
    assert expect_months(make_series(*counts)) == {}
    assert len(expect_months(make_series(*counts), ahead=2)) == (2 if len(counts) == 12 else 0)


def test_a_lasting_rise_is_marked_once_at_its_first_month() -> None:
    """Scores of 1.5 add 1 a month: the sum is 5, above 4.25, in the fifth month of the rise."""
    months = [START.shift(n) for n in range(12)]
    scores = np.array([0.0, -1.0, *[1.5] * 6, 0.0, 0.0, 0.0, 0.0])
    assert find_shifts(months, scores) == {START.shift(2): Shift.RISE}
    assert find_shifts(months, -scores) == {START.shift(2): Shift.FALL}
    assert find_shifts(months[:6], scores) == {}


def test_one_very_unusual_month_is_no_shift() -> None:
    months = [START.shift(n) for n in range(4)]
    assert find_shifts(months, np.array([0.0, 9.0, 1.0, 1.0])) == {}


def test_a_gap_is_passed_over_and_a_step_change_begins_again() -> None:
    months = [START.shift(n) for n in range(8)]
    scores = np.array([np.nan, 1.5, 1.5, np.nan, 1.5, 1.5, 1.5, 0.0])
    assert find_shifts(months, scores) == {START.shift(1): Shift.RISE}
    assert find_shifts(months, scores, [START.shift(4)]) == {}


def test_a_shift_of_a_series_is_found_and_marked_once() -> None:
    months = expect_months(make_series(*STEADY[:24], *[count + 12 for count in STEADY[:12]]))
    shifts = {month: known.shift for month, known in months.items() if known.shift}
    assert list(shifts.values()) == [Shift.RISE] and abs((min(shifts).year - 2023) * 12 + min(shifts).month - 1) <= 1
    assert not any(known.shift for known in expect_months(make_series(*STEADY)).values())
