"""Worked examples of a month compared with earlier years, and of the sum of 12 months, from the loaded data."""

from __future__ import annotations

from collections.abc import Callable

from shp_data.analysis import seasons
from shp_view.methods.worked_data import ExampleData, NoExampleError, format_decimals
from shp_view.text import season_words, wording
from shp_view.text.rows import make_plain_rows


def _explain_season(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    figure = seasons.compare_with_earlier_years(data.reader, data.select_indicator(row))
    columns = ["month", "count", "lowest", "highest", "average", "years_before"]
    rows = make_plain_rows(figure.table[figure.table["in_period"]], columns)
    months = [month for month in rows if month["years_before"]]
    if not months:
        raise NoExampleError("No earlier year is loaded for these months: choose a later period.")
    last = months[-1]
    years = wording.format_count(last["years_before"], "earlier years")
    return (
        f"{data.describe_row(row)}: {wording.format_month(last['month'])} has {wording.format_number(last['count'])}. The same month "
        f"in {years} has {wording.format_number(last['lowest'])} to {wording.format_number(last['highest'])}, and "
        f"{format_decimals(last['average'], 1)} on average. {season_words.describe_season(figure)}"
    )


def _explain_rolling_sum(data: ExampleData) -> str:
    row = data.complete_rows[-1]
    figure = seasons.sum_rolling_year(data.reader, data.select_indicator(row))
    rows = make_plain_rows(figure.table, ["month", "count", "rolling_12", "in_period"])
    ends = [position for position, month in enumerate(rows) if month["in_period"] and month["rolling_12"] is not None]
    if not ends or len(rows[: ends[-1]]) < seasons.YEAR or rows[ends[-1] - 1]["rolling_12"] is None:
        raise NoExampleError("Too few months before this period are loaded: choose a later period.")
    last, before = rows[ends[-1]], rows[ends[-1] - 1]
    dropped = rows[ends[-1] - seasons.YEAR]
    return (
        f"{data.describe_row(row)}: the 12 months to {wording.format_month(before['month'])} have "
        f"{wording.format_number(before['rolling_12'])}. {wording.format_month(last['month'])} comes in and "
        f"{wording.format_month(dropped['month'])} drops out: {wording.format_number(before['rolling_12'])} + "
        f"{wording.format_number(last['count'])} − {wording.format_number(dropped['count'])} = {wording.format_number(last['rolling_12'])}. "
        f"{season_words.describe_rolling_sum(figure)}"
    )


EXAMPLES: dict[str, Callable[[ExampleData], str]] = {"season": _explain_season, "rolling": _explain_rolling_sum}
