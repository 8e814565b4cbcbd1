"""The report as it reads: headings, sentences, tables and charts in order.

The page and every document use it. A Paper holds words and pictures only, all from one Report. The
page, DOCX and PPTX add nothing to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import Spec
from shp_view.text.report_sentences import Sentence

NOTICE = "SYNTHETIC SAMPLE: the incidents behind this report are invented; only their published totals are real."


@dataclass(frozen=True)
class PaperTable:
    """A table as it is printed: its caption, its header and its rows.

    The first `texts` columns are text. The others are numbers, except those whose headers are in `words`.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1
    words: tuple[str, ...] = ()

    def is_number_column(self, column: int) -> bool:
        """Return whether a column holds numbers, which are right-aligned."""
        return column >= self.texts and self.header[column] not in self.words


@dataclass(frozen=True)
class Picture:
    """A chart: its light specification, the figure that it shows, its message as title, and alternative text."""

    title: str
    spec: Spec
    figure: Figure
    alt: str


@dataclass(frozen=True)
class Part:
    """One indicator: its printed name as heading, its sentences, its tables and charts, and its notes.

    `key`: the indicator's id. `message`: what happened, in one line. `commentary`: the analyst's own words;
    "" for none. `notes`: revisions and caveats. `source`: its source line.
    """

    key: str
    heading: str
    sentences: tuple[Sentence, ...]
    message: str = ""
    tables: tuple[PaperTable, ...] = ()
    pictures: tuple[Picture, ...] = ()
    commentary: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Chapter:
    """One priority: its heading, its table of indicators in the published columns, and its parts."""

    heading: str
    table: PaperTable
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Paper:
    """The whole report, ready to print.

    `block`: the title block as pairs (Report of, Area, Period, Data to, ...). `summary`: the key messages,
    first. `notes`: caveats and methods at the end. `sources`: the sources with their licences. `link`: the
    address that reproduces the report on the dashboard; "" if there is none. `notice`: that the sample is
    synthetic, or "".
    """

    title: str
    block: tuple[tuple[str, str], ...]
    summary: tuple[Sentence, ...]
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    link: str = ""
    notice: str = ""
