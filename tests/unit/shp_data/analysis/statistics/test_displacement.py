"""The weighted displacement difference: the paper's example, hand-worked ones, and how often it errs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from shp_data.analysis.statistics.dispersion import Dispersion
from shp_data.analysis.statistics.displacement import FEWEST, Counts, Displacement, displacement, in_proportion

# Wheeler and Ratcliffe 2018: treated, control, displacement area and its control.
PAPER = (Counts(207, 110), Counts(308, 318), Counts(178, 157), Counts(150, 140))


def test_the_example_of_the_paper():
    found = displacement(*PAPER)
    assert found.difference == -97 - 10 - 21 + 10 == -118
    assert found.standard_error == pytest.approx(math.sqrt(1568))
    assert round(found.z, 2) == -2.98
    assert (round(found.low), round(found.high)) == (-196, -40)
    assert found.verdict == "fewer than expected"


def test_areas_of_unlike_size_as_ptools_has_them():
    sizes = (1.2, 0.9, 1.5, 1.6)
    found = displacement(*(Counts(a.before, a.after, 1 / size) for a, size in zip(PAPER, sizes, strict=True)))
    assert found.difference == pytest.approx(-99.69444444)
    assert found.standard_error == pytest.approx(35.4280755)
    assert found.z == pytest.approx(-2.813995483)
    assert (found.low, found.high) == pytest.approx((-169.1321965, -30.25669241))


def test_periods_of_unlike_length_as_ptools_has_them():
    found = displacement(Counts(80, 20), Counts(100, 50), pace=1 / 2)  # two years before, one after
    assert found.difference == -20
    assert found.standard_error == pytest.approx(math.sqrt(115))


def test_treated_and_control_change_places_and_the_sign_turns():
    one, other = displacement(Counts(40, 20), Counts(30, 33)), displacement(Counts(30, 33), Counts(40, 20))
    assert one.difference == -other.difference == -23
    assert one.standard_error == other.standard_error == pytest.approx(math.sqrt(123))
    assert one.p_value == other.p_value == pytest.approx(2 * stats.norm.cdf(-23 / math.sqrt(123)))
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert (one.verdict, other.verdict) == ("fewer than expected", "more than expected")


def test_nothing_anywhere_is_too_few_to_tell():
    assert displacement(Counts(0, 0), Counts(0, 0)) == Displacement(0, 0, 0, 0, 0, 1, "too few to tell")


def test_equal_changes_are_within_usual_variation():
    found = displacement(Counts(40, 20), Counts(60, 40))
    assert (found.difference, found.p_value, found.verdict) == (0, 1, "within usual variation")


@pytest.mark.parametrize(("after", "verdict"), [(FEWEST - 1, "too few to tell"), (FEWEST, "more than expected")])
def test_a_verdict_needs_enough_incidents(after, verdict):
    assert displacement(Counts(0, after), Counts(50, 30)).verdict == verdict


def test_dispersion_widens_by_its_square_root_and_students_t():
    plain = displacement(*PAPER)
    wide = displacement(*PAPER, spread=Dispersion(4.0, None, True))
    student = displacement(*PAPER, spread=Dispersion(4.0, 6, True))
    assert wide.standard_error == pytest.approx(2 * plain.standard_error)
    assert wide.verdict == "within usual variation"
    assert student.p_value == pytest.approx(2 * stats.t.cdf(-118 / (2 * math.sqrt(1568)), 6))
    assert student.high == pytest.approx(-118 + stats.t.ppf(0.975, 6) * 2 * math.sqrt(1568))


def test_the_verdict_agrees_with_the_interval_and_the_p_value():
    for after in range(60):
        found = displacement(Counts(40, after), Counts(50, 50), spread=Dispersion(1.5, 8, True))
        usual = found.verdict == "within usual variation"
        assert usual == (found.low < 0 < found.high) == (found.p_value > 0.05)


@pytest.mark.parametrize("bad", [Counts(-1, 2), Counts(1, -2), Counts(1, 2, -0.5)])
def test_what_is_no_count_is_refused(bad):
    with pytest.raises(ValueError, match="negative"):
        displacement(bad, Counts(1, 1))


def test_in_proportion_by_hand():
    # 400 to 380 elsewhere: 38 of 40 expected. Variance: 20 + 40 * 0.95² + (380 + 400 * 0.95²) * (40 / 400)²
    found = in_proportion(Counts(40, 20), Counts(400, 380))
    assert found.difference == pytest.approx(20 - 38)
    assert found.standard_error == pytest.approx(math.sqrt(20 + 36.1 + 3.8 + 3.61))
    assert found.verdict == "fewer than expected"


def test_a_ward_that_falls_as_the_rest_does_has_changed_no_more():
    fell = Counts(100, 80), Counts(900, 720)
    assert displacement(*fell).verdict == "more than expected"  # the plain difference: 20 fewer against 180 fewer
    assert in_proportion(*fell).difference == pytest.approx(0)


def test_in_proportion_with_nothing_before():
    assert in_proportion(Counts(5, 5), Counts(0, 40)) is None
    assert in_proportion(Counts(0, 12), Counts(400, 400)).difference == 12


@pytest.mark.parametrize("pace", [0.7, 1.0, 1.4])
@pytest.mark.parametrize("usual", [10, 60])
def test_chance_alone_gives_a_false_verdict_about_one_time_in_twenty(pace, usual):
    draws = np.random.default_rng(7).poisson([usual, usual * pace, 1000, 1000 * pace], (4000, 4)).tolist()
    found = [in_proportion(Counts(a, b), Counts(c, d)).verdict for a, b, c, d in draws]
    false = sum(verdict in ("more than expected", "fewer than expected") for verdict in found) / len(found)
    assert 0.03 < false < 0.07
