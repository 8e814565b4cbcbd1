"""The verdicts are calibrated, few false alarms and most real changes found: the benchmark in little."""

import math

import numpy as np
import pytest

from benchmarks.calibration import CASES, FAMILIES, FAMILY, SEED, Case, measure_clear_share, measure_share
from shp_data.analysis.statistics.significance import compute_p_value

TRIALS = 1_000


@pytest.mark.parametrize("case", CASES, ids=str)
def test_verdicts_keep_their_bounds(case):
    share = measure_share(case, TRIALS, np.random.default_rng(SEED))
    slack = 2 * math.sqrt(case.bound * (1 - case.bound) / TRIALS)  # so few trials tell no better
    assert case.is_within(share - slack if not case.is_real else share + slack)
    assert share > 0.01  # a test that never speaks would keep its bound as well


def test_without_its_dispersion_a_series_cries_wolf(monkeypatch):
    monkeypatch.setattr(
        "benchmarks.calibration.compute_p_value",
        lambda current, previous, ratio, phi: compute_p_value(current, previous, ratio),
    )
    spread = Case(100, 2.7, False, 1, 0.055)
    assert measure_share(spread, TRIALS, np.random.default_rng(SEED)) > 0.15


@pytest.mark.parametrize(("real", "bound"), FAMILIES.items())
def test_few_changes_without_a_cause_are_clear(real, bound):
    families = 40
    share = measure_clear_share(real, families, np.random.default_rng(SEED))
    assert share <= bound + 2 * math.sqrt(bound * (1 - bound) / families / FAMILY)


def test_without_its_family_more_would_be_clear(monkeypatch):
    monkeypatch.setattr("benchmarks.calibration.find_discovery_level", lambda _: 0.05)
    assert measure_clear_share(0, 40, np.random.default_rng(SEED)) > 0.02
