"""A table on a slide: real cells under a header row, of the size at which they fit their place."""

# mypy: allow-untyped-calls
# python-pptx says the types of some of its functions only.

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.util import Inches, Pt

from shp_view.documents.paper import Grid
from shp_view.documents.paper_text import shortened
from shp_view.documents.pptx_parts import BOLD_LETTER, LETTER, LINE, Box, describe, fill
from shp_view.theme import LIGHT

_CELL = 10  # points around the text of a cell, above and below together, and on either side
_CELL_SIZES = (18, 16, 14, 12)
_MOST_LETTERS = 40  # of a cell on a slide
_PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own: No Style, No Grid


def table_width(grid: Grid) -> float:
    """How many inches a table wants at a middling size."""
    return sum(_columns(grid, _CELL_SIZES[1])) / 72


def add_table(slide: Slide, grid: Grid, box: Box) -> tuple[int, Box]:
    """A grid as a table with a header row, as large as fits. How many rows it has room for, and where it stands."""
    size = _cell_size(grid, box)
    widths = _widths(grid, size, box)
    head, row = _heights(grid, widths, size)
    shown = min(len(grid.rows), int((72 * box.height - head) // row))
    sides = (Inches(box.left), Inches(box.top), Pt(sum(widths)), Pt(head + shown * row))
    frame = slide.shapes.add_table(1 + shown, len(widths), *sides)
    frame.name = "Table"
    describe(frame, grid.caption)
    frame.element.xpath(".//a:tableStyleId")[0].text = _PLAIN_STYLE
    table: Any = frame.table
    table.horz_banding = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for place, values in enumerate((grid.header, *grid.rows[:shown])):
        table.rows[place].height = Pt(row if place else head)
        for column, text in enumerate(values):
            short = shortened(text, _fit(widths[column], size, LETTER)) if place else " ".join(text.split())
            _cell(table.cell(place, column), short, size, header=not place, number=grid.is_number(column))
    return shown, replace(box, width=sum(widths) / 72, height=(head + shown * row) / 72)


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
    wrapped = [textwrap.wrap(t, _fit(w, size, BOLD_LETTER)) for t, w in zip(grid.header, widths, strict=True)]
    line = size * LINE
    return max(1, *(len(lines) for lines in wrapped)) * line + _CELL, line + _CELL


def _columns(grid: Grid, size: int) -> list[float]:
    """The width of each column in points: its header may wrap between words, its values do not."""
    widths = []
    for header, *values in zip(grid.header, *grid.rows, strict=True):
        words = max((len(word) for word in header.split()), default=0) * BOLD_LETTER
        longest = max((min(_MOST_LETTERS, len(value)) for value in values), default=0) * LETTER
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
