"""Files of a Figure: its table (CSV, XLSX), or its chart as a picture for a paper (PNG, SVG).

Text that a spreadsheet would read as a formula becomes plain text; numbers stay numbers, unrounded.
Pictures hold the title, chart and source line on white. They are drawn on this machine alone.
"""

from __future__ import annotations

import io
import json
import re
import textwrap
from functools import lru_cache
from typing import Any

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import Spec
from shp_view.documents.workbook import HEADER, TITLE, escape_text, write_cell, write_notes
from shp_view.text.coverage_words import list_caveats
from shp_view.text.wording import label_column
from shp_view.theme import LIGHT, SMALL_FONT_SIZE

_FORMATS = {"rate_per_1000": "#,##0.0", "rate_last_year": "#,##0.0", "pct_difference": "0", "share": "0.0"}
_MAX_COLUMN = 60  # characters
_MAX_NAME = 80
_WIDTH = 860  # pixels of a picture's chart
PAGE_CHART_WIDTH = 720  # of one inside a paper: its letters stay legible at the width of a page
_MAX_CACHED_CHARTS = 64  # charts, drawn once for every document of a report
_HIGHEST = 0.65  # of a chart on paper, by its width
_SCALE = 2  # so that print stays sharp
_TITLE_SIZE, _SUBTITLE_SIZE = 19, 14
_NOT_INSIDE = ("$schema", "config", "datasets", "autosize", "background", "padding", "params")


def to_csv(figure: Figure) -> bytes:
    """Return the figure's table as CSV with printed headers, in UTF-8 with the byte order mark that Excel needs."""
    # Without the byte order mark Excel reads £ as two letters; a text that begins with = would become a formula.
    table = figure.table.rename(columns=label_column).map(escape_text)
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def to_xlsx(figure: Figure) -> bytes:
    """Return the figure as a workbook: its table with real numbers, and a sheet of notes on its origin."""
    import xlsxwriter  # slow: off the first paint

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        _write_table(book, figure)
        write_notes(book, list_notes(figure))
    return buffer.getvalue()


def to_png(chart: Spec, figure: Figure) -> bytes:
    """Return the picture as PNG at twice the screen's resolution. `chart`: a light specification of the figure."""
    import vl_convert  # slow: off the first paint

    # No addresses are allowed: a picture is made of what is in the chart, and nothing is fetched.
    png: bytes = vl_convert.vegalite_to_png(frame_chart(chart, figure), scale=_SCALE, allowed_base_urls=[])
    return png


def draw_chart_png(chart: Spec, width: int = PAGE_CHART_WIDTH) -> bytes:
    """Draw the chart alone on white, for a document with its own title and source. The result is cached.

    `width`: in pixels, of a chart that is as wide as its place. A narrow one is lower too.
    """
    # By its text, because a specification is a dict, which no cache takes as a key. A chart on paper has no container
    # whose size its legend could ask for.
    return _draw_chart_png(json.dumps(chart).replace("containerSize()[0]", str(width)), width)


@lru_cache(_MAX_CACHED_CHARTS)
def _draw_chart_png(spec: str, width: int) -> bytes:
    import vl_convert  # slow: off the first paint

    chart: Spec = json.loads(spec)
    on_white = {**chart, "background": LIGHT.background}
    if chart["width"] == "container":
        on_white |= {"width": width, "height": min(chart["height"], round(width * _HIGHEST))}
    png: bytes = vl_convert.vegalite_to_png(on_white, scale=_SCALE, allowed_base_urls=[])
    return png


def to_svg(chart: Spec, figure: Figure) -> bytes:
    """Return the picture as SVG. `chart`: a light specification of the figure."""
    import vl_convert  # slow: off the first paint

    svg: str = vl_convert.vegalite_to_svg(frame_chart(chart, figure), allowed_base_urls=[])
    return svg.encode()


def list_notes(figure: Figure) -> list[tuple[str, str]]:
    """List the notes that must accompany a figure, as pairs of name and text."""
    withheld = [("Withheld", f"{figure.withheld} cells")] if figure.withheld else []
    return [
        ("Title", figure.title),
        ("Measure", figure.subtitle),
        ("Unit", figure.unit),
        *(("Caveat", caveat) for caveat in list_caveats(figure.caveats)),
        *withheld,
        ("Source", figure.source_line),
    ]


def make_file_name(figure: Figure, extension: str) -> str:
    """Make a file name from what the figure shows, safe on every system: `police-asb-anytown.csv`."""
    words = re.sub(r"[^a-z0-9]+", "-", figure.subtitle.lower())[:_MAX_NAME].strip("-")
    return f"{words or 'figure'}.{extension}"


def _write_table(book: Any, figure: Figure) -> None:
    sheet = book.add_worksheet("Figures")
    sheet.write_string(0, 0, escape_text(figure.title), book.add_format(TITLE))
    sheet.write_string(1, 0, escape_text(figure.subtitle))
    header = book.add_format(HEADER)
    top = 3
    for column, name in enumerate(figure.table.columns):
        values = figure.table[name]
        style = book.add_format({"num_format": _FORMATS.get(name, "#,##0")})
        sheet.write_string(top, column, escape_text(label_column(name)), header)
        for row, value in enumerate(values, top + 1):
            write_cell(sheet, row, column, value, style)
        longest = max([len(label_column(name)), *(len(str(value)) for value in values if isinstance(value, str))])
        sheet.set_column(column, column, min(longest + 2, _MAX_COLUMN))
    sheet.freeze_panes(top + 1, 0)


def frame_chart(chart: Spec, figure: Figure) -> Spec:
    """Frame the chart with its title and its source line, on white."""
    # The chart becomes a part of an outer one, because Vega-Lite has one title to a chart: the inner title is the foot.
    inner = {key: value for key, value in chart.items() if key not in _NOT_INSIDE}
    width = inner["width"] = _WIDTH if chart["width"] == "container" else chart["width"]
    texts = (*list_caveats(figure.caveats), figure.source_line)
    foot = [line for text in texts for line in _wrap_text(text, width, SMALL_FONT_SIZE)]
    inner["title"] = _make_text(foot, SMALL_FONT_SIZE, LIGHT.quiet) | {"orient": "bottom", "offset": 16}
    title = _make_text(_wrap_text(figure.title, width, _TITLE_SIZE), _TITLE_SIZE, LIGHT.text) | {
        "fontWeight": "bold", "offset": 18, "subtitle": _wrap_text(figure.subtitle, width, _SUBTITLE_SIZE),
        "subtitleFontSize": _SUBTITLE_SIZE, "subtitlePadding": 6,
    }  # fmt: skip
    outermost = {"$schema": chart["$schema"], "config": chart["config"] | {"background": LIGHT.background}}
    frame = {"title": title, "padding": 20, "background": LIGHT.background, "vconcat": [inner]}
    return {**outermost, **frame, "datasets": chart["datasets"]}


def _make_text(lines: list[str], size: int, colour: str) -> dict[str, Any]:
    return {"text": lines, "fontSize": size, "color": colour, "fontWeight": "normal", "anchor": "start"}


def _wrap_text(text: str, width: int, size: int) -> list[str]:
    """Wrap a text in lines that fit the width: a letter is about half as wide as it is high."""
    return textwrap.wrap(text, int(width / (size * 0.52)))
