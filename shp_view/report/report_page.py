"""The logic of the Report page, without widgets: its subject, its links, saving commentary, issuing."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from shp_data.analysis.report.check import check_figures, describe_check
from shp_data.analysis.report.report import build_report, find_quarter
from shp_data.analysis.report.report_figures import ReportFigures, build_report_figures
from shp_data.analysis.report.report_value import Line, Report
from shp_data.analysis.report.revisions import list_figures
from shp_data.domain.clock import get_today
from shp_data.domain.errors import UserError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_data.intake.reported.published import read_published
from shp_data.store.notes.notebook import IssuedReport, Subject, add_issued_report, read_issued, save_commentary
from shp_data.store.reading import Reader
from shp_view.report import report_files


def narrow_selection(selection: Selection) -> Selection:
    """Narrow a selection to the quarter in which its period ends, and to one area, COVID-related included."""
    local_partnership = partnership()
    area = (
        selection.areas[0]
        if len(selection.areas) == 1 and selection.areas[0] in local_partnership.areas.lpa_names
        else local_partnership.area
    )
    return replace(selection, period=find_quarter(selection.period), areas=(area,), covid="include", ward=None)


def explain_narrowing(selection: Selection, report_selection: Selection) -> str:
    """Explain that the report covers less or more than the filters ask for; empty if it does not."""
    sentences = []
    if selection.period != report_selection.period:
        sentences.append(
            f"The report covers whole quarters, so it shows the quarter in which {selection.period.label} ends."
        )
    if selection.areas != report_selection.areas:
        sentences.append(f"The report covers one area, so it shows {report_selection.areas[0]}.")
    return " ".join(sentences)


def select_records(report_selection: Selection, lines: Iterable[Line]) -> dict[str, Selection]:
    """Return the selection of records behind each line of a table, by the line's label; only for incidents."""
    vocabulary = partnership().vocabulary
    incident_lines = [line for line in lines if vocabulary.find_indicator(line.indicator).kind == "incident"]
    return {
        line.label: report_selection.select_indicator(line.indicator)
        for line in incident_lines
        if line.quarter_value is not None
    }


def load_report(reader: Reader, quarter: Period, area: str) -> tuple[Report, ReportFigures]:
    """Load the report and the figures for its charts. Raises NotAllowedError."""
    quarter_report = build_report(reader, quarter, area)
    return quarter_report, build_report_figures(reader, quarter_report)


def save_report_commentary(root: Path, quarter_report: Report, indicator: str, text: str) -> str:
    """Save a commentary on an indicator of a report. Return what is wrong; empty if nothing is."""
    try:
        save_commentary(root, Subject(quarter_report.quarter.name, quarter_report.area, indicator), text)
    except UserError as error:
        return str(error)
    return ""


def issue_report(root: Path, quarter_report: Report, by: str) -> str:
    """Save the figures of a report as issued now. Return what went wrong; empty if nothing did."""
    try:
        add_issued_report(
            root,
            IssuedReport(
                quarter_report.quarter.name,
                quarter_report.area,
                dt.datetime.now(dt.UTC),
                by,
                list_figures(quarter_report),
            ),
        )
    except UserError as error:
        return str(error)
    return ""


def describe_last_issue(root: Path, quarter_report: Report) -> str:
    """Describe when a report was last published, `Published on 3 May 2021.`, or that it was not."""
    issues = [
        issued
        for issued in read_issued(root)
        if (issued.quarter, issued.area) == (quarter_report.quarter.name, quarter_report.area)
    ]
    if not issues:
        return "Not published yet. Publishing freezes the figures, so that later revisions are flagged."
    return f"Published on {issues[-1].at.day} {issues[-1].at:%b %Y}. Figures that have changed since then are flagged."


def build_report_file(kind: str, reader: Reader, quarter_report: Report, link: str) -> bytes:
    """Build the report as a file in one of the formats, dated today. Raises NotAllowedError."""
    return report_files.build_file(kind, reader, quarter_report, get_today(), link)


def check_published_file(reader: Reader, name: str, data: bytes) -> tuple[Figure | None, str]:
    """Check a published table.

    Return the figures that do not follow with a summary, or None with an error message.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"published{Path(name).suffix.lower()}"
            path.write_bytes(data)
            rows = read_published(path)
        mismatches = check_figures(reader, rows)
    except UserError as error:
        return None, str(error).replace("published.", f"{Path(name).stem}.")
    return mismatches, f"{describe_check(len(rows), len(mismatches.table))}."


def make_anchor(heading: str) -> str:
    """Make the anchor of a heading: `drugs-and-alcohol`."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
