"""Read ONS ward or authority boundaries; refuse what is not a whole, valid coverage of the wanted LPAs."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from shp_data.domain.errors import InputError
from shp_data.setup import outlines
from shp_data.setup.boundary_files import format_ward_name

METRES = 27700  # British National Grid: tolerances and areas are measured in metres
STORED = 4326  # WGS84 longitude and latitude
UNITED_KINGDOM = shapely.box(-9, 49, 2.5, 61.5)
COLUMNS = {
    "ward_code": r"ward_code|wd\d\dcd",
    "ward_name": r"ward_name|wd\d\dnm",
    "lad_code": r"lad_code|lad\d\dcd",
}
CODES = {"ward": r"[EW]05\d{6}", "authority": r"E0[6-9]\d{6}|W06\d{6}"}


def read_areas(path: Path, lpas: dict[str, str]) -> gpd.GeoDataFrame:
    """Which wards (or authorities) of the wanted LPAs does an ONS boundary file hold?

    `lpas` is authority code -> printed name. Returns code, name, lpa and geometry in the file's own CRS,
    sorted by code. Raises InputError for anything that is not a whole, valid coverage of those LPAs.
    """
    frame = _read(path)
    ward_code, ward_name, lad_code = (_column(frame, pattern, path.name) for pattern in COLUMNS.values())
    if lad_code is None or (ward_code is None) != (ward_name is None):
        raise InputError(
            f"{path.name}: its columns are {', '.join(map(str, frame.columns))}; expected a local authority "
            "code (LAD20CD or lad_code) and, for wards, a ward code and name (WD20CD, WD20NM or ward_code, "
            "ward_name). Join ONS's ward to authority lookup to the file first."
        )
    wanted = frame[lad_code].isin(lpas)
    areas = frame[wanted]
    if missing := [f"{code} ({name})" for code, name in lpas.items() if code not in set(areas[lad_code])]:
        raise InputError(f"{path.name}: no area of {', '.join(missing)} in it; check the code and the file.")
    lpa = areas[lad_code].map(lpas)
    result = gpd.GeoDataFrame(
        {
            "code": areas[ward_code or lad_code],
            "name": areas[ward_name].fillna("").map(format_ward_name) if ward_name else lpa,
            "lpa": lpa,
        },
        geometry=shapely.force_2d(areas.geometry.array),
        crs=frame.crs,
    ).sort_values("code", ignore_index=True)
    _check_words(result, "ward" if ward_code else "authority", path.name)
    check_coverage(result, frame[~wanted], path.name)
    return result


def check_coverage(areas: gpd.GeoDataFrame, others: gpd.GeoDataFrame, where: str) -> None:
    """Do the areas lie side by side without overlap or gap? Raises InputError that names the faulty ones.

    `areas` has name and geometry; `where` names the file; `others` may fill holes, as in outlines.check_coverage.
    """
    shapes, beside = (np.asarray(frame.geometry.array) for frame in (areas, others))
    outlines.check_coverage(shapes, list(areas.name), beside, where, areas.crs)


def holes(areas: gpd.GeoDataFrame) -> list[shapely.Polygon]:
    """Which holes are left inside the areas taken together?"""
    return outlines.find_holes(np.asarray(areas.geometry.array))


def _read(path: Path) -> gpd.GeoDataFrame:
    try:
        frame = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise InputError(f"{path}: not readable as GeoJSON or shapefile ({error}).") from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise InputError(f"{path.name}: it holds no boundaries; expected a GeoJSON or shapefile of polygons.")
    if frame.crs is None:
        raise InputError(
            f"{path.name}: it declares no coordinate reference system; expected one, such as EPSG:27700 in a "
            ".prj file beside the shapefile. Ask the supplier which it is; it cannot be guessed."
        )
    # GeoJSON is WGS84 unless it says otherwise, so grid coordinates that do not say so show here.
    extent = gpd.GeoSeries([shapely.box(*frame.total_bounds)], crs=frame.crs).to_crs(STORED)[0]
    if not UNITED_KINGDOM.contains(extent):
        bounds = ", ".join(f"{number:.6g}" for number in frame.total_bounds)
        raise InputError(
            f"{path.name}: read in {frame.crs.to_string()}, as it declares, its coordinates lie outside the "
            f"United Kingdom ({bounds}). Is that the right system?"
        )
    return frame


def _column(frame: gpd.GeoDataFrame, pattern: str, where: str) -> str | None:
    found = [str(column) for column in frame.columns if re.fullmatch(pattern, str(column), re.IGNORECASE)]
    if len(found) > 1:
        raise InputError(f"{where}: {' and '.join(found)} mean the same; keep the one of the right year.")
    return found[0] if found else None


def _check_words(areas: gpd.GeoDataFrame, level: str, where: str) -> None:
    for code, name, lpa in zip(areas.code, areas.name, areas.lpa, strict=True):
        if not re.fullmatch(CODES[level], str(code)):
            expected = CODES[level]
            raise InputError(f"{where}: {code!r} ({name}, {lpa}) is not a {level} code; expected {expected}.")
        if not name:
            raise InputError(f"{where}: {code} ({lpa}) has no name; expected one.")
    for columns in (["code"], ["lpa", "name"]):
        if (again := areas.duplicated(columns)).any():
            seen = areas.loc[again, ["code", "name", "lpa"]].agg(", ".join, axis=1)
            raise InputError(f"{where}: the {columns[-1]} of {'; '.join(seen)} is not unique.")
