"""The current day in the United Kingdom. The machine may use another time zone, often UTC."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")


def get_today() -> dt.date:
    """Return the current day in the United Kingdom.

    British Summer Time is an hour ahead of UTC, from late March to late October.
    """
    return dt.datetime.now(UK).date()
