"""The boundary layers of the partnership: the LPAs, and the wards of each ward year."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from shp_data.domain import settings
from shp_data.domain.errors import SettingsError

LPAS = "lpas"
LSOAS = "lsoas_2021"  # the outlines in which records are placed
LSOAS_DRAWN = "lsoas_2021_drawn"  # the same with less detail, for maps


# Cached, because a page draws and searches the same outlines at each request.
@cache
def read_layer(name: str) -> dict[str, Any]:
    """Read one layer as GeoJSON: `lpas`, `lsoas_2021`, `wards_2020` and so on.

    Do not change the result, which is cached. Features have the properties `code`, `name` and `lpa`; WGS84. Raises
    SettingsError if the layer is missing.
    """
    path = settings.find_boundaries_dir() / f"{name}.geojson"
    try:
        geojson: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}; build it again, see boundaries/README.md") from error
    return geojson


def find_lsoas_file() -> Path | None:
    """Find lsoas.csv: the LPA of each LSOA, and the wards in which all of it lies. None if there is no such file."""
    path = settings.find_boundaries_dir() / "lsoas.csv"
    return path if path.exists() else None


def name_ward_layer(ward_year: str) -> str:
    """Return the name of the layer of a ward year: `wards_2020`."""
    return f"wards_{ward_year}"
