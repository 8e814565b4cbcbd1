"""An area as boxes small enough for one request each, so that every point of it lies in one box and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely

_MARGIN = 0.001  # degrees, about 100 metres: whatever the server does with a point on the edge, it is asked for


@dataclass(frozen=True)
class Tile:
    """A box in WGS84 degrees that holds its west and south edges, but not its east and north ones."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Is a point this box's own? Of the quarters of a box exactly one holds each of the box's points."""
        return self.west <= longitude < self.east and self.south <= latitude < self.north

    def quarters(self) -> tuple[Tile, ...]:
        """The four boxes that make it up."""
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        return (
            Tile(self.west, self.south, x, y),
            Tile(x, self.south, self.east, y),
            Tile(self.west, y, x, self.north),
            Tile(x, y, self.east, self.north),
        )

    def quarters_of(self, area: Any) -> tuple[Tile, ...]:
        """Those of its quarters that meet an area (a shapely geometry)."""
        return tuple(q for q in self.quarters() if area.intersects(shapely.box(q.west, q.south, q.east, q.north)))

    def polygon(self) -> str:
        """Its corners as data.police.uk reads them, `lat,lng:lat,lng:...`, a little further out than it reaches."""
        west, south = self.west - _MARGIN, self.south - _MARGIN
        east, north = self.east + _MARGIN, self.north + _MARGIN
        corners = ((south, west), (south, east), (north, east), (north, west))
        return ":".join(f"{latitude:.6f},{longitude:.6f}" for latitude, longitude in corners)


def tiles_over(area: Any, splits: int) -> tuple[Tile, ...]:
    """The boxes that meet an area, of its bounding box cut into quarters so many times."""
    west, south, east, north = area.bounds
    tiles: tuple[Tile, ...] = (Tile(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN),)
    for _ in range(splits):
        tiles = tuple(quarter for tile in tiles for quarter in tile.quarters_of(area))
    return tiles
