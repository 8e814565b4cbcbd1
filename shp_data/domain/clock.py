"""The current day in the United Kingdom, and the last complete quarter. The machine may use another time zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from shp_data.domain.periods import Month, Period, parse_quarter

UK = ZoneInfo("Europe/London")


def get_today() -> dt.date:
    """Return the current day in the United Kingdom.

    British Summer Time is an hour ahead of UTC, from late March to late October.
    """
    return dt.datetime.now(UK).date()


def find_last_quarter() -> Period:
    """Return the last complete quarter: the one before the quarter of the current day."""
    # Three months back is always in the quarter before, and that is complete.
    today = get_today()
    return parse_quarter(Month(today.year, today.month).shift(-3).quarter)
