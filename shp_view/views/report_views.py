"""The quarterly report as views: its key messages, and each of its charts by a name such as `asb_police.1`."""

from __future__ import annotations

import pandas as pd

from shp_data.domain.errors import SelectionError, unknown
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_view.charts.chart_parts import Spec
from shp_view.documents.paper import Paper, Part
from shp_view.documents.paper_text import sentences
from shp_view.report import report_page
from shp_view.report.report_paper import paper
from shp_view.views.view import Ask, View

MESSAGES = "messages"
_FURTHER = 2  # sentences under the message of a chart


def paper_of(store: Store, quarter: Period, area: str, viewer: Viewer, *, dark: bool = False) -> Paper:
    """The report of a quarter and an area as it reads, without commentary. Raises NotAllowedError."""
    report, figures = report_page.found(store, quarter, area, viewer)
    return paper(report, figures, {}, (), dark=dark)


def parts(chosen: Selection, ask: Ask, viewer: Viewer) -> tuple[str, ...]:
    """What a report can show: its key messages and each of its charts. Raises NotAllowedError."""
    return (MESSAGES, *_charts(_paper(chosen, ask, viewer)))


def view(name: str, chosen: Selection, ask: Ask, viewer: Viewer) -> View:
    """One of `parts`, of the report of the quarter and area that a selection is of. Raises SelectionError."""
    shown = _paper(chosen, ask, viewer)
    if name == MESSAGES:
        return View(shown.title, tuple(said.text for said in shown.summary), _about(shown), "", None)
    charts = _charts(shown)
    if name not in charts:
        raise SelectionError(unknown("part of this report", name, (MESSAGES, *charts)))
    part, place = charts[name]
    picture = part.pictures[place]
    told = [said for said in sentences(part.said) if said.removesuffix(".") != part.message]
    return View(
        title=picture.title if place else part.message or picture.title,
        said=() if place else tuple(told[:_FURTHER]),
        figure=picture.figure,
        alt=picture.alt,
        drawn=lambda dark: _drawn(_paper(chosen, ask, viewer, dark=dark), name),
    )


def _paper(chosen: Selection, ask: Ask, viewer: Viewer, *, dark: bool = False) -> Paper:
    about = report_page.subject(chosen)
    made: Paper = ask(paper_of, about.period, about.areas[0], viewer, dark=dark)
    return made


def _charts(shown: Paper) -> dict[str, tuple[Part, int]]:
    """Every chart of a report by its name: its part, and its place there."""
    every = (part for chapter in shown.chapters for part in chapter.parts)
    return {f"{part.key}.{place}": (part, place) for part in every for place in range(len(part.pictures))}


def _drawn(shown: Paper, name: str) -> Spec:
    part, place = _charts(shown)[name]
    return part.pictures[place].spec


def _about(shown: Paper) -> Figure:
    """What the key messages are of: no table, the sources of the whole report."""
    block = dict(shown.block)
    about = f"{block['Area']}, {block['Period']}"
    return Figure(
        pd.DataFrame(), shown.title, about, "", shown.sources, block["Data to"], (), synthetic=bool(shown.notice)
    )
