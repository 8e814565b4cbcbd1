"""Queries of the store: counts from the monthly summary, and the records behind them. Every query has a viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from shp_data.domain.disclosure import check_analyst, check_lsoas, check_role, check_table, is_by_ward
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.partnership import Partnership, partnership
from shp_data.domain.periods import Month
from shp_data.domain.reported import FigureKey, ReportedFigure
from shp_data.domain.schema import LSOA, OTHER_SUPPLIER, name_ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.files.active_files import build_counts_sql, build_records_sql
from shp_data.store.files.engine import run_query
from shp_data.store.files.layout import quote_text
from shp_data.store.lines import count_protected
from shp_data.store.lsoas import LSOA_POINTS, build_lsoa_sql, place_points_in_lsoas
from shp_data.store.version import Store


@dataclass(frozen=True)
class Reader:
    """A store, the user who reads it, and the partnership whose rules and words apply.

    Every query takes one, so none can leave out whose view it is.
    """

    store: Store
    viewer: Viewer
    partnership: Partnership = field(default_factory=partnership)


_COVID = {"include": "true", "exclude": "covid_related IS NOT true", "only": "covid_related"}


def check_readable(store: Store) -> None:
    """Check that the counts of a store can be read. Raises StoreError if they cannot."""
    run_query(f"SELECT sum(count) FROM ({build_counts_sql(store.layout, store.all_files)})", {})  # noqa: S608  # quoted


def count_records(reader: Reader, selection: Selection, by: Sequence[str]) -> pd.DataFrame:
    """Count records by some columns of the monthly summary.

    Parameters
    ----------
    reader
        The store to read, and the user who asks. A viewer who may see only protected counts gets those of
        `lines.count_protected`.
    selection
        What to count.
    by
        Some of source, indicator, month, lpa, ward (the code in the ward year of the selection), lsoa (the
        code of 2021) and covid_related.

    Returns
    -------
    pandas.DataFrame
        The columns in `by`, then count (records; missing if withheld). There are rows only where there are
        incidents.

    Raises
    ------
    NotAllowedError
        If the role of the viewer may not see this table.
    SelectionError
        For LSOAs, if the partnership has none.
    """
    check_role(reader.viewer, reader.partnership.disclosure)
    if selection.location is not None:
        check_record_access(reader.viewer)
    if LSOA in by:
        check_lsoa_access(reader, selection)
    ward_year = selection.ward_year
    if is_protected(reader, selection):
        check_table(selection, by, reader.viewer)
        if reader.viewer.role == "public" or is_by_ward(selection, by):
            covered = {indicator: reader.store.list_months([indicator]) for indicator in selection.indicators}
            store = reader.store
            return count_protected(
                store.layout.root, store.version, covered, selection, by, reader.viewer, reader.partnership
            )
    columns = ", ".join(f"{name_ward_column(ward_year)} AS ward" if name == "ward" else name for name in by)
    where, values = build_where_sql(selection)
    counts = build_counts_sql(reader.store.layout, reader.store.find_files(selection))
    tables = {}
    if selection.location is not None or LSOA in by:  # the summary has no points
        record_rows = build_records_sql(reader.store.layout, reader.store.find_files(selection))
        if LSOA in by:
            record_rows = build_lsoa_sql(record_rows)
            tables[LSOA_POINTS] = place_points_in_lsoas(reader.store.layout.root, reader.store.version)
        counts = f"SELECT *, 1 AS count FROM ({record_rows})"  # noqa: S608  # paths are quoted
    # A table by LPA, ward or LSOA has the records of other suppliers in rows of their own; no other count has them.
    if not selection.areas and {"lpa", "ward", LSOA}.isdisjoint(by):
        counts = build_own_sql(reader.store, counts)
    # Grouped by position: a column may be an expression, such as the ward in one ward year.
    return run_query(
        f"""
        SELECT {columns}{"," if by else ""} sum(count)::BIGINT AS count
        FROM ({counts})
        WHERE {where} {f"GROUP BY {', '.join(str(n + 1) for n in range(len(by)))}" if by else ""}
        """,  # noqa: S608  # our own names; values are bound
        values,
        tables,
    )


def list_records(reader: Reader, selection: Selection, limit: int | None = None) -> pd.DataFrame:
    """List the records behind a figure.

    Parameters
    ----------
    reader
        The store to read, and the user who asks.
    selection
        The incidents that the figure counts.
    limit
        The most records to return; None for all.

    Returns
    -------
    pandas.DataFrame
        Columns as in schema.RECORD, and `ward` (the code in the ward year of the selection). Rows are in the
        order of date, file and row.

    Raises
    ------
    NotAllowedError
        If the role of the viewer may not see records.
    """
    check_record_access(reader.viewer)
    where, values = build_where_sql(selection)
    # File and row make the order full, so that the first rows are the same ones each time.
    return run_query(
        f"""
        SELECT *, {name_ward_column(selection.ward_year)} AS ward
        FROM ({build_own_records_sql(reader, selection)}) WHERE {where}
        ORDER BY occurred, file, row {f"LIMIT {int(limit)}" if limit is not None else ""}
        """,  # noqa: S608  # our own names and a number; values are bound
        values,
    )


def count_by_hour(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Count records by weekday and hour.

    Parameters
    ----------
    reader
        The store to read, and the user who asks.
    selection
        What to count.

    Returns
    -------
    pandas.DataFrame
        Columns: weekday (1 Monday to 7 Sunday) and hour (0 to 23), both missing for records without a time of
        day, and count (records). There are rows only where there are records.

    Raises
    ------
    NotAllowedError
        If the role of the viewer may not see this table.
    """
    check_role(reader.viewer, reader.partnership.disclosure)
    if reader.viewer.role == "public" or selection.location is not None:
        check_record_access(reader.viewer)
    if is_protected(reader, selection):
        check_table(selection, ("month",), reader.viewer)
    where, values = build_where_sql(selection)
    # A record with only a date has midnight as its time, so only times precise to the minute have an hour.
    return run_query(
        f"""
        SELECT CASE WHEN precision = 'minute' THEN isodow(occurred) END AS weekday,
            CASE WHEN precision = 'minute' THEN hour(occurred) END AS hour, count(*) AS count
        FROM ({build_own_records_sql(reader, selection)}) WHERE {where}
        GROUP BY 1, 2 ORDER BY 1, 2
        """,  # noqa: S608  # our own names; values are bound
        values,
    )


def is_protected(reader: Reader, selection: Selection) -> bool:
    """Return whether disclosure control applies to these figures for a viewer.

    It never applies to the analyst, and applies to nobody if all the figures are open.
    """
    months = {str(month) for month in selection.period}
    return reader.viewer.role != "analyst" and any(
        months & reader.store.closed_months.get(id_, frozenset()) for id_ in selection.indicators
    )


def find_covered_months(reader: Reader, selection: Selection) -> tuple[Month, ...]:
    """Find the months, of any period, that are covered for all the indicators and areas of a selection."""
    return reader.store.list_months(selection.indicators, selection.lpas, wards=_find_ward_year(selection))


def is_covered(reader: Reader, selection: Selection) -> bool:
    """Return whether every month of a selection's period is covered for all its indicators and areas."""
    return reader.store.covers(selection.indicators, selection.period, selection.lpas, wards=_find_ward_year(selection))


def _find_ward_year(selection: Selection) -> str:
    """Find the ward year of a selection of one ward. Return an empty text for a selection of areas."""
    return selection.ward_year if selection.ward else ""


def build_own_records_sql(reader: Reader, selection: Selection) -> str:
    """Build SQL for the records of a selection's months, without those of other suppliers in the areas."""
    records = build_records_sql(reader.store.layout, reader.store.find_files(selection))
    return records if selection.areas else build_own_sql(reader.store, records)


def build_own_sql(store: Store, rows: str) -> str:
    """Build SQL for those of some rows whose supplier is responsible for their LPA, or for any if they are in none."""
    if not store.supplier_areas:
        return rows
    others = ", ".join(map(quote_text, ("", *sorted(store.suppliers_apart))))
    return f"SELECT * FROM ({rows}) WHERE lpa <> '{OTHER_SUPPLIER}' AND source NOT IN ({others})"  # noqa: S608  # quoted


def build_where_sql(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Build the SQL WHERE condition for the rows that a selection counts, and its values by name."""
    indicators, values = build_in_sql("indicator", selection.indicators)
    parts = [indicators, "month BETWEEN $first AND $last", _COVID[selection.covid]]
    values |= {"first": str(selection.period.first), "last": str(selection.period.last)}
    if selection.areas:
        areas, names = build_in_sql("lpa", selection.areas)
        parts.append(areas)
        values |= names
    if selection.ward is not None:
        parts.append(f"{name_ward_column(selection.ward_year)} = $ward")
        values["ward"] = selection.ward
    if selection.location is not None:
        # A hotspot has hundreds of points: as one list they are one condition, not one each.
        parts.append("(longitude, latitude) IN (SELECT (point[1], point[2]) FROM (SELECT unnest($points) AS point))")
        values["points"] = [list(point) for point in selection.location.points]
    return " AND ".join(parts), values


def build_in_sql(column: str, choices: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Build SQL that a column has one of some values, and its values by name.

    The engine skips the parts of a file that have none of them.
    """
    values = {f"{column}_{n}": value for n, value in enumerate(choices)}
    return f"{column} IN ({', '.join(f'${name}' for name in values)})", values


def list_reported(reader: Reader) -> Mapping[FigureKey, ReportedFigure]:
    """Return the current reported figures by their keys.

    Raises NotAllowedError for the public.
    """
    check_role(reader.viewer, reader.partnership.disclosure)
    if reader.viewer.role == "public":
        raise NotAllowedError("only the partnership can see reported figures: choose an indicator of incidents")
    return reader.store.list_reported()


def check_lsoa_access(reader: Reader, selection: Selection) -> None:
    """Check that a viewer may see the LSOAs of a selection, and that the partnership has any.

    Raises NotAllowedError where any record of its indicators, of whatever period, is not published. Raises
    SelectionError without LSOAs.
    """
    if not reader.partnership.areas.lsoas:
        raise SelectionError("this partnership has no LSOAs: build them, see boundaries/README.md, or choose wards")
    sources = {cell.source for cell in reader.store.coverage if cell.indicator in selection.indicators}
    check_lsoas(reader.viewer, is_open=all(map(reader.partnership.is_open, sources)))


def check_record_access(viewer: Viewer) -> None:
    """Check that a viewer may see records, and tables that identify streets or points.

    Raises NotAllowedError.
    """
    check_analyst(viewer)
