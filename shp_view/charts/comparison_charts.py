"""Charts that compare LPAs or wards: their rates, how they changed, and the funnel of rates by residents.

They are built and cached in the same way as those of `trend_charts`. A click on an area sets the parameter
`picked` to its `key`: an LPA's name or a ward's code.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from typing import Any

import altair as alt

from shp_data.analysis.statistics import standing
from shp_data.analysis.statistics.significance import LEVEL
from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import (
    DATA,
    LegendKey,
    SharedScales,
    Spec,
    add_rows,
    build_spec,
    list_tooltips,
    make_click,
    make_dot_style,
    title_texts,
)
from shp_view.text.comparison_words import add_range_texts, get_name_column
from shp_view.text.rows import ChartRow, add_texts, make_plain_rows
from shp_view.text.verdict_words import LABELS
from shp_view.text.wording import NOT_AVAILABLE, format_signed_percent, label_column
from shp_view.theme import COUNT_FORMAT, DASHES, RATE_FORMAT, SMALL_FONT_SIZE, Theme, choose_theme

RATE_TITLE = "Rate per 1,000 residents"
INTERVAL = "95% interval"
_BEFORE = label_column("last_year")
_UPRIGHT = "M-0.1,-1L0.1,-1L0.1,1L-0.1,1Z"  # the tick of last year's rate
_CHEVRON_UP = "M-1,0.8L0,-0.8L1,0.8L0.45,0.8L0,0L-0.45,0.8Z"  # a possible change: an open triangle
_CHEVRON_DOWN = "M-1,-0.8L0,0.8L1,-0.8L0.45,-0.8L0,0L-0.45,-0.8Z"
_FEW, _WIDE, _NARROW = 12, 46, 21  # areas that have a wide row at most; pixels of a wide and a narrow row
_MAX_DOUBLINGS, _SMALL = 4, 1e-6  # a ratio beyond is drawn at the end of the scale


def draw_rates(figure: Figure, focus: str | None = None, *, dark: bool = False) -> Spec:
    """Draw the rates of areas with their intervals and last year's rates.

    Parameters
    ----------
    figure
        Its table has the column lpa, or code, ward and lpa, with count, rate_per_1000, rate_low, rate_high,
        rank_low and rank_high. For LPAs it also has last_year and rate_last_year, which are drawn where any is
        available. Bars are in the table's order.
    focus
        The area whose bar is dark.
    dark
        Whether the page is dark.

    Returns
    -------
    The Vega-Lite specification.
    """
    table = figure.table
    before = [name for name in ("last_year", "rate_last_year") if name in table and table[name].notna().any()]
    columns = ["count", "rate_per_1000", *before]
    rows = []
    for row in make_area_rows(figure, [*columns, "rate_low", "rate_high", "interval", "rank"]):
        # The value is written clear of whatever reaches farthest: the bar, last year's tick or the interval.
        label_at = max(row.get(name) or 0 for name in ("rate_per_1000", "rate_last_year", "rate_high"))
        look = {"in_focus": row["name"] == focus, "label_at": label_at, "before": _BEFORE}
        rows.append(add_texts(row, columns) | look)
    return add_rows(_build_rates(len(rows), tuple(columns), dark), rows)


def make_area_rows(figure: Figure, columns: list[str]) -> list[ChartRow]:
    """Make the rows of areas, each with its `key` and a unique `name`."""
    table, name = add_range_texts(figure).table, get_name_column(figure)
    key = "code" if name == "ward" else "lpa"
    rows = make_plain_rows(table, list(dict.fromkeys([key, name, "lpa", *columns])))
    # Two areas can have wards of one name, which would share a row of the chart.
    times = Counter(row[name] for row in rows)
    return [
        row | {"key": row[key], "name": row[name] if times[row[name]] == 1 else f"{row[name]} ({row['lpa']})"}
        for row in rows
    ]


def _make_base(texts: dict[str, str]) -> alt.Chart:
    """Make the chart that bars and points start from: a row for each area, in the table's order."""
    names = alt.Y("name:N", title=None, sort=None)
    base: alt.Chart = alt.Chart(DATA).encode(y=names, tooltip=list_tooltips({"name": "Area", **texts}))
    return base


def _build_rows(layers: list[alt.Chart], areas: int, right: int, colours: Theme) -> str:
    """Build a chart with a row for each area. `right`: pixels for the value next to the longest bar."""
    room = {"left": 5, "top": 5, "bottom": 5, "right": right}
    return build_spec(alt.layer(*layers), colours, get_row_height(areas) * areas, padding=room)


@cache
def _build_rates(bars: int, columns: tuple[str, ...], dark: bool) -> str:
    colours = choose_theme(dark)
    base = _make_base(title_texts(*columns) | {"interval": INTERVAL, "rank": label_column("rank")})
    shade = alt.when(alt.datum.in_focus).then(alt.value(colours.focus)).otherwise(alt.value(colours.other))
    bar = base.mark_bar(height={"band": 0.62}, cursor="pointer").add_params(make_click("key"))
    bar = bar.encode(x=_make_horizontal_rate_axis("rate_per_1000"), color=shade)
    value = base.mark_text(align="left", dx=8, color=colours.text, fontWeight="bold")
    value = value.encode(x=_make_horizontal_rate_axis("label_at"), text="rate_per_1000_text:N")
    before = [_draw_last_year(base, get_row_height(bars), colours)] if "rate_last_year" in columns else []
    # The line of the interval has an edge, because it crosses a dark bar and a light page.
    ends = {"x": _make_horizontal_rate_axis("rate_low"), "x2": "rate_high:Q"}
    edge = base.mark_rule(color=colours.background, strokeWidth=5).encode(**ends)
    line = base.mark_rule(color=colours.text, strokeWidth=1.8).encode(**ends)
    return _build_rows([bar, *before, edge, line, value], bars, 50, colours)


def _draw_last_year(base: alt.Chart, high: int, colours: Theme) -> alt.Chart:
    """Draw a tick at last year's rate, with its legend entry."""
    ink: dict[str, Any] = {"symbolFillColor": colours.text, "symbolStrokeColor": colours.text}
    legend = alt.Legend(title=None, orient="top", symbolSize=260, **ink)
    shape = alt.Shape("before:N", scale=alt.Scale(domain=[_BEFORE], range=[_UPRIGHT]), legend=legend)
    style = make_dot_style(colours) | {"strokeWidth": 1.5}
    tick = base.mark_point(size=(0.86 * high) ** 2, color=colours.text, **style)
    chart: alt.Chart = tick.encode(x=_make_horizontal_rate_axis("rate_last_year"), shape=shape)
    return chart


def get_row_height(areas: int) -> int:
    """Return the height of each row in pixels, for a number of areas."""
    return _WIDE if areas <= _FEW else _NARROW


def _make_horizontal_rate_axis(field: str) -> alt.X:
    axis = alt.Axis(format=RATE_FORMAT, tickCount=5, labelOverlap=True, labelSeparation=8)
    title = [RATE_TITLE, f"(thin line: {INTERVAL})"]  # two lines, so that a narrow screen leaves room for the bars
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=alt.Scale(zero=True))


def draw_changes(figure: Figure, *, dark: bool = False) -> Spec:
    """Draw each area's change on last year as a point with its interval.

    The interval is that of the change's own test. A viewer who may not see it has the point alone. The scale is of
    ratios, where half is as far from no change as double; its ticks are percentages. A value beyond the end of the
    scale is drawn at the end.

    Parameters
    ----------
    figure
        Its table has the columns rate_ratio, low, high, p_value and verdict, with count and last_year.
    dark
        Whether the page is dark.

    Returns
    -------
    The Vega-Lite specification.
    """
    columns = ["count", "last_year", "rate_ratio", "low", "high", "verdict", "change_interval"]
    rows = make_area_rows(figure, columns)
    # The scale reaches as many doublings as the farthest end needs: an interval without an end needs none.
    ends = [end for row in rows for end in (row["rate_ratio"], row["low"], row["high"]) if end]
    farthest = max((abs(math.log2(max(end, _SMALL))) for end in ends), default=1)
    doublings = min(_MAX_DOUBLINGS, max(1, math.ceil(farthest)))
    return add_rows(_build_changes(len(rows), doublings, dark), [_make_change_row(row, 2.0**doublings) for row in rows])


def _make_change_row(row: ChartRow, limit: float) -> ChartRow:
    """Return a row with its point and interval on the scale of ratios, and its change in words."""
    text_row, ratio = add_texts(row, ["count", "last_year"]), row["rate_ratio"]
    if ratio is None:
        return text_row | {"ratio": None, "from": None, "to": 1, "series": None, "change_text": NOT_AVAILABLE}
    has_interval = row["change_interval"] != NOT_AVAILABLE
    ends = {"ratio": ratio} | (
        {"from": row["low"], "to": row["high"]} if has_interval else {"from": ratio, "to": ratio}
    )
    inside = {name: min(limit, max(1 / limit, limit if end is None else end)) for name, end in ends.items()}
    change_text = format_signed_percent(100 * (ratio - 1))
    return text_row | inside | {"change_text": change_text, "series": LABELS[row["verdict"]]}


@cache
def _build_changes(areas: int, doublings: int, dark: bool) -> str:
    colours = choose_theme(dark)
    keys = [
        LegendKey(LABELS["clear increase"], colours.series[3], shape="triangle-up"),
        LegendKey(LABELS["clear decrease"], colours.series[0], shape="triangle-down"),
        LegendKey(LABELS["possible increase"], colours.series[3], shape=_CHEVRON_UP),
        LegendKey(LABELS["possible decrease"], colours.series[0], shape=_CHEVRON_DOWN),
        LegendKey(LABELS["no clear change"], colours.before, shape="circle"),
    ]
    texts = {"change_text": "Change"} | {name: label_column(name) for name in ("change_interval", "verdict")}
    base = _make_base(texts | title_texts("count", "last_year"))
    none = alt.Chart(DATA).mark_rule(aria=False, color=colours.quiet, strokeDash=[4, 3])
    none = none.encode(x=alt.datum(1, type="quantitative"))
    line = base.mark_rule(color=colours.text, strokeWidth=1.8).encode(x=_make_ratio_axis("from", doublings), x2="to:Q")
    kinds = SharedScales(keys, "", RATE_FORMAT, columns=1).make_series_channels("color", "shape")
    point = base.mark_point(size=150, cursor="pointer", **make_dot_style(colours)).add_params(make_click("key"))
    point = point.encode(x=_make_ratio_axis("ratio", doublings), **kinds)
    value = base.mark_text(align="left", dx=8, color=colours.text)
    value = value.encode(x=_make_ratio_axis("to", doublings), text="change_text:N")
    return _build_rows([line, none, point, value], areas, 60, colours)


def _make_ratio_axis(field: str, doublings: int) -> alt.X:
    """Put a ratio on a scale with a number of doublings to each side and ticks in per cent."""
    # Halving and doubling are equally far from no change, so the ticks are powers of two.
    ticks = [2.0**power for power in range(-doublings, doublings + 1)]
    names = "{" + ", ".join(f"'{tick:g}': '{format_signed_percent(100 * (tick - 1))}'" for tick in ticks) + "}"
    axis = alt.Axis(values=ticks, labelExpr=f"{names}[datum.value]", labelOverlap=True)
    scale = alt.Scale(type="log", base=2, domain=[ticks[0], ticks[-1]], nice=False)
    title = ["Change since", "the same period last year"]
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=scale)


OVERALL, INNER, OUTER = "Average of all areas", "95% limits", "99.8% limits"
INSIDE, BEYOND_INNER, BEYOND_OUTER = "Inside the limits", "Outside 95%", "Outside 99.8%"
_KINDS = {standing.INSIDE: INSIDE, "95%": BEYOND_INNER, "99.8%": BEYOND_OUTER}
_STEPS = 60  # of the drawn limits, from the smallest area to the largest
_FUNNEL_HEIGHT = 420
_FUNNEL_PLOT = 560, 380  # pixels that labels are fitted into: they overlap on no screen that is wider
_LETTER, _LINE_HEIGHT, _POINT = 6.5, 13, 8  # a name's letters and height, and half a point with its margin
_Box = tuple[float, float, float]  # from where to where along, and at which height
_ALL_NAMED = 6  # up to this number of areas each has its name, not only those outside the limits
_FROM_ZERO = 0.4  # an axis whose lowest rate is under this share of the highest starts at 0


def draw_funnel(figure: Figure, *, dark: bool = False) -> Spec:
    """Draw each area at its number of residents and its rate, to show which areas differ clearly.

    Limits widen to the left, where areas are small. The axis of rates starts at 0 only where the rates are near
    0; otherwise its title says so.

    Parameters
    ----------
    figure
        Its table is as `standing.standing` gives it, of LPAs or wards.
    dark
        Whether the page is dark.

    Returns
    -------
    The Vega-Lite specification.
    """
    columns = ["count", "population", "rate_per_1000", "interval", "limits", "funnel"]
    points = [
        add_texts(row, columns[:3]) | {"series": _KINDS[row["funnel"].removeprefix("above ").removeprefix("below ")]}
        for row in make_area_rows(figure, columns)
        if row["funnel"] is not None
    ]
    limits = standing.build_funnel(figure.table)
    lines = _make_lines(limits, [row["population"] for row in points]) if limits else []
    values = [row["value"] for row in lines] + [row["rate_per_1000"] for row in points]
    # An axis from 0 would press areas with similar rates into a thin strip at the top.
    zero = not values or min(values) < _FROM_ZERO * max(values)
    return add_rows(_build_funnel(zero, dark), lines + _add_names(points, values, zero))


def _make_lines(funnel_limits: standing.Funnel, residents: list[int]) -> list[ChartRow]:
    """Make the rows of the overall rate and the limits, over the range of residents."""
    first, last = _compute_span(residents)
    rows: list[ChartRow] = []
    for step in range(_STEPS + 1):
        at = first + (last - first) * step / _STEPS
        rows.append({"at": at, "series": OVERALL, "side": "middle", "value": funnel_limits.rate_per_1000})
        # Both limits are exact for each number of residents, so the curve has a point at every step.
        for series, level in ((INNER, LEVEL), (OUTER, standing.FAR)):
            ends = zip(("low", "high"), funnel_limits.find_limits(at, level), strict=True)
            rows += [{"at": at, "series": series, "side": side, "value": value} for side, value in ends]
    return rows


def _add_names(points: list[ChartRow], values: list[float], zero: bool) -> list[ChartRow]:
    """Add the names that fit next to their points.

    Only points beyond the limits have names, the farthest from the overall rate first. Few points all have
    names.
    """
    if not points:
        return []
    # The names are placed in a plot of fixed size, because the real one is known only to the browser.
    top, low = max(values), 0 if zero else min(values)
    left, right = _compute_span([row["population"] for row in points])
    spots = {
        row["key"]: (
            (row["population"] - left) / (right - left) * _FUNNEL_PLOT[0],
            (row["rate_per_1000"] - low) / (top - low or 1) * _FUNNEL_PLOT[1],
        )
        for row in points
    }
    # A name must not cover a point either, so the points take their room first.
    taken = [(x - _POINT, x + _POINT, y) for x, y in spots.values()]
    rows = []
    for row in sorted(points, key=lambda row: abs(row["rate_per_1000"] - values[0]), reverse=True):
        needs_name = len(points) <= _ALL_NAMED or row["series"] != INSIDE
        side, box = _fit_name(*spots[row["key"]], row["name"], taken) if needs_name else (None, None)
        taken += [box] if box else []
        rows.append(row | {side: row["name"]} if side else row)
    return rows


def _fit_name(x: float, y: float, name: str, taken: list[_Box]) -> tuple[str | None, _Box | None]:
    """Return the side of a point on which its name fits, and the box that the name takes.

    Both are None where the name fits on neither side.
    """
    # A name goes to the right of its point, or to the left where the right has no room.
    wide = _LETTER * len(name)
    boxes: dict[str, _Box] = {
        "after": (x + _POINT + 1, x + _POINT + wide, y),
        "before": (x - _POINT - wide, x - _POINT - 1, y),
    }
    for side, (start, end, _) in boxes.items():
        within = start > 0 and end < _FUNNEL_PLOT[0]
        if within and all(end < a or b < start or abs(y - at) > _LINE_HEIGHT for a, b, at in taken):
            return side, boxes[side]
    return None, None


def _compute_span(residents: list[int]) -> tuple[float, float]:
    """Compute the range of residents, from slightly below the fewest to slightly above the most."""
    return 0.9 * min(residents), 1.06 * max(residents)


@cache
def _build_funnel(zero: bool, dark: bool) -> str:
    colours = choose_theme(dark)
    shared = SharedScales(_make_keys(colours), "", RATE_FORMAT)
    base = alt.Chart(DATA)
    lines = base.transform_filter("isValid(datum.value)").mark_line(strokeWidth=1.6)
    lines = lines.encode(
        x=_make_residents_axis("at"),
        y=_make_vertical_rate_axis("value", zero),
        detail="side:N",
        **shared.make_series_channels("color", "strokeDash"),
    )
    areas = base.transform_filter("isValid(datum.population)")
    areas = areas.encode(x=_make_residents_axis("population"), y=_make_vertical_rate_axis("rate_per_1000", zero))
    texts = {"name": "Area", **title_texts("rate_per_1000", "count", "population")}
    texts |= {name: label_column(name) for name in ("interval", "limits", "funnel")}
    points = areas.mark_point(size=110, **make_dot_style(colours)).add_params(make_click("key"))
    points = points.encode(tooltip=list_tooltips(texts), **shared.make_series_channels("color", "shape"))
    letters: dict[str, Any] = {"color": colours.text, "fontSize": SMALL_FONT_SIZE}
    after = areas.transform_filter("isValid(datum.after)").mark_text(align="left", dx=9, **letters)
    before = areas.transform_filter("isValid(datum.before)").mark_text(align="right", dx=-9, **letters)
    layers = [lines, after.encode(text="after:N"), before.encode(text="before:N"), points]
    return build_spec(alt.layer(*layers), colours, _FUNNEL_HEIGHT)


def _make_keys(colours: Theme) -> list[LegendKey]:
    """Make the legend: points by colour and shape, lines by dash."""
    return [
        LegendKey(INSIDE, colours.before, shape="circle"),
        LegendKey(OVERALL, colours.text),
        LegendKey(BEYOND_INNER, colours.series[3], shape="diamond"),
        LegendKey(INNER, colours.before, DASHES[1]),
        LegendKey(BEYOND_OUTER, colours.series[2], shape="square"),
        LegendKey(OUTER, colours.before, DASHES[2]),
    ]


def _make_residents_axis(field: str) -> alt.X:
    axis = alt.Axis(format=COUNT_FORMAT, tickCount=5, grid=False)
    return alt.X(f"{field}:Q", title=label_column("population"), axis=axis, scale=alt.Scale(zero=False, nice=False))


def _make_vertical_rate_axis(field: str, zero: bool) -> alt.Y:
    title = RATE_TITLE if zero else f"{RATE_TITLE} (scale does not start at 0)"
    return alt.Y(f"{field}:Q", title=title, scale=alt.Scale(zero=zero), axis=alt.Axis(format=RATE_FORMAT, tickCount=5))
