"""The parts that charts share: data, axis of months, lines, selected period, tooltips; how one is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from shp_data.domain.periods import Period
from shp_view.text.rows import OUTSIDE, PATTERN, Row, period_row
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
# Shapes as paths within a square from -1 to 1: a legend draws strokes alone, so a patch is many of them.
_LINE = "M-1,0L1,0"
PATCH = "".join(f"M-1,{y / 10}L1,{y / 10}" for y in (-6, -4, -2, 0, 2, 4, 6))
_DIAMOND = "M0,-0.7L0.7,0L0,0.7L-0.7,0Z"
_RING = "M0.5,0A0.5,0.5,0,1,1,-0.5,0A0.5,0.5,0,1,1,0.5,0Z"
ROOM, ROOM_OF_EVENTS = 18, 44  # pixels between legend and plot: for the name of the period, and events
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


@dataclass(frozen=True)
class Key:
    """One entry of a legend: its name, colour, dash and shape (a line where it has none of its own)."""

    name: str
    colour: str
    dash: Sequence[int] = DASHES[0]
    shape: str = _LINE


def line_keys(names: Sequence[str], shades: Sequence[str]) -> list[Key]:
    """An entry for each line, told apart by colour and dash."""
    return [Key(*entry) for entry in zip(names, shades, DASHES, strict=False)]


@dataclass(frozen=True)
class Shared:
    """What the layers of a chart share and must each name the same: its legend and its axis of numbers.

    `title` and `numbers`: of the axis, and how d3 writes its ticks. `room`: pixels between legend and plot.
    `columns`: of the legend; 1 where its words are long beside a narrow plot.
    """

    keys: Sequence[Key]
    title: str
    numbers: str
    room: int = ROOM
    columns: int = 2

    def from_zero(self, field: str) -> alt.Y:
        """A field on the axis of numbers."""
        step = 1 if self.numbers == COUNT_FORMAT else 0.01
        axis = alt.Axis(format=self.numbers, tickCount=5, tickMinStep=step)
        return alt.Y(f"{field}:Q", title=self.title, scale=alt.Scale(zero=True), axis=axis)

    def told_apart(self, *channels: str) -> dict[str, Any]:
        """The channels color, strokeDash and shape, by the entries of the legend."""
        legend = alt.Legend(
            title=None,
            orient="top",
            offset=self.room,
            symbolType=_LINE,
            symbolSize=300,
            symbolStrokeWidth=2.5,
            columns=self.columns,
            columnPadding=14,
        )
        channel: dict[str, tuple[Any, list[Any]]] = {
            "color": (alt.Color, [key.colour for key in self.keys]),
            "strokeDash": (alt.StrokeDash, [list(key.dash) for key in self.keys]),
            "shape": (alt.Shape, [key.shape for key in self.keys]),
        }
        domain = [key.name for key in self.keys]
        return {
            name: kind("series:N", scale=alt.Scale(domain=domain, range=values), legend=legend)
            for name, (kind, values) in channel.items()
            if name in channels
        }


def lines_over_time(shared: Shared, axis: alt.Axis = MONTHS) -> alt.Chart:
    """One line for each series from a zero baseline, in a legend that holds what other layers draw as well."""
    lines = over_time(axis).mark_line(point=alt.OverlayMarkDef(size=14))
    placed: alt.Chart = lines.encode(y=shared.from_zero("value"))
    return placed.encode(**shared.told_apart("color", "strokeDash"))


def expected_range(shared: Shared, colours: Theme) -> list[alt.Chart]:
    """The band from `lower` to `upper` and the line of the mean; each stretch of months stands alone."""
    months = alt.Chart(DATA).transform_filter("isValid(datum.stretch)")
    months = months.encode(x=time_axis(MONTHS, "at"), detail="stretch:N")
    band = months.mark_area(color=colours.expected).encode(y=shared.from_zero("lower"), y2="upper:Q")
    mean = months.mark_line(strokeWidth=1, color=colours.quiet).encode(y=shared.from_zero("mean"))
    return [band, mean]


def range_keys(marks: Sequence[str], colours: Theme) -> list[Key]:
    """An entry for the band of the expected range, and for each of the marks that there are."""
    kinds = (
        Key(EXPECTED, colours.expected, shape=PATCH),
        Key(OUTSIDE, colours.series[3], shape=_DIAMOND),
        Key(PATTERN, colours.focus, shape=_RING),
    )
    return [key for key in kinds if key.name in (EXPECTED, *marks)]


def unusual_months(shared: Shared, colours: Theme) -> alt.Chart:
    """The months with a mark, each kind by its own shape and colour."""
    marked = alt.Chart(DATA).transform_filter("isValid(datum.mark)").transform_calculate(series="datum.mark")
    points = marked.mark_point(size=260, filled=True, stroke=colours.background, strokeWidth=1, opacity=1)
    placed: alt.Chart = points.encode(x=time_axis(MONTHS, "at"), y=shared.from_zero("count"))
    return placed.encode(**shared.told_apart("color", "shape"))


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


def period_name(axis: alt.Axis, colours: Theme, *, late: bool, above: int = 4) -> alt.Chart:
    """The selected period in words over its band, so many pixels above the plot; `late`: from its right edge."""
    note = alt.Chart(DATA).mark_text(
        align="right" if late else "left", baseline="bottom",
        color=colours.quiet, fontSize=SMALL_FONT_SIZE,
    )  # fmt: skip
    edge = time_axis(axis, "period_to" if late else "period_from")
    named: alt.Chart = note.encode(x=edge, y=alt.value(-above), text="period:N")
    return named


def month_strips(axis: alt.Axis | None, **texts: str) -> alt.Chart:
    """A strip for each month, unseen, that says every figure of it: easier to hit than a point."""
    months: alt.Chart = alt.Chart(DATA).transform_filter("isValid(datum.from)").mark_rect(opacity=0)
    strips: alt.Chart = months.encode(x=time_axis(axis, "from"), x2="to:T", tooltip=tooltip(**texts))
    return strips


def tooltip(**texts: str) -> list[alt.Tooltip]:
    """Worded fields with their titles, as shown when pointed at."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in texts.items()]
