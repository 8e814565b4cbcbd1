"""What a Word paper is made of: a table with a true header row, a picture with its words, fields, a link."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Length, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from shp_view.documents import docx_style as style
from shp_view.documents.documents import chart_png
from shp_view.documents.paper import Grid, Picture

_HIGHEST = Cm(19)  # of a picture, so that its caption has its place on the same page
_WHOLE = 14  # a table of so many rows at most stays on one page
_BELOW = Pt(4)  # of room under a table
_LETTER, _GAP = Pt(5.5), Pt(8)  # how wide a letter of a table is at most, and the room between two columns
_MOST_LETTERS = 48  # that a column has room for
_ROOMY = (12, 9)  # letters that each column has room for at least, where the page has it
# How large the letters are to the style's, the fewest of a column, and what each column of words keeps.
_WAYS = ((1, 9, Cm(4)), (1, 7, Cm(3.5)), (0.9, 7, Cm(3.5)), (0.9, 1, Cm(2.4)))


def add_table(document: Document, grid: Grid) -> None:
    """A grid under its caption: a header row that repeats on each page, numbers on the right, no row split."""
    add_caption(document, "Table", grid.caption)
    widths, size = column_widths(grid)
    table = table_of(document, 1 + len(grid.rows), widths, grid.caption)
    _mark(table.rows[0], "w:tblHeader")
    header, plain = (document.styles[name].style_id for name in (style.TABLE_HEADER, style.TABLE_TEXT))
    whole = len(grid.rows) <= _WHOLE
    for place, (row, values) in enumerate(zip(table.rows, (grid.header, *grid.rows), strict=True)):
        _mark(row, "w:cantSplit")
        for column, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            paragraph = write(cell, value, plain if place else header, size)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if grid.is_number(column) else WD_ALIGN_PARAGRAPH.LEFT
            if whole and place < len(grid.rows):
                paragraph.paragraph_format.keep_with_next = True
    below = document.add_paragraph(style=style.TABLE_TEXT)  # LibreOffice parts a heading from its text under a table
    below.paragraph_format.line_spacing = _BELOW


def table_of(document: Document, rows: int, widths: Sequence[Length], description: str) -> Table:
    """An empty table of fixed columns, with its alternative text."""
    table: Table = document.add_table(rows, len(widths), style=style.TABLE)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    element = OxmlElement("w:tblDescription")
    element.set(qn("w:val"), description)
    table._tbl.tblPr.append(element)
    return table


def write(cell: _Cell, text: str, style_id: str, size: float | None = None) -> Paragraph:
    """A cell's text in a style by its id (a name is sought slowly), in points of its own where the style's are many."""
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph._p.style = style_id
    run = paragraph.add_run(text)
    if size:
        run.font.size = Pt(size)
    return paragraph


def _mark(row: _Row, tag: str) -> None:
    """A mark of a row that is either there or not."""
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def column_widths(grid: Grid) -> tuple[list[Length], float | None]:
    """How wide is each column, and of how many points are the letters, where the style's own are too many?

    The first way that fits the page: columns as wide as their values; numbers that wrap, in columns less and less
    wide, while words take what is left; smaller letters. A table that is wider still is drawn in.
    """
    columns = list(zip(grid.header, *grid.rows, strict=True))
    for fewest in _ROOMY:
        natural = [_need(column, fewest, str.splitlines, 1) for column in columns]
        if sum(natural) <= style.TEXT_WIDTH:
            return [Emu(int(width)) for width in natural], None
    words = natural[: grid.texts]
    for scale, fewest, least in _WAYS:
        numbers = [_need(column, fewest, str.split, scale) for column in columns[grid.texts :]]
        left = max(style.TEXT_WIDTH - sum(numbers), min(least * grid.texts, sum(words)))
        if sum(numbers) + left <= style.TEXT_WIDTH:
            break
    widths = [min(width, left * width / sum(words)) for width in words] + numbers
    too_wide = max(1, sum(widths) / style.TEXT_WIDTH)
    return [Emu(int(width / too_wide)) for width in widths], None if scale == 1 else scale * style.TABLE_SIZE


def _need(column: tuple[str, ...], fewest: int, pieces: Callable[[str], list[str]], scale: float) -> float:
    """The width of a column: its header may wrap between words, its values only between such pieces."""
    header, *values = column
    found = [*header.split(), *(piece for value in values for piece in pieces(value))]
    return _GAP + scale * _LETTER * min(_MOST_LETTERS, max([fewest, *map(len, found)]))


def add_picture(document: Document, picture: Picture, told: Sequence[str] = ()) -> None:
    """A chart under its caption, as wide as the text or as high as fits, with its alternative text and its caveats.

    `told`: caveats that the paper says elsewhere beside it.
    """
    add_caption(document, "Figure", picture.title)
    paragraph = document.add_paragraph()
    caveats = [caveat for caveat in picture.figure.caveats if caveat not in told]
    paragraph.paragraph_format.keep_with_next = bool(caveats)
    shape = paragraph.add_run().add_picture(io.BytesIO(chart_png(picture.spec)), width=Emu(style.TEXT_WIDTH))
    if shape.height > _HIGHEST:
        shape.width, shape.height = Emu(shape.width * _HIGHEST // shape.height), _HIGHEST
    for properties in paragraph._p.iter(qn("wp:docPr")):
        properties.set("descr", picture.alt)
    for place, caveat in enumerate(caveats, 1):
        note = document.add_paragraph(caveat, style.NOTE)
        note.paragraph_format.keep_with_next = place < len(caveats)


def add_caption(document: Document, kind: str, text: str) -> None:
    """`Table 3: text`, in which Word counts the number itself."""
    counter = f"SEQ {kind} "
    before = document.element.body.xpath(f'.//w:instrText[starts-with(., "{counter}")]')
    paragraph = document.add_paragraph(f"{kind} ", "Caption")
    add_field(paragraph, f"{counter}\\* ARABIC", str(len(before) + 1))
    paragraph.add_run(f": {text}")


def add_field(paragraph: Paragraph, code: str, shown: str = "1") -> None:
    """A value that Word works out, such as PAGE; `shown` until it does."""
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(mark)
        if kind == "begin":
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            paragraph.add_run()._r.append(instruction)
        elif kind == "separate":
            paragraph.add_run(shown)


def add_link(paragraph: Paragraph, address: str) -> None:
    """An address that opens at a click and stays readable on paper."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(address)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
