"""Place the rows of a load in their LPA and wards: by the best place that each row gives.

A row may give a point, a postcode, a ward, a square of the National Grid, an LSOA or an area. It counts in the smallest
area in which it certainly lies. The result for each distinct place is stored in small tables, and joined to the rows in
a view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from shp_data.domain.areas import Areas
from shp_data.domain.boundaries import LPAS, name_ward_layer
from shp_data.domain.polygons import Geometries, Texts, find_codes, find_hits, read_polygons
from shp_data.domain.schema import OTHER_SUPPLIER, OUTSIDE, UNPLACED, name_ward_column
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows.rough_places import make_rough_tables, reject_unplaced
from shp_data.intake.rows.scratch import build_columns, make_table

BRITISH_NATIONAL_GRID = "EPSG:27700"
# A month is counted in the wards in force on its last day, so a record with only a month is too.
_DAY = "CASE precision WHEN 'month' THEN last_day(occurred) ELSE occurred::DATE END"
_FEWEST_POINTS = 10  # of a file, to show whether its National Grid metres are rounded
Numbers = npt.NDArray[np.float64]


def place_records(
    connection: duckdb.DuckDBPyConnection,
    areas: Areas,
    sources: Mapping[str, Supplier],
    territories: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    postcodes: Path | None = None,
) -> None:
    """Create the view `placed` from `staged`: coordinates in WGS84, with the LPA and the ward of every ward year.

    National Grid coordinates are converted to WGS84. `placed_by` is what placed the record: see RECORD in
    columns.csv. A record that gives places of which none is understood is rejected. `territories`: the LPAs of
    suppliers that are not responsible for all of them. Their records in other LPAs are of another supplier, and in no
    LPA or ward. `postcodes`: the postcode directory, if the store has one.
    """
    ward_years = tuple(areas.wards)
    _widen_rounded(connection)
    # A row with a point needs no other place. Its own degrees come before its National Grid metres.
    connection.execute(
        """
        CREATE TEMP VIEW rough AS SELECT * FROM staged
        WHERE longitude IS NULL AND (easting IS NULL OR square IS NOT NULL) AND reason IS NULL
        """
    )
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
    make_table(connection, "places", {**points, **list_area_columns(areas_of_points)})
    _make_squares(connection, ward_years)
    make_rough_tables(connection, areas, sources, postcodes)
    _make_foreign(connection, areas, territories)
    _make_views(connection, ward_years)
    reject_unplaced(connection)


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
    make_table(connection, "foreign_lpas", build_columns(dict.fromkeys(("source", "lpa"), pa.string()), rows))


def _widen_rounded(connection: duckdb.DuckDBPyConnection) -> None:
    """Turn the National Grid points of a file into squares where all are rounded, to 50 metres or more.


    Ten exact points are never all multiples of 50 metres, so the values show it. The square reaches as far on
    each side as the rounding, because a supplier may round up, down or to the nearest.
    """
    sizes = " ".join(f"WHEN bool_and(easting % {n} = 0 AND northing % {n} = 0) THEN {n}" for n in (1000, 500, 100, 50))
    rounded_files = connection.execute(
        f"""
        SELECT file, CASE {sizes} END AS size FROM staged
        WHERE easting IS NOT NULL AND square IS NULL AND longitude IS NULL AND reason IS NULL
        GROUP BY file HAVING size IS NOT NULL AND count(DISTINCT (easting, northing)) >= {_FEWEST_POINTS}
        """  # noqa: S608  # our own constants
    ).fetchall()
    for file, size in rounded_files:
        connection.execute(
            """
            UPDATE staged SET easting = easting - $size, northing = northing - $size, square = 2 * $size
            WHERE file = $file AND easting IS NOT NULL AND square IS NULL
            """,
            {"file": file, "size": size},
        )


def list_area_columns(areas: PointAreas) -> dict[str, npt.NDArray[np.str_]]:
    """List the columns of a table of places: the LPA, and the ward of each ward year."""
    wards = {name_ward_column(ward_year): codes.astype(str) for ward_year, codes in areas.wards.items()}
    return {"lpa": areas.lpa.astype(str), **wards}


# How each table of places is joined to the rows. A ward text may mean different wards at different dates, so `named` is
# joined by the day of the record; a record with only a month counts in the wards in force at the month's end.
_JOINS = {
    "places": "located.longitude = places.longitude AND located.latitude = places.latitude",
    "squares": "located.easting = squares.easting AND located.northing = squares.northing "
    "AND located.square = squares.square",
    "postcoded": "located.postcode = postcoded.postcode",
    "neighbourhoods": "located.lsoa = neighbourhoods.lsoa",
    "named_areas": "located.area = named_areas.area",
    "named": "located.ward = named.ward AND located.source = named.source AND coalesce(located.area, '') = named.area "
    f"AND {_DAY} >= named.first AND {_DAY} < named.until",
}


def _list_choices(ward_years: Sequence[str]) -> list[tuple[str, str, str]]:
    """List what may place a row, the best first: the table, its name in the record, and the condition in SQL.

    What is certain only of the LPA comes after what names a ward. A square that is in several LPAs, and a postcode
    that is not in the directory, are last: they place nothing, and the record says why.
    """
    in_ward = {
        table: " OR ".join(f"{table}.{name_ward_column(ward_year)} <> '{UNPLACED}'" for ward_year in ward_years)
        for table in ("named", "squares", "neighbourhoods")
    }
    return [
        ("places", "point", "places.lpa IS NOT NULL"),
        ("postcoded", "postcode", f"postcoded.lpa <> '{UNPLACED}'"),
        ("named", "ward", in_ward["named"]),
        ("squares", "square", in_ward["squares"]),
        ("neighbourhoods", "lsoa", in_ward["neighbourhoods"]),
        ("squares", "square", f"squares.lpa <> '{UNPLACED}'"),
        ("neighbourhoods", "lsoa", "neighbourhoods.lpa IS NOT NULL"),
        ("named_areas", "area", "named_areas.lpa IS NOT NULL"),
        ("named", "supplier", "named.lpa IS NOT NULL"),  # its only area
        ("squares", "square", "squares.lpa IS NOT NULL"),
        ("postcoded", "postcode", "postcoded.lpa IS NOT NULL"),
    ]


def _make_views(connection: duckdb.DuckDBPyConnection, ward_years: Sequence[str]) -> None:
    """Create the views `located` (rows with degrees), `chosen` (where each is) and `placed` (without foreign LPAs).

    They are views so that the load is on disk only once.
    """
    # Most loads need one table of places, and each more would be joined to every row several times.
    tables = [
        table
        for table in _JOINS
        if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608  # our own names
    ]
    choices = [choice for choice in _list_choices(ward_years) if choice[0] in tables]
    cases = {
        "placed_by": [f"WHEN {condition} THEN '{name}'" for _, name, condition in choices],
        **{
            column: [f"WHEN {condition} THEN {table}.{column}" for table, _, condition in choices]
            for column in ("lpa", *map(name_ward_column, ward_years))
        },
    }
    nothing = {column: "none" if column == "placed_by" else UNPLACED for column in cases}
    # The first case never applies: SQL needs one.
    columns = ", ".join(
        f"CASE WHEN false THEN NULL {' '.join(whens)} ELSE '{nothing[column]}' END AS {column}"
        for column, whens in cases.items()
    )
    foreign = ", ".join(
        f"CASE WHEN foreign_lpas.lpa IS NOT NULL THEN '{OTHER_SUPPLIER}' ELSE chosen.{column} END AS {column}"
        for column in cases
        if column != "placed_by"
    )
    joins = " ".join(f"LEFT JOIN {table} ON {_JOINS[table]}" for table in tables)
    connection.execute(
        f"""
        CREATE TEMP VIEW located AS
        SELECT staged.* REPLACE (coalesce(staged.longitude, grid.longitude) AS longitude,
            coalesce(staged.latitude, grid.latitude) AS latitude)
        FROM staged LEFT JOIN grid ON staged.longitude IS NULL AND staged.square IS NULL
            AND staged.easting = grid.easting AND staged.northing = grid.northing;
        CREATE TEMP VIEW chosen AS
        SELECT located.* EXCLUDE (easting, northing, square, ward, postcode, lsoa, area), {columns}
        FROM located {joins};
        CREATE TEMP VIEW placed AS
        SELECT chosen.* REPLACE ({foreign}) FROM chosen LEFT JOIN foreign_lpas USING (source, lpa)
        """  # noqa: S608  # our own columns and constants
    )


def _make_grid(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table `grid`: each National Grid point among the rows, in WGS84."""
    # Only rows without longitude and latitude need the conversion.
    points = connection.execute(
        """
        SELECT DISTINCT easting, northing FROM staged
        WHERE easting IS NOT NULL AND square IS NULL AND longitude IS NULL AND reason IS NULL
        """
    ).fetchnumpy()
    easting, northing = (np.asarray(points[name], float) for name in ("easting", "northing"))
    longitude, latitude = convert_grid(easting, northing)
    columns = {"easting": easting, "northing": northing, "longitude": longitude, "latitude": latitude}
    make_table(connection, "grid", columns)


def _make_squares(connection: duckdb.DuckDBPyConnection, ward_years: Sequence[str]) -> None:
    """Create the table `squares`: each square of the National Grid among the rows, with its LPA and wards."""
    squares = connection.execute(
        "SELECT DISTINCT easting, northing, square FROM rough WHERE square IS NOT NULL"
    ).fetchnumpy()
    west, south, size = (np.asarray(squares[name], float) for name in ("easting", "northing", "square"))
    areas_of_squares = place_squares(west, south, size, ward_years)
    columns = {"easting": west, "northing": south, "square": size, **list_area_columns(areas_of_squares)}
    make_table(connection, "squares", columns)


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
        ward[has_point] = find_codes(points, point_lpas, name_ward_layer(ward_year))
        wards[ward_year] = ward
    return PointAreas(lpa, wards)


def place_squares(west: Numbers, south: Numbers, size: Numbers, ward_years: Sequence[str]) -> PointAreas:
    """Return the LPA and the wards in which all of each square lies; `(unplaced)` where that is in none.

    South-west corners and sizes are British National Grid metres. A square that touches no LPA is `(outside)`.
    """
    east, north = west + size, south + size
    corners = [convert_grid(x, y) for x, y in ((west, south), (east, south), (east, north), (west, north))]
    squares = shapely.polygons(np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1))
    lpas = read_polygons(LPAS)
    lpa = np.full(len(squares), OUTSIDE, dtype=object)
    lpa[lpas.tree.query(squares, predicate="intersects")[0]] = UNPLACED
    square, polygon = lpas.tree.query(squares, predicate="covered_by")
    lpa[square] = lpas.lpas[polygon]
    wards = {}
    for ward_year in ward_years:
        layer = read_polygons(name_ward_layer(ward_year))
        codes = np.where(lpa == OUTSIDE, OUTSIDE, UNPLACED).astype(object)
        square, polygon = layer.tree.query(squares, predicate="covered_by")
        # The LPA comes from a layer of its own, and the two are drawn up to 2 metres apart.
        same_lpa = layer.lpas[polygon] == lpa[square]
        codes[square[same_lpa]] = layer.codes[polygon[same_lpa]]
        wards[ward_year] = codes
    return PointAreas(lpa, wards)


def _find_lpas(points: Geometries) -> Texts:
    lpas = read_polygons(LPAS)
    names = np.full(len(points), OUTSIDE, dtype=object)
    point, polygon = find_hits(lpas, points)
    names[point] = lpas.lpas[polygon]
    return names
