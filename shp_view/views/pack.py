"""A meeting pack: an ordered list of views, stored as links only; its slides, their look, and the deck.

A pack holds no figures, so each reader sees their own. It is JSON, [[page, {parameter: words}, title],
...]: plain in a file, compressed and in base64 in a link.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shp_data.domain.clock import get_today
from shp_data.domain.errors import SelectionError, UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection
from shp_view.documents import powerpoint
from shp_view.documents.paper import NOTICE, Chapter, Paper, PaperTable, Part, Picture
from shp_view.text import wording
from shp_view.text.coverage_words import list_caveats
from shp_view.text.markup import read_style, render
from shp_view.text.report_sentences import Sentence
from shp_view.views import filters, report_views, views
from shp_view.views.view import Query, View

STYLE = read_style("slide.css")

MAX_SLIDES = 60
LONGEST_TITLE = 200
LONGEST_LINK = 6_000  # characters of a pack in an address: servers and mail refuse longer ones
_LONGEST_WORDS = 300
_LONGEST_FILE = 200_000  # bytes, unpacked
SLIDE = "slide"  # the parameter of the address that says which slide is shown
EXPLAINED = (
    "Each view has a button that adds it to the pack. A pack holds links and titles, not figures: people who open it "
    "see the latest data that their role allows. To present, press Right or Page Down for the next slide, Left or Page "
    "Up for the slide before, and Escape to end."
)
_CANNOT = "This view cannot be shown"


class PackError(UserError):
    """The error for data that is not a valid meeting pack."""


@dataclass(frozen=True)
class Slide:
    """One view of a pack: its page, the parameters of its address, and its title; "" for the view's own title."""

    page: str
    parameters: tuple[tuple[str, str], ...]
    title: str = ""


Pack = tuple[Slide, ...]


def make_slide(page: str, parameters: Mapping[str, str]) -> Slide:
    """Make the slide of a view. It leaves out parameters that the page does not use."""
    return Slide(page, tuple(sorted(views.select_parameters(page, parameters).items())))


def move_slide(pack: Pack, position: int, by: int) -> Pack:
    """Return the pack with one slide moved by a number of places (back if negative); unchanged at either end."""
    target = position + by
    if not (0 <= position < len(pack) and 0 <= target < len(pack)):
        return pack
    rest = [*pack[:position], *pack[position + 1 :]]
    return (*rest[:target], pack[position], *rest[target:])


def rename_slide(pack: Pack, position: int, title: str) -> Pack:
    """Return the pack with another title for one slide; "" restores the view's own title."""
    return tuple(replace(item, title=_clean_title(title)) if n == position else item for n, item in enumerate(pack))


def remove_slide(pack: Pack, position: int) -> Pack:
    """Return the pack without one slide."""
    return (*pack[:position], *pack[position + 1 :])


def add_slides(pack: Pack, more: Iterable[Slide]) -> Pack:
    """Return the pack with more slides at its end. Raises PackError if there are too many."""
    return _check_size((*pack, *more))


def to_file(pack: Pack) -> bytes:
    """Return the pack as the bytes of a file."""
    return json.dumps(_to_plain(pack), ensure_ascii=False, indent=1).encode()


def read_file(data: bytes) -> Pack:
    """Read the pack of a file. Raises PackError if it is not a pack."""
    if len(data) > _LONGEST_FILE:
        raise PackError(_explain_error("it is too large"))
    try:
        content = json.loads(data)
    # Thousands of nested lists fit a small file.
    except (ValueError, RecursionError):
        raise PackError(_explain_error("it is not JSON, or it is incomplete")) from None
    if not isinstance(content, list):
        raise PackError(_explain_error("it has no list of slides"))
    return _check_size(tuple(_read_slide(position, item) for position, item in enumerate(content, 1)))


def to_link_text(pack: Pack) -> str:
    """Return the pack as text for a link; empty if the pack is empty."""
    if not pack:
        return ""
    text = json.dumps(_to_plain(pack), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


def read_link_text(words: str) -> Pack:
    """Read the pack from the text of a link; no text is an empty pack. Raises PackError for other text."""
    if not words:
        return ()
    # At most so much is unpacked: a link of a few characters could otherwise fill the memory.
    try:
        packed = base64.b64decode(words + "=" * (-len(words) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(packed, _LONGEST_FILE + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise PackError(_explain_error("the link is damaged or incomplete")) from None
    if not unpacking.eof and len(data) <= _LONGEST_FILE:
        raise PackError(_explain_error("the link is damaged or incomplete"))
    return read_file(data)


def _to_plain(pack: Pack) -> list[list[Any]]:
    return [[item.page, dict(item.parameters), item.title] for item in pack]


def _read_slide(position: int, content: object) -> Slide:
    match content:
        case [str(page), dict(parameters), str(title)] if all(isinstance(words, str) for words in parameters.values()):
            if page not in views.PAGE_VIEWS:
                raise PackError(_explain_error(f"slide {position} is of the page {page[:40]!r}, which has no views"))
            if any(len(words) > _LONGEST_WORDS for words in parameters.values()):
                raise PackError(_explain_error(f"a parameter of slide {position} is too long"))
            return replace(make_slide(page, parameters), title=_clean_title(title))
    raise PackError(_explain_error(f"slide {position} is not a page, its parameters and a title"))


def _check_size(pack: Pack) -> Pack:
    if len(pack) > MAX_SLIDES:
        raise PackError(
            f"A meeting pack can have up to {MAX_SLIDES} slides; this one would have {len(pack):,}. Remove some first."
        )
    return pack


def _clean_title(title: str) -> str:
    """Return a title on one line, cut to the greatest length of a slide's title."""
    return " ".join(title.split())[:LONGEST_TITLE]


def _explain_error(reason: str) -> str:
    return f"The meeting pack cannot be read: {reason}. Ask for the link or file again, or create a new pack."


@dataclass(frozen=True)
class PresentedSlide:
    """A slide ready to present: its title, its view (None if it cannot be made), and its notes."""

    slide: Slide
    title: str
    view: View | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlideFilter:
    """A filter of a slide that can be changed: its name, its options, and the index of the slide's own option."""

    name: str
    options: tuple[str, ...]
    index: int


def build_report_pack(selection: Selection, ask: Query) -> Pack:
    """Build the pack of the quarterly report of the period and area in view: key messages and charts.

    Raises NotAllowedError.
    """
    # With its period and area in words: the pack of October stays that of October when November is loaded.
    words = filters.build_parameters(ask(filters.list_options), report_views.narrow_selection(selection), whole=True)
    return tuple(make_slide("report", words | {views.PART: part}) for part in report_views.list_parts(selection, ask))


def present_slide(pack_slide: Slide, ask: Query, answers: Mapping[str, str] | None = None) -> PresentedSlide:
    """Make a slide from the store in view, as the viewer may see it.

    `answers`: other words for some of its filters. With other filters it has the view's own title, because
    its given title described the old filters.
    """
    other = dict(answers or {})
    # One slide that cannot be shown to this viewer must not end the presentation.
    try:
        page_view = views.build_view(pack_slide.page, dict(pack_slide.parameters) | other, ask)
    except UserError as error:
        return PresentedSlide(pack_slide, pack_slide.title or _CANNOT, None, (f"{_CANNOT}: {error}",))
    title = page_view.view.title if other or not pack_slide.title else pack_slide.title
    if not page_view.not_on_offer:
        return PresentedSlide(pack_slide, title, page_view.view)
    note = f"Not available, so the default is shown: {wording.join_names(list(page_view.not_on_offer))}."
    return PresentedSlide(pack_slide, title, page_view.view, (note,))


def list_slide_filters(pack_slide: Slide, ask: Query) -> dict[str, SlideFilter]:
    """List the main filters that change the slide's view, by their parameters."""
    words = dict(pack_slide.parameters)
    slide_filters = {}
    for key, options in ask(filters.list_options).items():
        if filters.FILTERS[key].is_main and key in filters.list_view_filters(pack_slide.page):
            names = tuple(options.options)
            option = words.get(key, options.default)
            index = names.index(option if option in names else options.default)
            slide_filters[key] = SlideFilter(filters.FILTERS[key].label, names, index)
    return slide_filters


def describe_slide(pack_slide: Slide) -> str:
    """Describe a slide in one line: its page, and the words of its filters and choices."""
    words = [text for name, text in pack_slide.parameters if name != views.PART]
    return " · ".join((views.PAGE_VIEWS[pack_slide.page].name, *words))


def parse_slide_number(words: str | None, count: int) -> int | None:
    """Parse the slide number of a link, from 1; None where the link has none.

    Raises SelectionError where there is no such slide.
    """
    if words is None:
        return None
    if words.isascii() and words.isdigit() and 1 <= int(words[:6]) <= count:
        return int(words)
    slides = wording.format_count(count, "slides")
    raise SelectionError(f"This link asks for slide “{words[:20]}”, but the pack has {slides}.")


def write_title(slides: Pack) -> str:
    """Write the title over the list."""
    if not slides:
        return "No meeting pack yet: add views to it, or create slides from the quarterly report"
    return f"Meeting pack of {wording.format_count(len(slides), 'slides')}"


def to_pptx(slides: Sequence[PresentedSlide], link: str, pack_date: date | None = None) -> bytes:
    """Return the pack as slides: a title, the messages, then a slide for each view that is available.

    `pack_date`: today, if none is given.
    """
    available = [(presented, presented.view) for presented in slides if presented.view is not None]
    figures = [view.figure for _, view in available]
    return powerpoint.to_pptx(
        Paper(
            title="Meeting pack",
            block=(
                ("Partnership", partnership().name),
                ("Slides", str(len(available))),
                ("Data to", figures[-1].as_of if figures else "no month"),
            ),
            summary=tuple(Sentence(f"{presented.title}.") for presented, _ in available),
            chapters=tuple(_build_chapter(presented, view) for presented, view in available),
            notes=(),
            sources=tuple(dict.fromkeys(source for figure in figures for source in figure.sources)),
            link=link,
            notice=NOTICE if any(figure.synthetic for figure in figures) else "",
        ),
        pack_date or get_today(),
    )


def _build_chapter(presented: PresentedSlide, view: View) -> Chapter:
    """Build a chapter of a view, with its chart or else a list of its sentences."""
    spec, figure = view.draw_picture(), view.figure
    page, no_table = views.PAGE_VIEWS[presented.slide.page].name, PaperTable("", (), ())
    if spec is None:
        texts = [Part(page, page, (), text, source=figure.source_line) for text in view.sentences]
        return Chapter(presented.title, no_table, tuple(texts))
    part = Part(
        key=presented.slide.page,
        heading=figure.subtitle,
        sentences=tuple(Sentence(text) for text in view.sentences),
        message=presented.title,
        pictures=(Picture(figure.subtitle, spec, figure, view.alt),),
        notes=presented.notes,
        source=figure.source_line,
    )
    return Chapter(page, no_table, (part,))


def list_sources(view: View) -> str:
    """List the caveats and the sources of a view's figure, as the line under its slide."""
    return " ".join((*list_caveats(view.figure.caveats), view.figure.source_line))


def format_slide(slide: PresentedSlide) -> str:
    """Format the title and sentences of a slide, with the notice of the sample."""
    view = slide.view
    return render(
        "slide.html",
        title=slide.title,
        synthetic=view is not None and view.figure.synthetic,
        sentences=view.sentences if view else (),
        listed=view is not None and not view.draw and len(view.sentences) > 1,
    )
