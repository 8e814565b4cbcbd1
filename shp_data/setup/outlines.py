"""Outlines of wards and areas: checked as a coverage, generalised as one, and dissolved into areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from shp_data.domain.errors import InputError

GRID = "EPSG:27700"  # British National Grid: tolerances and areas are measured in metres
DEGREES = "EPSG:4326"  # WGS84 longitude and latitude: how outlines are stored
Outlines: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True)
class Generalisation:
    """How much detail is given up: Visvalingam tolerance, stored decimals, smallest part of an area kept."""

    tolerance_m: float = 35.0
    decimals: int = 6
    smallest_part_m2: float = 5000.0


def converted(outlines: Outlines, from_crs: str, to_crs: str) -> Outlines:
    """Where do the outlines lie in another coordinate reference system? The same vertices, each alike."""
    if not shapely.get_num_coordinates(outlines).any():
        return outlines
    transform = Transformer.from_crs(from_crs, to_crs, always_xy=True).transform
    moved: Outlines = shapely.transform(outlines, lambda points: np.column_stack(transform(*points.T)))
    return moved


def generalised(outlines: Outlines, names: Sequence[str], how: Generalisation) -> Outlines:
    """What are the outlines in fewer points, with their shared edges still shared? British Grid in, WGS84 out.

    Simplifies the coverage as one (shapely.coverage_simplify), gives the slivers that a generalised river cuts
    off to the neighbour around them (shapely.coverage_clean), and rounds every vertex alike. The result is
    checked as it will be stored: raises InputError where it is not valid, overlaps or has a new gap.
    """
    simple = shapely.coverage_simplify(outlines, how.tolerance_m)
    kept = np.array([_without_slivers(outline, how.smallest_part_m2) for outline in simple])
    whole = shapely.coverage_clean(kept, gap_width=how.smallest_part_m2**0.5)
    stored = converted(whole, GRID, DEGREES)
    rounded = shapely.orient_polygons(shapely.transform(stored, lambda points: np.round(points, how.decimals)))
    known_holes = converted(np.array(holes(outlines), dtype=object), GRID, DEGREES)
    check_coverage(rounded, names, known_holes, f"generalised by {how}", DEGREES)
    result: Outlines = rounded
    return result


def dissolved(outlines: Outlines, areas: Sequence[str], wanted: Sequence[str]) -> Outlines:
    """What are the outlines of the areas, made of exactly the edges of their wards? One for each wanted."""
    belongs = np.array(areas)
    whole = [shapely.coverage_union_all(outlines[belongs == area]) for area in wanted]
    result: Outlines = shapely.orient_polygons(np.array(whole))
    return result


def check_coverage(outlines: Outlines, names: Sequence[str], others: Outlines, where: str, crs: str) -> None:
    """Do the outlines lie side by side without overlap or gap? Raises InputError that names the faulty ones.

    `where` names the file, `crs` is that of the outlines. A hole that one of the `others` fills (an authority
    inside another) is no gap; neither is an opening to the outside, such as a river's mouth.
    """
    for name, outline in zip(names, outlines, strict=True):
        if outline is None or outline.is_empty:
            raise InputError(f"{where}: {name} has no geometry; expected a polygon.")
        if not outline.is_valid or outline.geom_type not in ("Polygon", "MultiPolygon"):
            raise InputError(
                f"{where}: the geometry of {name} is not a valid polygon ({outline.geom_type}, "
                f"{shapely.is_valid_reason(outline)}); repair it in the source file."
            )
    faults = shapely.coverage_invalid_edges(outlines)
    if (faulty := shapely.length(faults) > 0).any():
        raise InputError(
            f"{where}: {', '.join(np.array(names)[faulty])} overlap, or their shared edges do not match, "
            f"near {_near(faults[faulty][0], crs)}; expected a coverage, as ONS publishes it."
        )
    for hole in holes(outlines):
        if not shapely.intersects(others, hole.representative_point()).any():
            beside = ", ".join(np.array(names)[shapely.intersects(outlines, hole)])
            raise InputError(f"{where}: a gap between {beside}, near {_near(hole, crs)}; expected none.")


def holes(outlines: Outlines) -> list[Any]:
    """Which holes are left inside the outlines taken together?"""
    parts = shapely.get_parts(shapely.coverage_union_all(outlines))
    return [shapely.Polygon(ring) for part in parts for ring in part.interiors]


def _without_slivers(outline: Any, smallest_m2: float) -> Any:
    return shapely.MultiPolygon([part for part in shapely.get_parts(outline) if part.area >= smallest_m2])


def _near(outline: Any, crs: str) -> str:
    (point,) = converted(np.array([outline.representative_point()]), crs, DEGREES)
    return f"longitude {point.x:.5f}, latitude {point.y:.5f}"
