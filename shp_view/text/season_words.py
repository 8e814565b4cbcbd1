"""The views of the season and the week in words: their sentences and their alternative texts."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.seasons import FEWEST_YEARS
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period
from shp_view.text import wording
from shp_view.text.coverage_words import explain_coverage
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.text.wording import NO_FIGURE, format_month, format_number, name_months


def describe_season(figure: Figure) -> str:
    """Name the months of the period above, below or within the range of earlier years.

    Parameters
    ----------
    figure : Figure
        Its table has the columns month, count, lowest, highest, years_before and in_period.

    Returns
    -------
    str
        The sentences, with the number of years in the range. Empty where no month of the period has a count.
        Where fewer than two earlier years have one, the text says that there is no range.
    """
    rows = _list_season_rows(figure.table[figure.table["in_period"]])
    if not rows:
        return ""
    if all(row["years_before"] < FEWEST_YEARS for row in rows):
        # One earlier year has no range: its lowest and highest are the same number.
        return "Fewer than two earlier years are loaded, so there is no range to compare with."
    months_by_position: dict[str, list[str]] = {}
    for row in rows:
        if row["years_before"] >= FEWEST_YEARS:
            months_by_position.setdefault(_compare_with_range(row), []).append(row["month"])
    return " ".join(
        f"{name_months(months)} {wording.choose_was(len(months))} {words}."
        for words, months in months_by_position.items()
    )


def _compare_with_range(row: ChartRow) -> str:
    side = "above" if row["count"] > row["highest"] else "below" if row["count"] < row["lowest"] else "within"
    return f"{side} the range of the same month in {row['years_before']} earlier years"


def _list_season_rows(table: pd.DataFrame) -> list[ChartRow]:
    """List the months that have a count."""
    columns = ["month", "count", "lowest", "highest", "average", "years_before"]
    return make_plain_rows(table.dropna(subset=["count"]), columns)


def describe_season_chart(figure: Figure) -> str:
    """Describe the chart of the season: the latest month and the months outside the range."""
    rows = _list_season_rows(figure.table)
    if not rows:
        return NO_FIGURE
    last = rows[-1]
    start = (
        f"Line of {figure.unit} a month, {format_month(rows[0]['month'])} to {format_month(last['month'])}, over the "
        "range and average of earlier years."
    )
    judged = [row for row in rows if row["years_before"] >= FEWEST_YEARS]
    above = [row["month"] for row in judged if row["count"] > row["highest"]]
    below = [row["month"] for row in judged if row["count"] < row["lowest"]]
    latest = f" Latest month: {format_number(last['count'])}"
    latest += f", average of earlier years {format_number(last['average'])}." if last["average"] is not None else "."
    outside = [f"{word} it: {name_months(months)}" for word, months in (("Above", above), ("Below", below)) if months]
    if not judged:
        return f"{start}{latest} Too few earlier years are loaded for a range."
    return f"{start}{latest} {'. '.join(outside) or 'No month is outside the range'}."


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
