"""A chart as a picture for a paper: title, chart and source line on white, drawn on this machine alone."""

from __future__ import annotations

import textwrap
from typing import Any

from shp_data.figure import Figure
from shp_view.chart_parts import Spec
from shp_view.theme import LIGHT, SMALL_FONT_SIZE

_WIDTH = 860  # pixels of the chart
_SCALE = 2  # so that print stays sharp
_TITLE_SIZE, _SUBTITLE_SIZE = 19, 14
_OUTERMOST = ("$schema", "config", "datasets", "autosize", "background", "padding")


def to_png(chart: Spec, figure: Figure) -> bytes:
    """The picture as PNG at twice the screen's resolution. `chart`: a light specification of the figure."""
    import vl_convert  # noqa: PLC0415  # slow; off the first paint

    png: bytes = vl_convert.vegalite_to_png(framed(chart, figure), scale=_SCALE, allowed_base_urls=[])
    return png


def to_svg(chart: Spec, figure: Figure) -> bytes:
    """The picture as SVG. `chart`: a light specification of the figure."""
    import vl_convert  # noqa: PLC0415  # slow; off the first paint

    svg: str = vl_convert.vegalite_to_svg(framed(chart, figure), allowed_base_urls=[])
    return svg.encode()


def framed(chart: Spec, figure: Figure) -> Spec:
    """The chart between its title and its source line, on white."""
    inner = {key: value for key, value in chart.items() if key not in _OUTERMOST}
    width = inner["width"] = _WIDTH if chart["width"] == "container" else chart["width"]
    foot = [line for text in (*figure.caveats, figure.source_line) for line in _wrapped(text, width, SMALL_FONT_SIZE)]
    inner["title"] = _text(foot, SMALL_FONT_SIZE, LIGHT.quiet) | {"orient": "bottom", "offset": 16}
    title = _text(_wrapped(figure.title, width, _TITLE_SIZE), _TITLE_SIZE, LIGHT.text) | {
        "fontWeight": "bold", "offset": 18, "subtitle": _wrapped(figure.subtitle, width, _SUBTITLE_SIZE),
        "subtitleFontSize": _SUBTITLE_SIZE, "subtitlePadding": 6,
    }  # fmt: skip
    outermost = {"$schema": chart["$schema"], "config": chart["config"] | {"background": LIGHT.background}}
    frame = {"title": title, "padding": 20, "background": LIGHT.background, "vconcat": [inner]}
    return {**outermost, **frame, "datasets": chart["datasets"]}


def _text(lines: list[str], size: int, colour: str) -> dict[str, Any]:
    return {"text": lines, "fontSize": size, "color": colour, "fontWeight": "normal", "anchor": "start"}


def _wrapped(text: str, width: int, size: int) -> list[str]:
    """A text in lines that fit the width: a letter is about half as wide as it is high."""
    return textwrap.wrap(text, int(width / (size * 0.52)))
