"""What the Report page asks and does, without a widget: its subject, its links, keeping commentary, issuing."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from shp_data.analysis.report.check import check, found_words
from shp_data.analysis.report.report import quarter_of, report
from shp_data.analysis.report.report_figures import ReportFigures, report_figures
from shp_data.analysis.report.report_value import Line, Report
from shp_data.analysis.report.revisions import figures
from shp_data.domain.errors import UserError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer
from shp_data.intake.reported.published import read_published
from shp_data.store.facts import Store
from shp_data.store.notes.notebook import Issued, Subject, issue, keep_commentary, read_issued
from shp_view.report import report_files


def subject(chosen: Selection) -> Selection:
    """What the report is of: the quarter in which the period in view ends, and one area, COVID-related included."""
    known = partnership()
    area = chosen.areas[0] if len(chosen.areas) == 1 and chosen.areas[0] in known.areas.lpa_names else known.area
    return replace(chosen, period=quarter_of(chosen.period), areas=(area,), covid="include", ward=None)


def narrowed(chosen: Selection, about: Selection) -> str:
    """What to say where the report is of less, or of more, than the filters ask for; nothing where it is not."""
    said = []
    if chosen.period != about.period:
        said.append(f"The report is of whole quarters: this is the one in which {chosen.period.label} ends.")
    if chosen.areas != about.areas:
        said.append(f"The report is of one area: this is {about.areas[0]}.")
    return " ".join(said)


def records_of(about: Selection, lines: Iterable[Line]) -> dict[str, Selection]:
    """What the records behind the lines of a table are, by the name that a row goes by; only of incidents."""
    words = partnership().vocabulary
    counted = [line for line in lines if words.indicator(line.indicator).kind == "incident"]
    return {line.label: about.of_indicator(line.indicator) for line in counted if line.quarter_value is not None}


def found(store: Store, quarter: Period, area: str, viewer: Viewer) -> tuple[Report, ReportFigures]:
    """The report, and what its charts draw. Raises NotAllowedError."""
    made = report(store, quarter, area, viewer)
    return made, report_figures(store, made, viewer)


def keep(root: Path, made: Report, indicator: str, text: str) -> str:
    """Keep a commentary on an indicator of a report; what is wrong with it, or nothing."""
    try:
        keep_commentary(root, Subject(made.quarter.name, made.area, indicator), text)
    except UserError as error:
        return str(error)
    return ""


def issue_report(root: Path, made: Report, by: str) -> str:
    """Keep the figures of a report as issued now; what went wrong, or nothing."""
    try:
        issue(root, Issued(made.quarter.name, made.area, dt.datetime.now(dt.UTC), by, figures(made)))
    except UserError as error:
        return str(error)
    return ""


def issued_note(root: Path, made: Report) -> str:
    """When was a report issued last? `Issued on 3 May 2021.`, or that it was not."""
    own = [one for one in read_issued(root) if (one.quarter, one.area) == (made.quarter.name, made.area)]
    if not own:
        return "Not issued yet. Issuing keeps its figures, so that a later change of one is told."
    return f"Issued on {own[-1].at.day} {own[-1].at:%b %Y}. What has changed since stands beside the figures."


def document(kind: str, store: Store, made: Report, viewer: Viewer, link: str) -> bytes:
    """The report as a file of one of the formats, dated today. Raises NotAllowedError."""
    return report_files.made(kind, store, made, viewer, dt.date.today(), link)


def checked(store: Store, name: str, data: bytes, viewer: Viewer) -> tuple[Figure | None, str]:
    """Which figures of a published table do not follow? And what was found in a sentence, or what is wrong with it."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"published{Path(name).suffix.lower()}"
            path.write_bytes(data)
            rows = read_published(path)
        wrong = check(store, rows, viewer)
    except UserError as error:
        return None, str(error).replace("published.", f"{Path(name).stem}.")
    return wrong, f"{found_words(len(rows), len(wrong.table))}."


def anchor(heading: str) -> str:
    """What a heading is called in the address: `drugs-and-alcohol`."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
