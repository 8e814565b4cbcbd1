"""The logic of the Present page, without widgets: the report's pack, slides, filters and the deck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shp_data.domain.clock import get_today
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection
from shp_view.documents import powerpoint
from shp_view.documents.paper import NOTICE, Chapter, Paper, PaperTable, Part, Picture
from shp_view.report import report_page
from shp_view.text import wording
from shp_view.text.report_sentences import Sentence
from shp_view.views import filters, report_views, views
from shp_view.views.pack import Pack, PackError, Slide, make_slide, read_file
from shp_view.views.view import Query, View

SLIDE = "slide"  # the parameter of the address that says which slide is shown
FILTER_NAMES = {"what": "What", "area": "Area", "period": "Period"}
EXPLAINED = (
    "Each view has a button that adds it to the pack. A pack holds links and titles, no figures: whoever opens it sees "
    "the data as it is then, and what their role may see. Presenting: Right or Page Down for the next slide, Left or "
    "Page Up for the one before, Escape to end."
)
_CANNOT = "This view cannot be shown"


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
    words = filters.build_parameters(ask(filters.list_options), report_page.narrow_selection(selection), whole=True)
    return tuple(make_slide("report", words | {views.PART: part}) for part in report_views.list_parts(selection, ask))


def present_slide(pack_slide: Slide, ask: Query, answers: Mapping[str, str] | None = None) -> PresentedSlide:
    """Make a slide from the store in view, as the viewer may see it.

    `answers`: other words for some of its filters. With other filters it has the view's own title, because
    its given title described the old filters.
    """
    other = dict(answers or {})
    try:
        page_view = views.build_view(pack_slide.page, dict(pack_slide.parameters) | other, ask)
    except UserError as error:
        return PresentedSlide(pack_slide, pack_slide.title or _CANNOT, None, (f"{_CANNOT}: {error}",))
    title = page_view.view.title if other or not pack_slide.title else pack_slide.title
    if not page_view.not_on_offer:
        return PresentedSlide(pack_slide, title, page_view.view)
    note = f"Not among the records in view, so as by default: {wording.join_names(list(page_view.not_on_offer))}."
    return PresentedSlide(pack_slide, title, page_view.view, (note,))


def list_filters(pack_slide: Slide, ask: Query) -> dict[str, SlideFilter]:
    """List the shared filters that the slide's page uses, by their parameters."""
    offer = ask(filters.list_options)
    options_by_key: dict[str, tuple[str, ...]] = {
        "what": tuple(offer.what),
        "area": tuple(offer.area),
        "period": tuple(offer.period),
    }
    defaults = {"what": options_by_key["what"][0], "area": offer.default_area, "period": offer.default_period}
    words = dict(pack_slide.parameters)
    slide_filters = {}
    for key, options in options_by_key.items():
        if key in views.PAGE_VIEWS[pack_slide.page].filters:
            option = words.get(key, defaults[key])
            index = options.index(option) if option in options else options.index(defaults[key])
            slide_filters[key] = SlideFilter(FILTER_NAMES[key], options, index)
    return slide_filters


def describe_slide(pack_slide: Slide) -> str:
    """Describe a slide in one line: its page, and the words of its filters and choices."""
    words = [text for name, text in pack_slide.parameters if name != views.PART]
    return " · ".join((views.PAGE_VIEWS[pack_slide.page].name, *words))


def parse_slide_number(words: str | None, number: int) -> tuple[int | None, str]:
    """Parse the slide number of a link, from 1, with a note if there is no such slide.

    The number is None if the link has none.
    """
    if words is None:
        return None, ""
    if words.isascii() and words.isdigit() and 1 <= int(words[:6]) <= number:
        return int(words), ""
    return None, f"The link asks for slide “{words[:20]}”; the pack has {wording.format_count(number, 'slides')}."


def read_pack(data: bytes) -> tuple[Pack, str]:
    """Read the pack of a file. Return the pack, or the reason why it cannot be read."""
    try:
        return read_file(data), ""
    except PackError as error:
        return (), str(error)


def write_title(slides: Pack) -> str:
    """Write the title over the list."""
    if not slides:
        return "No meeting pack yet: add views to it, or make the one of the quarterly report"
    return f"Meeting pack of {wording.format_count(len(slides), 'slides')}"


def build_deck(slides: Sequence[PresentedSlide], link: str) -> bytes:
    """Build the pack as a PPTX with today's date."""
    return to_pptx(slides, link, get_today())


def to_pptx(slides: Sequence[PresentedSlide], link: str, pack_date: date) -> bytes:
    """Return the pack as slides: a title, the messages, then a slide for each view that is available."""
    available = [(presented, presented.view) for presented in slides if presented.view is not None]
    figures = [view.figure for _, view in available]
    return powerpoint.to_pptx(
        Paper(
            title="Meeting pack",
            block=(
                ("Of", partnership().name),
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
        pack_date,
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
