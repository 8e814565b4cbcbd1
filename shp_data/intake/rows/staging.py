"""Rows of all files of one load in a scratch database: placed, and judged accepted, duplicate or rejected.

Only `staged` is as long as the load. The results (locations, repeated ids, counts) are stored in small
tables and joined in views, so that a load is on disk only once.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from shp_data.domain.partnership import partnership
from shp_data.domain.schema import NO_AREA, OTHER_SUPPLIER, OUTSIDE, UNKNOWN, UNPLACED
from shp_data.domain.territory import POLICE_UK, find_force_areas, find_territory
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.readers.chunks import ROWS_OF_SHEET, BadRow
from shp_data.intake.rows.cleaning import STAGED
from shp_data.intake.rows.scratch import make_table
from shp_data.store.files.layout import StoreLayout, list_record_columns
from shp_data.store.files.manifest import Load, SupplierMonth, Tally
from shp_data.store.files.parts import write_records


def create_staged(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty tables of a scratch database: `staged`, and `forces` with the supplier of each police force."""
    connection.execute(
        f"CREATE TABLE staged ({STAGED}); CREATE TABLE forces (force VARCHAR PRIMARY KEY, supplier VARCHAR)"
    )


def stage_bad_rows(connection: duckdb.DuckDBPyConnection, file: int, bad_rows: tuple[BadRow, ...]) -> None:
    """Add rows that could not be read as table rows, with the reason."""
    if bad_rows:
        rows = pa.table(
            {"row": [bad_row.row for bad_row in bad_rows], "reason": [bad_row.reason for bad_row in bad_rows]}
        )
        connection.register("bad", rows)
        connection.execute("INSERT INTO staged BY NAME SELECT $file AS file, row, reason FROM bad", {"file": file})
        connection.unregister("bad")


def name_sheets(connection: duckdb.DuckDBPyConnection, sheets_by_file: Mapping[int, tuple[str, ...]]) -> None:
    """Create the table `sheets` of the workbooks of which several sheets are read (see `split_row`).

    Columns: number, of the file; place, of the sheet; name, of the sheet.
    """
    connection.execute("CREATE TEMP TABLE sheets (number INTEGER, place BIGINT, name VARCHAR)")
    for number, names in sheets_by_file.items():
        for place, name in enumerate(names if len(names) > 1 else ()):
            connection.execute("INSERT INTO sheets VALUES (?, ?, ?)", [number, place, name])


def judge_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `rejected` and `counted` from `staged`, `later` (see claims) and `sheets`.

    `rejected` has each rejected row with its reason, and whether it is left out on purpose. `counted` has the
    number of rows by file and supplier month. The status of a row is accepted, duplicate or rejected.
    """
    # A row's own reason comes before a conflict of ids. `later.same` is NULL for a row whose id is new, so the
    # order of the CASE matters: NOT NULL is not true, and the row is accepted. chr(39) is a quotation mark.
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE rejected AS
        SELECT file, row, coalesce(reason, 'incident_id ' || chr(39) || left(incident_id, 40) || chr(39)
            || ' is already used with different content, '
            || CASE WHEN in_file = -1 THEN 'in records loaded earlier'
               ELSE CASE WHEN in_file = file THEN 'in row ' ELSE 'in another file of this load, row ' END
                    || in_row % {ROWS_OF_SHEET} || coalesce(' of sheet ' || sheets.name, '') END) AS reason,
            coalesce(left_out, false) AS left_out
        FROM staged LEFT JOIN later USING (file, row)
        LEFT JOIN sheets ON sheets.number = in_file AND sheets.place = in_row // {ROWS_OF_SHEET}
        WHERE reason IS NOT NULL OR NOT later.same;
        CREATE OR REPLACE TEMP TABLE counted AS
        SELECT file, source, indicator, month, CASE WHEN reason IS NOT NULL OR NOT later.same THEN 'rejected'
            WHEN later.same THEN 'duplicate' ELSE 'accepted' END AS status, count(*) AS count
        FROM staged LEFT JOIN later USING (file, row) GROUP BY ALL
        """  # noqa: S608  # a constant
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


def find_territories(
    connection: duckdb.DuckDBPyConnection, suppliers: Mapping[str, Supplier]
) -> dict[str, tuple[str, ...]]:
    """Find the LPAs that each supplier of the load is responsible for, for those that are not for all of them.

    From `staged` and `forces`.
    """
    names = [name for (name,) in connection.execute("SELECT DISTINCT source FROM staged ORDER BY 1").fetchall() if name]
    territories = {name: find_territory(name, suppliers) for name in names}
    # The user may have named the supplier of a file: then only `forces` says which force a name stands for.
    forces = connection.execute("SELECT supplier, force FROM forces ORDER BY ALL").fetchall()
    for police in (supplier for supplier in suppliers.values() if supplier.format == POLICE_UK):
        territories |= {name: find_force_areas(police, force) for name, force in forces if name in territories}
    lpas = partnership().areas.lpa_names
    return {name: areas for name, areas in territories.items() if areas is not None and not set(lpas).issubset(areas)}


def count_in_no_area(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, dict[str, int]]:
    """Count the accepted records that are unplaced, those outside every LPA, and those of other suppliers by name."""
    # Duplicates are left out as in the store, so that the summary counts what a person can find there.
    rows = connection.execute(
        f"""
        SELECT lpa, source, count(*) FROM placed ANTI JOIN later USING (file, row)
        WHERE reason IS NULL AND lpa IN {NO_AREA} GROUP BY 1, 2 ORDER BY 2
        """  # noqa: S608  # constants
    ).fetchall()
    unplaced, outside = (sum(count for lpa, _, count in rows if lpa == name) for name in (UNPLACED, OUTSIDE))
    return unplaced, outside, {source: count for lpa, source, count in rows if lpa == OTHER_SUPPLIER}


def list_rejected_rows(connection: duckdb.DuckDBPyConnection, file: int) -> dict[int, str]:
    """Return the rejected rows of a file to correct: row number -> reason. From `rejected`.

    Rows that a mapping leaves out on purpose are not among them.
    """
    return dict(
        connection.execute("SELECT row, reason FROM rejected WHERE file = ? AND NOT left_out", [file]).fetchall()
    )


def count_left_out(connection: duckdb.DuckDBPyConnection) -> dict[int, dict[str, int]]:
    """Count the rows that mappings leave out on purpose: file -> reason -> rows, the most common first."""
    counts_by_file: dict[int, dict[str, int]] = {}
    rows = connection.execute(
        "SELECT file, reason, count(*) AS rows FROM rejected WHERE left_out GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"
    ).fetchall()
    for file, reason, count in rows:
        counts_by_file.setdefault(file, {})[reason] = count
    return counts_by_file


def write_part(connection: duckdb.DuckDBPyConnection, names: list[str], layout: StoreLayout, load: Load) -> None:
    """Write the accepted records of a load, and the summaries that the store derives from them.

    `names`: the files' names, in order.
    """
    make_table(connection, "files", {"number": range(len(names)), "file_name": names})
    # The stored file and row are those that the user sees, not the numbers used while loading.
    columns = list_record_columns().replace(
        "file, row",
        f"files.file_name || coalesce(', sheet ' || sheets.name, '') AS file, placed.row % {ROWS_OF_SHEET} AS row",
    )
    accepted = f"""
        SELECT '{load.part}' AS part, {columns} FROM placed ANTI JOIN later USING (file, row)
        JOIN files ON files.number = placed.file
        LEFT JOIN sheets ON sheets.number = placed.file AND sheets.place = placed.row // {ROWS_OF_SHEET}
        WHERE reason IS NULL"""  # noqa: S608  # a part is named by us
    write_records(connection, accepted, layout, load)
