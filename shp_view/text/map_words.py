"""The ward map in words: the message over it, by what its colours show, and what to say where it shows nothing."""

from __future__ import annotations

import pandas as pd

from shp_data.domain.periods import Period
from shp_view.text.comparison_words import changed_title
from shp_view.text.map_measures import Measure, legend_title
from shp_view.text.wording import (
    NOT_AVAILABLE,
    capital,
    counted,
    listed,
    number,
    percent,
    same_period,
    some,
    ward_title,
)

WARDS = ("ward", "rate_per_1000", "count", "difference", "verdict")
_HALF = 50  # per cent
_NAMED = 3  # wards that together hold half are named, if there are no more


def map_title(table: pd.DataFrame, measure: Measure, what: str, period: Period, against: Period | None = None) -> str:
    """What does the map of a measure say, in one line?

    `table`: ward, lpa (empty for records near no ward), count, share, difference, rate_per_1000 and verdict, as
    `hotspots.wards` gives them; `what`: plural, as `wording.things` gives it. `against`: the period that it was
    compared with, where that is not last year's.
    """
    wards = table[table["lpa"] != ""]
    if measure == "rate_per_1000":
        return ward_title(wards, what)
    if measure == "verdict":
        return changed_title(wards, "ward", what, period, against)
    if measure == "difference":
        return _change_title(wards, what, same_period(period, against))
    if wards["count"].isna().all():
        return f"{capital(what)} by ward: {NOT_AVAILABLE}"
    if not wards["count"].max():
        return f"{capital(what)}: none were recorded in any ward"
    return _half_title(wards, what) if measure == "share" else _most_title(wards, what, int(table["count"].sum()))


def columns(measure: Measure, against: Period | None = None) -> tuple[str, ...]:
    """The columns of the table beside the map: what is drawn is always among them, and a period compared with."""
    first = measure if measure not in WARDS else "rate_per_1000"
    before = ("last_year", "other_period") if against else ()  # whichever the table holds
    return ("ward", first, "count", *before, "difference", "verdict")


def grey_note(table: pd.DataFrame, measure: Measure) -> str:
    """Why is the whole map grey? Empty where it is not. The months that are missing are told above it."""
    if table[measure].notna().any():
        return ""
    return f"No ward is coloured: “{legend_title(measure, table)}” is not available in this period."


def _most_title(wards: pd.DataFrame, what: str, total: int) -> str:
    most = wards["count"].max()
    names = wards.loc[wards["count"] == most, "ward"].tolist()
    if len(wards) == 1:
        return f"{names[0]} had {counted(most, what)}, of {number(total)}"
    each = " each" if len(names) > 1 else ""
    return f"{some(names)} had the most {what}: {number(most)}{each}, of {number(total)}"


def _half_title(wards: pd.DataFrame, what: str) -> str:
    """The fewest wards that hold half of all."""
    largest = wards.sort_values(["share", "ward"], ascending=[False, True], na_position="last")
    before = largest["share"].cumsum().shift(fill_value=0.0).round(6)
    few = largest[before < _HALF]
    names = few["ward"].tolist()
    told = listed(names) if len(names) <= _NAMED else f"{number(len(names))} of {number(len(wards))} wards"
    return f"{told} held {percent(few['share'].sum())} of the {what}"


def _change_title(wards: pd.DataFrame, what: str, before: str) -> str:
    known = wards.dropna(subset=["difference"])
    if known.empty:
        return f"{capital(what)} by ward: no comparison with {before}"
    rise, fall = int(known["difference"].max()), int(known["difference"].min())
    if rise <= 0 and not fall:
        return f"{capital(what)}: the same number in every ward as in {before}"
    size, word, more = (rise, "rise", "more") if rise > 0 else (fall, "fall", "fewer")
    names = known.loc[known["difference"] == size, "ward"].tolist()
    each = " each" if len(names) > 1 else ""
    return f"{some(names)} had the largest {word} in {what}: {number(abs(size))} {more}{each} than in {before}"
