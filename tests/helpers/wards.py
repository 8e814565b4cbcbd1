"""Small stores of incidents that lie in known wards."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from shapely.geometry import shape

from shp_data.domain import boundaries
from shp_data.domain.partnership import partnership
from shp_data.intake.load import LoadOptions, ingest
from shp_data.store.version import Store, open_store

Incident = tuple[str, str, str]  # ward code, month, indicator


@cache
def _points(vintage: str) -> dict[str, tuple[float, float]]:
    """A point well inside each ward of a vintage."""
    features = boundaries.read_layer(boundaries.name_ward_layer(vintage))["features"]
    inside = {f["properties"]["code"]: shape(f["geometry"]).representative_point() for f in features}
    return {code: (round(point.x, 6), round(point.y, 6)) for code, point in inside.items()}


def codes(lpa: str, vintage: str = "2020") -> list[str]:
    return [ward.code for ward in partnership().areas.list_wards(vintage, lpa)]


def store_of(
    folder: Path, incidents: Iterable[Incident], source: str = "Police", vintage: str = "2020", name: str = "a"
) -> Store:
    """A store (or one more load of it) with these incidents, each in the middle of its ward."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("date", "indicator", "location", "longitude", "latitude"))
        for code, month, indicator in incidents:
            writer.writerow((month, indicator, "High Street", *_points(vintage)[code]))
    ingest([path], folder / "store", LoadOptions(source, False))
    return open_store(folder / "store")
