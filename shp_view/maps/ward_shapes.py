"""The shapes of wards and LPAs as maps draw them: coordinates to a metre, a point for each name, a view."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from shp_data.domain import boundaries
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection
from shp_data.store.reading import vintage_of

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees
_DECIMALS = 5  # degrees: about a metre
_TILE = 512  # pixels of the whole world at zoom 0, in deck.gl
_ABOUT = 0.5  # degrees: some 30 km across and 55 km up and down
_GRID = 12  # spots for a name are sought on a grid of so many by so many


@dataclass(frozen=True)
class Shape:
    """One ward or LPA: its GeoJSON geometry, spots inside it where its name may stand, and its bounds.

    The first spot is the one farthest from every edge, the others go outwards from it; `room`: how far, in
    degrees, the first is from the nearest edge.
    """

    name: str
    geometry: dict[str, Any]
    spots: tuple[tuple[float, float], ...]
    room: float
    bounds: Box


@cache
def ward_shapes(vintage: str) -> dict[str, Shape]:
    """The wards of a vintage by code. Raises SettingsError where the boundary file is missing."""
    return _shapes(boundaries.layer(boundaries.ward_layer(vintage)))


def wards_of(chosen: Selection) -> dict[str, Shape]:
    """The wards of the areas chosen, by code."""
    vintage = vintage_of(chosen)
    shapes, wards = ward_shapes(vintage), partnership().areas.wards[vintage]
    return {code: shape for code, shape in shapes.items() if not chosen.areas or wards[code].lpa in chosen.areas}


@cache
def lpa_shapes() -> dict[str, Shape]:
    """The LPAs by code. Raises SettingsError where the boundary file is missing."""
    return _shapes(boundaries.layer(boundaries.LPAS))


def lpas_about(box: Box) -> list[Shape]:
    """The LPAs within _ABOUT of a box: the quiet background of a map that opens on it."""
    west, south, east, north = (edge + by for edge, by in zip(box, (-_ABOUT, -_ABOUT, _ABOUT, _ABOUT), strict=True))
    return [
        lpa
        for lpa in lpa_shapes().values()
        if lpa.bounds[0] <= east and lpa.bounds[2] >= west and lpa.bounds[1] <= north and lpa.bounds[3] >= south
    ]


def _shapes(layer: dict[str, Any]) -> dict[str, Shape]:
    found = {}
    for feature in layer["features"]:
        geometry = feature["geometry"] | {"coordinates": _shortened(feature["geometry"]["coordinates"])}
        area = shape(geometry)
        # The middle of the largest circle inside stands clear of the edges; a centroid may fall outside.
        radius = shapely.maximum_inscribed_circle(area, tolerance=0.0005)
        name = feature["properties"]["name"]
        spots = _spots(area, radius.coords[0])
        found[feature["properties"]["code"]] = Shape(name, geometry, spots, radius.length, area.bounds)
    return found


def _spots(area: Any, middle: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """The middle, then the points of a grid that lie inside, the nearest to it first."""
    west, south, east, north = area.bounds
    across, down = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    inside = shapely.contains_xy(area, across, down)
    points = sorted(zip(across[inside], down[inside], strict=True), key=lambda p: math.dist(p, middle[:2]))
    return tuple((round(float(x), _DECIMALS), round(float(y), _DECIMALS)) for x, y in [middle[:2], *points])


def _shortened(coordinates: Any) -> Any:
    if isinstance(coordinates, float | int):
        return round(coordinates, _DECIMALS)
    return [_shortened(part) for part in coordinates]


def bounds(shapes: Iterable[Shape]) -> Box:
    """West, south, east and north of all of them together."""
    west, south, east, north = zip(*(shape.bounds for shape in shapes), strict=True)
    return min(west), min(south), max(east), max(north)


def zoom_to(box: Box, width: int, height: int) -> float:
    """The greatest zoom at which a box of degrees fits into so many pixels, by Web Mercator."""
    across, down = extent(box)
    return round(math.log2(min(width / across, height / down) * 2 * math.pi / _TILE), 2)


def extent(box: Box) -> tuple[float, float]:
    """How wide and how high a box of degrees is drawn, by Web Mercator, in radians of longitude."""
    west, south, east, north = box
    return math.radians(east - west), _mercator(north) - _mercator(south)


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
