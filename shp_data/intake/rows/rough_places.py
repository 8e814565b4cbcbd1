"""The places of records without a point: postcodes, wards, LSOAs and areas, each distinct text once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from shp_data.domain.areas import Areas
from shp_data.domain.boundaries import find_lsoas_file
from shp_data.domain.errors import InputError
from shp_data.domain.schema import OUTSIDE, UNPLACED, name_ward_column
from shp_data.domain.vocabulary import Supplier
from shp_data.intake.rows.area_names import AreaNames
from shp_data.intake.rows.scratch import build_columns, make_table
from shp_data.intake.rows.ward_names import WardNames
from shp_data.store.files.layout import quote_path

# Searching for similar names takes milliseconds for each text: beyond this many they are left out of the reasons.
_MAX_SUGGESTIONS = 200
_POSTCODE = "[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}"  # a full postcode, without its blank
_LSOA = r"[EW]01\d{6}"


def make_rough_tables(
    connection: duckdb.DuckDBPyConnection, areas: Areas, sources: Mapping[str, Supplier], postcodes: Path | None
) -> None:
    """Create `postcoded`, `named`, `neighbourhoods` and `named_areas` from the view `rough`.

    Each has the LPA and the ward of every ward year for each distinct text. `named` also has the source and area that
    the text occurs with, and the days on which a meaning applies: from `first` to the day before `until`. The tables
    `no_ward`, `no_lsoa` and `no_area` have the texts that are not understood, each with its fault.
    """
    ward_columns = tuple(map(name_ward_column, areas.wards))
    lpas_by_text = _make_named_areas(connection, AreaNames(areas), ward_columns)
    _make_named(connection, WardNames(areas), lpas_by_text, ward_columns, sources)
    _make_neighbourhoods(connection, ward_columns)
    _make_postcoded(connection, ward_columns, postcodes)


def reject_unplaced(connection: duckdb.DuckDBPyConnection) -> None:
    """Reject the rows of the view `chosen` that give a place, or several, of which none is understood.

    A column of areas or LSOAs in which no text of the file is understood is no such column, and rejects nothing.
    """
    (faults,) = connection.execute(
        "SELECT (SELECT count(*) FROM no_ward) + (SELECT count(*) FROM no_lsoa) + (SELECT count(*) FROM no_area)"
    ).fetchall()
    if not faults[0]:
        return
    # The reason is set on `staged` and not only in the view, because the month may then have no valid row left and must
    # not replace what is stored.
    connection.execute(
        f"""
        CREATE TEMP TABLE nowhere AS
        SELECT chosen.file, chosen.row, coalesce(no_ward.fault, no_lsoa.fault, no_area.fault) AS fault
        FROM chosen JOIN rough USING (file, row)
        LEFT JOIN no_ward ON rough.ward = no_ward.ward AND rough.source = no_ward.source
            AND coalesce(rough.area, '') = no_ward.area
        LEFT JOIN no_lsoa ON rough.lsoa = no_lsoa.lsoa
            AND rough.file IN (SELECT file FROM rough JOIN neighbourhoods USING (lsoa))
        LEFT JOIN no_area ON rough.area = no_area.area
            AND rough.file IN (SELECT file FROM rough JOIN named_areas USING (area))
        WHERE chosen.lpa = '{UNPLACED}';
        UPDATE staged SET reason = fault FROM nowhere
        WHERE staged.file = nowhere.file AND staged.row = nowhere.row AND fault IS NOT NULL
        """  # noqa: S608  # constants
    )


def _make_named_areas(
    connection: duckdb.DuckDBPyConnection, names: AreaNames, ward_columns: Sequence[str]
) -> dict[str, str]:
    """Create the table `named_areas`, and return the LPA of each text; it may be OUTSIDE."""
    texts = connection.execute("SELECT DISTINCT area FROM rough WHERE area IS NOT NULL ORDER BY area").fetchall()
    lpas_by_text: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    for (text,) in texts:
        try:
            lpas_by_text[text] = names.find_lpa(text, suggest=len(faults) < _MAX_SUGGESTIONS)
        except InputError as error:
            faults.append((text, str(error)))
    rows = [
        (text, lpa, *[OUTSIDE if lpa == OUTSIDE else UNPLACED] * len(ward_columns))
        for text, lpa in lpas_by_text.items()
        if lpa
    ]
    columns = dict.fromkeys(("area", "lpa", *ward_columns), pa.string())
    make_table(connection, "named_areas", build_columns(columns, rows))
    make_table(connection, "no_area", build_columns(dict.fromkeys(("area", "fault"), pa.string()), faults))
    return lpas_by_text


def _make_named(
    connection: duckdb.DuckDBPyConnection,
    names: WardNames,
    lpas_by_text: Mapping[str, str],
    ward_columns: Sequence[str],
    sources: Mapping[str, Supplier],
) -> None:
    """Create the table `named`: the meanings of each ward text with the source and area that it occurs with."""
    texts = connection.execute(
        "SELECT DISTINCT ward, source, coalesce(area, '') FROM rough WHERE ward IS NOT NULL ORDER BY ALL"
    ).fetchall()
    rows: list[tuple[object, ...]] = []
    faults: list[tuple[str, str, str, str]] = []
    for text, source, area in texts:
        supplier_areas = sources[source].areas if source in sources else ()
        try:
            meanings = names.find_meanings(
                text, supplier_areas, len(faults) < _MAX_SUGGESTIONS, lpas_by_text.get(area, "")
            )
        except InputError as error:
            faults.append((text, source, area, str(error)))
            continue
        rows += [(text, source, area, m.first, m.until, m.lpa, *map(m.wards.get, names.areas.wards)) for m in meanings]
    columns = dict.fromkeys(("ward", "source", "area", "first", "until", "lpa", *ward_columns), pa.string())
    make_table(connection, "named", build_columns(columns | {"first": pa.date32(), "until": pa.date32()}, rows))
    fault_columns = dict.fromkeys(("ward", "source", "area", "fault"), pa.string())
    make_table(connection, "no_ward", build_columns(fault_columns, faults))


def _make_neighbourhoods(connection: duckdb.DuckDBPyConnection, ward_columns: Sequence[str]) -> None:
    """Create the table `neighbourhoods`: the LPA of each LSOA, and the wards in which all of it lies.

    A code that is not in the partnership's file is outside. Without a file nothing is known of any.
    """
    wards = ", ".join(ward_columns)
    path = find_lsoas_file()
    if path is None:
        make_table(
            connection, "neighbourhoods", build_columns(dict.fromkeys(("lsoa", "lpa", *ward_columns), pa.string()), [])
        )
        connection.execute("CREATE TEMP TABLE no_lsoa (lsoa VARCHAR, fault VARCHAR)")
        return
    elsewhere = ", ".join(f"coalesce(known.{column}, '{OUTSIDE}')" for column in ("lpa", *ward_columns))
    connection.execute(
        f"""
        CREATE TEMP TABLE neighbourhoods (lsoa, lpa, {wards}) AS
        WITH known AS (
            SELECT code, lpa, {", ".join(f"coalesce({column}, '{UNPLACED}') AS {column}" for column in ward_columns)}
            FROM read_csv({quote_path(path)}, header = true, all_varchar = true))
        SELECT lsoa, {elsewhere} FROM (SELECT DISTINCT lsoa FROM rough WHERE regexp_full_match(lsoa, '{_LSOA}'))
        LEFT JOIN known ON lsoa = known.code;
        CREATE TEMP TABLE no_lsoa AS
        SELECT DISTINCT lsoa, 'lsoa ' || chr(39) || left(lsoa, 40) || chr(39)
            || ' is not recognised; expected an ONS code, such as E01011949' AS fault
        FROM rough WHERE NOT regexp_full_match(lsoa, '{_LSOA}')
        """  # noqa: S608  # our own names; the path is quoted
    )


def _make_postcoded(connection: duckdb.DuckDBPyConnection, ward_columns: Sequence[str], postcodes: Path | None) -> None:
    """Create the table `postcoded`: the LPA and wards of each full postcode, as the directory has them.

    A postcode that is not in the directory is outside, unless its sector is: then it may be a new one, and nothing is
    known of it. Without a directory nothing is known of any.
    """
    columns = ("lpa", *ward_columns)
    full = f"SELECT DISTINCT postcode FROM rough WHERE regexp_full_match(postcode, '{_POSTCODE}')"  # noqa: S608  # our own names
    if postcodes is None:
        unknown = ", ".join(f"'{UNPLACED}' AS {column}" for column in columns)
        connection.execute(f"CREATE TEMP TABLE postcoded AS SELECT postcode, {unknown} FROM ({full})")  # noqa: S608  # our own names
        return
    directory = f"read_parquet({quote_path(postcodes)})"
    elsewhere = (
        f"CASE WHEN left(postcode, -2) IN (SELECT left(postcode, -2) FROM {directory}) "  # noqa: S608  # our own names
        f"THEN '{UNPLACED}' ELSE '{OUTSIDE}' END"
    )
    known = ", ".join(f"coalesce(known.{column}, {elsewhere}) AS {column}" for column in columns)
    connection.execute(
        f"CREATE TEMP TABLE postcoded AS SELECT postcode, {known} FROM ({full}) "  # noqa: S608  # quoted; our own names
        f"LEFT JOIN {directory} AS known USING (postcode)"
    )
