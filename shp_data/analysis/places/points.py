"""Incident points: how many incidents at each place of the selected areas."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis.context import figure, name_of
from shp_data.analysis.places.places import at_places, known_places
from shp_data.analysis.places.repeats import at_no_place
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import vintage_of

COLUMNS = ("location", "code", "ward", "lpa", "longitude", "latitude", "count")
MOST = 3000  # places that a map shows: what a browser is sent stays small, for two maps side by side too


def points(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How many incidents at each place, the busiest first?

    One row for each place with any, of the busiest MOST: location, code, ward, lpa, longitude, latitude, count.
    Incidents without coordinates, and places beyond the busiest, are counted in caveats. Raises NotAllowedError
    for a role that may not see records.
    """
    counted = at_places(store, selection, (), viewer)
    placed = counted.dropna(subset=["place"])
    table = known_places(store, vintage_of(selection), selection.areas, viewer).table.join(
        placed.set_index("place"), how="inner"
    )
    table = table.sort_values(["count", "location", "longitude", "latitude"], ascending=[False, True, True, True])
    shown = figure(
        store,
        selection,
        table.head(MOST)[list(COLUMNS)].reset_index(drop=True),
        measure=f"{name_of(selection.indicators)} by place",
        mapped=True,
    )
    unplaced = int(counted["count"].sum() - placed["count"].sum())
    left_out = table["count"].iloc[MOST:]
    caveats = shown.caveats + _caveats(unplaced, len(left_out), int(left_out.sum()))
    return replace(shown, caveats=caveats, not_known=shown.not_known or at_no_place(selection, counted))


def _caveats(unplaced: int, places: int, incidents: int) -> tuple[str, ...]:
    """What the points leave out."""
    said = ["A point is a place, not an address: a record of data.police.uk lies at the nearest of its own map points."]
    if unplaced:
        said.append(f"Incidents without coordinates, which have no point: {unplaced:,}.")
    if places:
        said.append(f"Only the busiest {MOST:,} places are shown; {places:,} others had {incidents:,} incidents.")
    return tuple(said)
