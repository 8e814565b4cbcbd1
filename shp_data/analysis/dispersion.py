"""How much more does a monthly count vary than independent incidents would?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shp_data.domain.periods import Month

FEWEST_MONTHS = 12  # of fewer, season and trend leave nothing to estimate from
_STEPS = 25  # the fit settles in five or six


@dataclass(frozen=True)
class Dispersion:
    """The variance of monthly counts over their mean, and the degrees of freedom of its estimate.

    `df` is None where phi is 1 and leaves nothing to be unsure of. `estimated` is False where too few months
    are known to say: the counts are then taken to vary as chance alone does, which must be said beside the
    verdict.
    """

    phi: float
    df: int | None
    estimated: bool


ASSUMED = Dispersion(1.0, None, False)


def dispersion(counts: Mapping[Month, int], leave_out: Collection[Month] = ()) -> Dispersion:
    """How much do monthly counts vary about their season and trend, beside what chance would do?

    `counts`: of every month covered, zeros included. `leave_out`: exceptional months, and those under test,
    which would hide a real change in them by its own size. Pearson's dispersion of a Poisson regression on a
    trend and two yearly waves; 1 where it is less, for no count varies less than chance. ASSUMED where fewer
    than FEWEST_MONTHS are left, or all are 0. Months are taken as independent of each other.
    Source: McCullagh and Nelder, Generalized Linear Models, 1989, section 6.2.4.
    """
    months = sorted(set(counts) - set(leave_out))
    observed = np.array([counts[month] for month in months], dtype=float)
    if len(months) < FEWEST_MONTHS or not observed.any():
        return ASSUMED
    terms = _season_and_trend(months)
    expected = _fitted(terms, observed)
    df = len(months) - terms.shape[1]
    phi = float(np.sum((observed - expected) ** 2 / expected)) / df
    return Dispersion(phi, df, True) if phi > 1 else Dispersion(1.0, None, True)


def _season_and_trend(months: list[Month]) -> NDArray[np.float64]:
    """One row a month: level, trend by year, and waves of twelve and six months."""
    at = np.array([month.year * 12 + month.month for month in months], dtype=float)
    turns = [2 * np.pi * waves * at / 12 for waves in (1, 2)]
    columns = [np.ones_like(at), (at - at.mean()) / 12]
    return np.column_stack([*columns, *(wave(turn) for turn in turns for wave in (np.sin, np.cos))])


def _fitted(terms: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    """The expected counts of a Poisson regression with log link, by iterated weighted least squares."""
    expected = observed + 0.5
    for _ in range(_STEPS):
        weights = np.sqrt(expected)
        target = np.log(expected) + (observed - expected) / expected
        coefficients = np.linalg.lstsq(terms * weights[:, None], target * weights, rcond=None)[0]
        before, expected = expected, np.exp(np.clip(terms @ coefficients, -20, 20))
        if np.abs(expected / before - 1).max() < 1e-8:
            break
    return expected
