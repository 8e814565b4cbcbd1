"""The parts that charts share: data, axis of months, lines, selected period, tooltips and the built text."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from shp_data.domain.periods import Period
from shp_view.text.rows import MARKS, OUTSIDE, SHIFT, ChartRow, make_period_row
from shp_view.text.wording import label_column
from shp_view.theme import COUNT_FORMAT, DASHES, SMALL_FONT_SIZE, Theme, build_config

Spec = dict[str, Any]
DATA = alt.NamedData("figure")
# A label each quarter of a year; every second or fourth where there is less room.
MONTHS = alt.Axis(
    format="%b %Y", grid=False, tickCount={"interval": "month", "step": 3}, labelOverlap="parity", labelSeparation=10
)
PICKED = "picked"  # the parameter that holds what was clicked
EXPECTED = "Expected range"
MIDDLE, RANGES = "Expected (dashed: forecast)", "Expected range (95% of months; darker: 80%)"
# Shapes as paths within a square from -1 to 1: a legend draws strokes alone, so a patch is many of them.
_LINE = "M-1,0L1,0"
PATCH = "".join(f"M-1,{y / 10}L1,{y / 10}" for y in (-6, -4, -2, 0, 2, 4, 6))
_DIAMOND = "M0,-0.7L0.7,0L0,0.7L-0.7,0Z"
_RING = "M0.5,0A0.5,0.5,0,1,1,-0.5,0A0.5,0.5,0,1,1,0.5,0Z"
ROOM, ROOM_OF_EVENTS = 18, 44  # pixels between legend and plot: for the name of the period, and events
_BAR_AT = -7  # pixels above the plot: clear of its highest point
FIT = {"type": "fit-x", "contains": "padding"}


def add_rows(spec: str, rows: list[ChartRow], period: Period | None = None) -> Spec:
    """Add the figure's rows to a cached specification, and one row for the selected period."""
    chart: Spec = json.loads(spec)
    # Each rerun adds the rows to the cached text: building and validating the chart would slow each click.
    return chart | {"datasets": {"figure": [*rows, make_period_row(period)] if period else rows}}


def build_spec(chart: alt.LayerChart | alt.FacetChart, colours: Theme, height: int, **properties: Any) -> str:
    """Build the validated specification of a whole chart. Only the outermost view has a configuration."""
    # The chart takes the width of the page. Its padding is inside, so that it is not cut.
    full_chart = chart.properties(width="container", height=height, autosize=FIT, **properties)
    return json.dumps(full_chart.to_dict() | {"config": build_config(colours)})


@dataclass(frozen=True)
class LegendKey:
    """One entry of a legend: its name, colour, dash and shape (a line where it has no other shape)."""

    name: str
    colour: str
    dash: Sequence[int] = DASHES[0]
    shape: str = _LINE


def make_line_keys(names: Sequence[str], shades: Sequence[str]) -> list[LegendKey]:
    """Make a legend entry for each line, which differ by colour and dash."""
    return [LegendKey(*entry) for entry in zip(names, shades, DASHES, strict=False)]


_TWO_COLUMNS = 680  # pixels that a legend of two columns needs


@dataclass(frozen=True)
class SharedScales:
    """The legend and the axis of numbers that the layers of a chart share; each layer must name the same ones.

    `title` and `numbers`: the title of the axis and the d3 format of its ticks. `room`: pixels between legend
    and plot. `columns`: the number of columns of the legend; 1 where its words are long and the plot is narrow.
    """

    keys: Sequence[LegendKey]
    title: str
    numbers: str
    room: int = ROOM
    columns: int = 2

    def make_value_axis(self, field: str) -> alt.Y:
        """Put a field on the axis of numbers, which starts at zero."""
        # Half an incident must not appear on an axis of counts.
        step = 1 if self.numbers == COUNT_FORMAT else 0.01
        axis = alt.Axis(format=self.numbers, tickCount=5, tickMinStep=step)
        return alt.Y(f"{field}:Q", title=self.title, scale=alt.Scale(zero=True), axis=axis)

    def make_series_channels(self, *channels: str) -> dict[str, Any]:
        """Make the channels color, strokeDash and shape by the entries of the legend."""
        # One legend for colour, dash and shape: Vega merges them only where domain and legend are equal.
        # Two columns of words are wider than half a page, which would cut the second one off. On paper there is no
        # container: its size is undefined, and so is not below the limit.
        columns = alt.ExprRef(f"containerSize()[0] < {_TWO_COLUMNS} ? 1 : {self.columns}")
        legend = alt.Legend(
            title=None,
            orient="top",
            offset=self.room,
            symbolType=_LINE,
            symbolSize=300,
            symbolStrokeWidth=2.5,
            columns=columns,
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


def draw_lines(shared: SharedScales, axis: alt.Axis = MONTHS) -> alt.Chart:
    """Draw one line for each series from a zero baseline; the legend also holds what other layers draw."""
    months = alt.Chart(DATA).transform_filter("isValid(datum.at)").encode(x=make_time_axis(axis, "at"))
    lines = months.mark_line(point=alt.OverlayMarkDef(size=14)).encode(y=shared.make_value_axis("value"))
    chart: alt.Chart = lines.encode(**shared.make_series_channels("color", "strokeDash"))
    return chart


LIMIT_BANDS = (("lower", "upper"),)
EXPECTED_BANDS = (*LIMIT_BANDS, ("lower_80", "upper_80"))


def draw_expected_range(
    shared: SharedScales, colours: Theme, bands: Sequence[tuple[str, str]] = EXPECTED_BANDS
) -> list[alt.Chart]:
    """Draw the bands of the range and the line of what is expected, separately for each stretch of months.

    A forecast is paler and its line is dashed. `bands`: the fields of their lower and upper ends.
    """
    layers = []
    for is_forecast in (False, True):
        months = alt.Chart(DATA).transform_filter(
            f"isValid(datum.stretch) && {'' if is_forecast else '!'}datum.is_forecast"
        )
        # Without the detail the band would slope from one stretch to the next.
        months = months.encode(x=make_time_axis(MONTHS, "at"), detail="stretch:N")
        band = months.mark_area(color=colours.expected, opacity=0.55 if is_forecast else 1)
        layers += [band.encode(y=shared.make_value_axis(low), y2=f"{high}:Q") for low, high in bands]
        line = months.mark_line(strokeWidth=1, color=colours.quiet, strokeDash=DASHES[1 if is_forecast else 0])
        layers.append(line.encode(y=shared.make_value_axis("middle")))
    return layers


def make_expected_keys(colours: Theme) -> list[LegendKey]:
    """Make the legend entries of what is expected of each month, and of the forecast."""
    return [LegendKey(MIDDLE, colours.quiet), LegendKey(RANGES, colours.expected, shape=PATCH)]


def make_limit_keys(colours: Theme) -> list[LegendKey]:
    """Make the legend entry of the band between the limits of an XmR chart."""
    return [LegendKey(EXPECTED, colours.expected, shape=PATCH)]


def make_mark_keys(marks: Sequence[str], colours: Theme) -> list[LegendKey]:
    """Make a legend entry for each mark in use."""
    outside, pattern = (colours.series[3], _DIAMOND), (colours.focus, _RING)
    names = dict.fromkeys((*MARKS.values(), SHIFT))
    looks = {mark: outside if mark == OUTSIDE else pattern for mark in names if mark in marks}
    return [LegendKey(mark, colour, shape=shape) for mark, (colour, shape) in looks.items()]


def draw_unusual_months(
    shared: SharedScales, colours: Theme, marks: Collection[str], axis: alt.Axis = MONTHS
) -> list[alt.Chart]:
    """Draw the months that have one of some marks, each kind in its own shape and colour."""
    layers = []
    # The ring of a shift first, so that a month outside the range keeps its mark within it.
    fields = [
        field for field, is_used in (("shift_mark", SHIFT in marks), ("mark", bool({*marks} - {SHIFT}))) if is_used
    ]
    for field in fields:
        marked = (
            alt.Chart(DATA).transform_filter(f"isValid(datum.{field})").transform_calculate(series=f"datum.{field}")
        )
        points = marked.mark_point(size=420 if field == "shift_mark" else 260, **make_dot_style(colours))
        chart = points.encode(x=make_time_axis(axis, "at"), y=shared.make_value_axis("count"))
        layers.append(chart.encode(**shared.make_series_channels("color", "shape")))
    return layers


def make_dot_style(colours: Theme) -> dict[str, Any]:
    """Make the style of a filled point, with an edge that keeps it apart from lines and other points."""
    return {"filled": True, "opacity": 1, "stroke": colours.background, "strokeWidth": 1}


def draw_events(colours: Theme) -> list[alt.Chart]:
    """Draw each event as a bar above the plot with its number, and a thin line down from its start."""
    events = alt.Chart(DATA).transform_filter("isValid(datum.number)")
    start = make_time_axis(MONTHS, "event_from")
    line = events.mark_rule(color=colours.before, strokeWidth=1, strokeDash=[2, 3]).encode(
        x=start, y=alt.value(_BAR_AT), y2=alt.value("height")
    )
    bar = events.mark_rule(color=colours.before, strokeWidth=4)
    bar = bar.encode(x=start, x2="event_to:T", y=alt.value(_BAR_AT))
    number = events.mark_text(baseline="bottom", fontSize=SMALL_FONT_SIZE, color=colours.text)
    number = number.encode(x=make_time_axis(MONTHS, "event_at"), y=alt.value(_BAR_AT - 3), text="number:N")
    return [line, bar, number]


def make_time_axis(axis: alt.Axis, field: str) -> alt.X:
    """Put a field on the axis of months. Layers share one axis, so each of them must name the same one."""
    return alt.X(f"{field}:T", axis=axis, title=None, scale=alt.Scale(type="utc", nice=False))


def draw_period_band(axis: alt.Axis, colours: Theme) -> alt.Chart:
    """Draw the selected period as a band behind the lines."""
    period = alt.Chart(DATA).transform_filter("isValid(datum.period)").mark_rect(color=colours.band)
    band: alt.Chart = period.encode(x=make_time_axis(axis, "period_from"), x2=alt.X2("period_to:T"))
    return band


def draw_period_name(axis: alt.Axis, colours: Theme, *, late: bool, above: int = 4) -> alt.Chart:
    """Draw the name of the selected period over its band.

    `above`: pixels above the plot. `late`: whether the name ends at the right edge of the band.
    """
    note = alt.Chart(DATA).mark_text(
        align="right" if late else "left", baseline="bottom",
        color=colours.quiet, fontSize=SMALL_FONT_SIZE,
    )  # fmt: skip
    edge = make_time_axis(axis, "period_to" if late else "period_from")
    chart: alt.Chart = note.encode(x=edge, y=alt.value(-above), text="period:N")
    return chart


def draw_month_strips(axis: alt.Axis, texts: Mapping[str, str]) -> alt.Chart:
    """Draw an invisible strip for each month whose tooltip gives all its figures: easier to hit than a point.

    `texts`: the title of each field in the tooltip.
    """
    months = alt.Chart(DATA).transform_filter("isValid(datum.from)").mark_rect(opacity=0)
    tooltip = list_tooltips({"month_text": label_column("month"), **texts})
    strips: alt.Chart = months.encode(x=make_time_axis(axis, "from"), x2="to:T", tooltip=tooltip)
    return strips


def list_tooltips(texts: Mapping[str, str]) -> list[alt.Tooltip]:
    """List the lines of a tooltip: the title of each field of text."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in texts.items()]


def title_texts(*columns: str) -> dict[str, str]:
    """Title the text of each column for a tooltip, such as `count_text`, as the tables do."""
    return {f"{column}_text": label_column(column) for column in columns}


def make_click(field: str) -> alt.Parameter:
    """Make the parameter that holds a field of the clicked mark."""
    parameter: alt.Parameter = alt.selection_point(name=PICKED, fields=[field])
    return parameter
