"""Boundary files of wards and areas: shapefile, GeoPackage, GeoJSON or KML, as they are or in a zip."""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import normalise_name
from shp_data.setup.outlines import GRID, Outlines, check_coverage

# The fields of each meaning. A KML file also has a field Name of its own, so the last is sought only without the first.
WARD = {"code": [r"wd\d\dcd|ward_?code"], "name": [r"wd\d\dnm|ward_?name"]}
AUTHORITY = {"code": [r"lad\d\dcd|lad_?code"], "name": [r"lad\d\dnm|lad_?name"]}
AREA = {"code": [r"(lad|csp|lpa)(\d\d)?_?(cd|code)", "code"], "name": [r"(lad|csp|lpa)(\d\d)?_?(nm|name)", "name"]}
# The driver of GDAL that reads each kind of file. No other may: some fetch what a file names from elsewhere.
_DRIVERS = {
    ".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON", ".kml": "KML",
}  # fmt: skip
_KINDS = "a shapefile (.shp), GeoPackage (.gpkg), GeoJSON (.geojson) or KML (.kml), or a zip with one of them"
_MAX_BYTES = 1024**3  # unpacked, because the whole file is in memory
_WEST, _SOUTH, _EAST, _NORTH = -20_000, 3_000, 700_000, 1_250_000  # the United Kingdom, in metres of the grid


@dataclass(frozen=True)
class Zone:
    """A ward with its area, or an area; its outline is in British National Grid."""

    code: str
    name: str
    area: str
    area_code: str
    outline: Any


@dataclass(frozen=True)
class Boundaries:
    """The wards in a file that are in the areas wanted, by code, and the code of every ward in the file."""

    file: str
    zones: tuple[Zone, ...]
    ward_codes: frozenset[str]

    def list_outlines(self) -> Outlines:
        """Return the outlines of the wards."""
        return np.array([zone.outline for zone in self.zones], dtype=object)

    def list_areas(self) -> dict[str, str]:
        """Return the code of each area by its name, in the order of the codes."""
        return dict(sorted({zone.area: zone.area_code for zone in self.zones}.items(), key=lambda pair: pair[1]))


def read_wards(path: Path, areas: gpd.GeoDataFrame | None = None, wanted: Sequence[str] = ()) -> Boundaries:
    """Read the wards of a file that are in the areas wanted (in all areas, if none is named).

    Parameters
    ----------
    path : the file of wards.
    areas : the Local Policing Areas, as read_areas returns them, where they are not the local authorities
        that the file names. A ward is in the area that contains a point well inside it.
    wanted : names or codes of areas.

    Raises
    ------
    InputError : for anything but a complete, valid coverage.
    """
    frame, file = read_boundaries(path), path.name
    code, name = (_find_needed_field(frame, WARD[key], file, f"a ward's {key}") for key in ("code", "name"))
    wards = frame[["geometry"]].assign(code=read_texts(frame, code), name=read_texts(frame, name))
    wards["name"] = wards["name"].map(format_ward_name)
    wards = _add_authorities(wards, frame, file) if areas is None else _add_areas(wards, areas)
    selected = wards["area"].isin(_select_areas(wanted, wards, file))
    if not selected.any():
        raise InputError(f"{file}: none of its {len(wards)} wards is in the areas given.")
    inside = wards[selected].sort_values("code")
    check_names(inside, file)
    check_coverage(inside.geometry.to_numpy(), list(inside["name"]), wards.geometry[~selected].to_numpy(), file, GRID)
    columns = (inside[column] for column in ("code", "name", "area", "area_code", "geometry"))
    return Boundaries(file, tuple(map(Zone, *columns)), frozenset(wards["code"]))


def read_areas(path: Path, wanted: Sequence[str] = ()) -> gpd.GeoDataFrame:
    """Read the areas (Local Policing Areas or local authorities) of a file.

    Returns
    -------
    geopandas.GeoDataFrame : code, name, area, area_code and geometry (British National Grid), by code.
    """
    frame = read_boundaries(path)
    name = _find_needed_field(frame, AREA["name"], path.name, "an area's name")
    code = find_field(frame, AREA["code"], path.name) or name
    codes, names = read_texts(frame, code), read_texts(frame, name)
    areas = frame[["geometry"]].assign(code=codes, name=names, area=names, area_code=codes)
    selected = areas[areas["area"].isin(_select_areas(wanted, areas, path.name))].sort_values("code")
    check_names(selected, path.name)
    return selected


def read_boundaries(path: Path) -> gpd.GeoDataFrame:
    """Read the one layer of polygons in a boundary file, in British National Grid.

    Raises
    ------
    InputError : if the file cannot be read, has several layers, anything but polygons, no coordinate
        reference system, or coordinates outside the United Kingdom.
    """
    try:
        return _convert_to_grid(_read_layer(path), path.name)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except (RuntimeError, ValueError, shapely.errors.ShapelyError, zipfile.BadZipFile) as error:
        # A RuntimeError is GDAL's: its first sentence says what is wrong, and the rest is about GDAL's settings.
        reason = " ".join(str(error).replace(str(path.absolute()), path.name).split(";")[0].split())[:200]
        raise InputError(
            f"{path.name}: this boundary file cannot be read ({reason}). Download it again; expected {_KINDS}."
        ) from error


def find_field(frame: gpd.GeoDataFrame, patterns: Sequence[str], file: str) -> str | None:
    """Find the one field whose name matches the first pattern that any name matches. Raises InputError for two."""
    # Pattern by pattern, because the later ones are weaker and would also match other fields.
    for pattern in patterns:
        matches = [name for name in map(str, frame.columns) if re.fullmatch(pattern, name, re.IGNORECASE)]
        if len(matches) > 1:
            raise InputError(f"{file}: {' and '.join(matches)} have the same meaning. Keep the one of the right year.")
        if matches:
            return matches[0]
    return None


def read_texts(frame: gpd.GeoDataFrame, field: str) -> pd.Series[str]:
    """Read a field as texts with single spaces."""
    # Without this, an empty cell would become the text "nan" or "None".
    values = frame[field].astype(object).where(frame[field].notna(), "")
    texts: pd.Series[str] = values.map(lambda value: " ".join(str(value).split()))
    return texts


def list_fields(frame: gpd.GeoDataFrame) -> str:
    """List the fields of a boundary file, for a message."""
    return ", ".join(str(name) for name in frame.columns if name != "geometry")


def check_names(zones: pd.DataFrame, file: str) -> None:
    """Check that every ward or area has a unique code, and a unique name within its area.

    `zones` has code, name and area. Raises InputError.
    """
    for zone in zones[(zones["code"] == "") | (zones["name"] == "")].itertuples():
        raise InputError(f"{file}: code {zone.code!r}, name {zone.name!r}; expected both. Fill in what is empty.")
    for columns in (["code"], ["area", "name"]):
        duplicates = zones.loc[zones.duplicated(columns, keep=False), ["code", "name", "area"]]
        if len(duplicates):
            examples = "; ".join(duplicates.head(4).agg(", ".join, axis=1))
            raise InputError(f"{file}: the {columns[-1]} of {examples} is not unique; expected one polygon for each.")


def format_ward_name(name: str) -> str:
    """Format the name of a ward for print: "and" for "&", a straight apostrophe and single spaces."""
    return " ".join(name.replace("&", " and ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _read_layer(path: Path) -> gpd.GeoDataFrame:
    """Read the one layer of polygons in a boundary file, as it is."""
    source, file = _find_source(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL warns about shapes that are refused below
        if not pyogrio.read_info(source)["driver"].endswith(_DRIVERS[file.suffix.lower()]):
            raise InputError(f"{path.name}: the content of {file.name} is of another kind; expected {_KINDS}.")
        layers = [str(name) for name, geometry_type in pyogrio.list_layers(source) if geometry_type]
        if len(layers) > 1:
            raise InputError(
                f"{path.name}: it has {len(layers)} layers ({', '.join(layers)}); expected one. "
                "Save the layer of the boundaries as a separate file."
            )
        frame = gpd.read_file(source, layer=layers[0]) if layers else gpd.GeoDataFrame()
    if frame.empty:
        raise InputError(f"{path.name}: it has no boundaries; expected a polygon for each ward or area.")
    others = frame.geom_type[~frame.geom_type.isin(["Polygon", "MultiPolygon"])].fillna("no shape")
    if len(others):
        raise InputError(
            f"{path.name}: {len(others)} of its {len(frame)} boundaries are not polygons "
            f"({', '.join(sorted(set(others)))}); expected a polygon for each ward or area. If the file was cut short, "
            "download it again."
        )
    return frame


def _find_source(path: Path) -> tuple[str, Path | zipfile.Path]:
    """Find the file to read, which may be in a zip, and its name for GDAL."""
    file: Path | zipfile.Path = path
    source, size = str(path.absolute()), path.stat().st_size
    if path.suffix.lower() not in _DRIVERS:
        if not zipfile.is_zipfile(path):
            raise InputError(f"{path.name}: this is not a boundary file; expected {_KINDS}.")
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
        size, name = sum(member.file_size for member in members), _find_member(members, path.name)
        file, source = zipfile.Path(path, name), f"/vsizip/{{{path.absolute().as_posix()}}}/{name}"
    if size > _MAX_BYTES:
        raise InputError(
            f"{path.name}: it needs {size / 1024**2:,.0f} MB, and the limit is {_MAX_BYTES // 1024**2:,} MB. "
            "Choose generalised boundaries (BGC) on the Open Geography Portal."
        )
    if _DRIVERS[file.suffix.lower()] == "GeoJSON":
        _check_declared_system(file.read_bytes(), path.name)
    return source, file


def _find_member(members: Sequence[zipfile.ZipInfo], file: str) -> str:
    """Find the only boundary file in a zip."""
    names = []
    for member in members:
        parts = PurePosixPath(member.filename).parts
        # Nothing is unpacked, but a name that climbs out of the zip is a fault.
        if ".." in parts or member.filename.startswith("/"):
            raise InputError(f"{file}: {member.filename!r} points outside the zip, so nothing in it was read.")
        if "__MACOSX" not in parts and PurePosixPath(member.filename).suffix.lower() in _DRIVERS:
            names.append(member.filename)
    if len(names) != 1:
        content = f"{len(names)} boundary files ({', '.join(names)})" if names else "no boundary file"
        raise InputError(f"{file}: the zip has {content}; expected one. Put each in a separate zip.")
    return names[0]


def _check_declared_system(text: bytes, file: str) -> None:
    """Check that the coordinate reference system of a GeoJSON file is known, if it declares one."""
    # GDAL reads a file as WGS84 if it does not know the declared system, and does not say so.
    match = re.search(rb'"crs"\s*:\s*(\{[^{}]*\{[^{}]*\}[^{}]*\})', text)
    name = json.loads(match[1]).get("properties", {}).get("name", "") if match else "OGC:CRS84"
    try:
        CRS.from_user_input(name)
    except CRSError as error:
        raise InputError(
            f"{file}: it declares the coordinate reference system {str(name)[:80]!r}, which is not known; expected "
            "a known one, such as British National Grid (EPSG:27700)."
        ) from error


def _convert_to_grid(frame: gpd.GeoDataFrame, file: str) -> gpd.GeoDataFrame:
    """Convert boundaries to British National Grid from the coordinate reference system that the file declares."""
    if frame.crs is None:
        raise InputError(
            f"{file}: it declares no known coordinate reference system. For a shapefile, put the .prj file of the same "
            "download in the folder of the .shp (or give the zip as downloaded); otherwise ask the supplier for it."
        )
    # The points of some files, such as KML, have a height, which is no part of a boundary.
    grid_frame = frame.set_geometry(shapely.force_2d(frame.geometry.array), crs=frame.crs).to_crs(GRID)
    west, south, east, north = grid_frame.total_bounds
    if not (west > _WEST and south > _SOUTH and east < _EAST and north < _NORTH):
        bounds = ", ".join(f"{number:.6g}" for number in frame.total_bounds)
        raise InputError(
            f"{file}: read as {frame.crs.name}, its coordinates ({bounds}) are outside the United Kingdom. Check the "
            "coordinate reference system that the file declares. GeoJSON that declares none is read as WGS 84. With "
            'eastings and northings it needs "crs": {"type": "name", "properties": {"name": "EPSG:27700"}} at its top.'
        )
    return grid_frame


def _find_needed_field(frame: gpd.GeoDataFrame, patterns: Sequence[str], file: str, meaning: str) -> str:
    if field := find_field(frame, patterns, file):
        return field
    raise InputError(
        f"{file}: no field has {meaning}; its fields are {list_fields(frame)}. Expected ONS's names, such as WD24CD, "
        "WD24NM, LAD24CD and LAD24NM (any year), or ward_code, ward_name, lad_code and lad_name."
    )


def _add_authorities(wards: gpd.GeoDataFrame, frame: gpd.GeoDataFrame, file: str) -> gpd.GeoDataFrame:
    """Add the name and code of each ward's local authority; its name where the file has no code."""
    name = find_field(frame, AUTHORITY["name"], file)
    if name is None:
        raise InputError(
            f"{file}: it does not name the local authority of a ward (LAD24NM, any year, or lad_name); its fields are "
            f"{list_fields(frame)}. Give the boundaries of the areas with --lpas FILE: each ward is then placed in one."
        )
    code = find_field(frame, AUTHORITY["code"], file) or name
    return wards.assign(area=read_texts(frame, name), area_code=read_texts(frame, code))


def _add_areas(wards: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the area that contains a point well inside each ward; no area where there is none."""
    inner_points = gpd.GeoDataFrame(geometry=wards.representative_point())
    placed = inner_points.sjoin(areas[["area", "area_code", "geometry"]], predicate="within")
    # Areas that overlap would give a ward twice.
    placed = placed[~placed.index.duplicated()].reindex(wards.index)
    return wards.assign(area=placed["area"].fillna(""), area_code=placed["area_code"].fillna(""))


def _select_areas(wanted: Sequence[str], zones: pd.DataFrame, file: str) -> set[str]:
    """Select the printed names of the areas wanted (all, if none). Raises InputError with the nearest names."""
    by_name = {
        normalise_name(word): area
        for area, code in zip(zones["area"], zones["area_code"], strict=True)
        for word in (code, area)
        if area
    }
    for name in wanted:
        if normalise_name(name) not in by_name:
            names = sorted(set(by_name.values()))
            close_matches = get_close_matches(name, names, 5, 0.5) or names[:12]
            raise InputError(f"{file}: no area {name!r} in it; it has {', '.join(close_matches)}, {len(names)} in all.")
    return {by_name[normalise_name(name)] for name in wanted} or set(by_name.values())
