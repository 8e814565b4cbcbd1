"""Coordinates -> LPA, and ward in every vintage, by point in polygon. Never by LSOA code."""

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

from shp_data.domain.boundaries import LPAS, layer, ward_layer
from shp_data.domain.schema import OUTSIDE, UNPLACED

NEAREST_WARD_METRES = 50.0
_METRES_PER_DEGREE = 111_320.0  # of latitude

Texts = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]
Geometries = npt.NDArray[Any]


@dataclass(frozen=True)
class Placed:
    """For each point: the printed name of its LPA, and its ward code by vintage (or `(unplaced)`, `(outside)`)."""

    lpa: Texts
    wards: dict[str, Texts]


@dataclass(frozen=True)
class _Layer:
    """A layer's polygons, with the code and LPA of each."""

    tree: shapely.STRtree
    codes: Texts
    lpas: Texts


def place_points(longitude: Numbers, latitude: Numbers, vintages: Sequence[str]) -> Placed:
    """In which LPA, and in which ward of each vintage, does each point lie?

    WGS84 degrees; NaN for none. The LPA comes from the LPA layer; the ward is sought within that LPA, and a
    point in the LPA but in none of its wards takes the nearest of them within 50 metres.
    """
    known = np.isfinite(longitude) & np.isfinite(latitude)
    points = shapely.points(longitude[known], latitude[known])
    found = _lpas_of(points)
    lpa = np.full(len(longitude), UNPLACED, dtype=object)
    lpa[known] = found
    wards = {}
    for vintage in vintages:
        ward = np.full(len(longitude), UNPLACED, dtype=object)
        ward[known] = _wards_of(points, found, vintage)
        wards[vintage] = ward
    return Placed(lpa, wards)


def _lpas_of(points: Geometries) -> Texts:
    lpas = _read(LPAS)
    found = np.full(len(points), OUTSIDE, dtype=object)
    point, polygon = _hits(lpas, points)
    found[point] = lpas.lpas[polygon]
    return found


def _wards_of(points: Geometries, lpa: Texts, vintage: str) -> Texts:
    """Ward codes of points whose LPA is known."""
    wards = _read(ward_layer(vintage))
    found = np.where(lpa == OUTSIDE, OUTSIDE, UNPLACED).astype(object)
    point, polygon = _hits(wards, points)
    same = wards.lpas[polygon] == lpa[point]
    found[point[same]] = wards.codes[polygon[same]]
    for i in np.flatnonzero(found == UNPLACED):
        found[i] = _nearest(points[i], wards, lpa[i])
    return found


def _hits(layer_: _Layer, points: Geometries) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Which points lie in which polygons; of several, the layer's first comes last, so that it stays."""
    point, polygon = layer_.tree.query(points, predicate="intersects")
    order = np.argsort(-polygon, kind="stable")
    return point[order], polygon[order]


def _nearest(point: Any, wards: _Layer, lpa: str) -> str:
    """The code of the nearest ward of the LPA within 50 metres, else `(unplaced)`."""
    own = np.flatnonzero(wards.lpas == lpa)
    east = math.cos(math.radians(point.y))  # a degree of longitude, as a part of one of latitude
    distances = [
        shapely.distance(
            affinity.scale(point, xfact=east, origin=(0, 0)), affinity.scale(ward, xfact=east, origin=(0, 0))
        )
        for ward in wards.tree.geometries[own]
    ]
    best = int(np.argmin(distances)) if distances else -1
    near = best >= 0 and distances[best] * _METRES_PER_DEGREE <= NEAREST_WARD_METRES
    return str(wards.codes[own[best]]) if near else UNPLACED


@cache
def _read(name: str) -> _Layer:
    """A boundary layer, read once."""
    features = layer(name)["features"]
    tree = shapely.STRtree([shape(f["geometry"]) for f in features])
    codes = np.array([f["properties"]["code"] for f in features], dtype=object)
    lpas = np.array([f["properties"]["lpa"] for f in features], dtype=object)
    return _Layer(tree, codes, lpas)
