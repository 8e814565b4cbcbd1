"""The text of the Comparison page: its views, the columns of each table, ranks, and the text of each chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pandas as pd

from shp_data.analysis.statistics.standing import INSIDE
from shp_data.analysis.verdicts import NO_CHANGE
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_view.text import wording
from shp_view.text.rows import make_plain_rows
from shp_view.text.verdict_words import LABELS
from shp_view.text.wording import NOT_AVAILABLE, Number, capitalise, format_ordinal, format_rate, is_missing, join_names

AreaLevel = Literal["lpas", "wards"]
ComparisonView = Literal["rates", "funnel", "change"]
VIEWS: dict[ComparisonView, str] = {"rates": "Rates", "funnel": "Funnel", "change": "Change"}
TABLES: dict[ComparisonView, str] = {
    "rates": "Counts, change and rates",
    "funnel": "Rates and their limits",
    "change": "Change on last year",
}
AREA_LEVELS: dict[AreaLevel, str] = {"lpas": "Areas", "wards": "Wards of the area"}
_TEXTS = ("interval", "rank", "limits", "change_interval")  # columns of text for values with two ends
_ZONES = {"ward": "ward", "lsoa_name": "LSOA"}  # what the names of a column are of
_FAR = 1_500  # per cent: 16 times is the end of the chart's scale

COLUMNS: dict[ComparisonView, tuple[str, ...]] = {
    "rates": (
        *("count", "last_year", "difference", "pct_difference", "verdict"),
        *("rate_per_1000", "interval", "rank", "rate_last_year", "population"),
    ),
    "funnel": ("count", "population", "rate_per_1000", "overall_rate", "limits", "funnel"),
    "change": ("count", "last_year", "difference", "pct_difference", "change_interval", "verdict"),
}
EXPLANATIONS: dict[ComparisonView, str] = {
    "rates": (
        "The true rate is likely within the thin line (95% interval, allowing for chance and for how much months "
        "vary). Areas whose lines overlap cannot be separated: they share ranks."
    ),
    "funnel": (
        "Small areas vary more by chance, so the limits are wider on the left. An area inside the limits is not "
        "clearly different from the average. If areas differed only by chance and normal month-to-month variation, "
        "1 in 20 would be outside the 95% limits and 1 in 500 outside the 99.8% limits."
    ),
    "change": (
        "The point is the change since the same period last year. The true change is likely within the line (95% "
        "interval). Where the line crosses 0%, there is no clear change."
    ),
}


def describe_top_areas(kind: ComparisonView, charted: int, total: int, focus: str | None) -> str:
    """Say which of many areas the chart shows. `focus`: the area that it always shows."""
    which = "most significant changes" if kind == "change" else "highest rates"
    return f"Showing the {charted} {which} of {total:,}{f', including {focus}' if focus else ''}."


def build_change_title(table: pd.DataFrame, name: str, what: str, period: Period, against: Period | None = None) -> str:
    """Build the title that names the areas with a clear or possible increase or decrease.

    Parameters
    ----------
    table
        The areas' names in the column `name`, and verdict.
    name
        The column that names the areas: `ward`, `lsoa_name` or `lpa`.
    what
        What is counted, in the plural, as `wording.name_counted_unit` gives it.
    period
        The period in view.
    against
        The period to compare with; None for the same period last year.

    Returns
    -------
    The title.
    """
    tested = table.dropna(subset=["verdict"])
    if tested.empty:
        return f"{capitalise(what)}: no comparison with {wording.name_comparison_period(period, against)}"
    parts = []
    for verdict, label in LABELS.items():
        areas = tested.loc[tested["verdict"] == verdict, name].tolist()
        if areas and verdict != NO_CHANGE:
            parts.append(f"{label.lower()} in {wording.shorten_names(areas)}")
    # Of a few areas, one that is not tested is not one without a clear change.
    area = "area" if len(tested) == len(table) else "other area"
    changes = "; ".join(parts) or f"no clear change in any {_ZONES.get(name, area)}"
    return f"{capitalise(what)}: {changes}, compared with {wording.name_comparison_period(period, against)}"


def get_name_column(figure: Figure) -> str:
    """Return the column that names the areas of a figure: `ward` where it has wards, else `lpa`."""
    return "ward" if "ward" in figure.table else "lpa"


def list_columns(figure: Figure, view: ComparisonView) -> tuple[str, ...]:
    """List the columns of a view's table on screen, with the area's name first."""
    return (get_name_column(figure), *COLUMNS[view])


def add_range_texts(figure: Figure) -> Figure:
    """Return the figure with a text for each value that has two ends: the columns of _TEXTS.

    A figure that already has them is returned as it is. Ranks are among all the areas, also where only some are
    drawn.
    """
    table = figure.table
    # A figure cut to its top areas must keep the ranks among all of them.
    if "rank" in table:
        return figure
    # An area without a rate has no rank, so it must not count among those ranked.
    total = int(table["rank_high"].notna().sum())
    texts = {
        "interval": [format_interval(*ends) for ends in _list_pairs(table, "rate_low", "rate_high")],
        "rank": [format_rank_range(*ends, total) for ends in _list_pairs(table, "rank_low", "rank_high")],
        "limits": [format_interval(*ends) for ends in _list_pairs(table, "usual_low", "usual_high")],
        # Without a p-value the interval is not this viewer's to see; a missing end then is not one without a limit.
        "change_interval": [
            NOT_AVAILABLE if is_missing(ratio) or is_missing(p_value) else format_change_interval(*ends)
            for ratio, p_value, ends in zip(
                table["rate_ratio"], table["p_value"], _list_pairs(table, "low", "high"), strict=True
            )
        ],
    }
    return replace(
        figure, table=table.assign(**{name: pd.array(values, dtype="str") for name, values in texts.items()})
    )


def drop_range_texts(figure: Figure) -> Figure:
    """Return the figure without the columns that `add_range_texts` adds."""
    return replace(figure, table=figure.table.drop(columns=list(_TEXTS)))


def format_interval(low: Number, high: Number) -> str:
    """Format both ends of a rate's interval: `12.6 to 14.1`, or `not available`."""
    return NOT_AVAILABLE if is_missing(low) or is_missing(high) else f"{format_rate(low)} to {format_rate(high)}"


def format_change_interval(low: Number, high: Number) -> str:
    """Format both ends of a change's interval: `+17% to +64%`; `no limit` where there is no bound."""
    # Ratios become percentages of change: 1.17 is +17%. A missing end means that there is no bound.
    ends = [None if end is None or is_missing(end) else 100 * (end - 1) for end in (low, high)]
    first, last = ("no limit" if end is None else wording.format_signed_percent(min(end, _FAR)) for end in ends)
    return f"{first} to {'over ' if ends[1] and ends[1] > _FAR else ''}{last}"


def format_rank_range(low: Number, high: Number, total: int) -> str:
    """Format a range of ranks: `second to third of four`, `first of four`, `12th to 30th of 81`."""
    if low is None or high is None or is_missing(low) or is_missing(high):
        return NOT_AVAILABLE
    if total == 1:
        return "only one"
    return f"{name_ranks(int(low), int(high))} of {wording.format_cardinal(total)}"


def name_ranks(low: int, high: int) -> str:
    """Name a range of ranks: `second to third`, or `first` where the range is one rank."""
    return format_ordinal(low) if low == high else f"{format_ordinal(low)} to {format_ordinal(high)}"


def describe_rates(figure: Figure) -> str:
    """Describe the bars: each area's rate, its interval and, if available, last year's rate."""
    name = get_name_column(figure)
    rows = make_plain_rows(add_range_texts(figure).table, [name, "rate_per_1000", "interval", "rank"])
    before = figure.table["rate_last_year"] if "rate_last_year" in figure.table else [None] * len(rows)
    parts = []
    for row, last in zip(rows, before, strict=True):
        facts = [] if row["rate_per_1000"] is None else [row["interval"], row["rank"]]
        facts += [] if "rate_last_year" not in figure.table else [f"last year {format_rate(last)}"]
        details = f" ({', '.join(facts)})" if facts else ""
        parts.append(f"{row[name]} {format_rate(row['rate_per_1000'])}{details}")
    if not parts:
        return wording.NO_FIGURE
    return f"Bars of {figure.unit} per 1,000 residents, with 95% intervals and ranks: {join_names(parts)}."


def describe_funnel(figure: Figure) -> str:
    """Describe the points of the funnel: the overall rate, and the areas beyond each limit."""
    table = figure.table.dropna(subset=["funnel"])
    if table.empty:
        return wording.NO_FIGURE
    name = get_name_column(figure)
    parts = []
    # The positions in the order of the table, each once.
    for position in dict.fromkeys(table["funnel"]):
        names = table.loc[table["funnel"] == position, name].tolist()
        parts.append(
            f"{capitalise(position)}{'' if position == INSIDE else ' limits'}: {wording.shorten_names(names)}."
        )
    return (
        f"Points of {figure.unit} per 1,000 residents by number of residents, {len(table)} areas. "
        f"Average of all areas {format_rate(table['overall_rate'].iloc[0])}. {' '.join(parts)}"
    )


def describe_changes(figure: Figure) -> str:
    """Describe the points of the change: each area's change, its interval and its verdict."""
    available = add_range_texts(figure).table.dropna(subset=["rate_ratio"])
    if available.empty:
        return wording.NO_FIGURE
    name, parts = get_name_column(figure), []
    for row in available.to_dict("records"):
        change = wording.format_signed_percent(100 * (row["rate_ratio"] - 1))
        interval = "" if row["change_interval"] == NOT_AVAILABLE else f"{row['change_interval']}, "
        parts.append(f"{row[name]} {change} ({interval}{row['verdict']})")
    return f"Change on the same period last year, with 95% intervals: {join_names(parts)}."


def _list_pairs(table: pd.DataFrame, low: str, high: str) -> list[tuple[Number, Number]]:
    return [(row[low], row[high]) for row in make_plain_rows(table, [low, high])]


ALT_TEXTS: dict[ComparisonView, Callable[[Figure], str]] = {
    "rates": describe_rates,
    "funnel": describe_funnel,
    "change": describe_changes,
}
