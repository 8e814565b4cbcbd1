"""The chart of concentration: the share of the busiest locations against an even spread; built as in `charts`."""

from __future__ import annotations

from functools import cache

import altair as alt

from shp_data.analysis.places.concentration import find_half
from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import DATA, Spec, add_rows, build_spec, list_tooltips, title_texts
from shp_view.text.rows import make_plain_rows
from shp_view.text.wording import format_exact_percent, format_number, format_percent
from shp_view.theme import FONT_SIZE, choose_theme

_HEIGHT = 340
_SHARES = alt.Scale(domain=[0, 100], nice=False)
_TICKS = alt.Axis(values=[0, 25, 50, 75, 100], labelExpr="datum.value + '%'", grid=True)
_EVEN = "Evenly spread"
_COLUMNS = ("busiest", "place_share", "incident_share")


def draw_concentration(curve: Figure, *, dark: bool = False) -> Spec:
    """Draw the share of all incidents at the busiest locations, with half of them marked, against an even spread.

    Parameters
    ----------
    curve
        Its table has the columns busiest, place_share and incident_share (per cent), as `concentration` gives
        it.
    dark
        Whether the page is dark.

    Returns
    -------
    The Vega-Lite specification. Both axes run from 0 to 100 %.
    """
    rows, half_point = make_plain_rows(curve.table, list(_COLUMNS)), find_half(curve)
    for row in rows:
        row["busiest_text"] = format_number(row["busiest"])
        row |= {f"{name}_text": format_exact_percent(row[name]) for name in ("place_share", "incident_share")}
    if half_point is not None:
        half_row = next(row for row in rows if row["busiest"] == half_point.locations)
        half_text = f"Half of the {curve.unit}:\n{format_percent(half_point.share)} of the locations"
        rows.append(half_row | {"half": half_text})
    return add_rows(_build_chart(curve.unit, dark), rows)


@cache
def _build_chart(unit: str, dark: bool) -> str:
    colours = choose_theme(dark)
    x = alt.X("place_share:Q", title="Locations, busiest first", scale=_SHARES, axis=_TICKS)
    y = alt.Y("incident_share:Q", title=f"Share of the {unit}", scale=_SHARES, axis=_TICKS)
    base = alt.Chart(DATA).encode(x=x, y=y)
    # The row of the half is drawn by marks of its own, and must not be a second point of the curve.
    points = base.transform_filter("!isValid(datum.half)")
    curve = points.mark_line(color=colours.focus, strokeWidth=2.5).encode(order="busiest:Q")
    hover_points = points.mark_point(size=160, opacity=0).encode(tooltip=list_tooltips(title_texts(*_COLUMNS)))
    even = points.mark_line(color=colours.before, strokeWidth=1.5, strokeDash=[5, 4])
    even = even.encode(y=alt.Y("place_share:Q", scale=_SHARES, axis=_TICKS, title=f"Share of the {unit}"))
    half_points = base.transform_filter("isValid(datum.half)")
    down = half_points.mark_rule(color=colours.quiet, strokeDash=[2, 3]).encode(y2=alt.datum(0))
    across = half_points.mark_rule(color=colours.quiet, strokeDash=[2, 3]).encode(x2=alt.datum(0))
    dot = half_points.mark_point(size=110, filled=True, opacity=1, color=colours.focus, stroke=colours.background)
    note = half_points.mark_text(align="left", baseline="top", dx=12, dy=6, fontSize=FONT_SIZE, lineBreak="\n")
    note = note.encode(text="half:N", color=alt.value(colours.text))
    # The note crosses the curve: its edge in the colour of the page is drawn first, the letters over it.
    halo = note.encode(stroke=alt.value(colours.background), strokeWidth=alt.value(5))
    name = half_points.mark_text(align="left", dx=6, dy=14, fontSize=FONT_SIZE, color=colours.quiet, text=_EVEN)
    name = name.encode(x=alt.XDatum(60, scale=_SHARES), y=alt.YDatum(60, scale=_SHARES))
    return build_spec(alt.layer(even, curve, down, across, dot, halo, note, name, hover_points), colours, _HEIGHT)
