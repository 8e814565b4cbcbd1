"""Which area of a boundary layer holds each of some points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity
from shapely.geometry import shape

from shp_data.domain.boundaries import read_layer
from shp_data.domain.schema import OUTSIDE, UNPLACED

NEAREST_METRES = 50.0
_METRES_PER_DEGREE = 111_320.0  # of latitude
Texts = npt.NDArray[np.object_]
Geometries = npt.NDArray[Any]


@dataclass(frozen=True)
class Polygons:
    """The polygons of a boundary layer, with the code and LPA of each."""

    tree: shapely.STRtree
    codes: Texts
    lpas: Texts


@cache
def read_polygons(layer: str) -> Polygons:
    """Read the polygons of a boundary layer, once."""
    features = read_layer(layer)["features"]
    tree = shapely.STRtree([shape(feature["geometry"]) for feature in features])
    codes = np.array([feature["properties"]["code"] for feature in features], dtype=object)
    lpas = np.array([feature["properties"]["lpa"] for feature in features], dtype=object)
    return Polygons(tree, codes, lpas)


def find_codes(points: Geometries, lpas: Texts, layer: str) -> Texts:
    """Find the code of the ward or LSOA of each point, within its LPA.

    A point in none of those of its LPA gets the nearest of them within 50 metres, else `(unplaced)`; a point that
    is `(outside)` every LPA stays so.
    """
    polygons = read_polygons(layer)
    codes = np.where(lpas == OUTSIDE, OUTSIDE, UNPLACED).astype(object)
    point, polygon = find_hits(polygons, points)
    same_lpa = polygons.lpas[polygon] == lpas[point]
    codes[point[same_lpa]] = polygons.codes[polygon[same_lpa]]
    # The boundaries of LPAs and of what is in them are simplified separately, so a point near an edge can be in the LPA
    # and in nothing else. The search for the nearest is slow and runs only for these few points.
    for i in np.flatnonzero(codes == UNPLACED):
        codes[i] = _find_nearest(points[i], polygons, lpas[i])
    return codes


def find_hits(polygons: Polygons, points: Geometries) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return which points are in which polygons.

    Where several match, the layer's first is last, so that it is the one used.
    """
    point, polygon = polygons.tree.query(points, predicate="intersects")
    # Points on a shared edge match two polygons, and the later assignment wins. A fixed order gives the same answer
    # on every machine and with every version of the library.
    order = np.argsort(-polygon, kind="stable")
    return point[order], polygon[order]


def _find_nearest(point: Any, polygons: Polygons, lpa: str) -> str:
    """Return the code of the nearest polygon of the LPA within 50 metres, else `(unplaced)`."""
    of_lpa = np.flatnonzero(polygons.lpas == lpa)
    # Distances in degrees would count an east-west metre as longer than a north-south metre. Scaling longitude by the
    # cosine of the latitude makes both equal, exact enough for 50 metres.
    longitude_scale = math.cos(math.radians(point.y))  # a degree of longitude, as a part of one of latitude
    distances = [
        shapely.distance(
            affinity.scale(point, xfact=longitude_scale, origin=(0, 0)),
            affinity.scale(polygon, xfact=longitude_scale, origin=(0, 0)),
        )
        for polygon in polygons.tree.geometries[of_lpa]
    ]
    best = int(np.argmin(distances)) if distances else -1
    is_near = best >= 0 and distances[best] * _METRES_PER_DEGREE <= NEAREST_METRES
    return str(polygons.codes[of_lpa[best]]) if is_near else UNPLACED
