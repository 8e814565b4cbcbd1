"""Charts of the time of the year, of the sum of 12 months, and of the time of the week; made as in `charts`.

A click on a month is told under the parameter `picked`, as its `month` (2020-10).
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
    Key,
    Shared,
    Spec,
    kept,
    line_keys,
    lines_over_time,
    month_strips,
    period_band,
    period_name,
    time_axis,
    tooltip,
    with_rows,
)
from shp_view.text.rows import chosen_months, is_late, month_rows, plain_rows, worded
from shp_view.text.wording import label
from shp_view.theme import COUNT_FORMAT, FONT_SIZE, Theme, theme

RANGE, AVERAGE, ONE_YEAR = "Range of earlier years", "Their average", "The one earlier year"
_SEASON = alt.Axis(format="%b", grid=False, tickCount={"interval": "month", "step": 1}, labelOverlap="parity")
_HALF_BAR = 11 * 24 * 3600 * 1000  # milliseconds to either side of a month: bars that do not touch
_HEIGHT = 340
_CLASSES = 5  # of colour


def season(figure: Figure, *, dark: bool = False) -> Spec:
    """How does each month compare with the same month of earlier years? A bar from lowest to highest, lines over it.

    Table: month, count, last_year, lowest, highest, average and in_period.
    """
    columns = ["count", "last_year", "lowest", "highest", "average"]
    rows, period = month_rows(figure.table, columns), chosen_months(figure.table)
    year = Month.parse(figure.table["month"].iloc[0])
    names = {"count": year.financial_year, "last_year": year.plus(-12).financial_year}
    drawn = [
        {"at": row["at"], "series": names[field], "value": row[field]} for field in reversed(names) for row in rows
    ]
    bars = [row | {"bar_from": row["at"] - _HALF_BAR, "bar_to": row["at"] + _HALF_BAR} for row in rows]
    ranged = any(row["lowest"] != row["highest"] for row in rows)
    shape = (figure.unit, is_late(rows, period), ranged, dark)
    return with_rows(_season(tuple(names.values()), *shape), drawn + bars, period)


def rolling(figure: Figure, *, dark: bool = False) -> Spec:
    """How did the sum of 12 months run? One line from a zero baseline.

    Table: month, count, rolling_12, rolling_12_before and in_period.
    """
    columns = ["count", "rolling_12", "rolling_12_before"]
    rows, period = month_rows(figure.table, columns), chosen_months(figure.table)
    drawn = [{"at": row["at"], "series": label("rolling_12"), "value": row["rolling_12"]} for row in rows]
    return with_rows(_rolling(figure.unit, is_late(rows, period), dark), drawn + rows, period)


def week(figure: Figure, *, dark: bool = False) -> Spec:
    """On which weekday and at what time of day? A grid with the number in each cell, darker where there are more.

    Table: weekday, hours, count; cells in the table's order.
    """
    rows = plain_rows(figure.table, ["weekday", "hours", "count"])
    most = max((row["count"] for row in rows), default=0)
    cells = [worded(row, ["count"]) | {"class": _class(row["count"], most)} for row in rows]
    return with_rows(_week(figure.unit, dark), cells)


def _class(count: int, most: int) -> int:
    """Which fifth of the way from zero to the highest count: 0 to 4."""
    return min(_CLASSES - 1, _CLASSES * count // most) if most else 0


@cache
def _season(names: tuple[str, ...], unit: str, late: bool, ranged: bool, dark: bool) -> str:
    colours = theme(dark)
    keys = line_keys(names, (colours.focus, colours.before))
    bar = [Key(RANGE, colours.expected, shape=PATCH), Key(AVERAGE, colours.quiet)]
    keys += bar if ranged else [Key(ONE_YEAR, colours.quiet)]
    shared = Shared(keys, f"{unit.capitalize()} a month", COUNT_FORMAT)
    texts = {"count_text": names[0], "last_year_text": names[1]}
    texts |= {f"{column}_text": label(column) for column in ("lowest", "highest", "average")}
    layers = [
        period_band(_SEASON, colours),
        *_earlier_years(shared, colours),
        lines_over_time(shared, _SEASON),
        _legend_shapes(shared),
        period_name(_SEASON, colours, late=late),
        _pickable(_SEASON, texts),
    ]
    return kept(alt.layer(*layers), colours, _HEIGHT)


def _earlier_years(shared: Shared, colours: Theme) -> list[alt.Chart]:
    """For each month a bar from the lowest to the highest of the earlier years, and a thin line at their average."""
    months = alt.Chart(DATA).transform_filter("isValid(datum.average)")
    months = months.encode(x=time_axis(_SEASON, "bar_from"), x2="bar_to:T")
    bars = months.mark_rect(color=colours.expected).encode(y=shared.from_zero("lowest"), y2="highest:Q")
    averages = months.mark_rule(strokeWidth=1.5, color=colours.quiet).encode(y=shared.from_zero("average"))
    return [bars, averages]


def _legend_shapes(shared: Shared) -> alt.Chart:
    """Nothing that is drawn: only marks with a shape give the legend's entries theirs."""
    points: alt.Chart = alt.Chart(DATA).transform_filter("false").mark_point(filled=True, aria=False)
    return points.encode(x=time_axis(_SEASON, "at"), y=shared.from_zero("value"), **shared.told_apart("color", "shape"))


@cache
def _rolling(unit: str, late: bool, dark: bool) -> str:
    colours = theme(dark)
    shared = Shared(
        line_keys((label("rolling_12"),), (colours.focus,)), f"{unit.capitalize()} in 12 months", COUNT_FORMAT
    )
    texts = {f"{column}_text": label(column) for column in ("rolling_12", "rolling_12_before", "count")}
    name = period_name(MONTHS, colours, late=late)
    layers = [period_band(MONTHS, colours), lines_over_time(shared), name, _pickable(MONTHS, texts)]
    return kept(alt.layer(*layers), colours, _HEIGHT)


def _pickable(axis: alt.Axis, texts: dict[str, str]) -> alt.Chart:
    """The unseen strips of the months, which say their figures and can be clicked."""
    picked = alt.selection_point(name=PICKED, fields=["month"])
    strips: alt.Chart = month_strips(axis, month_text=label("month"), **texts).add_params(picked)
    return strips


@cache
def _week(unit: str, dark: bool) -> str:
    colours = theme(dark)
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False, orient="top")
    cells = alt.Chart(DATA).encode(
        x=alt.X("hours:O", sort=None, title="Hours of the day", axis=axis),
        y=alt.Y("weekday:O", sort=None, title=None),
        tooltip=tooltip(weekday=label("weekday"), hours=label("hours"), count_text=unit.capitalize()),
    )
    grounds = cells.mark_rect(stroke=colours.background, strokeWidth=2)
    grounds = grounds.encode(color=_by_class(colours.sequential))
    numbers = cells.mark_text(fontSize=FONT_SIZE).encode(text="count_text:N", color=_by_class(inks(dark)))
    return kept(alt.layer(grounds, numbers).resolve_scale(color="independent"), colours, _HEIGHT)


def _by_class(shades: tuple[str, ...]) -> alt.Color:
    """A colour for each class, without a legend: the cells hold their numbers."""
    return alt.Color("class:O", scale=alt.Scale(domain=list(range(_CLASSES)), range=list(shades)), legend=None)


def inks(dark: bool) -> tuple[str, ...]:
    """The colour of the number on each of the five classes of colour, so that it can be read."""
    colours = theme(dark)
    turns = 2 if dark else 3  # from this class on, the ground of the page reads better than its text
    return (colours.text,) * turns + (colours.background,) * (_CLASSES - turns)
