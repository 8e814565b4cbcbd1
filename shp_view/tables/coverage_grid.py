"""The table of months loaded, with its gaps. It scrolls sideways and can be read in either theme.

It is HTML, since no element of Streamlit can group columns under a financial year.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
from markupsafe import Markup

from shp_data.analysis.loaded import APART, BEYOND, GAP, IN_QUESTION, LEFT_OUT
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period, group_into_periods
from shp_view.text.markup import render
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.wording import format_count, format_number, join_names

MAX_SOURCES = 6  # sources; of more, one is shown at a time
_MOST_NAMED = 3  # gaps
LONG_GAP = 4  # a gap in every row of so many months takes one column
LEGEND = (
    "**gap** (hatched): not loaded, but earlier and later months are. **–**: before the first or after the last month "
    "loaded. **0**: loaded, and there were no incidents. **?**: the month looks incomplete or too large in an area. "
    "**(12)**: an analyst left the month out in an area."
)


def build_title(figure: Figure, *, has_figures: bool = False) -> str:
    """Build the title of the page: what is loaded, from when to when, and which months are missing.

    `has_figures`: whether any reported figures are loaded.
    """
    if figure.table.empty:
        return "Reported figures are loaded, and no records" if has_figures else "Nothing is loaded"
    # Months that count for no area are no part of what is loaded.
    is_loaded = figure.table["count"].notna() & (figure.table["state"] != APART)
    months = figure.table.loc[is_loaded, ["source", "indicator", "month"]]
    if months.empty:
        return "No records are loaded from a supplier that is responsible for any of the areas"
    table = figure.table.merge(months[["source", "indicator"]].drop_duplicates())
    table = table[table["month"].between(months["month"].min(), months["month"].max())]
    span = Period(Month.parse(table["month"].min()), Month.parse(table["month"].max()))
    count, sources = table["indicator"].nunique(), table["source"].nunique()
    start = f"{format_count(count, 'indicators')} {'is' if count == 1 else 'are'} loaded from "
    start += f"{'one supplier' if sources == 1 else format_count(sources, 'suppliers')}, {_format_months(span)}"
    in_question = table.loc[table["state"] == IN_QUESTION, "month"].nunique()
    questions = f"; {format_count(in_question, 'months')} {'is' if in_question == 1 else 'are'} in question"
    return f"{start}; {_describe_gaps(table)}{questions if in_question else ''}"


def list_source_choices(figure: Figure) -> list[str]:
    """List the sources to choose from, in order; empty where they are few enough to show together."""
    sources = list(figure.table["source"].unique())
    return sources if len(sources) > MAX_SOURCES else []


def build_grid(figure: Figure, source: str | None = None) -> Markup:
    """Build the table of months: a row for each source and indicator, a column for each month.

    The financial years are above the months. A long gap in every row is one column that says so.

    Parameters
    ----------
    figure
        Its table has the columns source, indicator, month, count and state.
    source
        The source to show; None for all.

    Returns
    -------
    The table as HTML.
    """
    table = figure.table if source is None else figure.table[figure.table["source"] == source]
    rows = make_plain_rows(table, ["source", "indicator", "month", "count", "state"])
    columns = _list_columns(rows)
    sources: dict[str, dict[str, dict[str, ChartRow]]] = {}
    for row in rows:
        sources.setdefault(row["source"], {}).setdefault(row["indicator"], {})[row["month"]] = row
    # A long gap is a group of its own, so it never shares the heading of a year.
    apart = {row["source"] for row in rows if row["state"] == APART}
    loaded = {row["source"] for row in rows if row["count"] is not None and row["state"] != APART}
    years = groupby(columns, key=lambda period: (period.first.financial_year, period.length > 1))
    return render(
        "months.html",
        title=figure.title,
        columns=len(columns),
        years=[(year, list(periods)) for (year, _), periods in years],
        sources=sources,
        gap=GAP,
        beyond=BEYOND,
        in_question=IN_QUESTION,
        left_out=LEFT_OUT,
        others=apart - loaded,
        format_number=format_number,
    )


def _describe_gaps(table: pd.DataFrame) -> str:
    gaps = table[table["state"] == GAP]
    ends = table[table["count"].notna()].groupby("indicator")["month"].max()
    # A supplier that stopped sending leaves no gap between two months, so it is looked for apart.
    early = int((ends < table["month"].max()).sum())
    last_month = _format_month(Month.parse(table["month"].max()))
    beyond = f"{format_count(early, 'indicators')} {'ends' if early == 1 else 'end'} before {last_month}"
    if gaps.empty:
        return f"no month between is missing, but {beyond}" if early else "no month is missing"
    gap_periods = group_into_periods(map(Month.parse, gaps["month"].unique()))
    months = sum(period.length for period in gap_periods)
    every = len(gaps) == months * table.groupby(["source", "indicator"]).ngroups
    lengths = {period: f" ({period.length} months)" if period.length > 1 else "" for period in gap_periods}
    names = [f"{_format_months(period)}{length}" for period, length in lengths.items()]
    which = join_names(names) if len(names) <= _MOST_NAMED else format_count(months, "months")
    verb = "is" if months == 1 else "are"
    some = "" if every else " for some of them"
    return f"{which} {verb} missing{some}{f', and {beyond}' if early else ''}"


def _format_months(period: Period) -> str:
    first, last = _format_month(period.first), _format_month(period.last)
    return first if period.length == 1 else f"{first} to {last}"


def _format_month(month: Month) -> str:
    return f"{month.first_day:%B %Y}"


def _list_columns(rows: Sequence[ChartRow]) -> list[Period]:
    """List the columns: each month, or one column for a long gap that is in every row."""
    months = {Month.parse(row["month"]) for row in rows}
    loaded_months = {Month.parse(row["month"]) for row in rows if row["count"] is not None}
    long_gaps = [period for period in group_into_periods(months - loaded_months) if period.length >= LONG_GAP]
    inside = {month for period in long_gaps for month in period}
    return sorted([*long_gaps, *(Period(m, m) for m in months - inside)], key=lambda period: period.first)
