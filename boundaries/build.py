"""Build the shipped boundary files from ONS ward (or authority) boundaries.

Run from the project's folder: `python -m boundaries.build --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from shp_data.domain.errors import InputError, UserError

HERE = Path(__file__).resolve().parent
METRES = 27700  # British National Grid: tolerances and areas are measured in metres
STORED = 4326  # WGS84 longitude and latitude
UNITED_KINGDOM = shapely.box(-9, 49, 2.5, 61.5)
LICENCE = "Open Government Licence v3.0"
SOURCE = "Office for National Statistics, Open Geography Portal: boundaries of {vintage}"
ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right 2026."
)
COLUMNS = {
    "ward_code": r"ward_code|wd\d\dcd",
    "ward_name": r"ward_name|wd\d\dnm",
    "lad_code": r"lad_code|lad\d\dcd",
}
CODES = {"ward": r"[EW]05\d{6}", "authority": r"E0[6-9]\d{6}|W06\d{6}"}


@dataclass(frozen=True)
class Generalisation:
    """How much detail is given up: Visvalingam tolerance, stored decimals, smallest part of an area kept."""

    tolerance_m: float = 35.0
    decimals: int = 6
    smallest_part_m2: float = 5000.0


def read_areas(path: Path, lpas: dict[str, str]) -> gpd.GeoDataFrame:
    """Which wards (or authorities) of the wanted LPAs does an ONS boundary file hold?

    `lpas` is authority code -> printed name. Returns code, name, lpa and geometry in the file's own CRS,
    sorted by code. Raises InputError for anything that is not a whole, valid coverage of those LPAs.
    """
    frame = _read(path)
    columns = {key: _column(frame, pattern) for key, pattern in COLUMNS.items()}
    if columns["lad_code"] is None or (columns["ward_code"] is None) != (columns["ward_name"] is None):
        raise InputError(
            f"{path.name}: its columns are {', '.join(frame.columns)}; expected a local authority code "
            "(LAD20CD or lad_code) and, for wards, a ward code and name (WD20CD, WD20NM or ward_code, "
            "ward_name). Join ONS's ward to authority lookup to the file first."
        )
    wanted = frame[columns["lad_code"]].isin(lpas)
    areas = frame[wanted]
    missing = [f"{code} ({name})" for code, name in lpas.items() if code not in set(areas[columns["lad_code"]])]
    if missing:
        raise InputError(f"{path.name}: no area of {', '.join(missing)} in it; check the code and the file.")
    lpa = areas[columns["lad_code"]].map(lpas)
    code = areas[columns["ward_code"] or columns["lad_code"]]
    name = areas[columns["ward_name"]].map(printed_name) if columns["ward_name"] else lpa
    result = gpd.GeoDataFrame(
        {"code": code, "name": name, "lpa": lpa}, geometry=areas.geometry.values, crs=frame.crs
    ).sort_values("code", ignore_index=True)
    _check_words(result, "ward" if columns["ward_code"] else "authority", path.name)
    check_coverage(result, frame[~wanted], path.name)
    return result


def printed_name(name: object) -> str:
    """How is a ward's name printed? With "and" for "&", a straight apostrophe and single spaces."""
    return " ".join(str(name or "").replace("&", " and ").replace("’", "'").split())


def check_coverage(areas: gpd.GeoDataFrame, others: gpd.GeoDataFrame, where: str) -> None:
    """Do the areas lie side by side without overlap or gap? Raises InputError that names the faulty ones.

    A hole that one of the `others` fills (an authority inside another) is no gap.
    """
    shapes = areas.geometry.array
    for name, shape, valid in zip(areas.name, shapes, shapely.is_valid(shapes), strict=True):
        if shape is None or shape.is_empty:
            raise InputError(f"{where}: {name} has no geometry; expected a polygon.")
        if not valid or shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise InputError(
                f"{where}: the geometry of {name} is not a valid polygon ({shape.geom_type}: "
                f"{shapely.is_valid_reason(shape)}); repair it in the source file."
            )
    faults = shapely.coverage_invalid_edges(shapes)
    if any(faulty := ~shapely.is_empty(faults)):
        raise InputError(
            f"{where}: {', '.join(areas.name[faulty])} overlap each other or their shared edges do not match, "
            f"near {_near(faults[faulty][0], areas.crs)}; expected a coverage, as ONS publishes it."
        )
    for hole in holes(areas):
        if not others.intersects(hole.representative_point()).any():
            beside = ", ".join(areas.name[areas.intersects(hole)])
            raise InputError(f"{where}: a gap between {beside}, near {_near(hole, areas.crs)}; expected none.")


def holes(areas: gpd.GeoDataFrame) -> list[shapely.Polygon]:
    """Which holes are left inside the areas taken together?"""
    parts = shapely.get_parts(shapely.coverage_union_all(areas.geometry.array))
    return [shapely.Polygon(ring) for part in parts for ring in part.interiors]


def generalise(areas: gpd.GeoDataFrame, how: Generalisation) -> gpd.GeoDataFrame:
    """What are the areas in fewer points, in WGS84, with their shared edges still shared?

    Simplifies the coverage as one (shapely.coverage_simplify), gives the slivers that a river boundary cuts
    off to the neighbour around them (shapely.coverage_clean), rounds every vertex alike. The result is checked
    again as it will be stored: raises InputError where it is not valid, overlaps or has gained a gap.
    """
    simple = shapely.coverage_simplify(areas.geometry.to_crs(METRES).array, how.tolerance_m)
    kept = [_without_slivers(shape, how.smallest_part_m2) for shape in simple]
    whole = shapely.coverage_clean(np.array(kept), gap_width=how.smallest_part_m2**0.5)
    stored = gpd.GeoSeries(whole, crs=METRES).to_crs(STORED).array
    rounded = shapely.transform(stored, lambda points: np.round(points, how.decimals))
    result = areas.set_geometry(gpd.GeoSeries(shapely.orient_polygons(rounded), crs=STORED))
    where = f"after generalising ({how})"
    check_coverage(result, gpd.GeoDataFrame(geometry=holes(areas.to_crs(STORED)), crs=STORED), where)
    return result


def dissolve(areas: gpd.GeoDataFrame, lpas: dict[str, str]) -> gpd.GeoDataFrame:
    """What are the outlines of the LPAs, made of exactly the edges of their wards?"""
    shapes = [shapely.coverage_union_all(areas.geometry.array[areas.lpa == name]) for name in lpas.values()]
    columns = {"code": list(lpas), "name": list(lpas.values()), "lpa": list(lpas.values())}
    return gpd.GeoDataFrame(columns, geometry=shapely.orient_polygons(shapes), crs=areas.crs)


def write(areas: gpd.GeoDataFrame, path: Path, head: dict[str, Any]) -> None:
    """Write the areas as our own compact GeoJSON: the `head` members, then one feature a line."""
    lines = [
        _json({"type": "Feature", "properties": {"code": row.code, "name": row.name, "lpa": row.lpa},
               "geometry": shapely.geometry.mapping(_plain(row.geometry))})
        for row in areas.itertuples(index=False, name="Area")
    ]  # fmt: skip
    start = _json({"type": "FeatureCollection", **head})[:-1]
    path.write_text(start + ',"features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8", newline="\n")


def _read(path: Path) -> gpd.GeoDataFrame:
    try:
        frame = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise InputError(f"{path}: not readable as GeoJSON or shapefile ({error}).") from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise InputError(f"{path.name}: it holds no boundaries; expected a GeoJSON or a shapefile of polygons.")
    if frame.crs is None:
        raise InputError(
            f"{path.name}: it declares no coordinate reference system; expected one, such as EPSG:27700 in a "
            ".prj file beside the shapefile. Ask the supplier which it is; it cannot be guessed."
        )
    extent = gpd.GeoSeries([shapely.box(*frame.total_bounds)], crs=frame.crs)
    if not UNITED_KINGDOM.contains(extent.to_crs(STORED)[0]):
        raise InputError(
            f"{path.name}: read in {frame.crs.to_string()}, as it declares, its coordinates lie outside the United "
            f"Kingdom ({', '.join(f'{number:.6g}' for number in frame.total_bounds)}). Is that the right system?"
        )
    return frame


def _column(frame: gpd.GeoDataFrame, pattern: str) -> str | None:
    found = [str(column) for column in frame.columns if re.fullmatch(pattern, str(column), re.IGNORECASE)]
    if len(found) > 1:
        raise InputError(f"the columns {', '.join(found)} say the same of different years; keep the right one.")
    return found[0] if found else None


def _check_words(areas: gpd.GeoDataFrame, level: str, where: str) -> None:
    for row, (code, name) in enumerate(zip(areas.code, areas.name, strict=True), start=1):
        if not re.fullmatch(CODES[level], str(code)):
            raise InputError(f"{where}: {code!r} ({name}) is not a {level} code; expected {CODES[level]}.")
        if not name:
            raise InputError(f"{where}: {code} has no name (area {row}); expected one.")
    for columns in (["code"], ["lpa", "name"]):
        if (again := areas.duplicated(columns)).any():
            seen = areas.loc[again, ["code", "name", "lpa"]].agg(", ".join, axis=1)
            raise InputError(f"{where}: {'; '.join(seen)}: the same {columns[-1]} twice; expected it once.")


def _near(shape: shapely.Geometry, crs: Any) -> str:
    point = gpd.GeoSeries([shape.representative_point()], crs=crs).to_crs(STORED)[0]
    return f"longitude {point.x:.5f}, latitude {point.y:.5f}"


def _without_slivers(shape: shapely.Geometry, smallest_m2: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.area >= smallest_m2])


def _plain(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pair(text: str) -> tuple[str, Path]:
    vintage, equals, file = text.partition("=")
    if not (vintage and equals and file):
        raise argparse.ArgumentTypeError(f"{text!r}; expected VINTAGE=FILE, such as 2020=wards.geojson")
    return vintage, Path(file)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m boundaries.build", description=__doc__)
    parser.add_argument("--wards", nargs="+", type=_pair, required=True, metavar="VINTAGE=FILE")
    parser.add_argument("--lpas", type=_pair, required=True, metavar="VINTAGE=FILE", help="wards or authorities")
    parser.add_argument("--partnership", type=Path, default=HERE.parent / "partnership.toml", metavar="FILE")
    parser.add_argument("--output", type=Path, default=HERE, metavar="FOLDER")
    for name, default in vars(Generalisation()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default, metavar="NUMBER")
    return parser.parse_args(arguments)


def _wanted(path: Path) -> dict[str, str]:
    try:
        return {area["code"]: area["name"] for area in tomllib.loads(path.read_text("utf-8"))["areas"]}
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise InputError(f"{path}: expected [[areas]] with a code and a name each ({error!r}).") from error


def build(options: argparse.Namespace) -> None:
    """Write wards_VINTAGE.geojson for every ward file, and lpas.geojson: the authorities' outlines."""
    lpas = _wanted(options.partnership)
    how = Generalisation(options.tolerance_m, options.decimals, options.smallest_part_m2)
    layers = [(f"wards_{vintage}", vintage, file) for vintage, file in options.wards]
    for layer, vintage, file in [*layers, ("lpas", *options.lpas)]:
        areas = generalise(read_areas(file, lpas), how)
        if layer == "lpas":
            areas = dissolve(areas, lpas)
        target = options.output / f"{layer}.geojson"
        write(areas, target, {
            "name": layer, "vintage": vintage, "source": SOURCE.format(vintage=vintage), "licence": LICENCE,
            "attribution": ATTRIBUTION, "generalised": asdict(how),
        })  # fmt: skip
        points = shapely.get_num_coordinates(areas.geometry.array).sum()
        print(f"{target.name}: {len(areas)} areas, {points:,} points, {target.stat().st_size:,} bytes")


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
