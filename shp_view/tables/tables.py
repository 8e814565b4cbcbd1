"""A figure's table as a screen shows it: printed column names, numbers aligned, small percentages muted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_view.text import chance, markup, wording

# The columns of each table on screen; the downloads hold them all.
INDICATORS = ("name", "count", "last_year", "difference", "pct_difference", "verdict", "rate_per_1000")
MONTHS = ("month", "count", "last_year", "excluding_covid", "lower", "upper", "signal")
SEASON = ("month", "count", "last_year", "lowest", "average", "highest", "years_before")
ROLLING = ("month", "count", "rolling_12", "rolling_12_before")
WEEK = ("weekday", "hours", "count")
PLACES = ("location", "count", "months_present", "state")
CLEARED = ("location", "last_period", "count")
THERE = ("name", "count")
CURVE = ("busiest", "place_share", "incident_share")
CHANCE = ("ward", "count", "places", "observed", "expected")
AREA_MONTHS = ("month", "lpa", "count", "rate_per_1000")

_VERDICTS = {
    "higher than expected": "Higher than expected",
    "lower than expected": "Lower than expected",
    "within usual variation": "Usual variation",
}
_WORDS: dict[str, Callable[[Any], str]] = {
    "verdict": _VERDICTS.__getitem__,
    **dict.fromkeys(("rate_per_1000", "rate_last_year", "overall_rate"), wording.rate),
    **dict.fromkeys(("share",), wording.percent),
    **dict.fromkeys(("place_share", "incident_share"), wording.exact_percent),
    "expected": wording.rate,
    **dict.fromkeys(("signal", "funnel", "state"), wording.capital),
    "lower": wording.lowest,
    "upper": wording.highest,
    "difference": wording.signed,
    "pct_difference": wording.signed_percent,
}
_DECIMALS = {"rate_per_1000": 1, "rate_last_year": 1, "share": 0}
_NONE, _WITHHELD = "–", "withheld"
_COUNTS = ("count", "last_year")


def as_html(figure: Figure, columns: Sequence[str], links: Sequence[str] = (), period: Period | None = None) -> str:
    """Some columns of a figure as an HTML table, words and numbers as in every sentence.

    `links`: where the first cell of each row leads. `period`: what the counts are of; with it each verdict
    tells its reason as a tooltip. A % difference on fewer than 30 incidents is muted: it says less than it
    seems to. A missing count is told to be withheld where no count is missing for another reason.
    """
    table = figure.table
    shown = [column for column in columns if column in table]
    classes = {column: ["number"] if is_numeric_dtype(table[column]) else [] for column in shown}
    head = "".join(f'<th scope="col"{_class(classes[c])}>{escape(wording.label(c))}</th>' for c in shown)
    base = table["last_year"].fillna(wording.SMALL_BASE) if "last_year" in table else None
    none = dict.fromkeys(_withheld(figure), _WITHHELD)
    reasons = _reasons(table, period) if period and "verdict" in shown else [""] * len(table)
    body = []
    rows = zip(*(table[column] for column in shown), strict=True)
    for place, values in enumerate(rows):
        named = zip(shown, values, strict=True)
        first, *cells = (_text(column, value, none.get(column, _NONE)) for column, value in named)
        first = f'<a href="{escape(links[place])}" target="_self">{first}</a>' if links else first
        row = [f'<th scope="row">{first}</th>']
        for column, cell in zip(shown[1:], cells, strict=True):
            small = column == "pct_difference" and base is not None and base.iloc[place] < wording.SMALL_BASE
            why = f' title="{escape(reasons[place])}"' if column == "verdict" and reasons[place] else ""
            row.append(f"<td{_class([*classes[column], *(['muted'] if small else [])])}{why}>{cell}</td>")
        body.append(f"<tr>{''.join(row)}</tr>")
    return markup.table(figure.subtitle, head, "".join(body), linked=bool(links))


def grid(figure: Figure, columns: Sequence[str]) -> pd.DataFrame:
    """Some columns of a figure for a grid that can be sorted: called as on screen, rounded, missing as missing.

    A column in which nothing is known is left out: it would push the others from the screen.
    """
    known = figure.table.columns[figure.table.notna().any()]
    shown = figure.table[
        [column for column in columns if column in (known if len(figure.table) else figure.table)]
    ].copy()
    for column, decimals in _DECIMALS.items():
        if column in shown:
            values = [None if pd.isna(v) else float(wording.rounded(v, decimals)) for v in shown[column]]
            shown[column] = pd.array(values, dtype="Float64")
    for name in [column for column in shown if is_bool_dtype(shown[column])]:
        shown[name] = shown[name].map({True: "yes", False: "no"})
    return shown.rename(columns=wording.label)


def formats(figure: Figure, columns: Sequence[str]) -> dict[str, str]:
    """How a grid writes the numbers of some columns: printed name -> format."""
    found = [c for c in columns if c in figure.table]
    numbers = [c for c in found if is_numeric_dtype(figure.table[c]) and not is_bool_dtype(figure.table[c])]
    return {wording.label(c): f"%.{_DECIMALS[c]}f" if c in _DECIMALS else "localized" for c in numbers}


def _withheld(figure: Figure) -> list[str]:
    """The columns of counts in which whatever is missing is withheld: those that lack as many as are withheld."""
    missing = {column: int(figure.table[column].isna().sum()) for column in _COUNTS if column in figure.table}
    if not figure.withheld:
        return []
    if sum(missing.values()) == figure.withheld:
        return list(missing)
    return [column for column, number in missing.items() if number == figure.withheld]


def _text(column: str, value: Any, none: str) -> str:
    """A value as a cell shows it, `none` where it is missing; a file's text is escaped."""
    if pd.isna(value):
        return none
    if column == "month":
        return wording.month_label(value)
    words = _WORDS.get(column, str if isinstance(value, str | bool) else wording.number)
    return escape(words(value))


def _reasons(table: pd.DataFrame, period: Period) -> list[str]:
    return [chance.reason(row, period) for row in table.to_dict("records")]


def _class(names: Sequence[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""
