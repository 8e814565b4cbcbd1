"""Places: a place is its map point, and geocoded points of one name that lie close together are one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Place, Point, Selection, Viewer
from shp_data.domain.vocabulary import plain
from shp_data.store.facts import Store, store_of
from shp_data.store.places import areas_within, at_points, map_points
from shp_data.store.reading import vintage_of

NEAR = 50.0  # metres
_METRES_PER_DEGREE = 111_320.0  # of latitude
_APART = 1000.0  # metres, more than NEAR

# What data.police.uk calls a place that has no name of its own: these name a kind of place, never one place.
_KINDS = frozenset(
    plain(name)
    for name in (
        "Airport/Airfield",
        "Bus/Coach Station",
        "Car Park",
        "Conference/Exhibition Centre",
        "Further/Higher Educational Building",
        "Hospital",
        "Nightclub",
        "No Location",
        "Park/Open Space",
        "Parking Area",
        "Pedestrian Subway",
        "Petrol Station",
        "Police Station",
        "Prison",
        "Shopping Area",
        "Sports/Recreation Area",
        "Supermarket",
        "Theatre/Concert Hall",
    )
)


@dataclass(frozen=True)
class Places:
    """Every place that a store knows in some areas, in the wards of one vintage; not to be changed.

    `table`: by place number, the busiest first: location, longitude, latitude, code, ward, lpa. `points`:
    longitude, latitude and the number of the place that the point belongs to.
    """

    table: pd.DataFrame
    points: pd.DataFrame


def known_places(store: Store, vintage: str, areas: Sequence[str], viewer: Viewer) -> Places:
    """Which places are there in some areas, or in all, if none is named?

    They are made of all the records of the areas, so a place is the same in every period. A place is its map
    point; geocoded points of one name, in one ward, within 50 metres of a busier one are one place with it, and
    its point is that busier one. Never merged: points that data.police.uk chose, points without a name and
    those whose name is a kind of place, such as Parking Area. Not across a ward's edge either, so that places
    add up to their ward. Raises NotAllowedError.
    """
    return _known(store.layout.root, store.version, vintage, tuple(areas), viewer)


def place_at(store: Store, point: Point, vintage: str, viewer: Viewer) -> Place | None:
    """Which place does a point belong to? With all its points; None where nothing was ever recorded there.

    Raises NotAllowedError.
    """
    areas = areas_within(store, point[0], point[1], point[0], point[1], viewer)
    if not areas:
        return None
    places = known_places(store, vintage, areas, viewer)
    known = places.points
    at = known[(known["longitude"] == point[0]) & (known["latitude"] == point[1])]
    number = at["place"].iloc[0]
    place, points = places.table.loc[number], known[known["place"] == number]
    found = zip(points["longitude"].tolist(), points["latitude"].tolist(), strict=True)  # the busiest first
    return Place(place["location"], place["lpa"], place["code"], tuple(found))


def at_places(store: Store, selection: Selection, by: Sequence[str], viewer: Viewer) -> pd.DataFrame:
    """How many of the selected records lie at each place?

    `by`: further columns to count by, of schema.RECORD. Columns: place (its number among `known_places` of the
    selection's vintage, missing for the records without coordinates), those of `by`, count. Raises NotAllowedError.
    """
    points = known_places(store, vintage_of(selection), selection.areas, viewer).points
    found = at_points(store, selection, by, viewer).merge(points, on=["longitude", "latitude"], how="left")
    grouped = found.groupby(["place", *by], dropna=False, observed=True)["count"].sum().reset_index()
    return grouped.astype({"place": "Int64", "count": "Int64"})


@lru_cache(maxsize=16)
def _known(root: Path, version: str, vintage: str, areas: tuple[str, ...], viewer: Viewer) -> Places:
    points = map_points(store_of(root, version), vintage, areas, viewer)
    names = {code: ward.name for code, ward in partnership().areas.wards[vintage].items()}
    points["ward"] = [names.get(code, code) for code in points["code"]]
    points["place"] = leaders(points)
    main = points[points["place"] == points.index]
    return Places(
        main[["location", "longitude", "latitude", "code", "ward", "lpa"]],
        points[["longitude", "latitude", "place"]],
    )


def leaders(points: pd.DataFrame) -> npt.NDArray[np.int64]:
    """For each point, the busiest first: the number of the point that it is one place with, or its own.

    The busiest point takes those near it, then the busiest of the rest, and so on: no chain of points makes a
    place out of a whole street.
    """
    taken_by = np.arange(len(points))
    names = points["location"].map(plain)
    free = points[~points["snapped"] & (names != "") & ~names.isin(_KINDS)]
    keys = pd.MultiIndex.from_arrays([free["lpa"], free["code"], names[free.index]])
    free = free[keys.duplicated(keep=False)]
    if free.empty:
        return taken_by
    pairs = np.sort(free.index.to_numpy()[_near(free, names)], axis=1)
    for leader, other in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]:
        if taken_by[leader] == leader and taken_by[other] == other:
            taken_by[other] = leader
    return taken_by


def _near(points: pd.DataFrame, names: pd.Series[str]) -> npt.NDArray[np.int64]:
    """The pairs of rows of one name and ward that lie within NEAR of each other."""
    from scipy.spatial import KDTree  # only where a store has geocoded points

    groups = points.groupby([points["lpa"], points["code"], names[points.index]], sort=False).ngroup()
    latitude = points["latitude"].to_numpy()
    metres = np.column_stack(
        [
            points["longitude"] * _METRES_PER_DEGREE * np.cos(np.radians(latitude.mean())),
            latitude * _METRES_PER_DEGREE,
            groups * _APART,  # a third dimension that holds other names out of reach
        ]
    )
    pairs: npt.NDArray[np.int64] = KDTree(metres).query_pairs(NEAR, output_type="ndarray")
    return pairs
