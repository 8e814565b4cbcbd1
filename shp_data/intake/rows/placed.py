"""The rows of a load, each with its place: by its coordinates, else by what it says of its ward.

What is found of the different coordinates and texts is kept in small tables, and put to the rows in a view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from shp_data.domain.areas import Areas
from shp_data.domain.errors import InputError
from shp_data.domain.schema import UNPLACED, ward_column
from shp_data.domain.vocabulary import Source
from shp_data.intake.rows.placing import place_points
from shp_data.intake.rows.ward_names import WardNames

BRITISH_NATIONAL_GRID = "EPSG:27700"
_DAY = "CASE precision WHEN 'month' THEN last_day(occurred) ELSE occurred::DATE END"  # as a month's wards are chosen
_SUGGESTED = 200  # of the wards in a load that are not known: for so many the nearest names are sought


def place(connection: duckdb.DuckDBPyConnection, areas: Areas, sources: Mapping[str, Source]) -> None:
    """`staged` -> the view `placed`: National Grid turned to WGS84, the LPA and the ward of every vintage added.

    A record without coordinates is placed by what it says of its ward; one that says what is no ward is rejected.
    """
    vintages = tuple(areas.wards)
    _make_named(connection, WardNames(areas), vintages, sources)
    _make_grid(connection)
    points = connection.execute(
        """
        SELECT longitude, latitude FROM staged WHERE longitude IS NOT NULL AND reason IS NULL
        UNION SELECT longitude, latitude FROM grid
        """
    ).fetchnumpy()
    found = place_points(np.asarray(points["longitude"], float), np.asarray(points["latitude"], float), vintages)
    wards = {ward_column(vintage): codes.astype(str) for vintage, codes in found.wards.items()}
    make_table(connection, "places", {**points, "lpa": found.lpa.astype(str), **wards})
    placed = ", ".join(f"coalesce(places.{name}, named.{name}, '{UNPLACED}') AS {name}" for name in ("lpa", *wards))
    connection.execute(
        f"""
        CREATE TEMP VIEW located AS
        SELECT staged.* EXCLUDE (longitude, latitude, easting, northing),
            coalesce(staged.longitude, grid.longitude) AS longitude,
            coalesce(staged.latitude, grid.latitude) AS latitude
        FROM staged LEFT JOIN grid USING (easting, northing);
        CREATE TEMP VIEW placed AS
        SELECT located.* EXCLUDE (ward), {placed} FROM located LEFT JOIN places USING (longitude, latitude)
        LEFT JOIN named ON located.ward = named.ward AND located.source = named.source
            AND {_DAY} >= named.first AND {_DAY} < named.until
        """  # noqa: S608  # our own columns and constants
    )


def make_table(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Any]) -> None:
    """A table of the scratch database, from columns in memory."""
    connection.register("columns", pa.table({key: pa.array(values) for key, values in columns.items()}))
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM columns")  # noqa: S608  # our own names
    connection.unregister("columns")


def _make_named(
    connection: duckdb.DuckDBPyConnection, names: WardNames, vintages: tuple[str, ...], sources: Mapping[str, Source]
) -> None:
    """Make the table `named`: what each ward text of each source means, from `first` to the day before `until`.

    The rows of which the text is no ward get the reason.
    """
    texts = connection.execute(
        "SELECT DISTINCT ward, source FROM staged WHERE ward IS NOT NULL AND reason IS NULL ORDER BY ALL"
    ).fetchall()
    rows: list[tuple[object, ...]] = []
    faults: list[tuple[str, str, str]] = []
    for text, source in texts:
        covered = sources[source].areas if source in sources else ()
        try:
            meanings = names.meanings(text, covered, suggest=len(faults) < _SUGGESTED)
        except InputError as error:
            faults.append((text, source, str(error)))
            continue
        rows += [(text, source, m.first, m.until, m.lpa, *(m.wards[v] for v in vintages)) for m in meanings]
    columns = {
        "ward": pa.string(),
        "source": pa.string(),
        "first": pa.date32(),
        "until": pa.date32(),
        "lpa": pa.string(),
    }
    make_table(connection, "named", _columns(columns | {ward_column(v): pa.string() for v in vintages}, rows))
    if faults:
        make_table(connection, "no_ward", _columns(dict.fromkeys(("ward", "source", "fault"), pa.string()), faults))
        connection.execute(
            """
            UPDATE staged SET reason = fault FROM no_ward
            WHERE staged.ward = no_ward.ward AND staged.source = no_ward.source AND reason IS NULL
            """
        )


def _columns(types: Mapping[str, pa.DataType], rows: Sequence[Sequence[object]]) -> dict[str, pa.Array]:
    """Rows as columns of these types."""
    return {name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(types.items())}


def _make_grid(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `grid`: each National Grid point among the rows, in WGS84."""
    points = connection.execute(
        """
        SELECT DISTINCT easting, northing FROM staged
        WHERE easting IS NOT NULL AND longitude IS NULL AND reason IS NULL
        """
    ).fetchnumpy()
    longitude = latitude = np.empty(0)
    if len(points["easting"]):
        from pyproj import Transformer  # only where a file needs it

        transform = Transformer.from_crs(BRITISH_NATIONAL_GRID, "EPSG:4326", always_xy=True).transform
        longitude, latitude = transform(np.asarray(points["easting"], float), np.asarray(points["northing"], float))
    names = ("easting", "northing", "longitude", "latitude")
    values = (points["easting"], points["northing"], longitude, latitude)
    make_table(connection, "grid", {n: np.asarray(v, float) for n, v in zip(names, values, strict=True)})
