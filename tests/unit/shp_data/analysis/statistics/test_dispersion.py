"""Dispersion: against a regression in statsmodels, on made series, and where it cannot be estimated."""

import numpy as np
import pytest
import statsmodels.api as sm

from shp_data.analysis.statistics.dispersion import (
    ASSUMED,
    FEWEST_MONTHS,
    Dispersion,
    estimate_dispersion,
    estimate_dispersions,
)
from shp_data.domain.periods import Month

START = Month(2018, 4)


def series(counts):
    return {START.shift(n): int(count) for n, count in enumerate(counts)}


def seasonal(months, level=50.0, trend=-0.2):
    """The expected counts of a series with a winter low, a second wave and a trend by year."""
    at = np.arange(months)
    waves = 0.3 * np.sin(2 * np.pi * at / 12) + 0.15 * np.cos(4 * np.pi * at / 12)
    return level * np.exp(waves + trend * at / 12)


def drawn(mean, phi, seed=7):
    generator = np.random.default_rng(seed)
    return generator.negative_binomial(mean / (phi - 1), 1 / phi)


def test_it_is_pearsons_of_a_poisson_regression():
    counts = drawn(seasonal(36), 2.7)
    at = np.arange(36)
    angle = 2 * np.pi * (at + 3) / 12  # the waves start in January, but any start spans the same
    columns = [np.ones(36), at, np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)]
    fit = sm.GLM(counts, np.column_stack(columns), family=sm.families.Poisson()).fit()
    found = estimate_dispersion(series(counts))
    assert found == Dispersion(pytest.approx(fit.pearson_chi2 / fit.df_resid, rel=1e-6), 30, True)


def test_season_and_trend_are_no_dispersion():
    assert estimate_dispersion(series(seasonal(36).round())) == Dispersion(1.0, None, True)
    flat = estimate_dispersion(series(np.where(np.arange(36) % 2, 20, 80)))  # neither season nor trend
    assert flat.phi > 10


def test_it_finds_what_was_put_in():
    found = [estimate_dispersion(series(drawn(seasonal(36), 2.7, seed))) for seed in range(200)]
    assert np.mean([one.phi for one in found]) == pytest.approx(2.7, abs=0.15)
    chance = [estimate_dispersion(series(np.random.default_rng(seed).poisson(seasonal(36)))) for seed in range(200)]
    assert np.mean([one.phi for one in chance]) == pytest.approx(1.1, abs=0.05)  # never below 1
    assert {one.df for one in chance if one.phi == 1} == {None}


def test_months_left_out_do_not_count():
    counts = seasonal(36).round()
    counts[24:28] *= 4
    left_out = [START.shift(n) for n in range(24, 28)]
    assert estimate_dispersion(series(counts)).phi > 10
    assert estimate_dispersion(series(counts), left_out) == Dispersion(1.0, None, True)


def test_too_few_months_are_taken_as_chance_and_say_so():
    counts = series(drawn(seasonal(36), 20))
    months = list(counts)
    enough, fewer = months[FEWEST_MONTHS:], months[FEWEST_MONTHS - 1 :]
    assert estimate_dispersion(counts, enough).df == FEWEST_MONTHS - 6
    assert estimate_dispersion(counts, fewer) == ASSUMED
    assert estimate_dispersion({}) == estimate_dispersion(series([0] * 36)) == ASSUMED
    assert Dispersion(1.0, None, False) == ASSUMED
    assert FEWEST_MONTHS == 12  # a whole year: with less, a season cannot be told from a trend


@pytest.mark.parametrize(
    "counts",
    [[0] * 35 + [1], [1, *[0] * 35], [0] * 18 + [50] * 18, [0, 3] * 18, [*[0] * 34, 50, *[0] * 25]],
)
def test_a_sparse_or_broken_series_gives_a_number(counts):
    found = estimate_dispersion(series(counts))
    assert 1 <= found.phi < 1e6
    assert found.estimated


def test_of_many_places_each_is_told_as_if_alone():
    rows = [[0] * 48, *(drawn(seasonal(48), phi, seed).tolist() for seed, phi in enumerate([1.5, 2.7, 2.7]))]
    months = list(series(rows[0]))
    jumbled = list(reversed(range(48)))
    found = estimate_dispersions([months[n] for n in jumbled], [[row[n] for n in jumbled] for row in rows], months[-3:])
    assert found == [estimate_dispersion(series(row), months[-3:]) for row in rows]
    assert [one.estimated for one in found] == [False, True, True, True]
    assert estimate_dispersions(months, []) == []


def test_months_of_one_season_leave_terms_open_and_still_give_a_number():
    autumns = {month: count for month, count in series(drawn(seasonal(60), 2.7)).items() if month.month >= 10}
    assert 1 <= estimate_dispersion(autumns).phi < 100


def test_of_one_month_a_year_nothing_but_level_and_trend_is_fitted():
    counts = drawn(np.full(20, 80.0), 2.7)
    fit = sm.GLM(counts, np.column_stack([np.ones(20), np.arange(20)]), family=sm.families.Poisson()).fit()
    found = estimate_dispersion({Month(2000 + n, 6): int(count) for n, count in enumerate(counts)})
    assert found.phi * (20 - 6) == pytest.approx(fit.pearson_chi2, rel=1e-6)


def test_months_may_be_missing_between():
    kept = {month: count for month, count in series(drawn(seasonal(48), 2.7)).items() if month.year != 2020}
    assert estimate_dispersion(kept).df == 36 - 6
