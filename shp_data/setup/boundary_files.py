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
from shp_data.domain.vocabulary import plain
from shp_data.setup.outlines import GRID, Outlines, check_coverage, converted

WARD = {"code": r"wd\d\dcd|ward_?code", "name": r"wd\d\dnm|ward_?name"}
AUTHORITY = {"code": r"lad\d\dcd|lad_?code", "name": r"lad\d\dnm|lad_?name"}
AREA = {"code": r"(lad|csp|lpa)(\d\d)?_?(cd|code)|code", "name": r"(lad|csp|lpa)(\d\d)?_?(nm|name)|name"}
_WEST, _SOUTH, _EAST, _NORTH = -20_000, 3_000, 700_000, 1_250_000  # the United Kingdom, in metres of the grid


@dataclass(frozen=True)
class Zone:
    """A ward with the area that it is in, or an area itself; its outline in British National Grid."""

    code: str
    name: str
    area: str
    area_code: str
    outline: Any


@dataclass(frozen=True)
class Boundaries:
    """What a file of wards holds of the areas that are wanted, by code, and the outlines of all others."""

    file: str
    zones: tuple[Zone, ...]
    others: Outlines
    known: frozenset[str]  # the code of every ward in the file

    def outlines(self) -> Outlines:
        """The outlines of its wards."""
        return _array(zone.outline for zone in self.zones)

    def areas(self) -> dict[str, str]:
        """Its areas: the code of each by its name, in the order of their codes."""
        return dict(sorted({zone.area: zone.area_code for zone in self.zones}.items(), key=lambda pair: pair[1]))


def read_wards(path: Path, areas: Sequence[Zone] = (), wanted: Sequence[str] = ()) -> Boundaries:
    """Which wards does a file hold, of the areas wanted (of all, if none is named)?

    `areas`: the Local Policing Areas, where they are not the local authorities that the file names; a ward is in
    the area that holds a point well inside it. Raises InputError for anything but a whole, valid coverage.
    """
    rows = _features(path)
    code, name = (_field(rows, WARD[key], path.name, f"a ward's {key}") for key in ("code", "name"))
    zones = [Zone(_text(row, code), printed_name(_text(row, name)), "", "", shape) for row, shape in rows]
    if areas:
        zones = [_placed(zone, areas) for zone in zones]
    else:
        zones = [
            replace(zone, area=area, area_code=area_code)
            for zone, (area, area_code) in zip(zones, _authorities(rows, path.name), strict=True)
        ]
    keep = {area for area in _wanted(wanted, zones, path.name) if area}
    own = tuple(sorted((zone for zone in zones if zone.area in keep), key=lambda zone: zone.code))
    if not own:
        raise InputError(f"{path.name}: none of its {len(zones)} wards lies in an area wanted.")
    _check_words(own, path.name)
    others = _array(zone.outline for zone in zones if zone.area not in keep)
    found = Boundaries(path.name, own, others, frozenset(zone.code for zone in zones))
    check_coverage(found.outlines(), [zone.name for zone in own], others, path.name, GRID)
    return found


def read_areas(path: Path, wanted: Sequence[str] = ()) -> tuple[Zone, ...]:
    """Which areas (Local Policing Areas or local authorities) does a file hold? Raises InputError."""
    rows = _features(path)
    name = _field(rows, AREA["name"], path.name, "an area's name")
    code = _field(rows, AREA["code"], path.name, "an area's code", needed=False) or name
    found = [Zone(_text(row, code), _text(row, name), _text(row, name), _text(row, code), shape) for row, shape in rows]
    keep = _wanted(wanted, found, path.name)
    own = tuple(sorted((zone for zone in found if zone.area in keep), key=lambda zone: zone.code))
    _check_words(own, path.name)
    return own


def printed_name(name: str) -> str:
    """How is a ward's name printed? With "and" for "&", a straight apostrophe and single spaces."""
    return " ".join(name.replace("&", " and ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _features(path: Path) -> list[tuple[Mapping[str, Any], Any]]:
    """The properties and the outline (British National Grid) of each feature of a GeoJSON file."""
    try:
        read = json.loads(path.read_bytes())
        properties = [feature["properties"] or {} for feature in read["features"]]
        drawn = [feature["geometry"] for feature in read["features"]]
        outlines = shapely.force_2d(_array(shapely.geometry.shape(one) if one else None for one in drawn))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise InputError(
            f"{path.name}: this is not the GeoJSON of boundaries. On the Open Geography Portal choose Download, then "
            "GeoJSON; a shapefile is saved as GeoJSON by QGIS, or at https://mapshaper.org."
        ) from error
    if not properties:
        raise InputError(f"{path.name}: it holds no boundaries; expected a polygon for each ward or area.")
    return list(zip(properties, _in_grid(outlines, read.get("crs"), path.name), strict=True))


def _in_grid(outlines: Outlines, declared: object, where: str) -> Outlines:
    """The outlines in British National Grid, read in the system that the file declares; GeoJSON's own is WGS84."""
    name = declared.get("properties", {}).get("name", "") if isinstance(declared, dict) else "OGC:CRS84"
    try:
        crs = CRS.from_user_input(name)
    except CRSError as error:
        raise InputError(
            f"{where}: it declares the coordinate reference system {str(name)[:80]!r}, which is not known; expected "
            "WGS84 or British National Grid (EPSG:27700)."
        ) from error
    moved = converted(outlines, crs.to_string(), GRID)
    west, south, east, north = shapely.total_bounds(moved)
    if not (west > _WEST and south > _SOUTH and east < _EAST and north < _NORTH):
        seen = ", ".join(f"{number:.6g}" for number in shapely.total_bounds(outlines))
        raise InputError(
            f"{where}: read as {crs.name}, {'as it declares' if declared else 'as GeoJSON is that declares nothing'}, "
            f"its coordinates ({seen}) lie outside the United Kingdom. Eastings and northings have six digits, and a "
            'file of them says so at its top: "crs": {"type": "name", "properties": {"name": "EPSG:27700"}}.'
        )
    return moved


def _field(
    rows: Sequence[tuple[Mapping[str, Any], Any]], pattern: str, where: str, what: str, *, needed: bool = True
) -> str | None:
    """The one field of a file whose name fits, whatever its case. Raises InputError where it is none, or two."""
    names = list(rows[0][0])
    found = [name for name in names if re.fullmatch(pattern, name, re.IGNORECASE)]
    if len(found) > 1:
        raise InputError(f"{where}: {' and '.join(found)} mean the same; keep the one of the right year.")
    if needed and not found:
        raise InputError(
            f"{where}: no field holds {what}; its fields are {', '.join(names)}. Expected ONS's names, such as WD24CD, "
            "WD24NM, LAD24CD and LAD24NM (any year), or ward_code, ward_name, lad_code and lad_name."
        )
    return found[0] if found else None


def _text(row: Mapping[str, Any], field: str | None) -> str:
    return " ".join(str(row.get(field or "") or "").split())


def _authorities(rows: Sequence[tuple[Mapping[str, Any], Any]], where: str) -> list[tuple[str, str]]:
    """The name and the code of each ward's local authority; its name where the file gives no code."""
    name = _field(rows, AUTHORITY["name"], where, "a ward's local authority", needed=False)
    code = _field(rows, AUTHORITY["code"], where, "a ward's local authority", needed=False) or name
    if name is None:
        raise InputError(
            f"{where}: it does not name the local authority of a ward (LAD24NM, any year, or lad_name); its fields are "
            f"{', '.join(rows[0][0])}. Give the boundaries of the areas with --lpas FILE, and each ward is put in "
            "the one that it lies in."
        )
    return [(_text(row, name), _text(row, code)) for row, _ in rows]


def _placed(ward: Zone, areas: Sequence[Zone]) -> Zone:
    """The ward with the area that holds a point well inside it; without one where none does."""
    inside = ward.outline.representative_point() if ward.outline else None
    for area in areas:
        if inside is not None and area.outline is not None and area.outline.contains(inside):
            return replace(ward, area=area.name, area_code=area.code)
    return ward


def _wanted(wanted: Sequence[str], zones: Iterable[Zone], where: str) -> Collection[str]:
    """The printed names of the areas wanted; of all, if none is named. Raises InputError with the nearest names."""
    by_name = {plain(word): zone.area for zone in zones for word in (zone.area_code, zone.area)}
    for name in wanted:
        if plain(name) not in by_name:
            names = sorted({area for area in by_name.values() if area})
            near = get_close_matches(name, names, 5, 0.5) or names[:12]
            raise InputError(f"{where}: no area {name!r} in it; it has {', '.join(near)}, {len(names)} in all.")
    return [by_name[plain(name)] for name in wanted] or set(by_name.values())


def _check_words(zones: Sequence[Zone], where: str) -> None:
    """Every ward (or area) has a code of its own, and a name of its own in its area."""
    for zone in zones:
        if not (zone.code and zone.name):
            raise InputError(f"{where}: code {zone.code!r}, name {zone.name!r}; expected both. Fill in what is empty.")
    keys: dict[str, list[tuple[str, ...]]] = {
        "code": [(zone.code,) for zone in zones],
        "name": [(zone.area, zone.name) for zone in zones],
    }
    for what, own in keys.items():
        often = Counter(own)
        if twice := [zone for zone, key in zip(zones, own, strict=True) if often[key] > 1]:
            seen = "; ".join(f"{zone.code}, {zone.name}, {zone.area}" for zone in twice[:4])
            raise InputError(f"{where}: the {what} of {seen} is not unique; expected one polygon for each.")


def _array(shapes: Iterable[Any]) -> Outlines:
    """An array of outlines, also of none."""
    listed = list(shapes)
    found = np.empty(len(listed), dtype=object)
    found[:] = listed
    return found
