"""The parts that charts share: data, axis of months, lines, selected period, tooltips; how one is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from shp_data.domain.periods import Period
from shp_view.rows import Row, period_row
from shp_view.theme import COUNT_FORMAT, DASHES, Theme, config

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
    step = 1 if numbers == COUNT_FORMAT else 0.01
    lines: alt.Chart = (
        over_time(MONTHS)
        .mark_line(point=alt.OverlayMarkDef(size=14))
        .encode(
            y=alt.Y(
                "value:Q",
                title=title,
                scale=alt.Scale(zero=True),
                axis=alt.Axis(format=numbers, tickCount=5, tickMinStep=step),
            ),
            color=alt.Color("series:N", scale=alt.Scale(domain=names, range=shades), legend=legend),
            strokeDash=alt.StrokeDash("series:N", scale=dashes, legend=legend),
        )
    )
    return lines


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
