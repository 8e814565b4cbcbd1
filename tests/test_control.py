"""XmR limits and rules: against published figures, and against numbers that can be worked out by hand."""

from __future__ import annotations

import pytest

from shp_data.analysis.control import FEWEST_A_MONTH, FEWEST_MONTHS, Judged, Signal, control
from shp_data.domain.periods import Month

START = Month(2018, 4)


def series(*counts: int | None) -> dict[Month, int]:
    """Months from April 2018 on; None is a month that is not loaded."""
    return {START.plus(place): count for place, count in enumerate(counts) if count is not None}


def signals(*counts: int | None) -> list[Signal | None]:
    return [one.signal for one in control(series(*counts))]


def limits(one: Judged) -> tuple[float, float, float]:
    assert one.mean is not None
    assert one.lower is not None
    assert one.upper is not None
    return one.mean, one.lower, one.upper


# Moving ranges of 2 throughout, so that the limits of these twelve are 20 ± 2.66 × 2: 14.68 and 25.32.
STEADY = (19, 21) * 6


def test_limits_of_a_published_example() -> None:
    """Monthly counts of the worked example of spc-plotly 0.1.3 (README): mean 2820.63, upper limit 4341.86."""
    counts = [
        *(2478, 2350, 2485, 2296, 2359, 2567, 3089, 2668, 1788, 2854, 2365, 1883, 1959, 1927, 2640, 2626, 2144),
        *(2409, 4412, 3287, 3049, 3364, 3078, 2972, 3415, 2753, 3102, 2191, 3693, 4385, 4699, 3031, 2659, 3885),
        *(2628, 2621, 3071, 2002),
    ]
    judged = control(series(*counts))
    mean, lower, upper = limits(judged[0])
    assert mean == pytest.approx(2820.6315789473683)
    assert upper == pytest.approx(4341.864011379801)
    assert lower == pytest.approx(2820.6315789473683 - 2.66 * 571.8918918918919)
    above = [str(one.month) for one in judged if one.signal is Signal.ABOVE]
    assert above == ["2019-10", "2020-09", "2020-10"]  # 4412, 4385, 4699


def test_limits_by_hand() -> None:
    """18 values of NHSRplotthedots' vignette on deviations from the workbook, nothing screened out.

    Mean 35 / 18 = 1.944 there too; ten times as many here, so that the mean is one of a month that is not rare.
    Moving ranges: 15 of 10, then 80 and 90 around the one high month, 17 in all.
    """
    counts = [10, 20, 10, 20, 100, *(10, 20) * 6, 10]
    mean, lower, upper = limits(control(series(*counts))[0])
    assert mean == pytest.approx(350 / 18)
    assert upper == pytest.approx(350 / 18 + 2.66 * (15 * 10 + 80 + 90) / 17)
    assert lower == 0  # 19.4 − 50.1 is no count


def test_a_month_outside_the_limits() -> None:
    assert signals(*STEADY) == [None] * 12
    judged = control(series(*STEADY, 40, 20, 0, 20))
    assert [one.signal for one in judged[12:]] == [Signal.ABOVE, None, Signal.BELOW, None]
    mean, lower, upper = limits(judged[-1])
    assert mean == 20
    assert (upper - mean, mean - lower) == pytest.approx((2.66 * (11 * 2 + 19 + 20 + 20 + 20) / 15,) * 2)


@pytest.mark.parametrize(("turns", "run", "signal"), [((140, 60), 101, Signal.HIGH), ((60, 140), 99, Signal.LOW)])
def test_seven_on_one_side_of_the_mean(turns: tuple[int, int], run: int, signal: Signal) -> None:
    """60 and 140 by turns have a mean of 100, which as many months at 101 as at 99 keep."""
    found = signals(*turns * 6, *(run,) * 7, *(200 - run,) * 6, *turns[::-1], 200 - run)
    assert found[12:19] == [signal] * 7
    assert found[:12] == [None] * 12


def test_six_on_one_side_are_no_run() -> None:
    counts = (140, 60) * 6 + (101,) * 6 + (99,) * 6
    assert limits(control(series(*counts))[0])[0] == 100
    assert signals(*counts) == [None] * 24


def test_seven_rising_or_falling() -> None:
    """Seven months rise six times; the mean lies in their midst, so that no seven lie on one side of it."""
    rising = (20, 40, 20, 40, 20, 40, 20, 21, 24, 27, 33, 36, 39, 20, 40)
    found = signals(*rising)
    assert found[6:13] == [Signal.RISING] * 7
    assert found[:6] == [None] * 6
    assert found[13:] == [None] * 2
    falling = signals(*(60 - count for count in rising))
    assert falling[6:13] == [Signal.FALLING] * 7
    level = signals(*rising[:9], 24, *rising[10:])  # an equal month is neither
    assert Signal.RISING not in level


def test_two_of_three_near_a_limit() -> None:
    """Mean 50, mean moving range 11 and a half: the outer thirds lie 20 to 30 away from the mean."""
    turns = (45, 55) * 12
    found = control(series(*turns, 74, 52, 74, *turns, 26, 48, 26, 50))
    mean, lower, upper = limits(found[0])
    third = (upper - mean) / 3
    assert upper - third < 74 < upper
    assert lower < 26 < lower + third
    fired = {one.month: one.signal for one in found if one.signal}
    assert fired == {
        START.plus(24): Signal.NEAR_TOP,
        START.plus(26): Signal.NEAR_TOP,
        START.plus(51): Signal.NEAR_BOTTOM,
        START.plus(53): Signal.NEAR_BOTTOM,
    }
    # on the other side of the mean between, there are no three on one side
    assert not any(signals(*turns, 74, 48, 74, *turns, 26, 52, 26, 50))
    assert not any(signals(*turns, 64, 52, 64, *turns, 36, 48, 36, 50))  # half-way to a limit


def test_no_month_is_near_a_lower_limit_below_nothing() -> None:
    """Mean 3.8, limits −0.4 to 8.0: the outer third below begins at 1.0, where small counts have nowhere else to be."""
    judged = control(series(*(3, 5, 4, 5) * 6, 0, 1, 0))
    assert limits(judged[0]) == pytest.approx((103 / 27, 0, 103 / 27 + 2.66 * 41 / 26))
    assert not any(one.signal for one in judged)


def test_the_first_of_several_rules_is_told() -> None:
    judged = control(series(*(45, 55) * 12, 52, 53, 54, 55, 56, 57, 58, 120))
    assert judged[-1].signal is Signal.ABOVE  # also the end of a run above the mean, and of a rise
    low = control(series(*(45, 55) * 12, *(40,) * 3, *range(41, 48)))
    assert {one.signal for one in low[24:]} == {Signal.LOW}  # seven of them rise too


def test_limits_are_worked_out_anew_from_a_step_change() -> None:
    step = START.plus(12)
    judged = control(series(*STEADY, *(n + 30 for n in STEADY)), [step])
    assert {limits(one)[0] for one in judged if one.month < step} == {20}
    assert {limits(one)[0] for one in judged if one.month >= step} == {50}
    assert {round(limits(one)[2] - limits(one)[0], 9) for one in judged} == {5.32}  # the step itself is no range
    assert not any(one.signal for one in judged)
    assert any(one.signal for one in control(series(*STEADY, *(n + 30 for n in STEADY))))


def test_a_step_change_ends_a_run() -> None:
    counts = series(*(140, 60) * 6, *(101,) * 8, *(99,) * 8, *(140, 60) * 6)
    assert [one.month for one in control(counts) if one.signal is Signal.HIGH] == list(map(START.plus, range(12, 20)))
    assert not any(one.signal is Signal.HIGH for one in control(counts, [START.plus(16)]))


def test_too_few_months_after_a_step_change_have_no_limits() -> None:
    judged = control(series(*STEADY, 90, 95, 400), [START.plus(12)])
    assert judged[-1] == Judged(START.plus(14))
    assert judged[0].mean == 20


def test_exceptional_months_are_judged_and_take_no_part_in_the_limits() -> None:
    lockdown = {START.plus(12), START.plus(13)}
    judged = control(series(*STEADY, 80, 21, *STEADY), leave_out=lockdown)
    assert limits(judged[0]) == pytest.approx((20, 20 - 5.32, 20 + 5.32))
    assert [one.signal for one in judged if one.month in lockdown] == [Signal.ABOVE, None]


def test_a_gap_breaks_moving_ranges_and_runs() -> None:
    judged = control(series(*STEADY, None, *(n + 100 for n in STEADY)))
    mean, _, upper = limits(judged[0])
    assert (mean, upper - mean) == pytest.approx((70, 5.32))  # no range of 100 over the gap
    turns, above, below = (140, 60) * 6, (101,) * 4, (99,) * 4
    assert Signal.HIGH in signals(*turns, *above, *above, *below, *below)
    assert not any(signals(*turns, *above, None, *above, *below, None, *below))


def test_a_short_series_has_no_limits() -> None:
    assert [one.mean for one in control(series(*STEADY[: FEWEST_MONTHS - 1]))] == [None] * (FEWEST_MONTHS - 1)
    assert control(series(*STEADY))[0].mean == 20
    assert control({}) == ()
    scattered = [n for count in STEADY for n in (count, None)]  # no two in a row
    assert {one.mean for one in control(series(*scattered))} == {None}
    left_out = control(series(*STEADY), leave_out=[START])
    assert {one.mean for one in left_out} == {None}


def test_what_is_rare_has_no_limits() -> None:
    """Of rare events chance alone makes runs of none, and nearly every month lies below the mean."""
    rare = (FEWEST_A_MONTH - 1, FEWEST_A_MONTH) * 6
    assert {one.mean for one in control(series(*rare))} == {None}
    assert {one.mean for one in control(series(*(0,) * 24))} == {None}
    assert control(series(*(n + 1 for n in rare)))[0].mean == FEWEST_A_MONTH + 0.5


def test_a_series_that_never_changes_has_no_signal() -> None:
    judged = control(series(*(20,) * 24))
    assert {limits(one) for one in judged} == {(20.0, 20.0, 20.0)}
    assert not any(one.signal for one in judged)
