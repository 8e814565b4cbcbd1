"""The parts of a slide deck: a wide page in the house style, fitted text, a picture and the notice."""

# mypy: allow-untyped-calls
# python-pptx says the types of some of its functions only.

from __future__ import annotations

import copy
import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Inches, Length, Pt

from shp_view.documents.documents import draw_chart_png
from shp_view.documents.paper import Picture
from shp_view.documents.paper_text import shorten_text
from shp_view.theme import LIGHT

_FONT, _LANGUAGE = "Arial", "en-GB"
LETTER, BOLD_LETTER = 0.5, 0.51  # how wide a letter of Arial is to its size, as texts go
_CLAUSE = re.compile(r"[,;:]? and |[,;:] ")
LINE = 1.2  # how high a line is to its letters
_BETWEEN = 10  # points between two paragraphs
_INSET = 10  # points left and right of the text in a box


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def place(self, shape: BaseShape) -> None:
        """Place a shape in the box."""
        shape.left, shape.top, shape.width, shape.height = (Inches(n) for n in self.sides)

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Return left, top, width and height."""
        return self.left, self.top, self.width, self.height


PAGE = Box(0, 0, 13.333, 7.5)
TITLE = Box(0.6, 0.9, 12.4, 1.4)
BODY = Box(0.6, 2.4, 12.13, 4.15)
_NOTICE = Box(0, 0, PAGE.width, 0.38)
_NUMBER = Box(11.73, 7.0, 1.0, 0.36)


def make_deck() -> Deck:
    """Make an empty 16:9 deck in the house style, which its master slide sets."""
    deck = Presentation()
    old_width = deck.slide_width
    deck.slide_width, deck.slide_height = Inches(PAGE.width), Inches(PAGE.height)
    master = deck.slide_master
    for shape in (*master.shapes, *(shape for layout in master.slide_layouts for shape in layout.shapes)):
        if shape.element.xpath("./p:spPr/a:xfrm"):
            shape.left, shape.width = (
                Length(side * deck.slide_width // old_width) for side in (shape.left, shape.width)
            )
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


def find_fitting_size(texts: Sequence[str], box: Box, sizes: Sequence[int], *, bold: bool = False) -> int | None:
    """Find the largest of the sizes, in points, at which all paragraphs fit the box; None if none fits."""
    return next((size for size in sizes if measure_height(texts, box.width, size, bold=bold) <= 72 * box.height), None)


def measure_height(texts: Sequence[str], width: float, size: int, *, bold: bool = False) -> float:
    """Measure the height of paragraphs in points; `width` in inches."""
    letters = _count_letters(width, size, bold=bold)
    lines = sum(max(1, len(textwrap.wrap(text, letters))) for text in texts)
    return lines * size * LINE + _BETWEEN * len(texts)


def cut_text(text: str, box: Box, size: int, *, bold: bool = False) -> str:
    """Return the text on one line, cut to fit the box: after a clause if one fits, or else between words."""
    whole = short = " ".join(text.split())
    while measure_height([short], box.width, size, bold=bold) > 72 * box.height:
        short = shorten_text(whole, int(len(short) * 0.97))
    ends = [end.start() for end in _CLAUSE.finditer(whole) if len(short) / 3 < end.start() < len(short) - 1]
    return f"{whole[: ends[-1]]} …" if ends and short != whole else short


def _count_letters(width: float, size: int, *, bold: bool) -> int:
    return int((72 * width - 2 * _INSET) / (size * (BOLD_LETTER if bold else LETTER)))


def fill_frame(
    frame: TextFrame, texts: Sequence[str], size: int, *, colour: str = LIGHT.text, bold: bool = False
) -> None:
    """Fill a frame with a paragraph for each text, all of one size and colour."""
    frame.word_wrap = True
    for index, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if not index else frame.add_paragraph()
        paragraph.space_after = Pt(_BETWEEN if index < len(texts) - 1 else 0)
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, RGBColor.from_string(colour[1:])


def add_text(slide: Slide, box: Box, text: str, size: int, *, name: str, colour: str = LIGHT.quiet) -> None:
    """Add a line or two in their own box."""
    shape = slide.shapes.add_textbox(*(Inches(side) for side in box.sides))
    shape.name = name
    fill_frame(shape.text_frame, [cut_text(text, box, size)], size, colour=colour)


def add_notice(slide: Slide, notice: str) -> None:
    """Add the notice as a bar over the whole width; nothing if there is no notice."""
    if not notice:
        return
    shape = slide.shapes.add_textbox(*(Inches(side) for side in _NOTICE.sides))
    shape.name = "Notice"
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(LIGHT.diverging[3][1:])
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    fill_frame(shape.text_frame, [cut_text(notice, _NOTICE, 12, bold=True)], 12, bold=True)
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def add_number(slide: Slide) -> None:
    """Add the number of the slide, which PowerPoint updates."""
    placeholders: Any = slide.slide_layout.placeholders
    for shape in placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            element = copy.deepcopy(shape.element)
            slide.shapes.element.append(element)
            placed = slide.shapes[-1]
            placed.element.nvSpPr.cNvPr.set("id", str(1 + max(other.shape_id for other in slide.shapes)))
            _NUMBER.place(placed)


def add_picture(slide: Slide, picture: Picture, box: Box) -> float:
    """Add the chart, as large as the box allows, with its alternative text. Return its width in inches."""
    left, top, width, height_limit = (Inches(side) for side in box.sides)
    shape = slide.shapes.add_picture(io.BytesIO(draw_chart_png(picture.spec)), left, top, height=height_limit)
    if shape.width > width:
        shape.width, shape.height = width, Length(shape.height * width // shape.width)
    shape.name = "Chart"
    describe_shape(shape, picture.alt)
    return float(shape.width.inches)


def describe_shape(shape: BaseShape, text: str) -> None:
    """Set the alternative text of a shape."""
    shape.element.xpath(".//p:cNvPr")[0].set("descr", text)
