"""An area as boxes small enough for one request each. Every point of the area belongs to exactly one box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely

_MARGIN = 0.001  # degrees, about 100 metres: whatever the server does with a point on the edge, it is asked for


@dataclass(frozen=True)
class Tile:
    """A box in WGS84 degrees that includes its west and south edges, but not its east and north edges."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, longitude: float, latitude: float) -> bool:
        """Return whether a point belongs to this box. Each point of a box belongs to exactly one of its quarters."""
        return self.west <= longitude < self.east and self.south <= latitude < self.north

    def split_quarters(self) -> tuple[Tile, ...]:
        """Return the four quarters of the box."""
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        return (
            Tile(self.west, self.south, x, y),
            Tile(x, self.south, self.east, y),
            Tile(self.west, y, x, self.north),
            Tile(x, y, self.east, self.north),
        )

    def find_quarters(self, area: Any) -> tuple[Tile, ...]:
        """Return the quarters that intersect an area (a shapely geometry)."""
        return tuple(
            quarter
            for quarter in self.split_quarters()
            if area.intersects(shapely.box(quarter.west, quarter.south, quarter.east, quarter.north))
        )

    def format_polygon(self) -> str:
        """Return the corners as data.police.uk reads them, `lat,lng:lat,lng:...`, a little larger than the box."""
        west, south = self.west - _MARGIN, self.south - _MARGIN
        east, north = self.east + _MARGIN, self.north + _MARGIN
        corners = ((south, west), (south, east), (north, east), (north, west))
        return ":".join(f"{latitude:.6f},{longitude:.6f}" for latitude, longitude in corners)


def make_tiles(area: Any, splits: int) -> tuple[Tile, ...]:
    """Return the boxes that intersect an area: its bounding box, cut into quarters `splits` times."""
    west, south, east, north = area.bounds
    tiles: tuple[Tile, ...] = (Tile(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN),)
    for _ in range(splits):
        tiles = tuple(quarter for tile in tiles for quarter in tile.find_quarters(area))
    return tiles
