"""The shapes of wards and LPAs as maps draw them: coordinates to a metre, a point for each name, a view."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import shapely
from shapely.geometry import shape

from shp_data.domain import boundaries

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees
_DECIMALS = 5  # degrees: about a metre
_TILE = 512  # pixels of the whole world at zoom 0, in deck.gl
_LONG_NAME = 10


@dataclass(frozen=True)
class Shape:
    """One ward or LPA: its GeoJSON geometry, a point well inside it, and its bounds.

    `room`: how far, in degrees, that point is from the nearest edge.
    """

    name: str
    geometry: dict[str, Any]
    inside: tuple[float, float]
    room: float
    bounds: Box


@cache
def ward_shapes(vintage: str) -> dict[str, Shape]:
    """The wards of a vintage by code. Raises SettingsError where the boundary file is missing."""
    return _shapes(boundaries.layer(boundaries.ward_layer(vintage)))


@cache
def lpa_shapes() -> dict[str, Shape]:
    """The LPAs by code. Raises SettingsError where the boundary file is missing."""
    return _shapes(boundaries.layer(boundaries.LPAS))


def _shapes(layer: dict[str, Any]) -> dict[str, Shape]:
    found = {}
    for feature in layer["features"]:
        geometry = feature["geometry"] | {"coordinates": _shortened(feature["geometry"]["coordinates"])}
        area = shape(geometry)
        # The middle of the largest circle inside stands clear of the edges; a centroid may fall outside.
        radius = shapely.maximum_inscribed_circle(area, tolerance=0.0005)
        x, y = (round(place, _DECIMALS) for place in radius.coords[0])
        name = feature["properties"]["name"]
        found[feature["properties"]["code"]] = Shape(name, geometry, (x, y), radius.length, area.bounds)
    return found


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


def lines_of(name: str) -> list[str]:
    """A long name in two lines, broken at the space nearest its middle; a short one in one."""
    spaces = [place for place, letter in enumerate(name) if letter == " "]
    if len(name) <= _LONG_NAME or not spaces:
        return [name]
    at = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return [name[:at], name[at + 1 :]]
