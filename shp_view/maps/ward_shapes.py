"""The shapes of wards and LPAs as maps draw them, and the positions of the ward names, so that none overlap."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import shapely
import shapely.geometry

from shp_data.domain import boundaries
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection
from shp_view.text.map_words import SIGNS, Measure

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees
_DECIMALS = 5  # degrees: about a metre
_TILE = 512  # pixels of the whole world at zoom 0, in deck.gl
_ABOUT = 0.5  # degrees: some 30 km across and 55 km up and down
_GRID = 12  # points along each side of the grid of spots for a name


@dataclass(frozen=True)
class Shape:
    """One ward or LPA: its GeoJSON geometry, the spots inside it where its name may go, and its bounds.

    The first spot is the one farthest from every edge, the others go outwards from it. `room`: the distance
    from the first spot to the nearest edge, in degrees.
    """

    name: str
    geometry: dict[str, Any]
    spots: tuple[tuple[float, float], ...]
    room: float
    bounds: Box


@cache
def read_ward_shapes(ward_year: str) -> dict[str, Shape]:
    """Read the wards of a ward year by code. Raises SettingsError where the boundary file is missing."""
    return _make_shapes(boundaries.read_layer(boundaries.name_ward_layer(ward_year)))


def select_ward_shapes(selection: Selection) -> dict[str, Shape]:
    """Return the wards of the selected areas, by code."""
    ward_year = selection.ward_year
    shapes, wards = read_ward_shapes(ward_year), partnership().areas.wards[ward_year]
    return {code: shape for code, shape in shapes.items() if not selection.areas or wards[code].lpa in selection.areas}


@cache
def read_lpa_shapes() -> dict[str, Shape]:
    """Read the LPAs by code. Raises SettingsError where the boundary file is missing."""
    return _make_shapes(boundaries.read_layer(boundaries.LPAS))


@cache
def read_lsoa_shapes() -> dict[str, Shape]:
    """Read the LSOAs by code, each with one spot. Raises SettingsError where the boundary file is missing."""
    shapes = {}
    # An LSOA has no name on a map, so that it needs no more than a spot for a sign.
    for feature in boundaries.read_layer(boundaries.LSOAS_DRAWN)["features"]:
        area = shapely.geometry.shape(feature["geometry"])
        spot = area.representative_point()
        properties = feature["properties"]
        shapes[properties["code"]] = Shape(
            properties["name"], feature["geometry"], ((round(spot.x, _DECIMALS), round(spot.y, _DECIMALS)),), 0.0,
            area.bounds,
        )  # fmt: skip
    return shapes


def find_nearby_lpas(box: Box) -> list[Shape]:
    """Return the LPAs within _ABOUT of a box: the quiet background of a map that opens on it."""
    # The neighbours show where the area is, but the whole region would slow the first draw.
    west, south, east, north = box
    around = (west - _ABOUT, south - _ABOUT, east + _ABOUT, north + _ABOUT)
    return [lpa for lpa in read_lpa_shapes().values() if overlaps(lpa.bounds, around)]


def _make_shapes(layer: dict[str, Any]) -> dict[str, Shape]:
    shapes = {}
    for feature in layer["features"]:
        geometry = feature["geometry"] | {"coordinates": _round_coordinates(feature["geometry"]["coordinates"])}
        area = shapely.geometry.shape(geometry)
        # The middle of the largest circle inside is clear of the edges; a centroid may fall outside.
        radius = shapely.maximum_inscribed_circle(area, tolerance=0.0005)
        name = feature["properties"]["name"]
        spots = _find_spots(area, radius.coords[0])
        shapes[feature["properties"]["code"]] = Shape(name, geometry, spots, radius.length, area.bounds)
    return shapes


def _find_spots(area: Any, middle: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """Return the middle, then the points of a grid that are inside, the nearest to it first."""
    west, south, east, north = area.bounds
    across, down = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    inside = shapely.contains_xy(area, across, down)
    points = sorted(zip(across[inside], down[inside], strict=True), key=lambda point: math.dist(point, middle[:2]))
    return tuple((round(float(x), _DECIMALS), round(float(y), _DECIMALS)) for x, y in [middle[:2], *points])


def _round_coordinates(coordinates: Any) -> Any:
    if isinstance(coordinates, float | int):
        return round(coordinates, _DECIMALS)
    return [_round_coordinates(part) for part in coordinates]


def merge_bounds(shapes: Iterable[Shape]) -> Box:
    """Return west, south, east and north of all the shapes together."""
    west, south, east, north = zip(*(shape.bounds for shape in shapes), strict=True)
    return min(west), min(south), max(east), max(north)


def compute_zoom(box: Box, width: int, height: int) -> float:
    """Return the greatest zoom at which a box of degrees fits a width and height in pixels, by Web Mercator."""
    across, down = measure_extent(box)
    # The world is 2 pi radians and 512 pixels wide at zoom 0, and doubles with each zoom.
    return round(math.log2(min(width / across, height / down) * 2 * math.pi / _TILE), 2)


def measure_extent(box: Box) -> tuple[float, float]:
    """Return the width and height of a box of degrees, by Web Mercator, in radians of longitude."""
    west, south, east, north = box
    return math.radians(east - west), _project_latitude(north) - _project_latitude(south)


def _project_latitude(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


_LONG_NAME = 10


@dataclass(frozen=True)
class WardLabel:
    """A ward's name in lines, and the point (longitude, latitude) on which it is centred."""

    lines: list[str]
    at: tuple[float, float]


def place_names(
    shapes: Iterable[Shape], scale: float, letter: float, line: float, plates: Iterable[Box] = ()
) -> list[WardLabel]:
    """Place the names that fit on a map without overlap, each at a spot of its ward.

    `scale`: pixels a radian of longitude; `letter` and `line`: the width of a letter and the height of a
    line, in pixels; `plates`: the boxes of other labels, in pixels. Wards with a sign come first, then the
    wards with the least room. A name that fits at none of its ward's spots is left to the table.
    """
    taken = list(plates)
    labels = []
    for shape in sorted(shapes, key=lambda shape: (not shape.name.startswith(tuple(SIGNS.values())), shape.room)):
        lines = split_name(shape.name)
        # Letters are taken as equally wide: measuring the font would need a browser.
        wide, high = max(map(len, lines)) * letter / 2, len(lines) * line / 2
        for spot in shape.spots:
            x, y = (way * scale for way in measure_extent((0, 0, *spot)))
            box = (x - wide, y - high, x + wide, y + high)
            if not any(overlaps(box, other) for other in taken):
                taken.append(box)
                labels.append(WardLabel(lines, spot))
                break
    return labels


def add_sign(shape: Shape, verdict: str | None, measure: Measure) -> Shape:
    """Return a ward with the sign of its verdict before its name, where the map shows verdicts."""
    # Printed in black and white, the sign is all that tells a rise from a fall.
    sign = SIGNS.get(verdict or "", "") if measure == "verdict" else ""
    return replace(shape, name=sign + shape.name)


def split_name(name: str) -> list[str]:
    """Split a long name in two lines at the space nearest its middle. Keep a short one in one line."""
    spaces = [position for position, letter in enumerate(name) if letter == " "]
    if len(name) <= _LONG_NAME or not spaces:
        return [name]
    at = min(spaces, key=lambda position: abs(position - len(name) / 2))
    return [name[:at], name[at + 1 :]]


def overlaps(box: Box, other: Box) -> bool:
    """Return whether two boxes overlap."""
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
