"""Charts of the season, of the sum of 12 months, and of the hours of the week. They are made as in `charts`.

A click on a month sets the parameter `picked` to its `month` (2020-10).
"""

from __future__ import annotations

from functools import cache

import altair as alt

from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month
from shp_view.charts.chart_parts import (
    DATA,
    MONTHS,
    PATCH,
    PICKED,
    LegendKey,
    SharedScales,
    Spec,
    add_rows,
    build_spec,
    draw_lines,
    draw_month_strips,
    draw_period_band,
    draw_period_name,
    make_line_keys,
    make_time_axis,
    make_tooltip,
)
from shp_view.text.rows import add_texts, find_selected_period, is_late, make_month_rows, make_plain_rows
from shp_view.text.wording import label_column
from shp_view.theme import COUNT_FORMAT, FONT_SIZE, Theme, choose_theme

RANGE, AVERAGE, ONE_YEAR = "Range of earlier years", "Their average", "The one earlier year"
_SEASON = alt.Axis(format="%b", grid=False, tickCount={"interval": "month", "step": 1}, labelOverlap="parity")
_HALF_BAR = 11 * 24 * 3600 * 1000  # milliseconds to either side of a month: bars that do not touch
_HEIGHT = 340
_CLASSES = 5  # of colour


def draw_season(figure: Figure, *, dark: bool = False) -> Spec:
    """Draw each month against the same month of earlier years: a bar from lowest to highest, with lines over it.

    Parameters
    ----------
    figure : Figure
        Its table has the columns month, count, last_year, lowest, highest, average and in_period.
    dark : bool
        Whether the chart is for a dark page.

    Returns
    -------
    Spec
        The chart in Vega-Lite.
    """
    columns = ["count", "last_year", "lowest", "highest", "average"]
    rows, period = make_month_rows(figure.table, columns), find_selected_period(figure.table)
    year = Month.parse(figure.table["month"].iloc[0])
    names = {"count": year.financial_year, "last_year": year.shift(-12).financial_year}
    points = [
        {"at": row["at"], "series": names[field], "value": row[field]} for field in reversed(names) for row in rows
    ]
    bars = [row | {"bar_from": row["at"] - _HALF_BAR, "bar_to": row["at"] + _HALF_BAR} for row in rows]
    ranged = any(row["lowest"] != row["highest"] for row in rows)
    shape = (figure.unit, is_late(rows, period), ranged, dark)
    return add_rows(_build_season_spec(tuple(names.values()), *shape), points + bars, period)


def draw_rolling_sum(figure: Figure, *, dark: bool = False) -> Spec:
    """Draw the sum of 12 months as one line from a zero baseline.

    Parameters
    ----------
    figure : Figure
        Its table has the columns month, count, rolling_12, rolling_12_before and in_period.
    dark : bool
        Whether the chart is for a dark page.

    Returns
    -------
    Spec
        The chart in Vega-Lite.
    """
    columns = ["count", "rolling_12", "rolling_12_before"]
    rows, period = make_month_rows(figure.table, columns), find_selected_period(figure.table)
    points = [{"at": row["at"], "series": label_column("rolling_12"), "value": row["rolling_12"]} for row in rows]
    return add_rows(_build_rolling_spec(figure.unit, is_late(rows, period), dark), points + rows, period)


def draw_week(figure: Figure, *, dark: bool = False) -> Spec:
    """Draw a grid of weekday and time of day with the number in each cell, darker where there are more.

    Parameters
    ----------
    figure : Figure
        Its table has the columns weekday, hours and count; the cells are in the order of the table.
    dark : bool
        Whether the chart is for a dark page.

    Returns
    -------
    Spec
        The chart in Vega-Lite.
    """
    rows = make_plain_rows(figure.table, ["weekday", "hours", "count"])
    most = max((row["count"] for row in rows), default=0)
    cells = [add_texts(row, ["count"]) | {"class": _find_class(row["count"], most)} for row in rows]
    return add_rows(_build_week_spec(figure.unit, dark), cells)


def _find_class(count: int, most: int) -> int:
    """Return which fifth of the way from zero to the highest count a count is in: 0 to 4."""
    return min(_CLASSES - 1, _CLASSES * count // most) if most else 0


@cache
def _build_season_spec(names: tuple[str, ...], unit: str, late: bool, ranged: bool, dark: bool) -> str:
    colours = choose_theme(dark)
    keys = make_line_keys(names, (colours.focus, colours.before))
    bar = [LegendKey(RANGE, colours.expected, shape=PATCH), LegendKey(AVERAGE, colours.quiet)]
    keys += bar if ranged else [LegendKey(ONE_YEAR, colours.quiet)]
    shared = SharedScales(keys, f"{unit.capitalize()} a month", COUNT_FORMAT)
    texts = {"count_text": names[0], "last_year_text": names[1]}
    texts |= {f"{column}_text": label_column(column) for column in ("lowest", "highest", "average")}
    layers = [
        draw_period_band(_SEASON, colours),
        *_draw_earlier_years(shared, colours),
        draw_lines(shared, _SEASON),
        _draw_legend_shapes(shared),
        draw_period_name(_SEASON, colours, late=late),
        _draw_strips(_SEASON, texts),
    ]
    return build_spec(alt.layer(*layers), colours, _HEIGHT)


def _draw_earlier_years(shared: SharedScales, colours: Theme) -> list[alt.Chart]:
    """Draw for each month a bar from the lowest to the highest earlier year, and a line at their average."""
    months = alt.Chart(DATA).transform_filter("isValid(datum.average)")
    months = months.encode(x=make_time_axis(_SEASON, "bar_from"), x2="bar_to:T")
    bars = months.mark_rect(color=colours.expected).encode(y=shared.make_value_axis("lowest"), y2="highest:Q")
    averages = months.mark_rule(strokeWidth=1.5, color=colours.quiet).encode(y=shared.make_value_axis("average"))
    return [bars, averages]


def _draw_legend_shapes(shared: SharedScales) -> alt.Chart:
    """Return an empty layer of marks with shapes, which gives the entries of the legend their shapes."""
    points: alt.Chart = alt.Chart(DATA).transform_filter("false").mark_point(filled=True, aria=False)
    return points.encode(
        x=make_time_axis(_SEASON, "at"),
        y=shared.make_value_axis("value"),
        **shared.make_series_channels("color", "shape"),
    )


@cache
def _build_rolling_spec(unit: str, late: bool, dark: bool) -> str:
    colours = choose_theme(dark)
    shared = SharedScales(
        make_line_keys((label_column("rolling_12"),), (colours.focus,)),
        f"{unit.capitalize()} in 12 months",
        COUNT_FORMAT,
    )
    texts = {f"{column}_text": label_column(column) for column in ("rolling_12", "rolling_12_before", "count")}
    name = draw_period_name(MONTHS, colours, late=late)
    layers = [draw_period_band(MONTHS, colours), draw_lines(shared), name, _draw_strips(MONTHS, texts)]
    return build_spec(alt.layer(*layers), colours, _HEIGHT)


def _draw_strips(axis: alt.Axis, texts: dict[str, str]) -> alt.Chart:
    """Draw the invisible strips of the months. They show the figures of a month and can be clicked."""
    picked = alt.selection_point(name=PICKED, fields=["month"])
    strips: alt.Chart = draw_month_strips(axis, month_text=label_column("month"), **texts).add_params(picked)
    return strips


@cache
def _build_week_spec(unit: str, dark: bool) -> str:
    colours = choose_theme(dark)
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False, orient="top")
    cells = alt.Chart(DATA).encode(
        x=alt.X("hours:O", sort=None, title="Hours of the day", axis=axis),
        y=alt.Y("weekday:O", sort=None, title=None),
        tooltip=make_tooltip(
            weekday=label_column("weekday"), hours=label_column("hours"), count_text=unit.capitalize()
        ),
    )
    grounds = cells.mark_rect(stroke=colours.background, strokeWidth=2)
    grounds = grounds.encode(color=_colour_by_class(colours.sequential))
    numbers = cells.mark_text(fontSize=FONT_SIZE).encode(text="count_text:N", color=_colour_by_class(list_inks(dark)))
    return build_spec(alt.layer(grounds, numbers).resolve_scale(color="independent"), colours, _HEIGHT)


def _colour_by_class(shades: tuple[str, ...]) -> alt.Color:
    """Return a colour for each class, without a legend: the cells hold their numbers."""
    return alt.Color("class:O", scale=alt.Scale(domain=list(range(_CLASSES)), range=list(shades)), legend=None)


def list_inks(dark: bool) -> tuple[str, ...]:
    """Return the colour of the number on each of the five classes of colour, so that it can be read."""
    colours = choose_theme(dark)
    turns = 2 if dark else 3  # from this class on, the ground of the page reads better than its text
    return (colours.text,) * turns + (colours.background,) * (_CLASSES - turns)
