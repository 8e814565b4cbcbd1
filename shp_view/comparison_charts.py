"""Charts of places side by side: their rates. Made, kept and shown as those of `charts`.

A click on a place is told under the parameter `picked`, as its `key`: an LPA's name or a ward's code.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import altair as alt

from shp_data.figure import Figure
from shp_view.chart_parts import DATA, PICKED, Spec, kept, tooltip, with_rows
from shp_view.comparison_words import name_column, with_words
from shp_view.rows import Row, plain_rows, worded
from shp_view.theme import RATE_FORMAT, Theme, theme
from shp_view.wording import label

RATE_TITLE = "Rate per 1,000 residents"
INTERVAL = "95% interval"
_BEFORE = label("last_year")
_UPRIGHT = "M-0.1,-1L0.1,-1L0.1,1L-0.1,1Z"  # the tick of last year's rate
_FEW, _WIDE, _NARROW = 12, 46, 21  # up to so many places each has a wide row; pixels


def rates(figure: Figure, focus: str | None = None, *, dark: bool = False) -> Spec:
    """How do the rates of places compare, how sure are they, and what were they last year?

    Table: lpa, or code and ward and lpa, with count, rate_per_1000, rate_low, rate_high, rank_low, rank_high and
    for LPAs last_year and rate_last_year. Bars in the table's order; the place in focus is dark.
    """
    columns = [name for name in ("count", "rate_per_1000", "last_year", "rate_last_year") if name in figure.table]
    rows = []
    for row in place_rows(figure, [*columns, "rate_low", "rate_high", "interval", "rank"]):
        ends = [row.get(name) or 0 for name in ("rate_per_1000", "rate_last_year", "rate_high")]
        rows.append(worded(row, columns) | {"in_focus": row["name"] == focus, "label_at": max(ends), "before": _BEFORE})
    return with_rows(_rates(len(rows), tuple(columns), dark), rows)


def place_rows(figure: Figure, columns: list[str]) -> list[Row]:
    """The rows of places, each with its `key` and a `name` that no other has."""
    shown, name = with_words(figure).table, name_column(figure)
    key = "code" if name == "ward" else "lpa"
    rows = plain_rows(shown, list(dict.fromkeys([key, name, "lpa", *columns])))
    times = Counter(row[name] for row in rows)
    return [
        row | {"key": row[key], "name": row[name] if times[row[name]] == 1 else f"{row[name]} ({row['lpa']})"}
        for row in rows
    ]


@cache
def _rates(bars: int, columns: tuple[str, ...], dark: bool) -> str:
    colours = theme(dark)
    high = row_height(bars)
    texts = {f"{name}_text": label(name) for name in columns} | {"interval": INTERVAL, "rank": label("rank")}
    base = alt.Chart(DATA).encode(y=by_name(), tooltip=tooltip(name="Area", **texts))
    bar = base.mark_bar(height={"band": 0.62}, cursor="pointer").add_params(picked()).encode(
        x=_rate("rate_per_1000"),
        color=alt.when(alt.datum.in_focus).then(alt.value(colours.focus)).otherwise(alt.value(colours.other)),
    )  # fmt: skip
    value = base.mark_text(align="left", dx=8, color=colours.text, fontWeight="bold")
    value = value.encode(x=_rate("label_at"), text="rate_per_1000_text:N")
    before = [_last_year(base, high, colours)] if "rate_last_year" in columns else []
    room = {"left": 5, "top": 5, "bottom": 5, "right": 50}  # for the value beside the longest bar
    whiskers = interval_lines(base, _rate("rate_low"), "rate_high", colours)
    return kept(alt.layer(bar, *before, *whiskers, value), colours, high * bars, padding=room)


def _last_year(base: alt.Chart, high: int, colours: Theme) -> alt.Chart:
    """A tick at last year's rate, with the entry of the legend."""
    legend = alt.Legend(
        title=None, orient="top", symbolSize=260, symbolFillColor=colours.text, symbolStrokeColor=colours.text
    )
    shape = alt.Shape("before:N", scale=alt.Scale(domain=[_BEFORE], range=[_UPRIGHT]), legend=legend)
    tick = base.mark_point(
        filled=True, opacity=1, size=(0.86 * high) ** 2, color=colours.text, stroke=colours.background, strokeWidth=1.5
    )
    placed: alt.Chart = tick.encode(x=_rate("rate_last_year"), shape=shape)
    return placed


def interval_lines(base: alt.Chart, low: alt.X, high: str, colours: Theme) -> list[alt.Chart]:
    """A thin line from end to end of an interval, seen on light and on dark."""
    behind = base.mark_rule(color=colours.background, strokeWidth=5).encode(x=low, x2=f"{high}:Q")
    line = base.mark_rule(color=colours.text, strokeWidth=1.8).encode(x=low, x2=f"{high}:Q")
    return [behind, line]


def row_height(places: int) -> int:
    """How many pixels each of so many places has."""
    return _WIDE if places <= _FEW else _NARROW


def by_name() -> alt.Y:
    """Places below each other, in the table's order."""
    return alt.Y("name:N", title=None, sort=None)


def picked() -> alt.Parameter:
    """What was clicked: the key of a place."""
    chosen: alt.Parameter = alt.selection_point(name=PICKED, fields=["key"])
    return chosen


def _rate(field: str) -> alt.X:
    axis = alt.Axis(format=RATE_FORMAT, tickCount=5)
    title = f"{RATE_TITLE}; thin line: {INTERVAL}"
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=alt.Scale(zero=True))
