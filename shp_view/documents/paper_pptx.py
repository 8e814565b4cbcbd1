"""The report as slides: a title slide, the key messages, then one message a slide with its chart or table."""

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
from shp_view.documents.paper_text import MOST_OF_A_PROPERTY, format_day, make_printable, shorten_text, split_sentences
from shp_view.documents.pptx_parts import (
    BODY,
    TITLE,
    Box,
    add_notice,
    add_number,
    add_picture,
    add_text,
    cut_text,
    fill_frame,
    find_fitting_size,
    make_deck,
    measure_height,
)
from shp_view.documents.pptx_table import add_table, measure_table_width
from shp_view.theme import LIGHT

_TITLE_LAYOUT, _CONTENT_LAYOUT = 0, 1  # of the library's template
_MESSAGES = "Key messages"
_TITLE_SIZES, _TEXT_SIZES = (30, 28, 26, 24), (22, 20, 18, 16)
_MESSAGE_SIZES, _SPLIT_SIZE = (24, 22, 20, 18), 20
_OPENING, _BLOCK = Box(0.9, 1.6, 11.5, 1.9), Box(0.9, 3.7, 11.5, 2.9)
_KICKER, _FOOT = Box(0.6, 0.5, 12.13, 0.42), Box(0.6, 6.65, 11.0, 0.75)
_WIDEST, _GAP, _TEXT_HEIGHT = 7.7, 0.25, 1.4  # inches of what stands beside text, between the two, and of text
_FURTHER = 2  # sentences of text beside a message


def to_pptx(paper: Paper, paper_date: date) -> bytes:
    """Return the paper as slides, ready to present.

    `paper_date`: the date of the paper. The title of a part's slide is its message, or else its first
    sentence. The slide shows its first chart, or else its first table, next to two sentences. Text without
    room, and the commentary, go into the notes.
    """
    paper = make_printable(paper)
    deck = make_deck()
    properties = deck.core_properties
    properties.title = shorten_text(paper.title, MOST_OF_A_PROPERTY)
    properties.author = properties.last_modified_by = shorten_text(partnership().name, MOST_OF_A_PROPERTY)
    properties.language, properties.comments = "en-GB", shorten_text(paper.notice, MOST_OF_A_PROPERTY)
    properties.created = properties.modified = datetime.combine(paper_date, time())
    _add_opening(deck, paper, paper_date)
    _add_messages(deck, paper)
    for chapter in paper.chapters:
        illustrated = [part for part in chapter.parts if part.pictures or part.tables]
        for part in illustrated:
            _add_part(deck, paper, chapter, part)
        _add_other_parts(deck, paper, chapter, [part for part in chapter.parts if part not in illustrated])
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _add_opening(deck: Deck, paper: Paper, paper_date: date) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_LAYOUT])
    title, block = slide.placeholders
    _OPENING.place(title)
    _BLOCK.place(block)
    size = find_fitting_size([paper.title], _OPENING, (40, 36, 32, 28), bold=True) or 24
    fill_frame(
        title.text_frame, [cut_text(paper.title, _OPENING, size, bold=True)], size, colour=LIGHT.focus, bold=True
    )
    lines = [f"{name}: {text}" for name, text in (*paper.block, ("Date of the paper", format_day(paper_date)))]
    size = find_fitting_size(lines, _BLOCK, (20, 18, 16)) or 16
    fill_frame(block.text_frame, [cut_text(line, replace(_BLOCK, height=0.8), size) for line in lines], size)
    for paragraph in block.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
    add_notice(slide, paper.notice)
    _write_notes(
        slide,
        [paper.title, *lines, *paper.notes, *paper.sources, *([f"Reproduced at {paper.link}"] if paper.link else [])],
    )


def _add_messages(deck: Deck, paper: Paper) -> None:
    """Add the key messages, over as many slides as they need."""
    texts = [sentence.text for sentence in paper.summary]
    for slide, slide_texts in _add_list_slides(deck, paper, _MESSAGES, texts):
        _write_notes(slide, slide_texts)


def _add_other_parts(deck: Deck, paper: Paper, chapter: Chapter, parts: Sequence[Part]) -> None:
    """Add the indicators without a chart or table: a message each, with all their text in the notes."""
    messages = [
        (part.message or " ".join(sentence.text for sentence in part.sentences) or part.heading, part) for part in parts
    ]
    title = f"{chapter.heading}: other indicators" if len(parts) < len(chapter.parts) else chapter.heading
    for slide, slide_texts in _add_list_slides(deck, paper, title, [text for text, _ in messages]):
        slide_parts = [part for text, part in messages if text in slide_texts]
        add_text(slide, _FOOT, " ".join(dict.fromkeys(part.source for part in slide_parts)), 11, name="Source")
        _write_notes(slide, [text for part in slide_parts for text in _list_part_texts(part)])


def _list_part_texts(part: Part) -> list[str]:
    """List all texts of an indicator."""
    commentary = [f"Commentary: {part.commentary}"] if part.commentary else []
    return [part.heading, *(sentence.text for sentence in part.sentences), *commentary, *part.notes]


def _add_list_slides(deck: Deck, paper: Paper, title: str, texts: Sequence[str]) -> Iterator[tuple[Slide, list[str]]]:
    """Add a list of texts under a title, over as many slides as needed; yield each slide with its texts."""
    room = _find_body_room(title, _TITLE_SIZES[0])
    size = find_fitting_size(texts, room, _MESSAGE_SIZES) or _SPLIT_SIZE
    slides: list[list[str]] = []
    for text in texts:
        if slides and find_fitting_size([*slides[-1], text], room, [size]):
            slides[-1].append(text)
        else:
            slides.append([text])
    for slide_number, slide_texts in enumerate(slides, 1):
        slide, _ = _add_slide(deck, paper, f"{title} ({slide_number} of {len(slides)})" if len(slides) > 1 else title)
        room.place(slide.placeholders[1])
        fill_frame(slide.placeholders[1].text_frame, [cut_text(text, room, size) for text in slide_texts], size)
        yield slide, slide_texts


def _add_part(deck: Deck, paper: Paper, chapter: Chapter, part: Part) -> None:
    all_sentences = split_sentences(part.sentences)
    if part.message:
        all_sentences = [part.message, *all_sentences]
    message, further, rest = (
        all_sentences[:1] or [part.heading],
        all_sentences[1 : 1 + _FURTHER],
        all_sentences[1 + _FURTHER :],
    )
    slide, body = _add_slide(deck, paper, message[0].removesuffix("."))
    add_text(slide, _KICKER, f"{chapter.heading}: {part.heading}", 16, name="Chapter")
    room, foot = _add_visual(slide, body, part)
    text = slide.placeholders[1]
    if further:
        room.place(text)
        size = find_fitting_size(further, room, _TEXT_SIZES)
        sentence_box = replace(room, height=room.height / len(further))
        texts = further if size else [cut_text(sentence, sentence_box, _TEXT_SIZES[-1]) for sentence in further]
        fill_frame(text.text_frame, texts, size or _TEXT_SIZES[-1])
    else:
        text.element.getparent().remove(text.element)
    foot = [*([part.source] if part.source else []), *foot]
    if foot:
        add_text(slide, _FOOT, " ".join(foot), 11, name="Source")
    commentary = [f"Commentary: {part.commentary}"] if part.commentary else []
    _write_notes(slide, [*message, *further, *rest, *commentary, *part.notes, *foot])
    for picture in part.pictures[1:]:
        _add_picture_slide(deck, paper, chapter, part, picture)


def _add_picture_slide(deck: Deck, paper: Paper, chapter: Chapter, part: Part, picture: Picture) -> None:
    """Add a further chart of an indicator on a slide of its own, with the chart's message as title."""
    slide, body = _add_slide(deck, paper, picture.title)
    add_text(slide, _KICKER, f"{chapter.heading}: {part.heading}", 16, name="Chapter")
    add_picture(slide, picture, body)
    text = slide.placeholders[1]
    text.element.getparent().remove(text.element)
    foot = [part.source, *picture.figure.caveats]
    add_text(slide, _FOOT, " ".join(filter(None, foot)), 11, name="Source")
    _write_notes(slide, [picture.alt, *foot])


def _add_visual(slide: Slide, body: Box, part: Part) -> tuple[Box, list[str]]:
    """Add the part's chart, or else its table. Return the room left for text, and the texts of the foot."""
    if part.pictures:
        picture = part.pictures[0]
        width = add_picture(slide, picture, replace(body, width=_WIDEST))
        return _find_room_right(body, width), [f"{picture.title}.", *picture.figure.caveats]
    table = part.tables[0]
    narrow = measure_table_width(table) <= _WIDEST
    room = replace(body, width=_WIDEST) if narrow else replace(body, height=body.height - _TEXT_HEIGHT)
    row_count, table_box = add_table(slide, table, room)
    left_out = [f"The first {row_count} of {len(table.rows)} rows."] if row_count < len(table.rows) else []
    text_room = _find_room_right(body, table_box.width) if narrow else _find_room_below(body, table_box.height)
    return text_room, [f"{table.caption.removesuffix('.')}.", *left_out]


def _find_room_right(body: Box, width: float) -> Box:
    """Find the room to the right of an item; `width` in inches."""
    return replace(body, left=body.left + width + _GAP, width=body.width - width - _GAP)


def _find_room_below(body: Box, height: float) -> Box:
    """Find the room below an item; `height` in inches."""
    return replace(body, top=body.top + height + _GAP, height=body.height - height - _GAP)


def _add_slide(deck: Deck, paper: Paper, title: str) -> tuple[Slide, Box]:
    """Add a slide with its title, the notice and its number. Return the slide and the room under its title."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[_CONTENT_LAYOUT])
    size = find_fitting_size([title], TITLE, _TITLE_SIZES, bold=True) or _TITLE_SIZES[-1]
    short_title = cut_text(title, TITLE, size, bold=True)
    assert slide.shapes.title is not None  # nosec B101  # for mypy: the layout has one
    fill_frame(slide.shapes.title.text_frame, [short_title], size, colour=LIGHT.focus, bold=True)
    add_notice(slide, paper.notice)
    add_number(slide)
    return slide, _find_body_room(short_title, size)


def _find_body_room(title: str, size: int) -> Box:
    """Find the room under a title of a size in points."""
    top = TITLE.top + measure_height([title], TITLE.width, size, bold=True) / 72 + _GAP
    return replace(BODY, top=top, height=BODY.top + BODY.height - top)


def _write_notes(slide: Slide, texts: Sequence[str]) -> None:
    """Write the speaker's notes, with a paragraph for each text."""
    frame = slide.notes_slide.notes_text_frame
    assert frame is not None  # nosec B101  # for mypy: a page of notes has one
    frame.text = "\n".join(texts)
