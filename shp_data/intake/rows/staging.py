"""Rows of all files of one load in a scratch database: placed, and judged accepted, duplicate or rejected.

Only `staged` is as long as the load. The results (locations, repeated ids, counts) are stored in small
tables and joined in views, so that a load is on disk only once.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from shp_data.domain.schema import OUTSIDE, UNKNOWN, UNPLACED
from shp_data.intake.readers.chunks import BadRow
from shp_data.intake.rows.cleaning import STAGED
from shp_data.intake.rows.scratch import make_table
from shp_data.store.files.layout import StoreLayout, list_record_columns
from shp_data.store.files.manifest import Load, SupplierMonth, Tally
from shp_data.store.files.parts import write_records


def create_staged(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty table `staged` in a scratch database."""
    connection.execute(f"CREATE TABLE staged ({STAGED})")


def stage_bad_rows(connection: duckdb.DuckDBPyConnection, file: int, bad_rows: tuple[BadRow, ...]) -> None:
    """Add rows that could not be read as table rows, with the reason."""
    if bad_rows:
        rows = pa.table(
            {"row": [bad_row.row for bad_row in bad_rows], "reason": [bad_row.reason for bad_row in bad_rows]}
        )
        connection.register("bad", rows)
        connection.execute("INSERT INTO staged BY NAME SELECT $file AS file, row, reason FROM bad", {"file": file})
        connection.unregister("bad")


def judge_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `rejected` and `counted` from `staged` and `later` (see claims).

    `rejected` has each rejected row with its reason. `counted` has the number of rows by file and supplier
    month. The status of a row is accepted, duplicate or rejected.
    """
    # A row's own reason comes before a conflict of ids. `later.same` is NULL for a row whose id is new, so the
    # order of the CASE matters: NOT NULL is not true, and the row is accepted. chr(39) is a quotation mark.
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE rejected AS
        SELECT file, row, coalesce(reason, 'incident_id ' || chr(39) || left(incident_id, 40) || chr(39)
            || ' is already used with different content, '
            || CASE WHEN in_file = -1 THEN 'in records loaded earlier' WHEN in_file = file
               THEN 'in row ' || in_row ELSE 'in another file of this load, row ' || in_row END) AS reason
        FROM staged LEFT JOIN later USING (file, row) WHERE reason IS NOT NULL OR NOT later.same;
        CREATE OR REPLACE TEMP TABLE counted AS
        SELECT file, source, indicator, month, CASE WHEN reason IS NOT NULL OR NOT later.same THEN 'rejected'
            WHEN later.same THEN 'duplicate' ELSE 'accepted' END AS status, count(*) AS count
        FROM staged LEFT JOIN later USING (file, row) GROUP BY ALL
        """
    )


def list_months_read(connection: duckdb.DuckDBPyConnection) -> dict[tuple[int, SupplierMonth], bool]:
    """Return the supplier months in which each file has rows, and whether any row is valid in itself.

    From `staged`.
    """
    # A row without a recognised indicator or date belongs to no supplier month, and cannot replace one.
    rows = connection.execute(
        """
        SELECT file, source, indicator, month, bool_or(reason IS NULL) FROM staged
        WHERE indicator IS NOT NULL AND month IS NOT NULL GROUP BY ALL
        """
    ).fetchall()
    return {(file, SupplierMonth(*supplier_month)): has_valid_row for file, *supplier_month, has_valid_row in rows}


def list_accepted_months(connection: duckdb.DuckDBPyConnection) -> set[tuple[int, SupplierMonth]]:
    """Return the supplier months in which each file has rows that are not rejected. From `counted`."""
    rows = connection.execute(
        "SELECT DISTINCT file, source, indicator, month FROM counted WHERE status <> 'rejected'"
    ).fetchall()
    return {(file, SupplierMonth(*supplier_month)) for file, *supplier_month in rows}


def count_by_file(connection: duckdb.DuckDBPyConnection) -> Mapping[int, Mapping[str, Tally]]:
    """Count the rows of each file by indicator, for the reconciliation. From `counted`."""
    tallies_by_file: dict[int, dict[str, Tally]] = {}
    # sum() of integers is a HUGEINT in DuckDB, wider than a count needs: hence the casts. coalesce makes a 0 of the
    # NULL that a filter without any row leaves.
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
        tallies_by_file.setdefault(file, {})[indicator] = Tally(*counts)
    return tallies_by_file


def count_accepted(connection: duckdb.DuckDBPyConnection) -> dict[SupplierMonth, int]:
    """Count the accepted records of each supplier month. From `counted`."""
    rows = connection.execute(
        "SELECT source, indicator, month, sum(count)::BIGINT FROM counted WHERE status = 'accepted' GROUP BY 1, 2, 3"
    ).fetchall()
    return {SupplierMonth(source, indicator, month): count for source, indicator, month, count in rows}


def count_unplaced(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Count the accepted records that are unplaced, and those outside every LPA."""
    # Duplicates are left out as in the store, so that the summary counts what a person can find there.
    (unplaced, outside), *_ = connection.execute(
        f"""
        SELECT count(*) FILTER (lpa = '{UNPLACED}'), count(*) FILTER (lpa = '{OUTSIDE}')
        FROM placed ANTI JOIN later USING (file, row) WHERE reason IS NULL
        """  # noqa: S608  # constants
    ).fetchall()
    return unplaced, outside


def list_rejected_rows(connection: duckdb.DuckDBPyConnection, file: int) -> dict[int, str]:
    """Return the rejected rows of a file: row number -> reason. From `rejected`."""
    return dict(connection.execute("SELECT row, reason FROM rejected WHERE file = ?", [file]).fetchall())


def write_part(connection: duckdb.DuckDBPyConnection, names: list[str], layout: StoreLayout, load: Load) -> None:
    """Write the accepted records of a load, and the summaries that the store derives from them.

    `names`: the files' names, in order.
    """
    make_table(connection, "files", {"number": range(len(names)), "file_name": names})
    columns = list_record_columns().replace("file,", "files.file_name AS file,")
    # The stored file name is the one that the user gave, not the number used while loading.
    accepted = f"""
        SELECT '{load.part}' AS part, {columns} FROM placed ANTI JOIN later USING (file, row)
        JOIN files ON files.number = placed.file WHERE reason IS NULL"""  # noqa: S608  # a part is named by us
    write_records(connection, accepted, layout, load)
