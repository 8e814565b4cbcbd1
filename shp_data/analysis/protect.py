"""What is said beside a figure that a viewer sees protected: how many counts are withheld, and why.

The store protects the counts themselves; all that is worked out from them here can tell no more than they do.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shp_data.analysis.change import covered
from shp_data.domain.counting import counted
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import is_protected, vintage_of


def sees_months(store: Store, selection: Selection, viewer: Viewer) -> bool:
    """May a viewer see the months of a selection one by one?"""
    return not is_protected(store, selection, viewer) or (viewer.role == "partner" and selection.ward is None)


def noted(found: Figure, store: Store, selection: Selection, viewer: Viewer, against: Period | None = None) -> Figure:
    """A figure with how many of its counts are withheld from the viewer, and what must be said of that.

    Its table: count and last_year, and `code` where its rows are wards, else those of the selection's ward if any.
    `against`: the period that stands in the place of last year's.
    """
    both = (selection.period, against or selection.period.last_year)
    if not any(is_protected(store, replace(selection, period=period), viewer) for period in both):
        return found
    by_ward = "code" in found.table or selection.ward is not None
    missing = sum(
        _withheld(found.table, store, selection, column, period)
        for column, period in zip(("count", "last_year"), both, strict=True)
    )
    said = [*_of_wards(selection, both[1], missing)] if by_ward else []
    if viewer.role == "public":
        said.append(
            f"Counts are rounded to the nearest {partnership().disclosure.round_to}, so parts need not add up. Whether "
            "a change is more than chance is not told of rounded counts."
        )
    elif by_ward:
        said.append("Whether a change is more than chance is judged by how much the months of the whole LPA vary.")
    return replace(found, withheld=missing, caveats=(*found.caveats, *said))


def _withheld(table: pd.DataFrame, store: Store, selection: Selection, column: str, period: Period) -> int:
    """How many counts of a column are missing though the period is loaded and the ward was one then?"""
    areas = partnership().areas
    wards = {*areas.wards[areas.vintage_on(period.last.last_day)], UNPLACED}
    rows = table.assign(ward=table.get("code", selection.ward))
    known = covered(store, selection, rows, period)
    return sum(
        pd.isna(count) and code in wards and is_known
        for count, code, is_known in zip(rows[column], rows["ward"], known, strict=True)
    )


def _of_wards(selection: Selection, other: Period, missing: int) -> list[str]:
    """What was withheld, and which wards have no count of the other period."""
    said = []
    if missing:
        under = partnership().disclosure.withhold_under
        said.append(
            f"Withheld: {counted(missing, 'counts')}. By ward and quarter, counts from 1 to "
            f"{under - 1} are not shown, nor those from which they could be worked out, nor what is made of either."
        )
    areas = partnership().areas
    before = areas.vintage_on(other.last.last_day)
    if before != vintage_of(selection):
        when = "last year" if other == selection.period.last_year else other.label
        said.append(f"Wards that are not among those of {before} have no count of {when}.")
    return said
