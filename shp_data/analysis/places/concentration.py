"""How few locations hold most incidents, and how many repeat locations to expect by chance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from shp_data.analysis.context import build_figure, name_indicators
from shp_data.analysis.measures import list_wards_of
from shp_data.analysis.places.places import count_by_location, list_locations
from shp_data.analysis.places.repeats import MINIMUM, describe_missing_coordinates, find_location_coverage
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader

_POINTS = 200  # of the curve: as many as a chart can show
_EQUALLY = (
    "Expected by chance: as if each of a ward's incidents fell on any of its known places (those with an incident "
    "of any kind since the first month loaded) alike. Places are not alike: a shopping street sees more than a "
    "close, so more repeat locations than expected are usual and say nothing of their cause."
)


@dataclass(frozen=True)
class Half:
    """The busiest locations that together hold half of the incidents, among all locations with any."""

    locations: int
    all_locations: int

    @property
    def share(self) -> float:
        """The share of all locations that these are, in per cent."""
        return 100 * self.locations / self.all_locations


def estimate_by_chance(reader: Reader, selection: Selection, minimum: int = MINIMUM) -> Figure:
    """Estimate how many repeat locations to expect if the incidents of a ward fell on its locations by chance.

    Of n incidents over m locations, each location has Binomial(n, 1/m): expected = m P(X >= minimum). The
    expectation is exact although the locations of a ward are not independent. The assumption is that all of
    them are equally likely. `sum_repeat_locations` sums the result.

    Parameters
    ----------
    minimum : int
        The fewest incidents that make a repeat location.

    Returns
    -------
    Figure
        A table with one row for each ward of the selection, by LPA and name, and one for the locations in
        no ward that have incidents: code, ward, lpa, count (of the incidents with coordinates), places
        (known locations: those with any incident, of any indicator, in any month), observed and expected
        (locations with the minimum or more).

    Raises
    ------
    SelectionError
        If the minimum is below 1.
    NotAllowedError
        If the viewer may not see the points.
    """
    if minimum < 1:
        raise SelectionError(f"a repeat location has at least 1 incident; the minimum given is {minimum}")
    rows = count_by_location(reader, selection, ())
    locations = list_locations(reader, selection.ward_year, selection.areas).table
    counts = rows.dropna(subset="place").set_index("place")["count"]
    locations = locations.assign(count=counts.reindex(locations.index).fillna(0).astype("int64"))
    locations["observed"] = locations["count"] >= minimum
    keys = ["lpa", "ward", "code"]
    sums = locations.groupby(keys).agg(count=("count", "sum"), places=("count", "size"), observed=("observed", "sum"))
    wards = pd.MultiIndex.from_tuples(_list_wards(reader, selection), names=keys)
    # Locations in no ward of the areas count too: else the parts would not add up to the whole.
    outside = sums[sums["count"] > 0].index.difference(wards)
    table = sums.reindex(wards.append(outside), fill_value=0).reset_index()
    table["expected"] = _compute_expected(table["count"].to_numpy(), table["places"].to_numpy(), minimum)
    columns = ["code", "ward", "lpa", "count", "places", "observed", "expected"]
    table = table[columns].astype({"count": "Int64", "places": "Int64", "observed": "Int64"})
    measure = f"{name_indicators(selection.indicators)}, places with {minimum:,} or more and those to expect by chance"
    result = build_figure(reader, selection, table, measure=measure, mapped=True)
    unplaced = int(rows.loc[rows["place"].isna(), "count"].sum())
    return replace(result, caveats=(*result.caveats, *describe_missing_coordinates(selection, unplaced), _EQUALLY))


def sum_repeat_locations(chance: Figure) -> tuple[int, float]:
    """Return the number of repeat locations in all the wards, and the number expected by chance."""
    return int(chance.table["observed"].sum()), float(chance.table["expected"].sum())


def build_curve(reader: Reader, selection: Selection) -> Figure:
    """Build the curve that shows how many of all incidents the busiest locations hold.

    Returns
    -------
    Figure
        A table of the curve, from 0 to 100 in both shares: busiest (number of locations, of those with any
        incident), place_share (their share of those locations, %), incident_share (their share of the
        incidents with coordinates, %). The curve is straight between its rows. There are at most about 200:
        those at which the count of a location changes, and the one that `find_half` finds. No row where
        nothing happened.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the points.
    """
    rows = count_by_location(reader, selection, ())
    counts = rows.dropna(subset="place")["count"].sort_values(ascending=False).to_numpy(dtype="int64")
    busiest = find_corners(counts)
    incidents = np.concatenate([[0], np.cumsum(counts)])[busiest]
    total = max(int(counts.sum()), 1)  # 0 only where there are no rows
    table = pd.DataFrame(
        {
            "busiest": pd.array(busiest, dtype="Int64"),
            "place_share": 100 * busiest / max(len(counts), 1),
            "incident_share": 100 * incidents / total,
        }
    )
    measure = f"{name_indicators(selection.indicators)}, share of the busiest places"
    result = build_figure(reader, selection, table, measure=measure)
    unplaced = int(rows.loc[rows["place"].isna(), "count"].sum())
    caveats = (*result.caveats, *describe_missing_coordinates(selection, unplaced))
    return replace(result, caveats=caveats, coverage=find_location_coverage(result.coverage, selection, rows))


def find_half(curve: Figure) -> Half | None:
    """Find how few locations hold half of the incidents, from the curve of `build_curve`; None if it is empty."""
    if curve.table.empty:
        return None
    reached = curve.table.loc[curve.table["incident_share"] >= 50, "busiest"]
    return Half(int(reached.iloc[0]), int(curve.table["busiest"].iloc[-1]))


def _list_wards(reader: Reader, selection: Selection) -> list[tuple[str, str, str]]:
    """List the LPA, name and code of the wards of a selection."""
    wards = list_wards_of(reader.partnership.areas, selection)
    return [(ward.lpa, ward.name, ward.code) for ward in wards if selection.ward in (None, ward.code)]


def _compute_expected(incidents: np.ndarray, locations: np.ndarray, minimum: int) -> np.ndarray:
    """Compute m P(X >= minimum) for X of Binomial(n, 1/m); 0 where there are fewer incidents than that."""
    # The tail of a binomial is 0 below the minimum; the library would return a missing value there.
    enough = incidents >= minimum
    n, m = np.where(enough, incidents, minimum), np.maximum(locations, 1)
    return np.where(enough, m * special.bdtrc(minimum - 1, n, 1 / m), 0.0)


def find_corners(counts: np.ndarray) -> np.ndarray:
    """Find the numbers of locations, busiest first, where the curve bends or reaches a half, from 0 to all."""
    if not len(counts):
        return np.array([], dtype="int64")
    # Between two locations of equal counts the curve is straight: only the bends are needed to draw it.
    bends = np.flatnonzero(np.append(np.diff(counts) != 0, True)) + 1
    selected_bends = bends[np.unique(np.linspace(0, len(bends) - 1, min(_POINTS, len(bends))).round().astype(int))]
    # Twice the sum against the total, in whole numbers: a half of an odd total has no rounding here.
    reached = np.searchsorted(2 * np.cumsum(counts), counts.sum()) + 1
    return np.unique(np.concatenate([[0, reached], selected_bends]))
