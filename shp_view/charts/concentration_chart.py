"""The chart of the concentration: how much the busiest places hold, beside an even spread; made as in `charts`."""

from __future__ import annotations

from functools import cache

import altair as alt

from shp_data.analysis.places.concentration import half
from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import DATA, Spec, kept, tooltip, with_rows
from shp_view.text.rows import Row, plain_rows
from shp_view.text.wording import exact_percent, label, number, percent
from shp_view.theme import FONT_SIZE, theme

_HEIGHT = 340
_SHARES = alt.Scale(domain=[0, 100], nice=False)
_TICKS = alt.Axis(values=[0, 25, 50, 75, 100], labelExpr="datum.value + '%'", grid=True)
_EVEN = "Evenly spread"


def concentration_chart(curve: Figure, *, dark: bool = False) -> Spec:
    """How much of all incidents do the busiest places hold? The curve, its half marked, over an even spread.

    Table: busiest, place_share, incident_share, as `concentration` gives it. Both axes from 0 to 100 %.
    """
    rows = [_worded(row) for row in plain_rows(curve.table, ["busiest", "place_share", "incident_share"])]
    found = half(curve)
    if found is not None:
        at = next(row for row in rows if row["busiest"] == found.places)
        rows.append(at | {"half": f"Half of the {curve.unit}:\n{percent(found.share)} of the places"})
    return with_rows(_chart(curve.unit, dark), rows)


def _worded(row: Row) -> Row:
    shares = {f"{name}_text": exact_percent(row[name]) for name in ("place_share", "incident_share")}
    return row | {"busiest_text": number(row["busiest"])} | shares


@cache
def _chart(unit: str, dark: bool) -> str:
    colours = theme(dark)
    x = alt.X("place_share:Q", title="Places with any, the busiest first", scale=_SHARES, axis=_TICKS)
    y = alt.Y("incident_share:Q", title=f"Share of the {unit}", scale=_SHARES, axis=_TICKS)
    points = alt.Chart(DATA).transform_filter("!isValid(datum.half)").encode(x=x, y=y)
    curve = points.mark_line(color=colours.focus, strokeWidth=2.5).encode(order="busiest:Q")
    pointed = points.mark_point(size=160, opacity=0).encode(
        tooltip=tooltip(**{f"{name}_text": label(name) for name in ("busiest", "place_share", "incident_share")})
    )
    even = (
        alt.Chart(DATA)
        .transform_filter("!isValid(datum.half)")
        .mark_line(color=colours.before, strokeWidth=1.5, strokeDash=[5, 4])
    )
    even = even.encode(x=x, y=alt.Y("place_share:Q", scale=_SHARES, axis=_TICKS, title=f"Share of the {unit}"))
    reached = alt.Chart(DATA).transform_filter("isValid(datum.half)").encode(x=x, y=y)
    down = reached.mark_rule(color=colours.quiet, strokeDash=[2, 3]).encode(y2=alt.datum(0))
    across = reached.mark_rule(color=colours.quiet, strokeDash=[2, 3]).encode(x2=alt.datum(0))
    dot = reached.mark_point(size=110, filled=True, opacity=1, color=colours.focus, stroke=colours.background)
    said = reached.mark_text(align="left", baseline="top", dx=12, dy=6, fontSize=FONT_SIZE, lineBreak="\n")
    said = said.encode(text="half:N", color=alt.value(colours.text))
    halo = said.encode(stroke=alt.value(colours.background), strokeWidth=alt.value(5))
    name = reached.mark_text(align="left", dx=6, dy=14, fontSize=FONT_SIZE, color=colours.quiet, text=_EVEN)
    name = name.encode(x=alt.XDatum(60, scale=_SHARES), y=alt.YDatum(60, scale=_SHARES))
    return kept(alt.layer(even, curve, down, across, dot, halo, said, name, pointed), colours, _HEIGHT)
