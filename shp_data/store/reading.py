"""Reading the store: counts from the monthly summary, and the records behind them. Every query has a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from shp_data.domain.disclosure_rule import by_ward, check_analyst, check_role, check_table
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.domain.schema import ward_column
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.files.engine import query
from shp_data.store.files.live import counts_sql, records_sql, spoken
from shp_data.store.lines import protected

_COVID = {"include": "true", "exclude": "covid_related IS NOT true", "only": "covid_related"}


def check_readable(store: Store) -> None:
    """Can the counts of a store be read? Raises StoreError where they cannot."""
    query(f"SELECT sum(count) FROM ({counts_sql(store.layout, spoken(store.manifest))})", {})  # noqa: S608  # quoted


def summary(store: Store, selection: Selection, by: Sequence[str], viewer: Viewer) -> pd.DataFrame:
    """How many incidents, by some of the summary's columns?

    `by`: of source, indicator, month, lpa, ward (of the selection's vintage, as its code), covid_related.
    Rows only where there are incidents; columns as in `by`, then `count`. Who sees them protected alone gets those
    of `lines.protected`: then a count may be missing, which is withheld. Raises NotAllowedError.
    """
    check_role(viewer, partnership().disclosure)
    if selection.place is not None:
        allow(viewer)
    vintage = vintage_of(selection)
    if is_protected(store, selection, viewer):
        check_table(selection, by, viewer)
        if viewer.role == "public" or by_ward(selection, by):
            covered = {indicator: store.months([indicator]) for indicator in selection.indicators}
            return protected(store.layout.root, store.version, covered, selection, by, vintage, viewer)
    columns = ", ".join(f"{ward_column(vintage)} AS ward" if name == "ward" else name for name in by)
    where, values = where_sql(selection)
    counted = counts_sql(store.layout, store.spoken(selection))
    if selection.place is not None:  # the summary holds no points
        found = records_sql(store.layout, store.spoken(selection))
        counted = f"SELECT *, 1 AS count FROM ({found})"  # noqa: S608  # paths are quoted
    return query(
        f"""
        SELECT {columns}{"," if by else ""} sum(count)::BIGINT AS count
        FROM ({counted})
        WHERE {where} {f"GROUP BY {', '.join(str(n + 1) for n in range(len(by)))}" if by else ""}
        """,  # noqa: S608  # our own names; values are bound
        values,
    )


def records(store: Store, selection: Selection, viewer: Viewer, limit: int | None = None) -> pd.DataFrame:
    """Which records stand behind a figure?

    Columns as in schema.RECORD, and `ward` (the code in the selection's vintage); in the order of date, file
    and row. Raises NotAllowedError for a role that may not see records.
    """
    allow(viewer)
    where, values = where_sql(selection)
    return query(
        f"""
        SELECT *, {ward_column(vintage_of(selection))} AS ward
        FROM ({records_sql(store.layout, store.spoken(selection))}) WHERE {where}
        ORDER BY occurred, file, row {f"LIMIT {int(limit)}" if limit is not None else ""}
        """,  # noqa: S608  # our own names and a number; values are bound
        values,
    )


def by_hour(store: Store, selection: Selection, viewer: Viewer) -> pd.DataFrame:
    """How many records, by weekday and hour?

    Columns: weekday (1 Monday to 7 Sunday) and hour (0 to 23), both missing for the records whose time of day
    is not known, and count. Rows only where there are records. Raises NotAllowedError.
    """
    check_role(viewer, partnership().disclosure)
    if viewer.role == "public" or selection.place is not None:
        allow(viewer)
    if is_protected(store, selection, viewer):
        check_table(selection, ("month",), viewer)
    where, values = where_sql(selection)
    return query(
        f"""
        SELECT CASE WHEN precision = 'minute' THEN isodow(occurred) END AS weekday,
            CASE WHEN precision = 'minute' THEN hour(occurred) END AS hour, count(*) AS count
        FROM ({records_sql(store.layout, store.spoken(selection))}) WHERE {where}
        GROUP BY 1, 2 ORDER BY 1, 2
        """,  # noqa: S608  # our own names; values are bound
        values,
    )


def is_protected(store: Store, selection: Selection, viewer: Viewer) -> bool:
    """Does a viewer see less of these figures than there is? Not the analyst; nobody, where all of them are open."""
    months = {str(month) for month in selection.period}
    return viewer.role != "analyst" and any(months & store.closed.get(id_, frozenset()) for id_ in selection.indicators)


def vintage_of(selection: Selection) -> str:
    """The ward vintage of a selection: its own, else the one in force on its period's last day."""
    areas = partnership().areas
    return areas.vintage(selection.vintage) if selection.vintage else areas.vintage_on(selection.period.last.last_day)


def lpas_of(selection: Selection) -> tuple[str, ...]:
    """Which LPAs does a selection speak of? That of its place or ward, else its areas; none of them: everything."""
    if selection.place and selection.place.lpa:
        return (selection.place.lpa,)
    ward = partnership().areas.wards[vintage_of(selection)].get(selection.ward) if selection.ward else None
    return (ward.lpa,) if ward else selection.areas


def known_months(store: Store, selection: Selection) -> tuple[Month, ...]:
    """The months that are covered for all the indicators of a selection, where it counts them; in any period."""
    return store.months(selection.indicators, lpas_of(selection), wards=_wards_of(selection))


def is_known(store: Store, selection: Selection) -> bool:
    """Is every month of a selection's period covered for all its indicators, where it counts them?"""
    return store.covers(selection.indicators, selection.period, lpas_of(selection), wards=_wards_of(selection))


def _wards_of(selection: Selection) -> str:
    """The vintage of the ward that a selection speaks of; none where it is of areas."""
    return vintage_of(selection) if selection.ward else ""


def where_sql(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Which rows does a selection count? SQL for a WHERE clause, and its values by name."""
    indicators, values = among("indicator", selection.indicators)
    parts = [indicators, "month BETWEEN $first AND $last", _COVID[selection.covid]]
    values |= {"first": str(selection.period.first), "last": str(selection.period.last)}
    if selection.areas:
        areas, names = among("lpa", selection.areas)
        parts.append(areas)
        values |= names
    if selection.ward is not None:
        parts.append(f"{ward_column(vintage_of(selection))} = $ward")
        values["ward"] = selection.ward
    if selection.place is not None:
        points = {f"at_{n}": list(point) for n, point in enumerate(selection.place.points)}
        parts.append(f"({' OR '.join(f'(longitude = ${at}[1] AND latitude = ${at}[2])' for at in points)})")
        values |= points
    return " AND ".join(parts), values


def among(column: str, wanted: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Is a column one of some values? SQL, and its values by name: the engine passes over what holds none of them."""
    values = {f"{column}_{n}": value for n, value in enumerate(wanted)}
    return f"{column} IN ({', '.join(f'${name}' for name in values)})", values


def allow(viewer: Viewer) -> None:
    """May this viewer see records, and all that tells streets or points apart? Raises NotAllowedError."""
    check_analyst(viewer)
