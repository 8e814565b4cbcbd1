"""The committee paper: what Word needs to navigate, number and read it aloud; what it prints, page by page."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph
from helpers.papers import COMMENTARY, HEADER, LONG_WORD, NOTICE, hostile, pages_of, pdf_of, report, said, unbroken

from shp_data.domain.partnership import partnership
from shp_view.documents import word as style
from shp_view.documents.documents import draw_chart_png
from shp_view.documents.paper import Paper, PaperTable, make_printable
from shp_view.documents.word import compute_column_widths, group_sentences, list_details, measure_text_width, to_docx
from shp_view.text.report_sentences import Sentence

MADE = date(2021, 1, 29)
TEXT_WIDTH = Cm(17)


def opened(paper: Paper) -> Document:
    return docx.Document(io.BytesIO(to_docx(paper, MADE)))


@pytest.fixture(scope="module")
def document() -> Document:
    return opened(report())


def texts(document: Document, name: str) -> list[str]:
    """The paragraphs of a style, those in cells too, in the order in which they are read."""
    every = (Paragraph(element, document) for element in document.element.body.iter(qn("w:p")))
    return [paragraph.text for paragraph in every if paragraph.style.name == name]


def test_headings_are_words_own_and_number_themselves(document: Document) -> None:
    chapters = [chapter.heading for chapter in report().chapters]
    assert texts(document, "Heading 1") == ["Key messages", *chapters, "Notes", "Sources", style.APPENDIX]
    assert texts(document, "Heading 2") == [part.heading for chapter in report().chapters for part in chapter.parts]
    for name, level in (("Heading 1", 0), (style.NUMBERED, 1)):
        number = document.styles[name].element.pPr.numPr
        kind = document.part.numbering_part.element.xpath(
            f"./w:num[@w:numId={number.numId.val}]/w:abstractNumId/@w:val"
        )
        path = f"./w:abstractNum[@w:abstractNumId={kind[0]}]/w:lvl[@w:ilvl={level}]/w:lvlText/@w:val"
        assert document.part.numbering_part.element.xpath(path) == [("%1", "%1.%2")[level]]
        assert number.ilvl.val == level


def test_everything_that_is_said_is_a_numbered_paragraph(document: Document) -> None:
    numbered = texts(document, style.NUMBERED)
    assert " ".join(numbered[: -len(report().notes)]) == " ".join(said(report()))
    assert numbered[-len(report().notes) :] == list(report().notes)
    assert texts(document, style.SOURCE)[-2:] == [
        " ".join(report().sources), f"This report can be reproduced at {report().link}",
    ]  # fmt: skip


def test_sentences_are_grouped_into_paragraphs_that_stay_short() -> None:
    short, long = Sentence("Ten words."), Sentence("x" * 500)
    assert group_sentences(()) == []
    assert group_sentences([short, short, long, short]) == ["Ten words. Ten words.", "x" * 500, "Ten words."]
    many = group_sentences([short] * 100)
    assert len(many) > 2
    assert max(map(len, many)) <= style._PARAGRAPH_LETTERS
    assert " ".join(many) == " ".join(["Ten words."] * 100)


def test_the_title_block_says_what_it_is_of_and_when_it_was_made(document: Document) -> None:
    rows = [tuple(cell.text for cell in row.cells) for row in document.tables[0].rows]
    assert rows == [*report().block, ("Date of the paper", "29 January 2021")]
    assert not document.tables[0]._tbl.xpath(".//w:tblHeader")  # it has none
    assert texts(document, style.NOTICE) == [NOTICE]


def test_tables_have_header_rows_captions_and_numbers_on_the_right(document: Document) -> None:
    parts = [part for chapter in report().chapters for part in chapter.parts]
    grids = [report().overview, *(g for part in parts for g in part.tables if not g.is_detail), *list_details(report())]
    assert [grid.caption for grid in list_details(report())] == ["Drug supply offences by ward, 2020-21 Q3"]
    captions = [text for text in texts(document, "Caption") if text.startswith("Table")]
    assert captions == [f"Table {number}: {grid.caption}" for number, grid in enumerate(grids, 1)]
    tables = [table for table in document.tables if table._tbl.xpath(".//w:tblHeader")]
    for table, grid in zip(tables, grids, strict=True):
        assert [tuple(cell.text for cell in row.cells) for row in table.rows] == [grid.header, *grid.rows]
        marked = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows]
        assert marked == [True] + [False] * len(grid.rows)
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
        for row in table.rows:
            sides = [cell.paragraphs[0].alignment for cell in row.cells]
            left = [at < grid.texts or grid.header[at] == "Clear change?" for at in range(len(sides))]
            expected = [WD_ALIGN_PARAGRAPH.LEFT if words else WD_ALIGN_PARAGRAPH.RIGHT for words in left]
            assert sides == expected
        assert table._tbl.xpath("./w:tblPr/w:tblDescription/@w:val") == [grid.caption]


def test_charts_have_alternative_text_and_a_caption_and_say_what_belongs_to_them(document: Document) -> None:
    pictures = [picture for c in report().chapters for part in c.parts for picture in part.pictures]
    assert document.element.body.xpath(".//wp:docPr/@descr") == [picture.alt for picture in pictures]
    captions = [text for text in texts(document, "Caption") if text.startswith("Figure")]
    assert captions == [f"Figure {number}: {picture.title}" for number, picture in enumerate(pictures, 1)]
    assert all(shape.width <= style._CHART_WIDTH for shape in document.inline_shapes)
    # Each chart is in the same row as words about it.
    rows = document.element.body.xpath(".//w:tr[.//w:drawing]")
    beside = [Paragraph(p, document) for row in rows for p in row[-2].iter(qn("w:p"))]
    assert [p.text.split(" ")[0] for p in beside if p.style.name == style.NUMBERED] == ["Police", "Hartlepool's"]
    told = texts(document, style.NOTE)
    assert set(pictures[0].figure.caveats) <= set(told)


def test_commentary_notes_and_sources_stand_by_their_indicator(document: Document) -> None:
    assert texts(document, style.COMMENTARY) == [
        "Commentary: The restrictions of the autumn explain much of the rise.",
        "Patrols were raised in November.",
    ]
    part = report().chapters[0].parts[0]
    assert f"Note: {part.notes[0]}" in texts(document, style.NOTE)
    assert texts(document, style.SOURCE)[:-2] == [p.source for chapter in report().chapters for p in chapter.parts]


def test_every_page_is_a4_and_has_the_notice_and_its_number(document: Document) -> None:
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert round(measure_text_width(document).mm) == round(TEXT_WIDTH.mm)
    assert section.header.paragraphs[0].text == NOTICE
    codes = [found.text for found in section.footer.paragraphs[0]._p.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    turned = document.sections[1]
    assert (round(turned.page_width.mm), round(turned.page_height.mm)) == (297, 210)
    assert [section.orientation for section in document.sections] == [
        WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT, WD_ORIENT.PORTRAIT,
    ]  # fmt: skip
    assert document.sections[-1]._sectPr.xpath("./w:cols/@w:num") == ["2"]  # the appendix
    assert all(section.header.is_linked_to_previous for section in document.sections[1:])
    assert opened(replace(report(), notice="")).sections[0].header.paragraphs[0].text == ""


def test_the_document_says_what_it_is_in_which_language_and_of_whom(document: Document) -> None:
    known = document.core_properties
    assert (known.title, known.author, known.language) == (report().title, partnership().name, "en-GB")
    assert known.created == known.modified == datetime(2021, 1, 29, tzinfo=known.created.tzinfo)
    assert set(document.styles.element.xpath(".//w:lang/@w:val")) == {"en-GB"}
    for name in ("Normal", style.NUMBERED, style.COMMENTARY):
        assert (document.styles[name].font.name, document.styles[name].font.size.pt) == ("Arial", 11)


def test_the_link_opens_and_is_left_out_where_none_is_known(document: Document) -> None:
    def targets(of: Document) -> list[str]:
        return [rel.target_ref for rel in of.part.rels.values() if rel.is_external]

    assert targets(document) == [report().link]
    without = opened(replace(report(), link=""))
    assert targets(without) == []
    assert not [text for text in texts(without, style.SOURCE) if "reproduced" in text]


def test_the_same_paper_makes_the_same_document() -> None:
    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return {name: book.read(name) for name in book.namelist()}

    assert parts(to_docx(report(), MADE)) == parts(to_docx(report(), MADE))


def test_a_chart_is_drawn_once_for_all_documents() -> None:
    spec = report().chapters[0].parts[0].pictures[0].spec
    assert draw_chart_png(spec) is draw_chart_png(copy.deepcopy(spec))


@pytest.mark.parametrize(
    "grid",
    [
        PaperTable("Narrow", ("Ward", "Count"), (("Hart", "1"),)),
        PaperTable("Wide", HEADER, (("A long name of an indicator " * 4, *["not available"] * 6),)),
        PaperTable(
            "Wider", tuple(f"A heading {n}" for n in range(20)), (tuple(LONG_WORD for _ in range(20)),), texts=2
        ),
        PaperTable("Empty", ("", ""), ()),
    ],
)
def test_columns_fit_the_page(grid: PaperTable) -> None:
    widths, _ = compute_column_widths(grid, TEXT_WIDTH)
    assert len(widths) == len(grid.header)
    assert 0 < sum(widths) <= TEXT_WIDTH
    assert min(widths) > 0


def printed(paper: Paper, folder: Path) -> tuple[list[str], str]:
    """The pages of the paper as LibreOffice prints it, and all that stands between their heads and feet."""
    pages = pages_of(pdf_of(to_docx(paper, MADE), "docx", folder))
    foot = re.compile(r"Page\d+of\d+$")
    bare = [foot.sub("", unbroken(page)).removeprefix(unbroken(make_printable(paper.notice))) for page in pages]
    title = unbroken(docx.Document(folder / "paper.docx").sections[0].footer.paragraphs[0].text.split("\t")[0])
    return pages, "".join(page.removesuffix(title) for page in bare)


def test_it_prints_complete(tmp_path: Path) -> None:
    pages, text = printed(report(), tmp_path)
    assert 3 <= len(pages) <= 6
    for expected in (*said(report()), *report().notes, *report().sources, report().link):
        assert unbroken(expected) in text
    assert unbroken(f"2.1 {said(report())[5]}") in text  # Word's numbers, worked out
    for number, page in enumerate(pages, 1):
        assert NOTICE in page
        assert f"Page {number} of {len(pages)}" in page


def test_hostile_text_is_printed_as_it_is(tmp_path: Path) -> None:
    paper = hostile()
    pages, text = printed(paper, tmp_path)
    assert 8 <= len(pages) <= 16
    for expected in (*said(paper), paper.title, COMMENTARY, *paper.notes):
        assert unbroken(make_printable(expected)) in text
    rows = [page for page in pages if re.search(r"^Row \d+", page, re.MULTILINE)]
    assert len(rows) > 4
    assert all(re.search(r"^\s*Ward\s", page, re.MULTILINE) for page in rows)  # the header is repeated
    assert texts(opened(paper), "Heading 2")[1] == LONG_WORD


def test_a_paper_without_anything_is_a_document() -> None:
    empty = Paper("", (), (), (), (), ())
    found: Any = opened(empty)
    assert [len(table.rows) for table in found.tables] == [1]  # the date of the paper
    assert texts(found, "Heading 1") == []
