"""One ward: how is every indicator doing there, where does it stand in its LPA, where in it, and what was agreed?"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from shp_data.analysis import comparison, headlines
from shp_data.analysis.context import name_of
from shp_data.analysis.places.places import place_at
from shp_data.analysis.places.repeats import repeats
from shp_data.domain.areas import Ward
from shp_data.domain.errors import SelectionError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store, store_of
from shp_data.store.notes.actions import Action, Actions, read_actions
from shp_data.store.reading import allow, vintage_of

PLACES = 10  # so many of the busiest are shown
_STANDING = {"share": "Float64", "rank_low": "Int64", "rank_high": "Int64", "ranked": "Int64"}
_TOGETHER = (
    "Whether a change is more than chance is judged for all indicators of the ward together, so that few of the "
    "changes named are chance."
)


def ward_of(selection: Selection) -> Ward:
    """Which ward is a selection of? Raises SelectionError where it is of none, or of none of its vintage."""
    known = partnership().areas.wards[vintage_of(selection)]
    if selection.ward is None or selection.ward not in known:
        raise SelectionError(f"the profile is of one ward, and the one asked for is {selection.ward}; choose a ward")
    return known[selection.ward]


def around(selection: Selection) -> Selection:
    """The same of the ward's LPA, by the same vintage: what a ward is compared with."""
    lpa = ward_of(selection).lpa
    return replace(selection, vintage=vintage_of(selection)).of_area(lpa)


def wards(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """Of which wards is there a profile? `comparison.wards` without the records near no ward."""
    found = comparison.wards(store, selection, viewer)
    return replace(found, table=found.table[found.table["code"] != UNPLACED].reset_index(drop=True))


def profile(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """How is every indicator doing in a ward, and where does it stand among the wards of its LPA?

    One row for each incident indicator that is loaded: the columns of `headlines.every_indicator` with share (per
    cent of the incidents of the LPA), rank_low to rank_high (the ranks by rate that chance leaves open; 1 is the
    highest) and ranked (of how many wards). The verdicts are judged together. Raises SelectionError where the
    selection is of no ward, and NotAllowedError.
    """
    place = around(selection)
    found = headlines.every_indicator(store, replace(selection, place=None), viewer)
    standings = _standings(store.layout.root, store.version, replace(place, indicators=store.indicators()), viewer)
    own = standings[standings["code"] == selection.ward].drop(columns="code")
    table = found.table.merge(own, on="indicator", how="left", validate="one_to_one")
    return replace(found, table=table, caveats=(*found.caveats, _TOGETHER))


def headline(found: Figure, selection: Selection) -> Figure | None:
    """The one row of a profile that is the selection's, as a figure of its own; None where it counts several."""
    row = found.table[found.table["indicator"].isin(selection.indicators)].reset_index(drop=True)
    if len(selection.indicators) > 1 or row.empty:
        return None
    unit = partnership().vocabulary.indicator(selection.indicators[0]).unit
    return replace(found, table=row, title=name_of(selection.indicators), unit=unit, not_known="")


@lru_cache(maxsize=32)
def _standings(root: Path, version: str, selection: Selection, viewer: Viewer) -> pd.DataFrame:
    """The share and the open ranks of every ward of an LPA, by indicator. Kept: the next ward asks for the same."""
    store = store_of(root, version)
    told = []
    for id_ in selection.indicators:
        table = comparison.wards(store, selection.of_indicator(id_), viewer).table
        table = table.assign(indicator=id_, ranked=int(table["rank_low"].notna().sum()))
        told.append(table[["indicator", "code", *_STANDING]].astype(_STANDING))
    return pd.concat(told, ignore_index=True)


def places(store: Store, selection: Selection, viewer: Viewer) -> Figure:
    """Where in the ward? The places with the most incidents in the period, up to PLACES, as `repeats` gives them."""
    found = repeats(store, selection, viewer, minimum=1)
    return replace(found, table=found.table.head(PLACES))


def actions_of(store: Store, selection: Selection, viewer: Viewer) -> Actions:
    """What was agreed for a ward, the earliest first?

    For the ward itself, for that of its name in another vintage, or for a place in it. Not to be kept by the
    store's version, which an action does not change. Raises SelectionError, StoreError and NotAllowedError.
    """
    allow(viewer)
    ward, vintage = ward_of(selection), vintage_of(selection)
    return tuple(one for one in read_actions(store.layout.root) if _is_for(store, one, ward, vintage, viewer))


def actions_shown(store: Store, selection: Selection, viewer: Viewer) -> Actions:
    """What was agreed for the ward or place in view, for the analyst; nothing for others, or where none is in view."""
    if viewer.role != "analyst":
        return ()
    if selection.place:
        points = selection.place.points
        return tuple(one for one in read_actions(store.layout.root) if (one.longitude, one.latitude) in points)
    return actions_of(store, selection, viewer) if selection.ward else ()


def _is_for(store: Store, action: Action, ward: Ward, vintage: str, viewer: Viewer) -> bool:
    """Is an action for a ward of a vintage? A place with any record lies where its records do."""
    if action.longitude is not None and action.latitude is not None:
        place = place_at(store, (action.longitude, action.latitude), vintage, viewer)
        if place is not None:
            return place.code == ward.code
    return action.ward_code == ward.code or (action.lpa, action.ward) == (ward.lpa, ward.name)
