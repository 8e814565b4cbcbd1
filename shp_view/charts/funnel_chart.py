"""The funnel: rates of areas by number of residents, with the limits that chance seldom passes."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from shp_data.analysis.statistics import standing
from shp_data.analysis.statistics.significance import LEVEL
from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import DATA, LegendKey, SharedScales, Spec, add_rows, build_spec, make_tooltip
from shp_view.charts.comparison_charts import RATE_TITLE, make_area_rows, make_click_parameter
from shp_view.text.rows import ChartRow, add_texts
from shp_view.text.wording import label_column
from shp_view.theme import COUNT_FORMAT, DASHES, RATE_FORMAT, SMALL_FONT_SIZE, Theme, choose_theme

OVERALL, INNER, OUTER = "Rate of all together", "95% limits", "99.8% limits"
INSIDE, BEYOND_INNER, BEYOND_OUTER = "Inside the limits", "Beyond 95%", "Beyond 99.8%"
_KINDS = {standing.INSIDE: INSIDE, "95%": BEYOND_INNER, "99.8%": BEYOND_OUTER}
_STEPS = 60  # of the drawn limits, from the smallest place to the largest
_HEIGHT = 420
_PLOT = 560, 380  # pixels that labels are fitted into: they overlap on no screen that is wider
_LETTER, _LINE_HEIGHT, _POINT = 6.5, 13, 8  # a name's letters and height, and half a point with its margin
_Box = tuple[float, float, float]  # from where to where along, and at which height
_ALL_NAMED = 6  # of so few places each is named, not only those beyond the limits
_FROM_ZERO = 0.4  # an axis whose lowest rate is under this share of the highest starts at 0


def draw_funnel(figure: Figure, *, dark: bool = False) -> Spec:
    """Draw each area at its number of residents and its rate, to show which areas differ by more than chance.

    Limits widen to the left, where areas are small. The axis of rates starts at 0 only where the rates are near
    0; otherwise its title says so.

    Parameters
    ----------
    figure
        Its table is as `standing.standing` gives it, of LPAs or wards.
    dark
        Whether the page is dark.

    Returns
    -------
    The Vega-Lite specification.
    """
    points = _make_points(figure)
    limits = standing.build_funnel(figure.table)
    lines = _make_lines(limits, [row["population"] for row in points]) if limits else []
    values = [row["value"] for row in lines] + [row["rate_per_1000"] for row in points]
    zero = not values or min(values) < _FROM_ZERO * max(values)
    return add_rows(_build_funnel(zero, dark), lines + _add_names(points, values, zero))


def _make_points(figure: Figure) -> list[ChartRow]:
    columns = ["count", "population", "rate_per_1000", "interval", "limits", "funnel"]
    tested_rows = [row for row in make_area_rows(figure, columns) if row["funnel"] is not None]
    return [
        add_texts(row, ["count", "population", "rate_per_1000"])
        | {"series": _KINDS[row["funnel"].removeprefix("above ").removeprefix("below ")]}
        for row in tested_rows
    ]


def _make_lines(funnel_limits: standing.Funnel, residents: list[int]) -> list[ChartRow]:
    """Make the rows of the overall rate and the limits, over the range of residents."""
    first, last = _compute_span(residents)
    rows: list[ChartRow] = []
    for step in range(_STEPS + 1):
        at = first + (last - first) * step / _STEPS
        rows.append({"at": at, "series": OVERALL, "side": "middle", "value": funnel_limits.rate_per_1000})
        for series, level in ((INNER, LEVEL), (OUTER, standing.FAR)):
            ends = zip(("low", "high"), funnel_limits.find_limits(at, level), strict=True)
            rows += [{"at": at, "series": series, "side": side, "value": value} for side, value in ends]
    return rows


def _add_names(points: list[ChartRow], values: list[float], zero: bool) -> list[ChartRow]:
    """Add the names that fit next to their points.

    Only points beyond the limits have names, the farthest from the overall rate first. Few points all have
    names.
    """
    if not points:
        return []
    top, low = max(values), 0 if zero else min(values)
    left, right = _compute_span([row["population"] for row in points])
    spots = {
        row["key"]: (
            (row["population"] - left) / (right - left) * _PLOT[0],
            (row["rate_per_1000"] - low) / (top - low or 1) * _PLOT[1],
        )
        for row in points
    }
    taken = [(x - _POINT, x + _POINT, y) for x, y in spots.values()]
    rows = []
    for row in sorted(points, key=lambda row: abs(row["rate_per_1000"] - values[0]), reverse=True):
        needs_name = len(points) <= _ALL_NAMED or row["series"] != INSIDE
        side, box = _fit_name(*spots[row["key"]], row["name"], taken) if needs_name else (None, None)
        taken += [box] if box else []
        rows.append(row | {side: row["name"]} if side else row)
    return rows


def _fit_name(x: float, y: float, name: str, taken: list[_Box]) -> tuple[str | None, _Box | None]:
    """Return the side of a point on which its name fits, and the box that the name takes.

    Both are None where the name fits on neither side.
    """
    wide = _LETTER * len(name)
    boxes: dict[str, _Box] = {
        "after": (x + _POINT + 1, x + _POINT + wide, y),
        "before": (x - _POINT - wide, x - _POINT - 1, y),
    }
    for side, (start, end, _) in boxes.items():
        within = start > 0 and end < _PLOT[0]
        if within and all(end < a or b < start or abs(y - at) > _LINE_HEIGHT for a, b, at in taken):
            return side, boxes[side]
    return None, None


def _compute_span(residents: list[int]) -> tuple[float, float]:
    """Compute the range of residents, from slightly below the fewest to slightly above the most."""
    return 0.9 * min(residents), 1.06 * max(residents)


@cache
def _build_funnel(zero: bool, dark: bool) -> str:
    colours = choose_theme(dark)
    letters: dict[str, Any] = {"color": colours.text, "fontSize": SMALL_FONT_SIZE}
    shared = SharedScales(_make_keys(colours), "", RATE_FORMAT)
    base = alt.Chart(DATA)
    lines = base.transform_filter("isValid(datum.value)").mark_line(strokeWidth=1.6)
    lines = lines.encode(
        x=_make_residents_axis("at"),
        y=_make_rate_axis("value", zero),
        detail="side:N",
        **shared.make_series_channels("color", "strokeDash"),
    )
    areas = base.transform_filter("isValid(datum.population)")
    at: dict[str, Any] = {"x": _make_residents_axis("population"), "y": _make_rate_axis("rate_per_1000", zero)}
    texts = {f"{name}_text": label_column(name) for name in ("rate_per_1000", "count", "population")}
    texts |= {name: label_column(name) for name in ("interval", "limits", "funnel")}
    points = areas.mark_point(size=110, filled=True, stroke=colours.background, strokeWidth=1, opacity=1)
    points = points.encode(
        **at, tooltip=make_tooltip(name="Area", **texts), **shared.make_series_channels("color", "shape")
    )
    labels = areas.encode(**at)
    after = labels.transform_filter("isValid(datum.after)").mark_text(align="left", dx=9, **letters)
    before = labels.transform_filter("isValid(datum.before)").mark_text(align="right", dx=-9, **letters)
    names = (after.encode(text="after:N"), before.encode(text="before:N"))
    return build_spec(alt.layer(lines, *names, points.add_params(make_click_parameter())), colours, _HEIGHT)


def _make_keys(colours: Theme) -> list[LegendKey]:
    """Make the legend: points by colour and shape, lines by dash."""
    return [
        LegendKey(INSIDE, colours.before, shape="circle"),
        LegendKey(OVERALL, colours.text),
        LegendKey(BEYOND_INNER, colours.series[3], shape="diamond"),
        LegendKey(INNER, colours.before, DASHES[1]),
        LegendKey(BEYOND_OUTER, colours.series[2], shape="square"),
        LegendKey(OUTER, colours.before, DASHES[2]),
    ]


def _make_residents_axis(field: str) -> alt.X:
    axis = alt.Axis(format=COUNT_FORMAT, tickCount=5, grid=False)
    return alt.X(f"{field}:Q", title=label_column("population"), axis=axis, scale=alt.Scale(zero=False, nice=False))


def _make_rate_axis(field: str, zero: bool) -> alt.Y:
    title = RATE_TITLE if zero else f"{RATE_TITLE} (scale does not start at 0)"
    return alt.Y(f"{field}:Q", title=title, scale=alt.Scale(zero=zero), axis=alt.Axis(format=RATE_FORMAT, tickCount=5))
