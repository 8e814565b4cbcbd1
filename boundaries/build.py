"""Build the shipped boundary files from ward (or authority) boundaries of the Office for National Statistics (ONS).

Run from the project's folder: `python -m boundaries.build --help`. See README.md here.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import geopandas as gpd
import shapely

from shp_data.domain.errors import InputError, UserError
from shp_data.setup import boundary_files
from shp_data.setup.boundary_files import AUTHORITY, WARD, find_field, read_texts
from shp_data.setup.folder import format_layer
from shp_data.setup.outlines import DEGREES, GRID, Generalisation, check_coverage, generalise_outlines, merge_outlines

HERE = Path(__file__).resolve().parent
# The codes of the Office for National Statistics for wards and local authorities in England and Wales.
CODES = {"ward": r"[EW]05\d{6}", "authority": r"E0[6-9]\d{6}|W06\d{6}"}


def read_areas(path: Path, lpas: dict[str, str]) -> gpd.GeoDataFrame:
    """Read the wards (or authorities) of the wanted LPAs from an ONS boundary file.

    Parameters
    ----------
    path : a file that boundary_files.read_boundaries reads.
    lpas : authority code -> printed name.

    Returns
    -------
    geopandas.GeoDataFrame : code, name, lpa and geometry (British National Grid), sorted by code.

    Raises
    ------
    InputError : for anything that is not a whole, valid coverage of those LPAs.
    """
    frame, file = boundary_files.read_boundaries(path), path.name
    ward_code, ward_name = (find_field(frame, WARD[key], file) for key in ("code", "name"))
    lad_code = find_field(frame, AUTHORITY["code"], file)
    if lad_code is None or (ward_code is None) != (ward_name is None):
        raise InputError(
            f"{file}: its fields are {boundary_files.list_fields(frame)}; expected a local authority code (LAD20CD or "
            "lad_code) and, for wards, a ward code and name (WD20CD, WD20NM or ward_code, ward_name). Join ONS's ward "
            "to authority lookup to the file first."
        )
    wanted = frame[lad_code].isin(lpas)
    if missing := [f"{code} ({name})" for code, name in lpas.items() if code not in set(frame[lad_code])]:
        raise InputError(f"{file}: no area of {', '.join(missing)} in it; check the code and the file.")
    lpa = frame[lad_code].map(lpas)
    areas = frame[["geometry"]].assign(
        code=read_texts(frame, ward_code or lad_code),
        name=read_texts(frame, ward_name).map(boundary_files.format_ward_name) if ward_name else lpa,
        lpa=lpa,
    )[wanted]
    areas = areas.sort_values("code", ignore_index=True)
    level = "ward" if ward_code else "authority"
    for area in areas[~areas.code.str.fullmatch(CODES[level])].itertuples():
        raise InputError(
            f"{file}: {area.code!r} ({area.name}, {area.lpa}) is not a {level} code; expected {CODES[level]}."
        )
    boundary_files.check_names(areas.rename(columns={"lpa": "area"}), file)
    check_coverage(areas.geometry.to_numpy(), list(areas.name), frame.geometry[~wanted].to_numpy(), file, GRID)
    return areas


def generalise(areas: gpd.GeoDataFrame, how: Generalisation) -> gpd.GeoDataFrame:
    """Generalise areas to fewer points, in WGS84, with their shared edges still shared.

    `areas` as read_areas returns them; the same columns come out. Raises InputError, as generalise_outlines does.
    """
    outlines = generalise_outlines(areas.geometry.to_numpy(), list(areas.name), how)
    return areas.set_geometry(gpd.GeoSeries(outlines, crs=DEGREES))


def dissolve(areas: gpd.GeoDataFrame, lpas: dict[str, str]) -> gpd.GeoDataFrame:
    """Merge wards into the outlines of the LPAs, along exactly the edges of their wards."""
    outlines = merge_outlines(areas.geometry.to_numpy(), list(areas.lpa), list(lpas.values()))
    columns = {"code": list(lpas), "name": list(lpas.values()), "lpa": list(lpas.values())}
    return gpd.GeoDataFrame(columns, geometry=outlines, crs=areas.crs)


def build(options: argparse.Namespace) -> None:
    """Write wards_YEAR.geojson for every ward file, and lpas.geojson; nothing if a file has a fault."""
    lpas = _read_lpas(options.partnership)
    how = Generalisation(options.tolerance_m, options.decimals, options.smallest_part_m2)
    # Every layer is built before the first is written, so that a fault leaves the old files as a matching set.
    layers = [(f"wards_{vintage}", vintage, generalise(read_areas(file, lpas), how)) for vintage, file in options.wards]
    vintage, file = options.lpas
    layers.append(("lpas", vintage, dissolve(generalise(read_areas(file, lpas), how), lpas)))
    for layer, vintage, areas in layers:
        target = options.output / f"{layer}.geojson"
        zones = zip(areas.code, areas.name, areas.lpa, areas.geometry, strict=True)
        target.write_text(format_layer(zones, layer, vintage, how), encoding="utf-8", newline="\n")
        points = shapely.get_num_coordinates(areas.geometry.array).sum()
        print(f"{target.name}: {len(areas)} areas, {points:,} points, {target.stat().st_size:,} bytes")


def _read_lpas(path: Path) -> dict[str, str]:
    try:
        return {area["code"]: area["name"] for area in tomllib.loads(path.read_text("utf-8"))["areas"]}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise InputError(f"{path}: expected [[areas]] with a code and a name each ({error!r}).") from error


def _parse_layer(text: str) -> tuple[str, Path]:
    vintage, equals, file = text.partition("=")
    if not (vintage and equals and file):
        raise argparse.ArgumentTypeError(f"{text!r}; expected VINTAGE=FILE, such as 2020=wards.zip")
    return vintage, Path(file)


def _parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m boundaries.build", description=__doc__)
    parser.add_argument("--wards", nargs="+", type=_parse_layer, required=True, metavar="VINTAGE=FILE")
    parser.add_argument("--lpas", type=_parse_layer, required=True, metavar="VINTAGE=FILE")
    parser.add_argument("--partnership", type=Path, default=HERE.parent / "partnership.toml", metavar="FILE")
    parser.add_argument("--output", type=Path, default=HERE, metavar="FOLDER")
    for name, default in asdict(Generalisation()).items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=type(default), default=default, metavar="NUMBER")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 built, 1 nothing could be built (one line says why), 2 wrong usage."""
    try:
        build(_parse_arguments(arguments))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
