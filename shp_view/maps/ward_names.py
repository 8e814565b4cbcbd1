"""Where the ward names of a map stand, so that no two overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shp_view.maps.ward_shapes import Box, Shape, extent
from shp_view.text.map_measures import SIGNS, Measure

_LONG_NAME = 10


@dataclass(frozen=True)
class Name:
    """A ward's name in lines, and the point (longitude, latitude) on which it is centred."""

    lines: list[str]
    at: tuple[float, float]


def apart(shapes: Iterable[Shape], scale: float, letter: float, line: float) -> list[Name]:
    """The names that fit beside one another on a map, each at a spot of its ward.

    `scale`: pixels a radian of longitude; `letter` and `line`: the width of a letter and the height of a
    line, in pixels. The ward with the least room chooses first; a name that fits at none of its ward's
    spots is left to the table. Before them all choose the wards that bear a sign.
    """
    kept: list[Box] = []
    names = []
    for shape in sorted(shapes, key=lambda shape: (not shape.name.startswith(tuple(SIGNS.values())), shape.room)):
        lines = lines_of(shape.name)
        wide, high = max(map(len, lines)) * letter / 2, len(lines) * line / 2
        for spot in shape.spots:
            x, y = (way * scale for way in extent((0, 0, *spot)))
            box = (x - wide, y - high, x + wide, y + high)
            if not any(_overlap(box, other) for other in kept):
                kept.append(box)
                names.append(Name(lines, spot))
                break
    return names


def named(shape: Shape, verdict: str | None, measure: Measure) -> Shape:
    """A ward with the name that the map writes: after the sign of its verdict, where verdicts are drawn."""
    sign = SIGNS.get(verdict or "", "") if measure == "verdict" else ""
    return replace(shape, name=sign + shape.name)


def lines_of(name: str) -> list[str]:
    """A long name in two lines, broken at the space nearest its middle; a short one in one."""
    spaces = [place for place, letter in enumerate(name) if letter == " "]
    if len(name) <= _LONG_NAME or not spaces:
        return [name]
    at = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return [name[:at], name[at + 1 :]]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
