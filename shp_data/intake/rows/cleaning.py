"""A chunk of text columns -> typed rows, each with the reason for which it is rejected, if any.

The rules are SQL over the columns as read, so that each is said once, runs at the speed of the store and
gives its own reason; see docs/decisions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain import schema
from shp_data.domain.vocabulary import Source, Vocabulary, plain
from shp_data.intake.rows.columns import Reading

_EARLIEST = dt.date(1970, 1, 1)
_BLANK = " \t\n\r\xa0\ufeff"
_YES, _NO = ("true", "yes", "y", "1", "t"), ("false", "no", "n", "0", "f")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d %B %Y")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_WRITTEN = r"(\d{4}-\d\d?-\d\d?|\d\d?/\d\d?/\d{4})([ T]\d\d?:\d\d(:\d\d(\.\d+)?)?)?"  # as a day, real or not
_FORMATS = tuple(day + time for day in _DAYS for time in _TIMES)
_EXPECTED = "YYYY-MM-DD, DD/MM/YYYY, 5 Apr 2020 or YYYY-MM"
_NAMED = r"\d\d?[- ][A-Za-z]{3,9}[- ]\d{4}"  # 5 Apr 2020, 05-April-2020


def _without(pattern: str, by: str, text: str) -> str:
    """SQL: a text with something in it put otherwise."""
    return f"regexp_replace({text}, '{pattern}', '{by}')"


# A date as the formats have it: a month's name between blanks, no T before the time, no parts of a second.
_PLAIN = _without(r"^(\d\d?)[- ]([A-Za-z]+)[- ]", r"\1 \2 ", "date_text")
_PLAIN = _without(r"(\d)T(\d)", r"\1 \2", _PLAIN)
_PLAIN = _without(r"(:\d\d)\.\d+$", r"\1", _PLAIN)

STAGED = """
    file INTEGER, row BIGINT, source VARCHAR, incident_id VARCHAR, occurred TIMESTAMP, precision VARCHAR,
    month VARCHAR, indicator VARCHAR, location VARCHAR, longitude DOUBLE, latitude DOUBLE,
    easting DOUBLE, northing DOUBLE, covid_related BOOLEAN, ward VARCHAR, reason VARCHAR
"""

_TYPED = f"""
SELECT *,
    CASE WHEN date_text IS NULL THEN NULL
         WHEN regexp_full_match(date_text, '\\d{{4}}-\\d{{2}}') THEN try_strptime(date_text || '-01', '%Y-%m-%d')
         WHEN regexp_full_match(date_text, '[2-7]\\d{{4}}(\\.\\d+)?')  -- an Excel date: days since 1899-12-30
         THEN TIMESTAMP '1899-12-30' + to_minutes(round(TRY_CAST(date_text AS DOUBLE) * 1440)::BIGINT)
         WHEN regexp_matches(date_text, '^(\\d{{4}}-|\\d{{1,2}}/\\d{{1,2}}/\\d{{4}}|{_NAMED})')
         THEN try_strptime({_PLAIN}, {list(_FORMATS)})
    END AS occurred,
    CASE WHEN regexp_full_match(date_text, '\\d{{4}}-\\d{{2}}') THEN 'month'
         WHEN contains(date_text, ':') OR contains(date_text, '.') THEN 'minute' ELSE 'day' END AS precision,
    TRY_CAST(longitude_text AS DOUBLE) AS x, TRY_CAST(latitude_text AS DOUBLE) AS y,
    TRY_CAST(easting_text AS DOUBLE) AS e, TRY_CAST(northing_text AS DOUBLE) AS n,
    CASE WHEN lower(covid_text) IN {_YES} THEN true WHEN lower(covid_text) IN {_NO} THEN false END AS covid
FROM texts
"""  # noqa: S608  # our own constants

# What a record without coordinates says of its ward, nothing too; nothing at all of one with them.
_WARD = "CASE WHEN x <> 0 OR y <> 0 OR e <> 0 OR n <> 0 THEN NULL ELSE coalesce(ward_text, '') END"


def _seen(column: str) -> str:
    """SQL for a value as an error shows it."""
    return f"chr(39) || left({column}, 40) || chr(39)"


def _number_reasons(first: str, second: str, one: str, two: str, low: str, high: str) -> str:
    """SQL: why a pair of coordinates is not understood."""
    return f"""
         WHEN {first}_text IS NOT NULL AND ({one} IS NULL OR NOT isfinite({one}))
         THEN '{first} ' || {_seen(first + "_text")} || ' is not a number'
         WHEN {second}_text IS NOT NULL AND ({two} IS NULL OR NOT isfinite({two}))
         THEN '{second} ' || {_seen(second + "_text")} || ' is not a number'
         WHEN ({first}_text IS NULL) <> ({second}_text IS NULL)
         THEN '{first} and {second} come together; only one of them is given'
         WHEN {one} NOT BETWEEN {low.split(",")[0]} AND {high.split(",")[0]}
           OR {two} NOT BETWEEN {low.split(",")[1]} AND {high.split(",")[1]}
         THEN '{first} ' || {_seen(first + "_text")} || ', {second} ' || {_seen(second + "_text")}
              || ' is no place in {"degrees (WGS84)" if first == "longitude" else "British National Grid metres"}'"""


_REASON = f"""
    CASE WHEN date_text IS NULL THEN 'no date'
         WHEN occurred IS NULL AND regexp_full_match(date_text, '{_WRITTEN}')
              AND try_strptime(regexp_extract(date_text, '^[^ T]+'), {list(_DAYS)}) IS NULL
         THEN 'date ' || {_seen("date_text")} || ': there is no such day; expected YYYY-MM-DD or DD/MM/YYYY'
         WHEN occurred IS NULL
         THEN 'date ' || {_seen("date_text")} || ' is not understood; expected {_EXPECTED}'
         WHEN occurred < $earliest THEN 'date ' || {_seen("date_text")} || ' lies before 1970'
         WHEN occurred >= $tomorrow THEN 'date ' || {_seen("date_text")} || ' lies in the future'
         WHEN indicator_text IS NULL AND indicator IS NULL THEN 'no indicator'
         WHEN indicator IS NULL AND left_out_by IS NOT NULL
         THEN 'category ' || {_seen("indicator_text")} || ' is left out by the mapping of ' || left(left_out_by, 80)
         WHEN indicator IS NULL
         THEN 'unknown indicator ' || {_seen("indicator_text")}
              || '; map it on the Load files page, or in partnership.toml'
         WHEN covid_text IS NOT NULL AND covid IS NULL
         THEN 'covid_related ' || {_seen("covid_text")} || ' is not understood; expected yes or no'
         {_number_reasons("longitude", "latitude", "x", "y", "-180,-90", "180,90")}
         {_number_reasons("easting", "northing", "e", "n", "0,0", "700000,1300000")}
    END
"""


def stage(
    connection: duckdb.DuckDBPyConnection,
    table: pa.Table,
    file: int,
    reading: Reading,
    vocabulary: Vocabulary,
    sources: Mapping[str, Source],
    today: dt.date,
) -> None:
    """Add the rows of a chunk to the table `staged` (columns STAGED), typed, with the reason for rejection.

    `table`: text columns named by the file's headers, and `row`. A category is understood by the mapping of
    the row's own source, where `sources` has one, else by the file's. Coordinates of 0, 0 are none. Nothing
    is dropped: a rejected row is staged with its reason.
    """
    table = _trimmed(table, reading)
    own = _own_sources(table, reading, sources)
    connection.register("chunk", table)
    connection.register("known", _indicators(table, reading, {"": reading.source, **own}, vocabulary))
    connection.execute(
        f"""
        INSERT INTO staged
        WITH texts AS (SELECT row, {_texts(reading)} FROM chunk),
        typed AS ({_TYPED}),
        named AS (SELECT typed.*, known.indicator, known.left_out_by FROM typed
                  LEFT JOIN known ON known.category = coalesce(typed.indicator_text, '')
                  AND known.source = CASE WHEN list_contains($own, typed.source) THEN typed.source ELSE '' END)
        SELECT {file}, row, source, incident_id, occurred, precision, strftime(occurred, '%Y-%m'), indicator,
            location, CASE WHEN x <> 0 OR y <> 0 THEN x END, CASE WHEN x <> 0 OR y <> 0 THEN y END,
            CASE WHEN e <> 0 OR n <> 0 THEN e END, CASE WHEN e <> 0 OR n <> 0 THEN n END, covid, {_WARD}, {_REASON}
        FROM named
        """,  # noqa: S608  # a number, our own constants, headers quoted; texts are bound
        {"earliest": _EARLIEST, "tomorrow": today + dt.timedelta(days=1), "own": list(own)},
    )
    connection.unregister("chunk")
    connection.unregister("known")


def _trimmed(table: pa.Table, reading: Reading) -> pa.Table:
    """The table without blanks around the values that are read: Arrow does it ten times faster than SQL."""
    for header in {*reading.headers.values(), *([reading.name_header] if reading.name_header else [])}:
        trimmed = pc.utf8_trim(table.column(header), characters=_BLANK)
        table = table.set_column(table.column_names.index(header), header, trimmed)
    return table


def _texts(reading: Reading) -> str:
    """SQL for our columns as text, blanks trimmed, empty as NULL."""
    columns = []
    for field in schema.INCIDENT_FILE:
        header = reading.headers.get(field.name)
        value = f"nullif({_quoted(header)}, '')" if header else "NULL::VARCHAR"
        if field.name == "source":
            value = f"coalesce({value}, {_source_name(reading)})"
        if field.name == "indicator" and reading.source.indicator:
            value = "NULL::VARCHAR"  # the mapping names the one indicator of the whole file
        columns.append(f"{value} AS {_TEXT_NAMES.get(field.name, field.name + '_text')}")
    return ", ".join(columns)


_TEXT_NAMES = {
    "source": "source",
    "incident_id": "incident_id",
    "location": "location",
    "covid_related": "covid_text",
}


def _source_name(reading: Reading) -> str:
    """SQL for the name of the source where the row does not give it."""
    name = "'" + reading.name.replace("'", "''") + "'"
    if not reading.name_header:
        return name
    return f"concat_ws(' ', {name}, nullif({_quoted(reading.name_header)}, ''))"


def _quoted(header: str) -> str:
    return '"' + header.replace('"', '""') + '"'


def _own_sources(table: pa.Table, reading: Reading, sources: Mapping[str, Source]) -> dict[str, Source]:
    """The sources with categories of their own that rows of the chunk name."""
    named = _values(table, reading.headers.get("source")) if not reading.source.indicator else []
    return {name: sources[name] for name in named if name in sources and sources[name].categories}


def _indicators(table: pa.Table, reading: Reading, mappings: Mapping[str, Source], vocabulary: Vocabulary) -> pa.Table:
    """Each category of the chunk, as the file spells it, with the indicator that it means by each mapping.

    `left_out_by`: the supplier, where its mapping leaves the category out.
    """
    rows: list[tuple[str, str, str | None, str | None]] = [("", "", reading.source.indicator, None)]
    if not reading.source.indicator:
        seen = _values(table, reading.headers.get("indicator"))
        rows = []
        for name, source in mappings.items():
            known, out = (
                vocabulary.categories(source),
                {plain(word) for word, id_ in source.categories.items() if not id_},
            )
            rows += [(name, v, known.get(plain(v)), source.name if plain(v) in out else None) for v in seen]
    columns = ("source", "category", "indicator", "left_out_by")
    return pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(columns)})


def _values(table: pa.Table, header: str | None) -> list[str]:
    """The different values of a column, blanks trimmed."""
    values = table.column(header).unique().to_pylist() if header else []
    return sorted({(value or "").strip(" \t\n\r\xa0\ufeff") for value in values} - {""})
