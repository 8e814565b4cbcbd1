"""How much more does a monthly count vary than independent incidents would?"""

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
    return dispersions(list(counts), [list(counts.values())], leave_out)[0]


def dispersions(
    months: Sequence[Month], counts: Sequence[Sequence[int]] | NDArray[np.int64], leave_out: Collection[Month] = ()
) -> list[Dispersion]:
    """How much do the monthly counts of each of many places vary, as `dispersion` says it of one?

    `counts`: a row for each place, with its count in each of `months`.
    """
    kept = [place for place, month in sorted(enumerate(months), key=lambda at: at[1]) if month not in leave_out]
    given = np.array(counts, dtype=float).reshape(len(counts), len(months))
    observed = np.ascontiguousarray(given[:, kept])  # else a sum may differ by its last digit
    some = observed.max(axis=1, initial=0) > 0
    if len(kept) < FEWEST_MONTHS or not some.any():
        return [ASSUMED] * len(counts)
    terms = _season_and_trend([months[place] for place in kept])
    expected = np.ones_like(observed)
    expected[some] = _fitted(terms, observed[some])
    df = len(kept) - terms.shape[1]
    phis = np.sum((observed - expected) ** 2 / expected, axis=1) / df
    found = [Dispersion(phi, df, True) if phi > 1 else Dispersion(1.0, None, True) for phi in phis.tolist()]
    return [one if any_at_all else ASSUMED for one, any_at_all in zip(found, some.tolist(), strict=True)]


def _season_and_trend(months: list[Month]) -> NDArray[np.float64]:
    """One row a month: level, trend by year, and waves of twelve and six months."""
    at = np.array([month.year * 12 + month.month for month in months], dtype=float)
    turns = [2 * np.pi * waves * at / 12 for waves in (1, 2)]
    columns = [np.ones_like(at), (at - at.mean()) / 12]
    return np.column_stack([*columns, *(wave(turn) for turn in turns for wave in (np.sin, np.cos))])


def _fitted(terms: NDArray[np.float64], observed: NDArray[np.float64]) -> NDArray[np.float64]:
    """The expected counts of a Poisson regression with log link of each row, by iterated weighted least squares."""
    expected = observed + 0.5
    moving = np.arange(len(observed))  # the rows that have not settled: a row's fit is the same alone and among others
    for _ in range(_STEPS):
        seen, before = observed[moving], expected[moving]
        weights = np.sqrt(before)
        target = weights * (np.log(before) + (seen - before) / before)
        # Months of one season alone leave some of the terms open: then the least of them.
        coefficients = np.linalg.pinv(terms * weights[:, :, None], rcond=1e-10) @ target[:, :, None]
        after = np.exp(np.clip((terms @ coefficients)[:, :, 0], -20, 20))
        expected[moving] = after
        moving = moving[np.abs(after / before - 1).max(axis=1) >= 1e-8]
        if not moving.size:
            break
    return expected
