"""How much more monthly counts vary than independent incidents would."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shp_data.domain.periods import Month

FEWEST_MONTHS = 12  # of fewer, season and trend leave nothing to estimate from
_STEPS = 25  # the fit settles in five or six


@dataclass(frozen=True)
class Dispersion:
    """The variance of monthly counts over their mean, and the degrees of freedom of its estimate.

    `df` is None where phi is 1, so that nothing is uncertain. `estimated` is False where there are too few
    months for an estimate. The counts are then assumed to vary by chance alone, and the verdict must say
    so.
    """

    phi: float
    df: int | None
    estimated: bool


ASSUMED = Dispersion(1.0, None, False)


def estimate_dispersion(counts: Mapping[Month, int], leave_out: Collection[Month] = ()) -> Dispersion:
    """Estimate how much more than by chance monthly counts vary about their season and trend.

    Pearson's dispersion of a Poisson regression on a trend and two yearly waves. It is 1 where the estimate
    is less, since no count varies less than chance. ASSUMED where fewer than FEWEST_MONTHS are left, or all
    are 0. Months are taken as independent of each other.

    Parameters
    ----------
    counts : mapping of Month to int
        The count of every month covered, zeros included.
    leave_out : collection of Month
        Exceptional months, and the months under test, whose own size would hide a real change in them.

    Notes
    -----
    Source: McCullagh and Nelder, Generalized Linear Models, 1989, section 6.2.4.
    """
    return estimate_dispersions(list(counts), [list(counts.values())], leave_out)[0]


def estimate_dispersions(
    months: Sequence[Month], counts: Sequence[Sequence[int]] | NDArray[np.int64], leave_out: Collection[Month] = ()
) -> list[Dispersion]:
    """Estimate the dispersion of the monthly counts of each of many series, as `estimate_dispersion` does for one.

    `counts`: a row for each series, with its count in each of `months`.
    """
    ordered = sorted(range(len(months)), key=lambda position: months[position])
    positions = [position for position in ordered if months[position] not in leave_out]
    all_counts = np.array(counts, dtype=float).reshape(len(counts), len(months))
    observed = np.ascontiguousarray(all_counts[:, positions])  # else a sum may differ by its last digit
    has_incidents = observed.max(axis=1, initial=0) > 0
    if len(positions) < FEWEST_MONTHS or not has_incidents.any():
        return [ASSUMED] * len(counts)
    terms = _build_terms([months[position] for position in positions])
    # 1 stands for rows without incidents, which have nothing to fit: it only keeps the division below whole.
    expected = np.ones_like(observed)
    expected[has_incidents] = _fit_counts(terms, observed[has_incidents])
    df = len(positions) - terms.shape[1]
    # Pearson: the squared differences, each over its expected count, are 1 on average by chance alone.
    phis = np.sum((observed - expected) ** 2 / expected, axis=1) / df
    results = [Dispersion(phi, df, True) if phi > 1 else Dispersion(1.0, None, True) for phi in phis.tolist()]
    return [result if has_any else ASSUMED for result, has_any in zip(results, has_incidents.tolist(), strict=True)]


def _build_terms(months: list[Month]) -> NDArray[np.float64]:
    """Build one row for each month: level, trend by year, and waves of twelve and six months."""
    month_numbers = np.array([month.year * 12 + month.month for month in months], dtype=float)
    angles = [2 * np.pi * waves * month_numbers / 12 for waves in (1, 2)]
    # Time is centred, in years: else the trend and the level are almost the same column, and the fit unsure.
    columns = [np.ones_like(month_numbers), (month_numbers - month_numbers.mean()) / 12]
    return np.column_stack([*columns, *(wave(angle) for angle in angles for wave in (np.sin, np.cos))])


def _fit_counts(terms: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit the counts of each row by a Poisson regression with log link (iterated weighted least squares)."""
    expected = observed + 0.5
    # The rows that have not settled: a row's fit is the same alone and among others.
    unsettled = np.arange(len(observed))
    for _ in range(_STEPS):
        counts, before = observed[unsettled], expected[unsettled]
        weights = np.sqrt(before)
        target = weights * (np.log(before) + (counts - before) / before)
        # Months of one season alone leave some of the terms open: then the least of them.
        coefficients = np.linalg.pinv(terms * weights[:, :, None], rcond=1e-10) @ target[:, :, None]
        after = np.exp(np.clip((terms @ coefficients)[:, :, 0], -20, 20))
        expected[unsettled] = after
        unsettled = unsettled[np.abs(after / before - 1).max(axis=1) >= 1e-8]
        if not unsettled.size:
            break
    return expected
