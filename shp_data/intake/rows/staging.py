"""Rows of all files of one load, in a scratch database: placed, and judged accepted, duplicate or rejected.

Only `staged` is as long as the load. What is found of it (places, later ids, counts) is kept in small tables, and put
together in views, so that the disk holds a load once.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from shp_data.domain.schema import OUTSIDE, UNKNOWN, UNPLACED
from shp_data.intake.readers.tables import BadRow
from shp_data.intake.rows.cleaning import STAGED
from shp_data.intake.rows.placed import make_table
from shp_data.store.files.layout import Layout, record_columns
from shp_data.store.files.manifest import Cell, Load, Tally
from shp_data.store.files.parts import write_records


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table `staged` in a scratch database."""
    connection.execute(f"CREATE TABLE staged ({STAGED})")


def stage_bad(connection: duckdb.DuckDBPyConnection, file: int, bad: tuple[BadRow, ...]) -> None:
    """Add rows that are not even rows, with the reason."""
    if bad:
        rows = pa.table({"row": [b.row for b in bad], "reason": [b.reason for b in bad]})
        connection.register("bad", rows)
        connection.execute("INSERT INTO staged BY NAME SELECT $file AS file, row, reason FROM bad", {"file": file})
        connection.unregister("bad")


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """`staged` and `later` (see claims) -> `rejected`, row by row with its reason, and `counted`, by file and cell.

    The status of a row is accepted, duplicate or rejected.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE rejected AS
        SELECT file, row, coalesce(reason, 'incident_id ' || chr(39) || left(incident_id, 40) || chr(39)
            || ' was given before with other content, '
            || CASE WHEN in_file = -1 THEN 'by records loaded earlier' WHEN in_file = file
               THEN 'in row ' || in_row ELSE 'in another file of this load, row ' || in_row END) AS reason
        FROM staged LEFT JOIN later USING (file, row) WHERE reason IS NOT NULL OR NOT later.same;
        CREATE OR REPLACE TEMP TABLE counted AS
        SELECT file, source, indicator, month, CASE WHEN reason IS NOT NULL OR NOT later.same THEN 'rejected'
            WHEN later.same THEN 'duplicate' ELSE 'accepted' END AS status, count(*) AS count
        FROM staged LEFT JOIN later USING (file, row) GROUP BY ALL
        """
    )


def cells_read(connection: duckdb.DuckDBPyConnection) -> dict[tuple[int, Cell], bool]:
    """Which cells does each file have rows in, and is any of these rows sound in itself? From `staged`."""
    rows = connection.execute(
        """
        SELECT file, source, indicator, month, bool_or(reason IS NULL) FROM staged
        WHERE indicator IS NOT NULL AND month IS NOT NULL GROUP BY ALL
        """
    ).fetchall()
    return {(file, Cell(*cell)): sound for file, *cell, sound in rows}


def cells_kept(connection: duckdb.DuckDBPyConnection) -> set[tuple[int, Cell]]:
    """Which cells does each file have rows in that are not rejected? From `counted`."""
    rows = connection.execute(
        "SELECT DISTINCT file, source, indicator, month FROM counted WHERE status <> 'rejected'"
    ).fetchall()
    return {(file, Cell(*cell)) for file, *cell in rows}


def tallies(connection: duckdb.DuckDBPyConnection) -> Mapping[int, Mapping[str, Tally]]:
    """The reconciliation: rows of each file by indicator, from `counted`."""
    found: dict[int, dict[str, Tally]] = {}
    rows = connection.execute(
        f"""
        SELECT file, coalesce(indicator, '{UNKNOWN}'), sum(count)::BIGINT,
            (coalesce(sum(count) FILTER (status = 'accepted'), 0))::BIGINT,
            (coalesce(sum(count) FILTER (status = 'duplicate'), 0))::BIGINT,
            (coalesce(sum(count) FILTER (status = 'rejected'), 0))::BIGINT
        FROM counted GROUP BY 1, 2 ORDER BY 1, 2
        """  # noqa: S608  # a constant
    ).fetchall()
    for file, indicator, *counts in rows:
        found.setdefault(file, {})[indicator] = Tally(*counts)
    return found


def accepted_cells(connection: duckdb.DuckDBPyConnection) -> dict[Cell, int]:
    """How many accepted records does each cell have? From `counted`."""
    rows = connection.execute(
        "SELECT source, indicator, month, sum(count)::BIGINT FROM counted WHERE status = 'accepted' GROUP BY 1, 2, 3"
    ).fetchall()
    return {Cell(source, indicator, month): n for source, indicator, month, n in rows}


def places_unknown(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many accepted records are unplaced, and how many lie outside every LPA?"""
    (unplaced, outside), *_ = connection.execute(
        f"""
        SELECT count(*) FILTER (lpa = '{UNPLACED}'), count(*) FILTER (lpa = '{OUTSIDE}')
        FROM placed ANTI JOIN later USING (file, row) WHERE reason IS NULL
        """  # noqa: S608  # constants
    ).fetchall()
    return unplaced, outside


def rejects(connection: duckdb.DuckDBPyConnection, file: int) -> dict[int, str]:
    """The rejected rows of a file: row number -> reason. From `rejected`."""
    return dict(connection.execute("SELECT row, reason FROM rejected WHERE file = ?", [file]).fetchall())


def write_part(connection: duckdb.DuckDBPyConnection, names: list[str], layout: Layout, load: Load) -> None:
    """The accepted records of a load, and what the store makes of them. `names`: of the files, in order."""
    make_table(connection, "files", {"number": range(len(names)), "file_name": names})
    columns = record_columns().replace("file,", "files.file_name AS file,")
    accepted = f"""
        SELECT '{load.part}' AS part, {columns} FROM placed ANTI JOIN later USING (file, row)
        JOIN files ON files.number = placed.file WHERE reason IS NULL"""  # noqa: S608  # a part is named by us
    write_records(connection, accepted, layout, load)
