"""Map points: which does the store know, and how many of the selected records lie at each?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from shp_data.domain.errors import NotAllowedError
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.files.engine import query
from shp_data.store.files.live import everything, records_sql
from shp_data.store.reading import allow, among, where_sql

# data.police.uk moves each record to one of its own map points and names it so, whatever the source is called here.
_SNAPPED = r"'(?i)^\s*on or near\s+'"


def map_points(store: Store, vintage: str, areas: Sequence[str], viewer: Viewer) -> pd.DataFrame:
    """At which points of some areas (of all, if none is named) was there ever an incident, of any indicator?

    One row for each pair of coordinates (WGS84 degrees), the busiest first: longitude, latitude, location (the
    commonest name there without `On or near`; empty where no record has one), snapped (whether data.police.uk
    chose the point), lpa, code (of the ward in the vintage). Raises NotAllowedError.
    """
    allow(viewer)
    wanted, values = among("lpa", areas) if areas else ("true", {})
    return query(
        f"""
        WITH written AS (
            SELECT longitude, latitude, coalesce(location, '') AS told, any_value(lpa) AS lpa,
                any_value({ward_column(vintage)}) AS code, count(*) AS times
            FROM ({records_sql(store.layout, everything(store.layout.root, store.version))})
            WHERE longitude IS NOT NULL AND latitude IS NOT NULL AND {wanted}
            GROUP BY longitude, latitude, told
        ), named AS (
            SELECT longitude, latitude, any_value(lpa) AS lpa, any_value(code) AS code,
                trim(regexp_replace(told, {_SNAPPED}, '')) AS name,
                bool_or(regexp_matches(told, {_SNAPPED})) AS snapped, sum(times) AS records
            FROM written GROUP BY longitude, latitude, name
        )
        SELECT longitude, latitude, first(name ORDER BY name = '', records DESC, name) AS location,
            bool_or(snapped) AS snapped, any_value(lpa) AS lpa, any_value(code) AS code
        FROM named GROUP BY longitude, latitude
        ORDER BY sum(records) DESC, longitude, latitude
        """,  # noqa: S608  # our own names; paths are quoted
        values,
    )


def areas_within(store: Store, west: float, south: float, east: float, north: float, viewer: Viewer) -> tuple[str, ...]:
    """In which areas was there ever an incident between these degrees (WGS84), edges included?

    By name; OUTSIDE is one. Raises NotAllowedError.
    """
    allow(viewer)
    found = query(
        f"""
        SELECT DISTINCT lpa FROM ({records_sql(store.layout, everything(store.layout.root, store.version))})
        WHERE longitude BETWEEN $west AND $east AND latitude BETWEEN $south AND $north ORDER BY lpa
        """,  # noqa: S608  # paths are quoted; values are bound
        {"west": west, "south": south, "east": east, "north": north},
    )
    return tuple(found["lpa"])


def at_points(store: Store, selection: Selection, by: Sequence[str], viewer: Viewer) -> pd.DataFrame:
    """How many of the selected records lie at each point?

    `by`: further columns to count by, of schema.RECORD. Columns: longitude, latitude (both missing for the
    records without coordinates), those of `by`, count. Rows only where there are records. Raises NotAllowedError,
    for an indicator that is never mapped too.
    """
    allow(viewer)
    for id_ in selection.indicators:
        indicator = partnership().vocabulary.indicator(id_)
        if not indicator.mappable:
            raise NotAllowedError(f"{indicator.label} is never shown by place; choose an indicator that may be mapped")
    columns = ", ".join(("longitude", "latitude", *by))
    where, values = where_sql(selection)
    return query(
        f"""
        SELECT {columns}, count(*) AS count FROM ({records_sql(store.layout, store.spoken(selection))})
        WHERE {where} GROUP BY {columns}
        """,  # noqa: S608  # our own names; values are bound
        values,
    )
