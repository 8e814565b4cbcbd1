"""What a deck is made of: a wide page in the house style, text that fits its box, a table, a picture, the notice."""

# mypy: allow-untyped-calls
# python-pptx says the types of some of its functions only.

from __future__ import annotations

import copy
import io
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.text.text import TextFrame
from pptx.util import Inches, Length, Pt

from shp_view.documents import chart_png
from shp_view.paper import Grid, Picture
from shp_view.paper_text import shortened
from shp_view.theme import LIGHT

_FONT, _LANGUAGE = "Arial", "en-GB"
_LETTER, _BOLD_LETTER = 0.52, 0.58  # how wide a letter is to its size, on the safe side
_LINE = 1.2  # how high a line is to its letters
_BETWEEN = 10  # points between two paragraphs
_CELL = 10  # points around the text of a cell, above and below, and left and right
_CELL_SIZES = (18, 16, 14, 12)
_MOST_LETTERS = 40  # of a cell on a slide
_PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own: No Style, No Grid


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def place(self, shape: BaseShape) -> None:
        """Put a shape there."""
        shape.left, shape.top, shape.width, shape.height = (Inches(n) for n in self.sides)

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, width, height."""
        return self.left, self.top, self.width, self.height


PAGE = Box(0, 0, 13.333, 7.5)
TITLE = Box(0.6, 0.95, 12.13, 1.0)
BODY = Box(0.6, 2.05, 12.13, 4.5)
_NOTICE = Box(0, 0, PAGE.width, 0.38)
_NUMBER = Box(11.73, 7.0, 1.0, 0.36)


def new_deck() -> Deck:
    """An empty deck, 16 to 9, in the house style: what a slide does not say itself, its master says."""
    deck = Presentation()
    narrow = deck.slide_width
    deck.slide_width, deck.slide_height = Inches(PAGE.width), Inches(PAGE.height)
    master = deck.slide_master
    for shape in (*master.shapes, *(shape for layout in master.slide_layouts for shape in layout.shapes)):
        if shape.element.xpath("./p:spPr/a:xfrm"):
            shape.left, shape.width = (Length(side * deck.slide_width // narrow) for side in (shape.left, shape.width))
    for shape in master.placeholders:
        kind = shape.placeholder_format.type
        if kind == PP_PLACEHOLDER.TITLE:
            TITLE.place(shape)
            shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        elif kind == PP_PLACEHOLDER.BODY:
            BODY.place(shape)
    for element in (*master.element.iter(), *deck.element.iter()):
        if "lang" in element.attrib:
            element.set("lang", _LANGUAGE)
        if element.tag == qn("a:latin"):
            element.set("typeface", _FONT)
    (level,) = master.element.xpath("./p:txStyles/p:titleStyle/a:lvl1pPr")
    level.set("algn", "l")
    return deck


def fitting(texts: Sequence[str], box: Box, sizes: Sequence[int], *, bold: bool = False) -> int | None:
    """The largest of the sizes, in points, at which all paragraphs fit the box; None where none is small enough."""
    return next((size for size in sizes if height(texts, box.width, size, bold=bold) <= 72 * box.height), None)


def height(texts: Sequence[str], width: float, size: int, *, bold: bool = False) -> float:
    """How high so many paragraphs are, in points, in so many inches of width."""
    letters = _letters(width, size, bold=bold)
    lines = sum(max(1, len(textwrap.wrap(text, letters))) for text in texts)
    return lines * size * _LINE + _BETWEEN * len(texts)


def cut(text: str, box: Box, size: int, *, bold: bool = False) -> str:
    """The text on one line, shortened between words until it fits the box."""
    lines = math.floor((72 * box.height - _BETWEEN) / (size * _LINE))
    short = " ".join(text.split())
    while height([short], box.width, size, bold=bold) > 72 * box.height:
        most = min(len(short), lines * _letters(box.width, size, bold=bold))
        short = shortened(short, int(most * 0.95))
    return short


def _letters(width: float, size: int, *, bold: bool) -> int:
    return int((72 * width - 2 * _CELL) / (size * (_BOLD_LETTER if bold else _LETTER)))


def fill(frame: TextFrame, texts: Sequence[str], size: int, *, colour: str = LIGHT.text, bold: bool = False) -> None:
    """A paragraph for each text, of one size and colour."""
    frame.word_wrap = True
    for place, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        paragraph.space_after = Pt(_BETWEEN if place < len(texts) - 1 else 0)
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, RGBColor.from_string(colour[1:])


def add_text(slide: Slide, box: Box, text: str, size: int, *, name: str, colour: str = LIGHT.quiet) -> None:
    """A line or two in a box of their own."""
    shape = slide.shapes.add_textbox(*(Inches(side) for side in box.sides))
    shape.name = name
    fill(shape.text_frame, [cut(text, box, size)], size, colour=colour)


def add_notice(slide: Slide, notice: str) -> None:
    """What must be seen first, as a bar over the whole width; nothing where there is no notice."""
    if not notice:
        return
    shape = slide.shapes.add_textbox(*(Inches(side) for side in _NOTICE.sides))
    shape.name = "Notice"
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(LIGHT.diverging[3][1:])
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    fill(shape.text_frame, [cut(notice, _NOTICE, 12, bold=True)], 12, bold=True)
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def add_number(slide: Slide) -> None:
    """The number of the slide, which PowerPoint keeps itself."""
    placeholders: Any = slide.slide_layout.placeholders
    for shape in placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            element = copy.deepcopy(shape.element)
            slide.shapes.element.append(element)
            placed = slide.shapes[-1]
            placed.element.nvSpPr.cNvPr.set("id", str(1 + max(other.shape_id for other in slide.shapes)))
            _NUMBER.place(placed)


def add_picture(slide: Slide, picture: Picture, box: Box) -> float:
    """The chart, as large as the box allows, with its alternative text. Its width in inches."""
    left, top, width, high = (Inches(side) for side in box.sides)
    shape = slide.shapes.add_picture(io.BytesIO(chart_png(picture.spec)), left, top, height=high)
    if shape.width > width:
        shape.width, shape.height = width, Length(shape.height * width // shape.width)
    shape.name = "Chart"
    _describe(shape, picture.alt)
    return float(shape.width.inches)


def table_width(grid: Grid) -> float:
    """How many inches a table wants at a middling size."""
    return sum(_columns(grid, _CELL_SIZES[1])) / 72


def add_table(slide: Slide, grid: Grid, box: Box) -> tuple[int, float]:
    """A grid as a table with a header row, as large as fits. How many rows it has room for, and its width in inches."""
    size = _cell_size(grid, box)
    widths = _widths(grid, size, box)
    head, row = _heights(grid, widths, size)
    shown = min(len(grid.rows), int((72 * box.height - head) // row))
    sides = (Inches(box.left), Inches(box.top), Pt(sum(widths)), Pt(head + shown * row))
    frame = slide.shapes.add_table(1 + shown, len(widths), *sides)
    frame.name = "Table"
    _describe(frame, grid.caption)
    frame.element.xpath(".//a:tableStyleId")[0].text = _PLAIN_STYLE
    table: Any = frame.table
    table.horz_banding = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for place, values in enumerate((grid.header, *grid.rows[:shown])):
        table.rows[place].height = Pt(row if place else head)
        for column, text in enumerate(values):
            short = shortened(text, _fit(widths[column], size, _LETTER)) if place else " ".join(text.split())
            _cell(table.cell(place, column), short, size, header=not place, number=column >= grid.texts)
    return shown, sum(widths) / 72


def _cell_size(grid: Grid, box: Box) -> int:
    """The largest size at which the whole table fits the box, else at which it is narrow enough."""
    narrow = [size for size in _CELL_SIZES if sum(_columns(grid, size)) <= 72 * box.width] or [_CELL_SIZES[-1]]
    for size in narrow:
        head, row = _heights(grid, _widths(grid, size, box), size)
        if head + row * len(grid.rows) <= 72 * box.height:
            return size
    return narrow[0]


def _widths(grid: Grid, size: int, box: Box) -> list[float]:
    """The widths of the columns in points, drawn in where the box is narrower."""
    widths = _columns(grid, size)
    return [width * min(1, 72 * box.width / sum(widths)) for width in widths]


def _heights(grid: Grid, widths: list[float], size: int) -> tuple[float, float]:
    """How high the header and each row are, in points."""
    wrapped = [textwrap.wrap(t, _fit(w, size, _BOLD_LETTER)) for t, w in zip(grid.header, widths, strict=True)]
    line = size * _LINE
    return max(1, *(len(lines) for lines in wrapped)) * line + _CELL, line + _CELL


def _columns(grid: Grid, size: int) -> list[float]:
    """The width of each column in points: its header may wrap between words, its values do not."""
    widths = []
    for header, *values in zip(grid.header, *grid.rows, strict=True):
        words = max((len(word) for word in header.split()), default=0) * _BOLD_LETTER
        longest = max((min(_MOST_LETTERS, len(value)) for value in values), default=0) * _LETTER
        widths.append(max(words, longest, 4) * size + 2 * _CELL)
    return widths


def _fit(width: float, size: int, letter: float) -> int:
    """How many letters fit a column."""
    return max(2, round((width - 2 * _CELL) / (size * letter)))


def _cell(cell: _Cell, text: str, size: int, *, header: bool, number: bool) -> None:
    cell.margin_top = cell.margin_bottom = Pt(_CELL / 2)
    cell.margin_left = cell.margin_right = Pt(_CELL * 0.8)
    fill(cell.text_frame, [text], size, bold=header)
    if number:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    if header:
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(LIGHT.band[1:])
    line = f'<a:solidFill><a:srgbClr val="{LIGHT.missing[1:]}"/></a:solidFill>'
    cell._tc.get_or_add_tcPr().insert(0, parse_xml(f'<a:lnB {nsdecls("a")} w="9525">{line}</a:lnB>'))


def _describe(shape: BaseShape, text: str) -> None:
    """The alternative text of a shape."""
    shape.element.xpath(".//p:cNvPr")[0].set("descr", text)
