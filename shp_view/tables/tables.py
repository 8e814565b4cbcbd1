"""The table of a figure as a screen shows it: printed column names, aligned numbers, muted small percentages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_view.text import markup, verdict_words, wording

# The columns of each table on screen; the downloads hold them all.
INDICATORS = ("name", "count", "last_year", "difference", "pct_difference", "verdict", "rate_per_1000")
MONTHS = ("month", "count", "last_year", "excluding_covid", "lower", "upper", "signal")
SEASON = ("month", "count", "last_year", "lowest", "average", "highest", "years_before")
ROLLING = ("month", "count", "rolling_12", "rolling_12_before")
WEEK = ("weekday", "hours", "count")
LOCATIONS = ("location", "count", "months_present", "state")
CLEARED = ("location", "last_period", "count")
AT_LOCATION = ("name", "count")
CURVE = ("busiest", "place_share", "incident_share")
CHANCE = ("ward", "count", "places", "observed", "expected")
AREA_MONTHS = ("month", "lpa", "count", "rate_per_1000")

_WORDS: dict[str, Callable[[Any], str]] = {
    "verdict": verdict_words.LABELS.__getitem__,
    **dict.fromkeys(("rate_per_1000", "rate_last_year", "overall_rate"), wording.format_rate),
    **dict.fromkeys(("share",), wording.format_percent),
    **dict.fromkeys(("place_share", "incident_share"), wording.format_exact_percent),
    "expected": wording.format_rate,
    **dict.fromkeys(("signal", "funnel", "state"), wording.capitalise),
    "lower": wording.format_lowest,
    "upper": wording.format_highest,
    "difference": wording.format_signed,
    "pct_difference": wording.format_signed_percent,
}
_DECIMALS = {"rate_per_1000": 1, "rate_last_year": 1, "share": 0}
_NONE, _WITHHELD = "–", "withheld"
_COUNTS = ("count", "last_year")


def to_html(figure: Figure, columns: Sequence[str], links: Sequence[str] = (), period: Period | None = None) -> str:
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
    visible = [column for column in columns if column in table]
    classes = {column: ["number"] if is_numeric_dtype(table[column]) else [] for column in visible}
    head = "".join(
        f'<th scope="col"{_format_class(classes[c])}>{escape(wording.label_column(c))}</th>' for c in visible
    )
    base = table["last_year"].fillna(wording.SMALL_BASE) if "last_year" in table else None
    placeholders = dict.fromkeys(_find_withheld(figure), _WITHHELD)
    reasons = _list_reasons(table, period) if period and "verdict" in visible else [""] * len(table)
    body = []
    rows = zip(*(table[column] for column in visible), strict=True)
    for position, values in enumerate(rows):
        fields = zip(visible, values, strict=True)
        first, *cells = (_format_cell(column, value, placeholders.get(column, _NONE)) for column, value in fields)
        first = f'<a href="{escape(links[position])}" target="_self">{first}</a>' if links else first
        row = [f'<th scope="row">{first}</th>']
        for column, cell in zip(visible[1:], cells, strict=True):
            small = column == "pct_difference" and base is not None and base.iloc[position] < wording.SMALL_BASE
            tooltip = f' title="{escape(reasons[position])}"' if column == "verdict" and reasons[position] else ""
            row.append(f"<td{_format_class([*classes[column], *(['muted'] if small else [])])}{tooltip}>{cell}</td>")
        body.append(f"<tr>{''.join(row)}</tr>")
    return markup.make_table(figure.subtitle, head, "".join(body), linked=bool(links))


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
    filled = figure.table.columns[figure.table.notna().any()]
    table = figure.table[
        [column for column in columns if column in (filled if len(figure.table) else figure.table)]
    ].copy()
    for column, decimals in _DECIMALS.items():
        if column in table:
            values = [
                None if pd.isna(value) else float(wording.round_number(value, decimals)) for value in table[column]
            ]
            table[column] = pd.array(values, dtype="Float64")
    for name in [column for column in table if is_bool_dtype(table[column])]:
        table[name] = table[name].map({True: "yes", False: "no"})
    return table.rename(columns=wording.label_column)


def list_formats(figure: Figure, columns: Sequence[str]) -> dict[str, str]:
    """Return how a grid writes the numbers of some columns: printed name -> format."""
    present = [column for column in columns if column in figure.table]
    numeric = [
        column
        for column in present
        if is_numeric_dtype(figure.table[column]) and not is_bool_dtype(figure.table[column])
    ]
    return {
        wording.label_column(column): f"%.{_DECIMALS[column]}f" if column in _DECIMALS else "localized"
        for column in numeric
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
    """Format a value as a cell shows it. Return `none` where it is missing; escape the text of a file."""
    if pd.isna(value):
        return placeholder
    if column == "month":
        return wording.format_month(value)
    format_value = _WORDS.get(column, str if isinstance(value, str | bool) else wording.format_number)
    return escape(format_value(value))


def _list_reasons(table: pd.DataFrame, period: Period) -> list[str]:
    return [verdict_words.explain_verdict(row, period) for row in table.to_dict("records")]


def _format_class(names: Sequence[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""
