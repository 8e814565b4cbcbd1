"""The views of the time of the year and the week in words: their sentences, and their alternative texts."""

from __future__ import annotations

import pandas as pd

from shp_data.analysis.seasons import FEWEST_YEARS
from shp_data.domain.figure import Figure
from shp_view.text import wording
from shp_view.text.rows import Row, plain_rows
from shp_view.text.sentences import what_of
from shp_view.text.wording import month_label, months_named, number

_NOTHING = "No figure is available to draw."


def season_sentence(figure: Figure) -> str:
    """Which months of the period lie above or below the range of earlier years, and how many years is that of?

    Table: month, count, lowest, highest, years_before and in_period. Empty where no month of the period has
    a count; where fewer than two earlier years have one, that there is no range.
    """
    rows = _season_rows(figure.table[figure.table["in_period"]])
    if not rows:
        return ""
    if all(row["years_before"] < FEWEST_YEARS for row in rows):
        return "Fewer than two earlier years are loaded: there is no range to compare with."
    told: dict[str, list[str]] = {}
    for row in rows:
        if row["years_before"] >= FEWEST_YEARS:
            told.setdefault(_beside_range(row), []).append(row["month"])
    return " ".join(
        f"{months_named(months)} {'was' if len(months) == 1 else 'were'} {words}." for words, months in told.items()
    )


def _beside_range(row: Row) -> str:
    side = "above" if row["count"] > row["highest"] else "below" if row["count"] < row["lowest"] else "within"
    return f"{side} the range of the same month in {row['years_before']} earlier years"


def _season_rows(table: pd.DataFrame) -> list[Row]:
    """The months that have a count."""
    columns = ["month", "count", "lowest", "highest", "average", "years_before"]
    return plain_rows(table.dropna(subset=["count"]), columns)


def season_alt(figure: Figure) -> str:
    """What does the chart of the season say? The latest month and the months outside the range."""
    rows = _season_rows(figure.table)
    if not rows:
        return _NOTHING
    last = rows[-1]
    start = (
        f"Line of {figure.unit} a month, {month_label(rows[0]['month'])} to {month_label(last['month'])}, over the "
        "range and average of earlier years."
    )
    judged = [row for row in rows if row["years_before"] >= FEWEST_YEARS]
    above = [row["month"] for row in judged if row["count"] > row["highest"]]
    below = [row["month"] for row in judged if row["count"] < row["lowest"]]
    latest = f" Latest month: {number(last['count'])}"
    latest += f", average of earlier years {number(last['average'])}." if last["average"] is not None else "."
    outside = [f"{word} it: {months_named(months)}" for word, months in (("Above", above), ("Below", below)) if months]
    if not judged:
        return f"{start}{latest} There are too few earlier years for a range."
    return f"{start}{latest} {'. '.join(outside) or 'No month is outside the range'}."


def rolling_sentence(figure: Figure) -> str:
    """How many in the 12 months up to the period's end, and in the 12 months before those?

    Table: month, rolling_12, rolling_12_before and in_period.
    """
    if figure.table.empty:
        if figure.not_known:
            return f"A sum of 12 months is {wording.NOT_AVAILABLE}. {figure.not_known}"
        return "There is no sum of 12 months: no 12 months in a row are loaded."
    chosen = plain_rows(figure.table[figure.table["in_period"]], ["month", "rolling_12", "rolling_12_before"])
    if not chosen or chosen[-1]["rolling_12"] is None:
        return figure.not_known or "Not all of the 12 months up to the end of the period are loaded."
    last = chosen[-1]
    count, before = last["rolling_12"], last["rolling_12_before"]
    start = f"In the 12 months to {months_named([last['month']])} there were {wording.counted(count, what_of(figure))}"
    if before is None:
        return f"{start}."
    return f"{start}, {wording.change_words(count, before)} in the 12 months before ({number(before)})."


def rolling_alt(figure: Figure) -> str:
    """What does the line of the sums of 12 months say? Its ends, its highest and its lowest point."""
    rows = plain_rows(figure.table.dropna(subset=["rolling_12"]), ["month", "rolling_12"])
    if not rows:
        return _NOTHING
    high, low = (pick(rows, key=lambda row: row["rolling_12"]) for pick in (max, min))
    points = [f"{month_label(row['month'])} ({number(row['rolling_12'])})" for row in (rows[0], rows[-1], high, low)]
    return (
        f"Line of {figure.unit} in the 12 months up to each month, {points[0]} to {points[1]}. "
        f"Highest {points[2]}, lowest {points[3]}."
    )


def week_sentence(figure: Figure) -> str:
    """Which four hours of the week are the busiest? Table: weekday, hours, count.

    Where there are none, that the records have no time of day.
    """
    if figure.table.empty:
        return "No record here has a time of day: the files loaded give the month or the day alone."
    return f"The busiest four hours of the week: {_fullest(figure)}."


def week_alt(figure: Figure) -> str:
    """What does the grid of the week say? Its fullest cells, and the weekday with most."""
    if figure.table.empty:
        return _NOTHING
    days = figure.table.groupby("weekday", sort=False)["count"].sum()
    fullest = days[days == days.max()].index.tolist()
    return (
        f"Grid of {figure.unit} by weekday and four hours of the day. Busiest: {_fullest(figure)}. "
        f"Weekday with most: {wording.some(fullest)} ({number(days.max())})."
    )


def _fullest(figure: Figure) -> str:
    """The weekday and hours with most, and how many: `Friday 20:00 to 24:00 (74)`."""
    table = figure.table
    cells = plain_rows(table[table["count"] == table["count"].max()], ["weekday", "hours", "count"])
    named = ["{} {}:00 to {}:00".format(cell["weekday"], *cell["hours"].split("-")) for cell in cells]
    return f"{wording.some(named)} ({number(cells[0]['count'])}{' each' if len(cells) > 1 else ''})"
