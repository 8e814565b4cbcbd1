"""Turn a chunk of text columns into typed rows, each with the reason for its rejection, if any.

The rules are SQL over the columns as read. Each rule is written once, runs at the speed of the store and
gives its own reason; see docs/decisions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain import schema
from shp_data.domain.vocabulary import Supplier, Vocabulary
from shp_data.intake.readers.chunks import BLANK
from shp_data.intake.rows.categories import COMBINATION, Judgement, judge_rows
from shp_data.intake.rows.columns import FileReading
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
_YES, _NO = ("true", "yes", "y", "1", "t"), ("false", "no", "n", "0", "f")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d %B %Y")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_DATE_PATTERN = r"(\d{4}-\d\d?-\d\d?|\d\d?/\d\d?/\d{4})([ T]\d\d?:\d\d(:\d\d(\.\d+)?)?)?"  # as a day, real or not
_FORMATS = tuple(day + time for day in _DAYS for time in _TIMES)
_EXPECTED = "YYYY-MM-DD, DD/MM/YYYY, 5 Apr 2020 or YYYY-MM"
_NAMED_DATE_PATTERN = r"\d\d?[- ][A-Za-z]{3,9}[- ]\d{4}"  # 5 Apr 2020, 05-April-2020


def _build_replace_sql(pattern: str, replacement: str, text: str) -> str:
    """Build the SQL that replaces a pattern in a text."""
    return f"regexp_replace({text}, '{pattern}', '{replacement}')"


# A date as the formats have it: a month's name between blanks, no T before the time, no parts of a second.
_NORMALISED_DATE = _build_replace_sql(r"^(\d\d?)[- ]([A-Za-z]+)[- ]", r"\1 \2 ", "date_text")
_NORMALISED_DATE = _build_replace_sql(r"(\d)T(\d)", r"\1 \2", _NORMALISED_DATE)
_NORMALISED_DATE = _build_replace_sql(r"(:\d\d)\.\d+$", r"\1", _NORMALISED_DATE)

STAGED = """
    file INTEGER, row BIGINT, source VARCHAR, incident_id VARCHAR, occurred TIMESTAMP, precision VARCHAR,
    month VARCHAR, indicator VARCHAR, location VARCHAR, longitude DOUBLE, latitude DOUBLE,
    easting DOUBLE, northing DOUBLE, covid_related BOOLEAN, ward VARCHAR, reason VARCHAR, left_out BOOLEAN,
    square DOUBLE, postcode VARCHAR, lsoa VARCHAR, area VARCHAR
"""

# Each text becomes a typed value, or NULL if it is not one; _REASON then says why. TRY_CAST and try_strptime
# return NULL instead of stopping the load. The regular expressions keep try_strptime from accepting a text that
# only begins like a date, and a number from being read as one unless it can be an Excel date (1954 to 2119).
_TYPED = f"""
SELECT *,
    CASE WHEN date_text IS NULL THEN NULL
         WHEN regexp_full_match(date_text, '\\d{{4}}-\\d{{2}}') THEN try_strptime(date_text || '-01', '%Y-%m-%d')
         WHEN regexp_full_match(date_text, '[2-7]\\d{{4}}(\\.\\d+)?')  -- an Excel date: days since 1899-12-30
         THEN TIMESTAMP '1899-12-30' + to_minutes(round(TRY_CAST(date_text AS DOUBLE) * 1440)::BIGINT)
         WHEN regexp_matches(date_text, '^(\\d{{4}}-|\\d{{1,2}}/\\d{{1,2}}/\\d{{4}}|{_NAMED_DATE_PATTERN})')
         THEN try_strptime({_NORMALISED_DATE}, {list(_FORMATS)})
    END AS occurred,
    CASE WHEN regexp_full_match(date_text, '\\d{{4}}-\\d{{2}}') THEN 'month'
         WHEN contains(date_text, ':') OR contains(date_text, '.') THEN 'minute' ELSE 'day' END AS precision,
    TRY_CAST(longitude_text AS DOUBLE) AS x, TRY_CAST(latitude_text AS DOUBLE) AS y,
    CASE WHEN lower(covid_text) IN {_YES} THEN true WHEN lower(covid_text) IN {_NO} THEN false END AS covid
FROM texts
"""  # noqa: S608  # our own constants

_HAS_DEGREES = "((x <> 0 OR y <> 0) AND x BETWEEN -180 AND 180 AND y BETWEEN -90 AND 90)"
_HAS_METRES = "((e <> 0 OR n <> 0) AND e BETWEEN 0 AND 700000 AND n BETWEEN 0 AND 1300000)"
_NO_SQUARE = "NULL::STRUCT(west DOUBLE, south DOUBLE, size DOUBLE)"
# What a record without degrees says of its ward, nothing too; nothing at all of one with them. The other places that
# are known roughly are read likewise. National Grid metres may turn out to be rounded, so they do not decide this.
_WARD = "CASE WHEN NOT has_degrees THEN coalesce(ward_text, '') END"
_ROUGH_PLACES = {
    "postcode": "upper(regexp_replace(postcode_text, '[^A-Za-z0-9]', '', 'g'))",
    "lsoa": "upper(lsoa_text)",
    "area": "area_text",
}
_HAS_ROUGH_PLACE = "coalesce(postcode_text, lsoa_text, area_text) IS NOT NULL OR grid IS NOT NULL"


def _build_quote_sql(column: str) -> str:
    """Build the SQL that quotes a value, shortened, for an error message."""
    return f"chr(39) || left({column}, 40) || chr(39)"


def _build_number_reasons(first: str, second: str, first_number: str, second_number: str, low: str, high: str) -> str:
    """Build the SQL that explains why a pair of coordinates is rejected."""
    unit = "degrees (WGS84)" if first == "longitude" else "British National Grid metres"
    return f"""
         WHEN {first}_text IS NOT NULL AND ({first_number} IS NULL OR NOT isfinite({first_number}))
         THEN '{first} ' || {_build_quote_sql(first + "_text")} || ' is not a number'
         WHEN {second}_text IS NOT NULL AND ({second_number} IS NULL OR NOT isfinite({second_number}))
         THEN '{second} ' || {_build_quote_sql(second + "_text")} || ' is not a number'
         WHEN ({first}_text IS NULL) <> ({second}_text IS NULL)
         THEN '{first} and {second} are both needed; only one is given'
         WHEN {first_number} NOT BETWEEN {low.split(",")[0]} AND {high.split(",")[0]}
           OR {second_number} NOT BETWEEN {low.split(",")[1]} AND {high.split(",")[1]}
         THEN '{first} ' || {_build_quote_sql(first + "_text")} || ', {second} ' || {_build_quote_sql(second + "_text")}
              || ' is not a position in {unit}'"""


# The first rule that applies gives the reason, so the order of the rules is the order in which a person would
# correct the row. The conditions use the texts as well as the typed values: NULL alone does not show whether a
# cell was empty or not understood. Values are shortened, because a cell may contain a whole document.
_REASON = f"""
    CASE WHEN left_out THEN refusal
         WHEN date_text IS NULL THEN 'no date'
         WHEN occurred IS NULL AND regexp_full_match(date_text, '{_DATE_PATTERN}')
              AND try_strptime(regexp_extract(date_text, '^[^ T]+'), {list(_DAYS)}) IS NULL
         THEN 'date ' || {_build_quote_sql("date_text")} || ' is not a real day; expected YYYY-MM-DD or DD/MM/YYYY'
         WHEN occurred IS NULL
         THEN 'date ' || {_build_quote_sql("date_text")} || ' is not recognised; expected {_EXPECTED}'
         WHEN occurred < $earliest THEN 'date ' || {_build_quote_sql("date_text")} || ' is before 1970'
         WHEN occurred >= $tomorrow THEN 'date ' || {_build_quote_sql("date_text")} || ' is in the future'
         WHEN indicator IS NULL THEN refusal
         WHEN covid_text IS NOT NULL AND covid IS NULL
         THEN 'covid_related ' || {_build_quote_sql("covid_text")} || ' is not recognised; expected yes or no'
         WHEN grid_reference_text IS NOT NULL AND NOT ({_HAS_ROUGH_PLACE}) AND ward_text IS NULL
              AND NOT (has_degrees OR coalesce({_HAS_METRES}, false))
         THEN 'grid_reference ' || {_build_quote_sql("grid_reference_text")} || ' is not recognised;'
              || ' expected two letters and an even number of digits, such as NZ 508 322'
         WHEN {_HAS_ROUGH_PLACE} THEN NULL  -- and a bad number next to it decides nothing
         {_build_number_reasons("longitude", "latitude", "x", "y", "-180,-90", "180,90")}
         {_build_number_reasons("easting", "northing", "e", "n", "0,0", "700000,1300000")}
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
) -> None:
    """Add the rows of a chunk to the table `staged` (columns STAGED), typed, with the reason for rejection.

    `table`: text columns named by the file's headers, and `row`. A category is read with the mapping of the
    row's own supplier, if `sources` has one, and otherwise with the file's mapping. Coordinates of 0, 0 count
    as missing. No row is dropped: a rejected row is staged with its reason.
    """
    table = _trim_columns(table, reading)
    numbers, judgements = judge_rows(table, reading, sources, vocabulary)
    _add_forces(connection, table, reading)
    connection.register("chunk", table.append_column(COMBINATION, numbers))
    connection.register("judged", _tabulate_judgements(judgements))
    # texts: the file's columns under our names. typed: their values. named: what each row counts as. Coordinates of
    # 0, 0 are what many systems export for a missing point, so they are stored as missing.
    connection.execute(
        f"""
        INSERT INTO staged
        WITH texts AS (SELECT row, "{COMBINATION}" AS combination, {_build_text_columns(reading)} FROM chunk),
        typed AS (SELECT *, {_build_grid_columns(reading)} FROM ({_TYPED})),
        named AS (SELECT * FROM typed JOIN judged USING (combination))
        SELECT {file}, row, source, incident_id, occurred, precision, strftime(occurred, '%Y-%m'), indicator,
            location, CASE WHEN has_degrees THEN x END, CASE WHEN has_degrees THEN y END,
            squares.west, squares.south, covid, {_WARD}, {_REASON}, left_out, squares.size,
            {_build_rough_places(reading)}
        FROM (SELECT *, coalesce({_HAS_DEGREES}, false) AS has_degrees, {_build_best_square(reading)} AS squares
              FROM named)
        """,  # noqa: S608  # a number, our own constants, headers quoted; texts are bound
        {"earliest": _EARLIEST, "tomorrow": today + dt.timedelta(days=1)},
    )
    connection.unregister("chunk")
    connection.unregister("judged")


def _tabulate_judgements(judgements: Sequence[Judgement]) -> pa.Table:
    """Return the judgements as a table with the columns of Judgement and `combination`, their number."""
    schema_ = pa.schema([("indicator", pa.string()), ("refusal", pa.string()), ("left_out", pa.bool_())])
    table = pa.Table.from_pylist([judgement._asdict() for judgement in judgements], schema_)
    return table.append_column("combination", pa.array(range(len(judgements)), pa.int64()))


def _add_forces(connection: duckdb.DuckDBPyConnection, table: pa.Table, reading: FileReading) -> None:
    """Add the police forces of a chunk, each with its supplier, to the table `forces`."""
    header = reading.name_header or reading.force_header
    names = sorted(filter(None, table.column(header).unique().to_pylist())) if header else []
    names += [_UNKNOWN_FORCE] if reading.force_header else []
    if names:
        rows = pa.table({"supplier": [reading.name_supplier(name) for name in names], "force": names})
        connection.register("chunk_forces", rows)
        connection.execute("INSERT OR IGNORE INTO forces SELECT force, supplier FROM chunk_forces")
        connection.unregister("chunk_forces")


def _trim_columns(table: pa.Table, reading: FileReading) -> pa.Table:
    """Return the table with blanks trimmed from the columns that are read.

    Arrow does this ten times faster than SQL.
    """
    force_header = reading.name_header or reading.force_header
    for header in {*reading.headers.values(), *([force_header] if force_header else [])}:
        trimmed = pc.utf8_trim(table.column(header), characters=BLANK)
        table = table.set_column(table.column_names.index(header), header, trimmed)
    return table


def _build_text_columns(reading: FileReading) -> str:
    """Build the SQL for the project's columns as text, with blanks trimmed and empty values as NULL."""
    columns = []
    for field in schema.INCIDENT_FILE:
        header = reading.headers.get(field.name)
        expression = f"nullif({_quote_header(header)}, '')" if header else "NULL::VARCHAR"
        if field.name == "source":
            expression = f"coalesce({expression}, {_build_source_name(reading)})"
        if field.name == "indicator" and reading.source.indicator:
            expression = "NULL::VARCHAR"  # the mapping names the one indicator of the whole file
        columns.append(f"{expression} AS {_TEXT_NAMES.get(field.name, field.name + '_text')}")
    return ", ".join(columns)


_TEXT_NAMES = {"source": "source", "incident_id": "incident_id", "location": "location", "covid_related": "covid_text"}


def _build_source_name(reading: FileReading) -> str:
    """Build the SQL for the supplier's name where the row does not give it."""
    header = reading.name_header or reading.force_header
    if not header:
        return quote_text(reading.name)
    # A row without a force may be anybody's, so it is not the named supplier's.
    name = quote_text(reading.name_supplier(_UNKNOWN_FORCE) if reading.force_header else reading.name)
    supplier = f"SELECT supplier FROM forces WHERE forces.force = chunk.{_quote_header(header)}"  # noqa: S608  # quoted
    return f"coalesce(({supplier}), {name})"


def _quote_header(header: str) -> str:
    return '"' + header.replace('"', '""') + '"'


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
    metres = f"""CASE WHEN {_HAS_METRES} THEN {{'west': e - {rounded}, 'south': n - {rounded},
        'size': CASE WHEN {size} > {EXACT_METRES} THEN {size} END}} END"""
    return f"""CASE WHEN grid IS NULL THEN {metres} WHEN NOT coalesce({_HAS_METRES}, false)
        OR coalesce(grid.size, 0) < {size} THEN grid ELSE {metres} END"""


def _build_rough_places(reading: FileReading) -> str:
    """Build the SQL for the postcode, LSOA and area of a row without degrees."""
    return ", ".join(
        f"CASE WHEN NOT has_degrees THEN {text} END" if column in reading.headers else "NULL"
        for column, text in _ROUGH_PLACES.items()
    )


def _is_rounded(reading: FileReading) -> bool:
    return any("round" in reading.headers.get(column, "").casefold() for column in ("easting", "northing"))
