"""The paper of a report: its sentences, tables and charts in order, for the page and every document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shp_data.analysis.report.report_figures import ReportFigures
from shp_data.analysis.report.report_value import Line, Report, Section
from shp_data.analysis.report.revisions import Revision
from shp_data.domain.partnership import partnership
from shp_view.charts import comparison_charts, trend_charts
from shp_view.documents.paper import NOTICE, Chapter, Paper, Part, Picture
from shp_view.maps import hexagon_maps
from shp_view.report import report_grids
from shp_view.text import alt_texts, comparison_words, hotspot_words, report_sentences, wording
from shp_view.text.coverage_words import list_caveats
from shp_view.text.report_sentences import Sentence, SentenceValue
from shp_view.text.verdict_words import GRADES
from shp_view.theme import LIGHT

MISSING_FIGURES = "not-in"  # the key of the part that lists missing figures: nobody comments on it
_METHODS = (
    "Changes are those on the same quarter last year, tested against chance and normal month-to-month variation "
    f"(E-test). {GRADES} Tested together are all indicators in all areas, or all wards of an indicator. At most 1 in "
    "20 of the clear changes is expected to be false.",
)


def build_paper(
    report: Report,
    figures: ReportFigures,
    commentary: Mapping[str, str],
    revisions: Sequence[Revision],
    link: str = "",
    *,
    dark: bool = False,
) -> Paper:
    """Build the paper of a report.

    Parameters
    ----------
    report : Report
        The report.
    figures : ReportFigures
        The figures that its charts show.
    commentary : Mapping[str, str]
        The analyst's words by indicator.
    revisions : Sequence[Revision]
        The figures that an earlier report gave otherwise.
    link : str
        The address that reproduces the report on the dashboard.
    dark : bool
        Whether its charts are for a dark page.

    Returns
    -------
    Paper
        The paper with its summary, chapters, notes and sources.
    """
    return Paper(
        title=report_sentences.build_title(report),
        block=(
            ("Report of", report.partnership),
            ("Area", report.area),
            ("Period", report.quarter.label),
            ("Compared with", f"{report.quarter.last_year.label}; {report.quarter.previous.label}"),
            ("Data to", report.as_of),
        ),
        summary=report_sentences.list_key_messages(report),
        overview=report_grids.build_overview_table(report),
        chapters=tuple(
            Chapter(section.priority, report_grids.build_chapter_table(report, section), parts)
            for section in report.sections
            if (parts := _build_parts(report, section, figures, commentary, revisions, dark))
        ),
        unsupplied=report_sentences.describe_unsupplied(report),
        notes=(*list_caveats(report.caveats), *_METHODS, report_sentences.explain_static()),
        sources=report.sources,
        link=link,
        notice=NOTICE if report.synthetic else "",
    )


def _build_parts(
    report: Report,
    section: Section,
    figures: ReportFigures,
    commentary: Mapping[str, str],
    revisions: Sequence[Revision],
    dark: bool,
) -> tuple[Part, ...]:
    """Build a part for each indicator with a figure or a commentary, and one that lists the missing figures."""
    # A rate is of the indicator it belongs to, and is in that indicator's table of areas.
    lines = [line for line in section.lines if line.measured != "rate_per_1000"]
    reported = [line for line in lines if line.quarter_value is not None or commentary.get(line.indicator)]
    parts = [
        _build_part(report, line, figures, commentary.get(line.indicator, ""), revisions, dark) for line in reported
    ]
    missing = [line for line in lines if line not in reported and line.is_supplied]
    # Not yet received: the supplier will still send it. Not available: no supplier covers this area.
    awaited = [line for line in missing if line.coverage.is_complete]
    unavailable = [line for line in missing if not line.coverage.is_complete]
    if missing:
        texts = (
            *_list_missing(report, f"Not yet received for {report.quarter.label}", awaited),
            *_list_missing(report, f"Not available for {report.area}", unavailable),
        )
        heading = "Figures not yet received" if awaited else "Figures not available"
        reasons = list_caveats(line.coverage for line in unavailable)
        parts.append(Part(MISSING_FIGURES, heading, texts, notes=reasons))
    return tuple(parts)


def _list_missing(report: Report, start: str, lines: Sequence[Line]) -> tuple[Sentence, ...]:
    """List the indicators without a figure in a sentence. Return nothing where there are none."""
    if not lines:
        return ()
    values = tuple(SentenceValue("This quarter", line.label, report.area, report.quarter.label, None) for line in lines)
    return (Sentence(f"{start}: {wording.join_names([line.short for line in lines])}.", values),)


def _build_part(
    report: Report, line: Line, figures: ReportFigures, commentary: str, revisions: Sequence[Revision], dark: bool
) -> Part:
    """Build the part of one indicator: its sentences, tables, charts and notes."""
    id_ = line.indicator
    compared, wards, hotspots = report.find_comparison(id_), report.find_wards(id_), report.find_hotspots(id_)
    locations = report.find_repeat_locations(id_)
    sentences = report_sentences.describe_line(report, line)
    revision_notes = [_describe_revision(revision) for revision in revisions if revision.indicator == id_]
    # A sentence comes with its table: the order is from the area as a whole down to single locations.
    grids = [report_grids.build_month_table(line)] if line.months else []
    if compared:
        sentences += report_sentences.describe_comparison(report, compared)
        grids.append(report_grids.build_comparison_table(report, compared))
    if wards:
        sentences += report_sentences.describe_wards(report, wards)
        grids.append(report_grids.build_ward_table(report, wards))
    if hotspots and hotspots.is_known:
        sentences += report_sentences.describe_hotspots(report, hotspots)
        if hotspots.hotspots:
            grids.append(report_grids.build_hotspot_table(report, hotspots))
    if locations:
        sentences += report_sentences.describe_locations(report, locations)
        if locations.places:
            grids.append(report_grids.build_location_table(report, locations))
    return Part(
        key=id_,
        heading=line.label,
        sentences=sentences,
        message=report_sentences.write_message(line),
        tables=tuple(grids),
        pictures=_draw_pictures(id_, figures, report, dark),
        commentary=commentary,
        notes=(*revision_notes, *list_caveats(line.notes)),
        source=f"Source: {line.source}.",
    )


def _draw_pictures(indicator: str, figures: ReportFigures, report: Report, dark: bool) -> tuple[Picture, ...]:
    """Draw the charts of an indicator: its trend, its rate by area, and the map of its hotspots."""
    pictures, area = [], report.area
    if trend := figures.trends.get(indicator):
        title, chart = f"{trend.title} in {area} by month", trend_charts.draw_trend(trend, dark=dark)
        pictures.append(Picture(title, chart, trend, alt_texts.describe_trend(trend)))
    if areas := figures.areas.get(indicator):
        what = wording.name_counted_unit(areas.title, areas.unit)
        title = wording.build_comparison_title(areas.table, what, area)
        chart = comparison_charts.draw_rates(areas, area, dark=dark)
        pictures.append(Picture(title, chart, areas, comparison_words.describe_rates(areas)))
    # Last, because meeting packs name a chart by its place in this list.
    if hotspots := figures.hotspots.get(indicator):
        selection = partnership().select((indicator,), report.quarter, (area,))
        title, spec = hotspot_words.write_title(hotspots), hexagon_maps.draw_cell_picture(hotspots, selection)
        spec |= {"background": LIGHT.background}  # maps on paper are in the colours of a light page
        alt = f"{title}. {hotspot_words.describe_hotspots(hotspots)}"
        largest = hotspot_words.list_largest(hotspots.joined)
        pictures.append(Picture(title, spec, hotspots.joined, alt, largest, is_detail=True))
    return tuple(pictures)


def _describe_revision(revision: Revision) -> str:
    """Describe a revision: `Revised: 2020-21 Q2 (Jul to Sep 2020) was reported as 412 on 3 May 2021, now 431.`"""
    to_date = "the year to date to " if revision.figure == "year_to_date" else ""
    unit = partnership().vocabulary.find_indicator(revision.indicator).unit
    format_value = wording.format_rate if unit in ("percent", "rate per 1,000") else wording.format_number
    issue_date = f"{revision.issued_at.day} {revision.issued_at:%b %Y}"
    return (
        f"Revised: {to_date}{revision.quarter.label} in {revision.area} was reported as "
        f"{format_value(revision.reported)} on {issue_date}, now {format_value(revision.now)}."
    )
