"""Rows of all files of one load, in a scratch database: placed, and judged accepted, duplicate or rejected."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from shp_data.domain.schema import OUTSIDE, UNKNOWN, UNPLACED, ward_column
from shp_data.intake.cleaning import STAGED
from shp_data.intake.placing import place_points
from shp_data.intake.tables import BadRow
from shp_data.store.layout import Layout, record_columns, sql_path, summary_columns
from shp_data.store.manifest import Cell, Tally

BRITISH_NATIONAL_GRID = "EPSG:27700"
# What makes two records with one id the same record.
_CONTENT = "hash(occurred, precision, indicator, location, longitude, latitude, covid_related)"


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table `staged` in a scratch database."""
    connection.execute(f"CREATE TEMP TABLE staged ({STAGED})")


def stage_bad(connection: duckdb.DuckDBPyConnection, file: int, bad: tuple[BadRow, ...]) -> None:
    """Add rows that are not even rows, with the reason."""
    if bad:
        rows = pa.table({"row": [b.row for b in bad], "reason": [b.reason for b in bad]})
        connection.register("bad", rows)
        connection.execute(f"INSERT INTO staged BY NAME SELECT {file} AS file, row, reason FROM bad")
        connection.unregister("bad")


def place(connection: duckdb.DuckDBPyConnection, vintages: tuple[str, ...]) -> None:
    """`staged` -> `placed`: National Grid turned to WGS84, and the LPA and the ward of every vintage added."""
    _register_grid(connection)
    connection.execute(
        """
        CREATE TEMP TABLE located AS
        SELECT staged.* EXCLUDE (longitude, latitude, easting, northing),
            coalesce(staged.longitude, grid.longitude) AS longitude,
            coalesce(staged.latitude, grid.latitude) AS latitude
        FROM staged LEFT JOIN grid USING (easting, northing);
        DROP TABLE staged
        """
    )
    connection.unregister("grid")
    points = connection.execute(
        "SELECT DISTINCT longitude, latitude FROM located WHERE longitude IS NOT NULL AND reason IS NULL"
    ).fetchnumpy()
    found = place_points(np.asarray(points["longitude"], float), np.asarray(points["latitude"], float), vintages)
    columns = {"longitude": points["longitude"], "latitude": points["latitude"], "lpa": found.lpa.astype(str)}
    wards = {ward_column(vintage): codes.astype(str) for vintage, codes in found.wards.items()}
    connection.register("points", pa.table({name: pa.array(values) for name, values in (columns | wards).items()}))
    placed = ", ".join(f"coalesce({name}, '{UNPLACED}') AS {name}" for name in ("lpa", *wards))
    connection.execute(
        f"""
        CREATE TEMP TABLE placed AS
        SELECT located.*, {placed},
            CASE WHEN incident_id IS NOT NULL AND reason IS NULL THEN {_CONTENT} END AS content
        FROM located LEFT JOIN points USING (longitude, latitude);
        DROP TABLE located
        """
    )
    connection.unregister("points")


def judge(connection: duckdb.DuckDBPyConnection, stored: str | None) -> None:
    """`placed` -> `judged`: a column `status` added, and a reason where an id comes with other content.

    Within a source, a repeated id with the same content is a duplicate, with other content a rejected
    conflict. `stored`: SQL for the records that stay in the store, with the columns of a record, if any.
    `placed` stays, so that rows can be judged again against others.
    """
    earlier = (
        f"SELECT -1 AS file, row, source, incident_id, {_CONTENT} AS content, hash(source, incident_id) FROM ({stored})"
        if stored
        else ""
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE claims AS
        SELECT file, row, source, incident_id, content, hash(source, incident_id) AS claim
        FROM placed WHERE content IS NOT NULL
        {"UNION ALL " + earlier if earlier else ""};
        CREATE OR REPLACE TEMP TABLE later AS
        WITH repeated AS (SELECT claim FROM claims GROUP BY claim HAVING count(*) > 1)  -- a number: quick to count
        SELECT file, row, content = first_value(content) OVER first AS same, first_value(file) OVER first AS in_file,
            first_value(row) OVER first AS in_row, row_number() OVER first AS number
        FROM claims SEMI JOIN repeated USING (claim)
        WINDOW first AS (PARTITION BY source, incident_id ORDER BY file, row)
        QUALIFY number > 1;
        CREATE OR REPLACE TEMP TABLE judged AS
        SELECT placed.* EXCLUDE (reason, content),
            CASE WHEN later.same = false THEN 'incident_id ' || chr(39) || left(incident_id, 40) || chr(39)
                || ' was given before with other content, '
                || CASE WHEN in_file = -1 THEN 'by records loaded earlier' WHEN in_file = file
                   THEN 'in row ' || in_row ELSE 'in another file of this load, row ' || in_row END
            ELSE reason END AS reason,
            CASE WHEN placed.reason IS NOT NULL OR later.same = false THEN 'rejected'
                 WHEN later.same THEN 'duplicate' ELSE 'accepted' END AS status
        FROM placed LEFT JOIN later USING (file, row);
        DROP TABLE claims; DROP TABLE later
        """
    )


def cells(connection: duckdb.DuckDBPyConnection, table: str, where: str = "true") -> set[tuple[int, Cell]]:
    """Which cells does each file have rows in, of those in `placed` or `judged` for which `where` holds?"""
    rows = connection.execute(
        f"""
        SELECT DISTINCT file, source, indicator, month FROM {table}
        WHERE indicator IS NOT NULL AND month IS NOT NULL AND {where}
        """
    ).fetchall()
    return {(file, Cell(*cell)) for file, *cell in rows}


def tallies(connection: duckdb.DuckDBPyConnection) -> Mapping[int, Mapping[str, Tally]]:
    """The reconciliation: rows of each file by indicator, from `judged`."""
    found: dict[int, dict[str, Tally]] = {}
    rows = connection.execute(
        f"""
        SELECT file, coalesce(indicator, '{UNKNOWN}'), count(*), count(*) FILTER (status = 'accepted'),
            count(*) FILTER (status = 'duplicate'), count(*) FILTER (status = 'rejected')
        FROM judged GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    for file, indicator, read, accepted, duplicates, rejected in rows:
        found.setdefault(file, {})[indicator] = Tally(read, accepted, duplicates, rejected)
    return found


def accepted_cells(connection: duckdb.DuckDBPyConnection) -> dict[Cell, int]:
    """How many accepted records does each cell have? From `judged`."""
    rows = connection.execute(
        "SELECT source, indicator, month, count(*) FROM judged WHERE status = 'accepted' GROUP BY ALL"
    ).fetchall()
    return {Cell(source, indicator, month): n for source, indicator, month, n in rows}


def places_unknown(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many accepted records are unplaced, and how many lie outside every LPA? From `judged`."""
    (unplaced, outside), *_ = connection.execute(
        f"""
        SELECT count(*) FILTER (lpa = '{UNPLACED}'), count(*) FILTER (lpa = '{OUTSIDE}')
        FROM judged WHERE status = 'accepted'
        """
    ).fetchall()
    return unplaced, outside


def rejects(connection: duckdb.DuckDBPyConnection, file: int) -> dict[int, str]:
    """The rejected rows of a file: row number -> reason. From `judged`."""
    rows = connection.execute("SELECT row, reason FROM judged WHERE status = 'rejected' AND file = ?", [file])
    return dict(rows.fetchall())


def write_part(connection: duckdb.DuckDBPyConnection, names: list[str], layout: Layout, part: str) -> None:
    """`judged` -> the records of a load and their counts, as Parquet. `names`: of the files, in order."""
    connection.register("files", pa.table({"number": range(len(names)), "file_name": names}))
    records, summary = sql_path(layout.records(part)), sql_path(layout.part_summary(part))
    columns = record_columns().replace("file,", "files.file_name AS file,")
    connection.execute(
        f"""
        COPY (SELECT '{part}' AS part, {columns} FROM judged JOIN files ON files.number = judged.file
              WHERE status = 'accepted') TO {records} (FORMAT parquet, COMPRESSION zstd);
        COPY (SELECT part, {summary_columns()}, count(*) AS count FROM read_parquet({records}) GROUP BY ALL)
        TO {summary} (FORMAT parquet, COMPRESSION zstd)
        """
    )
    connection.unregister("files")


def _register_grid(connection: duckdb.DuckDBPyConnection) -> None:
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
    connection.register(
        "grid", pa.table({n: pa.array(np.asarray(v, float)) for n, v in zip(names, values, strict=True)})
    )
