"""Find the LPA of coordinates, and their ward in every ward year, by point in polygon.

LSOA codes are never used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity
from shapely.geometry import shape

from shp_data.domain.boundaries import LPAS, name_ward_layer, read_layer
from shp_data.domain.schema import OUTSIDE, UNPLACED

NEAREST_WARD_METRES = 50.0
_METRES_PER_DEGREE = 111_320.0  # of latitude

Texts = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]
Geometries = npt.NDArray[Any]


@dataclass(frozen=True)
class PointAreas:
    """The printed LPA name of each point, and its ward code by ward year (or `(unplaced)`, `(outside)`)."""

    lpa: Texts
    wards: dict[str, Texts]


@dataclass(frozen=True)
class _Layer:
    """The polygons of a boundary layer, with the code and LPA of each."""

    tree: shapely.STRtree
    codes: Texts
    lpas: Texts


def place_points(longitude: Numbers, latitude: Numbers, ward_years: Sequence[str]) -> PointAreas:
    """Return the LPA of each point, and its ward in each ward year.

    Coordinates are WGS84 degrees; NaN for missing. The LPA comes from the LPA layer. The ward is searched
    within that LPA. A point in the LPA but in none of its wards gets the nearest of them within 50 metres.
    """
    has_point = np.isfinite(longitude) & np.isfinite(latitude)
    points = shapely.points(longitude[has_point], latitude[has_point])
    point_lpas = _find_lpas(points)
    lpa = np.full(len(longitude), UNPLACED, dtype=object)
    lpa[has_point] = point_lpas
    wards = {}
    for ward_year in ward_years:
        ward = np.full(len(longitude), UNPLACED, dtype=object)
        ward[has_point] = _find_wards(points, point_lpas, ward_year)
        wards[ward_year] = ward
    return PointAreas(lpa, wards)


def _find_lpas(points: Geometries) -> Texts:
    lpas = _read_layer(LPAS)
    names = np.full(len(points), OUTSIDE, dtype=object)
    point, polygon = _find_hits(lpas, points)
    names[point] = lpas.lpas[polygon]
    return names


def _find_wards(points: Geometries, lpa: Texts, ward_year: str) -> Texts:
    """Return the ward codes of points whose LPA is given."""
    wards = _read_layer(name_ward_layer(ward_year))
    codes = np.where(lpa == OUTSIDE, OUTSIDE, UNPLACED).astype(object)
    point, polygon = _find_hits(wards, points)
    same_lpa = wards.lpas[polygon] == lpa[point]
    codes[point[same_lpa]] = wards.codes[polygon[same_lpa]]
    for i in np.flatnonzero(codes == UNPLACED):
        codes[i] = _find_nearest_ward(points[i], wards, lpa[i])
    return codes


def _find_hits(layer_: _Layer, points: Geometries) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return which points are in which polygons.

    Where several match, the layer's first is last, so that it is the one used.
    """
    point, polygon = layer_.tree.query(points, predicate="intersects")
    order = np.argsort(-polygon, kind="stable")
    return point[order], polygon[order]


def _find_nearest_ward(point: Any, wards: _Layer, lpa: str) -> str:
    """Return the code of the nearest ward of the LPA within 50 metres, else `(unplaced)`."""
    lpa_wards = np.flatnonzero(wards.lpas == lpa)
    longitude_scale = math.cos(math.radians(point.y))  # a degree of longitude, as a part of one of latitude
    distances = [
        shapely.distance(
            affinity.scale(point, xfact=longitude_scale, origin=(0, 0)),
            affinity.scale(ward, xfact=longitude_scale, origin=(0, 0)),
        )
        for ward in wards.tree.geometries[lpa_wards]
    ]
    best = int(np.argmin(distances)) if distances else -1
    is_near = best >= 0 and distances[best] * _METRES_PER_DEGREE <= NEAREST_WARD_METRES
    return str(wards.codes[lpa_wards[best]]) if is_near else UNPLACED


@cache
def _read_layer(name: str) -> _Layer:
    """Read a boundary layer, once."""
    features = read_layer(name)["features"]
    tree = shapely.STRtree([shape(feature["geometry"]) for feature in features])
    codes = np.array([feature["properties"]["code"] for feature in features], dtype=object)
    lpas = np.array([feature["properties"]["lpa"] for feature in features], dtype=object)
    return _Layer(tree, codes, lpas)
