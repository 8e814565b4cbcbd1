"""The report as it reads: headings, sentences, tables and charts in their order, for the page and every document.

A Paper holds words and pictures only, all made from one Report; what draws it (the page, DOCX, PPTX) adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import Spec
from shp_view.text.report_cells import Said

NOTICE = "SYNTHETIC SAMPLE: the incidents behind this report are invented; only their published totals are real."


@dataclass(frozen=True)
class Grid:
    """A table as it is printed: its caption, its header, its rows.

    Columns after the first `texts` are numbers, but for those of `words`, by their headers.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1
    words: tuple[str, ...] = ()

    def is_number(self, at: int) -> bool:
        """Does a column hold numbers, which stand on the right?"""
        return at >= self.texts and self.header[at] not in self.words


@dataclass(frozen=True)
class Picture:
    """A chart: its light specification, the figure that it draws, its title as a message, alternative text."""

    title: str
    spec: Spec
    figure: Figure
    alt: str


@dataclass(frozen=True)
class Part:
    """One indicator: its printed name as heading, what is said, its tables and charts, and what stands beside them.

    `key`: the indicator's id. `message`: what happened, in one line. `commentary`: the analyst's own words; "" for
    none. `notes`: revisions and caveats. `source`: its source line.
    """

    key: str
    heading: str
    said: tuple[Said, ...]
    message: str = ""
    grids: tuple[Grid, ...] = ()
    pictures: tuple[Picture, ...] = ()
    commentary: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Chapter:
    """One priority: its heading, its table of indicators in the published columns, and its parts."""

    heading: str
    table: Grid
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Paper:
    """The whole report, ready to be drawn.

    `block`: the title block as pairs (Report of, Area, Period, Data to, ...). `summary`: the key messages, first.
    `notes`: caveats and methods at the end; `sources`: with their licences. `link`: what reproduces it on the
    dashboard; "" where no address is known. `notice`: that the sample is synthetic, or "".
    """

    title: str
    block: tuple[tuple[str, str], ...]
    summary: tuple[Said, ...]
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    link: str = ""
    notice: str = ""
