"""Map points: the points known to the store, and the number of selected records at each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from shp_data.domain.errors import NotAllowedError
from shp_data.domain.schema import name_ward_column
from shp_data.domain.selection import Selection
from shp_data.store.files.active_files import build_records_sql
from shp_data.store.files.engine import run_query
from shp_data.store.reading import (
    Reader,
    build_in_sql,
    build_own_records_sql,
    build_own_sql,
    build_where_sql,
    check_record_access,
)

# data.police.uk moves each record to one of its own map points and names it so, whatever the source is called here.
_SNAPPED = r"'(?i)^\s*on or near\s+'"


def list_map_points(reader: Reader, ward_year: str, areas: Sequence[str]) -> pd.DataFrame:
    """List the points of some areas that have ever had an incident, of any indicator.

    Parameters
    ----------
    reader
        The store to read, and the user who asks.
    ward_year
        The ward year of `code`.
    areas
        Printed names of LPAs; all if empty.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of coordinates, the busiest first. Columns: longitude and latitude (WGS84
        degrees), location (the commonest name there without `On or near`; empty if no record has one),
        snapped (whether data.police.uk chose the point), lpa, code (the ward code in the ward year).

    Raises
    ------
    NotAllowedError
        If the role of the viewer may not see records.
    """
    check_record_access(reader.viewer)
    condition, values = build_in_sql("lpa", areas) if areas else ("true", {})
    rows = build_own_sql(reader.store, build_records_sql(reader.store.layout, reader.store.all_files))
    # Names are merged in two steps: the same name with and without `On or near` is one, and of several names of
    # a point the commonest is used, an empty one last. The order is full, so that equal counts cannot change it.
    return run_query(
        f"""
        WITH written AS (
            SELECT longitude, latitude, coalesce(location, '') AS text, any_value(lpa) AS lpa,
                any_value({name_ward_column(ward_year)}) AS code, count(*) AS times
            FROM ({rows})
            WHERE longitude IS NOT NULL AND latitude IS NOT NULL AND {condition}
            GROUP BY longitude, latitude, text
        ), named AS (
            SELECT longitude, latitude, any_value(lpa) AS lpa, any_value(code) AS code,
                trim(regexp_replace(text, {_SNAPPED}, '')) AS name,
                bool_or(regexp_matches(text, {_SNAPPED})) AS snapped, sum(times) AS records
            FROM written GROUP BY longitude, latitude, name
        )
        SELECT longitude, latitude, first(name ORDER BY name = '', records DESC, name) AS location,
            bool_or(snapped) AS snapped, any_value(lpa) AS lpa, any_value(code) AS code
        FROM named GROUP BY longitude, latitude
        ORDER BY sum(records) DESC, longitude, latitude
        """,  # noqa: S608  # our own names; paths are quoted
        values,
    )


def find_areas_within(reader: Reader, west: float, south: float, east: float, north: float) -> tuple[str, ...]:
    """Find the areas with any incident ever between these degrees (WGS84), edges included.

    The areas are sorted by name. OUTSIDE may be among them. Raises NotAllowedError.
    """
    check_record_access(reader.viewer)
    records = build_own_sql(reader.store, build_records_sql(reader.store.layout, reader.store.all_files))
    rows = run_query(
        f"""
        SELECT DISTINCT lpa FROM ({records})
        WHERE longitude BETWEEN $west AND $east AND latitude BETWEEN $south AND $north ORDER BY lpa
        """,  # noqa: S608  # paths are quoted; values are bound
        {"west": west, "south": south, "east": east, "north": north},
    )
    return tuple(rows["lpa"])


def count_by_point(reader: Reader, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """Count the selected records at each point.

    Parameters
    ----------
    reader
        The store to read, and the user who asks.
    selection
        What to count.
    by
        Further columns to count by, of schema.RECORD.

    Returns
    -------
    pandas.DataFrame
        Columns: longitude and latitude (WGS84 degrees; both missing for records without coordinates), those
        of `by`, and count (records). There are rows only where there are records.

    Raises
    ------
    NotAllowedError
        If the role of the viewer may not see records, or an indicator may never be mapped.
    """
    check_record_access(reader.viewer)
    for id_ in selection.indicators:
        indicator = reader.partnership.vocabulary.find_indicator(id_)
        if not indicator.mappable:
            raise NotAllowedError(f"{indicator.label} may not be shown on a map; choose an indicator that may be")
    columns = ", ".join(("longitude", "latitude", *by))
    where, values = build_where_sql(selection)
    return run_query(
        f"""
        SELECT {columns}, count(*) AS count
        FROM ({build_own_records_sql(reader, selection)})
        WHERE {where} GROUP BY {columns}
        """,  # noqa: S608  # our own names; values are bound
        values,
    )


def count_by_point_and_hour(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Count the selected records that have a time of day at each point.

    Returns
    -------
    pandas.DataFrame
        Columns: longitude and latitude (WGS84 degrees), hour (0 to 23) and count (records). There are rows only
        where there are records.

    Raises
    ------
    NotAllowedError
        If the role of the viewer may not see records.
    """
    check_record_access(reader.viewer)
    where, values = build_where_sql(selection)
    # A record with only a date has midnight as its time, so only times precise to the minute have an hour.
    return run_query(
        f"""
        SELECT longitude, latitude, hour(occurred) AS hour, count(*) AS count
        FROM ({build_own_records_sql(reader, selection)})
        WHERE {where} AND precision = 'minute' AND longitude IS NOT NULL AND latitude IS NOT NULL
        GROUP BY 1, 2, 3
        """,  # noqa: S608  # our own names; values are bound
        values,
    )
