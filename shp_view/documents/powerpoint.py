"""The report as slides: a title slide, the key messages, then one message a slide with its chart or table.

Its look is in the template `slides.pptx`: two layouts with named placeholders, a theme and a table style.
"""

# mypy: allow-untyped-calls
# python-pptx says the types of some of its functions only.

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pptx import Presentation
from pptx.enum.text import PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Inches, Length, Pt

from shp_view.documents.document_template import check_names, open_template, set_properties
from shp_view.documents.documents import draw_chart_png
from shp_view.documents.paper import (
    Chapter,
    Paper,
    PaperTable,
    Part,
    Picture,
    format_day,
    make_printable,
    shorten_text,
    split_sentences,
)
from shp_view.text.coverage_words import list_caveats

_TEMPLATE = "slides.pptx"
_OPENING, _CONTENT = "Opening", "Content"
LAYOUTS = {
    _OPENING: ("Title", "Block", "Notice"),
    _CONTENT: ("Title", "Text", "Notice", "Chapter", "Source"),
}  # the placeholders of each layout
_OPENING_SIZES, _BLOCK_SIZES = (40, 36, 32, 28, 24), (20, 18, 16)
_TITLE_SIZES, _TEXT_SIZES = (30, 28, 26, 24), (22, 20, 18, 16)
_MESSAGE_SIZES, _SPLIT_SIZE = (24, 22, 20, 18), 20
_CELL_SIZES = (18, 16, 14, 12)
_SMALL_SIZES = {"Notice": 12, "Chapter": 16, "Source": 11}  # points, of what has one line or two
_LETTER = 0.51  # how wide a letter of Arial is to its size, in most texts
_LINE = 1.2  # how high a line is to its letters
_BETWEEN = 10  # points between two paragraphs
_INSET = 10  # points left and right of the text in a box
_CELL = 10  # points around the text of a cell, above and below together, and on either side
_MAX_CELL_LETTERS = 40
_WIDEST, _GAP, _TEXT_HEIGHT = 7.7, 0.25, 1.4  # inches: of what is beside text, between the two, and of text below
_FURTHER = 2  # sentences of text beside a message
_CLAUSE = re.compile(r"[,;:]? and |[,;:] ")


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def place(self, shape: BaseShape) -> None:
        """Place a shape in the box."""
        sides = (self.left, self.top, self.width, self.height)
        shape.left, shape.top, shape.width, shape.height = (Inches(side) for side in sides)


def to_pptx(paper: Paper, paper_date: date) -> bytes:
    """Return the paper as slides, ready to present.

    `paper_date`: the date of the paper. The title of a part's slide is its message, or else its first
    sentence. The slide shows its first chart, or else its first table, next to two sentences. Text without
    room, and the commentary, go into the notes. Raises SettingsError if the template cannot be used.
    """
    paper = make_printable(paper)
    deck = open_template(_TEMPLATE, Presentation)
    # A partnership may replace the template: an error names what its file lacks, before a slide comes out empty.
    check_names(_TEMPLATE, "layout", LAYOUTS, (layout.name for layout in deck.slide_layouts))
    for name, needed in LAYOUTS.items():
        placeholders = _get_placeholders(deck.slide_layouts.get_by_name(name))
        check_names(_TEMPLATE, f"placeholder on the layout {name!r}", needed, placeholders)
    set_properties(deck.core_properties, paper, paper_date)
    _add_opening(deck, paper, paper_date)
    for _, slide, texts in _add_list_slides(deck, paper, "Key messages", [sentence.text for sentence in paper.summary]):
        _write_notes(slide, texts)
    for chapter in paper.chapters:
        illustrated = [part for part in chapter.parts if part.pictures or part.tables]
        for part in illustrated:
            _add_part(deck, paper, chapter, part)
        _add_other_parts(deck, paper, chapter, [part for part in chapter.parts if part not in illustrated])
    if paper.unsupplied:
        list(_add_list_slides(deck, paper, "Notes", [paper.unsupplied]))
    _remove_empty_placeholders(deck)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _add_opening(deck: Deck, paper: Paper, paper_date: date) -> None:
    shapes, slide = _add_slide(deck, paper, _OPENING)
    _fit_title(shapes["Title"], paper.title, _OPENING_SIZES)
    lines = [f"{name}: {text}" for name, text in (*paper.block, ("Date of the paper", format_day(paper_date)))]
    box = get_box(shapes["Block"])
    size = _find_fitting_size(lines, box, _BLOCK_SIZES) or _BLOCK_SIZES[-1]
    # Each line is cut to two lines of letters, so that one long name does not push the others off the slide.
    _fill_frame(shapes["Block"].text_frame, [cut_text(line, replace(box, height=0.8), size) for line in lines], size)
    link = [f"Reproduced at {paper.link}"] if paper.link else []
    _write_notes(slide, [paper.title, *lines, *paper.notes, *paper.sources, *link])


def _add_other_parts(deck: Deck, paper: Paper, chapter: Chapter, parts: Sequence[Part]) -> None:
    """Add the indicators without a chart or table: a message each, with all their text in the notes."""
    texts = [part.message or " ".join(sentence.text for sentence in part.sentences) or part.heading for part in parts]
    title = f"{chapter.heading}: other indicators" if len(parts) < len(chapter.parts) else chapter.heading
    for shapes, slide, slide_texts in _add_list_slides(deck, paper, title, texts):
        slide_parts = [part for text, part in zip(texts, parts, strict=True) if text in slide_texts]
        _fill_small(shapes, "Source", " ".join(dict.fromkeys(part.source for part in slide_parts)))
        _write_notes(slide, [text for part in slide_parts for text in _list_part_texts(part)])


def _list_part_texts(part: Part) -> list[str]:
    """List all texts of an indicator."""
    return [part.heading, *(sentence.text for sentence in part.sentences), *_list_remarks(part)]


def _list_remarks(part: Part) -> list[str]:
    """List the commentary on an indicator and its notes."""
    return [*([f"Commentary: {part.commentary}"] if part.commentary else []), *part.notes]


def _add_list_slides(
    deck: Deck, paper: Paper, title: str, texts: Sequence[str]
) -> Iterator[tuple[dict[str, Any], Slide, list[str]]]:
    """Add a list of texts under a title, over as many slides as needed; yield each slide with its texts."""
    layout_shapes = _get_placeholders(deck.slide_layouts.get_by_name(_CONTENT))
    room = _find_body_room(layout_shapes, title, _TITLE_SIZES[0])
    # Letters of one size on all slides of a list: a list is split only where it does not fit one slide at any size.
    size = _find_fitting_size(texts, room, _MESSAGE_SIZES) or _SPLIT_SIZE
    slides: list[list[str]] = []
    for text in texts:
        if slides and _find_fitting_size([*slides[-1], text], room, [size]):
            slides[-1].append(text)
        else:
            slides.append([text])
    for slide_number, slide_texts in enumerate(slides, 1):
        shapes, slide = _add_slide(deck, paper, _CONTENT)
        numbered_title = f"{title} ({slide_number} of {len(slides)})" if len(slides) > 1 else title
        _fit_title(shapes["Title"], numbered_title, _TITLE_SIZES)
        room.place(shapes["Text"])
        _fill_frame(shapes["Text"].text_frame, [cut_text(text, room, size) for text in slide_texts], size)
        yield shapes, slide, slide_texts


def _add_part(deck: Deck, paper: Paper, chapter: Chapter, part: Part) -> None:
    sentences = [*([part.message] if part.message else []), *split_sentences(part.sentences)] or [part.heading]
    message, further, rest = sentences[0], sentences[1 : 1 + _FURTHER], sentences[1 + _FURTHER :]
    shapes, slide, body = _add_part_slide(deck, paper, chapter, part, message.removesuffix("."))
    room, foot = _add_visual(slide, body, part)
    _fill_room(shapes, room, further)
    foot = [*([part.source] if part.source else []), *foot]
    _fill_small(shapes, "Source", " ".join(foot))
    _write_notes(slide, [message, *further, *rest, *_list_remarks(part), *foot])
    # A further chart has its own slide, with the chart's message as title.
    for picture in part.pictures[1:]:
        shapes, slide, body = _add_part_slide(deck, paper, chapter, part, picture.title)
        width = _add_picture(slide, picture, replace(body, width=_WIDEST) if picture.sentences else body)
        _fill_room(shapes, _find_room_beside(body, width), picture.sentences)
        foot = [part.source, *list_caveats(picture.figure.caveats)]
        _fill_small(shapes, "Source", " ".join(filter(None, foot)))
        _write_notes(slide, [*(picture.sentences or [picture.alt]), *foot])


def _fill_room(shapes: dict[str, Any], room: Box, sentences: Sequence[str]) -> None:
    """Fill the room next to a chart or table with sentences, each cut to its part of it where they are too long."""
    if not sentences:
        return
    room.place(shapes["Text"])
    size = _find_fitting_size(sentences, room, _TEXT_SIZES)
    sentence_box = replace(room, height=room.height / len(sentences))
    texts = sentences if size else [cut_text(sentence, sentence_box, _TEXT_SIZES[-1]) for sentence in sentences]
    _fill_frame(shapes["Text"].text_frame, texts, size or _TEXT_SIZES[-1])


def _add_part_slide(
    deck: Deck, paper: Paper, chapter: Chapter, part: Part, title: str
) -> tuple[dict[str, Any], Slide, Box]:
    """Add a slide of an indicator. Return its placeholders, the slide and the room under its title."""
    shapes, slide = _add_slide(deck, paper, _CONTENT)
    _fill_small(shapes, "Chapter", f"{chapter.heading}: {part.heading}")
    return shapes, slide, _find_body_room(shapes, *_fit_title(shapes["Title"], title, _TITLE_SIZES))


def _add_visual(slide: Slide, body: Box, part: Part) -> tuple[Box, list[str]]:
    """Add the part's chart, or else its table. Return the room left for text, and the texts of the foot."""
    if part.pictures:
        picture = part.pictures[0]
        width = _add_picture(slide, picture, replace(body, width=_WIDEST))
        return _find_room_beside(body, width), [f"{picture.title}.", *list_caveats(picture.figure.caveats)]
    table = part.tables[0]
    # A table of few columns leaves room for text beside it; a wide one takes the width, and the text goes below.
    narrow = sum(_measure_columns(table, _CELL_SIZES[1])) <= 72 * _WIDEST
    room = replace(body, width=_WIDEST) if narrow else replace(body, height=body.height - _TEXT_HEIGHT)
    row_count, table_box = _add_table(slide, table, room)
    foot = [f"{table.caption.removesuffix('.')}."]
    foot += [f"The first {row_count} of {len(table.rows)} rows."] if row_count < len(table.rows) else []
    below = replace(body, top=body.top + table_box.height + _GAP, height=body.height - table_box.height - _GAP)
    return _find_room_beside(body, table_box.width) if narrow else below, foot


def _find_room_beside(body: Box, width: float) -> Box:
    """Find the room to the right of an item; `width` in inches."""
    return replace(body, left=body.left + width + _GAP, width=body.width - width - _GAP)


def _find_body_room(shapes: dict[str, Any], title: str, size: int) -> Box:
    """Find the room under a title of a size in points."""
    title_box, body = get_box(shapes["Title"]), get_box(shapes["Text"])
    top = title_box.top + _measure_height([title], title_box.width, size) / 72 + _GAP
    return replace(body, top=top, height=body.top + body.height - top)


def _add_slide(deck: Deck, paper: Paper, layout_name: str) -> tuple[dict[str, Any], Slide]:
    """Add a slide with the notice. Return its placeholders by their names on the layout, and the slide."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts.get_by_name(layout_name))
    # A new slide numbers the names of its placeholders: only the index is as on the layout.
    for name, layout_shape in _get_placeholders(slide.slide_layout).items():
        slide.placeholders[layout_shape.placeholder_format.idx].name = name
    shapes = _get_placeholders(slide)
    _fill_small(shapes, "Notice", paper.notice)
    return shapes, slide


def _get_placeholders(page: Any) -> dict[str, Any]:
    """Return the placeholders of a slide or layout by their names."""
    return {shape.name: shape for shape in page.placeholders}


def _remove_empty_placeholders(deck: Deck) -> None:
    """Remove the placeholders without text, which PowerPoint would show as "Click to add text"."""
    for slide in deck.slides:
        for shape in [shape for shape in slide.placeholders if shape != slide.shapes.title]:
            if not shape.text_frame.text:
                shape.element.getparent().remove(shape.element)


def get_box(shape: BaseShape) -> Box:
    """Return the box of a shape; a placeholder is where its layout has it."""
    left, top, width, height = (Length(side).inches for side in (shape.left, shape.top, shape.width, shape.height))
    return Box(left, top, width, height)


def _fit_title(shape: Any, title: str, sizes: Sequence[int]) -> tuple[str, int]:
    """Fill a title at the largest size that fits, cut if none does. Return its text and size."""
    box = get_box(shape)
    size = _find_fitting_size([title], box, sizes) or sizes[-1]
    short_title = cut_text(title, box, size)
    _fill_frame(shape.text_frame, [short_title], size)
    return short_title, size


def _fill_small(shapes: dict[str, Any], name: str, text: str) -> None:
    """Fill a placeholder of one line or two, in the size of the layout."""
    if text:
        shapes[name].text_frame.text = cut_text(text, get_box(shapes[name]), _SMALL_SIZES[name])


def _find_fitting_size(texts: Sequence[str], box: Box, sizes: Sequence[int]) -> int | None:
    """Find the largest of the sizes, in points, at which all paragraphs fit the box; None if none fits."""
    return next((size for size in sizes if _measure_height(texts, box.width, size) <= 72 * box.height), None)


def _measure_height(texts: Sequence[str], width: float, size: int) -> float:
    """Measure the height of paragraphs in points; `width` in inches."""
    letters = int((72 * width - 2 * _INSET) / (size * _LETTER))
    lines = sum(max(1, len(textwrap.wrap(text, letters))) for text in texts)
    return lines * size * _LINE + _BETWEEN * len(texts)


def cut_text(text: str, box: Box, size: int) -> str:
    """Return the text on one line, cut to fit the box: after a clause if one fits, or else between words."""
    whole = short = " ".join(text.split())
    # Little by little, as only measuring tells how many lines a text takes.
    while _measure_height([short], box.width, size) > 72 * box.height:
        short = shorten_text(whole, int(len(short) * 0.97))
    # A cut after a clause reads like a sentence, unless it leaves less than a third of what would fit.
    ends = [end.start() for end in _CLAUSE.finditer(whole) if len(short) / 3 < end.start() < len(short) - 1]
    return f"{whole[: ends[-1]]} …" if ends and short != whole else short


def _fill_frame(frame: TextFrame, texts: Sequence[str], size: int) -> None:
    """Fill a frame with a paragraph for each text, all of one size."""
    for index, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if not index else frame.add_paragraph()
        paragraph.space_after = Pt(_BETWEEN if index < len(texts) - 1 else 0)
        run = paragraph.add_run()
        run.text, run.font.size = text, Pt(size)


def _add_picture(slide: Slide, picture: Picture, box: Box) -> float:
    """Add the chart, as large as the box allows, with its alternative text. Return its width in inches."""
    left, top, width, height_limit = (Inches(side) for side in (box.left, box.top, box.width, box.height))
    # As high as the box, so that PowerPoint works out the width; a chart that is then too wide is reduced to it.
    shape = slide.shapes.add_picture(io.BytesIO(draw_chart_png(picture.spec)), left, top, height=height_limit)
    if shape.width > width:
        shape.width, shape.height = width, Length(shape.height * width // shape.width)
    _describe_shape(shape, "Chart", picture.alt)
    return float(shape.width.inches)


def _describe_shape(shape: BaseShape, name: str, text: str) -> None:
    """Set the name and the alternative text of a shape."""
    shape.name = name
    shape.element.xpath(".//p:cNvPr")[0].set("descr", text)


def _add_table(slide: Slide, paper_table: PaperTable, box: Box) -> tuple[int, Box]:
    """Add a table with a header row, as large as fits. Return the number of rows that fit, and its box."""
    size, widths, header_height, row_height = _fit_table(paper_table, box)
    row_count = min(len(paper_table.rows), int((72 * box.height - header_height) // row_height))
    table_box = replace(box, width=sum(widths) / 72, height=(header_height + row_count * row_height) / 72)
    # Its size here is of no account: it follows from the widths and heights that are set below.
    frame = slide.shapes.add_table(1 + row_count, len(widths), Inches(0), Inches(0), Inches(1), Inches(1))
    table_box.place(frame)
    _describe_shape(frame, "Table", paper_table.caption)
    # python-pptx gives a table a style of its own choice: the template's default style replaces it.
    styles = slide.part.package.presentation_part.part_related_by(RELATIONSHIP_TYPE.TABLE_STYLES)
    frame.element.xpath(".//a:tableStyleId")[0].text = parse_xml(styles.blob).get("def")
    table: Any = frame.table
    table.horz_banding = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for row_index, values in enumerate((paper_table.header, *paper_table.rows[:row_count])):
        table.rows[row_index].height = Pt(row_height if row_index else header_height)
        for column, text in enumerate(values):
            cell = table.cell(row_index, column)
            cell.margin_top = cell.margin_bottom = Pt(_CELL / 2)
            cell.margin_left = cell.margin_right = Pt(_CELL * 0.8)
            # A value has one line, or the rows would be higher than the slide has room for; a header may wrap.
            short = shorten_text(text, _count_letters(widths[column], size)) if row_index else " ".join(text.split())
            _fill_frame(cell.text_frame, [short], size)
            if paper_table.is_number_column(column):
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    return row_count, table_box


def _fit_table(paper_table: PaperTable, box: Box) -> tuple[int, list[float], float, float]:
    """Find the largest size at which the whole table fits the box, or else at which it is narrow enough.

    Return the size, the widths of the columns, the height of the header and that of a row, in points. The
    columns are narrower than their texts if the table is too wide even at the smallest size.
    """
    natural_widths = {size: _measure_columns(paper_table, size) for size in _CELL_SIZES}
    # Legible letters count for more than all the rows: what does not fit is on the page and in the other files.
    sizes = [size for size, widths in natural_widths.items() if sum(widths) <= 72 * box.width] or _CELL_SIZES[-1:]
    fits = []
    for size in sizes:
        widths = [width * min(1, 72 * box.width / sum(natural_widths[size])) for width in natural_widths[size]]
        lines = (
            len(textwrap.wrap(text, _count_letters(width, size)))
            for text, width in zip(paper_table.header, widths, strict=True)
        )
        header_height, row_height = max(1, *lines) * size * _LINE + _CELL, size * _LINE + _CELL
        fits.append((size, widths, header_height, row_height))
        if header_height + row_height * len(paper_table.rows) <= 72 * box.height:
            return fits[-1]
    return fits[0]


def _measure_columns(paper_table: PaperTable, size: int) -> list[float]:
    """Measure the width of each column in points. Headers may wrap between words; values do not wrap."""
    widths = []
    for header, *values in zip(paper_table.header, *paper_table.rows, strict=True):
        words = max((len(word) for word in header.split()), default=0)
        longest = max((min(_MAX_CELL_LETTERS, len(value)) for value in values), default=0)
        widths.append(max(words * _LETTER, longest * _LETTER, 4) * size + 2 * _CELL)
    return widths


def _count_letters(width: float, size: int) -> int:
    """Count the letters that fit a column."""
    return max(2, round((width - 2 * _CELL) / (size * _LETTER)))


def _write_notes(slide: Slide, texts: Sequence[str]) -> None:
    """Write the speaker's notes, with a paragraph for each text."""
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None  # nosec B101  # for mypy: a page of notes has one
    frame.text = "\n".join(texts)
