"""The report as it reads: headings, sentences, tables and charts in order.

The page and every document use it. A Paper holds words and pictures only, all from one Report. The
page, DOCX and PPTX add nothing to it. Its texts are cleaned, split and shortened here for documents.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from shp_data.domain.figure import Figure
from shp_view.charts.chart_parts import Spec
from shp_view.text.report_sentences import Sentence

T = TypeVar("T")
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # C1 controls as well
# Between two sentences, but not after the abbreviations in the names of places.
_BETWEEN = re.compile(r"(?<=[.!?])(?<!\bSt\.)(?<!\bNo\.)\s+(?=[A-Z0-9£“\"])")
NOTICE = "SYNTHETIC SAMPLE: the incidents behind this report are invented; only their published totals are real."


@dataclass(frozen=True)
class PaperTable:
    """A table as it is printed: its caption, its header and its rows.

    The first `texts` columns are text. The others are numbers, except those whose headers are in `words`. A row
    that has only its first cell is a heading of the rows under it. `is_detail`: whether it is of months, wards or
    locations, which a document prints in an appendix.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1
    words: tuple[str, ...] = ()
    is_detail: bool = False

    def is_number_column(self, column: int) -> bool:
        """Return whether a column holds numbers, which are right-aligned."""
        return column >= self.texts and self.header[column] not in self.words


NO_TABLE = PaperTable("", (), ())


@dataclass(frozen=True)
class Picture:
    """A chart: its light specification, the figure that it shows, its message as title, and alternative text.

    `sentences`: those next to it on a slide of its own. `is_detail`: whether it is a map, which a document prints in an
    appendix.
    """

    title: str
    spec: Spec
    figure: Figure
    alt: str
    sentences: tuple[str, ...] = ()
    is_detail: bool = False


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

    `block`: the title block as pairs (Report of, Area, Period, Data to, ...). `summary`: the key messages, first.
    `notes`: caveats and methods at the end. `sources`: the sources with their licences. `link`: the address that
    reproduces the report on the dashboard; "" if there is none. `notice`: that the sample is synthetic, or "".
    `overview`: the table of every indicator, by priority. `unsupplied`: the indicators that nobody has ever
    supplied, in one sentence after the chapters; "" if there are none.
    """

    title: str
    block: tuple[tuple[str, str], ...]
    summary: tuple[Sentence, ...]
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    link: str = ""
    notice: str = ""
    overview: PaperTable = NO_TABLE
    unsupplied: str = ""


def make_printable(value: T) -> T:
    """Return a text, or a paper with all its texts, without the characters that XML forbids.

    Every kind of line break becomes a new line. Figures and chart specifications stay as they are.
    """
    # A control character in one cell of a supplier's file would make the whole document unreadable.
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = _FORBIDDEN.sub("", "\n".join(value.splitlines()))
    elif isinstance(value, tuple):
        cleaned = tuple(make_printable(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, (type, Figure)):
        cleaned = replace(value, **{field.name: make_printable(getattr(value, field.name)) for field in fields(value)})
    return cleaned  # type: ignore[no-any-return]


def split_paragraphs(text: str) -> list[str]:
    """Split an analyst's words into paragraphs: one a line, without empty lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def split_sentences(texts: Iterable[Sentence]) -> list[str]:
    """Split all texts into single sentences."""
    return [part for sentence_group in texts for part in _BETWEEN.split(" ".join(sentence_group.text.split())) if part]


def shorten_text(text: str, most: int) -> str:
    """Shorten a text to `most` characters, cut between words; a longer first word is cut itself."""
    short = textwrap.shorten(text, most, placeholder=" …")
    return f"{text.strip()[: most - 1]}…" if short.strip() == "…" else short


def format_day(value: date) -> str:
    """Format a date in words: 9 November 2026."""
    return f"{value.day} {value:%B %Y}"
