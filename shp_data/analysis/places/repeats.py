"""Repeat locations: the places with many incidents, which of them are new, and what else happens there."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import figure, name_of, place_name, unit_of
from shp_data.analysis.places.places import at_places, known_places, place_at
from shp_data.domain.counting import noun
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import is_known, summary, vintage_of

MINIMUM = 10  # incidents in a quarter, as the partnership's reports count repeat locations
_PLACE = ("location", "longitude", "latitude", "code", "ward", "lpa")
REPEATS = (*_PLACE, "count", "months_present", "last_period", "last_year", "state")
CLEARED = (*_PLACE, "count", "last_period")


def repeats(store: Store, selection: Selection, viewer: Viewer, minimum: int = MINIMUM) -> Figure:
    """Which places had at least so many incidents in the period, and which of them are new?

    One row for each place (see `places.known_places`), the most incidents first, then by name and longitude:
    location, longitude, latitude (WGS84 degrees), code, ward (of the selection's vintage), lpa, count,
    months_present (in how many of the period's months), last_period (in as many months just before), last_year,
    state (`continuing` where the period before had the minimum too, else `new`). The last three are missing
    unless both periods are covered. Raises SelectionError for a minimum below 1, and NotAllowedError.
    """
    table, caveats, nowhere = _tallied(store, selection, viewer, minimum)
    often = table[table["count"] >= minimum]
    words = often["last_period"].ge(minimum).map({True: "continuing", False: "new"}, na_action="ignore")
    rows = _ordered(often.assign(state=words.astype("str")), "count", REPEATS)
    return _shown(store, selection, rows, f"places with {minimum:,} or more", caveats, nowhere)


def cleared(store: Store, selection: Selection, viewer: Viewer, minimum: int = MINIMUM) -> Figure:
    """Which places had at least so many incidents in the period before, and have fewer now?

    One row for each place, the most incidents in the period before first: the columns of CLEARED, as in
    `repeats`. No row unless both periods are covered. Raises SelectionError for a minimum below 1, and
    NotAllowedError.
    """
    table, caveats, nowhere = _tallied(store, selection, viewer, minimum)
    gone = table[table["last_period"].ge(minimum).fillna(False) & (table["count"] < minimum)]
    rows = _ordered(gone, "last_period", CLEARED)
    return _shown(store, selection, rows, f"places no longer with {minimum:,} or more", caveats, nowhere)


def also_there(store: Store, selection: Selection, longitude: float, latitude: float, viewer: Viewer) -> Figure:
    """What else happens at a place?

    The place that the point belongs to, whatever the selection's indicators and areas. One row for each incident
    indicator that is loaded and may be mapped, the most first: indicator, name, count (missing where a month of
    the period is not covered). Raises SelectionError for a point at which nothing was ever recorded, and
    NotAllowedError.
    """
    vintage = vintage_of(selection)
    place = place_at(store, (longitude, latitude), vintage, viewer)
    if place is None:
        raise SelectionError(
            f"no incident was ever recorded at longitude {longitude}, latitude {latitude}; choose a place from the list"
        )
    words = partnership().vocabulary.indicators
    every = tuple(id_ for id_ in store.indicators() if words[id_].kind == "incident" and words[id_].mappable)
    there = replace(selection, indicators=every).of_place(place, vintage)
    counted = summary(store, there, ("indicator",), viewer).set_index("indicator")["count"]
    counts = [int(counted.get(id_, 0)) if is_known(store, there.of_indicator(id_)) else None for id_ in every]
    names = [words[id_].short for id_ in every]
    table = pd.DataFrame({"indicator": every, "name": names, "count": pd.array(counts, dtype="Int64")})
    table = table.sort_values("count", ascending=False, kind="stable", na_position="last").reset_index(drop=True)
    return replace(figure(store, there, table, measure="Incidents"), title=place_name(place.name))


def without_coordinates(selection: Selection, number: int) -> tuple[str, ...]:
    """What to say of incidents that are at no place; nothing where there are none."""
    if not number:
        return ()
    unit = unit_of(selection.indicators)
    if number == 1:
        return (f"1 {noun(1, unit)} has no coordinates and is at no place.",)
    return (f"{number:,} {unit} have no coordinates and are at no place.",)


def at_no_place(selection: Selection, found: pd.DataFrame) -> str:
    """That none of the incidents found has coordinates, so that no place is known to have any; empty where some has.

    `found`: as `places.at_places` gives them.
    """
    if found.empty or found["place"].notna().any():
        return ""
    return f"None of the records of {name_of(selection.indicators)} has coordinates, so no place counts them."


def _tallied(
    store: Store, selection: Selection, viewer: Viewer, minimum: int
) -> tuple[pd.DataFrame, tuple[str, ...], str]:
    """Every place with what the period, the one before and last year had there; what to say; why none is known."""
    if minimum < 1:
        raise SelectionError(f"a repeat location has at least 1 incident; the minimum given is {minimum}")
    now, before, year_ago = selection.period, selection.period.previous, selection.period.last_year
    span = Period(min(before.first, year_ago.first), now.last)
    found = at_places(store, replace(selection, period=span), ("month",), viewer)
    table = known_places(store, vintage_of(selection), selection.areas, viewer).table
    caveats = without_coordinates(selection, int(_within(found[found["place"].isna()], now)["count"].sum()))
    nowhere = at_no_place(selection, _within(found, now))
    whole = is_known(store, selection)
    for column, period in (("count", now), ("last_period", before), ("last_year", year_ago)):
        sums = _within(found, period).groupby("place")["count"].sum()
        table = table.assign(**{column: sums.reindex(table.index).fillna(0).astype("Int64")})
        if period != now and not (whole and is_known(store, replace(selection, period=period))):
            table[column] = pd.array([None] * len(table), dtype="Int64")
            caveats += (f"Not compared with {period.label}: not all of it is loaded.",) if whole else ()
    months = _within(found, now).groupby("place")["month"].nunique()
    return table.assign(months_present=months.reindex(table.index).fillna(0).astype("Int64")), caveats, nowhere


def _within(found: pd.DataFrame, period: Period) -> pd.DataFrame:
    return found[found["month"].between(str(period.first), str(period.last))]


def _ordered(table: pd.DataFrame, by: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Some places, the most by a column first, then by name and point."""
    order = table.sort_values([by, "location", "longitude", "latitude"], ascending=[False, True, True, True])
    return order[list(columns)].reset_index(drop=True)


def _shown(
    store: Store, selection: Selection, rows: pd.DataFrame, which: str, caveats: tuple[str, ...], nowhere: str
) -> Figure:
    answer = figure(store, selection, rows, measure=f"{name_of(selection.indicators)}, {which}", mapped=True)
    return replace(answer, caveats=(*answer.caveats, *caveats), not_known=answer.not_known or nowhere)
