"""The report as a committee paper in Word.

It begins with the key messages and the table of every indicator. Then each priority has its numbered paragraphs, with
charts next to them. Notes and sources follow, and an appendix with maps and the tables of months, wards and locations.

Its look is in the template `paper.docx`, in styles with the names below.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Emu, Length, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from shp_view.documents.document_template import check_names, open_template, set_properties
from shp_view.documents.documents import PAGE_CHART_WIDTH, draw_chart_png
from shp_view.documents.paper import (
    Paper,
    PaperTable,
    Part,
    Picture,
    format_day,
    make_printable,
    shorten_text,
    split_paragraphs,
)
from shp_view.text.coverage_words import list_caveats
from shp_view.text.report_sentences import Sentence

NUMBERED, COMMENTARY, NOTE, SOURCE, NOTICE = "Numbered paragraph", "Commentary", "Note", "Source", "Notice"
TABLE, TITLE_BLOCK, TABLE_TEXT, TABLE_HEADER = "Paper table", "Title block", "Table text", "Table header"
_BELOW_TABLE = "Below table"
# What may follow the columns of a section, in the order that Word demands.
_AFTER_COLUMNS = (
    "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi", "w:rtlGutter", "w:docGrid",
    "w:printerSettings", "w:sectPrChange",
)  # fmt: skip
LAYOUT = "Normal Table"  # Word's own, without lines
APPENDIX = "Appendix: maps, months, wards and locations"
STYLES = (
    "Title", "Heading 1", "Heading 2", "Caption", "Header", "Footer", NUMBERED, COMMENTARY, NOTE, SOURCE, NOTICE, TABLE,
    TITLE_BLOCK, TABLE_TEXT, TABLE_HEADER, _BELOW_TABLE,
)  # fmt: skip
_TEMPLATE = "paper.docx"
_NAMES_WIDTH = Cm(4.5)  # of the title block's first column
_FOOTER_LENGTH = 80  # characters of the title that fit the footer
_PAGE_WIDTH, _CHART_WIDTH = Cm(17), Cm(7.2)  # of the text on a page of ours, and of a chart next to its words
_MAP_WIDTH = Cm(12)  # two fit a page
_CELL_MARGINS = Cm(0.38)  # of a cell, left and right together
_DENSE_GAP = Pt(0.4)  # in the overview, so that it fits its page, and in the appendix
_MOST_IN_COLUMN = 5  # columns of a table that fits half a page
_BETWEEN_COLUMNS = Cm(0.8)  # of the appendix
# What the words next to a chart take: a line, the space under a paragraph, and the letters of a line.
_LINE, _PARAGRAPH_GAP, _LETTERS_IN_LINE = Cm(0.46), Cm(0.25), 46
_PARAGRAPH_LETTERS = 360  # of a numbered paragraph, at most
_MAX_HEIGHT = Cm(19)  # of a picture, so that its caption fits on the same page
_MAX_UNBROKEN_ROWS = 14  # a table of so many rows at most stays on one page
_LETTER, _GAP = Pt(5), Pt(11)  # how wide a letter of a table is at most, and the space between two columns
_MAX_LETTERS = 60  # that a column has room for
_ROOMY = (12, 9)  # the least letters that each column has room for, where the page is wide enough
# For each attempt to fit a table: the scale of its letters, the fewest letters of a column of numbers, where its values
# may wrap, and the least width of a column of words.
_TABLE_SETTINGS: tuple[tuple[float, int, Callable[[str], list[str]], Length], ...] = (
    (1, 7, str.splitlines, Cm(4)),
    (1, 9, str.split, Cm(4)),
    (1, 7, str.split, Cm(3.5)),
    (0.9, 7, str.split, Cm(3.5)),
    (0.9, 1, str.split, Cm(2.4)),
)


def to_docx(paper: Paper, paper_date: date) -> bytes:
    """Return the paper as a Word document that is complete for readers without access to the dashboard.

    `paper_date`: the date of the paper. It leaves out characters that a Word file cannot hold. Headings,
    lists and tables are Word's own: chapters are numbered 1, 2, 3 and paragraphs 1.1, 1.2, 1.3.
    Raises SettingsError if the template cannot be used.
    """
    paper = make_printable(paper)
    # A partnership may replace the template: an error names the style that its file lacks.
    document = open_template(_TEMPLATE, docx.Document)
    check_names(_TEMPLATE, "style", STYLES, (style.name for style in document.styles if style.name))
    set_properties(document.core_properties, paper, paper_date)
    _add_header_and_footer(document, paper)
    _add_opening(document, paper, paper_date)
    _add_numbered(document, "Key messages", tuple(sentence.text for sentence in paper.summary))
    _add_overview(document, paper.overview)
    caveats: set[str] = set()
    for chapter in paper.chapters:
        document.add_heading(chapter.heading)
        for part in chapter.parts:
            _add_part(document, part, caveats)
    _add_numbered(document, "Notes", tuple(filter(None, (paper.unsupplied, *paper.notes))))
    if paper.sources or paper.link:
        document.add_heading("Sources")
    if paper.sources:
        document.add_paragraph(" ".join(paper.sources), SOURCE)
    if paper.link:
        _add_link(document.add_paragraph("This report can be reproduced at ", SOURCE), paper.link)
    _add_appendix(document, paper, caveats)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def measure_text_width(document: Document) -> Length:
    """Measure the width of the text between the margins of a page."""
    return _measure_section(document.sections[0])


def _measure_section(section: Section) -> Length:
    page, left, right = section.page_width, section.left_margin, section.right_margin
    return Emu((page or Cm(21)) - (left or 0) - (right or 0))


def _add_header_and_footer(document: Document, paper: Paper) -> None:
    """Add the notice to the last line of the header, and the title and `Page 2 of 9` to that of the footer."""
    section = document.sections[0]
    section.header.paragraphs[-1].add_run(paper.notice)
    foot = section.footer.paragraphs[-1]
    foot.add_run(f"{shorten_text(paper.title, _FOOTER_LENGTH)}\tPage ")
    _add_field(foot, "PAGE")
    foot.add_run(" of ")
    _add_field(foot, "NUMPAGES")


def _add_opening(document: Document, paper: Paper, paper_date: date) -> None:
    """Add the title, the notice and the title block."""
    document.add_paragraph(paper.title, "Title")
    if paper.notice:
        document.add_paragraph(paper.notice, NOTICE)
    block = (*paper.block, ("Date of the paper", format_day(paper_date)))
    widths = (_NAMES_WIDTH, Emu(measure_text_width(document) - _NAMES_WIDTH))
    table = _add_empty_table(document, len(block), widths, TITLE_BLOCK, "Title block")
    for row, (name, text) in zip(table.rows, block, strict=True):
        _write_cell(row.cells[0], name, document.styles[TABLE_HEADER].style_id)
        _write_cell(row.cells[1], text, document.styles[TABLE_TEXT].style_id)


def _add_numbered(document: Document, heading: str, texts: tuple[str, ...]) -> None:
    """Add a heading and a numbered paragraph for each text; nothing if there is no text."""
    if texts:
        document.add_heading(heading)
    for text in texts:
        document.add_paragraph(text, NUMBERED)


def _add_overview(document: Document, overview: PaperTable) -> None:
    """Add the table of every indicator on a page of its own, turned so that it has room."""
    if not overview.rows:
        return
    page = _turn_page(document)
    _add_table(document, overview, _measure_section(page), row_gap=_DENSE_GAP)
    _turn_page(document)


def _turn_page(document: Document) -> Section:
    """Begin a page that is turned: landscape after portrait, or portrait after landscape."""
    before = document.sections[-1]
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    upright = before.orientation == WD_ORIENT.PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if upright else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = before.page_height, before.page_width
    return section


def list_details(paper: Paper) -> list[PaperTable]:
    """List the tables that a paper prints in its appendix."""
    parts = (part for chapter in paper.chapters for part in chapter.parts)
    return [table for part in parts for table in part.tables if table.is_detail]


def _add_part(document: Document, part: Part, caveats: set[str]) -> None:
    """Add an indicator. `caveats`: those of charts that the paper has already, to which its own are added."""
    caveats.update(part.notes)
    document.add_heading(part.heading, 2)
    text_width, remaining = measure_text_width(document), group_sentences(part.sentences)
    for picture in (picture for picture in part.pictures if not picture.is_detail):
        # A chart next to its words takes half the room of one under them, and is read with them.
        widths = (Emu(text_width - _CHART_WIDTH), _CHART_WIDTH)
        row = _add_empty_table(document, 1, widths, LAYOUT, "").rows[0]
        _add_mark(row, "w:cantSplit")
        words, chart = row.cells
        height = _add_picture(document, chart, picture, _CHART_WIDTH, caveats)
        while remaining and height > 0:
            text = remaining.pop(0)
            words.add_paragraph(text, NUMBERED)
            height -= _PARAGRAPH_GAP + _LINE * math.ceil(len(text) / _LETTERS_IN_LINE)
        for cell in row.cells:
            _remove_first_paragraph(cell)
    for text in remaining:
        document.add_paragraph(text, NUMBERED)
    for table in part.tables:
        if not table.is_detail:
            _add_table(document, table, text_width)
    for index, text in enumerate(split_paragraphs(part.commentary)):
        paragraph = document.add_paragraph(style=COMMENTARY)
        if not index:
            paragraph.add_run("Commentary: ").bold = True
        paragraph.add_run(text)
    for note in part.notes:
        document.add_paragraph(f"Note: {note}", NOTE)
    if part.source:
        # A source line alone at the top of the next page would be of nothing.
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        document.add_paragraph(part.source, SOURCE)


def group_sentences(sentences: Iterable[Sentence]) -> list[str]:
    """Group sentences into paragraphs, none longer than _PARAGRAPH_LETTERS unless one sentence is."""
    paragraphs: list[str] = []
    for sentence in sentences:
        if paragraphs and len(paragraphs[-1]) + len(sentence.text) < _PARAGRAPH_LETTERS:
            paragraphs[-1] += f" {sentence.text}"
        else:
            paragraphs.append(sentence.text)
    return paragraphs


def _remove_first_paragraph(cell: _Cell) -> None:
    """Remove the empty paragraph with which every cell begins, where another follows it."""
    if len(cell.paragraphs) > 1:
        cell._tc.remove(cell.paragraphs[0]._p)


def _add_appendix(document: Document, paper: Paper, caveats: set[str]) -> None:
    """Add the maps, and the tables of months, wards and locations in two columns; nothing if there are none."""
    maps = [picture for chapter in paper.chapters for part in chapter.parts for picture in part.pictures]
    maps, tables = [picture for picture in maps if picture.is_detail], list_details(paper)
    if not (maps or tables):
        return
    column_width = Emu((measure_text_width(document) - _BETWEEN_COLUMNS) // 2)
    document.add_heading(APPENDIX)
    for picture in maps:
        _add_picture(document, document, picture, _MAP_WIDTH, caveats)
    for table in tables:
        if len(table.header) > _MOST_IN_COLUMN:
            _add_table(document, table, measure_text_width(document), row_gap=_DENSE_GAP)
    section = document.add_section(WD_SECTION.CONTINUOUS)._sectPr
    for columns in section.findall(qn("w:cols")):
        section.remove(columns)
    columns = OxmlElement("w:cols")
    section.insert_element_before(columns, *_AFTER_COLUMNS)
    columns.set(qn("w:num"), "2")
    columns.set(qn("w:space"), str(round(_BETWEEN_COLUMNS.twips)))
    for table in tables:
        if len(table.header) <= _MOST_IN_COLUMN:
            _add_table(document, table, column_width, row_gap=_DENSE_GAP)


def _add_table(document: Document, grid: PaperTable, text_width: Length, row_gap: Length | None = None) -> None:
    """Add a table under its caption, as wide as the text at most.

    The header row repeats on each page, numbers align right, and no row is split. `row_gap`: the space above and below
    the text of a row, where it is not that of the style.
    """
    _add_caption(document, document, "Table", grid.caption)
    widths, scale = compute_column_widths(grid, text_width)
    size = document.styles[TABLE_TEXT].font.size or Pt(9.5)
    table = _add_empty_table(document, 1 + len(grid.rows), widths, TABLE, grid.caption)
    _add_mark(table.rows[0], "w:tblHeader")
    header, plain = (document.styles[name].style_id for name in (TABLE_HEADER, TABLE_TEXT))
    # Word has no "keep this table together": each row but the last is kept with the next one.
    whole = len(grid.rows) <= _MAX_UNBROKEN_ROWS
    for index, (row, values) in enumerate(zip(table.rows, (grid.header, *grid.rows), strict=True)):
        _add_mark(row, "w:cantSplit")
        for column, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            is_heading = not index or not any(values[1:])
            paragraph = _write_cell(cell, value, header if is_heading else plain)
            if scale != 1:
                paragraph.runs[0].font.size = Emu(int(scale * size))
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if grid.is_number_column(column) else WD_ALIGN_PARAGRAPH.LEFT
            if row_gap is not None:
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = row_gap
            if whole and index < len(grid.rows):
                paragraph.paragraph_format.keep_with_next = True
    # Without a paragraph between them, LibreOffice separates a heading after a table from its text.
    document.add_paragraph(style=_BELOW_TABLE)


def _add_empty_table(document: Document, rows: int, widths: Sequence[Length], style: str, description: str) -> Table:
    """Add an empty table of fixed columns, with its alternative text."""
    table: Table = document.add_table(rows, len(widths), style=style)
    table.autofit = False
    # Word reads the width of each cell, LibreOffice that of the columns.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    element = OxmlElement("w:tblDescription")
    element.set(qn("w:val"), description)
    table._tbl.tblPr.append(element)
    return table


def _write_cell(cell: _Cell, text: str, style_id: str) -> Paragraph:
    """Write a cell's text in a style. `style_id`: the id of the style, since a look-up by name is slow."""
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph._p.style = style_id
    paragraph.add_run(text)
    return paragraph


def _add_mark(row: _Row, tag: str) -> None:
    """Add a mark to a row that is either present or absent."""
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def compute_column_widths(grid: PaperTable, text_width: int) -> tuple[list[Length], float]:
    """Compute the width of each column, and the scale of the letters.

    The first setting that fits the page is used: columns as wide as their values; numbers that wrap, in
    narrower and narrower columns, while words take the remaining width; smaller letters. A table that is still
    wider is reduced to the width of the page.
    """
    columns = list(zip(grid.header, *grid.rows, strict=True))
    for fewest in _ROOMY:
        natural = [_compute_width(column, fewest, str.splitlines, 1) for column in columns]
        if sum(natural) <= text_width:
            return [Emu(int(width)) for width in natural], 1
    # Too wide as it is. Numbers give way first, then the least width of words, and the size of the letters last.
    words = natural[: grid.texts]
    for scale, fewest, wrap, least in _TABLE_SETTINGS:
        numbers = [_compute_width(column, fewest, wrap, scale) for column in columns[grid.texts :]]
        words_width = max(text_width - sum(numbers), min(least * grid.texts, sum(words)))
        if sum(numbers) + words_width <= text_width:
            break
    widths = [min(width, words_width * width / sum(words)) for width in words] + numbers
    too_wide = max(1, sum(widths) / text_width)
    return [Emu(int(width / too_wide)) for width in widths], scale


def _compute_width(column: tuple[str, ...], fewest: int, pieces: Callable[[str], list[str]], scale: float) -> float:
    """Compute the width of a column. Its header may wrap between words, its values only between `pieces`."""
    header, *values = column
    parts = [*header.split(), *(piece for value in values for piece in pieces(value))]
    return _GAP + scale * _LETTER * min(_MAX_LETTERS, max([fewest, *map(len, parts)]))


def _add_picture(
    document: Document, place: Document | _Cell, picture: Picture, width: Length, caveats: set[str]
) -> int:
    """Add a chart under its caption, with its alternative text and its caveats. Return its height.

    It is of a width, or as high as fits. `caveats`: those that the paper has already, to which its own are added.
    """
    _add_caption(document, place, "Figure", picture.title)
    paragraph = place.add_paragraph()
    further = [caveat for caveat in list_caveats(picture.figure.caveats) if caveat not in caveats]
    caveats.update(further)
    paragraph.paragraph_format.keep_with_next = bool(further)  # a caveat belongs on the page of its chart
    image = io.BytesIO(draw_chart_png(picture.spec, PAGE_CHART_WIDTH * width // _PAGE_WIDTH))
    shape = paragraph.add_run().add_picture(image, width=Emu(width - _CELL_MARGINS))
    if shape.height > _MAX_HEIGHT:
        shape.width, shape.height = Emu(shape.width * _MAX_HEIGHT // shape.height), _MAX_HEIGHT
    for properties in paragraph._p.iter(qn("wp:docPr")):
        properties.set("descr", picture.alt)
    for index, caveat in enumerate(further, 1):
        place.add_paragraph(caveat, NOTE).paragraph_format.keep_with_next = index < len(further)
    return int(shape.height)


def _add_caption(document: Document, place: Document | _Cell, kind: str, text: str) -> None:
    """Add a caption, `Table 3: text`, in which Word counts the number itself."""
    counter = f"SEQ {kind} "
    # Word counts when it updates its fields; until then, and in other programs, this number is what a reader sees.
    before = document.element.body.xpath(f'.//w:instrText[starts-with(., "{counter}")]')
    paragraph = place.add_paragraph(f"{kind} ", "Caption")
    _add_field(paragraph, f"{counter}\\* ARABIC", str(len(before) + 1))
    paragraph.add_run(f": {text}")


def _add_field(paragraph: Paragraph, code: str, placeholder: str = "1") -> None:
    """Add a value that Word computes, such as PAGE. `placeholder`: the text until then."""
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(mark)
        if kind == "begin":
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            paragraph.add_run()._r.append(instruction)
        elif kind == "separate":
            paragraph.add_run(placeholder)


def _add_link(paragraph: Paragraph, address: str) -> None:
    """Add an address that opens when clicked and can be read on paper."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(address)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
