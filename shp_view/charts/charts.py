"""Charts of a Figure, as Vega-Lite specifications.

A page shows one with `st.vega_lite_chart(spec, theme=None, alt=...)`: the specification holds all colours
and text. Altair builds and validates what does not change (marks, scales, colours) once for each shape of
figure. The result is cached as JSON text; a rerun only adds the figure's rows. `wording` formats every
number that is read. Colour is never the only sign: dash, label or position shows the same. A click on a
month of `draw_trend` sets the parameter `picked` to its `month` (2020-10).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import altair as alt

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import (
    EXPECTED,
    MONTHS,
    ROOM,
    ROOM_OF_EVENTS,
    SharedScales,
    add_rows,
    build_spec,
    draw_events,
    draw_expected_range,
    draw_lines,
    draw_month_strips,
    draw_period_band,
    draw_period_name,
    draw_unusual_months,
    make_line_keys,
    make_range_keys,
)
from shp_view.charts.chart_parts import PICKED as PICKED
from shp_view.charts.chart_parts import Spec as Spec
from shp_view.text.rows import (
    OUTSIDE,
    PATTERN,
    ChartRow,
    add_range,
    find_selected_period,
    is_late,
    make_event_rows,
    make_month_rows,
)
from shp_view.text.wording import label_column
from shp_view.theme import COUNT_FORMAT, RATE_FORMAT, choose_theme

LAST_YEAR = "Same month last year"
WITHOUT_COVID = "Without COVID"


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
    rows = add_range(rows, figure.table) if ranged else rows
    marks = tuple(mark for mark in (OUTSIDE, PATTERN) if any(row.get("mark") == mark for row in rows))
    events = make_event_rows(figure.events, rows) if rows else []
    line_rows = [
        {"at": row["at"], "series": lines[field], "value": row[field]}
        for field in reversed(lines)  # the last drawn is on top: the count itself
        for row in rows
    ]
    shape = _TrendShape(tuple(lines.items()), figure.unit, is_late(rows, period), ranged, marks, bool(events))
    return add_rows(_build_trend(shape, dark), line_rows + rows + events, period)


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
    return add_rows(_build_area_trends(lpas, focus, dark), line_rows + list(texts.values()))


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
    keys = make_line_keys(names, shades) + (make_range_keys(shape.marks, colours) if shape.ranged else [])
    room = ROOM_OF_EVENTS if shape.events else ROOM
    shared = SharedScales(keys, f"{shape.unit.capitalize()} a month", COUNT_FORMAT, room)
    layers = [
        draw_period_band(MONTHS, colours),
        *(draw_expected_range(shared, colours) if shape.ranged else ()),
        *(draw_events(colours) if shape.events else ()),
        draw_lines(shared),
        *((draw_unusual_months(shared, colours),) if shape.marks else ()),
        draw_period_name(MONTHS, colours, late=shape.late, above=24 if shape.events else 4),
        _draw_month_hover(shape),
    ]
    return build_spec(alt.layer(*layers), colours, 340)


def _draw_month_hover(shape: _TrendShape) -> alt.Chart:
    texts = {f"{field}_text": name for field, name in shape.lines}
    texts |= {"range_text": EXPECTED, "signal_text": label_column("signal")} if shape.ranged else {}
    picked = alt.selection_point(name=PICKED, fields=["month"])
    hover: alt.Chart = draw_month_strips(MONTHS, month_text=label_column("month"), **texts).add_params(picked)
    return hover


@cache
def _build_area_trends(lpas: tuple[str, ...], focus: str | None, dark: bool) -> str:
    colours = choose_theme(dark)
    width = alt.when(alt.datum.series == focus).then(alt.value(3.2)).otherwise(alt.value(1.6))
    lines = draw_lines(SharedScales(make_line_keys(lpas, colours.series), label_column("rate_per_1000"), RATE_FORMAT))
    rates = {f"rate_{index}_text": lpa for index, lpa in enumerate(lpas)}
    hover = draw_month_strips(MONTHS, month_text=label_column("month"), **rates)
    return build_spec(alt.layer(lines.encode(strokeWidth=width), hover), colours, 340)
