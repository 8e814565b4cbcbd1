"""The boundary layers of the partnership: the LPAs, and the wards of each vintage."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from shp_data.domain import settings
from shp_data.domain.errors import SettingsError

LPAS = "lpas"


@cache
def layer(name: str) -> dict[str, Any]:
    """One layer as GeoJSON: `lpas`, or `wards_2020` and so on. Do not change what is returned.

    Features have the properties `code`, `name` and `lpa`; WGS84. Raises SettingsError where it is missing.
    """
    path = settings.boundaries_dir() / f"{name}.geojson"
    try:
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}; build it anew, see boundaries/README.md") from error
    return read


def ward_layer(vintage: str) -> str:
    """The name of the layer of a ward vintage: `wards_2020`."""
    return f"wards_{vintage}"
