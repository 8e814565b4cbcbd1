"""The expected range holds the months it says: the benchmark in little."""

import numpy as np
import pytest

from benchmarks import expected
from benchmarks.expected import FIRST, SEED, SIMULATED, Bounds, Coverage, draw_counts, measure_coverage, measure_xmr
from shp_data.analysis.statistics import forecast
from shp_data.analysis.statistics.forecast import FEWEST_FOR_SEASON

SERIES = 54


@pytest.mark.parametrize("mean", SIMULATED)
def test_the_range_keeps_its_bounds(mean):
    coverage = measure_coverage(draw_counts(mean, SERIES, np.random.default_rng(SEED)), FIRST, FEWEST_FOR_SEASON)
    bounds, slack = SIMULATED[mean], 0.03  # so few months tell no better
    loose = Bounds(*[(low - slack, high + slack) for low, high in (bounds.outer, bounds.inner)], bounds.width)
    assert coverage.forecasts == SERIES * 12 and coverage.is_within(loose)


def test_a_range_that_ignores_dispersion_misses_its_bounds(monkeypatch):
    monkeypatch.setattr(forecast, "_SPREADS", np.array([1.0]))
    monkeypatch.setattr(forecast, "_SPREAD_PRIOR", np.array([0.0]))
    coverage = measure_coverage(draw_counts(100, SERIES, np.random.default_rng(SEED)), FIRST, FEWEST_FOR_SEASON)
    assert not coverage.is_within(SIMULATED[100])


def test_bounds_by_hand():
    bounds = Bounds((0.93, 0.97), (0.77, 0.84), 0.85)
    assert Coverage(100, 0.95, 0.8, 8.5, 10).is_within(bounds)
    assert not Coverage(100, 0.98, 0.8, 8.5, 10).is_within(bounds)
    assert not Coverage(100, 0.95, 0.7, 8.5, 10).is_within(bounds)
    assert not Coverage(100, 0.95, 0.8, 8.6, 10).is_within(bounds)


def test_the_width_of_an_xmr_chart_by_hand():
    """20 and 22 by turns: 21 ± 2.66 × 2. Of fewer than twelve months there are no limits."""
    assert measure_xmr(np.array([[20.0, 22.0] * 6])).tolist() == pytest.approx([2 * 2.66 * 2])
    assert np.isnan(measure_xmr(np.array([[20.0, 22.0] * 5]))).all()


def test_few_shifts_are_false_and_real_ones_are_counted(monkeypatch):
    generator = np.random.default_rng(SEED)
    assert expected.count_false_shifts(100, 30, generator, 0.0) <= expected.MOST_FALSE_SHIFTS
    monkeypatch.setattr(expected, "find_shifts", lambda months, scores: dict.fromkeys(months[:2], 1))
    assert expected.count_false_shifts(100, 3, generator, 0.0) == 2
