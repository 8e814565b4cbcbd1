"""The weighted displacement difference: the paper's example, hand-worked ones, and how often it errs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from shp_data.analysis.statistics.dispersion import Dispersion
from shp_data.analysis.statistics.displacement import (
    FEWEST,
    BeforeAfterCounts,
    Displacement,
    compare_in_proportion,
    estimate_displacement,
)

# Wheeler and Ratcliffe 2018: treated, control, displacement area and its control.
PAPER = (
    BeforeAfterCounts(207, 110),
    BeforeAfterCounts(308, 318),
    BeforeAfterCounts(178, 157),
    BeforeAfterCounts(150, 140),
)


def test_the_example_of_the_paper():
    found = estimate_displacement(*PAPER)
    assert found.difference == -97 - 10 - 21 + 10 == -118
    assert found.standard_error == pytest.approx(math.sqrt(1568))
    assert round(found.z, 2) == -2.98
    assert (round(found.low), round(found.high)) == (-196, -40)
    assert found.verdict == "fewer than expected"


def test_areas_of_unlike_size_as_ptools_has_them():
    sizes = (1.2, 0.9, 1.5, 1.6)
    found = estimate_displacement(
        *(BeforeAfterCounts(a.before, a.after, 1 / size) for a, size in zip(PAPER, sizes, strict=True))
    )
    assert found.difference == pytest.approx(-99.69444444)
    assert found.standard_error == pytest.approx(35.4280755)
    assert found.z == pytest.approx(-2.813995483)
    assert (found.low, found.high) == pytest.approx((-169.1321965, -30.25669241))


def test_periods_of_unlike_length_as_ptools_has_them():
    found = estimate_displacement(
        BeforeAfterCounts(80, 20), BeforeAfterCounts(100, 50), pace=1 / 2
    )  # two years before, one after
    assert found.difference == -20
    assert found.standard_error == pytest.approx(math.sqrt(115))


def test_treated_and_control_change_places_and_the_sign_turns():
    one, other = (
        estimate_displacement(BeforeAfterCounts(40, 20), BeforeAfterCounts(30, 33)),
        estimate_displacement(BeforeAfterCounts(30, 33), BeforeAfterCounts(40, 20)),
    )
    assert one.difference == -other.difference == -23
    assert one.standard_error == other.standard_error == pytest.approx(math.sqrt(123))
    assert one.p_value == other.p_value == pytest.approx(2 * stats.norm.cdf(-23 / math.sqrt(123)))
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert (one.verdict, other.verdict) == ("fewer than expected", "more than expected")


def test_nothing_anywhere_is_too_few_to_tell():
    assert estimate_displacement(BeforeAfterCounts(0, 0), BeforeAfterCounts(0, 0)) == Displacement(
        0, 0, 0, 0, 0, 1, "too few to tell"
    )


def test_equal_changes_are_within_usual_variation():
    found = estimate_displacement(BeforeAfterCounts(40, 20), BeforeAfterCounts(60, 40))
    assert (found.difference, found.p_value, found.verdict) == (0, 1, "within usual variation")


@pytest.mark.parametrize(("after", "verdict"), [(FEWEST - 1, "too few to tell"), (FEWEST, "more than expected")])
def test_a_verdict_needs_enough_incidents(after, verdict):
    assert estimate_displacement(BeforeAfterCounts(0, after), BeforeAfterCounts(50, 30)).verdict == verdict


def test_dispersion_widens_by_its_square_root_and_students_t():
    plain = estimate_displacement(*PAPER)
    wide = estimate_displacement(*PAPER, spread=Dispersion(4.0, None, True))
    student = estimate_displacement(*PAPER, spread=Dispersion(4.0, 6, True))
    assert wide.standard_error == pytest.approx(2 * plain.standard_error)
    assert wide.verdict == "within usual variation"
    assert student.p_value == pytest.approx(2 * stats.t.cdf(-118 / (2 * math.sqrt(1568)), 6))
    assert student.high == pytest.approx(-118 + stats.t.ppf(0.975, 6) * 2 * math.sqrt(1568))


def test_the_verdict_agrees_with_the_interval_and_the_p_value():
    for after in range(60):
        found = estimate_displacement(
            BeforeAfterCounts(40, after), BeforeAfterCounts(50, 50), spread=Dispersion(1.5, 8, True)
        )
        usual = found.verdict == "within usual variation"
        assert usual == (found.low < 0 < found.high) == (found.p_value > 0.05)


@pytest.mark.parametrize("bad", [BeforeAfterCounts(-1, 2), BeforeAfterCounts(1, -2), BeforeAfterCounts(1, 2, -0.5)])
def test_what_is_no_count_is_refused(bad):
    with pytest.raises(ValueError, match="negative"):
        estimate_displacement(bad, BeforeAfterCounts(1, 1))


def test_in_proportion_by_hand():
    # 400 to 380 elsewhere: 38 of 40 expected. Variance: 20 + 40 * 0.95² + (380 + 400 * 0.95²) * (40 / 400)²
    found = compare_in_proportion(BeforeAfterCounts(40, 20), BeforeAfterCounts(400, 380))
    assert found.difference == pytest.approx(20 - 38)
    assert found.standard_error == pytest.approx(math.sqrt(20 + 36.1 + 3.8 + 3.61))
    assert found.verdict == "fewer than expected"


def test_a_ward_that_falls_as_the_rest_does_has_changed_no_more():
    fell = BeforeAfterCounts(100, 80), BeforeAfterCounts(900, 720)
    assert (
        estimate_displacement(*fell).verdict == "more than expected"
    )  # the plain difference: 20 fewer against 180 fewer
    assert compare_in_proportion(*fell).difference == pytest.approx(0)


def test_in_proportion_with_nothing_before():
    assert compare_in_proportion(BeforeAfterCounts(5, 5), BeforeAfterCounts(0, 40)) is None
    assert compare_in_proportion(BeforeAfterCounts(0, 12), BeforeAfterCounts(400, 400)).difference == 12


@pytest.mark.parametrize("pace", [0.7, 1.0, 1.4])
@pytest.mark.parametrize("usual", [10, 60])
def test_chance_alone_gives_a_false_verdict_about_one_time_in_twenty(pace, usual):
    draws = np.random.default_rng(7).poisson([usual, usual * pace, 1000, 1000 * pace], (4000, 4)).tolist()
    found = [compare_in_proportion(BeforeAfterCounts(a, b), BeforeAfterCounts(c, d)).verdict for a, b, c, d in draws]
    false = sum(verdict in ("more than expected", "fewer than expected") for verdict in found) / len(found)
    assert 0.03 < false < 0.07
