"""Report -> Paper: which sentence, table and chart stands where. The page and every document draw what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shp_data.analysis.report.report_figures import ReportFigures
from shp_data.analysis.report.report_value import Line, Report, Section
from shp_data.analysis.report.revisions import Revision
from shp_data.domain.partnership import partnership
from shp_view.charts import charts, comparison_charts
from shp_view.documents.paper import NOTICE, Chapter, Paper, Part, Picture
from shp_view.report import report_grids
from shp_view.text import (
    alt_texts,
    area_words,
    comparison_words,
    message_words,
    place_words,
    report_words,
    summary_words,
    wording,
)
from shp_view.text.report_cells import Cell, Said

NOT_IN = "not-in"  # the key of the part that lists what is not in yet: nobody comments on it
_METHODS = (
    "More than chance: the change on the same quarter last year is tested (E-test, widened by how much the months "
    "vary), and of all the changes named in this report at most one in twenty is expected to be false.",
)


def paper(
    report: Report,
    figures: ReportFigures,
    commentary: Mapping[str, str],
    revisions: Sequence[Revision],
    link: str = "",
    *,
    dark: bool = False,
) -> Paper:
    """How does a report read?

    `figures`: what its charts draw. `commentary`: the analyst's words by indicator. `revisions`: what was reported
    otherwise before. `link`: what reproduces it on the dashboard. `dark`: whether its charts are for a dark page.
    """
    return Paper(
        title=summary_words.title(report),
        block=(
            ("Report of", report.partnership),
            ("Area", report.area),
            ("Period", report.quarter.label),
            ("Compared with", f"{report.quarter.last_year.label}; {report.quarter.previous.label}"),
            ("Data to", report.as_of),
        ),
        summary=summary_words.summary_said(report),
        chapters=tuple(
            Chapter(
                section.priority,
                report_grids.chapter_grid(report, section),
                _parts(report, section, figures, commentary, revisions, dark),
            )
            for section in report.sections
        ),
        notes=(*report.caveats, *_METHODS, report_words.static_note()),
        sources=report.sources,
        link=link,
        notice=NOTICE if report.synthetic else "",
    )


def _parts(
    report: Report,
    section: Section,
    figures: ReportFigures,
    commentary: Mapping[str, str],
    revisions: Sequence[Revision],
    dark: bool,
) -> tuple[Part, ...]:
    """A part for each indicator that has a figure or a commentary, and one that lists those that are not in."""
    counted = [line for line in section.lines if line.measured != "rate_per_1000"]
    shown = [line for line in counted if line.quarter_value is not None or commentary.get(line.indicator)]
    parts = [_part(report, line, figures, commentary.get(line.indicator, ""), revisions, dark) for line in shown]
    missing = [line for line in counted if line not in shown]
    waiting = _without(report, f"Not yet in for {report.quarter.label}", [one for one in missing if not one.not_known])
    lost = _without(report, f"Not available for {report.area}", [one for one in missing if one.not_known])
    if missing:
        why = tuple(dict.fromkeys(line.not_known for line in missing if line.not_known))
        heading = "Figures not yet in" if waiting else "Figures not available"
        parts.append(Part(NOT_IN, heading, (*waiting, *lost), notes=why))
    return tuple(parts)


def _without(report: Report, start: str, lines: Sequence[Line]) -> tuple[Said, ...]:
    """Which indicators have no figure, in a sentence; nothing where there are none."""
    if not lines:
        return ()
    cells = tuple(Cell("This quarter", line.label, report.area, report.quarter.label, None) for line in lines)
    return (Said(f"{start}: {wording.listed([line.short for line in lines])}.", cells),)


def _part(
    report: Report, line: Line, figures: ReportFigures, commentary: str, revisions: Sequence[Revision], dark: bool
) -> Part:
    id_ = line.indicator
    compared, wards, places = report.compared_of(id_), report.wards_of(id_), report.places_of(id_)
    said = report_words.line_said(report, line)
    grids = [report_grids.months_grid(line)] if line.months else []
    if compared:
        said += area_words.compared_said(report, compared)
        grids.append(report_grids.compared_grid(report, compared))
    if wards:
        said += place_words.wards_said(report, wards)
        grids.append(report_grids.wards_grid(report, wards))
    if places:
        said += place_words.places_said(report, places)
        if places.places:
            grids.append(report_grids.places_grid(report, places))
    return Part(
        key=id_,
        heading=line.label,
        said=said,
        message=message_words.message(line),
        grids=tuple(grids),
        pictures=_pictures(id_, figures, report.area, dark),
        commentary=commentary,
        notes=(*(_revised(one) for one in revisions if one.indicator == id_), *line.notes),
        source=f"Source: {line.source}.",
    )


def _pictures(indicator: str, figures: ReportFigures, area: str, dark: bool) -> tuple[Picture, ...]:
    made = []
    if trend := figures.trends.get(indicator):
        title = f"{trend.title} in {area} by month"
        made.append(Picture(title, charts.trend(trend, dark=dark), trend, alt_texts.trend(trend)))
    if areas := figures.areas.get(indicator):
        what = wording.things(areas.title, areas.unit)
        title = wording.comparison_title(areas.table, what, area)
        made.append(
            Picture(title, comparison_charts.rates(areas, area, dark=dark), areas, comparison_words.rates_alt(areas))
        )
    return tuple(made)


def _revised(revision: Revision) -> str:
    """`Revised: 2020-21 Q2 (Jul to Sep 2020) was reported as 412 on 3 May 2021, now 431.`"""
    to_date = "the year to date to " if revision.figure == "year_to_date" else ""
    printed = wording.rate if _is_rate(revision.indicator) else wording.number
    on = f"{revision.issued_at.day} {revision.issued_at:%b %Y}"
    return (
        f"Revised: {to_date}{revision.quarter.label} in {revision.area} was reported as {printed(revision.reported)} "
        f"on {on}, now {printed(revision.now)}."
    )


def _is_rate(indicator: str) -> bool:
    unit = partnership().vocabulary.indicator(indicator).unit
    return unit in ("percent", "rate per 1,000")
