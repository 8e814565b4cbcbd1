"""The views of the season and the week in words: their sentences and their alternative texts."""

from __future__ import annotations

import pandas as pd

from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_view.text import wording
from shp_view.text.coverage_words import explain_coverage
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import describe_signals, name_subject
from shp_view.text.wording import NO_FIGURE, format_month, format_number, name_months


def describe_season(figure: Figure) -> str:
    """Name the months of the period that are not as expected.

    Parameters
    ----------
    figure : Figure
        Its table has the columns month, count, in_period and those of `expected.add_expected`.

    Returns
    -------
    str
        The sentences, the same as for the chart of months. Empty where no month of the period has a count, or where
        one is in question and no other is marked. Where none of them has a range, the text says so.
    """
    rows = _list_season_rows(figure.table[figure.table["in_period"]])
    if not rows:
        return ""
    months = [row["month"] for row in rows if row["upper"] is not None]
    signals = describe_signals(figure)
    # A month in question has no range, whatever the number of months before it.
    if signals or figure.doubts:
        return signals
    if not months:
        return "Too few months are loaded to say what was expected."
    return f"{name_months(months)} {wording.choose_was(len(months))} within the expected range."


def _list_season_rows(table: pd.DataFrame) -> list[ChartRow]:
    """List the months that have a count."""
    columns = ["month", "count", "average", "upper"]
    return make_plain_rows(table.dropna(subset=["count"]), columns)


def describe_season_chart(figure: Figure) -> str:
    """Describe the chart of the season: the latest month, and the months of the period that are not as expected."""
    rows = _list_season_rows(figure.table)
    if not rows:
        return NO_FIGURE
    last = rows[-1]
    start = (
        f"Line of {figure.unit} a month, {format_month(rows[0]['month'])} to {format_month(last['month'])}, over the "
        "lowest, highest and average of earlier years."
    )
    latest = f" Latest month: {format_number(last['count'])}"
    latest += f", average of earlier years {format_number(last['average'])}." if last["average"] is not None else "."
    if all(row["upper"] is None for row in rows):
        return f"{start}{latest} Too few months are loaded for an expected range."
    ranged = figure.table[figure.table["in_period"]].dropna(subset=["upper", "count"])
    within = "" if ranged.empty else "No month of the period is outside the expected range."
    return f"{start}{latest} {describe_signals(figure) or within}".rstrip()


def describe_rolling_sum(figure: Figure) -> str:
    """Compare the 12 months up to the end of the period with the 12 months before them.

    Parameters
    ----------
    figure : Figure
        Its table has the columns month, rolling_12, rolling_12_before and in_period.

    Returns
    -------
    str
        One sentence, without the comparison where a month of either sum is in question. Where there is no sum of 12
        months, it says why.
    """
    if figure.table.empty:
        if not figure.coverage.is_complete:
            return f"The 12-month total is {wording.NOT_AVAILABLE}. {explain_coverage(figure.coverage)}"
        return "There is no 12-month total, because no 12 months in a row are loaded."
    rows = make_plain_rows(figure.table[figure.table["in_period"]], ["month", "rolling_12", "rolling_12_before"])
    if not rows or rows[-1]["rolling_12"] is None:
        return explain_coverage(figure.coverage) or "Some of the 12 months up to the end of the period are not loaded."
    last = rows[-1]
    count, before = last["rolling_12"], last["rolling_12_before"]
    recorded = wording.format_count(count, name_subject(figure))
    start = f"In the 12 months to {name_months([last['month']])} there were {recorded}"
    month = Month.parse(last["month"])
    compared = Period(month.shift(-23), month)
    is_doubtful = any(doubtful in doubt.months for doubt in figure.doubts for doubtful in compared)
    if before is None or is_doubtful:
        return f"{start}."
    return f"{start}, {wording.compare_counts(count, before)} in the 12 months before ({format_number(before)})."


def describe_rolling_chart(figure: Figure) -> str:
    """Describe the line of the sums of 12 months: its ends, its highest and its lowest point."""
    rows = make_plain_rows(figure.table.dropna(subset=["rolling_12"]), ["month", "rolling_12"])
    if not rows:
        return NO_FIGURE
    high, low = (pick(rows, key=lambda row: row["rolling_12"]) for pick in (max, min))
    points = [
        f"{format_month(row['month'])} ({format_number(row['rolling_12'])})" for row in (rows[0], rows[-1], high, low)
    ]
    return (
        f"Line of {figure.unit} in the 12 months up to each month, {points[0]} to {points[1]}. "
        f"Highest {points[2]}, lowest {points[3]}."
    )


def describe_week(figure: Figure) -> str:
    """Name the busiest four hours of the week.

    Parameters
    ----------
    figure : Figure
        Its table has the columns weekday, hours and count.

    Returns
    -------
    str
        One sentence. Where the table is empty, it says that the records have no time of day.
    """
    if figure.table.empty:
        return "These records have no time of day. The files give only the month or the day."
    return f"The busiest four hours of the week: {_describe_busiest(figure)}."


def describe_week_chart(figure: Figure) -> str:
    """Describe the grid of the week: its busiest cells, and the busiest weekday."""
    if figure.table.empty:
        return NO_FIGURE
    # The weekdays keep the order of the week, so tied days read from Monday on.
    days = figure.table.groupby("weekday", sort=False)["count"].sum()
    busiest = days[days == days.max()].index.tolist()
    return (
        f"Grid of {figure.unit} by weekday and four hours of the day. Busiest: {_describe_busiest(figure)}. "
        f"Weekday with most: {wording.shorten_names(busiest)} ({format_number(days.max())})."
    )


def _describe_busiest(figure: Figure) -> str:
    """Name the busiest weekday and hours, and give their count: `Friday 20:00 to 24:00 (74)`."""
    table = figure.table
    # All tied cells are named, because none of them is the busiest alone.
    cells = make_plain_rows(table[table["count"] == table["count"].max()], ["weekday", "hours", "count"])
    labels = ["{} {}:00 to {}:00".format(cell["weekday"], *cell["hours"].split("-")) for cell in cells]
    return f"{wording.shorten_names(labels)} ({format_number(cells[0]['count'])}{' each' if len(cells) > 1 else ''})"
