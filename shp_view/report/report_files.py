"""The report as a file, in each format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from shp_data.analysis.report.report_figures import ReportFigures, build_report_figures
from shp_data.analysis.report.report_value import Report
from shp_data.analysis.report.revisions import Revision, find_revisions
from shp_data.domain.selection import Viewer
from shp_data.store.facts import Store
from shp_data.store.notes.notebook import read_commentary, read_issued
from shp_view.documents import paper_docx, paper_pptx
from shp_view.documents.paper import Paper
from shp_view.report import report_tables, report_xlsx
from shp_view.report.report_paper import build_paper

FORMATS = ("docx", "xlsx", "pptx", "csv", "json")


def build_file(
    format_: str,
    store: Store,
    report: Report,
    viewer: Viewer,
    day: dt.date,
    link: str = "",
    figures: ReportFigures | None = None,
) -> bytes:
    """Build a store's report as a file in one of FORMATS, dated `day`. Raises NotAllowedError.

    `figures`: those of its charts, where they are already built.
    """
    writers: dict[str, Callable[[], str | bytes]] = {
        "csv": lambda: report_tables.to_csv(report),
        "json": lambda: report_tables.to_json(report),
        "xlsx": lambda: report_xlsx.to_xlsx(report, select_commentary(store, report), link),
        "docx": lambda: paper_docx.to_docx(assemble_paper(store, report, viewer, link, figures), day),
        "pptx": lambda: paper_pptx.to_pptx(assemble_paper(store, report, viewer, link, figures), day),
    }
    content = writers[format_]()
    return content.encode() if isinstance(content, str) else content


def select_commentary(store: Store, report: Report) -> dict[str, str]:
    """Select the analyst's commentary on a report, by indicator."""
    return {
        subject.indicator: text
        for subject, text in read_commentary(store.layout.root).items()
        if (subject.quarter, subject.area) == (report.quarter.name, report.area)
    }


def assemble_paper(
    store: Store, report: Report, viewer: Viewer, link: str = "", figures: ReportFigures | None = None
) -> Paper:
    """Assemble the paper of a report, with the commentary and revisions in the store. Raises NotAllowedError.

    `figures`: those of its charts, where they are already built.
    """
    figures = figures or build_report_figures(store, report, viewer)
    return build_paper(report, figures, select_commentary(store, report), find_issued_revisions(store, report), link)


def find_issued_revisions(store: Store, report: Report) -> tuple[Revision, ...]:
    """Find the figures that differ from any issued report."""
    return find_revisions(report, read_issued(store.layout.root))


def name_file(report: Report, format_: str) -> str:
    """Name the file of a report: `performance-report-anytown-2020-21-q3.docx`"""
    area = "".join(letter if letter.isalnum() else "-" for letter in report.area.lower())
    return f"performance-report-{area}-{report.quarter.name.lower()}.{format_}"
