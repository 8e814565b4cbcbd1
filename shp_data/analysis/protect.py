"""Notes on a protected figure: how many counts are withheld from the viewer, and why.

The store protects the counts themselves. What is computed from them here reveals no more than they do.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shp_data.analysis.change import check_coverage
from shp_data.domain.counting import format_count
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.schema import UNPLACED
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, is_protected


def can_see_months(reader: Reader, selection: Selection) -> bool:
    """Return whether a viewer may see the months of a selection one by one."""
    return not is_protected(reader, selection) or (reader.viewer.role == "partner" and selection.ward is None)


def note_withheld(figure: Figure, reader: Reader, selection: Selection, against: Period | None = None) -> Figure:
    """Add the number of withheld counts to a figure, and the notes that explain them.

    Parameters
    ----------
    figure : Figure
        Its table has count and last_year, and `code` where its rows are wards; else its rows are of the
        selection's ward, if any.
    against : Period, optional
        The period compared with, instead of the same period last year.

    Returns
    -------
    Figure
        The same figure with `withheld` and more caveats.
    """
    periods = (selection.period, against or selection.period.last_year)
    # Either period may hold records that are not published, so both are asked.
    if not any(is_protected(reader, replace(selection, period=period)) for period in periods):
        return figure
    by_ward = "code" in figure.table or selection.ward is not None
    missing = sum(
        _count_withheld(figure.table, reader, selection, column, period)
        for column, period in zip(("count", "last_year"), periods, strict=True)
    )
    notes = [*_explain_ward_gaps(reader, selection, periods[1], missing)] if by_ward else []
    if reader.viewer.role == "public":
        notes.append(
            f"Counts are rounded to the nearest {reader.partnership.disclosure.round_to}, so parts need not add up. "
            "A change of rounded counts has no verdict."
        )
    elif by_ward:
        notes.append("Ranks and limits of rates allow for how much the months of the whole LPA vary.")
    return replace(figure, withheld=missing, caveats=(*figure.caveats, *notes))


def _count_withheld(table: pd.DataFrame, reader: Reader, selection: Selection, column: str, period: Period) -> int:
    """Count the values of a column that are missing though the period is loaded and the ward existed then."""
    areas = reader.partnership.areas
    # Missing for two more reasons: the ward did not exist then, or nothing is loaded. Neither is withheld.
    wards = {*areas.wards[areas.find_ward_year(period.last.last_day)], UNPLACED}
    rows = table.assign(ward=table.get("code", selection.ward))
    coverage = check_coverage(reader, selection, rows, period)
    return sum(
        pd.isna(count) and code in wards and is_covered
        for count, code, is_covered in zip(rows[column], rows["ward"], coverage, strict=True)
    )


def _explain_ward_gaps(reader: Reader, selection: Selection, other: Period, missing: int) -> list[str]:
    """Explain what was withheld, and which wards have no count of the other period."""
    notes = []
    if missing:
        under = reader.partnership.disclosure.withhold_under
        notes.append(
            f"Withheld: {format_count(missing, 'counts')}. By ward and quarter, counts from 1 to "
            f"{under - 1} are not shown, nor those from which they could be worked out, nor what is made of either."
        )
    areas = reader.partnership.areas
    ward_year = areas.find_ward_year(other.last.last_day)
    if ward_year != selection.ward_year:
        when = "last year" if other == selection.period.last_year else other.label
        notes.append(f"Wards that are not among those of {ward_year} have no count of {when}.")
    return notes
