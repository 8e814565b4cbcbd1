"""Build the shipped boundary files from ONS ward (or authority) boundaries.

Run from the project's folder: `python -m boundaries.build --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from boundaries.source import METRES, STORED, read_areas
from shp_data.domain.errors import InputError, UserError
from shp_data.setup.folder import format_layer
from shp_data.setup.outlines import Generalisation, generalise_outlines, merge_outlines

HERE = Path(__file__).resolve().parent


def generalise(areas: gpd.GeoDataFrame, how: Generalisation) -> gpd.GeoDataFrame:
    """What are the areas in fewer points, in WGS84, with their shared edges still shared?

    `areas` as read_areas returns them; the same columns come out. Raises InputError, as outlines.generalised does.
    """
    shapes = generalise_outlines(np.asarray(areas.geometry.to_crs(METRES).array), list(areas.name), how)
    return areas.set_geometry(gpd.GeoSeries(shapes, crs=STORED))


def dissolve(areas: gpd.GeoDataFrame, lpas: dict[str, str]) -> gpd.GeoDataFrame:
    """What are the outlines of the LPAs, made of exactly the edges of their wards?"""
    shapes = merge_outlines(np.asarray(areas.geometry.array), list(areas.lpa), list(lpas.values()))
    columns = {"code": list(lpas), "name": list(lpas.values()), "lpa": list(lpas.values())}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=areas.crs)


def build(options: argparse.Namespace) -> None:
    """Write wards_VINTAGE.geojson for every ward file, and lpas.geojson; nothing where one is at fault."""
    lpas = _wanted(options.partnership)
    how = Generalisation(options.tolerance_m, options.decimals, options.smallest_part_m2)
    layers = [(f"wards_{vintage}", vintage, generalise(read_areas(file, lpas), how)) for vintage, file in options.wards]
    vintage, file = options.lpas
    layers.append(("lpas", vintage, dissolve(generalise(read_areas(file, lpas), how), lpas)))
    for layer, vintage, areas in layers:
        target = options.output / f"{layer}.geojson"
        zones = zip(areas.code, areas.name, areas.lpa, areas.geometry, strict=True)
        target.write_text(format_layer(zones, layer, vintage, how), encoding="utf-8", newline="\n")
        points = shapely.get_num_coordinates(areas.geometry.array).sum()
        print(f"{target.name}: {len(areas)} areas, {points:,} points, {target.stat().st_size:,} bytes")


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
