"""The parts of a Word paper: a table with a true header row, a picture with its words, fields and a link."""

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
from shp_view.documents.documents import draw_chart_png
from shp_view.documents.paper import PaperTable, Picture

_MAX_HEIGHT = Cm(19)  # of a picture, so that its caption has its place on the same page
_MAX_UNBROKEN_ROWS = 14  # a table of so many rows at most stays on one page
_BELOW = Pt(4)  # of room under a table
_LETTER, _GAP = Pt(5.5), Pt(8)  # how wide a letter of a table is at most, and the room between two columns
_MAX_LETTERS = 48  # that a column has room for
_ROOMY = (12, 9)  # letters that each column has room for at least, where the page has it
# How large the letters are to the style's, the fewest of a column, and what each column of words keeps.
_TABLE_SETTINGS = ((1, 9, Cm(4)), (1, 7, Cm(3.5)), (0.9, 7, Cm(3.5)), (0.9, 1, Cm(2.4)))


def add_table(document: Document, grid: PaperTable) -> None:
    """Add a table under its caption.

    The header row repeats on each page, numbers align right, and no row is split.
    """
    add_caption(document, "Table", grid.caption)
    widths, size = compute_column_widths(grid)
    table = add_empty_table(document, 1 + len(grid.rows), widths, grid.caption)
    _add_mark(table.rows[0], "w:tblHeader")
    header, plain = (document.styles[name].style_id for name in (style.TABLE_HEADER, style.TABLE_TEXT))
    whole = len(grid.rows) <= _MAX_UNBROKEN_ROWS
    for index, (row, values) in enumerate(zip(table.rows, (grid.header, *grid.rows), strict=True)):
        _add_mark(row, "w:cantSplit")
        for column, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            paragraph = write_table_cell(cell, value, plain if index else header, size)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if grid.is_number_column(column) else WD_ALIGN_PARAGRAPH.LEFT
            if whole and index < len(grid.rows):
                paragraph.paragraph_format.keep_with_next = True
    below = document.add_paragraph(style=style.TABLE_TEXT)  # LibreOffice parts a heading from its text under a table
    below.paragraph_format.line_spacing = _BELOW


def add_empty_table(document: Document, rows: int, widths: Sequence[Length], description: str) -> Table:
    """Add an empty table of fixed columns, with its alternative text."""
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


def write_table_cell(cell: _Cell, text: str, style_id: str, size: float | None = None) -> Paragraph:
    """Write a cell's text in a style.

    `style_id`: the id of the style, since a look-up by name is slow. `size`: in points, where it differs from
    the style's.
    """
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph._p.style = style_id
    run = paragraph.add_run(text)
    if size:
        run.font.size = Pt(size)
    return paragraph


def _add_mark(row: _Row, tag: str) -> None:
    """Add a mark to a row that is either present or absent."""
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def compute_column_widths(grid: PaperTable) -> tuple[list[Length], float | None]:
    """Compute the width of each column, and the size of the letters in points where the style's size is too large.

    The first setting that fits the page is used: columns as wide as their values; numbers that wrap, in
    narrower and narrower columns, while words take the remaining width; smaller letters. A table that is still
    wider is reduced to the width of the page.
    """
    columns = list(zip(grid.header, *grid.rows, strict=True))
    for fewest in _ROOMY:
        natural = [_compute_width(column, fewest, str.splitlines, 1) for column in columns]
        if sum(natural) <= style.TEXT_WIDTH:
            return [Emu(int(width)) for width in natural], None
    words = natural[: grid.texts]
    for scale, fewest, least in _TABLE_SETTINGS:
        numbers = [_compute_width(column, fewest, str.split, scale) for column in columns[grid.texts :]]
        words_width = max(style.TEXT_WIDTH - sum(numbers), min(least * grid.texts, sum(words)))
        if sum(numbers) + words_width <= style.TEXT_WIDTH:
            break
    widths = [min(width, words_width * width / sum(words)) for width in words] + numbers
    too_wide = max(1, sum(widths) / style.TEXT_WIDTH)
    return [Emu(int(width / too_wide)) for width in widths], None if scale == 1 else scale * style.TABLE_SIZE


def _compute_width(column: tuple[str, ...], fewest: int, pieces: Callable[[str], list[str]], scale: float) -> float:
    """Compute the width of a column. Its header may wrap between words, its values only between `pieces`."""
    header, *values = column
    parts = [*header.split(), *(piece for value in values for piece in pieces(value))]
    return _GAP + scale * _LETTER * min(_MAX_LETTERS, max([fewest, *map(len, parts)]))


def add_picture(document: Document, picture: Picture, paper_caveats: Sequence[str] = ()) -> None:
    """Add a chart under its caption, with its alternative text and its caveats.

    It is as wide as the text, or as high as fits. `paper_caveats`: caveats that the paper gives elsewhere.
    """
    add_caption(document, "Figure", picture.title)
    paragraph = document.add_paragraph()
    caveats = [caveat for caveat in picture.figure.caveats if caveat not in paper_caveats]
    paragraph.paragraph_format.keep_with_next = bool(caveats)
    shape = paragraph.add_run().add_picture(io.BytesIO(draw_chart_png(picture.spec)), width=Emu(style.TEXT_WIDTH))
    if shape.height > _MAX_HEIGHT:
        shape.width, shape.height = Emu(shape.width * _MAX_HEIGHT // shape.height), _MAX_HEIGHT
    for properties in paragraph._p.iter(qn("wp:docPr")):
        properties.set("descr", picture.alt)
    for index, caveat in enumerate(caveats, 1):
        note = document.add_paragraph(caveat, style.NOTE)
        note.paragraph_format.keep_with_next = index < len(caveats)


def add_caption(document: Document, kind: str, text: str) -> None:
    """Add a caption, `Table 3: text`, in which Word counts the number itself."""
    counter = f"SEQ {kind} "
    before = document.element.body.xpath(f'.//w:instrText[starts-with(., "{counter}")]')
    paragraph = document.add_paragraph(f"{kind} ", "Caption")
    add_field(paragraph, f"{counter}\\* ARABIC", str(len(before) + 1))
    paragraph.add_run(f": {text}")


def add_field(paragraph: Paragraph, code: str, placeholder: str = "1") -> None:
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


def add_link(paragraph: Paragraph, address: str) -> None:
    """Add an address that opens when clicked and can be read on paper."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(address)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
