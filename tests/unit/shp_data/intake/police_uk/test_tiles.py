"""Every point of an area lies in one tile and no more; what is asked for reaches a little further."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shp_data.intake.police_uk.fetching import _build_area
from shp_data.intake.police_uk.tiles import Tile, make_tiles

AREA = _build_area()
WEST, SOUTH, EAST, NORTH = AREA.bounds
TILE = Tile(WEST, SOUTH, EAST, NORTH)


def cut(tile: Tile, splits: int) -> list[Tile]:
    return [tile] if not splits else [small for quarter in tile.split_quarters() for small in cut(quarter, splits - 1)]


@given(
    st.floats(WEST, EAST, exclude_max=True),
    st.floats(SOUTH, NORTH, exclude_max=True),
    st.integers(0, 4),
)
def test_a_point_lies_in_one_tile(longitude, latitude, splits):
    assert sum(tile.contains(longitude, latitude) for tile in cut(TILE, splits)) == 1


@pytest.mark.parametrize("splits", [1, 3])
def test_corners_and_edges_of_tiles_lie_in_one_tile(splits):
    tiles = cut(TILE, splits)
    for tile in tiles:
        for point in ((tile.west, tile.south), (tile.west, (tile.south + tile.north) / 2)):
            assert sum(other.contains(*point) for other in tiles) == 1


@pytest.mark.parametrize("splits", [0, 2, 4])
def test_the_tiles_cover_the_area_and_its_own_edge(splits):
    tiles = make_tiles(AREA, splits)
    edge = shapely.get_coordinates(AREA)
    assert {sum(tile.contains(*point) for tile in tiles) for point in edge} == {1}


def test_tiles_that_do_not_meet_the_area_are_left_out():
    assert len(make_tiles(AREA, 4)) < 4**4
    assert all(AREA.intersects(shapely.box(t.west, t.south, t.east, t.north)) for t in make_tiles(AREA, 4))


def test_the_polygon_is_latitude_first_and_reaches_further_than_the_tile():
    assert Tile(-1.2, 54.6, -1.1, 54.7).format_polygon() == (
        "54.599000,-1.201000:54.599000,-1.099000:54.701000,-1.099000:54.701000,-1.201000"
    )
