"""The table of a figure as a screen shows it: printed column names, aligned numbers, muted small percentages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_view.text import verdict_words, wording
from shp_view.text.markup import Cell, make_table

# The columns of each table on screen; the downloads hold them all.
INDICATORS = ("name", "count", "last_year", "difference", "pct_difference", "verdict", "rate_per_1000")
MONTHS = (
    *("month", "count", "last_year", "excluding_covid", "expected_count"),
    *("lower_80", "upper_80", "lower", "upper", "signal", "shift"),
)
LIMITS = ("month", "count", "last_year", "excluding_covid", "mean", "lower", "upper", "signal")
SEASON = ("month", "count", "last_year", "lowest", "average", "highest", "years_before", "lower", "upper", "signal")
ROLLING = ("month", "count", "rolling_12", "rolling_12_before")
WEEK = ("weekday", "hours", "count")
LOCATIONS = ("location", "count", "months_present", "state")
CLEARED = ("location", "last_period", "count")
AT_LOCATION = ("name", "count")
AT_HOTSPOT = ("location", "count")
CURVE = ("busiest", "place_share", "incident_share")
AREA_MONTHS = ("month", "lpa", "count", "rate_per_1000")

_WORDS: dict[str, Callable[[Any], str]] = {
    "verdict": verdict_words.LABELS.__getitem__,
    **dict.fromkeys(("rate_per_1000", "rate_last_year", "overall_rate"), wording.format_rate),
    **dict.fromkeys(("share",), wording.format_percent),
    **dict.fromkeys(("place_share", "incident_share"), wording.format_exact_percent),
    "expected": wording.format_rate,
    **dict.fromkeys(("signal", "shift", "funnel", "state"), wording.capitalise),
    "lower": wording.format_lowest,
    "upper": wording.format_highest,
    "difference": wording.format_signed,
    "pct_difference": wording.format_signed_percent,
}
_DECIMALS = {"rate_per_1000": 1, "rate_last_year": 1, "share": 0}
_NONE, _WITHHELD = "–", "withheld"
_COUNTS = ("count", "last_year")


def to_html(figure: Figure, columns: Sequence[str], links: Sequence[str] = (), period: Period | None = None) -> Markup:
    """Return some columns of a figure as an HTML table, with words and numbers as in every sentence.

    Parameters
    ----------
    figure : Figure
        The figure with its table.
    columns : Sequence[str]
        The columns to show, where the table has them.
    links : Sequence[str]
        The address behind the first cell of each row.
    period : Period or None
        The period of the counts. With it each verdict has its reason as a tooltip.

    Returns
    -------
    str
        The table. A % difference on fewer than 30 incidents is muted, because it says less than it seems to.
        A missing count is shown as withheld where no count is missing for another reason.
    """
    table = figure.table
    # "Withheld" is said where it is certain: a month that is not loaded must not look like a protected one.
    placeholders = dict.fromkeys(_find_withheld(figure), _WITHHELD)
    header, columns_of_cells = [], []
    for column in [column for column in columns if column in table]:
        css = "number" if is_numeric_dtype(table[column]) else ""
        texts = (_format_cell(column, value, placeholders.get(column, _NONE)) for value in table[column])
        cells = [Cell(text, css) for text in texts]
        if column == "pct_difference" and "last_year" in table:
            small = table["last_year"].fillna(wording.SMALL_BASE) < wording.SMALL_BASE
            pairs = zip(cells, small, strict=True)
            cells = [cell._replace(css=f"{css} muted") if is_small else cell for cell, is_small in pairs]
        if column == "verdict" and period:
            reasons = (verdict_words.explain_verdict(row, period) for row in table.to_dict("records"))
            cells = [cell._replace(tooltip=reason) for cell, reason in zip(cells, reasons, strict=True)]
        header.append(Cell(wording.label_column(column), css))
        columns_of_cells.append(cells)
    return make_table(figure.subtitle, header, zip(*columns_of_cells, strict=True), links)


def build_grid(figure: Figure, columns: Sequence[str]) -> pd.DataFrame:
    """Return some columns of a figure for a grid that can be sorted.

    Parameters
    ----------
    figure : Figure
        The figure with its table.
    columns : Sequence[str]
        The columns to show, where the table has them.

    Returns
    -------
    pd.DataFrame
        The columns with their printed names, rounded; a missing value is missing. A column without any value
        is left out, because it would push the others off the screen.
    """
    # A grid scrolls sideways: a column that no supplier fills would hide the others.
    filled = figure.table.columns[figure.table.notna().any()] if len(figure.table) else figure.table.columns
    table = figure.table[[column for column in columns if column in filled]].copy()
    for column, decimals in _DECIMALS.items():
        if column in table:
            # Half away from zero, as in every sentence: pandas would round half to even.
            numbers = table[column]
            values = [None if pd.isna(value) else float(wording.round_number(value, decimals)) for value in numbers]
            table[column] = pd.array(values, dtype="Float64")
    for name in [column for column in table if is_bool_dtype(table[column])]:
        table[name] = table[name].map({True: "yes", False: "no"})
    return table.rename(columns=wording.label_column)


def list_formats(figure: Figure, columns: Sequence[str]) -> dict[str, str]:
    """Return how a grid writes the numbers of some columns: printed name -> format."""
    values = figure.table[[column for column in columns if column in figure.table]].select_dtypes("number")
    return {
        wording.label_column(column): f"%.{_DECIMALS[column]}f" if column in _DECIMALS else "localized"
        for column in map(str, values)
    }


def _find_withheld(figure: Figure) -> list[str]:
    """Find the columns of counts whose missing values are all withheld: as many are missing as are withheld."""
    missing = {column: int(figure.table[column].isna().sum()) for column in _COUNTS if column in figure.table}
    if not figure.withheld:
        return []
    if sum(missing.values()) == figure.withheld:
        return list(missing)
    return [column for column, number in missing.items() if number == figure.withheld]


def _format_cell(column: str, value: Any, placeholder: str) -> str:
    """Format a value as a cell shows it. Return the placeholder where it is missing."""
    if pd.isna(value):
        return placeholder
    if column == "month":
        return wording.format_month(value)
    format_value = _WORDS.get(column, str if isinstance(value, str | bool) else wording.format_number)
    return format_value(value)
