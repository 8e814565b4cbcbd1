"""The report as a committee paper in Word: title block, numbered paragraphs, tables, charts, notes, sources, link."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Emu

from shp_data.domain.partnership import partnership
from shp_view.documents import docx_style as style
from shp_view.documents.docx_parts import add_empty_table, add_field, add_link, add_picture, add_table, write_table_cell
from shp_view.documents.docx_style import apply_house_style
from shp_view.documents.paper import Chapter, Paper, Part
from shp_view.documents.paper_text import MOST_OF_A_PROPERTY, format_day, make_printable, shorten_text, split_paragraphs

_NAMES = Cm(4.5)  # the width of the title block's first column
_FOOT = 80  # characters of the title that the footer has room for


def to_docx(paper: Paper, paper_date: date) -> bytes:
    """Return the paper as a Word document that is complete for readers without access to the dashboard.

    `paper_date`: the date of the paper. It leaves out characters that a Word file cannot hold. Headings,
    lists and tables are Word's own: chapters are numbered 1, 2, 3 and paragraphs 1.1, 1.2, 1.3.
    """
    paper = make_printable(paper)
    document = docx.Document()
    apply_house_style(document)
    _set_properties(document, paper, paper_date)
    _add_header_and_footer(document, paper)
    _add_opening(document, paper, paper_date)
    _add_numbered(document, "Key messages", tuple(sentence.text for sentence in paper.summary))
    for chapter in paper.chapters:
        _add_chapter(document, chapter)
    _add_numbered(document, "Notes", paper.notes)
    _add_numbered(document, "Sources", paper.sources)
    if paper.link:
        add_link(document.add_paragraph("This report can be reproduced at ", style.NUMBERED), paper.link)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_properties(document: Document, paper: Paper, paper_date: date) -> None:
    properties = document.core_properties
    properties.title = shorten_text(paper.title, MOST_OF_A_PROPERTY)
    properties.author = properties.last_modified_by = shorten_text(partnership().name, MOST_OF_A_PROPERTY)
    properties.language, properties.comments = "en-GB", shorten_text(paper.notice, MOST_OF_A_PROPERTY)
    properties.created = properties.modified = datetime.combine(paper_date, time())


def _add_header_and_footer(document: Document, paper: Paper) -> None:
    """Add the notice at the head of each page, and the title and `Page 2 of 9` at its foot."""
    section = document.sections[0]
    section.header.paragraphs[0].add_run(paper.notice)
    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.add_tab_stop(Emu(style.TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{shorten_text(paper.title, _FOOT)}\tPage ")
    add_field(foot, "PAGE")
    foot.add_run(" of ")
    add_field(foot, "NUMPAGES")


def _add_opening(document: Document, paper: Paper, paper_date: date) -> None:
    """Add the title, the notice and the title block."""
    document.add_paragraph(paper.title, "Title")
    if paper.notice:
        document.add_paragraph(paper.notice, style.NOTICE)
    block = (*paper.block, ("Date of the paper", format_day(paper_date)))
    table = add_empty_table(document, len(block), (_NAMES, Emu(style.TEXT_WIDTH - _NAMES)), "Title block")
    look: Any = table._tbl.tblPr.find(qn("w:tblLook"))
    look.set(qn("w:firstRow"), "0")  # its names stand in the first column
    look.set(qn("w:val"), "0480")  # the same for older readers
    for row, (name, text) in zip(table.rows, block, strict=True):
        write_table_cell(row.cells[0], name, document.styles[style.TABLE_HEADER].style_id)
        write_table_cell(row.cells[1], text, document.styles[style.TABLE_TEXT].style_id)


def _add_numbered(document: Document, heading: str, texts: tuple[str, ...]) -> None:
    """Add a heading and a numbered paragraph for each text; nothing if there is no text."""
    if texts:
        document.add_heading(heading)
    for text in texts:
        document.add_paragraph(text, style.NUMBERED)


def _add_chapter(document: Document, chapter: Chapter) -> None:
    document.add_heading(chapter.heading)
    if chapter.table.rows:
        add_table(document, chapter.table)
    for part in chapter.parts:
        _add_part(document, part)


def _add_part(document: Document, part: Part) -> None:
    document.add_heading(part.heading, 2)
    for sentence in part.sentences:
        document.add_paragraph(sentence.text, style.NUMBERED)
    for table in part.tables:
        add_table(document, table)
    for picture in part.pictures:
        add_picture(document, picture, part.notes)
    for index, text in enumerate(split_paragraphs(part.commentary)):
        paragraph = document.add_paragraph(style=style.COMMENTARY)
        if not index:
            paragraph.add_run("Commentary: ").bold = True
        paragraph.add_run(text)
    for note in part.notes:
        document.add_paragraph(f"Note: {note}", style.NOTE)
    if part.source:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        document.add_paragraph(part.source, style.SOURCE)
