"""The report as a deck: a title slide, the key messages, then one message a slide with its chart or table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from pptx.enum.text import PP_ALIGN
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide

from shp_data.domain.partnership import partnership
from shp_view.paper import Paper, Part
from shp_view.paper_text import MOST_OF_A_PROPERTY, day, printable, sentences, shortened
from shp_view.pptx_parts import (
    BODY,
    TITLE,
    Box,
    add_notice,
    add_number,
    add_picture,
    add_table,
    add_text,
    cut,
    fill,
    fitting,
    new_deck,
    table_width,
)
from shp_view.theme import LIGHT

_TITLE_LAYOUT, _CONTENT_LAYOUT = 0, 1  # of the library's template
_TITLE_SIZES, _TEXT_SIZES, _MESSAGE_SIZES = (30, 28, 26, 24), (22, 20, 18, 16), (24, 22, 20)
_OPENING, _BLOCK = Box(0.9, 1.6, 11.5, 1.9), Box(0.9, 3.7, 11.5, 2.9)
_KICKER, _FOOT = Box(0.6, 0.5, 12.13, 0.42), Box(0.6, 6.65, 11.0, 0.75)
_ABOVE, _BELOW = replace(BODY, height=1.2), replace(BODY, top=3.3, height=3.25)
_WIDEST, _GAP = 7.7, 0.35  # inches of a chart or table beside text, and between the two
_FURTHER = 2  # sentences of text beside a message


def to_pptx(paper: Paper, made: date) -> bytes:
    """The paper as slides that can be shown as they are.

    `made`: the date of the paper. A part's first sentence is its slide's title, its first chart or else its first
    table is shown, two more sentences stand beside it; what has no room, and the commentary, is in the notes.
    """
    paper = printable(paper)
    deck = new_deck()
    properties = deck.core_properties
    properties.title = shortened(paper.title, MOST_OF_A_PROPERTY)
    properties.author = properties.last_modified_by = shortened(partnership().name, MOST_OF_A_PROPERTY)
    properties.language, properties.comments = "en-GB", shortened(paper.notice, MOST_OF_A_PROPERTY)
    properties.created = properties.modified = datetime.combine(made, time())
    _opening(deck, paper, made)
    _messages(deck, paper)
    for chapter in paper.chapters:
        for part in chapter.parts:
            _part(deck, paper, chapter.heading, part)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _opening(deck: Deck, paper: Paper, made: date) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_LAYOUT])
    title, block = slide.placeholders
    _OPENING.place(title)
    _BLOCK.place(block)
    size = fitting([paper.title], _OPENING, (40, 36, 32, 28), bold=True) or 24
    fill(title.text_frame, [cut(paper.title, _OPENING, size, bold=True)], size, colour=LIGHT.focus, bold=True)
    lines = [f"{name}: {text}" for name, text in (*paper.block, ("Date of the paper", day(made)))]
    size = fitting(lines, _BLOCK, (20, 18, 16)) or 16
    fill(block.text_frame, [cut(line, replace(_BLOCK, height=0.8), size) for line in lines], size)
    for paragraph in block.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
    add_notice(slide, paper.notice)
    _note(
        slide,
        [paper.title, *lines, *paper.notes, *paper.sources, *([f"Reproduced at {paper.link}"] if paper.link else [])],
    )


def _messages(deck: Deck, paper: Paper) -> None:
    """The key messages, over as many slides as they need."""
    texts = [said.text for said in paper.summary]
    size = fitting(texts, BODY, _MESSAGE_SIZES) or _MESSAGE_SIZES[-1]
    slides: list[list[str]] = []
    for text in texts:
        if slides and fitting([*slides[-1], text], BODY, [size]):
            slides[-1].append(text)
        else:
            slides.append([text])
    for place, own in enumerate(slides, 1):
        slide = _slide(deck, paper, "Key messages" + (f" ({place} of {len(slides)})" if len(slides) > 1 else ""))
        fill(slide.placeholders[1].text_frame, [cut(text, BODY, size) for text in own], size)
        _note(slide, own)


def _part(deck: Deck, paper: Paper, chapter: str, part: Part) -> None:
    said = sentences(part.said)
    message, further, rest = said[:1] or [part.heading], said[1 : 1 + _FURTHER], said[1 + _FURTHER :]
    slide = _slide(deck, paper, message[0].removesuffix("."))
    add_text(slide, _KICKER, f"{chapter}: {part.heading}", 16, name="Chapter")
    room, foot = _shown(slide, part)
    text = slide.placeholders[1]
    if further:
        room.place(text)
        sizes = _TEXT_SIZES if room != BODY else _MESSAGE_SIZES
        size = fitting(further, room, sizes)
        each = replace(room, height=room.height / len(further))
        texts = further if size else [cut(sentence, each, sizes[-1]) for sentence in further]
        fill(text.text_frame, texts, size or sizes[-1])
    else:
        text.element.getparent().remove(text.element)
    source = [f"Source: {part.source}"] if part.source else []
    if foot or source:
        add_text(slide, _FOOT, " ".join([*source, *foot]), 11, name="Source")
    commentary = [f"Commentary: {part.commentary}"] if part.commentary else []
    _note(slide, [*message, *further, *rest, *commentary, *part.notes, *foot, *source])


def _shown(slide: Slide, part: Part) -> tuple[Box, list[str]]:
    """The part's chart or else its table put on the slide; the room that is left for text, and what its foot says."""
    if part.pictures:
        picture = part.pictures[0]
        return _beside(add_picture(slide, picture, replace(BODY, width=_WIDEST))), [
            f"{picture.title}.",
            *picture.figure.caveats,
        ]
    if not any(grid.rows for grid in part.grids):
        return BODY, []
    grid = next(grid for grid in part.grids if grid.rows)
    narrow = table_width(grid) <= _WIDEST
    shown, width = add_table(slide, grid, replace(BODY, width=_WIDEST) if narrow else _BELOW)
    left_out = [f"The first {shown} of {len(grid.rows)} rows."] if shown < len(grid.rows) else []
    return _beside(width) if narrow else _ABOVE, [f"{grid.caption}.", *left_out]


def _beside(width: float) -> Box:
    """The room to the right of what is so many inches wide."""
    return replace(BODY, left=BODY.left + width + _GAP, width=BODY.width - width - _GAP)


def _slide(deck: Deck, paper: Paper, title: str) -> Slide:
    """A slide with its title, the notice and its number."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[_CONTENT_LAYOUT])
    size = fitting([title], TITLE, _TITLE_SIZES, bold=True) or _TITLE_SIZES[-1]
    assert slide.shapes.title is not None
    fill(slide.shapes.title.text_frame, [cut(title, TITLE, size, bold=True)], size, colour=LIGHT.focus, bold=True)
    add_notice(slide, paper.notice)
    add_number(slide)
    return slide


def _note(slide: Slide, texts: Sequence[str]) -> None:
    """The notes of a speaker, a paragraph for each text."""
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None
    frame.text = "\n".join(texts)
