"""Where places stand among each other: intervals of rates, the ranks that chance leaves open, and the funnel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from shp_data.analysis.statistics.discovery import discovery_level
from shp_data.analysis.statistics.significance import LEVEL, count_interval, p_values

FAR = 0.002  # the outer limits of a funnel hold 99.8 %
INSIDE = "inside the limits"
STANDING = ("rate_low", "rate_high", "rank_low", "rank_high", "overall_rate", "usual_low", "usual_high", "funnel")
_KINDS = dict.fromkeys(STANDING, "Float64") | {"rank_low": "Int64", "rank_high": "Int64", "funnel": "str"}


@dataclass(frozen=True)
class Funnel:
    """The rate of some places together, and how much more than chance their months vary (at least 1)."""

    rate_per_1000: float
    dispersion: float

    def limits(self, residents: float, level: float = LEVEL) -> tuple[float, float]:
        """Between which rates would a place with so many residents lie, if it were as all together are?

        At a dispersion of 1 a count is beyond a limit exactly where a count so high, or so low, has a chance of
        less than half the level (Poisson); else the limits are farther from the overall rate by its square
        root. Source: D. Spiegelhalter, Statistics in Medicine 24, 2005.
        """
        expected = self.rate_per_1000 * residents / 1000
        if expected == 0:
            return 0.0, 0.0
        none_is_usual = math.exp(-expected) >= level / 2
        low = 0.0 if none_is_usual else float(special.pdtrik(level / 2, expected))
        high = float(special.pdtrik(1 - level / 2, expected)) + 1
        ends = (max(0.0, expected + math.sqrt(self.dispersion) * (end - expected)) for end in (low, high))
        lower, upper = (end * 1000 / residents for end in ends)
        return lower, upper

    def place(self, rate: float, residents: float) -> str:
        """Is a rate inside the limits, or above or below which of them?"""
        for level in (FAR, LEVEL):
            low, high = self.limits(residents, level)
            if not low <= rate <= high:
                return f"{'above' if rate > high else 'below'} {100 * (1 - level):g}%"
        return INSIDE


def funnel(table: pd.DataFrame) -> Funnel | None:
    """What is the rate of all the places together? None where no place has both a count and residents.

    `table`: count, population, and dispersion, whose mean is the funnel's; 1 where none was estimated.
    """
    known = table.dropna(subset=["count", "population"])
    if known.empty:
        return None
    rate = 1000 * int(known["count"].sum()) / int(known["population"].sum())
    return Funnel(rate, float(known["dispersion"].fillna(1.0).mean()))


def standing(table: pd.DataFrame) -> pd.DataFrame:
    """How sure are the rates of places, and their order?

    `table`: a row for each place with count, population and dispersion. Out: the table with STANDING added:
    rate_low to rate_high, the exact Poisson interval of the rate; rank_low to rank_high, the ranks that chance
    leaves open (1: the highest rate); overall_rate, of all the places; usual_low to usual_high, the 95 % limits of
    the funnel, and where the place lies in it. All are missing where the count or the residents are.
    """
    table = table.reset_index(drop=True)
    known = table.dropna(subset=["count", "population"])
    around = funnel(table)
    rows = []
    if around:
        counts = [(int(n), int(people)) for n, people in zip(known["count"], known["population"], strict=True)]
        for (count, people), open_ranks in zip(counts, ranks(counts, around.dispersion), strict=True):
            interval = [1000 * end / people for end in count_interval(count)]
            where = around.place(1000 * count / people, people)
            rows.append((*interval, *open_ranks, around.rate_per_1000, *around.limits(people), where))
    added = pd.DataFrame(rows, columns=list(STANDING), index=known.index).reindex(table.index)
    return table.join(added.astype(_KINDS))


def ranks(counts: Sequence[tuple[int, int]], dispersion: float = 1.0) -> list[tuple[int, int]]:
    """Which ranks by rate does chance leave open to each place? The best and the worst; 1 is the highest rate.

    `counts`: of each place its count and its residents. Every two are compared by the test of a change, with few
    false differences among all the pairs; the places that are higher by more than chance stand before one, and
    those that are lower behind. Places with equal rates have the same ranks open, as far as chance goes.
    """
    places = len(counts)
    cases, people = np.array(counts, dtype=float).reshape(places, 2).T
    one, other = np.triu_indices(places, 1)
    spread, known = np.full(len(one), dispersion), [None] * len(one)
    chances = p_values(cases[one], cases[other], people[one] / people[other], spread, known)
    differ = chances <= discovery_level(chances)
    first = cases[one] * people[other] > cases[other] * people[one]
    before = np.bincount(np.where(first, other, one)[differ], minlength=places)  # how many stand before each place
    behind = np.bincount(np.where(first, one, other)[differ], minlength=places)
    return [(1 + above, places - below) for above, below in zip(before.tolist(), behind.tolist(), strict=True)]
