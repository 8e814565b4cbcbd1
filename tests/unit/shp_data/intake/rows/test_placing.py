"""Points into LPAs and wards of each vintage: at edges, outside, and without coordinates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers.stores import POINTS
from pyproj import Transformer
from shapely.geometry import Point, shape

from shp_data.domain.boundaries import LPAS, name_ward_layer, read_layer
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import OUTSIDE, UNPLACED
from shp_data.intake.rows.placing import PointAreas, place_points

VINTAGES = ("2020", "2022", "2025")


def placed(*points: tuple[float, float]) -> PointAreas:
    longitude, latitude = (np.array(values, float) for values in zip(*points, strict=True))
    return place_points(longitude, latitude, VINTAGES)


def test_points_of_the_four_areas_outside_and_none() -> None:
    points = {name: tuple(float(v or "nan") for v in pair) for name, pair in POINTS.items()}
    found = placed(*points.values())  # type: ignore[arg-type]
    assert found.lpa.tolist() == list(points)
    for vintage in VINTAGES:
        wards = partnership().areas.wards[vintage]
        codes = dict(zip(points, found.wards[vintage], strict=True))
        assert codes.pop(OUTSIDE) == OUTSIDE
        assert codes.pop(UNPLACED) == UNPLACED
        assert [wards[code].lpa for code in codes.values()] == list(codes)


def test_half_a_pair_is_unplaced() -> None:
    assert placed((math.nan, 54.68), (-1.21, math.nan)).lpa.tolist() == [UNPLACED, UNPLACED]


def test_the_order_of_points_does_not_matter() -> None:
    points = [(-1.2129, 54.6862), (-1.0800, 53.96), (-1.2350, 54.57)]
    assert placed(*points).lpa.tolist() == placed(*reversed(points)).lpa.tolist()[::-1]


def test_the_much_recorded_point_on_a_border_is_in_one_area_in_every_vintage() -> None:
    found = placed((-1.176791, 54.551574))
    assert found.lpa.tolist() == ["Middlesbrough"]
    for vintage in VINTAGES:
        assert partnership().areas.wards[vintage][found.wards[vintage][0]].lpa == "Middlesbrough"


@pytest.mark.parametrize("vintage", VINTAGES)
def test_no_corner_of_an_area_has_a_ward_of_another(vintage: str) -> None:
    """Corners lie on several outlines: the LPA decides, and the ward, if any is near, is one of its own."""
    corners = [
        tuple(xy) for f in read_layer(LPAS)["features"] for xy in shape(f["geometry"]).convex_hull.exterior.coords
    ]
    found = placed(*corners)  # type: ignore[arg-type]
    wards = partnership().areas.wards[vintage]
    assert OUTSIDE not in found.lpa
    pairs = [(lpa, code) for lpa, code in zip(found.lpa, found.wards[vintage], strict=True) if code != UNPLACED]
    assert len(pairs) > 0.9 * len(corners)
    assert all(wards[code].lpa == lpa for lpa, code in pairs)


@pytest.mark.parametrize("vintage", VINTAGES)
def test_the_middle_of_every_ward_is_in_it(vintage: str) -> None:
    features = read_layer(name_ward_layer(vintage))["features"]
    points = [shape(f["geometry"]).representative_point() for f in features]
    found = placed(*((p.x, p.y) for p in points))
    assert found.wards[vintage].tolist() == [f["properties"]["code"] for f in features]
    assert found.lpa.tolist() == [f["properties"]["lpa"] for f in features]


def test_a_point_of_the_area_beyond_its_wards_takes_the_nearest_within_50_metres(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a ward layer that lacks all but one ward: 40 metres off its edge is near, 60 metres is not."""
    from shp_data.domain import polygons

    one = next(f for f in read_layer(name_ward_layer("2020"))["features"] if f["properties"]["name"] == "Victoria"
               and f["properties"]["lpa"] == "Hartlepool")  # fmt: skip
    real = polygons.read_layer
    monkeypatch.setattr(polygons, "read_layer", lambda name: real(name) if name == LPAS else {"features": [one]})
    polygons.read_polygons.cache_clear()
    try:
        to_metres = Transformer.from_crs(4326, 27700, always_xy=True).transform
        to_degrees = Transformer.from_crs(27700, 4326, always_xy=True).transform
        ward = shape(one["geometry"])
        metres = type(ward.convex_hull)([to_metres(*xy) for xy in ward.convex_hull.exterior.coords])
        top = max(metres.exterior.coords, key=lambda xy: xy[1])
        points = [to_degrees(top[0], top[1] + metre) for metre in (40, 60)]
        assert not any(ward.covers(Point(point)) for point in points)
        found = place_points(*(np.array(v, float) for v in zip(*points, strict=True)), ["2020"])
    finally:
        polygons.read_polygons.cache_clear()
    assert found.lpa.tolist() == ["Hartlepool", "Hartlepool"]
    assert found.wards["2020"].tolist() == [one["properties"]["code"], UNPLACED]
