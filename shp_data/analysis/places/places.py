"""Locations. Each is a map point; geocoded points of one name that are close together are one location."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from shp_data.domain.selection import Location, Point, Selection
from shp_data.domain.vocabulary import normalise_name
from shp_data.store.places import count_by_point, find_areas_within, list_map_points
from shp_data.store.reading import Reader

NEAR = 50.0  # metres
_METRES_PER_DEGREE = 111_320.0  # of latitude
_APART = 1000.0  # metres, more than NEAR

# What data.police.uk calls a place that has no name of its own: these name a kind of place, never one place.
_KINDS = frozenset(
    normalise_name(name)
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
class Locations:
    """Every location that a store has in some areas, in the wards of one year. Not to be changed.

    `table`: by location number, the busiest first: location (its name), longitude, latitude, code, ward, lpa.
    `points`: longitude, latitude and `place`, the number of the location that the point belongs to.
    """

    table: pd.DataFrame
    points: pd.DataFrame


def list_locations(reader: Reader, ward_year: str, areas: Sequence[str]) -> Locations:
    """List the locations of some areas, or of all areas if none is named.

    They are built from all the records of the areas, so a location is the same in every period. A location is
    its map point. Geocoded points of one name, in one ward, within 50 metres of a busier one are one location
    with it, and its point is that busier one. Three kinds of point are never merged: points that
    data.police.uk chose, points without a name, and points whose name is a kind of location, such as Parking
    Area. Points in different wards are not merged either, so that locations add up to their ward.

    Parameters
    ----------
    ward_year : str
        The year of the ward boundaries, such as "2020".
    areas : sequence of str
        The printed names of LPAs.

    Returns
    -------
    Locations
        The locations and their points.

    Raises
    ------
    NotAllowedError
        For a role that may not see records.
    """
    return _read_locations(reader, ward_year, tuple(areas))


def find_location(reader: Reader, point: Point, ward_year: str) -> Location | None:
    """Find the location that a point belongs to, with all its points.

    Return None where nothing was ever recorded. Raises NotAllowedError.
    """
    areas = find_areas_within(reader, point[0], point[1], point[0], point[1])
    if not areas:
        return None
    locations = list_locations(reader, ward_year, areas)
    all_points = locations.points
    # Equality of decimals is right here: a point is passed on as it is stored and never computed.
    matches = all_points[(all_points["longitude"] == point[0]) & (all_points["latitude"] == point[1])]
    number = matches["place"].iloc[0]
    row, points = locations.table.loc[number], all_points[all_points["place"] == number]
    coordinates = zip(points["longitude"].tolist(), points["latitude"].tolist(), strict=True)  # the busiest first
    return Location(row["location"], row["lpa"], row["code"], tuple(coordinates))


def count_by_location(reader: Reader, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """Count the selected records at each location.

    Parameters
    ----------
    by : sequence of str
        Further columns to count by, of schema.RECORD.

    Returns
    -------
    DataFrame
        place (its number in `list_locations` for the selection's ward boundaries; missing for the records
        without coordinates), the columns of `by`, count.

    Raises
    ------
    NotAllowedError
        For a role that may not see records.
    """
    points = list_locations(reader, selection.ward_year, selection.areas).points
    rows = count_by_point(reader, selection, by).merge(points, on=["longitude", "latitude"], how="left")
    grouped = rows.groupby(["place", *by], dropna=False, observed=True)["count"].sum().reset_index()
    return grouped.astype({"place": "Int64", "count": "Int64"})


def is_kind_of_place(name: str) -> bool:
    """Return whether the name of a location is only a kind of place, such as Parking Area, or there is none."""
    return normalise_name(name) in {"", *_KINDS}


@lru_cache(maxsize=16)
def _read_locations(reader: Reader, ward_year: str, areas: tuple[str, ...]) -> Locations:
    points = list_map_points(reader, ward_year, areas)
    names = {code: ward.name for code, ward in reader.partnership.areas.wards[ward_year].items()}
    points["ward"] = [names.get(code, code) for code in points["code"]]
    points["place"] = find_leaders(points)
    main = points[points["place"] == points.index]
    return Locations(
        main[["location", "longitude", "latitude", "code", "ward", "lpa"]], points[["longitude", "latitude", "place"]]
    )


def find_leaders(points: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Find, for each point, the number of the point that it is one location with, or its own number.

    The busiest point takes those near it, then the busiest of the rest, and so on. So a chain of points does
    not turn a whole street into one location.

    Parameters
    ----------
    points : DataFrame
        The points, the busiest first: location, longitude, latitude, code, lpa, snapped.

    Returns
    -------
    array of int
        The row number of the leading point of each point.
    """
    taken_by = np.arange(len(points))
    names = points["location"].map(normalise_name)
    # Points that data.police.uk moved together are places of its choice; to merge them would invent another.
    free = points[~points["snapped"] & (names != "") & ~names.isin(_KINDS)]
    keys = pd.MultiIndex.from_arrays([free["lpa"], free["code"], names[free.index]])
    # Most names occur once: only the others can be near a point of the same name.
    free = free[keys.duplicated(keep=False)]
    if free.empty:
        return taken_by
    pairs = np.sort(free.index.to_numpy()[_find_near_pairs(free, names)], axis=1)
    # The rows are the busiest first, so the lower number of a pair leads, and the busiest leads first.
    for leader, other in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]:
        if taken_by[leader] == leader and taken_by[other] == other:
            taken_by[other] = leader
    return taken_by


def _find_near_pairs(points: pd.DataFrame, names: pd.Series[str]) -> npt.NDArray[np.int64]:
    """Find the pairs of rows of one name and ward that are within NEAR metres of each other."""
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
