"""Forecasts: against statsmodels and SciPy, against counts worked out by hand, and where there are too few months."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.tsa.statespace.structural import UnobservedComponents

from shp_data.analysis.statistics import forecast
from shp_data.analysis.statistics.forecast import FEWEST_FOR_SEASON, FEWEST_MONTHS, forecast_ahead, forecast_months
from shp_data.domain.periods import Month

START = Month(2021, 1)
SEASON = 1 + 0.5 * np.sin(2 * np.pi * np.arange(60) / 12)


def draw(mean: float, months: int, series: int = 1, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, (series, months)).astype(float)


@pytest.mark.parametrize("season", [False, True])
def test_the_filter_is_that_of_statsmodels(monkeypatch: pytest.MonkeyPatch, season: bool) -> None:
    drift = 0.15
    # A season of which nothing is known before, as statsmodels has it.
    one = forecast._Models(np.array([drift]), np.array([1e7 if season else 0.0]), np.zeros(1))
    monkeypatch.setattr(forecast, "_list_models", lambda: one)
    counts = draw(80, 36)
    counts[0, 20] = np.nan
    waves = {"freq_seasonal": [{"period": 12, "harmonics": 2}], "stochastic_freq_seasonal": [False]} if season else {}
    model = UnobservedComponents(2 * np.sqrt(counts[0] + 0.375), "llevel", **waves)
    model.ssm.initialize_approximate_diffuse(1e7)
    expected = model.filter([1.0, drift])
    predictions = list(forecast._filter_counts(START, counts, ~np.isnan(counts[0]), frozenset(), 36))[8:]
    assert [p.mean.item() for p in predictions] == pytest.approx(expected.forecasts[0, 8:].tolist(), abs=1e-3)
    variances = [p.variance.item() + 1 for p in predictions]
    assert variances == pytest.approx(expected.forecasts_error_cov[0, 0, 8:].tolist(), abs=1e-3)


def test_the_range_of_poisson_counts_by_hand() -> None:
    """Of a mean of 5: P(0) = 0.0067, P(to 1) = 0.0404, P(to 2) = 0.1247, P(to 9) = 0.9682, P(to 10) = 0.9863.

    Half of P(1) and all below: 0.0236, in the lower tail; so 2 is the lowest. To 9: 0.9501; to 10: 0.9772, in the
    upper tail; so 9 is the highest.
    """
    result = forecast._build_forecasts(np.array([[5.0]]), np.array([[5.0]]), np.array([[1.0]]))
    assert (result.low.item(), result.high.item()) == (2, 9)
    assert result.score.item() == pytest.approx(stats.norm.ppf((0.0067 + 0.0404) / 2), abs=0.01)


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.4), (5.0, 12.0), (400.0, 2000.0)])
def test_the_range_is_that_of_a_negative_binomial(mean: float, variance: float) -> None:
    law = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    counts = np.arange(0, 3000)
    middle = (law.cdf(counts) + law.cdf(counts - 1)) / 2
    result = forecast._build_forecasts(np.array([[mean]]), np.array([[variance]]), np.array([[np.nan]]))
    for low, high, outside in ((result.low, result.high, 0.05), (result.low_80, result.high_80, 0.2)):
        assert low.item() == counts[middle >= outside / 2].min()
        # Where no count is below the range, all 5 % are above it.
        above = outside / 2 if low.item() else outside
        assert high.item() == counts[middle <= 1 - above].max()
    assert np.isnan(result.score.item())


def test_a_steady_series_expects_its_mean_and_chance() -> None:
    """100 a month by chance alone: 95 % of such counts are within 100 ± 19.6, and a little more is uncertain."""
    result = forecast_months(START, draw(100, 60), ahead=1)
    assert np.isnan(result.expected[0, :FEWEST_MONTHS]).all() and not np.isnan(result.expected[0, FEWEST_MONTHS:]).any()
    assert result.expected[0, -1] == pytest.approx(100, abs=5)
    assert 2 * 19.6 - 2 < result.high[0, -1] - result.low[0, -1] < 2 * 19.6 * 1.35


def test_small_counts_have_whole_limits_from_zero() -> None:
    result = forecast_months(START, np.vstack([draw(0.4, 40), np.zeros((1, 40)), draw(3, 40)]), ahead=3)
    for column in (result.low, result.low_80, result.high_80, result.high):
        values = column[:, FEWEST_MONTHS:]
        assert (values >= 0).all() and (values == np.round(values)).all()
    assert (result.low <= result.low_80)[:, 12:].all() and (result.high_80 <= result.high)[:, 12:].all()
    assert result.expected[1, -1] < 0.2 and result.high[1, -1] <= 1


def test_a_season_is_used_from_two_years_on() -> None:
    counts = np.round(200 * SEASON[None, :36])
    result = forecast_months(START, counts, ahead=12)
    # The level alone follows the months before: behind in every spring. The season is not.
    assert abs(result.expected[0, FEWEST_FOR_SEASON - 1] / counts[0, FEWEST_FOR_SEASON - 1] - 1) > 0.05
    assert result.expected[0, 30:48] == pytest.approx(200 * SEASON[30:48], rel=0.05)
    without = forecast_ahead(START, counts[:, : FEWEST_FOR_SEASON - 1], ahead=12)
    assert np.ptp(without.expected[0]) < 5 < 100 < np.ptp(result.expected[0, 36:])


def test_nothing_comes_from_later_months() -> None:
    counts = draw(30, 36)
    changed = counts.copy()
    changed[0, 20:] *= 3
    before, after = forecast_months(START, counts), forecast_months(START, changed)
    np.testing.assert_array_equal(before.high[0, :21], after.high[0, :21])
    assert after.expected[0, 22] > before.expected[0, 22]


def test_months_ahead_are_those_of_the_whole_forecast_and_grow_less_certain() -> None:
    counts = draw(50, 30, series=3)
    counts[1, 5] = np.nan
    whole, ahead = forecast_months(START, counts, ahead=6), forecast_ahead(START, counts, ahead=6)
    np.testing.assert_array_equal(whole.low[:, -6:], ahead.low)
    np.testing.assert_array_equal(whole.expected[:, -6:], ahead.expected)
    assert (np.diff(ahead.high - ahead.low, axis=1) >= -1).all()


def test_a_series_has_the_same_forecast_alone_and_among_others() -> None:
    counts = draw(20, 36, series=4)
    counts[2, 3] = counts[3, 10:14] = np.nan
    together = forecast_months(START, counts, ahead=2)
    for row in range(4):
        alone = forecast_months(START, counts[row : row + 1], ahead=2)
        np.testing.assert_array_equal(alone.high[0], together.high[row])
        np.testing.assert_allclose(alone.expected[0], together.expected[row], rtol=1e-9)


def test_a_missing_month_is_not_a_zero() -> None:
    counts = draw(60, 36)
    counts[0, 18] = np.nan
    result = forecast_months(START, counts)
    assert result.expected[0, 19] == pytest.approx(60, abs=10) and np.isnan(result.score[0, 18])
    assert not np.isnan(result.expected[0, 18])


def test_a_step_change_begins_a_new_level() -> None:
    counts = np.concatenate([draw(50, 24), draw(150, 12, seed=2)], axis=1)
    step = START.shift(24)
    with_step, without = forecast_months(START, counts, [step]), forecast_months(START, counts)
    assert np.isnan(with_step.expected[0, 24:27]).all()
    assert with_step.expected[0, 27:] == pytest.approx([150] * 9, rel=0.12)
    assert with_step.high[0, 30] - with_step.low[0, 30] < without.high[0, 30] - without.low[0, 30]
