"""Measure how often the verdicts report a change where there is none, and how often they find a real one.

    python -m benchmarks.calibration [--trials 10000]

Quarters are drawn from a Poisson distribution, or where the dispersion is above 1 from a negative binomial
one. "estimated": each trial draws 36 months with a season, and its dispersion is estimated from them, the
months under test left out. Families of 56 changes, as of 14 indicators in 4 areas, are graded as on the pages: how
many of those without a cause are clear. The exit code is 1 if a bound is not met.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shp_data.analysis.statistics.discovery import find_discovery_level
from shp_data.analysis.statistics.dispersion import estimate_dispersion, estimate_dispersions
from shp_data.analysis.statistics.significance import LEVEL, compute_p_value, compute_p_values
from shp_data.domain.periods import Month

SEED = 2021
MONTHS = [Month(2018, 4).shift(n) for n in range(36)]
SEASON = 1 + 0.4 * np.sin(2 * np.pi * np.arange(36) / 12)
NOW, BEFORE = slice(33, 36), slice(21, 24)  # the last quarter, and the same one a year before


@dataclass(frozen=True)
class Case:
    """The counts to draw, and the largest share of verdicts of a change allowed (the smallest, for a real change)."""

    count: int
    dispersion: float
    estimated: bool
    change: float
    bound: float

    @property
    def is_real(self) -> bool:
        return self.change != 1

    def is_within(self, share: float) -> bool:
        return share >= self.bound if self.is_real else share <= self.bound


CASES = [
    *(Case(n, phi, False, 1, 0.055) for n in (5, 20, 100, 1000) for phi in (1, 2.7)),
    *(Case(n, phi, True, 1, 0.055) for n in (5, 20, 100, 1000) for phi in (1, 2.7)),
    Case(100, 1, False, 1.5, 0.8),
    Case(100, 1, True, 1.5, 0.8),
]


FAMILY = 56  # changes tested together: 14 indicators in 4 areas
KINDS = [(count, phi) for count in (5, 20, 100, 400) for phi in (1, 1.7, 2.7)]  # of a quarter, in turn
FAMILIES = {0: 0.01, 6: 0.01}  # so many of the others are real -> the largest share of clear changes without a cause


def measure_clear_share(real: int, families: int, generator: np.random.Generator) -> float:
    """Return the share of clear verdicts among the changes without a cause, where some of each family doubled."""
    kinds = [KINDS[place % len(KINDS)] for place in range(FAMILY)]
    clear = 0
    for _ in range(families):
        is_real = np.isin(np.arange(FAMILY), generator.choice(FAMILY, real, replace=False))
        drawn = np.empty((FAMILY, len(MONTHS)), dtype=np.int64)
        for place, (count, phi) in enumerate(kinds):
            expected = SEASON * count / SEASON[NOW].sum()
            expected[NOW] *= 2 if is_real[place] else 1
            drawn[place] = _draw_counts(expected, phi, generator)
        spreads = estimate_dispersions(MONTHS, drawn, MONTHS[NOW])
        spread, df = [fit.phi for fit in spreads], [fit.df for fit in spreads]
        counts = drawn[:, NOW].sum(axis=1), drawn[:, BEFORE].sum(axis=1)
        p_values = compute_p_values(*counts, np.ones(FAMILY), spread, df)
        clear += int((p_values[~is_real] <= find_discovery_level(p_values)).sum())
    return clear / families / (FAMILY - real)


def measure_share(case: Case, trials: int, generator: np.random.Generator) -> float:
    """Return the share of the trials in which the verdict reports a change."""
    count_changes = _count_estimated if case.estimated else _count_known
    return count_changes(case, trials, generator) / trials


def _count_known(case: Case, trials: int, generator: np.random.Generator) -> int:
    now = _draw_counts(np.full(trials, case.count * case.change), case.dispersion, generator)
    before = _draw_counts(np.full(trials, float(case.count)), case.dispersion, generator)
    # Few different pairs of counts are drawn, and the exact test is slow.
    test = cache(compute_p_value)
    return sum(test(int(a), int(b), 1.0, case.dispersion) <= LEVEL for a, b in zip(now, before, strict=True))


def _count_estimated(case: Case, trials: int, generator: np.random.Generator) -> int:
    expected = SEASON * case.count / SEASON[NOW].sum()
    expected[NOW] *= case.change
    drawn = _draw_counts(np.tile(expected, (trials, 1)), case.dispersion, generator)
    changes = 0
    for counts in drawn:
        series = dict(zip(MONTHS, counts.tolist(), strict=True))
        spread = estimate_dispersion(series, leave_out=MONTHS[NOW])
        chance = compute_p_value(int(counts[NOW].sum()), int(counts[BEFORE].sum()), 1.0, spread.phi, spread.df)
        changes += chance <= LEVEL
    return changes


def _draw_counts(mean: NDArray[np.float64], phi: float, generator: np.random.Generator) -> NDArray[np.int64]:
    # A negative binomial count has the variance phi times its mean with these parameters; phi of 1 is Poisson.
    if phi == 1:
        return generator.poisson(mean)
    return generator.negative_binomial(mean / (phi - 1), 1 / phi)


def main() -> int:
    """Print one line for each case. Return 1 if a bound is not met."""
    parser = argparse.ArgumentParser("python -m benchmarks.calibration")
    parser.add_argument("--trials", type=int, default=10_000)
    trials = parser.parse_args().trials
    generator = np.random.default_rng(SEED)
    print(f"{'change':>8} {'count':>6} {'dispersion':>16} {'verdicts of a change':>22} {'bound':>12}")
    all_within = True
    for case in CASES:
        share = measure_share(case, trials, generator)
        all_within &= case.is_within(share)
        spread = f"{case.dispersion} {'estimated' if case.estimated else 'known'}"
        bound = f"{'at least' if case.is_real else 'at most'} {case.bound:.1%}"
        mark = "" if case.is_within(share) else "  NOT MET"
        print(f"{case.change - 1:>8.0%} {case.count:>6} {spread:>16} {share:>22.2%} {bound:>15}{mark}")
    for real, bound in FAMILIES.items():
        share = measure_clear_share(real, trials // 20, generator)
        all_within &= share <= bound
        name = f"clear without a cause, in families of {FAMILY} of which {real} doubled"
        print(f"{name:>55} {share:>8.2%} {f'at most {bound:.1%}':>15}{'' if share <= bound else '  NOT MET'}")
    return 0 if all_within else 1


if __name__ == "__main__":
    sys.exit(main())
