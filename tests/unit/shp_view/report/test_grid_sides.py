"""Columns of words stand on the left and numbers on the right: on the page, in a Word paper and on a slide."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from helpers.reports import compared_of, report_of
from lxml import html
from pptx import Presentation
from pptx.enum.text import PP_ALIGN

from shp_view.documents.paper import Chapter, Paper, PaperTable, Part
from shp_view.documents.powerpoint import to_pptx
from shp_view.documents.web import format_table as as_html
from shp_view.documents.word import to_docx
from shp_view.report.report_grids import build_comparison_table
from shp_view.text.report_sentences import Sentence

MADE = date(2021, 1, 29)


@pytest.fixture(scope="module")
def grid() -> PaperTable:
    """The areas side by side: an area, nine numbers with a verdict among them, and two columns of ranks in words."""
    return build_comparison_table(report_of(), compared_of(13.303, 17.577, 12.846, 12.297, ranks=(2, 4)))


def right(grid: PaperTable) -> list[bool]:
    """Which columns hold numbers, by their headers alone."""
    words = ("Area", "Clear change?", "Rank by rate", "Range of ranks (95%)")
    assert set(words) < set(grid.header)
    return [name not in words for name in grid.header]


def test_on_the_page(grid: PaperTable) -> None:
    rows = html.fromstring(as_html(grid)).findall(".//tr")
    assert len(rows) == 5
    for row in rows:
        assert [cell.get("class") == "number" for cell in row] == right(grid)


def paper(grid: PaperTable) -> Paper:
    part = Part("x", "The indicator", (Sentence("One."),), tables=(grid,))
    return Paper("A report", (), (), (Chapter("The priority", PaperTable("", ("Indicator",), ()), (part,)),), (), ())


def test_in_a_word_paper(grid: PaperTable) -> None:
    (table,) = (t for t in docx.Document(BytesIO(to_docx(paper(grid), MADE))).tables if len(t.columns) > 2)
    for row in table.rows:
        sides = [cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for cell in row.cells]
        assert sides == right(grid)


def test_on_a_slide(grid: PaperTable) -> None:
    slides: Any = Presentation(BytesIO(to_pptx(paper(grid), MADE))).slides
    (frame,) = (shape for slide in slides for shape in slide.shapes if shape.has_table)
    for row in frame.table.rows:
        sides = [cell.text_frame.paragraphs[0].alignment == PP_ALIGN.RIGHT for cell in row.cells]
        assert sides == right(grid)
