"""The weighted displacement difference: whether an area changed differently from the areas compared with it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from scipy import special

from shp_data.analysis.statistics.dispersion import ASSUMED, Dispersion
from shp_data.analysis.statistics.significance import LEVEL

EffectVerdict = Literal["more than expected", "fewer than expected", "within usual variation", "too few to tell"]
FEWEST = 10  # incidents before and after; of fewer, the normal approximation gives false verdicts


@dataclass(frozen=True)
class BeforeAfterCounts:
    """The incidents of one area before and after. `weight`: one over its size, where sizes differ."""

    before: int
    after: int
    weight: float = 1.0

    def compute_change(self, pace: float) -> float:
        """Compute after less before, by the area's weight; `pace` scales before to what after would have been."""
        return (self.after - self.before * pace) * self.weight

    def compute_variance(self, pace: float) -> float:
        """Compute the variance of that change, for counts that vary by chance alone."""
        return (self.after + self.before * pace**2) * self.weight**2


@dataclass(frozen=True)
class Displacement:
    """How many incidents more (or, below 0, fewer) than the areas compared lead one to expect.

    `low`, `high`: its 95 % interval. The interval holds 0 exactly where `p_value` (how often chance alone
    makes a difference at least as large, up or down) is above 5 %. `verdict`: "more than expected" or
    "fewer than expected" where it does not hold 0, or else "within usual variation"; "too few to tell"
    where an area that is compared had fewer than FEWEST incidents, before and after together.
    """

    difference: float
    standard_error: float
    z: float
    low: float
    high: float
    p_value: float
    verdict: EffectVerdict


_NONE = BeforeAfterCounts(0, 0)


def estimate_displacement(
    treated: BeforeAfterCounts,
    control: BeforeAfterCounts,
    displaced: BeforeAfterCounts = _NONE,
    displaced_control: BeforeAfterCounts = _NONE,
    *,
    pace: float = 1.0,
    spread: Dispersion = ASSUMED,
) -> Displacement:
    """Estimate whether the treated area changed differently from its control area, by more than chance.

    The estimate is the change of the treated area less that of its control, plus the same of the area that
    incidents may have moved to (`displaced`) and its own control, where they are passed.

    Parameters
    ----------
    pace : float
        The length of after over that of before.
    spread : Dispersion
        How much the months vary beyond chance. It multiplies the variance. Where it is estimated, Student's
        t replaces the normal distribution.

    Raises
    ------
    ValueError
        If a count, weight or the pace is negative.

    Notes
    -----
    Source: Wheeler and Ratcliffe, A simple weighted displacement difference test to evaluate place based
    crime interventions, Crime Science 7:11, 2018; for periods and areas of unlike size, A. P. Wheeler's
    `wdd` in the R package ptools (time_weights, area_weights).
    """
    areas = (treated, control, displaced, displaced_control)
    if pace < 0 or any(min(area.before, area.after, area.weight) < 0 for area in areas):
        raise ValueError(f"counts, weights and pace cannot be negative: {areas}, {pace}")
    changes = [area.compute_change(pace) for area in areas]
    difference = changes[0] - changes[1] + changes[2] - changes[3]
    error = math.sqrt(spread.phi * sum(area.compute_variance(pace) for area in areas))
    z = difference / error if error else 0.0
    # Student's t where the dispersion is an estimate of its own, as with few months it is wrong more often.
    critical, tail = _compute_normal(z) if spread.df is None else _compute_student(z, spread.df)
    # Counts under ten are too skewed for the normal distribution: chance would then pass for an effect.
    has_too_few = any(area.before + area.after < FEWEST for area in (treated, control))
    verdict = "too few to tell" if has_too_few else _choose_verdict(z, critical)
    bounds = difference - critical * error, difference + critical * error
    return Displacement(difference, error, z, *bounds, min(1.0, 2 * tail), verdict)


def compare_in_proportion(
    treated: BeforeAfterCounts, control: BeforeAfterCounts, *, spread: Dispersion = ASSUMED
) -> Displacement | None:
    """Compare the change of a small area with that of a large one in proportion, such as the rest of its LPA.

    Areas whose counts differ do not rise and fall by the same number. Here the control's own change is the
    pace, and its count before, over the treated area's, is its size. The difference is then the count
    after, less what it would have been had the area changed as its control did. Returns None where the
    control had nothing before. The hypothesis tested is that of the relative incident rate ratio: D. B.
    Wilson, Journal of Quantitative Criminology 38, 2022, pages 323 to 341.
    """
    if not control.before:
        return None
    weighted_control = replace(control, weight=treated.before / control.before)
    return estimate_displacement(treated, weighted_control, pace=control.after / control.before, spread=spread)


def _choose_verdict(z: float, critical: float) -> EffectVerdict:
    if abs(z) < critical:
        return "within usual variation"
    return "more than expected" if z > 0 else "fewer than expected"


def _compute_normal(z: float) -> tuple[float, float]:
    """Return the deviate from which a difference is beyond chance, and how often chance goes beyond z."""
    return -float(special.ndtri(LEVEL / 2)), float(special.ndtr(-abs(z)))


def _compute_student(z: float, df: int) -> tuple[float, float]:
    return -float(special.stdtrit(df, LEVEL / 2)), float(special.stdtr(df, -abs(z)))
