"""Charts over time: counts by month, rates by area, the season, the sum of 12 months and the hours of the week.

A page shows one with `st.vega_lite_chart(spec, theme=None, alt=...)`: the specification holds all colours
and text. Altair builds and validates what does not change (marks, scales, colours) once for each shape of
figure. The result is cached as JSON text; a rerun only adds the figure's rows. `wording` formats every
number that is read. Colour is never the only sign: dash, label or position shows the same. A click on a
month sets the parameter `picked` to its `month` (2020-10).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import altair as alt

from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month
from shp_view.charts import chart_parts as parts
from shp_view.charts.chart_parts import DATA, MONTHS, LegendKey, SharedScales
from shp_view.charts.chart_parts import PICKED as PICKED
from shp_view.charts.chart_parts import Spec as Spec
from shp_view.text import rows
from shp_view.text.rows import add_texts, find_selected_period, is_late, make_month_rows, make_plain_rows
from shp_view.text.wording import label_column
from shp_view.theme import COUNT_FORMAT, FONT_SIZE, RATE_FORMAT, Theme, choose_theme

LAST_YEAR = "Same month last year"
WITHOUT_COVID = "Without COVID-related"


def draw_trend(figure: Figure, *, dark: bool = False) -> Spec:
    """Draw each month's count against the same month last year, in one large chart with a zero baseline.

    Parameters
    ----------
    figure
        Its table has the columns month, count, last_year, in_period and, where records are marked,
        excluding_covid. Where there is a range it also has mean, lower, upper and signal: the chart then has a
        band, and a shape on each unusual month. Events are drawn by their numbers.
    dark
        Whether the page is dark.

    Returns
    -------
    The Vega-Lite specification.
    """
    lines = {"count": figure.unit.capitalize(), "last_year": LAST_YEAR}
    if "excluding_covid" in figure.table:
        lines["excluding_covid"] = WITHOUT_COVID
    rows, period = make_month_rows(figure.table, list(lines)), find_selected_period(figure.table)
    ranged = "mean" in figure.table and bool(figure.table["mean"].notna().any())
    rows = rows.add_range(rows, figure.table) if ranged else rows
    marks = tuple(mark for mark in dict.fromkeys(rows.MARKS.values()) if any(row.get("mark") == mark for row in rows))
    events = rows.make_event_rows(figure.events, rows) if rows else []
    line_rows = [
        {"at": row["at"], "series": lines[field], "value": row[field]}
        for field in reversed(lines)  # the last drawn is on top: the count itself
        for row in rows
    ]
    shape = _TrendShape(tuple(lines.items()), figure.unit, is_late(rows, period), ranged, marks, bool(events))
    return parts.add_rows(_build_trend(shape, dark), line_rows + rows + events, period)


def draw_area_trends(figure: Figure, focus: str | None = None, *, dark: bool = False) -> Spec:
    """Draw the rate of each LPA by month. Lines differ by colour and dash; the line of the area in focus is bold.

    Parameters
    ----------
    figure
        Its table has the columns month, lpa and rate_per_1000 (per 1,000 residents). Lines take the order in
        which the table first names the LPAs. At most four lines can be read, because there are four dashes.
    focus
        The name of the LPA in focus.
    dark
        Whether the page is dark.

    Returns
    -------
    The Vega-Lite specification.
    """
    lpas = tuple(dict.fromkeys(figure.table["lpa"]))
    line_rows: list[rows.ChartRow] = []
    texts: dict[int, rows.ChartRow] = {}  # one row a month, with the rates of all LPAs for the tooltip
    for index, lpa in enumerate(lpas):
        for row in make_month_rows(figure.table[figure.table["lpa"] == lpa], ["rate_per_1000"]):
            line_rows.append({"at": row["at"], "series": lpa, "value": row["rate_per_1000"]})
            text_row = texts.setdefault(row["at"], {key: row[key] for key in ("from", "to", "month_text")})
            text_row[f"rate_{index}_text"] = row["rate_per_1000_text"]
    return parts.add_rows(_build_area_trends(lpas, focus, dark), line_rows + list(texts.values()))


@dataclass(frozen=True)
class _TrendShape:
    """The shape of a trend chart: its lines, and whether it has a range, marks and events."""

    lines: tuple[tuple[str, str], ...]
    unit: str
    late: bool
    ranged: bool
    marks: tuple[str, ...]
    events: bool


@cache
def _build_trend(shape: _TrendShape, dark: bool) -> str:
    colours = choose_theme(dark)
    names = tuple(name for _, name in shape.lines)
    shades = (colours.focus, colours.before, colours.series[1])[: len(names)]
    keys = parts.make_line_keys(names, shades) + (parts.make_range_keys(shape.marks, colours) if shape.ranged else [])
    room = parts.ROOM_OF_EVENTS if shape.events else parts.ROOM
    shared = SharedScales(keys, f"{shape.unit.capitalize()} a month", COUNT_FORMAT, room)
    layers = [
        parts.draw_period_band(MONTHS, colours),
        *(parts.draw_expected_range(shared, colours) if shape.ranged else ()),
        *(parts.draw_events(colours) if shape.events else ()),
        parts.draw_lines(shared),
        *((parts.draw_unusual_months(shared, colours),) if shape.marks else ()),
        parts.draw_period_name(MONTHS, colours, late=shape.late, above=24 if shape.events else 4),
        _draw_month_hover(shape),
    ]
    return parts.build_spec(alt.layer(*layers), colours, 340)


def _draw_month_hover(shape: _TrendShape) -> alt.Chart:
    texts = {f"{field}_text": name for field, name in shape.lines}
    texts |= {"range_text": parts.EXPECTED, "signal_text": label_column("signal")} if shape.ranged else {}
    picked = alt.selection_point(name=PICKED, fields=["month"])
    hover: alt.Chart = parts.draw_month_strips(MONTHS, month_text=label_column("month"), **texts).add_params(picked)
    return hover


@cache
def _build_area_trends(lpas: tuple[str, ...], focus: str | None, dark: bool) -> str:
    colours = choose_theme(dark)
    width = alt.when(alt.datum.series == focus).then(alt.value(3.2)).otherwise(alt.value(1.6))
    lines = parts.draw_lines(
        SharedScales(parts.make_line_keys(lpas, colours.series), label_column("rate_per_1000"), RATE_FORMAT)
    )
    rates = {f"rate_{index}_text": lpa for index, lpa in enumerate(lpas)}
    hover = parts.draw_month_strips(MONTHS, month_text=label_column("month"), **rates)
    return parts.build_spec(alt.layer(lines.encode(strokeWidth=width), hover), colours, 340)


RANGE, AVERAGE, SINGLE_YEAR = "Range of earlier years", "Average of earlier years", "The only earlier year"
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
    return parts.add_rows(_build_season_spec(tuple(names.values()), *shape), points + bars, period)


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
    return parts.add_rows(_build_rolling_spec(figure.unit, is_late(rows, period), dark), points + rows, period)


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
    return parts.add_rows(_build_week_spec(figure.unit, dark), cells)


def _find_class(count: int, most: int) -> int:
    """Return which fifth of the way from zero to the highest count a count is in: 0 to 4."""
    return min(_CLASSES - 1, _CLASSES * count // most) if most else 0


@cache
def _build_season_spec(names: tuple[str, ...], unit: str, late: bool, ranged: bool, dark: bool) -> str:
    colours = choose_theme(dark)
    keys = parts.make_line_keys(names, (colours.focus, colours.before))
    bar = [LegendKey(RANGE, colours.expected, shape=parts.PATCH), LegendKey(AVERAGE, colours.quiet)]
    keys += bar if ranged else [LegendKey(SINGLE_YEAR, colours.quiet)]
    shared = SharedScales(keys, f"{unit.capitalize()} a month", COUNT_FORMAT)
    texts = {"count_text": names[0], "last_year_text": names[1]}
    texts |= {f"{column}_text": label_column(column) for column in ("lowest", "highest", "average")}
    layers = [
        parts.draw_period_band(_SEASON, colours),
        *_draw_earlier_years(shared, colours),
        parts.draw_lines(shared, _SEASON),
        _draw_legend_shapes(shared),
        parts.draw_period_name(_SEASON, colours, late=late),
        _draw_strips(_SEASON, texts),
    ]
    return parts.build_spec(alt.layer(*layers), colours, _HEIGHT)


def _draw_earlier_years(shared: SharedScales, colours: Theme) -> list[alt.Chart]:
    """Draw for each month a bar from the lowest to the highest earlier year, and a line at their average."""
    months = alt.Chart(DATA).transform_filter("isValid(datum.average)")
    months = months.encode(x=parts.make_time_axis(_SEASON, "bar_from"), x2="bar_to:T")
    bars = months.mark_rect(color=colours.expected).encode(y=shared.make_value_axis("lowest"), y2="highest:Q")
    averages = months.mark_rule(strokeWidth=1.5, color=colours.quiet).encode(y=shared.make_value_axis("average"))
    return [bars, averages]


def _draw_legend_shapes(shared: SharedScales) -> alt.Chart:
    """Return an empty layer of marks with shapes, which gives the entries of the legend their shapes."""
    points: alt.Chart = alt.Chart(DATA).transform_filter("false").mark_point(filled=True, aria=False)
    return points.encode(
        x=parts.make_time_axis(_SEASON, "at"),
        y=shared.make_value_axis("value"),
        **shared.make_series_channels("color", "shape"),
    )


@cache
def _build_rolling_spec(unit: str, late: bool, dark: bool) -> str:
    colours = choose_theme(dark)
    shared = SharedScales(
        parts.make_line_keys((label_column("rolling_12"),), (colours.focus,)),
        f"{unit.capitalize()} in 12 months",
        COUNT_FORMAT,
    )
    texts = {f"{column}_text": label_column(column) for column in ("rolling_12", "rolling_12_before", "count")}
    name = parts.draw_period_name(MONTHS, colours, late=late)
    layers = [parts.draw_period_band(MONTHS, colours), parts.draw_lines(shared), name, _draw_strips(MONTHS, texts)]
    return parts.build_spec(alt.layer(*layers), colours, _HEIGHT)


def _draw_strips(axis: alt.Axis, texts: dict[str, str]) -> alt.Chart:
    """Draw the invisible strips of the months. They show the figures of a month and can be clicked."""
    picked = alt.selection_point(name=PICKED, fields=["month"])
    strips: alt.Chart = parts.draw_month_strips(axis, month_text=label_column("month"), **texts).add_params(picked)
    return strips


@cache
def _build_week_spec(unit: str, dark: bool) -> str:
    colours = choose_theme(dark)
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False, orient="top")
    cells = alt.Chart(DATA).encode(
        x=alt.X("hours:O", sort=None, title="Hours of the day", axis=axis),
        y=alt.Y("weekday:O", sort=None, title=None),
        tooltip=parts.make_tooltip(
            weekday=label_column("weekday"), hours=label_column("hours"), count_text=unit.capitalize()
        ),
    )
    grounds = cells.mark_rect(stroke=colours.background, strokeWidth=2)
    grounds = grounds.encode(color=_colour_by_class(colours.sequential))
    numbers = cells.mark_text(fontSize=FONT_SIZE).encode(text="count_text:N", color=_colour_by_class(list_inks(dark)))
    return parts.build_spec(alt.layer(grounds, numbers).resolve_scale(color="independent"), colours, _HEIGHT)


def _colour_by_class(shades: tuple[str, ...]) -> alt.Color:
    """Return a colour for each class, without a legend: the cells hold their numbers."""
    return alt.Color("class:O", scale=alt.Scale(domain=list(range(_CLASSES)), range=list(shades)), legend=None)


def list_inks(dark: bool) -> tuple[str, ...]:
    """Return the colour of the number on each of the five classes of colour, so that it can be read."""
    colours = choose_theme(dark)
    turns = 2 if dark else 3  # from this class on, the ground of the page reads better than its text
    return (colours.text,) * turns + (colours.background,) * (_CLASSES - turns)
