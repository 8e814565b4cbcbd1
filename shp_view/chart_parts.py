"""The parts that charts share: data, axis of months, lines, selected period, tooltips; how one is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from shp_data.domain.periods import Period
from shp_view.rows import OUTSIDE, PATTERN, Row, period_row
from shp_view.theme import COUNT_FORMAT, DASHES, SMALL_FONT_SIZE, Theme, config

Spec = dict[str, Any]
DATA = alt.NamedData("figure")
# A label each quarter of a year; every second or fourth where there is less room.
MONTHS = alt.Axis(
    format="%b %Y",
    grid=False,
    tickCount={"interval": "month", "step": 3},
    labelOverlap="parity",
    labelSeparation=10,
)
PICKED = "picked"  # the parameter under which a page finds what was clicked
EXPECTED = "Expected range"
_BAR_AT = -7  # pixels above the plot: clear of its highest point
FIT = {"type": "fit-x", "contains": "padding"}


def with_rows(spec: str, rows: list[Row], period: Period | None = None) -> Spec:
    """A kept specification with the figure's rows in it, and the selected period as one row more."""
    whole: Spec = json.loads(spec)
    return whole | {"datasets": {"figure": [*rows, period_row(period)] if period else rows}}


def kept(chart: alt.LayerChart | alt.FacetChart, colours: Theme, height: int, **properties: Any) -> str:
    """The validated specification of a whole chart; only the outermost view carries configuration."""
    whole = chart.properties(width="container", height=height, autosize=FIT, **properties)
    return json.dumps(whole.to_dict() | {"config": config(colours)})


def lines_over_time(names: Sequence[str], shades: Sequence[str], title: str, numbers: str) -> alt.Chart:
    """One line for each series from a zero baseline, its name in a legend that shows colour and dash."""
    dashes = alt.Scale(domain=names, range=[list(dash) for dash in DASHES[: len(names)]])
    legend = alt.Legend(
        title=None,
        orient="top",
        symbolType="stroke",
        symbolSize=300,
        symbolStrokeWidth=2.5,
        columns=2,
        columnPadding=14,
    )
    lines: alt.Chart = (
        over_time(MONTHS)
        .mark_line(point=alt.OverlayMarkDef(size=14))
        .encode(
            y=from_zero("value", title, numbers),
            color=alt.Color("series:N", scale=alt.Scale(domain=names, range=shades), legend=legend),
            strokeDash=alt.StrokeDash("series:N", scale=dashes, legend=legend),
        )
    )
    return lines


def from_zero(field: str, title: str, numbers: str) -> alt.Y:
    """A field on an axis from zero. Layers share one axis, so each of them must name the same."""
    axis = alt.Axis(format=numbers, tickCount=5, tickMinStep=1 if numbers == COUNT_FORMAT else 0.01)
    return alt.Y(f"{field}:Q", title=title, scale=alt.Scale(zero=True), axis=axis)


def expected_range(title: str, numbers: str, colours: Theme) -> list[alt.Chart]:
    """The band from `lower` to `upper` and the line of the mean; each stretch of months stands alone."""
    months = alt.Chart(DATA).transform_filter("isValid(datum.stretch)")
    months = months.encode(x=time_axis(MONTHS, "at"), detail="stretch:N")
    band = months.mark_area(color=colours.expected).encode(y=from_zero("lower", title, numbers), y2="upper:Q")
    mean = months.mark_line(strokeWidth=1, color=colours.quiet).encode(y=from_zero("mean", title, numbers))
    return [band, mean]


def unusual_months(title: str, numbers: str, names: Sequence[str], colours: Theme) -> alt.Chart:
    """The months with a `mark`, each kind by its own shape and colour; `names`: the kinds that there are.

    The legend begins with the band of the expected range.
    """
    kinds = {
        EXPECTED: ("square", colours.expected, colours.expected),
        OUTSIDE: ("diamond", colours.series[3], colours.background),
        PATTERN: ("circle", colours.focus, colours.background),
    }
    legend = alt.Legend(title=None, orient="bottom", columns=3, columnPadding=12, symbolSize=90)
    shown = [EXPECTED, *names]
    shapes, strokes, fills = (alt.Scale(domain=shown, range=[kinds[name][part] for name in shown]) for part in range(3))
    marked: alt.Chart = (
        alt.Chart(DATA)
        .transform_filter("isValid(datum.mark)")
        .mark_point(size=70, strokeWidth=2, opacity=1)
        .encode(
            x=time_axis(MONTHS, "at"),
            y=from_zero("count", title, numbers),
            shape=alt.Shape("mark:N", scale=shapes, legend=legend),
            stroke=alt.Stroke("mark:N", scale=strokes, legend=legend),
            fill=alt.Fill("mark:N", scale=fills, legend=legend),
        )
    )
    return marked


def numbered_events(colours: Theme) -> list[alt.Chart]:
    """What happened when: a bar over the top with its number above, and a thin line down from its start."""
    events = alt.Chart(DATA).transform_filter("isValid(datum.number)")
    start = time_axis(MONTHS, "event_from")
    line = events.mark_rule(color=colours.before, strokeWidth=1, strokeDash=[2, 3]).encode(
        x=start, y=alt.value(_BAR_AT), y2=alt.value("height")
    )
    bar = events.mark_rule(color=colours.before, strokeWidth=4)
    bar = bar.encode(x=start, x2="event_to:T", y=alt.value(_BAR_AT))
    number = events.mark_text(baseline="bottom", fontSize=SMALL_FONT_SIZE, color=colours.text)
    number = number.encode(x=time_axis(MONTHS, "event_at"), y=alt.value(_BAR_AT - 3), text="number:N")
    return [line, bar, number]


def over_time(axis: alt.Axis | None) -> alt.Chart:
    """What every line over time starts from."""
    months: alt.Chart = alt.Chart(DATA).transform_filter("isValid(datum.at)").encode(x=time_axis(axis, "at"))
    return months


def time_axis(axis: alt.Axis | None, field: str) -> alt.X:
    """A field on the axis of months. Layers share one axis, so each of them must name the same."""
    return alt.X(f"{field}:T", axis=axis, title=None, scale=alt.Scale(type="utc", nice=False))


def period_band(axis: alt.Axis | None, colours: Theme) -> alt.Chart:
    """The selected period, behind the lines."""
    chosen: alt.Chart = alt.Chart(DATA).transform_filter("isValid(datum.period)")
    edges = {"x": time_axis(axis, "period_from"), "x2": alt.X2("period_to:T")}
    band: alt.Chart = chosen.mark_rect(color=colours.band).encode(**edges)
    return band


def month_strips(axis: alt.Axis | None, **texts: str) -> alt.Chart:
    """A strip for each month, unseen, that says every figure of it: easier to hit than a point."""
    months: alt.Chart = alt.Chart(DATA).transform_filter("isValid(datum.from)").mark_rect(opacity=0)
    strips: alt.Chart = months.encode(x=time_axis(axis, "from"), x2="to:T", tooltip=tooltip(**texts))
    return strips


def tooltip(**texts: str) -> list[alt.Tooltip]:
    """Worded fields with their titles, as shown when pointed at."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in texts.items()]
