"""Turn a chunk of text columns into typed rows, each with the reason for its rejection, if any.

The rules are SQL over the columns as read. Each rule is written once, runs at the speed of the store and
gives its own reason; see docs/decisions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain import schema
from shp_data.domain.vocabulary import Supplier, Vocabulary
from shp_data.intake.rows.blanks import clear_blanks
from shp_data.intake.rows.categories import COMBINATION, Judgement, judge_rows
from shp_data.intake.rows.columns import FileReading
from shp_data.intake.rows.dates import DATE_COLUMNS, FINANCIAL_YEAR, DateEvidence, DatesRead, read_dates
from shp_data.intake.rows.grid_references import (
    EXACT_METRES,
    ROUNDED_METRES,
    build_masked_sql,
    build_metres_sql,
    build_square_sql,
)
from shp_data.store.files.layout import quote_text

_UNKNOWN_FORCE = "(unknown force)"  # of rows that name none, in a file whose supplier the user named
_EARLIEST = dt.date(1970, 1, 1)
UK_DEGREES: Final = {"longitude": (-9, 3), "latitude": (49, 62)}  # of coordinates in the United Kingdom
_YES, _NO = ("true", "yes", "y", "1", "t"), ("false", "no", "n", "0", "f")
STAGED = """
    file INTEGER, row BIGINT, source VARCHAR, incident_id VARCHAR, occurred TIMESTAMP, precision VARCHAR,
    month VARCHAR, indicator VARCHAR, location VARCHAR, longitude DOUBLE, latitude DOUBLE,
    easting DOUBLE, northing DOUBLE, covid_related BOOLEAN, ward VARCHAR, reason VARCHAR, left_out BOOLEAN,
    square DOUBLE, postcode VARCHAR, lsoa VARCHAR, area VARCHAR
"""

# Each text becomes a typed value, or NULL if it is not one; _REASON then says why. TRY_CAST returns NULL instead of
# stopping the load. Dates are read before (see dates).
_TYPED = f"""
SELECT *,
    TRY_CAST(longitude_text AS DOUBLE) AS x, TRY_CAST(latitude_text AS DOUBLE) AS y,
    CASE WHEN lower(covid_text) IN {_YES} THEN true WHEN lower(covid_text) IN {_NO} THEN false END AS covid
FROM texts
"""  # noqa: S608  # our own constants

_NO_SQUARE = "NULL::STRUCT(west DOUBLE, south DOUBLE, size DOUBLE)"
# The places of a row that are known roughly. Whether a text is a ward, an LSOA or an area is judged later: see placing
_ROUGH_PLACES = {
    "postcode": "upper(regexp_replace(postcode_text, '[^A-Za-z0-9]', '', 'g'))",
    "lsoa": "upper(lsoa_text)",
    "area": "area_text",
}
_HAS_ROUGH_PLACE = "(coalesce(ward_text, postcode_text, lsoa_text, area_text) IS NOT NULL OR grid IS NOT NULL)"


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


# Of several places in one row the best valid one is used: degrees, then the National Grid, then the places known
# roughly. A fault of one is the row's reason only if no other place is given. Degrees outside the United Kingdom, such
# as -1, -1, are valid but worse than any other place.
_POINTS = f"""
SELECT *, is_point AND (x BETWEEN {_build_range("longitude")} AND y BETWEEN {_build_range("latitude")}
                        OR NOT (has_metres OR {_HAS_ROUGH_PLACE})) AS has_degrees
FROM (SELECT *, x IS NOT NULL AND y IS NOT NULL AND degrees_fault IS NULL AND NOT {_build_is_no_point("x", "y")}
          AS is_point,
          e IS NOT NULL AND n IS NOT NULL AND metres_fault IS NULL AND NOT {_build_is_no_point("e", "n")} AS has_metres
      FROM (SELECT *, {_build_point_fault("longitude", "latitude", "x", "y", (180, 90))} AS degrees_fault,
                {_build_point_fault("easting", "northing", "e", "n", (700_000, 1_300_000))} AS metres_fault FROM typed))
"""  # noqa: S608  # our own constants

# What a record without degrees says of its ward, nothing too; nothing at all of one with them. National Grid metres may
# turn out to be rounded, so they do not decide this.
_WARD = "CASE WHEN NOT has_degrees THEN coalesce(ward_text, '') END"

# The first rule that applies gives the reason, so the order of the rules is the order in which a person would
# correct the row. The conditions use the texts as well as the typed values: NULL alone does not show whether a
# cell was empty or not understood. Values are shortened, because a cell may contain a whole document.
_REASON = f"""
    CASE WHEN left_out THEN refusal
         WHEN date_text IS NULL THEN 'no date'
         WHEN date_fault IS NOT NULL THEN date_fault
         WHEN occurred < $earliest THEN 'date ' || {_build_quote_sql("date_text")} || ' is before 1970'
         WHEN occurred >= $tomorrow THEN 'date ' || {_build_quote_sql("date_text")} || ' is in the future'
         WHEN indicator IS NULL THEN refusal
         WHEN covid_text IS NOT NULL AND covid IS NULL
         THEN 'covid_related ' || {_build_quote_sql("covid_text")} || ' is not recognised; expected yes or no'
         WHEN has_degrees OR has_metres OR {_HAS_ROUGH_PLACE} THEN NULL
         ELSE coalesce(degrees_fault, metres_fault, CASE WHEN grid_reference_text IS NOT NULL
              THEN 'grid_reference ' || {_build_quote_sql("grid_reference_text")} || ' is not recognised;'
              || ' expected two letters and an even number of digits, such as NZ 508 322' END)
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
    numbers, judgements = judge_rows(table, reading, sources, vocabulary)
    texts = _select_texts(table, reading)
    _add_forces(connection, texts, reading)
    connection.register("chunk", _append_dates(texts, dates).append_column(COMBINATION, numbers))
    connection.register("judged", _tabulate_judgements(judgements))
    # texts: the file's columns under our names. typed: their values. pointed: which places are valid. named: what each
    # row counts as. The smaller square of several is the row's place on the National Grid.
    connection.execute(
        f"""
        INSERT INTO staged
        WITH texts AS (SELECT row, "{COMBINATION}" AS combination, date_text, occurred, precision, date_fault,
                              {_build_text_columns(texts, reading)} FROM chunk),
        typed AS (SELECT *, {_build_grid_columns(reading)} FROM ({_TYPED})),
        pointed AS ({_POINTS}),
        named AS (SELECT * FROM pointed JOIN judged USING (combination))
        SELECT {file}, row, source, incident_id, occurred, precision, strftime(occurred, '%Y-%m'), indicator,
            location, CASE WHEN has_degrees THEN x END, CASE WHEN has_degrees THEN y END,
            squares.west, squares.south, covid, {_WARD}, {_REASON}, left_out, squares.size,
            {_build_rough_places(reading)}
        FROM (SELECT *, {_build_best_square(reading)} AS squares FROM named)
        """,  # noqa: S608  # a number, our own constants; texts are bound
        {"earliest": _EARLIEST, "tomorrow": today + dt.timedelta(days=1)},
    )
    connection.unregister("chunk")
    connection.unregister("judged")
    return dates.evidence


def _tabulate_judgements(judgements: Sequence[Judgement]) -> pa.Table:
    """Return the judgements as a table with the columns of Judgement and `combination`, their number."""
    schema_ = pa.schema([("indicator", pa.string()), ("refusal", pa.string()), ("left_out", pa.bool_())])
    table = pa.Table.from_pylist([judgement._asdict() for judgement in judgements], schema_)
    return table.append_column("combination", pa.array(range(len(judgements)), pa.int64()))


def _add_forces(connection: duckdb.DuckDBPyConnection, texts: pa.Table, reading: FileReading) -> None:
    """Add the police forces of a chunk, each with its supplier, to the table `forces`."""
    if _FORCE_COLUMN not in texts.column_names:
        return
    names = sorted(pc.unique(texts[_FORCE_COLUMN]).drop_null().to_pylist())
    names += [_UNKNOWN_FORCE] if reading.force_header else []
    if names:
        rows = pa.table({"supplier": [reading.name_supplier(name) for name in names], "force": names})
        connection.register("chunk_forces", rows)
        connection.execute("INSERT OR IGNORE INTO forces SELECT force, supplier FROM chunk_forces")
        connection.unregister("chunk_forces")


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
    if force_header := reading.name_header or reading.force_header:
        columns[_FORCE_COLUMN] = clear_blanks(table.column(force_header))
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


_FORCE_COLUMN = "force"  # the police force of a row
_TEXT_NAMES = {"source": "source", "incident_id": "incident_id", "location": "location", "covid_related": "covid_text"}


def _build_source_name(reading: FileReading) -> str:
    """Build the SQL for the supplier's name where the row does not give it."""
    if not (reading.name_header or reading.force_header):
        return quote_text(reading.name)
    # A row without a force may be anybody's, so it is not the named supplier's.
    name = quote_text(reading.name_supplier(_UNKNOWN_FORCE) if reading.force_header else reading.name)
    supplier = f"SELECT supplier FROM forces WHERE forces.force = chunk.{_FORCE_COLUMN}"  # noqa: S608  # a constant
    return f"coalesce(({supplier}), {name})"


def _build_grid_columns(reading: FileReading) -> str:
    """Build the SQL for the National Grid places of a row: metres, the metres that are masked, and the square.

    Only for the columns that the file has: the expressions are long, and planning them takes time for each chunk.
    """
    metres = "NULL::DOUBLE AS e, NULL::DOUBLE AS n, 0 AS masked"
    if not reading.headers.keys().isdisjoint(("easting", "northing")):
        metres = (
            f"{build_metres_sql('easting_text')} AS e, {build_metres_sql('northing_text')} AS n, "
            f"{build_masked_sql('easting_text', 'northing_text')} AS masked"
        )
    square = build_square_sql("grid_reference_text") if "grid_reference" in reading.headers else _NO_SQUARE
    return f"{metres}, {square} AS grid"


def _build_best_square(reading: FileReading) -> str:
    """Build the SQL for the smaller square of metres and grid reference, as a struct: west, south, size.

    A point has no size. The metres of a column whose name says that they are rounded are not a point.
    """
    if reading.headers.keys().isdisjoint(("easting", "grid_reference")):
        return _NO_SQUARE
    rounded = ROUNDED_METRES if _is_rounded(reading) else 0
    size = f"(masked + {2 * rounded})"
    metres = f"""CASE WHEN has_metres THEN {{'west': e - {rounded}, 'south': n - {rounded},
        'size': CASE WHEN {size} > {EXACT_METRES} THEN {size} END}} END"""
    return f"""CASE WHEN grid IS NULL THEN {metres} WHEN NOT has_metres
        OR coalesce(grid.size, 0) < {size} THEN grid ELSE {metres} END"""


def _build_rough_places(reading: FileReading) -> str:
    """Build the SQL for the postcode, LSOA and area of a row without degrees."""
    return ", ".join(
        f"CASE WHEN NOT has_degrees THEN {text} END" if column in reading.headers else "NULL"
        for column, text in _ROUGH_PLACES.items()
    )


def _is_rounded(reading: FileReading) -> bool:
    return any("round" in reading.headers.get(column, "").casefold() for column in ("easting", "northing"))
