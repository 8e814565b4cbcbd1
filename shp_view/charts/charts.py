"""Charts of a Figure, as Vega-Lite specifications.

A page shows one with `st.vega_lite_chart(spec, theme=None, alt=...)`: all colours and letters are in it.
What does not change (marks, scales, colours) is built and validated by Altair once for each shape of figure
and kept as JSON text; a rerun only puts the figure's rows in. Every number that is read was worded by
`wording`. Colour is never alone: dash, label or place say the same. A click on a month of `trend` is told
under the parameter `picked`, as its `month` (2020-10).
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
    Shared,
    expected_range,
    kept,
    line_keys,
    lines_over_time,
    month_strips,
    numbered_events,
    period_band,
    period_name,
    range_keys,
    unusual_months,
    with_rows,
)
from shp_view.charts.chart_parts import PICKED as PICKED
from shp_view.charts.chart_parts import Spec as Spec
from shp_view.text.rows import OUTSIDE, PATTERN, Row, chosen_months, event_rows, in_range, is_late, month_rows
from shp_view.text.wording import label
from shp_view.theme import COUNT_FORMAT, RATE_FORMAT, theme

LAST_YEAR = "Same month last year"
WITHOUT_COVID = "Without COVID"


def trend(figure: Figure, *, dark: bool = False) -> Spec:
    """How does each month compare with the same month last year? One large chart with a zero baseline.

    Table: month, count, last_year, in_period and, where records are marked, excluding_covid; where there is a
    range, mean, lower, upper and signal: a band, and a shape on each unusual month. Events by their numbers.
    """
    lines = {"count": figure.unit.capitalize(), "last_year": LAST_YEAR}
    if "excluding_covid" in figure.table:
        lines["excluding_covid"] = WITHOUT_COVID
    rows, period = month_rows(figure.table, list(lines)), chosen_months(figure.table)
    ranged = "mean" in figure.table and bool(figure.table["mean"].notna().any())
    rows = in_range(rows, figure.table) if ranged else rows
    marks = tuple(mark for mark in (OUTSIDE, PATTERN) if any(row.get("mark") == mark for row in rows))
    events = event_rows(figure.events, rows) if rows else []
    drawn = [
        {"at": row["at"], "series": lines[field], "value": row[field]}
        for field in reversed(lines)  # the last drawn is on top: the count itself
        for row in rows
    ]
    shape = _Trend(tuple(lines.items()), figure.unit, is_late(rows, period), ranged, marks, bool(events))
    return with_rows(_trend(shape, dark), drawn + rows + events, period)


def trend_by_area(figure: Figure, focus: str | None = None, *, dark: bool = False) -> Spec:
    """How does the rate of each LPA run? One line each, by colour and dash; the area in focus is bold.

    Table: month, lpa, rate_per_1000. Lines take the order in which the table first names the LPAs; at most
    four can be read, as many as there are dashes.
    """
    lpas = tuple(dict.fromkeys(figure.table["lpa"]))
    drawn: list[Row] = []
    texts: dict[int, Row] = {}  # one row a month, with the rates of all LPAs for the tooltip
    for place, lpa in enumerate(lpas):
        for row in month_rows(figure.table[figure.table["lpa"] == lpa], ["rate_per_1000"]):
            drawn.append({"at": row["at"], "series": lpa, "value": row["rate_per_1000"]})
            shown = texts.setdefault(row["at"], {key: row[key] for key in ("from", "to", "month_text")})
            shown[f"rate_{place}_text"] = row["rate_per_1000_text"]
    return with_rows(_trend_by_area(lpas, focus, dark), drawn + list(texts.values()))


@dataclass(frozen=True)
class _Trend:
    """What a trend's specification depends on: its lines, and whether it has a range, marks and events."""

    lines: tuple[tuple[str, str], ...]
    unit: str
    late: bool
    ranged: bool
    marks: tuple[str, ...]
    events: bool


@cache
def _trend(shape: _Trend, dark: bool) -> str:
    colours = theme(dark)
    names = tuple(name for _, name in shape.lines)
    shades = (colours.focus, colours.before, colours.series[1])[: len(names)]
    keys = line_keys(names, shades) + (range_keys(shape.marks, colours) if shape.ranged else [])
    room = ROOM_OF_EVENTS if shape.events else ROOM
    shared = Shared(keys, f"{shape.unit.capitalize()} a month", COUNT_FORMAT, room)
    layers = [
        period_band(MONTHS, colours),
        *(expected_range(shared, colours) if shape.ranged else ()),
        *(numbered_events(colours) if shape.events else ()),
        lines_over_time(shared),
        *((unusual_months(shared, colours),) if shape.marks else ()),
        period_name(MONTHS, colours, late=shape.late, above=24 if shape.events else 4),
        _month_hover(shape),
    ]
    return kept(alt.layer(*layers), colours, 340)


def _month_hover(shape: _Trend) -> alt.Chart:
    texts = {f"{field}_text": name for field, name in shape.lines}
    texts |= {"range_text": EXPECTED, "signal_text": label("signal")} if shape.ranged else {}
    picked = alt.selection_point(name=PICKED, fields=["month"])
    hover: alt.Chart = month_strips(MONTHS, month_text=label("month"), **texts).add_params(picked)
    return hover


@cache
def _trend_by_area(lpas: tuple[str, ...], focus: str | None, dark: bool) -> str:
    colours = theme(dark)
    width = alt.when(alt.datum.series == focus).then(alt.value(3.2)).otherwise(alt.value(1.6))
    lines = lines_over_time(Shared(line_keys(lpas, colours.series), label("rate_per_1000"), RATE_FORMAT))
    rates = {f"rate_{place}_text": lpa for place, lpa in enumerate(lpas)}
    hover = month_strips(MONTHS, month_text=label("month"), **rates)
    return kept(alt.layer(lines.encode(strokeWidth=width), hover), colours, 340)
