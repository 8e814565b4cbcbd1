"""The quarterly report as views: its key messages, and each of its charts by a name such as `asb_police.1`."""

from __future__ import annotations

import pandas as pd

from shp_data.domain.errors import SelectionError, describe_unknown
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader
from shp_view.charts.chart_parts import Spec
from shp_view.documents.paper import Paper, Part, split_sentences
from shp_view.report import report_page
from shp_view.report.report_paper import build_paper
from shp_view.views.view import Query, View

MESSAGES = "messages"
_FURTHER = 2  # sentences under the message of a chart


def build_plain_paper(reader: Reader, quarter: Period, area: str, *, dark: bool = False) -> Paper:
    """Build the paper of a quarter and an area, without commentary. Raises NotAllowedError."""
    report, figures = report_page.load_report(reader, quarter, area)
    return build_paper(report, figures, {}, (), dark=dark)


def list_parts(selection: Selection, ask: Query) -> tuple[str, ...]:
    """List what a report can show: its key messages and each of its charts. Raises NotAllowedError."""
    return (MESSAGES, *_list_charts(_fetch_paper(selection, ask)))


def build_view(name: str, selection: Selection, ask: Query) -> View:
    """Build the view of one part of the report of the selected quarter and area. Raises SelectionError."""
    paper = _fetch_paper(selection, ask)
    if name == MESSAGES:
        return View(paper.title, tuple(sentence.text for sentence in paper.summary), _make_figure(paper), "", None)
    charts = _list_charts(paper)
    if name not in charts:
        raise SelectionError(describe_unknown("part of this report", name, (MESSAGES, *charts)))
    part, index = charts[name]
    picture = part.pictures[index]
    further = [sentence for sentence in split_sentences(part.sentences) if sentence.removesuffix(".") != part.message]
    return View(
        title=picture.title if index else part.message or picture.title,
        sentences=() if index else tuple(further[:_FURTHER]),
        figure=picture.figure,
        alt=picture.alt,
        draw=lambda dark: _draw_chart(_fetch_paper(selection, ask, dark=dark), name),
    )


def _fetch_paper(selection: Selection, ask: Query, *, dark: bool = False) -> Paper:
    report_selection = report_page.narrow_selection(selection)
    paper: Paper = ask(build_plain_paper, report_selection.period, report_selection.areas[0], dark=dark)
    return paper


def _list_charts(paper: Paper) -> dict[str, tuple[Part, int]]:
    """Return every chart of a report by its name: its part, and its index in that part."""
    parts = (part for chapter in paper.chapters for part in chapter.parts)
    return {f"{part.key}.{index}": (part, index) for part in parts for index in range(len(part.pictures))}


def _draw_chart(paper: Paper, name: str) -> Spec:
    part, index = _list_charts(paper)[name]
    return part.pictures[index].spec


def _make_figure(paper: Paper) -> Figure:
    """Make the figure of the key messages: no table, and the sources of the whole report."""
    block = dict(paper.block)
    subtitle = f"{block['Area']}, {block['Period']}"
    return Figure(
        pd.DataFrame(), paper.title, subtitle, "", paper.sources, block["Data to"], (), synthetic=bool(paper.notice)
    )
