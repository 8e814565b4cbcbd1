"""When incidents happen: invented, plausible weights by month, day and hour, in whole numbers."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import numpy.typing as npt

from sample_data.draws import Draws, Integers
from shp_data.domain.periods import Month

COVID_FROM: Final = dt.date(2020, 3, 24)  # the day after the first lockdown was announced
# January to December.
SEASON: Final = {
    "asb_police": (82, 80, 95, 105, 108, 108, 116, 114, 100, 108, 92, 76),
    "fires_secondary_deliberate": (55, 65, 110, 160, 130, 105, 115, 105, 90, 125, 120, 45),
    "fires_vehicle_deliberate": (95, 90, 100, 105, 105, 100, 100, 100, 95, 110, 110, 90),
    "drugs_possession": (98, 95, 105, 100, 102, 100, 104, 102, 98, 104, 98, 88),
    "drugs_supply": (100, 100, 105, 100, 100, 100, 100, 100, 100, 105, 100, 90),
}
# How far a month strays beyond chance, per thousand: what makes the counts overdispersed.
SPREAD: Final = {
    "asb_police": 60,
    "fires_secondary_deliberate": 180,
    "fires_vehicle_deliberate": 150,
    "drugs_possession": 110,
    "drugs_supply": 150,
}
LOCKDOWN: Final = {Month(2020, 4): 145, Month(2020, 5): 135}  # per cent of the season's police ASB
# Share of police ASB that was marked COVID-related, relative to the other months of its block.
COVID: Final = {
    Month(2020, 3): 10,
    **{Month(2020, m): w for m, w in zip(range(4, 13), (45, 38, 18, 20, 28, 45, 36, 44, 32), strict=True)},
    **{Month(2021, m): w for m, w in zip(range(1, 4), (50, 25, 12), strict=True)},
}
# Monday to Sunday.
WEEKDAYS: Final = {
    "asb_police": (90, 88, 90, 94, 115, 125, 112),
    "fires_secondary_deliberate": (98, 96, 96, 98, 104, 108, 110),
    "fires_vehicle_deliberate": (95, 92, 95, 96, 104, 112, 112),
    "drugs_possession": (85, 95, 100, 105, 115, 115, 85),
    "drugs_supply": (90, 110, 112, 112, 105, 90, 75),
}
# Halloween, Mischief Night and Bonfire Night, in per cent of an ordinary day.
BONFIRE: Final = {(10, 29): 130, (10, 30): 190, (10, 31): 240, (11, 3): 130, (11, 4): 180, (11, 5): 420, (11, 6): 160}
BONFIRE_SHARE: Final = {"asb_police": 40, "fires_secondary_deliberate": 100, "fires_vehicle_deliberate": 40}
# Midnight to 23:00, on Monday to Friday; at weekends the small hours weigh double.
HOURS: Final = {
    "asb_police": (26, 17, 11, 8, 6, 5, 6, 9, 14, 20, 25, 30, 35, 37, 41, 50, 60, 70, 80, 86, 86, 78, 62, 42),
    "fires_secondary_deliberate": (
        22, 15, 10, 8, 6, 4, 4, 4, 5, 7, 9, 12, 16, 20, 26, 38, 54, 68, 82, 92, 94, 78, 54, 34,
    ),
    "fires_vehicle_deliberate": (
        88, 84, 76, 62, 46, 26, 12, 8, 7, 7, 8, 9, 10, 11, 12, 14, 17, 21, 27, 34, 45, 60, 74, 84,
    ),
    "drugs_possession": (
        36, 26, 18, 11, 7, 5, 6, 9, 15, 24, 32, 38, 40, 44, 50, 56, 60, 60, 58, 56, 56, 56, 54, 46,
    ),
    "drugs_supply": (
        16, 11, 8, 6, 7, 16, 30, 42, 52, 62, 66, 64, 56, 56, 56, 54, 52, 48, 44, 42, 40, 36, 30, 22,
    ),
}  # fmt: skip
_SMALL_HOURS: Final = 5


def weigh_months(indicator: str, months: tuple[Month, ...]) -> Integers:
    """Return the weight of each month relative to the others."""
    lockdown = LOCKDOWN if indicator == "asb_police" else {}
    weights = [SEASON[indicator][m.month - 1] * lockdown.get(m, 100) for m in months]
    return np.array(weights, dtype=np.int64)


def draw_minutes(indicator: str, month: Month, covid: npt.NDArray[np.bool_], draws: Draws) -> Integers:
    """Draw the time of each incident of a month, in minutes since 1970: one for each mark in `covid`."""
    days = [month.first_day.replace(day=n) for n in range(1, month.last_day.day + 1)]
    weights = np.array([_weigh_day(indicator, day) for day in days], dtype=np.int64)
    restricted = np.where([day >= COVID_FROM for day in days], weights, 0)
    picked = np.empty(len(covid), dtype=np.int64)
    picked[~covid] = draws.pick(weights, int((~covid).sum()))
    if covid.any():
        picked[covid] = draws.pick(restricted, int(covid.sum()))
    weekend = np.array([day.weekday() >= 5 for day in days])[picked]
    weekday_hours = np.array(HOURS[indicator], dtype=np.int64)
    weekend_hours = weekday_hours * np.where(np.arange(24) < _SMALL_HOURS, 2, 1)
    hours = np.where(weekend, draws.pick(weekend_hours, len(covid)), draws.pick(weekday_hours, len(covid)))
    first = (month.first_day - dt.date(1970, 1, 1)).days
    return ((first + picked) * 24 + hours) * 60 + draws.draw_below(60, len(covid))


def _weigh_day(indicator: str, day: dt.date) -> int:
    above = BONFIRE.get((day.month, day.day), 100) - 100
    return WEEKDAYS[indicator][day.weekday()] * (10_000 + above * BONFIRE_SHARE.get(indicator, 0))
