"""The funnel: rates of places against their residents, with the limits that chance seldom passes."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from shp_data.analysis.statistics import standing
from shp_data.analysis.statistics.significance import LEVEL
from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import DATA, Key, Shared, Spec, kept, tooltip, with_rows
from shp_view.charts.comparison_charts import RATE_TITLE, picked, place_rows
from shp_view.text.rows import Row, worded
from shp_view.text.wording import label
from shp_view.theme import COUNT_FORMAT, DASHES, RATE_FORMAT, SMALL_FONT_SIZE, Theme, theme

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


def funnel(figure: Figure, *, dark: bool = False) -> Spec:
    """Which places differ from all together by more than chance? Each at its residents and its rate.

    Table: as `standing.standing` gives it, of LPAs or wards. Limits widen to the left, where places are small. The
    axis of rates starts at 0 only where the rates reach down to it, and its title says so.
    """
    points = _points(figure)
    around = standing.funnel(figure.table)
    lines = _lines(around, [row["population"] for row in points]) if around else []
    values = [row["value"] for row in lines] + [row["rate_per_1000"] for row in points]
    zero = not values or min(values) < _FROM_ZERO * max(values)
    return with_rows(_funnel(zero, dark), lines + _named(points, values, zero))


def _points(figure: Figure) -> list[Row]:
    columns = ["count", "population", "rate_per_1000", "interval", "limits", "funnel"]
    known = [row for row in place_rows(figure, columns) if row["funnel"] is not None]
    return [
        worded(row, ["count", "population", "rate_per_1000"])
        | {"series": _KINDS[row["funnel"].removeprefix("above ").removeprefix("below ")]}
        for row in known
    ]


def _lines(around: standing.Funnel, residents: list[int]) -> list[Row]:
    """The overall rate and the limits, over the residents that places have."""
    first, last = _span(residents)
    rows: list[Row] = []
    for step in range(_STEPS + 1):
        at = first + (last - first) * step / _STEPS
        rows.append({"at": at, "series": OVERALL, "side": "middle", "value": around.rate_per_1000})
        for series, level in ((INNER, LEVEL), (OUTER, standing.FAR)):
            ends = zip(("low", "high"), around.limits(at, level), strict=True)
            rows += [{"at": at, "series": series, "side": side, "value": value} for side, value in ends]
    return rows


def _named(points: list[Row], values: list[float], zero: bool) -> list[Row]:
    """The points with the names that fit beside them: those beyond the limits, the farthest from all first."""
    if not points:
        return []
    top, low = max(values), 0 if zero else min(values)
    left, right = _span([row["population"] for row in points])
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
        wanted = len(points) <= _ALL_NAMED or row["series"] != INSIDE
        side, box = _beside(*spots[row["key"]], row["name"], taken) if wanted else (None, None)
        taken += [box] if box else []
        rows.append(row | {side: row["name"]} if side else row)
    return rows


def _beside(x: float, y: float, name: str, taken: list[_Box]) -> tuple[str | None, _Box | None]:
    """On which side of a point its name fits, and the room that it takes; neither where it fits on none."""
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


def _span(residents: list[int]) -> tuple[float, float]:
    """From somewhat fewer residents than any place has to somewhat more."""
    return 0.9 * min(residents), 1.06 * max(residents)


@cache
def _funnel(zero: bool, dark: bool) -> str:
    colours = theme(dark)
    letters: dict[str, Any] = {"color": colours.text, "fontSize": SMALL_FONT_SIZE}
    shared = Shared(_keys(colours), "", RATE_FORMAT)
    base = alt.Chart(DATA)
    lines = base.transform_filter("isValid(datum.value)").mark_line(strokeWidth=1.6)
    lines = lines.encode(
        x=_residents("at"), y=_rate("value", zero), detail="side:N", **shared.told_apart("color", "strokeDash")
    )
    places = base.transform_filter("isValid(datum.population)")
    at: dict[str, Any] = {"x": _residents("population"), "y": _rate("rate_per_1000", zero)}
    texts = {f"{name}_text": label(name) for name in ("rate_per_1000", "count", "population")}
    texts |= {name: label(name) for name in ("interval", "limits", "funnel")}
    points = places.mark_point(size=110, filled=True, stroke=colours.background, strokeWidth=1, opacity=1)
    points = points.encode(**at, tooltip=tooltip(name="Area", **texts), **shared.told_apart("color", "shape"))
    written = places.encode(**at)
    after = written.transform_filter("isValid(datum.after)").mark_text(align="left", dx=9, **letters)
    before = written.transform_filter("isValid(datum.before)").mark_text(align="right", dx=-9, **letters)
    names = (after.encode(text="after:N"), before.encode(text="before:N"))
    return kept(alt.layer(lines, *names, points.add_params(picked())), colours, _HEIGHT)


def _keys(colours: Theme) -> list[Key]:
    """The legend: points by colour and shape, lines by dash."""
    return [
        Key(INSIDE, colours.before, shape="circle"),
        Key(OVERALL, colours.text),
        Key(BEYOND_INNER, colours.series[3], shape="diamond"),
        Key(INNER, colours.before, DASHES[1]),
        Key(BEYOND_OUTER, colours.series[2], shape="square"),
        Key(OUTER, colours.before, DASHES[2]),
    ]


def _residents(field: str) -> alt.X:
    axis = alt.Axis(format=COUNT_FORMAT, tickCount=5, grid=False)
    return alt.X(f"{field}:Q", title=label("population"), axis=axis, scale=alt.Scale(zero=False, nice=False))


def _rate(field: str, zero: bool) -> alt.Y:
    title = RATE_TITLE if zero else f"{RATE_TITLE} (scale does not start at 0)"
    return alt.Y(f"{field}:Q", title=title, scale=alt.Scale(zero=zero), axis=alt.Axis(format=RATE_FORMAT, tickCount=5))
