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
from shp_view.documents.docx_parts import add_field, add_link, add_picture, add_table, table_of, write
from shp_view.documents.docx_style import house_style
from shp_view.documents.paper import Chapter, Paper, Part
from shp_view.documents.paper_text import MOST_OF_A_PROPERTY, day, paragraphs, printable, shortened

_NAMES = Cm(4.5)  # the width of the title block's first column
_FOOT = 80  # characters of the title that the footer has room for


def to_docx(paper: Paper, made: date) -> bytes:
    """The paper as a Word document that reads complete for somebody without access to the dashboard.

    `made`: the date of the paper. Characters that no Word file may hold are left out. Headings, lists and tables
    are Word's own: chapters number themselves 1, 2, 3 and paragraphs 1.1, 1.2, 1.3.
    """
    paper = printable(paper)
    document = docx.Document()
    house_style(document)
    _properties(document, paper, made)
    _every_page(document, paper)
    _opening(document, paper, made)
    _numbered(document, "Key messages", tuple(said.text for said in paper.summary))
    for chapter in paper.chapters:
        _chapter(document, chapter)
    _numbered(document, "Notes", paper.notes)
    _numbered(document, "Sources", paper.sources)
    if paper.link:
        add_link(document.add_paragraph("This report can be reproduced at ", style.NUMBERED), paper.link)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _properties(document: Document, paper: Paper, made: date) -> None:
    properties = document.core_properties
    properties.title = shortened(paper.title, MOST_OF_A_PROPERTY)
    properties.author = properties.last_modified_by = shortened(partnership().name, MOST_OF_A_PROPERTY)
    properties.language, properties.comments = "en-GB", shortened(paper.notice, MOST_OF_A_PROPERTY)
    properties.created = properties.modified = datetime.combine(made, time())


def _every_page(document: Document, paper: Paper) -> None:
    """The notice at the head of each page; the title and `Page 2 of 9` at its foot."""
    section = document.sections[0]
    section.header.paragraphs[0].add_run(paper.notice)
    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.add_tab_stop(Emu(style.TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{shortened(paper.title, _FOOT)}\tPage ")
    add_field(foot, "PAGE")
    foot.add_run(" of ")
    add_field(foot, "NUMPAGES")


def _opening(document: Document, paper: Paper, made: date) -> None:
    """The title, the notice and the title block."""
    document.add_paragraph(paper.title, "Title")
    if paper.notice:
        document.add_paragraph(paper.notice, style.NOTICE)
    block = (*paper.block, ("Date of the paper", day(made)))
    table = table_of(document, len(block), (_NAMES, Emu(style.TEXT_WIDTH - _NAMES)), "Title block")
    look: Any = table._tbl.tblPr.find(qn("w:tblLook"))
    look.set(qn("w:firstRow"), "0")  # its names stand in the first column
    look.set(qn("w:val"), "0480")  # the same for older readers
    for row, (name, text) in zip(table.rows, block, strict=True):
        write(row.cells[0], name, document.styles[style.TABLE_HEADER].style_id)
        write(row.cells[1], text, document.styles[style.TABLE_TEXT].style_id)


def _numbered(document: Document, heading: str, texts: tuple[str, ...]) -> None:
    """A heading and a numbered paragraph for each text; nothing where there is none."""
    if texts:
        document.add_heading(heading)
    for text in texts:
        document.add_paragraph(text, style.NUMBERED)


def _chapter(document: Document, chapter: Chapter) -> None:
    document.add_heading(chapter.heading)
    if chapter.table.rows:
        add_table(document, chapter.table)
    for part in chapter.parts:
        _part(document, part)


def _part(document: Document, part: Part) -> None:
    document.add_heading(part.heading, 2)
    for said in part.said:
        document.add_paragraph(said.text, style.NUMBERED)
    for grid in part.grids:
        add_table(document, grid)
    for picture in part.pictures:
        add_picture(document, picture, part.notes)
    for place, text in enumerate(paragraphs(part.commentary)):
        paragraph = document.add_paragraph(style=style.COMMENTARY)
        if not place:
            paragraph.add_run("Commentary: ").bold = True
        paragraph.add_run(text)
    for note in part.notes:
        document.add_paragraph(f"Note: {note}", style.NOTE)
    if part.source:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        document.add_paragraph(part.source, style.SOURCE)
