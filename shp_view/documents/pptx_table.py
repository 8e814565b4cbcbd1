"""A table on a slide: real cells under a header row, at the size at which they fit their box."""

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

from shp_view.documents.paper import PaperTable
from shp_view.documents.paper_text import shorten_text
from shp_view.documents.pptx_parts import BOLD_LETTER, LETTER, LINE, Box, describe_shape, fill_frame
from shp_view.theme import LIGHT

_CELL = 10  # points around the text of a cell, above and below together, and on either side
_CELL_SIZES = (18, 16, 14, 12)
_MOST_LETTERS = 40  # of a cell on a slide
_PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own: No Style, No Grid


def measure_table_width(paper_table: PaperTable) -> float:
    """Measure the width in inches that a table needs at a medium size."""
    return sum(_measure_columns(paper_table, _CELL_SIZES[1])) / 72


def add_table(slide: Slide, paper_table: PaperTable, box: Box) -> tuple[int, Box]:
    """Add a table with a header row, as large as fits. Return the number of rows that fit, and its box."""
    size = _find_cell_size(paper_table, box)
    widths = _fit_widths(paper_table, size, box)
    header_height, row_height = _measure_heights(paper_table, widths, size)
    row_count = min(len(paper_table.rows), int((72 * box.height - header_height) // row_height))
    sides = (Inches(box.left), Inches(box.top), Pt(sum(widths)), Pt(header_height + row_count * row_height))
    frame = slide.shapes.add_table(1 + row_count, len(widths), *sides)
    frame.name = "Table"
    describe_shape(frame, paper_table.caption)
    frame.element.xpath(".//a:tableStyleId")[0].text = _PLAIN_STYLE
    table: Any = frame.table
    table.horz_banding = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for row_index, values in enumerate((paper_table.header, *paper_table.rows[:row_count])):
        table.rows[row_index].height = Pt(row_height if row_index else header_height)
        for column, text in enumerate(values):
            cell_text = (
                shorten_text(text, _count_letters(widths[column], size, LETTER))
                if row_index
                else " ".join(text.split())
            )
            _fill_cell(
                table.cell(row_index, column),
                cell_text,
                size,
                header=not row_index,
                number=paper_table.is_number_column(column),
            )
    return row_count, replace(box, width=sum(widths) / 72, height=(header_height + row_count * row_height) / 72)


def _find_cell_size(paper_table: PaperTable, box: Box) -> int:
    """Find the largest size at which the whole table fits the box, or else at which it is narrow enough."""
    fitting_sizes = [size for size in _CELL_SIZES if sum(_measure_columns(paper_table, size)) <= 72 * box.width] or [
        _CELL_SIZES[-1]
    ]
    for size in fitting_sizes:
        header_height, row_height = _measure_heights(paper_table, _fit_widths(paper_table, size, box), size)
        if header_height + row_height * len(paper_table.rows) <= 72 * box.height:
            return size
    return fitting_sizes[0]


def _fit_widths(paper_table: PaperTable, size: int, box: Box) -> list[float]:
    """Return the widths of the columns in points, reduced if the box is narrower."""
    widths = _measure_columns(paper_table, size)
    return [width * min(1, 72 * box.width / sum(widths)) for width in widths]


def _measure_heights(paper_table: PaperTable, widths: list[float], size: int) -> tuple[float, float]:
    """Measure the heights of the header and of each row, in points."""
    wrapped = [
        textwrap.wrap(text, _count_letters(width, size, BOLD_LETTER))
        for text, width in zip(paper_table.header, widths, strict=True)
    ]
    line = size * LINE
    return max(1, *(len(lines) for lines in wrapped)) * line + _CELL, line + _CELL


def _measure_columns(paper_table: PaperTable, size: int) -> list[float]:
    """Measure the width of each column in points. Headers may wrap between words; values do not wrap."""
    widths = []
    for header, *values in zip(paper_table.header, *paper_table.rows, strict=True):
        words = max((len(word) for word in header.split()), default=0) * BOLD_LETTER
        longest = max((min(_MOST_LETTERS, len(value)) for value in values), default=0) * LETTER
        widths.append(max(words, longest, 4) * size + 2 * _CELL)
    return widths


def _count_letters(width: float, size: int, letter: float) -> int:
    """Count the letters that fit a column."""
    return max(2, round((width - 2 * _CELL) / (size * letter)))


def _fill_cell(cell: _Cell, text: str, size: int, *, header: bool, number: bool) -> None:
    cell.margin_top = cell.margin_bottom = Pt(_CELL / 2)
    cell.margin_left = cell.margin_right = Pt(_CELL * 0.8)
    fill_frame(cell.text_frame, [text], size, bold=header)
    if number:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    if header:
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(LIGHT.band[1:])
    line = f'<a:solidFill><a:srgbClr val="{LIGHT.missing[1:]}"/></a:solidFill>'
    cell._tc.get_or_add_tcPr().insert(0, parse_xml(f'<a:lnB {nsdecls("a")} w="9525">{line}</a:lnB>'))
