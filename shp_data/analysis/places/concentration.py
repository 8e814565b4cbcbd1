"""How few places hold most incidents, and how many repeat locations chance alone would make."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from shp_data.analysis.context import figure, name_of
from shp_data.analysis.places.places import at_places, known_places
from shp_data.analysis.places.repeats import MINIMUM, at_no_place, without_coordinates
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import vintage_of

_POINTS = 200  # of the curve: as many as a chart can show
_EQUALLY = (
    "Expected by chance: as if each of a ward's incidents fell on any of its known places (those with an incident "
    "of any kind since the first month loaded) alike. Places are not alike: a shopping street sees more than a "
    "close, so more repeat locations than expected are usual and say nothing of their cause."
)


@dataclass(frozen=True)
class Half:
    """The busiest places that together hold half of the incidents, of all the places with any."""

    places: int
    of: int

    @property
    def share(self) -> float:
        """Their share of the places, in per cent."""
        return 100 * self.places / self.of


def expected_by_chance(store: Store, selection: Selection, viewer: Viewer, minimum: int = MINIMUM) -> Figure:
    """How many places with so many incidents would chance alone make, if a ward's incidents fell anywhere in it?

    One row for each ward of the selection, by LPA and name, and one for the places in no ward where incidents are:
    code, ward, lpa, count (of the incidents with coordinates), places (known places: any incident, of any indicator,
    in any month), observed and expected (places with the minimum or more). Of n incidents over m places each has
    Binomial(n, 1/m): expected = m P(X >= minimum). The expectation is exact though the places of a ward are not
    independent; that they are equally likely is the assumption. `totals` sums it. Raises SelectionError for a
    minimum below 1, and NotAllowedError.
    """
    if minimum < 1:
        raise SelectionError(f"a repeat location has at least 1 incident; the minimum given is {minimum}")
    found = at_places(store, selection, (), viewer)
    places = known_places(store, vintage_of(selection), selection.areas, viewer).table
    counted = found.dropna(subset="place").set_index("place")["count"]
    places = places.assign(count=counted.reindex(places.index).fillna(0).astype("int64"))
    places["observed"] = places["count"] >= minimum
    keys = ["lpa", "ward", "code"]
    sums = places.groupby(keys).agg(count=("count", "sum"), places=("count", "size"), observed=("observed", "sum"))
    wards = pd.MultiIndex.from_tuples(_wards(selection), names=keys)
    extra = sums[sums["count"] > 0].index.difference(wards)
    table = sums.reindex(wards.append(extra), fill_value=0).reset_index()
    table["expected"] = _expected(table["count"].to_numpy(), table["places"].to_numpy(), minimum)
    columns = ["code", "ward", "lpa", "count", "places", "observed", "expected"]
    table = table[columns].astype({"count": "Int64", "places": "Int64", "observed": "Int64"})
    measure = f"{name_of(selection.indicators)}, places with {minimum:,} or more and those to expect by chance"
    answer = figure(store, selection, table, measure=measure, mapped=True)
    lost = int(found.loc[found["place"].isna(), "count"].sum())
    return replace(answer, caveats=(*answer.caveats, *without_coordinates(selection, lost), _EQUALLY))


def totals(chance: Figure) -> tuple[int, float]:
    """How many repeat locations are there, and how many are to be expected by chance, in all the wards together?"""
    return int(chance.table["observed"].sum()), float(chance.table["expected"].sum())


def concentration(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How much do the busiest places hold of all incidents?

    The curve, from 0 to 100 in both: busiest (so many places, of those with any incident), place_share (their
    share of those places, %), incident_share (their share of the incidents with coordinates, %). Straight between
    its rows, of which there are about 200 at most: those at which the count of a place changes, and the one that
    `half` finds. No row where nothing happened. Raises NotAllowedError.
    """
    found = at_places(store, selection, (), viewer)
    counts = found.dropna(subset="place")["count"].sort_values(ascending=False).to_numpy(dtype="int64")
    busiest = corners(counts)
    held = np.concatenate([[0], np.cumsum(counts)])[busiest]
    every = max(int(counts.sum()), 1)  # 0 only where there are no rows
    table = pd.DataFrame(
        {
            "busiest": pd.array(busiest, dtype="Int64"),
            "place_share": 100 * busiest / max(len(counts), 1),
            "incident_share": 100 * held / every,
        }
    )
    measure = f"{name_of(selection.indicators)}, share of the busiest places"
    answer = figure(store, selection, table, measure=measure)
    lost = int(found.loc[found["place"].isna(), "count"].sum())
    caveats = (*answer.caveats, *without_coordinates(selection, lost))
    return replace(answer, caveats=caveats, not_known=answer.not_known or at_no_place(selection, found))


def half(curve: Figure) -> Half | None:
    """How few places hold half of the incidents? From the curve of `concentration`; None where nothing happened."""
    if curve.table.empty:
        return None
    reached = curve.table.loc[curve.table["incident_share"] >= 50, "busiest"]
    return Half(int(reached.iloc[0]), int(curve.table["busiest"].iloc[-1]))


def _wards(selection: Selection) -> list[tuple[str, str, str]]:
    """LPA, name and code of the wards of a selection."""
    areas = partnership().areas
    wards = areas.wards_of(vintage_of(selection))
    lpas = selection.areas or areas.lpa_names
    return [(w.lpa, w.name, w.code) for w in wards if w.lpa in lpas and selection.ward in (None, w.code)]


def _expected(incidents: np.ndarray, places: np.ndarray, minimum: int) -> np.ndarray:
    """m P(X >= minimum) for X of Binomial(n, 1/m); 0 where there are fewer incidents than that."""
    enough = incidents >= minimum
    n, m = np.where(enough, incidents, minimum), np.maximum(places, 1)
    return np.where(enough, m * special.bdtrc(minimum - 1, n, 1 / m), 0.0)


def corners(counts: np.ndarray) -> np.ndarray:
    """After how many places, the busiest first, does the curve bend or reach a half? From 0 to all of them."""
    if not len(counts):
        return np.array([], dtype="int64")
    bends = np.flatnonzero(np.append(np.diff(counts) != 0, True)) + 1
    kept = bends[np.unique(np.linspace(0, len(bends) - 1, min(_POINTS, len(bends))).round().astype(int))]
    reached = np.searchsorted(2 * np.cumsum(counts), counts.sum()) + 1
    return np.unique(np.concatenate([[0, reached], kept]))
