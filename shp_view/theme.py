"""Colours, fonts and number formats of every chart, map and picture, for a light and a dark page.

The colours are those of the UK Government Analysis Function, categorical and focus palettes. The dark
variants keep hue and order, and are lighter so that they can be seen on a dark page. `test_trend_charts.py`
checks both against WCAG 2.2 (text 4.5 to 1, lines and bars 3 to 1). Charts carry their whole configuration, so a
page shows them with `theme=None` and an unset background: they look the same on screen, in a test and in a
picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"  # as on the page; every machine has one of them
FONT_SIZE = 13
SMALL_FONT_SIZE = 11
COUNT_FORMAT = ",d"  # d3: of axis ticks, which are round already; every other number comes from `wording`
RATE_FORMAT = ",~f"
DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3))  # so that colour is never the only difference


@dataclass(frozen=True)
class Theme:
    """The colours of one page background.

    `series`: four categorical colours. `focus` and `other`: the area in view and the other areas.
    `before`: last year's line. `expected`: the range in which a month is expected, a transparent colour.
    `sequential`: five classes from low to high. `diverging`: five from a fall over no change to a rise.
    `missing`: not available.
    """

    background: str
    text: str
    quiet: str
    grid: str
    series: tuple[str, str, str, str]
    focus: str
    other: str
    before: str
    band: str
    expected: str
    sequential: tuple[str, str, str, str, str]
    diverging: tuple[str, str, str, str, str]
    missing: str
    outline: str


LIGHT = Theme(
    background="#FFFFFF",
    text="#1F2328",
    quiet="#5A6069",
    grid="#E3E5E8",
    series=("#12436D", "#28A197", "#801650", "#F46A25"),
    focus="#12436D",
    other="#BFBFBF",
    before="#77797D",
    band="#EAF0F6",
    expected="#5A606926",
    sequential=("#DCE8F3", "#AECBE4", "#74A5CF", "#3878AE", "#12436D"),
    diverging=("#1F6FA8", "#9CC4E2", "#EFEDEA", "#F7B58C", "#D2561A"),
    missing="#C9CBCE",
    outline="#FFFFFF",
)
DARK = Theme(
    background="#101418",
    text="#F2F4F7",
    quiet="#A9B1BC",
    grid="#2B303A",
    series=("#6BACE6", "#28A197", "#D9669B", "#F46A25"),
    focus="#6BACE6",
    other="#6C7480",
    before="#9AA1AB",
    band="#1A2635",
    expected="#A9B1BC2E",
    sequential=("#1D3550", "#28588A", "#3F83C0", "#7FB6E6", "#D6E9FA"),
    diverging=("#5AA9E6", "#2B567D", "#33363D", "#8A4A26", "#F28C4E"),
    missing="#5B6068",
    outline="#101418",
)


def choose_theme(dark: bool) -> Theme:
    """Return the colours of a dark or a light page."""
    return DARK if dark else LIGHT


def build_config(colours: Theme) -> dict[str, Any]:
    """Build the configuration of a whole chart. Put it on the outermost view: an inner one cannot be layered."""
    letters = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE}
    letters |= {"labelColor": colours.quiet, "titleColor": colours.quiet, "titleFontWeight": "normal"}
    lines = {"domainColor": colours.quiet, "tickColor": colours.quiet, "gridColor": colours.grid}
    title = {"font": FONT, "subtitleFont": FONT, "color": colours.text, "subtitleColor": colours.quiet}
    return {
        # The page shows through, so that a chart needs no drawing of its own for a dark page.
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        # The limits are pixels: a longer name is cut, because it would take the room of the plot.
        "axis": {**letters, **lines, "labelLimit": 260},
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        "legend": {**letters, "labelColor": colours.text, "labelLimit": 320},
        "title": {**title, "anchor": "start"},
        "text": {"font": FONT, "fontSize": FONT_SIZE, "color": colours.text},
        "line": {"strokeCap": "round"},
    }
