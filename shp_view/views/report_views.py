"""The quarterly report: its page, its key messages and charts as views, its commentary, publication and check."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from shp_data.analysis.report.check import check_figures, describe_check, has_no_figure
from shp_data.analysis.report.report import build_report, find_quarter
from shp_data.analysis.report.report_figures import ReportFigures, build_report_figures
from shp_data.analysis.report.report_value import Line, Report
from shp_data.analysis.report.revisions import list_figures
from shp_data.domain.clock import get_today
from shp_data.domain.errors import SelectionError, describe_unknown
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_data.intake.reported.published import read_published
from shp_data.store.notes.notebook import IssuedReport, Subject, add_issued_report, read_issued, save_commentary
from shp_data.store.reading import Reader
from shp_view.documents.paper import Paper, Part, split_sentences
from shp_view.report import report_files
from shp_view.report.report_paper import MISSING_FIGURES, build_paper
from shp_view.views.loading import make_safe_name
from shp_view.views.view import Query, View

MESSAGES = "messages"
_MOST_SENTENCES = 2  # under the message of a chart


@dataclass(frozen=True)
class LoadedReport:
    """A report with the figures of its charts, and its paper without commentary, for a light and a dark page.

    The page, the meeting pack and the documents all use it, so that it is built once.
    """

    report: Report
    figures: ReportFigures
    light_paper: Paper
    dark_paper: Paper


def fetch_report(selection: Selection, ask: Query) -> LoadedReport:
    """Fetch the report of the quarter and area of a selection. Raises NotAllowedError."""
    narrowed = narrow_selection(selection)
    loaded_report: LoadedReport = ask(load_report, narrowed.period, narrowed.areas[0])
    return loaded_report


def load_report(reader: Reader, quarter: Period, area: str) -> LoadedReport:
    """Load the report of a quarter and an area. Raises NotAllowedError."""
    report = build_report(reader, quarter, area)
    figures = build_report_figures(reader, report)
    # Without what people write, which changes while the store does not, so that the result can be cached.
    light, dark = (build_paper(report, figures, {}, (), dark=dark) for dark in (False, True))
    return LoadedReport(report, figures, light, dark)


def build_page_paper(reader: Reader, loaded_report: LoadedReport, *, dark: bool) -> Paper:
    """Build the paper of the page: with the commentary and the revisions that are in the store."""
    report = loaded_report.report
    commentary = report_files.select_commentary(reader, report)
    revisions = report_files.find_issued_revisions(reader, report)
    return build_paper(report, loaded_report.figures, commentary, revisions, dark=dark)


def list_parts(selection: Selection, ask: Query) -> tuple[str, ...]:
    """List what a report can show: its key messages and each of its charts. Raises NotAllowedError."""
    return (MESSAGES, *_list_charts(fetch_report(selection, ask).light_paper))


def build_view(name: str, selection: Selection, ask: Query) -> View:
    """Build the view of one part of the report of the selected quarter and area. Raises SelectionError.

    `name`: MESSAGES, or a chart such as `asb_police.1`.
    """
    loaded_report, report_selection = fetch_report(selection, ask), narrow_selection(selection)
    paper = loaded_report.light_paper
    if name == MESSAGES:
        messages = tuple(sentence.text for sentence in paper.summary)
        return View(paper.title, messages, _make_figure(paper), report_selection)
    charts = _list_charts(paper)
    if name not in charts:
        raise SelectionError(describe_unknown("part of this report", name, (MESSAGES, *charts)))
    part, index = charts[name]
    picture, dark_part = part.pictures[index], _list_charts(loaded_report.dark_paper)[name][0]
    dark_picture = dark_part.pictures[index]
    # The message is the title of the slide, so its sentence is not repeated below.
    further = [sentence for sentence in split_sentences(part.sentences) if sentence.removesuffix(".") != part.message]
    return View(
        title=picture.title if index else part.message or picture.title,
        sentences=picture.sentences if index else tuple(further[:_MOST_SENTENCES]),
        figure=picture.figure,
        alt=picture.alt,
        draw=lambda canvas: (dark_picture if canvas.dark else picture).spec,
        selection=report_selection,
    )


def _list_charts(paper: Paper) -> dict[str, tuple[Part, int]]:
    """Return every chart of a report by its name: its part, and its index in that part."""
    parts = (part for chapter in paper.chapters for part in chapter.parts)
    return {f"{part.key}.{index}": (part, index) for part in parts for index in range(len(part.pictures))}


def _make_figure(paper: Paper) -> Figure:
    """Make the figure of the key messages: no table, and the sources of the whole report."""
    block = dict(paper.block)
    subtitle = f"{block['Area']}, {block['Period']}"
    return Figure(
        pd.DataFrame(), paper.title, subtitle, "", paper.sources, block["Data to"], (), synthetic=bool(paper.notice)
    )


def narrow_selection(selection: Selection) -> Selection:
    """Narrow a selection to the quarter in which its period ends, and to one area, COVID-related included."""
    local, areas = partnership(), selection.areas
    area = areas[0] if len(areas) == 1 and areas[0] in local.areas.lpa_names else local.area
    # A report has figures with and without COVID-related incidents, and tables of wards, of its own.
    return replace(selection, period=find_quarter(selection.period), areas=(area,), covid="include", ward=None)


def explain_narrowing(selection: Selection, report_selection: Selection) -> str:
    """Explain that the report covers less or more than the filters ask for; empty if it does not."""
    # A report that silently covers another period than the sidebar says would be misread.
    sentences = []
    if selection.period != report_selection.period:
        sentences.append(f"A report covers a whole quarter: this is the one in which {selection.period.label} ends.")
    if selection.areas != report_selection.areas:
        sentences.append(f"A report covers one area: this is {report_selection.areas[0]}.")
    return " ".join(sentences)


def select_records(report_selection: Selection, lines: Iterable[Line]) -> dict[str, Selection]:
    """Return the selection of records behind each line of a table, by the line's label; only for incidents."""
    # A reported figure has no records behind it.
    return {line.label: report_selection.select_indicator(line.indicator) for line in lines if line.is_from_records}


def can_comment(part: Part) -> bool:
    """Return whether a part is of one indicator, on which an analyst may comment."""
    return part.key != MISSING_FIGURES


def save_report_commentary(reader: Reader, report: Report, indicator: str, text: str) -> None:
    """Save a commentary on an indicator of a report. Raises UserError."""
    save_commentary(reader.store.layout.root, Subject(report.quarter.name, report.area, indicator), text)


def publish_report(reader: Reader, report: Report, by: str) -> None:
    """Save the figures of a report as published now, so that later revisions are flagged. Raises UserError."""
    issue = IssuedReport(report.quarter.name, report.area, dt.datetime.now(dt.UTC), by, list_figures(report))
    add_issued_report(reader.store.layout.root, issue)


def describe_publication(reader: Reader, report: Report) -> str:
    """Describe when a report was last published, or that it was not."""
    subject, all_issues = (report.quarter.name, report.area), read_issued(reader.store.layout.root)
    issues = [issue for issue in all_issues if (issue.quarter, issue.area) == subject]
    if not issues:
        return "Not published yet. When you publish, the figures are frozen and later revisions are flagged."
    return f"Published on {issues[-1].at.day} {issues[-1].at:%b %Y}. Later revisions are shown next to the figures."


def list_files(reader: Reader, loaded_report: LoadedReport, link: str) -> dict[str, tuple[str, Callable[[], bytes]]]:
    """List the files of a report by their format: the name of each, and what builds it."""
    names = {kind: report_files.name_file(loaded_report.report, kind) for kind in report_files.FORMATS}
    return {kind: (name, partial(build_report_file, kind, reader, loaded_report, link)) for kind, name in names.items()}


def build_report_file(kind: str, reader: Reader, loaded_report: LoadedReport, link: str) -> bytes:
    """Build the report as a file in one of the formats, dated today. Raises NotAllowedError."""
    return report_files.build_file(kind, reader, loaded_report.report, get_today(), link, loaded_report.figures)


def check_published_file(reader: Reader, name: str, data: bytes) -> tuple[Figure, str]:
    """Check a published table. Return the figures that do not follow, and a summary. Raises UserError."""
    # The reader takes a file with its ending, and names it in its messages: it gets one of that name.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / make_safe_name(name)
        path.write_bytes(data)
        rows = read_published(path)
    mismatches = check_figures(reader, rows)
    return mismatches, f"{describe_check(len(rows), len(mismatches.table), empty=has_no_figure(rows))}."


def make_anchor(heading: str) -> str:
    """Make the anchor of a heading: `drugs-and-alcohol`."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
