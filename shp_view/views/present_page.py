"""What the Present page asks and does, without a widget: a pack of the report, its slides, questions, and the deck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_view.documents import paper_pptx
from shp_view.documents.paper import NOTICE, Chapter, Grid, Paper, Part, Picture
from shp_view.report import report_page
from shp_view.text import wording
from shp_view.text.report_cells import Said
from shp_view.views import filters, report_views, views
from shp_view.views.pack import Pack, PackError, Slide, from_file, slide
from shp_view.views.view import Ask, View

SLIDE = "slide"  # the parameter of the address that says which slide is shown
QUESTIONS = {"what": "What", "area": "Area", "period": "Period"}
EXPLAINED = (
    "Each view has a button that adds it to the pack. A pack holds links and titles, no figures: whoever opens it sees "
    "the data as it is then, and what their role may see. Presenting: Right or Page Down for the next slide, Left or "
    "Page Up for the one before, Escape to end."
)
_CANNOT = "This view cannot be shown"


@dataclass(frozen=True)
class Told:
    """A slide as it is shown: its title, its view (None where it cannot be made), and what must be said of it."""

    slide: Slide
    title: str
    view: View | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One filter of a slide that may be changed while it is shown: its name, options, and the place of its own."""

    name: str
    options: tuple[str, ...]
    own: int


def report_pack(chosen: Selection, ask: Ask, viewer: Viewer) -> Pack:
    """The pack of the quarterly report of the period and area in view: its key messages and each of its charts.

    Raises NotAllowedError.
    """
    words = filters.parameters(ask(filters.offered), report_page.subject(chosen), whole=True)
    return tuple(slide("report", words | {views.PART: part}) for part in report_views.parts(chosen, ask, viewer))


def told(shown: Slide, ask: Ask, viewer: Viewer, answers: Mapping[str, str] | None = None) -> Told:
    """A slide made of the store in view, as the viewer may see it. `answers`: other words for some of its filters.

    With other filters it bears the view's own title, as its given one was of what it showed before.
    """
    other = dict(answers or {})
    try:
        found = views.made(shown.page, dict(shown.parameters) | other, ask, viewer)
    except UserError as error:
        return Told(shown, shown.title or _CANNOT, None, (f"{_CANNOT}: {error}",))
    title = found.view.title if other or not shown.title else shown.title
    if not found.unknown:
        return Told(shown, title, found.view)
    lost = f"Not among the records in view, so as by default: {wording.listed(list(found.unknown))}."
    return Told(shown, title, found.view, (lost,))


def questions(shown: Slide, ask: Ask) -> dict[str, Question]:
    """What may be asked of a slide: those of the shared filters that its page obeys, by their parameters."""
    offer = ask(filters.offered)
    offered: dict[str, tuple[str, ...]] = {
        "what": tuple(offer.what),
        "area": tuple(offer.area),
        "period": tuple(offer.period),
    }
    defaults = {"what": offered["what"][0], "area": offer.default_area, "period": offer.default_period}
    words = dict(shown.parameters)
    found = {}
    for key, options in offered.items():
        if key in views.SOURCES[shown.page].filters:
            own = words.get(key, defaults[key])
            place = options.index(own) if own in options else options.index(defaults[key])
            found[key] = Question(QUESTIONS[key], options, place)
    return found


def about(shown: Slide) -> str:
    """Which view a slide is, in a line: its page, and the words of its filters and choices."""
    words = [text for name, text in shown.parameters if name != views.PART]
    return " · ".join((views.SOURCES[shown.page].name, *words))


def asked_slide(words: str | None, number: int) -> tuple[int | None, str]:
    """The slide that a link asks for, from 1 on; None where it asks for none. And what to say where there is none."""
    if words is None:
        return None, ""
    if words.isascii() and words.isdigit() and 1 <= int(words[:6]) <= number:
        return int(words), ""
    return None, f"The link asks for slide “{words[:20]}”; the pack has {wording.counted(number, 'slides')}."


def read(data: bytes) -> tuple[Pack, str]:
    """The pack of a file, or what is wrong with it."""
    try:
        return from_file(data), ""
    except PackError as error:
        return (), str(error)


def title(slides: Pack) -> str:
    """The message over the list."""
    if not slides:
        return "No meeting pack yet: add views to it, or make the one of the quarterly report"
    return f"Meeting pack of {wording.counted(len(slides), 'slides')}"


def deck(shown: Sequence[Told], link: str) -> bytes:
    """The pack as a PPTX of today."""
    return to_pptx(shown, link, date.today())


def to_pptx(shown: Sequence[Told], link: str, made: date) -> bytes:
    """The pack as slides: a title, the messages, then a slide for each view that can be shown."""
    seen = [(one, one.view) for one in shown if one.view is not None]
    figures = [view.figure for _, view in seen]
    return paper_pptx.to_pptx(
        Paper(
            title="Meeting pack",
            block=(
                ("Of", partnership().name),
                ("Slides", str(len(seen))),
                ("Data to", figures[-1].as_of if figures else "no month"),
            ),
            summary=tuple(Said(f"{one.title}.") for one, _ in seen),
            chapters=tuple(_chapter(one, view) for one, view in seen),
            notes=(),
            sources=tuple(dict.fromkeys(source for figure in figures for source in figure.sources)),
            link=link,
            notice=NOTICE if any(figure.synthetic for figure in figures) else "",
        ),
        made,
    )


def _chapter(one: Told, view: View) -> Chapter:
    """A view as a chapter of its own: with its chart, or else as a list of what it says."""
    spec, figure = view.picture(), view.figure
    page, nothing = views.SOURCES[one.slide.page].name, Grid("", (), ())
    if spec is None:
        texts = [Part(page, page, (), text, source=figure.source_line) for text in view.said]
        return Chapter(one.title, nothing, tuple(texts))
    part = Part(
        key=one.slide.page,
        heading=figure.subtitle,
        said=tuple(Said(text) for text in view.said),
        message=one.title,
        pictures=(Picture(figure.subtitle, spec, figure, view.alt),),
        notes=one.notes,
        source=figure.source_line,
    )
    return Chapter(page, nothing, (part,))
