"""Build the shipped boundary files from ONS ward (or authority) boundaries.

Run from the project's folder: `python -m boundaries.build --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from boundaries.source import METRES, STORED, check_coverage, holes, read_areas
from shp_data.domain.errors import InputError, UserError

HERE = Path(__file__).resolve().parent
SOURCE = "Office for National Statistics, Open Geography Portal: boundaries of {vintage}"
LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2026."
)


@dataclass(frozen=True)
class Generalisation:
    """How much detail is given up: Visvalingam tolerance, stored decimals, smallest part of an area kept."""

    tolerance_m: float = 35.0
    decimals: int = 6
    smallest_part_m2: float = 5000.0


def generalise(areas: gpd.GeoDataFrame, how: Generalisation) -> gpd.GeoDataFrame:
    """What are the areas in fewer points, in WGS84, with their shared edges still shared?

    `areas` as read_areas returns them; the same columns come out. Simplifies the coverage as one
    (shapely.coverage_simplify), gives the slivers that a generalised river cuts off to the neighbour around
    them (shapely.coverage_clean), and rounds every vertex alike. The result is checked as it will be stored:
    raises InputError where it is not valid, overlaps or has a new gap.
    """
    simple = shapely.coverage_simplify(areas.geometry.to_crs(METRES).array, how.tolerance_m)
    kept = [_without_slivers(shape, how.smallest_part_m2) for shape in simple]
    whole = shapely.coverage_clean(np.array(kept), gap_width=how.smallest_part_m2**0.5)
    stored = gpd.GeoSeries(whole, crs=METRES).to_crs(STORED).array
    rounded = shapely.transform(stored, lambda points: np.round(points, how.decimals))
    result = areas.set_geometry(gpd.GeoSeries(shapely.orient_polygons(rounded), crs=STORED))
    known_holes = gpd.GeoDataFrame(geometry=holes(areas), crs=areas.crs).to_crs(STORED)
    check_coverage(result, known_holes, f"generalised by {how}")
    return result


def dissolve(areas: gpd.GeoDataFrame, lpas: dict[str, str]) -> gpd.GeoDataFrame:
    """What are the outlines of the LPAs, made of exactly the edges of their wards?"""
    shapes = [shapely.coverage_union_all(areas.geometry.array[areas.lpa == name]) for name in lpas.values()]
    columns = {"code": list(lpas), "name": list(lpas.values()), "lpa": list(lpas.values())}
    return gpd.GeoDataFrame(columns, geometry=shapely.orient_polygons(shapes), crs=areas.crs)


def as_geojson(areas: gpd.GeoDataFrame, layer: str, vintage: str, how: Generalisation) -> str:
    """What does our own compact GeoJSON say of the areas: where they come from, then one feature a line?"""
    head = {
        "type": "FeatureCollection",
        "name": layer,
        "vintage": vintage,
        "source": SOURCE.format(vintage=vintage),
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "generalised": asdict(how),
    }
    features = [
        _json({
            "type": "Feature",
            "properties": {"code": code, "name": name, "lpa": lpa},
            "geometry": shapely.geometry.mapping(_plain(shape)),
        })
        for code, name, lpa, shape in zip(areas.code, areas.name, areas.lpa, areas.geometry, strict=True)
    ]  # fmt: skip
    return _json(head)[:-1] + ',"features":[\n' + ",\n".join(features) + "\n]}\n"


def build(options: argparse.Namespace) -> None:
    """Write wards_VINTAGE.geojson for every ward file, and lpas.geojson; nothing where one is at fault."""
    lpas = _wanted(options.partnership)
    how = Generalisation(options.tolerance_m, options.decimals, options.smallest_part_m2)
    layers = [(f"wards_{vintage}", vintage, generalise(read_areas(file, lpas), how)) for vintage, file in options.wards]
    vintage, file = options.lpas
    layers.append(("lpas", vintage, dissolve(generalise(read_areas(file, lpas), how), lpas)))
    for layer, vintage, areas in layers:
        target = options.output / f"{layer}.geojson"
        target.write_text(as_geojson(areas, layer, vintage, how), encoding="utf-8", newline="\n")
        points = shapely.get_num_coordinates(areas.geometry.array).sum()
        print(f"{target.name}: {len(areas)} areas, {points:,} points, {target.stat().st_size:,} bytes")


def _without_slivers(shape: shapely.Geometry, smallest_m2: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.area >= smallest_m2])


def _plain(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _wanted(path: Path) -> dict[str, str]:
    try:
        return {area["code"]: area["name"] for area in tomllib.loads(path.read_text("utf-8"))["areas"]}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise InputError(f"{path}: expected [[areas]] with a code and a name each ({error!r}).") from error


def _pair(text: str) -> tuple[str, Path]:
    vintage, equals, file = text.partition("=")
    if not (vintage and equals and file):
        raise argparse.ArgumentTypeError(f"{text!r}; expected VINTAGE=FILE, such as 2020=wards.geojson")
    return vintage, Path(file)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m boundaries.build", description=__doc__)
    parser.add_argument("--wards", nargs="+", type=_pair, required=True, metavar="VINTAGE=FILE")
    parser.add_argument("--lpas", type=_pair, required=True, metavar="VINTAGE=FILE")
    parser.add_argument("--partnership", type=Path, default=HERE.parent / "partnership.toml", metavar="FILE")
    parser.add_argument("--output", type=Path, default=HERE, metavar="FOLDER")
    for name, default in asdict(Generalisation()).items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=type(default), default=default, metavar="NUMBER")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 built, 1 nothing could be built (one line says why), 2 wrong usage."""
    try:
        build(_arguments(arguments))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
