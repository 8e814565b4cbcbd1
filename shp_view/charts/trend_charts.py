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
from shp_view.text import rows as chart_rows
from shp_view.text.rows import ChartRow, add_texts, find_selected_period, is_late, make_month_rows, make_plain_rows
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
        excluding_covid. Where there is a range it also has the columns that `rows.add_range` takes: the chart then
        has a band, and a shape on each unusual month. Events are drawn by their numbers.
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
    ranged = chart_rows.has_range(figure.table)
    rows = chart_rows.add_range(rows, figure.table) if ranged else rows
    is_limit = ranged and chart_rows.has_limits(figure.table)
    marks = _list_marks(rows)
    events = chart_rows.make_event_rows(figure.events, rows) if rows else []
    shape = _TrendShape(tuple(lines.items()), figure.unit, is_late(rows, period), ranged, is_limit, marks, bool(events))
    return parts.add_rows(_build_trend(shape, dark), [*_make_line_rows(rows, lines), *rows, *events], period)


def _list_marks(rows: list[ChartRow]) -> tuple[str, ...]:
    """List the marks of unusual months in some rows, in the order of the legend."""
    used_marks = {row.get(field) for row in rows for field in ("mark", "shift_mark")}
    return tuple(mark for mark in dict.fromkeys((*chart_rows.MARKS.values(), chart_rows.SHIFT)) if mark in used_marks)


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
    line_rows: list[ChartRow] = []
    texts: dict[int, ChartRow] = {}  # one row a month, with the rates of all LPAs for the tooltip
    for index, lpa in enumerate(lpas):
        for row in make_month_rows(figure.table[figure.table["lpa"] == lpa], ["rate_per_1000"]):
            line_rows.append({"at": row["at"], "series": lpa, "value": row["rate_per_1000"]})
            text_row = texts.setdefault(row["at"], {key: row[key] for key in ("from", "to", "month_text")})
            text_row[f"rate_{index}_text"] = row["rate_per_1000_text"]
    return parts.add_rows(_build_area_trends(lpas, focus, dark), line_rows + list(texts.values()))


def _make_line_rows(rows: list[ChartRow], names: dict[str, str]) -> list[ChartRow]:
    """Make the rows of the lines. `names`: the name of each line by its field, the one on top first."""
    # What is drawn last is on top, so the first field comes last.
    return [
        {"at": row["at"], "series": names[field], "value": row[field]}
        for field in reversed(names)
        for row in rows
        if field in row
    ]


@dataclass(frozen=True)
class _TrendShape:
    """The shape of a trend chart: its lines, its marks, and whether it has a range, of an XmR chart, and events."""

    lines: tuple[tuple[str, str], ...]
    unit: str
    late: bool
    ranged: bool
    is_limit: bool
    marks: tuple[str, ...]
    events: bool


@cache
def _build_trend(shape: _TrendShape, dark: bool) -> str:
    colours = choose_theme(dark)
    names = tuple(name for _, name in shape.lines)
    keys = parts.make_line_keys(names, (colours.focus, colours.before, colours.series[1]))
    if shape.ranged:
        keys += parts.make_limit_keys(colours) if shape.is_limit else parts.make_expected_keys(colours)
    keys += parts.make_mark_keys(shape.marks, colours)
    room = parts.ROOM_OF_EVENTS if shape.events else parts.ROOM
    shared = SharedScales(keys, f"{shape.unit.capitalize()} a month", COUNT_FORMAT, room)
    bands = parts.LIMIT_BANDS if shape.is_limit else parts.EXPECTED_BANDS
    texts = {f"{field}_text": name for field, name in shape.lines}
    if shape.ranged:
        narrow = {} if shape.is_limit else {"narrow_text": "80% range"}
        texts |= {"middle_text": label_column("mean" if shape.is_limit else "expected_count")}
        texts |= {"range_text": parts.EXPECTED, **narrow, "signal_text": label_column("signal")}
    layers = [
        parts.draw_period_band(MONTHS, colours),
        *(parts.draw_expected_range(shared, colours, bands) if shape.ranged else ()),
        *(parts.draw_events(colours) if shape.events else ()),
        parts.draw_lines(shared),
        *parts.draw_unusual_months(shared, colours, shape.marks),
        *((_draw_legend_shapes(shared, MONTHS),) if shape.ranged else ()),
        parts.draw_period_name(MONTHS, colours, late=shape.late, above=24 if shape.events else 4),
        # The strips are on top, so that the pointer meets a month and never a line.
        parts.draw_month_strips(MONTHS, texts).add_params(parts.make_click("month")),
    ]
    return parts.build_spec(alt.layer(*layers), colours, _HEIGHT)


@cache
def _build_area_trends(lpas: tuple[str, ...], focus: str | None, dark: bool) -> str:
    colours = choose_theme(dark)
    keys = parts.make_line_keys(lpas, colours.series)
    width = alt.when(alt.datum.series == focus).then(alt.value(3.2)).otherwise(alt.value(1.6))
    lines = parts.draw_lines(SharedScales(keys, label_column("rate_per_1000"), RATE_FORMAT)).encode(strokeWidth=width)
    strips = parts.draw_month_strips(MONTHS, {f"rate_{index}_text": lpa for index, lpa in enumerate(lpas)})
    return parts.build_spec(alt.layer(lines, strips), colours, _HEIGHT)


RANGE, AVERAGE = "Lowest to highest of earlier years", "Average of earlier years"
SINGLE_YEAR = "The only earlier year"
_SEASON = alt.Axis(format="%b", grid=False, tickCount={"interval": "month", "step": 1}, labelOverlap="parity")
_HALF_BAR = 11 * 24 * 3600 * 1000  # milliseconds to either side of a month: bars that do not touch
_HEIGHT = 340
_CLASSES = 5  # of colour


def draw_season(figure: Figure, *, dark: bool = False) -> Spec:
    """Draw each month against the same month of earlier years: a bar from lowest to highest, with lines over it.

    Months that are not as expected have the marks of the chart of months.

    Parameters
    ----------
    figure : Figure
        Its table has the columns month, count, last_year, lowest, highest, average and in_period, and those of
        `expected.add_expected`.
    dark : bool
        Whether the chart is for a dark page.

    Returns
    -------
    Spec
        The chart in Vega-Lite.
    """
    columns = ["count", "last_year", "lowest", "highest", "average"]
    rows, period = make_month_rows(figure.table, columns), find_selected_period(figure.table)
    rows = chart_rows.add_marks(rows, figure.table)
    # The season is a financial year, so both lines are named by theirs.
    year = Month.parse(figure.table["month"].iloc[0])
    names = {"count": year.financial_year, "last_year": year.shift(-12).financial_year}
    bars = [row | {"bar_from": row["at"] - _HALF_BAR, "bar_to": row["at"] + _HALF_BAR} for row in rows]
    # With a single earlier year lowest and highest are equal: a line is drawn, and the legend must not say range.
    ranged = any(row["lowest"] != row["highest"] for row in rows)
    spec = _build_season_spec(
        tuple(names.values()), figure.unit, is_late(rows, period), ranged, _list_marks(rows), dark
    )
    return parts.add_rows(spec, _make_line_rows(rows, names) + bars, period)


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
    points = _make_line_rows(rows, {"rolling_12": label_column("rolling_12")})
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
def _build_season_spec(
    names: tuple[str, ...], unit: str, late: bool, ranged: bool, marks: tuple[str, ...], dark: bool
) -> str:
    colours = choose_theme(dark)
    keys = parts.make_line_keys(names, (colours.focus, colours.before))
    bar = [LegendKey(RANGE, colours.expected, shape=parts.PATCH), LegendKey(AVERAGE, colours.quiet)]
    keys += bar if ranged else [LegendKey(SINGLE_YEAR, colours.quiet)]
    keys += parts.make_mark_keys(marks, colours)
    shared = SharedScales(keys, f"{unit.capitalize()} a month", COUNT_FORMAT)
    texts = {"count_text": names[0], "last_year_text": names[1], **parts.title_texts("lowest", "highest", "average")}
    texts |= {"range_text": parts.EXPECTED, "signal_text": label_column("signal")}
    layers = [
        parts.draw_period_band(_SEASON, colours),
        *_draw_earlier_years(shared, colours),
        parts.draw_lines(shared, _SEASON),
        *parts.draw_unusual_months(shared, colours, marks, _SEASON),
        _draw_legend_shapes(shared, _SEASON),
        parts.draw_period_name(_SEASON, colours, late=late),
        parts.draw_month_strips(_SEASON, texts).add_params(parts.make_click("month")),
    ]
    return parts.build_spec(alt.layer(*layers), colours, _HEIGHT)


def _draw_earlier_years(shared: SharedScales, colours: Theme) -> list[alt.Chart]:
    """Draw for each month a bar from the lowest to the highest earlier year, and a line at their average."""
    months = alt.Chart(DATA).transform_filter("isValid(datum.average)")
    months = months.encode(x=parts.make_time_axis(_SEASON, "bar_from"), x2="bar_to:T")
    bars = months.mark_rect(color=colours.expected).encode(y=shared.make_value_axis("lowest"), y2="highest:Q")
    averages = months.mark_rule(strokeWidth=1.5, color=colours.quiet).encode(y=shared.make_value_axis("average"))
    return [bars, averages]


def _draw_legend_shapes(shared: SharedScales, axis: alt.Axis) -> alt.Chart:
    """Return an empty layer of marks with shapes, which gives the entries of the legend their shapes."""
    # Lines alone would give every entry of the legend the shape of a line.
    points: alt.Chart = alt.Chart(DATA).transform_filter("false").mark_point(filled=True, aria=False)
    return points.encode(
        x=parts.make_time_axis(axis, "at"),
        y=shared.make_value_axis("value"),
        **shared.make_series_channels("color", "shape"),
    )


@cache
def _build_rolling_spec(unit: str, late: bool, dark: bool) -> str:
    colours = choose_theme(dark)
    keys = parts.make_line_keys((label_column("rolling_12"),), (colours.focus,))
    texts = parts.title_texts("rolling_12", "rolling_12_before", "count")
    layers = [
        parts.draw_period_band(MONTHS, colours),
        parts.draw_lines(SharedScales(keys, f"{unit.capitalize()} in 12 months", COUNT_FORMAT)),
        parts.draw_period_name(MONTHS, colours, late=late),
        parts.draw_month_strips(MONTHS, texts).add_params(parts.make_click("month")),
    ]
    return parts.build_spec(alt.layer(*layers), colours, _HEIGHT)


@cache
def _build_week_spec(unit: str, dark: bool) -> str:
    colours = choose_theme(dark)
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False, orient="top")
    texts = {name: label_column(name) for name in ("weekday", "hours")} | {"count_text": unit.capitalize()}
    cells = alt.Chart(DATA).encode(
        x=alt.X("hours:O", sort=None, title="Hours of the day", axis=axis),
        y=alt.Y("weekday:O", sort=None, title=None),
        tooltip=parts.list_tooltips(texts),
    )
    grounds = cells.mark_rect(stroke=colours.background, strokeWidth=2)
    grounds = grounds.encode(color=_colour_by_class(colours.sequential))
    numbers = cells.mark_text(fontSize=FONT_SIZE).encode(text="count_text:N", color=_colour_by_class(list_inks(dark)))
    # The two layers class the same field, but the numbers take the colour that can be read on their cell.
    chart = alt.layer(grounds, numbers).resolve_scale(color="independent")
    return parts.build_spec(chart, colours, _HEIGHT)


def _colour_by_class(shades: tuple[str, ...]) -> alt.Color:
    """Return a colour for each class, without a legend: the cells hold their numbers."""
    return alt.Color("class:O", scale=alt.Scale(domain=list(range(_CLASSES)), range=list(shades)), legend=None)


def list_inks(dark: bool) -> tuple[str, ...]:
    """Return the colour of the number on each of the five classes of colour, so that it can be read."""
    colours = choose_theme(dark)
    turns = 2 if dark else 3  # from this class on, the ground of the page reads better than its text
    return (colours.text,) * turns + (colours.background,) * (_CLASSES - turns)
