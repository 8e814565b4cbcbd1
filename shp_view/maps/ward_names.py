"""The positions of the ward names on a map, so that no two overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shp_view.maps.ward_shapes import Box, Shape, measure_extent
from shp_view.text.map_measures import SIGNS, Measure

_LONG_NAME = 10


@dataclass(frozen=True)
class WardLabel:
    """A ward's name in lines, and the point (longitude, latitude) on which it is centred."""

    lines: list[str]
    at: tuple[float, float]


def place_names(shapes: Iterable[Shape], scale: float, letter: float, line: float) -> list[WardLabel]:
    """Place the names that fit on a map without overlap, each at a spot of its ward.

    `scale`: pixels a radian of longitude; `letter` and `line`: the width of a letter and the height of a
    line, in pixels. Wards with a sign come first, then the wards with the least room. A name that fits at
    none of its ward's spots is left to the table.
    """
    taken: list[Box] = []
    labels = []
    for shape in sorted(shapes, key=lambda shape: (not shape.name.startswith(tuple(SIGNS.values())), shape.room)):
        lines = split_name(shape.name)
        wide, high = max(map(len, lines)) * letter / 2, len(lines) * line / 2
        for spot in shape.spots:
            x, y = (way * scale for way in measure_extent((0, 0, *spot)))
            box = (x - wide, y - high, x + wide, y + high)
            if not any(_overlaps(box, other) for other in taken):
                taken.append(box)
                labels.append(WardLabel(lines, spot))
                break
    return labels


def add_sign(shape: Shape, verdict: str | None, measure: Measure) -> Shape:
    """Return a ward with the sign of its verdict before its name, where the map shows verdicts."""
    sign = SIGNS.get(verdict or "", "") if measure == "verdict" else ""
    return replace(shape, name=sign + shape.name)


def split_name(name: str) -> list[str]:
    """Split a long name in two lines at the space nearest its middle. Keep a short one in one line."""
    spaces = [position for position, letter in enumerate(name) if letter == " "]
    if len(name) <= _LONG_NAME or not spaces:
        return [name]
    at = min(spaces, key=lambda position: abs(position - len(name) / 2))
    return [name[:at], name[at + 1 :]]


def _overlaps(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
