"""Outlines of wards and areas: checks of a coverage, generalisation, and merging into areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from shp_data.domain.errors import InputError

GRID = "EPSG:27700"  # British National Grid: tolerances and areas are measured in metres
DEGREES = "EPSG:4326"  # WGS84 longitude and latitude: how outlines are stored
Outlines: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True)
class Generalisation:
    """How much detail is removed: Visvalingam tolerance, stored decimals, smallest part of an area retained."""

    tolerance_m: float = 35.0
    decimals: int = 6
    smallest_part_m2: float = 5000.0


def convert_outlines(outlines: Sequence[Any] | Outlines, from_crs: str, to_crs: str) -> Outlines:
    """Convert outlines to another coordinate reference system, with the same vertices."""
    return np.asarray(gpd.GeoSeries(outlines, crs=from_crs).to_crs(to_crs))


def generalise_outlines(outlines: Outlines, names: Sequence[str], generalisation: Generalisation) -> Outlines:
    """Generalise outlines to fewer points, with shared edges still shared: British Grid in, WGS84 out.

    Simplifies the coverage as one (shapely.coverage_simplify), adds the slivers that a generalised river
    cuts off to the neighbour around them (shapely.coverage_clean), and rounds every vertex alike. The
    result is checked as it will be stored: raises InputError where it is not valid, overlaps or has a new
    gap.
    """
    simplified = shapely.coverage_simplify(outlines, generalisation.tolerance_m)
    large_parts = np.array([_drop_slivers(outline, generalisation.smallest_part_m2) for outline in simplified])
    # The slivers that were dropped leave gaps, which are added to the neighbour around them.
    cleaned = shapely.coverage_clean(large_parts, gap_width=generalisation.smallest_part_m2**0.5)
    in_degrees = convert_outlines(cleaned, GRID, DEGREES)
    rounded = shapely.orient_polygons(
        shapely.transform(in_degrees, lambda points: np.round(points, generalisation.decimals))
    )
    # Holes of the exact outlines are real: another authority, or water that no ward covers.
    allowed_holes = convert_outlines(find_holes(outlines), GRID, DEGREES)
    check_coverage(rounded, names, allowed_holes, f"generalised by {generalisation}", DEGREES)
    result: Outlines = rounded
    return result


def merge_outlines(outlines: Outlines, areas: Sequence[str], wanted: Sequence[str]) -> Outlines:
    """Merge the outlines of wards into those of the areas wanted, along exactly the edges of their wards."""
    area_names = np.array(areas)
    merged = [shapely.coverage_union_all(outlines[area_names == area]) for area in wanted]
    result: Outlines = shapely.orient_polygons(np.array(merged))
    return result


def check_coverage(outlines: Outlines, names: Sequence[str], others: Outlines, file: str, crs: str) -> None:
    """Check that outlines are next to each other without overlap or gap. Raises InputError with the faulty ones.

    `file` names the file, `crs` is that of the outlines. A hole that one of the `others` fills (an
    authority inside another) is no gap; neither is an opening to the outside, such as a river's mouth.
    """
    for name, outline in zip(names, outlines, strict=True):
        if outline is None or outline.is_empty:
            raise InputError(f"{file}: {name} has no shape; expected a polygon.")
        if not outline.is_valid or outline.geom_type not in ("Polygon", "MultiPolygon"):
            raise InputError(
                f"{file}: {name} is not a valid polygon ({outline.geom_type}, "
                f"{shapely.is_valid_reason(outline)}). Repair it in the file."
            )
    faults = shapely.coverage_invalid_edges(outlines)
    if (faulty := shapely.length(faults) > 0).any():
        raise InputError(
            f"{file}: {', '.join(np.array(names)[faulty])} overlap, or their shared edges do not match, "
            f"near {_describe_position(faults[faulty][0], crs)}; expected a coverage, as ONS publishes it."
        )
    for hole in find_holes(outlines):
        if not shapely.intersects(others, hole.representative_point()).any():
            neighbours = ", ".join(np.array(names)[shapely.intersects(outlines, hole)])
            raise InputError(
                f"{file}: a gap between {neighbours}, near {_describe_position(hole, crs)}; expected none."
            )


def find_holes(outlines: Outlines) -> list[Any]:
    """Find the holes inside the outlines taken together."""
    parts = shapely.get_parts(shapely.coverage_union_all(outlines))
    return [shapely.Polygon(ring) for part in parts for ring in part.interiors]


def _drop_slivers(outline: Any, smallest_m2: float) -> Any:
    return shapely.MultiPolygon([part for part in shapely.get_parts(outline) if part.area >= smallest_m2])


def _describe_position(outline: Any, crs: str) -> str:
    (point,) = convert_outlines([outline.representative_point()], crs, DEGREES)
    return f"longitude {point.x:.5f}, latitude {point.y:.5f}"
