"""Files of which most records are outside every area: their share, and where the records seem to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb
import numpy as np
import pyarrow as pa
import shapely
import shapely.ops
from shapely.geometry import shape

from shp_data.domain.boundaries import LPAS, read_layer
from shp_data.domain.clock import get_today
from shp_data.domain.counting import join_names
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import OUTSIDE
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows.cleaning import stage_rows
from shp_data.intake.rows.columns import FileReading
from shp_data.intake.rows.placing import Numbers, convert_grid, place_points, place_records
from shp_data.intake.rows.staging import create_staged, find_territories

Cause = Literal["swapped degrees", "lost minus", "swapped grid", "other force", "elsewhere"]
_MOST = 0.5  # of a file's records with a location: from more than this share on, it is asked about
_ROUND = 50  # per cent
_MOST_NAMED = 3  # forces
_UNITED_KINGDOM = (-8.7, 49.8, 1.8, 60.9)  # west, south, east and north, in degrees
_COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
WHAT_TO_DO = (
    "Nothing of it was loaded. Correct the file, or load it as it is with --outside-ok (on the Load files page: tick "
    "the box above the button)."
)


@dataclass(frozen=True)
class OutsideFile:
    """A file with most of its records outside every area.

    `share`: of its records with a location, from 0 to 1. `cause`: what it seems to be. `forces`: the police
    forces of its records, the commonest first. `longitude`, `latitude`: the middle of the records outside
    (WGS84 degrees). `kilometres`, `direction`: of that point from the nearest area.
    """

    share: float
    cause: Cause
    forces: tuple[str, ...]
    longitude: float
    latitude: float
    kilometres: float
    direction: str


def find_outside_files(
    connection: duckdb.DuckDBPyConnection, territories: Mapping[str, tuple[str, ...]]
) -> dict[int, OutsideFile]:
    """Find the files of a load with most of their records outside every area, by number.

    From `staged`, `grid` and `places` (see placing). `territories`: the LPAs of suppliers that are not
    responsible for all of them.
    """
    # Only the points outside are joined: in most loads they are few, so that this reads the load but once. A record
    # without coordinates that names a ward, postcode, LSOA or area is taken to be in an area.
    rows = connection.execute(
        f"""
        WITH beyond AS (SELECT longitude, latitude, true AS is_beyond FROM places WHERE lpa = '{OUTSIDE}'),
        beyond_grid AS (SELECT easting, northing, is_beyond FROM grid JOIN beyond USING (longitude, latitude))
        SELECT file, count(*) AS located, count(*) FILTER (beyond.is_beyond OR beyond_grid.is_beyond) AS outside
        FROM staged LEFT JOIN beyond USING (longitude, latitude)
        LEFT JOIN beyond_grid ON staged.longitude IS NULL AND staged.easting = beyond_grid.easting
            AND staged.northing = beyond_grid.northing
        WHERE reason IS NULL AND (staged.longitude IS NOT NULL OR staged.easting IS NOT NULL
            OR coalesce(ward, '') || coalesce(postcode, '') || coalesce(lsoa, '') || coalesce(area, '') <> '')
        GROUP BY file HAVING outside > {_MOST} * located ORDER BY file
        """  # noqa: S608  # constants
    ).fetchall()
    return {file: _explain_file(connection, territories, file, outside / located) for file, located, outside in rows}


def find_outside_sample(
    sample: pa.Table, reading: FileReading, suppliers: Mapping[str, Supplier]
) -> OutsideFile | None:
    """Find whether most records of a file are outside every area, from a sample of its rows."""
    if reading.headers.keys().isdisjoint(("longitude", "easting")):
        return None
    with duckdb.connect() as connection:
        create_staged(connection)
        stage_rows(connection, sample, 0, reading, partnership().vocabulary, suppliers, get_today())
        territories = find_territories(connection, suppliers)
        place_records(connection, partnership().areas, suppliers, territories)
        return find_outside_files(connection, territories).get(0)


def describe_outside(file: OutsideFile) -> str:
    """Describe how many of a file's records are outside every area, and where they seem to be."""
    percent = round(100 * file.share)
    which = "All" if file.share == 1 else f"{min(percent, 99)} % of" if percent > _ROUND else "More than half of"
    return f"{which} its records with a location are outside every area. {_describe_cause(file)}"


def _describe_cause(file: OutsideFile) -> str:
    if file.cause == "swapped degrees":
        return "Longitude and latitude seem to be swapped: exchange the two columns."
    if file.cause == "lost minus":
        return f"The longitude seems to lack its minus: {file.longitude:g} where {-file.longitude:g} is meant."
    if file.cause == "swapped grid":
        return "Easting and northing seem to be swapped: exchange the two columns."
    if file.cause == "other force":
        more = len(file.forces) - _MOST_NAMED
        names = [*file.forces[:_MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
        police = "which is not the police force" if len(file.forces) == 1 else "which are not the police forces"
        return f"The records are of {join_names(names)}, {police} of these areas."
    west, south, east, north = _UNITED_KINGDOM
    is_abroad = not (west <= file.longitude <= east and south <= file.latitude <= north)
    abroad = ", which is not in the United Kingdom" if is_abroad else ""
    return (
        f"They are about {_round_distance(file.kilometres):,} km {file.direction} of the areas, around longitude "
        f"{file.longitude:.4f}, latitude {file.latitude:.4f}{abroad}."
    )


def _explain_file(
    connection: duckdb.DuckDBPyConnection, territories: Mapping[str, tuple[str, ...]], file: int, share: float
) -> OutsideFile:
    """Find out where the records of a file that are outside every area seem to be."""
    points = connection.execute(
        f"""
        SELECT places.longitude, places.latitude, count(*) AS records,
            any_value(CASE WHEN staged.longitude IS NULL THEN staged.easting END) AS easting,
            any_value(CASE WHEN staged.longitude IS NULL THEN staged.northing END) AS northing
        FROM staged LEFT JOIN grid USING (easting, northing)
        JOIN places ON places.longitude = coalesce(staged.longitude, grid.longitude)
            AND places.latitude = coalesce(staged.latitude, grid.latitude)
        WHERE file = $file AND reason IS NULL AND lpa = '{OUTSIDE}' GROUP BY 1, 2 ORDER BY 1, 2
        """,  # noqa: S608  # constants
        {"file": file},
    ).fetchnumpy()
    numbers: list[Numbers] = [
        np.ma.filled(np.ma.asarray(points[name], float), np.nan)
        for name in ("longitude", "latitude", "easting", "northing")
    ]
    longitude, latitude, easting, northing = numbers
    records = np.asarray(points["records"], float)
    middle = _find_middle(longitude, records), _find_middle(latitude, records)
    forces, are_foreign = _list_forces(connection, territories, file)
    has_degrees = np.isnan(easting)
    candidates: list[tuple[Cause, Numbers, Numbers]] = [
        ("swapped degrees", np.where(has_degrees, latitude, np.nan), longitude),
        ("lost minus", np.where(has_degrees, -longitude, np.nan), latitude),
        ("swapped grid", *convert_grid(northing, easting)),
    ]
    cause: Cause = next(
        (cause for cause, x, y in candidates if _count_inside(x, y, records) > _MOST * records.sum()),
        "other force" if are_foreign else "elsewhere",
    )
    return OutsideFile(share, cause, forces, *middle, *_measure_from_areas(*middle))


def _count_inside(longitude: Numbers, latitude: Numbers, records: Numbers) -> float:
    """Count the records that these points would place in an area."""
    has_point = np.isfinite(longitude) & np.isfinite(latitude)
    lpa = place_points(longitude[has_point], latitude[has_point], ()).lpa
    return float(records[has_point][lpa != OUTSIDE].sum())


def _find_middle(values: Numbers, weights: Numbers) -> float:
    """Find the median of values, each counted as often as its weight says."""
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])


def _list_forces(
    connection: duckdb.DuckDBPyConnection, territories: Mapping[str, tuple[str, ...]], file: int
) -> tuple[tuple[str, ...], bool]:
    """List the police forces of a file, and whether most of its records are of forces of none of the areas."""
    rows = connection.execute(
        """
        SELECT source, any_value(forces.force), count(*) FROM staged LEFT JOIN forces ON source = supplier
        WHERE file = $file AND reason IS NULL GROUP BY source ORDER BY count(*) DESC, source
        """,
        {"file": file},
    ).fetchall()
    foreign = [(force or source, count) for source, force, count in rows if territories.get(source) == ()]
    is_most = sum(count for _, count in foreign) > _MOST * sum(count for *_, count in rows)
    return tuple(name for name, _ in foreign), is_most


def _measure_from_areas(longitude: float, latitude: float) -> tuple[float, str]:
    """Measure how far a point is from the nearest area, in kilometres, and in which direction from the areas."""
    from pyproj import Geod  # only where a file needs it

    areas = shapely.union_all([shape(feature["geometry"]) for feature in read_layer(LPAS)["features"]])
    point = shapely.Point(longitude, latitude)
    nearest = shapely.ops.nearest_points(areas, point)[0]
    geod = Geod(ellps="WGS84")
    _, _, metres = geod.inv(nearest.x, nearest.y, longitude, latitude)
    bearing, _, _ = geod.inv(areas.centroid.x, areas.centroid.y, longitude, latitude)
    return metres / 1000, _COMPASS[round(bearing / 45) % 8]


def _round_distance(kilometres: float) -> int:
    """Round a distance to its first two figures: 83 -> 83, 5,873 -> 5,900."""
    whole = max(1, round(kilometres))
    return int(float(f"{whole:.2g}"))
