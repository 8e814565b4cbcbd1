"""The report as a file: which format is made by what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from shp_data.analysis.report.report_figures import report_figures
from shp_data.analysis.report.report_value import Report
from shp_data.analysis.report.revisions import Revision, revisions
from shp_data.domain.selection import Viewer
from shp_data.store.facts import Store
from shp_data.store.notes.notebook import read_commentary, read_issued
from shp_view.documents import paper_docx, paper_pptx
from shp_view.documents.paper import Paper
from shp_view.report import report_tables, report_xlsx
from shp_view.report.report_paper import paper

FORMATS = ("docx", "xlsx", "pptx", "csv", "json")


def made(format_: str, store: Store, report: Report, viewer: Viewer, on: dt.date, link: str = "") -> bytes:
    """The report of a store as a file of one of FORMATS, as it is made on a day. Raises NotAllowedError."""
    kinds: dict[str, Callable[[], str | bytes]] = {
        "csv": lambda: report_tables.to_csv(report),
        "json": lambda: report_tables.to_json(report),
        "xlsx": lambda: report_xlsx.to_xlsx(report, commentary(store, report), link),
        "docx": lambda: paper_docx.to_docx(as_paper(store, report, viewer, link), on),
        "pptx": lambda: paper_pptx.to_pptx(as_paper(store, report, viewer, link), on),
    }
    found = kinds[format_]()
    return found.encode() if isinstance(found, str) else found


def commentary(store: Store, report: Report) -> dict[str, str]:
    """The analyst's words on a report, by indicator."""
    return {
        subject.indicator: text
        for subject, text in read_commentary(store.layout.root).items()
        if (subject.quarter, subject.area) == (report.quarter.name, report.area)
    }


def as_paper(store: Store, report: Report, viewer: Viewer, link: str = "") -> Paper:
    """How a report reads, with the commentary and the revisions that the store keeps. Raises NotAllowedError."""
    figures = report_figures(store, report, viewer)
    return paper(report, figures, commentary(store, report), revised(store, report), link)


def revised(store: Store, report: Report) -> tuple[Revision, ...]:
    """What any report issued told otherwise."""
    return revisions(report, read_issued(store.layout.root))


def file_name(report: Report, format_: str) -> str:
    """`performance-report-anytown-2020-21-q3.docx`"""
    area = "".join(letter if letter.isalnum() else "-" for letter in report.area.lower())
    return f"performance-report-{area}-{report.quarter.name.lower()}.{format_}"
