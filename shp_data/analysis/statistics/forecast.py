"""The count to expect in a month, and its range, from the months before it.

A local level with a yearly season, on 2 √(count + 3/8), where the variance of a count does not depend on its
size. The Kalman filter runs for each model of a small grid. The models are averaged, each by how well it has
forecast the series so far, so nothing is chosen by hand and what is uncertain widens the range. A negative
binomial count with the mean and the variance of the average gives the range.

Source: A. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989; F. Anscombe, The
transformation of Poisson, binomial and negative-binomial data, Biometrika 35 (1948).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from shp_data.domain.periods import Month

Array = NDArray[np.float64]

INNER, OUTER = 0.80, 0.95  # of months within the range
FEWEST_MONTHS = 12  # of fewer, the usual variation is too unsure
FEWEST_FOR_SEASON = 24  # of fewer, one unusual month would be taken for a season
FEWEST_AFTER_STEP = 3  # of fewer, the new level is too unsure

_WAVES = 2  # a year: one high and one low, and two of each
_YEAR = 12
# Variances, in parts of the variance of one month about its level: of the level's change from month to month,
# and of the first wave (the second has a quarter). A level that hardly moves is as likely as one that moves.
_DRIFTS, _DRIFT_PRIOR = (0.0, 0.01, 0.04, 0.15, 0.6, 2.5), (1.0, 1.0, 1.0, 0.7, 0.5, 0.35)
_SEASONS = (0.0, 0.1, 0.5, 2.5)
# The variance of one month about its level: 1 by chance alone, less for very small counts, more where incidents
# come in groups. The prior holds an estimate from few months near the dispersion that months of crime have.
_SPREADS = np.exp(np.linspace(np.log(0.25), np.log(60.0), 24))
_SPREAD_PRIOR = -0.5 * np.log(_SPREADS / 1.5) ** 2
_UNKNOWN = 1e7  # the variance of a level of which nothing is known
_SMALLEST_MEAN = 0.02


@dataclass(frozen=True)
class Forecasts:
    """The count to expect in each month: a row for each series, a column for each month.

    `low_80` to `high_80` and `low` to `high`: the smallest and the largest count in the ranges that hold 80 and
    95 % of months, half of the others on each side, or all above where the range begins at 0. `score`: how far
    the count was from the expected one, as a standard normal number. NaN where there are too few months before,
    and `score` where there is no count.
    """

    expected: Array
    low_80: Array
    high_80: Array
    low: Array
    high: Array
    score: Array


@dataclass(frozen=True)
class _Models:
    """The grid of models: the drift and the season of each, and the logarithm of its prior weight."""

    drift: Array
    season: Array
    log_prior: Array


@dataclass(frozen=True)
class _Prediction:
    """What the models predict for one month of some series, before its count is known.

    `mean` (series by model) on the scale of the filter; `variance` (by model) of the level and season, in parts of
    the variance of one month; `squares` (series by model), `log_scale` (by model) and `scored`: the sum of the
    squared errors so far, of their scales, and their number; `months`: the number of counts before, and `since` those
    since the last step change.
    """

    mean: Array
    variance: Array
    squares: Array
    log_scale: Array
    scored: int
    months: int
    since: int

    @property
    def is_known(self) -> bool:
        return self.months >= FEWEST_MONTHS and self.since >= FEWEST_AFTER_STEP


@dataclass(frozen=True)
class _Weights:
    """The weight of each model, summed over the spreads: plain, times the spread, and times its square."""

    plain: Array
    by_spread: Array
    by_square: Array


def forecast_months(first: Month, counts: Array, step_changes: Collection[Month] = (), ahead: int = 0) -> Forecasts:
    """Forecast each month of some series from the months before it, and the months after the last one.

    Parameters
    ----------
    first : Month
        The month of the first column.
    counts : array, series by month
        The counts, NaN where a month is missing or is not to count.
    step_changes : collection of Month
        The months from which the level is estimated again. The season is not.
    ahead : int
        The number of months after the last column to forecast from all the columns.

    Returns
    -------
    Forecasts
        With a column for each column of `counts`, and `ahead` more.
    """
    steps = frozenset(step_changes)
    return _forecast(first, counts, steps, counts.shape[1] + ahead, 0)


def forecast_ahead(first: Month, counts: Array, step_changes: Collection[Month] = (), ahead: int = 1) -> Forecasts:
    """Forecast only the months after the last column, as `forecast_months` does."""
    months = counts.shape[1]
    return _forecast(first, counts, frozenset(step_changes), months + ahead, months)


def _forecast(first: Month, counts: Array, steps: frozenset[Month], end: int, begin: int) -> Forecasts:
    """Forecast the columns from `begin` to before `end`."""
    number = len(counts)
    means, variances = np.full((number, end - begin), np.nan), np.full((number, end - begin), np.nan)
    has_count = ~np.isnan(counts)
    # Series that miss the same months share the variances of the filter, which are most of its work.
    patterns, pattern_of = np.unique(has_count, axis=0, return_inverse=True)
    for position, pattern in enumerate(patterns):
        rows = np.flatnonzero(pattern_of.ravel() == position)
        weighed, weights = 0, None
        for column, prediction in enumerate(_filter_counts(first, counts[rows], pattern, steps, end)):
            if column < begin or not prediction.is_known:
                continue
            # A month without a count, such as those ahead, changes no weight.
            if weights is None or prediction.months != weighed:
                weighed, weights = prediction.months, _weigh_models(prediction)
            means[rows, column - begin], variances[rows, column - begin] = _average_models(prediction, weights)
    return _build_forecasts(means, variances, _get_columns(counts, begin, end))


def _get_columns(counts: Array, begin: int, end: int) -> Array:
    """Return the columns from `begin` to before `end`, NaN for those that the counts lack."""
    columns = np.full((len(counts), end - begin), np.nan)
    present = counts[:, begin:end]
    columns[:, : present.shape[1]] = present
    return columns


@cache
def _list_models() -> _Models:
    drift, season = np.repeat(_DRIFTS, len(_SEASONS)), np.tile(_SEASONS, len(_DRIFTS))
    return _Models(drift, season, np.log(np.repeat(_DRIFT_PRIOR, len(_SEASONS))))


@cache
def _list_terms() -> Array:
    """List for each month of the year what multiplies the level and each wave."""
    angles = 2 * np.pi * np.outer(np.arange(_YEAR), np.arange(1, _WAVES + 1)) / _YEAR
    waves = np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(_YEAR, 2 * _WAVES)
    return np.column_stack([np.ones(_YEAR), waves])


def _filter_counts(
    first: Month, counts: Array, has_count: NDArray[np.bool_], steps: frozenset[Month], end: int
) -> Iterator[_Prediction]:
    """Predict each month up to before column `end` by every model, and learn from its count where it has one.

    All series have counts in the same columns.
    """
    models = _list_models()
    number, size = len(models.drift), 1 + 2 * _WAVES
    observed = 2 * np.sqrt(counts + 0.375)
    state = np.zeros((len(counts), number, size))
    covariance = np.zeros((number, size, size))
    covariance[:, 0, 0] = _UNKNOWN
    for wave in range(_WAVES):
        for place in (1 + 2 * wave, 2 + 2 * wave):
            covariance[:, place, place] = models.season / 4**wave
    squares, log_scale = np.zeros((len(counts), number)), np.zeros(number)
    scored = months = since = 0
    for column in range(end):
        month = first.shift(column)
        if month in steps and since:
            covariance[:, 0, 0] += _UNKNOWN
            since = 0
        covariance[:, 0, 0] += models.drift
        terms = _list_terms()[month.month - 1]
        spread = covariance @ terms
        variance, mean = spread @ terms, state @ terms
        yield _Prediction(mean, variance, squares, log_scale, scored, months, since)
        if column >= counts.shape[1] or not has_count[column]:
            continue
        error, scale = observed[:, column, None] - mean, variance + 1
        gain = spread / scale[:, None]
        state = state + error[:, :, None] * gain
        covariance = covariance - spread[:, :, None] * gain[:, None, :]
        # The first count of a level says nothing of how well the models forecast: they know nothing of it.
        if since:
            squares, log_scale, scored = squares + error**2 / scale, log_scale + np.log(scale), scored + 1
        months, since = months + 1, since + 1


def _weigh_models(prediction: _Prediction) -> _Weights:
    """Weigh each model and spread: its prior times the probability of the errors so far."""
    models = _list_models()
    of_models = models.log_prior - 0.5 * prediction.log_scale
    if prediction.months < FEWEST_FOR_SEASON:
        of_models = np.where(models.season > 0, -np.inf, of_models)
    of_spreads = _SPREAD_PRIOR - 0.5 * prediction.scored * np.log(_SPREADS)
    logs = of_models[:, None] + of_spreads - 0.5 * prediction.squares[:, :, None] / _SPREADS
    weights = np.exp(logs - logs.max(axis=(1, 2), keepdims=True))
    weights /= weights.sum(axis=(1, 2), keepdims=True)
    return _Weights(weights.sum(axis=2), weights @ _SPREADS, weights @ _SPREADS**2)


def _average_models(prediction: _Prediction, weights: _Weights) -> tuple[Array, Array]:
    """Return the mean and the variance of the count of each series, over all models and spreads."""
    squared, total = prediction.mean**2, prediction.variance + 1
    # The count is (y / 2)² - 3/8, and y is normal about the model's mean. Its mean is taken for a level that is where
    # it was: one that may have moved either way has a larger mean square, and the forecast would rise by itself.
    centre = squared / 4 - 0.375
    of_model = centre * weights.plain + weights.by_spread / 4
    mean = np.sum(of_model, axis=1)
    square = centre**2 * weights.plain + centre / 2 * weights.by_spread + weights.by_square / 16
    square += squared / 4 * total * weights.by_spread + total**2 / 8 * weights.by_square
    variance = np.sum(square, axis=1) - mean**2
    of_level = np.sum(squared / 4 * prediction.variance * weights.by_spread, axis=1)
    mean = np.maximum(mean, _SMALLEST_MEAN)
    # No count varies less than chance about its level.
    return mean, np.maximum(variance, mean + of_level)


def _build_forecasts(means: Array, variances: Array, counts: Array) -> Forecasts:
    ranges = (_find_range(coverage, means, variances) for coverage in (INNER, OUTER))
    (low_80, high_80), (low, high) = ranges
    probabilities = compute_probability(counts, means, variances)
    score: Array = special.ndtri(np.clip(probabilities, 1e-12, 1 - 1e-12))
    return Forecasts(means, low_80, high_80, low, high, score)


def _find_range(coverage: float, means: Array, variances: Array) -> tuple[Array, Array]:
    """Find the smallest and the largest count in the range that holds this share of months."""
    outside = 1 - coverage
    low = _find_first(np.full(means.shape, outside / 2), means, variances)
    # No count is below 0: then all months outside are above, or the range would hold more than it says.
    above = np.where(low == 0, outside, outside / 2)
    return low, _find_first(1 - above, means, variances, past=True) - 1


def compute_probability(counts: Array, means: Array, variances: Array) -> Array:
    """Return the probability of a smaller count and half that of the same count.

    With the whole of either tail, the range of small counts would hold more months than it says.
    Source: H. Lancaster, Significance tests in discrete distributions, 1961 (the mid-p value).
    """
    # The negative binomial with this mean and variance; near the Poisson where they are equal.
    size = means**2 / np.maximum(variances - means, 1e-3 * means)
    success = size / (size + means)
    of_smaller = np.where(counts >= 1, special.betainc(size, np.maximum(counts, 1.0), success), 0.0)
    of_smaller_or_same = np.where(counts >= 0, special.betainc(size, np.maximum(counts, 0.0) + 1, success), 0.0)
    result: Array = np.where(np.isnan(counts), np.nan, (of_smaller + of_smaller_or_same) / 2)
    return result


def _find_first(probability: Array, means: Array, variances: Array, *, past: bool = False) -> Array:
    """Find the smallest count whose probability reaches another; `past`: is above it."""
    below, reached = np.full(means.shape, -1.0), np.ceil(means + 12 * np.sqrt(variances) + 10)
    # Halving: the count is above `below`, and at most `reached`.
    while np.nanmax(reached - below, initial=0.0) > 1:
        middle = np.floor((below + reached) / 2)
        probabilities = compute_probability(middle, means, variances)
        is_reached = probabilities > probability if past else probabilities >= probability
        reached, below = np.where(is_reached, middle, reached), np.where(is_reached, below, middle)
    result: Array = reached
    return result
