"""Incident points: the number of incidents at each location of the selected areas."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis.context import build_figure, name_indicators
from shp_data.analysis.places.places import count_by_location, list_locations
from shp_data.analysis.places.repeats import find_location_coverage
from shp_data.domain.figure import Figure
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader

COLUMNS = ("location", "code", "ward", "lpa", "longitude", "latitude", "count")
MOST_LOCATIONS = 3000  # places that a map shows: what a browser is sent stays small, for two maps side by side too


def list_busiest_locations(reader: Reader, selection: Selection) -> Figure:
    """List the locations of the incidents, the busiest first.

    Incidents without coordinates, and locations beyond the busiest, are counted in caveats.

    Returns
    -------
    Figure
        One row for each location with any incident, of the busiest MOST_LOCATIONS: location, code, ward, lpa,
        longitude, latitude (WGS84 degrees), count.

    Raises
    ------
    NotAllowedError
        For a role that may not see records.
    """
    counts = count_by_location(reader, selection, ())
    # A record without coordinates has no location: it is counted in a caveat, not on the map.
    placed = counts.dropna(subset=["place"])
    locations = list_locations(reader, selection.ward_year, selection.areas).table
    table = locations.join(placed.set_index("place"), how="inner")
    table = table.sort_values(["count", "location", "longitude", "latitude"], ascending=[False, True, True, True])
    busiest = table.head(MOST_LOCATIONS)[list(COLUMNS)].reset_index(drop=True)
    measure = f"{name_indicators(selection.indicators)} by place"
    result = build_figure(reader, selection, busiest, measure=measure, mapped=True)
    unplaced = int(counts["count"].sum() - placed["count"].sum())
    left_out = table["count"].iloc[MOST_LOCATIONS:]
    caveats = result.caveats + _list_caveats(unplaced, len(left_out), int(left_out.sum()))
    return replace(result, caveats=caveats, coverage=find_location_coverage(result.coverage, selection, counts))


def _list_caveats(unplaced: int, locations: int, incidents: int) -> tuple[str, ...]:
    """List what the points leave out."""
    notes = [
        "A point is a place, not an address: a record of data.police.uk lies at the nearest of its own map points."
    ]
    if unplaced:
        notes.append(f"Incidents without coordinates, which have no point: {unplaced:,}.")
    if locations:
        notes.append(
            f"Only the busiest {MOST_LOCATIONS:,} places are shown; {locations:,} others had {incidents:,} incidents."
        )
    return tuple(notes)
