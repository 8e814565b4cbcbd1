"""The profile of one ward: its indicators, rank in its LPA, busiest locations and actions."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pandas as pd

from shp_data.analysis import comparison, headlines
from shp_data.analysis.context import name_indicators
from shp_data.analysis.places.places import find_location
from shp_data.analysis.places.repeats import find_repeat_locations
from shp_data.domain.areas import Ward
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import COMPLETE, Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Selection
from shp_data.store.notes.actions import Action, Actions, read_actions
from shp_data.store.reading import Reader, check_record_access

MOST_LOCATIONS = 10  # so many of the busiest are shown
_STANDING = {"share": "Float64", "rank_low": "Int64", "rank_high": "Int64", "ranked": "Int64"}


def get_ward(selection: Selection) -> Ward:
    """Return the ward of a selection.

    Raises SelectionError where it has no ward, or one that is not in its ward boundaries.
    """
    ward_by_code = partnership().areas.wards[selection.ward_year]
    if selection.ward is None or selection.ward not in ward_by_code:
        raise SelectionError(f"the profile is of one ward, and the one asked for is {selection.ward}; choose a ward")
    return ward_by_code[selection.ward]


def widen_to_lpa(selection: Selection) -> Selection:
    """Return the same selection for the ward's whole LPA, with the same ward boundaries."""
    lpa = get_ward(selection).lpa
    return replace(selection, vintage=selection.ward_year).select_area(lpa)


def list_wards(reader: Reader, selection: Selection) -> Figure:
    """List the wards that have a profile: the figure of `comparison.compare_wards` without unplaced records.

    Raises
    ------
    NotAllowedError
        As `comparison.compare_wards`.
    """
    figure = comparison.compare_wards(reader, selection)
    return replace(figure, table=figure.table[figure.table["code"] != UNPLACED].reset_index(drop=True))


def build_profile(reader: Reader, selection: Selection) -> Figure:
    """Build the profile of a ward: every indicator, with its rank among the wards of its LPA.

    Returns
    -------
    Figure
        One row for each incident indicator that is loaded: the columns of `headlines.compare_indicators` with
        share (per cent of the incidents of the LPA), rank_low to rank_high (the ranks by rate that
        the intervals leave open; 1 is the highest) and ranked (the number of wards with a rank).

    Raises
    ------
    SelectionError
        Where the selection has no ward.
    NotAllowedError
        For a role that may not see the figures.
    """
    lpa_selection = widen_to_lpa(selection)
    # A profile is of the ward, whichever of its locations is in view.
    figure = headlines.compare_indicators(reader, replace(selection, location=None))
    standings = _rank_wards(reader, replace(lpa_selection, indicators=reader.store.list_indicators()))
    ward_rows = standings[standings["code"] == selection.ward].drop(columns="code")
    # A left join: an indicator that has no rank (no residents, or withheld) keeps its count.
    table = figure.table.merge(ward_rows, on="indicator", how="left", validate="one_to_one")
    return replace(figure, table=table)


def select_headline(figure: Figure, selection: Selection) -> Figure | None:
    """Select the one row of a profile for the selection's indicator, as a separate figure.

    Return None where the selection has several indicators.
    """
    row = figure.table[figure.table["indicator"].isin(selection.indicators)].reset_index(drop=True)
    if len(selection.indicators) > 1 or row.empty:
        return None
    unit = partnership().vocabulary.find_indicator(selection.indicators[0]).unit
    others = [doubt for doubt in figure.doubts if doubt.indicators != selection.indicators]
    return replace(
        figure,
        table=row,
        title=name_indicators(selection.indicators),
        unit=unit,
        caveats=tuple(caveat for caveat in figure.caveats if caveat not in others),
        coverage=COMPLETE,
    )


@lru_cache(maxsize=32)
def _rank_wards(reader: Reader, selection: Selection) -> pd.DataFrame:
    """Return the share and the open ranks of every ward of an LPA, by indicator.

    The result is cached: the next ward needs the same.
    """
    tables = []
    for id_ in selection.indicators:
        table = comparison.compare_wards(reader, selection.select_indicator(id_)).table
        table = table.assign(indicator=id_, ranked=int(table["rank_low"].notna().sum()))
        tables.append(table[["indicator", "code", *_STANDING]].astype(_STANDING))
    return pd.concat(tables, ignore_index=True)


def list_busiest_locations(reader: Reader, selection: Selection) -> Figure:
    """List the locations of the ward with the most incidents in the period, up to MOST_LOCATIONS.

    Returns
    -------
    Figure
        The columns of `repeats.find_repeat_locations`.
    """
    figure = find_repeat_locations(reader, selection, minimum=1)
    return replace(figure, table=figure.table.head(MOST_LOCATIONS))


def list_actions(reader: Reader, selection: Selection) -> Actions:
    """List the actions agreed for a ward, the earliest first.

    They are those for the ward itself, for the ward of the same name in other ward boundaries, or for a
    location in it. Do not cache the result by the store's version, which an action does not change. Raises
    SelectionError, StoreError and NotAllowedError.
    """
    check_record_access(reader.viewer)
    ward, actions = get_ward(selection), read_actions(reader.store.layout.root)
    return tuple(action for action in actions if _is_for_ward(reader, action, ward, selection.ward_year))


def list_visible_actions(reader: Reader, selection: Selection) -> Actions:
    """List the actions for the ward or location in view.

    Return none for viewers other than the analyst, or where no ward or location is in view.
    """
    if reader.viewer.role != "analyst":
        return ()
    if selection.location:
        points, actions = selection.location.points, read_actions(reader.store.layout.root)
        return tuple(action for action in actions if (action.longitude, action.latitude) in points)
    return list_actions(reader, selection) if selection.ward else ()


def _is_for_ward(reader: Reader, action: Action, ward: Ward, ward_year: str) -> bool:
    """Return whether an action is for a ward. A location with any record is in the ward of its records."""
    if action.longitude is not None and action.latitude is not None:
        location = find_location(reader, (action.longitude, action.latitude), ward_year)
        if location is not None:
            return location.code == ward.code
    # An action may have been agreed under other boundaries, in which the ward had another code.
    return action.ward_code == ward.code or (action.lpa, action.ward) == (ward.lpa, ward.name)
