"""Boundary files of wards and areas, in GeoJSON as the Office for National Statistics (ONS) publishes them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import normalise_name
from shp_data.setup.outlines import GRID, Outlines, check_coverage, convert_outlines

WARD = {"code": r"wd\d\dcd|ward_?code", "name": r"wd\d\dnm|ward_?name"}
AUTHORITY = {"code": r"lad\d\dcd|lad_?code", "name": r"lad\d\dnm|lad_?name"}
AREA = {"code": r"(lad|csp|lpa)(\d\d)?_?(cd|code)|code", "name": r"(lad|csp|lpa)(\d\d)?_?(nm|name)|name"}
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
    """The wards in a file that are in the areas wanted, by code, and the outlines of all other wards."""

    file: str
    zones: tuple[Zone, ...]
    others: Outlines
    ward_codes: frozenset[str]  # the code of every ward in the file

    def list_outlines(self) -> Outlines:
        """Return the outlines of the wards."""
        return _build_array(zone.outline for zone in self.zones)

    def list_areas(self) -> dict[str, str]:
        """Return the code of each area by its name, in the order of the codes."""
        return dict(sorted({zone.area: zone.area_code for zone in self.zones}.items(), key=lambda pair: pair[1]))


def read_wards(path: Path, areas: Sequence[Zone] = (), wanted: Sequence[str] = ()) -> Boundaries:
    """Read the wards of a file that are in the areas wanted (in all areas, if none is named).

    `areas`: the Local Policing Areas, where they are not the local authorities that the file names. A ward
    is in the area that holds a point well inside it. Raises InputError for anything but a complete, valid
    coverage.
    """
    rows = _read_features(path)
    code, name = (_find_field(rows, WARD[key], path.name, f"a ward's {key}") for key in ("code", "name"))
    zones = [
        Zone(_read_text(row, code), format_ward_name(_read_text(row, name)), "", "", outline) for row, outline in rows
    ]
    if areas:
        zones = [_place_ward(zone, areas) for zone in zones]
    else:
        zones = [
            replace(zone, area=area, area_code=area_code)
            for zone, (area, area_code) in zip(zones, _read_authorities(rows, path.name), strict=True)
        ]
    selected_areas = {area for area in _select_areas(wanted, zones, path.name) if area}
    selected = tuple(sorted((zone for zone in zones if zone.area in selected_areas), key=lambda zone: zone.code))
    if not selected:
        raise InputError(f"{path.name}: none of its {len(zones)} wards lies in an area wanted.")
    _check_names(selected, path.name)
    others = _build_array(zone.outline for zone in zones if zone.area not in selected_areas)
    boundaries = Boundaries(path.name, selected, others, frozenset(zone.code for zone in zones))
    check_coverage(boundaries.list_outlines(), [zone.name for zone in selected], others, path.name, GRID)
    return boundaries


def read_areas(path: Path, wanted: Sequence[str] = ()) -> tuple[Zone, ...]:
    """Read the areas (Local Policing Areas or local authorities) of a file. Raises InputError."""
    rows = _read_features(path)
    name = _find_field(rows, AREA["name"], path.name, "an area's name")
    code = _find_field(rows, AREA["code"], path.name, "an area's code", needed=False) or name
    zones = [
        Zone(_read_text(row, code), _read_text(row, name), _read_text(row, name), _read_text(row, code), outline)
        for row, outline in rows
    ]
    selected_areas = _select_areas(wanted, zones, path.name)
    selected = tuple(sorted((zone for zone in zones if zone.area in selected_areas), key=lambda zone: zone.code))
    _check_names(selected, path.name)
    return selected


def format_ward_name(name: str) -> str:
    """Format the name of a ward for print: "and" for "&", a straight apostrophe and single spaces."""
    return " ".join(name.replace("&", " and ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _read_features(path: Path) -> list[tuple[Mapping[str, Any], Any]]:
    """Read the properties and outline (British National Grid) of each feature of a GeoJSON file."""
    try:
        data = json.loads(path.read_bytes())
        properties = [feature["properties"] or {} for feature in data["features"]]
        geometries = [feature["geometry"] for feature in data["features"]]
        outlines = shapely.force_2d(
            _build_array(shapely.geometry.shape(geometry) if geometry else None for geometry in geometries)
        )
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise InputError(
            f"{path.name}: this is not the GeoJSON of boundaries. On the Open Geography Portal choose Download, then "
            "GeoJSON; a shapefile is saved as GeoJSON by QGIS, or at https://mapshaper.org."
        ) from error
    if not properties:
        raise InputError(f"{path.name}: it holds no boundaries; expected a polygon for each ward or area.")
    return list(zip(properties, _convert_to_grid(outlines, data.get("crs"), path.name), strict=True))


def _convert_to_grid(outlines: Outlines, declared_crs: object, file: str) -> Outlines:
    """Convert outlines to British National Grid from the system that the file declares, or from WGS84.

    WGS84 is the system of GeoJSON that declares none.
    """
    name = declared_crs.get("properties", {}).get("name", "") if isinstance(declared_crs, dict) else "OGC:CRS84"
    try:
        crs = CRS.from_user_input(name)
    except CRSError as error:
        raise InputError(
            f"{file}: it declares the coordinate reference system {str(name)[:80]!r}, which is not known; expected "
            "WGS84 or British National Grid (EPSG:27700)."
        ) from error
    grid_outlines = convert_outlines(outlines, crs.to_string(), GRID)
    west, south, east, north = shapely.total_bounds(grid_outlines)
    if not (west > _WEST and south > _SOUTH and east < _EAST and north < _NORTH):
        bounds = ", ".join(f"{number:.6g}" for number in shapely.total_bounds(outlines))
        raise InputError(
            f"{file}: read as {crs.name}, {'as it declares' if declared_crs else 'as GeoJSON is that declares nothing'}, "
            f"its coordinates ({bounds}) lie outside the United Kingdom. Eastings and northings have six digits, and a "
            'file of them says so at its top: "crs": {"type": "name", "properties": {"name": "EPSG:27700"}}.'
        )
    return grid_outlines


def _find_field(
    rows: Sequence[tuple[Mapping[str, Any], Any]], pattern: str, file: str, meaning: str, *, needed: bool = True
) -> str | None:
    """Find the one field whose name matches, in any case. Raises InputError for two, or for none if needed."""
    names = list(rows[0][0])
    matches = [name for name in names if re.fullmatch(pattern, name, re.IGNORECASE)]
    if len(matches) > 1:
        raise InputError(f"{file}: {' and '.join(matches)} mean the same; keep the one of the right year.")
    if needed and not matches:
        raise InputError(
            f"{file}: no field holds {meaning}; its fields are {', '.join(names)}. Expected ONS's names, such as WD24CD, "
            "WD24NM, LAD24CD and LAD24NM (any year), or ward_code, ward_name, lad_code and lad_name."
        )
    return matches[0] if matches else None


def _read_text(row: Mapping[str, Any], field: str | None) -> str:
    return " ".join(str(row.get(field or "") or "").split())


def _read_authorities(rows: Sequence[tuple[Mapping[str, Any], Any]], file: str) -> list[tuple[str, str]]:
    """Read the name and code of each ward's local authority; its name where the file has no code."""
    name = _find_field(rows, AUTHORITY["name"], file, "a ward's local authority", needed=False)
    code = _find_field(rows, AUTHORITY["code"], file, "a ward's local authority", needed=False) or name
    if name is None:
        raise InputError(
            f"{file}: it does not name the local authority of a ward (LAD24NM, any year, or lad_name); its fields are "
            f"{', '.join(rows[0][0])}. Give the boundaries of the areas with --lpas FILE, and each ward is put in "
            "the one that it lies in."
        )
    return [(_read_text(row, name), _read_text(row, code)) for row, _ in rows]


def _place_ward(ward: Zone, areas: Sequence[Zone]) -> Zone:
    """Return the ward with the area that holds a point well inside it, or without an area."""
    inner_point = ward.outline.representative_point() if ward.outline else None
    for area in areas:
        if inner_point is not None and area.outline is not None and area.outline.contains(inner_point):
            return replace(ward, area=area.name, area_code=area.code)
    return ward


def _select_areas(wanted: Sequence[str], zones: Iterable[Zone], file: str) -> Collection[str]:
    """Select the printed names of the areas wanted (all, if none). Raises InputError with the nearest names."""
    by_name = {normalise_name(word): zone.area for zone in zones for word in (zone.area_code, zone.area)}
    for name in wanted:
        if normalise_name(name) not in by_name:
            names = sorted({area for area in by_name.values() if area})
            close_matches = get_close_matches(name, names, 5, 0.5) or names[:12]
            raise InputError(f"{file}: no area {name!r} in it; it has {', '.join(close_matches)}, {len(names)} in all.")
    return [by_name[normalise_name(name)] for name in wanted] or set(by_name.values())


def _check_names(zones: Sequence[Zone], file: str) -> None:
    """Check that every ward or area has a unique code, and a unique name within its area."""
    for zone in zones:
        if not (zone.code and zone.name):
            raise InputError(f"{file}: code {zone.code!r}, name {zone.name!r}; expected both. Fill in what is empty.")
    keys: dict[str, list[tuple[str, ...]]] = {
        "code": [(zone.code,) for zone in zones],
        "name": [(zone.area, zone.name) for zone in zones],
    }
    for field, zone_keys in keys.items():
        key_counts = Counter(zone_keys)
        if duplicates := [zone for zone, key in zip(zones, zone_keys, strict=True) if key_counts[key] > 1]:
            examples = "; ".join(f"{zone.code}, {zone.name}, {zone.area}" for zone in duplicates[:4])
            raise InputError(f"{file}: the {field} of {examples} is not unique; expected one polygon for each.")


def _build_array(shapes: Iterable[Any]) -> Outlines:
    """Build an array of outlines, which may be empty."""
    outlines = list(shapes)
    array = np.empty(len(outlines), dtype=object)
    array[:] = outlines
    return array
