"""Did a place change otherwise than the places that it is compared with? The weighted displacement difference."""

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
class Counts:
    """The incidents of one area before and after. `weight`: one over its size, where sizes differ."""

    before: int
    after: int
    weight: float = 1.0

    def change(self, pace: float) -> float:
        """After less before, by the area's weight; `pace` brings before to what after would have been."""
        return (self.after - self.before * pace) * self.weight

    def variance(self, pace: float) -> float:
        """Of that change, for counts that chance alone makes vary."""
        return (self.after + self.before * pace**2) * self.weight**2


@dataclass(frozen=True)
class Displacement:
    """How many incidents more (or, below 0, fewer) than the places compared lead one to expect.

    `low`, `high`: its 95 % interval. It holds 0 exactly where `p_value` (how often chance alone makes a
    difference at least as large, up or down) is above 5 %. `verdict`: "more than expected" or "fewer than
    expected" where it does not, else "within usual variation"; "too few to tell" where a place that is
    compared saw fewer than FEWEST incidents, before and after together.
    """

    difference: float
    standard_error: float
    z: float
    low: float
    high: float
    p_value: float
    verdict: EffectVerdict


_NONE = Counts(0, 0)


def displacement(
    treated: Counts,
    control: Counts,
    displaced: Counts = _NONE,
    displaced_control: Counts = _NONE,
    *,
    pace: float = 1.0,
    spread: Dispersion = ASSUMED,
) -> Displacement:
    """Did the treated area change otherwise than its control area, by more than chance?

    The change of the treated area less that of its control, and the same of the area that incidents may have
    moved to (`displaced`) and its own control, where given. `pace`: the length of after over that of before.
    `spread`: how much the months vary beyond chance; it multiplies the variance, and where it is estimated,
    Student's t takes the place of the normal. Raises ValueError for a negative count, weight or pace.
    Source: Wheeler and Ratcliffe, A simple weighted displacement difference test to evaluate place based
    crime interventions, Crime Science 7:11, 2018; for periods and areas of unlike size, A. P. Wheeler's
    `wdd` in the R package ptools (time_weights, area_weights).
    """
    areas = (treated, control, displaced, displaced_control)
    if pace < 0 or any(min(area.before, area.after, area.weight) < 0 for area in areas):
        raise ValueError(f"counts, weights and pace cannot be negative: {areas}, {pace}")
    changes = [area.change(pace) for area in areas]
    difference = changes[0] - changes[1] + changes[2] - changes[3]
    error = math.sqrt(spread.phi * sum(area.variance(pace) for area in areas))
    z = difference / error if error else 0.0
    critical, tail = _normal(z) if spread.df is None else _student(z, spread.df)
    few = any(area.before + area.after < FEWEST for area in (treated, control))
    verdict = "too few to tell" if few else _verdict(z, critical)
    bounds = difference - critical * error, difference + critical * error
    return Displacement(difference, error, z, *bounds, min(1.0, 2 * tail), verdict)


def in_proportion(treated: Counts, control: Counts, *, spread: Dispersion = ASSUMED) -> Displacement | None:
    """Did a small area change otherwise than in proportion to a large one, such as the rest of its LPA?

    Areas whose counts are not alike do not rise and fall by the same number. Here the control's own change
    is the pace, and its count before, over the treated area's, is its size: the difference is then what was
    counted after, less what there would have been had the area changed as its control did. None where the
    control had nothing before. The hypothesis tested is that of the relative incident rate ratio: D. B.
    Wilson, Journal of Quantitative Criminology 38, 2022, pages 323 to 341.
    """
    if not control.before:
        return None
    sized = replace(control, weight=treated.before / control.before)
    return displacement(treated, sized, pace=control.after / control.before, spread=spread)


def _verdict(z: float, critical: float) -> EffectVerdict:
    if abs(z) < critical:
        return "within usual variation"
    return "more than expected" if z > 0 else "fewer than expected"


def _normal(z: float) -> tuple[float, float]:
    """The deviate from which on a difference is beyond chance, and how often chance goes beyond z."""
    return -float(special.ndtri(LEVEL / 2)), float(special.ndtr(-abs(z)))


def _student(z: float, df: int) -> tuple[float, float]:
    return -float(special.stdtrit(df, LEVEL / 2)), float(special.stdtr(df, -abs(z)))
