"""Repeat locations: those with many incidents, which of them are new, and what else happens there."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import (
    build_figure,
    find_coverage,
    find_doubts,
    name_indicators,
    name_location,
    name_unit,
)
from shp_data.analysis.measures import list_mappable
from shp_data.analysis.places.places import count_by_location, find_location, list_locations
from shp_data.domain.counting import choose_noun
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Caveat, Coverage, Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, count_records, is_covered

MINIMUM = 10  # incidents in a quarter, as the partnership's reports count repeat locations
_LOCATION = ("location", "longitude", "latitude", "code", "ward", "lpa")
REPEATS = (*_LOCATION, "count", "months_present", "last_period", "last_year", "state")
CLEARED = (*_LOCATION, "count", "last_period")


def find_repeat_locations(reader: Reader, selection: Selection, minimum: int = MINIMUM) -> Figure:
    """Find the locations with at least a minimum of incidents in the period, and which of them are new.

    Parameters
    ----------
    minimum : int
        The fewest incidents of a repeat location.

    Returns
    -------
    Figure
        One row for each location (see `places.list_locations`), the most incidents first, then by name and
        longitude: location, longitude, latitude (WGS84 degrees), code, ward (in the selection's ward
        boundaries), lpa, count, months_present (the number of the period's months with incidents),
        last_period (incidents in the period of the same length just before), last_year, state (`continuing`
        where the period before had the minimum too, else `new`). The last three are missing unless both
        periods are covered.

    Raises
    ------
    SelectionError
        For a minimum below 1.
    NotAllowedError
        For a role that may not see records.
    """
    table, caveats, coverage = _tally_locations(reader, selection, minimum)
    repeat_rows = table[table["count"] >= minimum]
    # Missing where the period before is not covered: then it is not known whether a location is new.
    states = repeat_rows["last_period"].ge(minimum).map({True: "continuing", False: "new"}, na_action="ignore")
    rows = _sort_locations(repeat_rows.assign(state=states.astype("str")), "count", REPEATS)
    return _build_figure(reader, selection, rows, f"places with {minimum:,} or more", caveats, coverage)


def find_cleared_locations(reader: Reader, selection: Selection, minimum: int = MINIMUM) -> Figure:
    """Find the locations with at least a minimum of incidents in the period before, and fewer now.

    Returns
    -------
    Figure
        One row for each location, the most incidents in the period before first: the columns of CLEARED, as
        in `find_repeat_locations`. No row unless both periods are covered.

    Raises
    ------
    SelectionError
        For a minimum below 1.
    NotAllowedError
        For a role that may not see records.
    """
    table, caveats, coverage = _tally_locations(reader, selection, minimum)
    cleared_rows = table[table["last_period"].ge(minimum).fillna(False) & (table["count"] < minimum)]
    rows = _sort_locations(cleared_rows, "last_period", CLEARED)
    return _build_figure(reader, selection, rows, f"places no longer with {minimum:,} or more", caveats, coverage)


def count_at_location(reader: Reader, selection: Selection, longitude: float, latitude: float) -> Figure:
    """Count the incidents of every indicator at a location, whatever the selection's indicators and areas.

    Parameters
    ----------
    longitude, latitude : float
        A point of the location, in WGS84 degrees.

    Returns
    -------
    Figure
        One row for each incident indicator that is loaded and may be mapped, the most incidents first:
        indicator, name, count (missing where a month of the period is not covered).

    Raises
    ------
    SelectionError
        For a point at which nothing was ever recorded.
    NotAllowedError
        For a role that may not see records.
    """
    ward_year = selection.ward_year
    location = find_location(reader, (longitude, latitude), ward_year)
    if location is None:
        raise SelectionError(
            f"no incident was ever recorded at longitude {longitude}, latitude {latitude}; choose a place from the list"
        )
    vocabulary = reader.partnership.vocabulary.indicators
    indicators = list_mappable(reader)
    location_selection = replace(selection, indicators=indicators).select_location(location, ward_year)
    totals = count_records(reader, location_selection, ("indicator",)).set_index("indicator")["count"]
    counts = [
        int(totals.get(id_, 0)) if is_covered(reader, location_selection.select_indicator(id_)) else None
        for id_ in indicators
    ]
    names = [vocabulary[id_].short for id_ in indicators]
    table = pd.DataFrame({"indicator": indicators, "name": names, "count": pd.array(counts, dtype="Int64")})
    table = table.sort_values("count", ascending=False, kind="stable", na_position="last").reset_index(drop=True)
    result = build_figure(reader, location_selection, table, measure="Incidents")
    return replace(result, title=name_location(location.name))


def describe_missing_coordinates(selection: Selection, number: int) -> tuple[str, ...]:
    """Describe the incidents that have no coordinates. Return nothing where there are none."""
    if not number:
        return ()
    unit = name_unit(selection.indicators)
    if number == 1:
        return (f"1 {choose_noun(1, unit)} has no coordinates and is at no place.",)
    return (f"{number:,} {unit} have no coordinates and are at no place.",)


def find_location_coverage(coverage: Coverage, selection: Selection, counts: pd.DataFrame) -> Coverage:
    """Return the coverage of a selection's areas; where that is complete, whether any record has coordinates.

    Parameters
    ----------
    counts : DataFrame
        As `places.count_by_location` returns it.
    """
    if not coverage.is_complete or counts.empty or counts["place"].notna().any():
        return coverage
    return Coverage("at no place", selection.indicators)


def _tally_locations(
    reader: Reader, selection: Selection, minimum: int
) -> tuple[pd.DataFrame, tuple[str, ...], Coverage]:
    """Count the incidents of every location in the period, the one before and last year.

    Return the table, the caveats, and whether its areas have their counts.
    """
    if minimum < 1:
        raise SelectionError(f"a repeat location has at least 1 incident; the minimum given is {minimum}")
    now, before, year_ago = selection.period, selection.period.previous, selection.period.last_year
    # One query for all three periods: a location is counted once, and compared with itself.
    span = Period(min(before.first, year_ago.first), now.last)
    counts = count_by_location(reader, replace(selection, period=span), ("month",))
    table = list_locations(reader, selection.ward_year, selection.areas).table
    in_period = _select_period(counts, now)
    unplaced = int(in_period.loc[in_period["place"].isna(), "count"].sum())
    caveats = describe_missing_coordinates(selection, unplaced)
    coverage = find_location_coverage(find_coverage(reader, selection), selection, in_period)
    is_complete = is_covered(reader, selection)
    for column, period in (("count", now), ("last_period", before), ("last_year", year_ago)):
        sums = _select_period(counts, period).groupby("place")["count"].sum()
        table = table.assign(**{column: sums.reindex(table.index).fillna(0).astype("Int64")})
        # Missing and not 0: no record in a month that is not loaded does not mean that nothing happened.
        is_doubtful = bool(find_doubts(reader, selection, period))
        if period != now and (
            is_doubtful or not (is_complete and is_covered(reader, replace(selection, period=period)))
        ):
            reason = "a month of it is in question" if is_doubtful else "not all of it is loaded"
            table[column] = pd.array([None] * len(table), dtype="Int64")
            caveats += (f"Not compared with {period.label}: {reason}.",) if is_complete else ()
    months = in_period.groupby("place")["month"].nunique()
    return table.assign(months_present=months.reindex(table.index).fillna(0).astype("Int64")), caveats, coverage


def _select_period(counts: pd.DataFrame, period: Period) -> pd.DataFrame:
    return counts[counts["month"].between(str(period.first), str(period.last))]


def _sort_locations(table: pd.DataFrame, by: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Sort locations by a column, the most first, then by name and point."""
    order = table.sort_values([by, "location", "longitude", "latitude"], ascending=[False, True, True, True])
    return order[list(columns)].reset_index(drop=True)


def _build_figure(
    reader: Reader,
    selection: Selection,
    rows: pd.DataFrame,
    subset: str,
    caveats: tuple[Caveat, ...],
    coverage: Coverage,
) -> Figure:
    measure = f"{name_indicators(selection.indicators)}, {subset}"
    result = build_figure(reader, selection, rows, measure=measure, mapped=True)
    return replace(result, caveats=(*result.caveats, *caveats), coverage=coverage)
