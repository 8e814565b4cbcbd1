"""The report as a deck: a title slide, the key messages, then one message a slide with its chart or table."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from pptx.enum.text import PP_ALIGN
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide

from shp_data.domain.partnership import partnership
from shp_view.documents.paper import Chapter, Paper, Part, Picture
from shp_view.documents.paper_text import MOST_OF_A_PROPERTY, day, printable, sentences, shortened
from shp_view.documents.pptx_parts import (
    BODY,
    TITLE,
    Box,
    add_notice,
    add_number,
    add_picture,
    add_text,
    cut,
    fill,
    fitting,
    height,
    new_deck,
)
from shp_view.documents.pptx_table import add_table, table_width
from shp_view.theme import LIGHT

_TITLE_LAYOUT, _CONTENT_LAYOUT = 0, 1  # of the library's template
_MESSAGES = "Key messages"
_TITLE_SIZES, _TEXT_SIZES = (30, 28, 26, 24), (22, 20, 18, 16)
_MESSAGE_SIZES, _SPLIT_SIZE = (24, 22, 20, 18), 20
_OPENING, _BLOCK = Box(0.9, 1.6, 11.5, 1.9), Box(0.9, 3.7, 11.5, 2.9)
_KICKER, _FOOT = Box(0.6, 0.5, 12.13, 0.42), Box(0.6, 6.65, 11.0, 0.75)
_WIDEST, _GAP, _TEXT_HEIGHT = 7.7, 0.25, 1.4  # inches of what stands beside text, between the two, and of text
_FURTHER = 2  # sentences of text beside a message


def to_pptx(paper: Paper, made: date) -> bytes:
    """The paper as slides that can be shown as they are.

    `made`: the date of the paper. A part's message, or else its first sentence, is its slide's title; its first
    chart or else its first table is shown, two sentences stand beside it; what has no room, and the commentary, is
    in the notes.
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
        shown = [part for part in chapter.parts if part.pictures or part.grids]
        for part in shown:
            _part(deck, paper, chapter, part)
        _others(deck, paper, chapter, [part for part in chapter.parts if part not in shown])
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
    for slide, own in _listed(deck, paper, _MESSAGES, texts):
        _note(slide, own)


def _others(deck: Deck, paper: Paper, chapter: Chapter, parts: Sequence[Part]) -> None:
    """The indicators without a chart or table: a message each, all that is said of them in the notes."""
    told = [(part.message or " ".join(said.text for said in part.said) or part.heading, part) for part in parts]
    title = f"{chapter.heading}: other indicators" if len(parts) < len(chapter.parts) else chapter.heading
    for slide, own in _listed(deck, paper, title, [text for text, _ in told]):
        here = [part for text, part in told if text in own]
        add_text(slide, _FOOT, " ".join(dict.fromkeys(part.source for part in here)), 11, name="Source")
        _note(slide, [text for part in here for text in _whole(part)])


def _whole(part: Part) -> list[str]:
    """All that is said of an indicator."""
    commentary = [f"Commentary: {part.commentary}"] if part.commentary else []
    return [part.heading, *(said.text for said in part.said), *commentary, *part.notes]


def _listed(deck: Deck, paper: Paper, title: str, texts: Sequence[str]) -> Iterator[tuple[Slide, list[str]]]:
    """A list of texts under a title, over as many slides as it needs, each with its own of them."""
    room = _under_title(title, _TITLE_SIZES[0])
    size = fitting(texts, room, _MESSAGE_SIZES) or _SPLIT_SIZE
    slides: list[list[str]] = []
    for text in texts:
        if slides and fitting([*slides[-1], text], room, [size]):
            slides[-1].append(text)
        else:
            slides.append([text])
    for place, own in enumerate(slides, 1):
        slide, _ = _slide(deck, paper, f"{title} ({place} of {len(slides)})" if len(slides) > 1 else title)
        room.place(slide.placeholders[1])
        fill(slide.placeholders[1].text_frame, [cut(text, room, size) for text in own], size)
        yield slide, own


def _part(deck: Deck, paper: Paper, chapter: Chapter, part: Part) -> None:
    said = sentences(part.said)
    if part.message:
        said = [part.message, *said]
    message, further, rest = said[:1] or [part.heading], said[1 : 1 + _FURTHER], said[1 + _FURTHER :]
    slide, body = _slide(deck, paper, message[0].removesuffix("."))
    add_text(slide, _KICKER, f"{chapter.heading}: {part.heading}", 16, name="Chapter")
    room, foot = _shown(slide, body, part)
    text = slide.placeholders[1]
    if further:
        room.place(text)
        size = fitting(further, room, _TEXT_SIZES)
        each = replace(room, height=room.height / len(further))
        texts = further if size else [cut(sentence, each, _TEXT_SIZES[-1]) for sentence in further]
        fill(text.text_frame, texts, size or _TEXT_SIZES[-1])
    else:
        text.element.getparent().remove(text.element)
    foot = [*([part.source] if part.source else []), *foot]
    if foot:
        add_text(slide, _FOOT, " ".join(foot), 11, name="Source")
    commentary = [f"Commentary: {part.commentary}"] if part.commentary else []
    _note(slide, [*message, *further, *rest, *commentary, *part.notes, *foot])
    for picture in part.pictures[1:]:
        _picture(deck, paper, chapter, part, picture)


def _picture(deck: Deck, paper: Paper, chapter: Chapter, part: Part, picture: Picture) -> None:
    """A further chart of an indicator, on a slide of its own whose title is the chart's message."""
    slide, body = _slide(deck, paper, picture.title)
    add_text(slide, _KICKER, f"{chapter.heading}: {part.heading}", 16, name="Chapter")
    add_picture(slide, picture, body)
    text = slide.placeholders[1]
    text.element.getparent().remove(text.element)
    foot = [part.source, *picture.figure.caveats]
    add_text(slide, _FOOT, " ".join(filter(None, foot)), 11, name="Source")
    _note(slide, [picture.alt, *foot])


def _shown(slide: Slide, body: Box, part: Part) -> tuple[Box, list[str]]:
    """The part's chart or else its table put on the slide; the room that is left for text, and what its foot says."""
    if part.pictures:
        picture = part.pictures[0]
        width = add_picture(slide, picture, replace(body, width=_WIDEST))
        return _beside(body, width), [f"{picture.title}.", *picture.figure.caveats]
    grid = part.grids[0]
    narrow = table_width(grid) <= _WIDEST
    room = replace(body, width=_WIDEST) if narrow else replace(body, height=body.height - _TEXT_HEIGHT)
    shown, place = add_table(slide, grid, room)
    left_out = [f"The first {shown} of {len(grid.rows)} rows."] if shown < len(grid.rows) else []
    left = _beside(body, place.width) if narrow else _under(body, place.height)
    return left, [f"{grid.caption.removesuffix('.')}.", *left_out]


def _beside(body: Box, width: float) -> Box:
    """The room to the right of what is so many inches wide."""
    return replace(body, left=body.left + width + _GAP, width=body.width - width - _GAP)


def _under(body: Box, height: float) -> Box:
    """The room under what is so many inches high."""
    return replace(body, top=body.top + height + _GAP, height=body.height - height - _GAP)


def _slide(deck: Deck, paper: Paper, title: str) -> tuple[Slide, Box]:
    """A slide with its title, the notice and its number; the room under its title."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[_CONTENT_LAYOUT])
    size = fitting([title], TITLE, _TITLE_SIZES, bold=True) or _TITLE_SIZES[-1]
    short = cut(title, TITLE, size, bold=True)
    assert slide.shapes.title is not None  # nosec B101  # for mypy: the layout has one
    fill(slide.shapes.title.text_frame, [short], size, colour=LIGHT.focus, bold=True)
    add_notice(slide, paper.notice)
    add_number(slide)
    return slide, _under_title(short, size)


def _under_title(title: str, size: int) -> Box:
    """The room for all else, under a title of that size."""
    top = TITLE.top + height([title], TITLE.width, size, bold=True) / 72 + _GAP
    return replace(BODY, top=top, height=BODY.top + BODY.height - top)


def _note(slide: Slide, texts: Sequence[str]) -> None:
    """The notes of a speaker, a paragraph for each text."""
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None  # nosec B101  # for mypy: a page of notes has one
    frame.text = "\n".join(texts)
