"""Charts of places side by side: their rates, and how they changed. Made, kept and shown as those of `charts`.

A click on a place is told under the parameter `picked`, as its `key`: an LPA's name or a ward's code.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache

import altair as alt

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import DATA, PICKED, Key, Shared, Spec, kept, tooltip, with_rows
from shp_view.text.comparison_words import name_column, with_words
from shp_view.text.rows import Row, plain_rows, worded
from shp_view.text.wording import NOT_AVAILABLE, capital, label, signed_percent
from shp_view.theme import RATE_FORMAT, Theme, theme

RATE_TITLE = "Rate per 1,000 residents"
INTERVAL = "95% interval"
_BEFORE = label("last_year")
_UPRIGHT = "M-0.1,-1L0.1,-1L0.1,1L-0.1,1Z"  # the tick of last year's rate
_FEW, _WIDE, _NARROW = 12, 46, 21  # up to so many places each has a wide row; pixels
_MOST_DOUBLINGS, _SMALL = 4, 1e-6  # a ratio beyond is drawn at the end of the scale


def rates(figure: Figure, focus: str | None = None, *, dark: bool = False) -> Spec:
    """How do the rates of places compare, how sure are they, and what were they last year?

    Table: lpa, or code and ward and lpa, with count, rate_per_1000, rate_low, rate_high, rank_low, rank_high and
    for LPAs last_year and rate_last_year, drawn where any is known. Bars in the table's order; the place in focus is
    dark.
    """
    table = figure.table
    before = [name for name in ("last_year", "rate_last_year") if name in table and table[name].notna().any()]
    columns = ["count", "rate_per_1000", *before]
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
    axis = alt.Axis(format=RATE_FORMAT, tickCount=5, labelOverlap=True, labelSeparation=8)
    title = [RATE_TITLE, f"(thin line: {INTERVAL})"]  # two lines, so that a narrow screen leaves room for the bars
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=alt.Scale(zero=True))


def change(figure: Figure, *, dark: bool = False) -> Spec:
    """How did each place change on last year, and is that more than chance? A point with its interval for each.

    Table: rate_ratio, low, high and verdict, with count and last_year. On a scale of ratios, where half is as far from
    no change as double; what lies beyond the scale's end is drawn at the end.
    """
    columns = ["count", "last_year", "rate_ratio", "low", "high", "verdict", "change_interval"]
    rows = place_rows(figure, columns)
    ends = [
        abs(math.log2(max(end, _SMALL))) for row in rows for end in (row["rate_ratio"], row["low"], row["high"]) if end
    ]
    doublings = min(_MOST_DOUBLINGS, max(1, math.ceil(max(ends, default=1))))
    return with_rows(_change(len(rows), doublings, dark), [_changed(row, 2.0**doublings) for row in rows])


def _changed(row: Row, most: float) -> Row:
    """A row's place and interval on the scale of ratios, and its change in words."""
    told = worded(row, ["count", "last_year"])
    if row["rate_ratio"] is None:
        none = dict.fromkeys(("ratio", "from", "to", "series"))
        return told | none | {"to": 1, "change_text": NOT_AVAILABLE}
    inside = {
        name: min(most, max(1 / most, most if end is None else end))
        for name, end in (("ratio", row["rate_ratio"]), ("from", row["low"]), ("to", row["high"]))
    }
    said = signed_percent(100 * (row["rate_ratio"] - 1))
    return told | inside | {"change_text": said, "series": capital(row["verdict"])}


@cache
def _change(places: int, doublings: int, dark: bool) -> str:
    colours = theme(dark)
    high = row_height(places)
    keys = [
        Key("Higher than expected", colours.series[3], shape="triangle-up"),
        Key("Lower than expected", colours.series[0], shape="triangle-down"),
        Key("Within usual variation", colours.before, shape="circle"),
    ]
    texts = {"change_text": "Change", "change_interval": label("change_interval"), "verdict": label("verdict")}
    texts |= {f"{name}_text": label(name) for name in ("count", "last_year")}
    base = alt.Chart(DATA).encode(y=by_name(), tooltip=tooltip(name="Area", **texts))
    none = alt.Chart(DATA).mark_rule(aria=False, color=colours.quiet, strokeDash=[4, 3])
    none = none.encode(x=alt.datum(1, type="quantitative"))
    line = base.mark_rule(color=colours.text, strokeWidth=1.8).encode(x=_ratio("from", doublings), x2="to:Q")
    point = base.mark_point(
        size=150, filled=True, opacity=1, stroke=colours.background, strokeWidth=1, cursor="pointer"
    )
    point = point.encode(
        x=_ratio("ratio", doublings), **Shared(keys, "", RATE_FORMAT, columns=1).told_apart("color", "shape")
    )
    value = base.mark_text(align="left", dx=8, color=colours.text).encode(
        x=_ratio("to", doublings), text="change_text:N"
    )
    room = {"left": 5, "top": 5, "bottom": 5, "right": 60}
    layers = alt.layer(line, none, point.add_params(picked()), value)
    return kept(layers, colours, high * places, padding=room)


def _ratio(field: str, doublings: int) -> alt.X:
    """A ratio on a scale of so many doublings to either side, its ticks in words."""
    at = [2.0**power for power in range(-doublings, doublings + 1)]
    words = {0.25: "a quarter", 0.5: "half", 1.0: "no change", 2.0: "double"}
    names = "{" + ", ".join(f"'{r:g}': '{words.get(r) or _times(r)}'" for r in at) + "}"
    axis = alt.Axis(values=at, labelExpr=f"{names}[datum.value]", labelOverlap=True)
    scale = alt.Scale(type="log", base=2, domain=[at[0], at[-1]], nice=False)
    title = ["This period compared with", "the same period last year"]
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=scale)


def _times(ratio: float) -> str:
    return f"{ratio:g} times" if ratio > 1 else f"1/{1 / ratio:g}"
