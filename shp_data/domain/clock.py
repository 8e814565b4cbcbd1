"""What day is it where the incidents are recorded? The zone of the machine, often UTC, may be another."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")


def today() -> dt.date:
    """The day in the United Kingdom: with British Summer Time an hour ahead of UTC, from late March to late October."""
    return dt.datetime.now(UK).date()
