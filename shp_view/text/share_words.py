"""The note on a shared link: how far the data went when it was shared, and how far it goes now."""

from __future__ import annotations

import calendar

from shp_data.domain.errors import SelectionError
from shp_data.domain.periods import Month

AS_OF = "asof"


def explain_as_of(words: str, latest: Month | None) -> str:
    """Compare a link's as-of month, `2021-03`, with the latest month of the data. Return "" if they agree."""
    if not words:
        return ""
    try:
        shared = Month.parse(words)
    except SelectionError:
        return f"The link's as-of month “{words[:20]}” is not understood; the view is of the data as it is now."
    if shared == latest:
        return ""
    now = f"now to {format_month(latest)}" if latest else "now there is none"
    if latest and shared > latest:
        now = f"the records in view only go to {format_month(latest)}"
    return f"This view was shared with data to {format_month(shared)}; {now}."


def format_month(value: Month) -> str:
    """Format a month in words: `March 2021`."""
    return f"{calendar.month_name[value.month]} {value.year}"
