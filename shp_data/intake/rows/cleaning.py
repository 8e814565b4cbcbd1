"""Turn a chunk of text columns into typed rows, each with the reason for its rejection, if any.

The rules are SQL over the columns as read. Each rule is written once, runs at the speed of the store and
gives its own reason; see docs/decisions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain import schema
from shp_data.domain.vocabulary import Supplier, Vocabulary, normalise_name
from shp_data.intake.rows.blanks import clear_blanks
from shp_data.intake.rows.columns import FileReading
from shp_data.intake.rows.dates import DATE_COLUMNS, FINANCIAL_YEAR, DateEvidence, DatesRead, read_dates

_EARLIEST = dt.date(1970, 1, 1)
UK_DEGREES: Final = {"longitude": (-9, 3), "latitude": (49, 62)}  # of coordinates in the United Kingdom
_YES, _NO = ("true", "yes", "y", "1", "t"), ("false", "no", "n", "0", "f")
STAGED = """
    file INTEGER, row BIGINT, source VARCHAR, incident_id VARCHAR, occurred TIMESTAMP, precision VARCHAR,
    month VARCHAR, indicator VARCHAR, location VARCHAR, longitude DOUBLE, latitude DOUBLE,
    easting DOUBLE, northing DOUBLE, covid_related BOOLEAN, ward VARCHAR, reason VARCHAR
"""

# Each text becomes a typed value, or NULL if it is not one; _REASON then says why. TRY_CAST returns NULL instead of
# stopping the load. Dates are read before (see dates).
_TYPED = f"""
SELECT *,
    TRY_CAST(longitude_text AS DOUBLE) AS x, TRY_CAST(latitude_text AS DOUBLE) AS y,
    TRY_CAST(easting_text AS DOUBLE) AS e, TRY_CAST(northing_text AS DOUBLE) AS n,
    CASE WHEN lower(covid_text) IN {_YES} THEN true WHEN lower(covid_text) IN {_NO} THEN false END AS covid
FROM texts
"""  # noqa: S608  # our own constants


def _build_quote_sql(column: str) -> str:
    """Build the SQL that quotes a value, shortened, for an error message."""
    return f"chr(39) || left({column}, 40) || chr(39)"


def _build_point_fault(first: str, second: str, first_number: str, second_number: str, most: tuple[int, int]) -> str:
    """Build the SQL that says why a pair of coordinates is not a point; NULL if it is one, or none is given.

    `most`: the largest numbers of the pair. Degrees go as far below zero, and metres of the grid start there.
    """
    is_degrees = first == "longitude"
    unit = "degrees (WGS84)" if is_degrees else "British National Grid metres"
    low, high = (f"-{most[0]}", f"-{most[1]}") if is_degrees else ("0", "0"), most
    return f"""
    CASE WHEN {_build_is_no_point(first_number, second_number)} THEN NULL
         WHEN {first}_text IS NOT NULL AND ({first_number} IS NULL OR NOT isfinite({first_number}))
         THEN '{first} ' || {_build_quote_sql(first + "_text")} || ' is not a number'
         WHEN {second}_text IS NOT NULL AND ({second_number} IS NULL OR NOT isfinite({second_number}))
         THEN '{second} ' || {_build_quote_sql(second + "_text")} || ' is not a number'
         WHEN ({first}_text IS NULL) <> ({second}_text IS NULL)
         THEN '{first} and {second} are both needed; only one is given'
         WHEN {first_number} NOT BETWEEN {low[0]} AND {high[0]} OR {second_number} NOT BETWEEN {low[1]} AND {high[1]}
         THEN '{first} ' || {_build_quote_sql(first + "_text")} || ', {second} ' || {_build_quote_sql(second + "_text")}
              || ' is not a position in {unit}'
    END"""


def _build_is_no_point(first: str, second: str) -> str:
    """Build the SQL that tests for numbers that stand for a missing point: 0 and 0, or 0 and 99.999999."""
    # Many systems export 0, 0 for a missing point, and police systems 0, 99.999999. No incident is at either.
    is_high = "BETWEEN 99.99 AND 100"
    return f"({first} = 0 AND ({second} = 0 OR {second} {is_high}) OR {second} = 0 AND {first} {is_high})"


def _build_range(column: str) -> str:
    """Build the SQL for the range of a coordinate in the United Kingdom."""
    low, high = UK_DEGREES[column]
    return f"{low} AND {high}"


# Of several places in one row the best valid one is used: degrees, then the National Grid, then the ward. A fault of
# one is the row's reason only if no other place is given. Degrees outside the United Kingdom, such as -1, -1, are
# valid but worse than any other place. Whether the text is a ward is judged later (see placing).
_POINTS = f"""
SELECT *, is_point AND (x BETWEEN {_build_range("longitude")} AND y BETWEEN {_build_range("latitude")}
                        OR NOT (has_grid OR ward_text IS NOT NULL)) AS has_degrees
FROM (SELECT *, x IS NOT NULL AND y IS NOT NULL AND degrees_fault IS NULL AND NOT {_build_is_no_point("x", "y")}
          AS is_point,
          e IS NOT NULL AND n IS NOT NULL AND grid_fault IS NULL AND NOT {_build_is_no_point("e", "n")} AS has_grid
      FROM (SELECT *, {_build_point_fault("longitude", "latitude", "x", "y", (180, 90))} AS degrees_fault,
                {_build_point_fault("easting", "northing", "e", "n", (700_000, 1_300_000))} AS grid_fault FROM typed))
"""  # noqa: S608  # our own constants

# The ward text of a record without a point: empty where it says nothing.
_WARD = "CASE WHEN has_degrees OR has_grid THEN NULL ELSE coalesce(ward_text, '') END"

# The first rule that applies gives the reason, so the order of the rules is the order in which a person would
# correct the row. The conditions use the texts as well as the typed values: NULL alone does not show whether a
# cell was empty or not understood. Values are shortened, because a cell may contain a whole document.
_REASON = f"""
    CASE WHEN date_text IS NULL THEN 'no date'
         WHEN date_fault IS NOT NULL THEN date_fault
         WHEN occurred < $earliest THEN 'date ' || {_build_quote_sql("date_text")} || ' is before 1970'
         WHEN occurred >= $tomorrow THEN 'date ' || {_build_quote_sql("date_text")} || ' is in the future'
         WHEN indicator_text IS NULL AND indicator IS NULL THEN 'no indicator'
         WHEN indicator IS NULL AND left_out_by IS NOT NULL
         THEN 'category ' || {_build_quote_sql("indicator_text")}
              || ' is left out by the mapping of ' || left(left_out_by, 80)
         WHEN indicator IS NULL
         THEN 'unknown indicator ' || {_build_quote_sql("indicator_text")}
              || '; map it on the Load files page, or in partnership.toml'
         WHEN covid_text IS NOT NULL AND covid IS NULL
         THEN 'covid_related ' || {_build_quote_sql("covid_text")} || ' is not recognised; expected yes or no'
         WHEN has_degrees OR has_grid OR ward_text IS NOT NULL THEN NULL
         ELSE coalesce(degrees_fault, grid_fault)
    END
"""


def stage_rows(
    connection: duckdb.DuckDBPyConnection,
    table: pa.Table,
    file: int,
    reading: FileReading,
    vocabulary: Vocabulary,
    sources: Mapping[str, Supplier],
    today: dt.date,
) -> DateEvidence:
    """Add the rows of a chunk to the table `staged` (columns STAGED), typed, with the reason for rejection.

    Return what its dates show, for `settle_dates`.

    `table`: text columns named by the file's headers, and `row`. A category is read with the mapping of the
    row's own supplier, if `sources` has one, and otherwise with the file's mapping. Of several places in a
    row the best valid one is used. No row is dropped: a rejected row is staged with its reason.
    """
    dates = read_dates(table, reading.headers, reading.source.date_order)
    texts = _select_texts(table, reading)
    row_sources = _select_row_sources(texts, reading, sources)
    connection.register("chunk", _append_dates(texts, dates))
    connection.register("known", _map_categories(texts, reading, {"": reading.source, **row_sources}, vocabulary))
    # texts: the file's columns under our names. typed: their values. named: the indicator of each category, by the
    # mapping of the row's own supplier if it has one, else by that of the file (source '').
    connection.execute(
        f"""
        INSERT INTO staged
        WITH texts AS (SELECT row, date_text, occurred, precision, date_fault, {_build_text_columns(texts, reading)}
                       FROM chunk),
        typed AS ({_TYPED}),
        pointed AS ({_POINTS}),
        named AS (SELECT pointed.*, known.indicator, known.left_out_by FROM pointed
                  LEFT JOIN known ON known.category = coalesce(pointed.indicator_text, '')
                  AND known.source = CASE WHEN list_contains($own, pointed.source) THEN pointed.source ELSE '' END)
        SELECT {file}, row, source, incident_id, occurred, precision, strftime(occurred, '%Y-%m'), indicator,
            location, CASE WHEN has_degrees THEN x END, CASE WHEN has_degrees THEN y END,
            CASE WHEN has_grid THEN e END, CASE WHEN has_grid THEN n END, covid, {_WARD}, {_REASON}
        FROM named
        """,  # noqa: S608  # a number, our own constants; texts are bound
        {"earliest": _EARLIEST, "tomorrow": today + dt.timedelta(days=1), "own": list(row_sources)},
    )
    connection.unregister("chunk")
    connection.unregister("known")
    return dates.evidence


def settle_dates(connection: duckdb.DuckDBPyConnection, file: int, evidence: DateEvidence) -> None:
    """Correct the staged rows of a file by what all its dates show.

    A time of 00:00 in every row is no time of day; the first days of several months are months; and a month that
    could be a financial year is rejected if every other date could be one too.
    """
    if evidence.has_only_midnights:
        connection.execute(
            "UPDATE staged SET precision = 'day', occurred = date_trunc('day', occurred) "
            "WHERE file = ? AND precision = 'minute'",
            [file],
        )
    if evidence.has_only_first_days:
        connection.execute("UPDATE staged SET precision = 'month' WHERE file = ? AND occurred IS NOT NULL", [file])
    # Without its month the row belongs to no supplier month, and cannot replace one.
    if evidence.has_only_financial_years:
        connection.execute(
            "UPDATE staged SET reason = 'date ' || chr(39) || month || chr(39) || ' ' || $fault, occurred = NULL, "
            "month = NULL WHERE file = $file AND occurred IS NOT NULL",
            {"file": file, "fault": FINANCIAL_YEAR},
        )


def _select_texts(table: pa.Table, reading: FileReading) -> pa.Table:
    """Return the columns that are read, under our names, and `row`; null where a word says that there is nothing.

    Arrow does this ten times faster than SQL. Dates are read apart.
    """
    columns = {"row": table.column("row")}
    for name, header in reading.headers.items():
        if name not in DATE_COLUMNS:
            columns[name] = clear_blanks(table.column(header), name, reading.source.categories)
    if reading.name_header:
        columns[_NAME_COLUMN] = clear_blanks(table.column(reading.name_header))
    return pa.table(columns)


def _append_dates(texts: pa.Table, dates: DatesRead) -> pa.Table:
    """Return the table with the columns of its dates."""
    columns = {"date_text": dates.text, "occurred": dates.occurred, "precision": dates.precision,
               "date_fault": dates.fault}  # fmt: skip
    for name, column in columns.items():
        texts = texts.append_column(name, column)
    return texts


def _build_text_columns(texts: pa.Table, reading: FileReading) -> str:
    """Build the SQL for the project's columns as text, NULL where the file has none."""
    columns = []
    for field in schema.INCIDENT_FILE:
        if field.name in DATE_COLUMNS:
            continue
        expression = field.name if field.name in texts.column_names else "NULL::VARCHAR"
        if field.name == "source":
            expression = f"coalesce({expression}, {_build_source_name(reading)})"
        if field.name == "indicator" and reading.source.indicator:
            expression = "NULL::VARCHAR"  # the mapping names the one indicator of the whole file
        columns.append(f"{expression} AS {_TEXT_NAMES.get(field.name, field.name + '_text')}")
    return ", ".join(columns)


_NAME_COLUMN = "name_addition"  # the text that is added after the supplier's name
_TEXT_NAMES = {"source": "source", "incident_id": "incident_id", "location": "location", "covid_related": "covid_text"}


def _build_source_name(reading: FileReading) -> str:
    """Build the SQL for the supplier's name where the row does not give it."""
    name = "'" + reading.name.replace("'", "''") + "'"
    if not reading.name_header:
        return name
    return f"concat_ws(' ', {name}, {_NAME_COLUMN})"


def _select_row_sources(texts: pa.Table, reading: FileReading, sources: Mapping[str, Supplier]) -> dict[str, Supplier]:
    """Return the suppliers that rows of the chunk name and that have their own category mapping."""
    names = [] if reading.source.indicator else _list_values(texts, "source")
    return {name: sources[name] for name in names if name in sources and sources[name].categories}


def _map_categories(
    texts: pa.Table, reading: FileReading, mappings: Mapping[str, Supplier], vocabulary: Vocabulary
) -> pa.Table:
    """Return each category of the chunk, as the file spells it, with its indicator in each mapping.

    `left_out_by`: the supplier, if its mapping leaves the category out.
    """
    rows: list[tuple[str, str, str | None, str | None]] = [("", "", reading.source.indicator, None)]
    if not reading.source.indicator:
        keys = {value: normalise_name(value) for value in _list_values(texts, "indicator")}
        rows = []
        for name, source in mappings.items():
            ids = vocabulary.map_categories(source)
            left_out = {normalise_name(word) for word, id_ in source.categories.items() if not id_}
            rows += [(name, v, ids.get(key), source.name if key in left_out else None) for v, key in keys.items()]
    columns = ("source", "category", "indicator", "left_out_by")
    return pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(columns)})


def _list_values(texts: pa.Table, column: str) -> list[str]:
    """Return the distinct values of a column."""
    return sorted(pc.unique(texts[column]).drop_null().to_pylist()) if column in texts.column_names else []
