"""Ranks of areas: intervals of rates, the ranks that they leave open, and the funnel, all from one variance.

The variance of a count is its mean times the dispersion of the areas' months. Because of that one variance an area
is beyond a limit of the funnel exactly where its interval leaves out the overall rate, and one area ranks above
another exactly where the whole of its interval does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from shp_data.analysis.statistics.significance import LEVEL, compute_count_interval

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
        chance of less than half the level (Poisson). Else the limits are those of a Poisson count smaller by the
        dispersion, which has the same variance when scaled back. Source: D. Spiegelhalter, Statistics in Medicine
        24, 2005.
        """
        expected = self.rate_per_1000 * residents / 1000
        if expected == 0:
            return 0.0, 0.0
        scaled = expected / self.dispersion
        # Where no incident at all is likely enough, there is no lower limit to be below.
        none_is_usual = math.exp(-scaled) >= level / 2
        low = 0.0 if none_is_usual else float(special.pdtrik(level / 2, scaled))
        high = float(special.pdtrik(1 - level / 2, scaled)) + 1
        lower, upper = (self.dispersion * end * 1000 / residents for end in (low, high))
        return lower, upper

    def find_interval(self, count: int, residents: int) -> tuple[float, float]:
        """Find the 95 % interval of an area's rate: the rates among whose limits its count is."""
        low, high = compute_count_interval(count, dispersion=self.dispersion)
        return 1000 * low / residents, 1000 * high / residents

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
        The table with STANDING added: rate_low to rate_high, the 95 % interval of the rate per 1,000 residents;
        rank_low to rank_high, the ranks that the intervals leave open (1: the highest rate);
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
        intervals = [overall_funnel.find_interval(count, residents) for count, residents in counts]
        for (count, residents), interval, ranks in zip(counts, intervals, find_ranks(intervals), strict=True):
            position = overall_funnel.classify_rate(1000 * count / residents, residents)
            limits = overall_funnel.find_limits(residents)
            rows.append((*interval, *ranks, overall_funnel.rate_per_1000, *limits, position))
    added = pd.DataFrame(rows, columns=list(STANDING), index=complete_rows.index).reindex(table.index)
    return table.join(added.astype(_KINDS))


def find_ranks(intervals: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Find the best and the worst rank by rate that the intervals leave open to each area.

    Rank 1 is the highest rate. `intervals`: of the rate of each area. The areas whose whole interval is higher rank
    before an area, and those whose whole interval is lower rank behind it. Two areas whose intervals overlap are
    not separated, and two whose intervals do not overlap never have the same range of ranks. Source: M. Klein, T.
    Wright and J. Wieczorek, Journal of the Royal Statistical Society C 69, 2020.
    """
    low, high = np.array(intervals, dtype=float).reshape(len(intervals), 2).T
    above = (low[None, :] > high[:, None]).sum(axis=1)
    below = (high[None, :] < low[:, None]).sum(axis=1)
    return [(1 + more, len(intervals) - less) for more, less in zip(above.tolist(), below.tolist(), strict=True)]
