"""Ranks of areas: intervals of rates, the ranks that chance leaves open, and the funnel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from shp_data.analysis.statistics.discovery import find_discovery_level
from shp_data.analysis.statistics.significance import LEVEL, compute_count_interval, compute_p_values

FAR = 0.002  # the outer limits of a funnel hold 99.8 %
INSIDE = "inside the limits"
STANDING = ("rate_low", "rate_high", "rank_low", "rank_high", "overall_rate", "usual_low", "usual_high", "funnel")
_KINDS = dict.fromkeys(STANDING, "Float64") | {"rank_low": "Int64", "rank_high": "Int64", "funnel": "str"}


@dataclass(frozen=True)
class Funnel:
    """The overall rate of some areas, and how much more than chance their months vary (at least 1)."""

    rate_per_1000: float
    dispersion: float

    def find_limits(self, residents: float, level: float = LEVEL) -> tuple[float, float]:
        """Find the limits of an area's rate for its population, if its true rate were the overall rate.

        At a dispersion of 1 a count is beyond a limit exactly where a count that high, or that low, has a
        chance of less than half the level (Poisson); else the limits are farther from the overall rate by its
        square root. Source: D. Spiegelhalter, Statistics in Medicine 24, 2005.
        """
        expected = self.rate_per_1000 * residents / 1000
        if expected == 0:
            return 0.0, 0.0
        # Where no incident at all is likely enough, there is no lower limit to be below.
        none_is_usual = math.exp(-expected) >= level / 2
        low = 0.0 if none_is_usual else float(special.pdtrik(level / 2, expected))
        high = float(special.pdtrik(1 - level / 2, expected)) + 1
        ends = (max(0.0, expected + math.sqrt(self.dispersion) * (end - expected)) for end in (low, high))
        lower, upper = (end * 1000 / residents for end in ends)
        return lower, upper

    def classify_rate(self, rate: float, residents: float) -> str:
        """Describe whether a rate is inside the limits, or above or below one of them."""
        for level in (FAR, LEVEL):
            low, high = self.find_limits(residents, level)
            if not low <= rate <= high:
                return f"{'above' if rate > high else 'below'} {100 * (1 - level):g}%"
        return INSIDE


def build_funnel(table: pd.DataFrame) -> Funnel | None:
    """Build the funnel of some areas.

    Parameters
    ----------
    table : DataFrame
        count (incidents), population (residents), and dispersion, whose mean is the funnel's; 1 where none
        was estimated.

    Returns
    -------
    Funnel or None
        None where no area has both a count and residents.
    """
    complete_rows = table.dropna(subset=["count", "population"])
    if complete_rows.empty:
        return None
    rate = 1000 * int(complete_rows["count"].sum()) / int(complete_rows["population"].sum())
    return Funnel(rate, float(complete_rows["dispersion"].fillna(1.0).mean()))


def add_standing(table: pd.DataFrame) -> pd.DataFrame:
    """Add intervals, ranks and funnel limits to the rates of areas.

    Parameters
    ----------
    table : DataFrame
        A row for each area, with count (incidents), population (residents) and dispersion.

    Returns
    -------
    DataFrame
        The table with STANDING added: rate_low to rate_high, the exact Poisson interval of the rate per 1,000
        residents; rank_low to rank_high, the ranks that chance leaves open (1: the highest rate);
        overall_rate, of all the areas; usual_low to usual_high, the 95 % limits of the funnel; funnel, the
        position of the area in it. All are missing where the count or the residents are.
    """
    table = table.reset_index(drop=True)
    complete_rows = table.dropna(subset=["count", "population"])
    overall_funnel = build_funnel(table)
    rows = []
    if overall_funnel:
        pairs = zip(complete_rows["count"], complete_rows["population"], strict=True)
        counts = [(int(count), int(residents)) for count, residents in pairs]
        for (count, residents), open_ranks in zip(counts, find_ranks(counts, overall_funnel.dispersion), strict=True):
            interval = [1000 * end / residents for end in compute_count_interval(count)]
            position = overall_funnel.classify_rate(1000 * count / residents, residents)
            limits = overall_funnel.find_limits(residents)
            rows.append((*interval, *open_ranks, overall_funnel.rate_per_1000, *limits, position))
    added = pd.DataFrame(rows, columns=list(STANDING), index=complete_rows.index).reindex(table.index)
    return table.join(added.astype(_KINDS))


def find_ranks(counts: Sequence[tuple[int, int]], dispersion: float = 1.0) -> list[tuple[int, int]]:
    """Find the best and the worst rank by rate that chance leaves open to each area.

    Rank 1 is the highest rate. `counts`: the count and the residents of each area. Every two areas are
    compared by the test of a change, with few false differences among all the pairs. The areas whose rate is
    higher by more than chance rank before an area, and those whose rate is lower rank behind it. Areas with
    equal rates have the same ranks open.
    """
    areas = len(counts)
    cases, residents = np.array(counts, dtype=float).reshape(areas, 2).T
    left, right = np.triu_indices(areas, 1)
    spread, dispersion_df = np.full(len(left), dispersion), [None] * len(left)
    chances = compute_p_values(cases[left], cases[right], residents[left] / residents[right], spread, dispersion_df)
    # 20 wards make 190 pairs: by chance alone one in twenty of them would differ.
    differ = chances <= find_discovery_level(chances)
    # Multiplied crosswise, in whole numbers: two equal rates must not differ by a rounding.
    is_higher = cases[left] * residents[right] > cases[right] * residents[left]
    before = np.bincount(np.where(is_higher, right, left)[differ], minlength=areas)  # how many stand before each place
    behind = np.bincount(np.where(is_higher, left, right)[differ], minlength=areas)
    return [(1 + above, areas - below) for above, below in zip(before.tolist(), behind.tolist(), strict=True)]
