"""The current day in the United Kingdom, the last complete quarter, and the bands of hours of a day.

The machine may use another time zone.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from shp_data.domain.periods import Month, Period, parse_quarter

UK = ZoneInfo("Europe/London")
BAND = 4  # hours: bands narrow enough to tell night from evening, and few enough to read


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


def name_band(hour: int) -> str:
    """Name the hours of the day that hold an hour: `04-08` is 04:00 to 07:59."""
    start = hour // BAND * BAND
    return f"{start:02}-{start + BAND:02}"
