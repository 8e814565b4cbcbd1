"""Place the rows of a load in their LPA and wards: by coordinates, or by the ward text of the row.

Coordinates are placed by point in polygon; LSOA codes are never used. The result for each distinct coordinate
and text is stored in small tables, and joined to the rows in a view.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from shapely import affinity
from shapely.geometry import shape

from shp_data.domain.areas import Areas
from shp_data.domain.boundaries import LPAS, name_ward_layer, read_layer
from shp_data.domain.errors import InputError
from shp_data.domain.schema import OTHER_SUPPLIER, OUTSIDE, UNPLACED, name_ward_column
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows.ward_names import WardNames

BRITISH_NATIONAL_GRID = "EPSG:27700"
# A month is counted in the wards in force on its last day, so a record with only a month is too.
_DAY = "CASE precision WHEN 'month' THEN last_day(occurred) ELSE occurred::DATE END"
# Searching for similar names takes milliseconds for each ward text: beyond this many they are left out of the reasons.
_MAX_SUGGESTIONS = 200
NEAREST_WARD_METRES = 50.0
_METRES_PER_DEGREE = 111_320.0  # of latitude
Texts = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]
Geometries = npt.NDArray[Any]


def place_records(
    connection: duckdb.DuckDBPyConnection,
    areas: Areas,
    sources: Mapping[str, Supplier],
    territories: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> None:
    """Create the view `placed` from `staged`: coordinates in WGS84, with the LPA and the ward of every ward year.

    National Grid coordinates are converted to WGS84. A record without coordinates is placed by its ward text.
    If the text is not a ward, the record is rejected. `territories`: the LPAs of suppliers that are not
    responsible for all of them. Their records in other LPAs are of another supplier, and in no LPA or ward.
    """
    ward_years = tuple(areas.wards)
    _make_named(connection, WardNames(areas), ward_years, sources)
    _make_grid(connection)
    # Each distinct point once: a month has far fewer points than records, and point in polygon is the slow part.
    points = connection.execute(
        """
        SELECT longitude, latitude FROM staged WHERE longitude IS NOT NULL AND reason IS NULL
        UNION SELECT longitude, latitude FROM grid
        """
    ).fetchnumpy()
    areas_of_points = place_points(
        np.asarray(points["longitude"], float), np.asarray(points["latitude"], float), ward_years
    )
    wards = {name_ward_column(ward_year): codes.astype(str) for ward_year, codes in areas_of_points.wards.items()}
    make_table(connection, "places", {**points, "lpa": areas_of_points.lpa.astype(str), **wards})
    _make_foreign(connection, areas, territories)
    area_columns = ", ".join(
        f"CASE WHEN foreign_lpas.lpa IS NOT NULL THEN '{OTHER_SUPPLIER}' "
        f"ELSE coalesce(places.{name}, named.{name}, '{UNPLACED}') END AS {name}"
        for name in ("lpa", *wards)
    )
    # Views, so that the load is on disk only once. A row's own coordinates come before its grid reference, and any
    # point comes before the ward text. A ward text may mean different wards at different dates, so `named` is
    # joined by the day of the record; a record with only a month counts in the wards in force at the month's end.
    connection.execute(
        f"""
        CREATE TEMP VIEW located AS
        SELECT staged.* EXCLUDE (longitude, latitude, easting, northing),
            coalesce(staged.longitude, grid.longitude) AS longitude,
            coalesce(staged.latitude, grid.latitude) AS latitude
        FROM staged LEFT JOIN grid USING (easting, northing);
        CREATE TEMP VIEW placed AS
        SELECT located.* EXCLUDE (ward), {area_columns} FROM located LEFT JOIN places USING (longitude, latitude)
        LEFT JOIN named ON located.ward = named.ward AND located.source = named.source
            AND {_DAY} >= named.first AND {_DAY} < named.until
        LEFT JOIN foreign_lpas ON foreign_lpas.source = located.source
            AND foreign_lpas.lpa = coalesce(places.lpa, named.lpa, '{UNPLACED}')
        """  # noqa: S608  # our own columns and constants
    )


def _make_foreign(
    connection: duckdb.DuckDBPyConnection, areas: Areas, territories: Mapping[str, tuple[str, ...]]
) -> None:
    """Create the table `foreign_lpas`: each LPA that a supplier of the load is not responsible for.

    The records without a place of a supplier of no area could be anywhere in the country, so they are foreign too.
    """
    rows = [
        (source, lpa)
        for source, lpas in territories.items()
        for lpa in (*areas.lpa_names, *(() if lpas else (UNPLACED,)))
        if lpa not in lpas
    ]
    make_table(connection, "foreign_lpas", _make_columns(dict.fromkeys(("source", "lpa"), pa.string()), rows))


def make_table(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Any]) -> None:
    """Create a table in the scratch database from columns in memory."""
    connection.register("columns", pa.table({key: pa.array(values) for key, values in columns.items()}))
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM columns")  # noqa: S608  # our own names
    connection.unregister("columns")


def _make_named(
    connection: duckdb.DuckDBPyConnection,
    names: WardNames,
    ward_years: tuple[str, ...],
    sources: Mapping[str, Supplier],
) -> None:
    """Create the table `named`: the meaning of each ward text of each supplier.

    A meaning applies from `first` to the day before `until`.

    Rows whose text is not a ward get the reason for rejection.
    """
    texts = connection.execute(
        "SELECT DISTINCT ward, source FROM staged WHERE ward IS NOT NULL AND reason IS NULL ORDER BY ALL"
    ).fetchall()
    rows: list[tuple[object, ...]] = []
    faults: list[tuple[str, str, str]] = []
    for text, source in texts:
        supplier_areas = sources[source].areas if source in sources else ()
        try:
            meanings = names.find_meanings(text, supplier_areas, suggest=len(faults) < _MAX_SUGGESTIONS)
        except InputError as error:
            faults.append((text, source, str(error)))
            continue
        rows += [(text, source, m.first, m.until, m.lpa, *map(m.wards.get, ward_years)) for m in meanings]
    names_of_wards = map(name_ward_column, ward_years)
    columns = dict.fromkeys(("ward", "source", "first", "until", "lpa", *names_of_wards), pa.string())
    make_table(connection, "named", _make_columns(columns | {"first": pa.date32(), "until": pa.date32()}, rows))
    if faults:
        fault_columns = dict.fromkeys(("ward", "source", "fault"), pa.string())
        make_table(connection, "no_ward", _make_columns(fault_columns, faults))
        # The reason is set on `staged` and not only in the view, because the month may then have no valid row left
        # and must not replace what is stored.
        connection.execute(
            """
            UPDATE staged SET reason = fault FROM no_ward
            WHERE staged.ward = no_ward.ward AND staged.source = no_ward.source AND reason IS NULL
            """
        )


def _make_columns(types: Mapping[str, pa.DataType], rows: Sequence[Sequence[object]]) -> dict[str, pa.Array]:
    """Return rows as columns of these types."""
    return {name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(types.items())}


def _make_grid(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table `grid`: each National Grid point among the rows, in WGS84."""
    # Only rows without longitude and latitude need the conversion.
    points = connection.execute(
        """
        SELECT DISTINCT easting, northing FROM staged
        WHERE easting IS NOT NULL AND longitude IS NULL AND reason IS NULL
        """
    ).fetchnumpy()
    longitude, latitude = convert_grid(np.asarray(points["easting"], float), np.asarray(points["northing"], float))
    columns = {**points, "longitude": longitude, "latitude": latitude}
    make_table(connection, "grid", {name: np.asarray(column, float) for name, column in columns.items()})


def convert_grid(easting: Numbers, northing: Numbers) -> tuple[Numbers, Numbers]:
    """Convert British National Grid metres to longitude and latitude (WGS84 degrees)."""
    if not len(easting):
        return np.empty(0), np.empty(0)
    from pyproj import Transformer  # only where a file needs it

    longitude, latitude = Transformer.from_crs(BRITISH_NATIONAL_GRID, "EPSG:4326", always_xy=True).transform(
        easting, northing
    )
    return longitude, latitude


@dataclass(frozen=True)
class PointAreas:
    """The printed LPA name of each point, and its ward code by ward year (or `(unplaced)`, `(outside)`)."""

    lpa: Texts
    wards: dict[str, Texts]


@dataclass(frozen=True)
class _Layer:
    """The polygons of a boundary layer, with the code and LPA of each."""

    tree: shapely.STRtree
    codes: Texts
    lpas: Texts


def place_points(longitude: Numbers, latitude: Numbers, ward_years: Sequence[str]) -> PointAreas:
    """Return the LPA of each point, and its ward in each ward year.

    Coordinates are WGS84 degrees; NaN for missing. The LPA comes from the LPA layer. The ward is searched
    within that LPA. A point in the LPA but in none of its wards gets the nearest of them within 50 metres.
    """
    has_point = np.isfinite(longitude) & np.isfinite(latitude)
    points = shapely.points(longitude[has_point], latitude[has_point])
    point_lpas = _find_lpas(points)
    lpa = np.full(len(longitude), UNPLACED, dtype=object)
    lpa[has_point] = point_lpas
    wards = {}
    for ward_year in ward_years:
        ward = np.full(len(longitude), UNPLACED, dtype=object)
        ward[has_point] = _find_wards(points, point_lpas, ward_year)
        wards[ward_year] = ward
    return PointAreas(lpa, wards)


def _find_lpas(points: Geometries) -> Texts:
    lpas = _read_layer(LPAS)
    names = np.full(len(points), OUTSIDE, dtype=object)
    point, polygon = _find_hits(lpas, points)
    names[point] = lpas.lpas[polygon]
    return names


def _find_wards(points: Geometries, lpa: Texts, ward_year: str) -> Texts:
    """Return the ward codes of points whose LPA is given."""
    wards = _read_layer(name_ward_layer(ward_year))
    codes = np.where(lpa == OUTSIDE, OUTSIDE, UNPLACED).astype(object)
    point, polygon = _find_hits(wards, points)
    same_lpa = wards.lpas[polygon] == lpa[point]
    codes[point[same_lpa]] = wards.codes[polygon[same_lpa]]
    # LPA and ward boundaries are simplified separately, so a point near an edge can be in the LPA and in none of its
    # wards. The search for the nearest ward is slow and runs only for these few points.
    for i in np.flatnonzero(codes == UNPLACED):
        codes[i] = _find_nearest_ward(points[i], wards, lpa[i])
    return codes


def _find_hits(layer_: _Layer, points: Geometries) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return which points are in which polygons.

    Where several match, the layer's first is last, so that it is the one used.
    """
    point, polygon = layer_.tree.query(points, predicate="intersects")
    # Points on a shared edge match two polygons, and the later assignment wins. A fixed order gives the same answer
    # on every machine and with every version of the library.
    order = np.argsort(-polygon, kind="stable")
    return point[order], polygon[order]


def _find_nearest_ward(point: Any, wards: _Layer, lpa: str) -> str:
    """Return the code of the nearest ward of the LPA within 50 metres, else `(unplaced)`."""
    lpa_wards = np.flatnonzero(wards.lpas == lpa)
    # Distances in degrees would count an east-west metre as longer than a north-south metre. Scaling longitude by the
    # cosine of the latitude makes both equal, exact enough for 50 metres.
    longitude_scale = math.cos(math.radians(point.y))  # a degree of longitude, as a part of one of latitude
    distances = [
        shapely.distance(
            affinity.scale(point, xfact=longitude_scale, origin=(0, 0)),
            affinity.scale(ward, xfact=longitude_scale, origin=(0, 0)),
        )
        for ward in wards.tree.geometries[lpa_wards]
    ]
    best = int(np.argmin(distances)) if distances else -1
    is_near = best >= 0 and distances[best] * _METRES_PER_DEGREE <= NEAREST_WARD_METRES
    return str(wards.codes[lpa_wards[best]]) if is_near else UNPLACED


@cache
def _read_layer(name: str) -> _Layer:
    """Read a boundary layer, once."""
    features = read_layer(name)["features"]
    tree = shapely.STRtree([shape(feature["geometry"]) for feature in features])
    codes = np.array([feature["properties"]["code"] for feature in features], dtype=object)
    lpas = np.array([feature["properties"]["lpa"] for feature in features], dtype=object)
    return _Layer(tree, codes, lpas)
