"""Worked examples of a month beside earlier years, and of the sum of 12 months, from the loaded data."""

from __future__ import annotations

from collections.abc import Callable

from shp_data.analysis import seasons
from shp_view.methods.worked_data import InView, NoExampleError, decimals
from shp_view.text import season_words, wording
from shp_view.text.rows import plain_rows


def _season(data: InView) -> str:
    row = data.counted[-1]
    found = seasons.season(data.store, data.only(row), data.viewer)
    columns = ["month", "count", "lowest", "highest", "average", "years_before"]
    rows = plain_rows(found.table[found.table["in_period"]], columns)
    known = [month for month in rows if month["years_before"]]
    if not known:
        raise NoExampleError("No earlier year is loaded for these months: choose a later period.")
    last = known[-1]
    years = wording.counted(last["years_before"], "earlier years")
    return (
        f"{data.named(row)}: {wording.month_label(last['month'])} has {wording.number(last['count'])}. The same month "
        f"in {years} has {wording.number(last['lowest'])} to {wording.number(last['highest'])}, and "
        f"{decimals(last['average'], 1)} on average. {season_words.season_sentence(found)}"
    )


def _rolling(data: InView) -> str:
    row = data.counted[-1]
    found = seasons.rolling(data.store, data.only(row), data.viewer)
    rows = plain_rows(found.table, ["month", "count", "rolling_12", "in_period"])
    ends = [place for place, month in enumerate(rows) if month["in_period"] and month["rolling_12"] is not None]
    if not ends or len(rows[: ends[-1]]) < seasons.YEAR or rows[ends[-1] - 1]["rolling_12"] is None:
        raise NoExampleError("Too few months before this period are loaded: choose a later period.")
    last, before = rows[ends[-1]], rows[ends[-1] - 1]
    gone = rows[ends[-1] - seasons.YEAR]
    return (
        f"{data.named(row)}: the 12 months to {wording.month_label(before['month'])} have "
        f"{wording.number(before['rolling_12'])}. {wording.month_label(last['month'])} comes in and "
        f"{wording.month_label(gone['month'])} drops out: {wording.number(before['rolling_12'])} + "
        f"{wording.number(last['count'])} − {wording.number(gone['count'])} = {wording.number(last['rolling_12'])}. "
        f"{season_words.rolling_sentence(found)}"
    )


EXAMPLES: dict[str, Callable[[InView], str]] = {"season": _season, "rolling": _rolling}
