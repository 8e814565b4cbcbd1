"""The tables of the report as they are printed: indicators, areas, months, wards and locations.

The indicators are in the published columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from shp_data.analysis.report.report_value import (
    AreaComparison,
    AreaStanding,
    Line,
    RepeatLocations,
    Report,
    ReportHotspots,
    ReportWards,
    Section,
)
from shp_view.documents.paper import PaperTable
from shp_view.text import hotspot_words, verdict_words, wording
from shp_view.text.comparison_words import name_ranks
from shp_view.text.report_sentences import (
    LAST_YEAR,
    PREVIOUS,
    THIS,
    count_total,
    format_difference,
    format_pct_difference,
    format_value,
    list_ranked_areas,
    name_incidents,
    name_missing,
    name_rank,
)
from shp_view.text.wording import (
    NOT_AVAILABLE,
    SMALL_BASE,
    capitalise,
    format_month,
    format_number,
    format_percent,
    label_column,
)

WITHHELD = "withheld"
SMALL_NOTE = f"* Based on fewer than {SMALL_BASE}; interpret with caution."
_VERDICT, _STATE = label_column("verdict"), "New or continuing"
_RANK, _OPEN = "Rank by rate", "Range of ranks (95%)"
_PATTERN = label_column("pattern")
_WORDS = (_VERDICT, _RANK, _OPEN, _STATE, _PATTERN)
_CHANGED = (LAST_YEAR, PREVIOUS, THIS, "Difference", "% difference", _VERDICT)
_PUBLISHED = ("Indicator", "Year to date", *_CHANGED)


def build_overview_table(report: Report) -> PaperTable:
    """Build the table of every indicator in the published columns, under a heading for each priority."""
    rows = tuple(
        row
        for section in report.sections
        if (indicators := _build_indicator_rows(section))
        for row in ((section.priority, *[""] * (len(_PUBLISHED) - 1)), *indicators)
    )
    return PaperTable(_write_published_caption("Every indicator", report, rows), _PUBLISHED, rows, words=_WORDS)


def build_chapter_table(report: Report, section: Section) -> PaperTable:
    """Build the table of a priority's indicators in the published columns."""
    rows = _build_indicator_rows(section)
    return PaperTable(_write_published_caption(section.priority, report, rows), _PUBLISHED, rows, words=_WORDS)


def _build_indicator_rows(section: Section) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (line.label, format_value(line.measured, line.year_to_date), *_format_changes(line))
        for line in section.lines
        if line.is_supplied
    )


def build_comparison_table(report: Report, compared: AreaComparison) -> PaperTable:
    """Build the table of areas: counts, change, the rate per 1,000, its rank, and its range of ranks."""
    ranked_areas = list_ranked_areas(compared)
    header = ("Area", *_CHANGED, "Rate per 1,000", _RANK, _OPEN)
    rows = tuple(
        (
            standing.area,
            *_format_changes(standing.count),
            wording.format_rate(standing.rate.quarter_value if standing.rate else None),
            *(_format_ranks(standing, ranked_areas) if standing.rank is not None else (NOT_AVAILABLE, NOT_AVAILABLE)),
        )
        for standing in compared.areas
    )
    caption = f"{capitalise(name_incidents(compared.indicator))} by area, {report.quarter.label}"
    return PaperTable(_write_caption(caption, rows), header, rows, words=_WORDS)


def build_month_table(line: Line) -> PaperTable:
    """Build the table of the quarter and its months, without COVID-related incidents as well if marked."""
    marked = any(month.excluding_covid is not None for month in line.months)
    values = [(format_month(month.month), month.value, month.excluding_covid) for month in line.months]
    if line.measured == "count":
        values.append((THIS, line.quarter_value, line.covid.excluding if line.covid else None))
    rows = [
        (name, _format_or_missing(line, value), *((format_value(line.measured, without),) if marked else ()))
        for name, value, without in values
    ]
    header = ("Month", capitalise(line.unit), *(("Without COVID-related",) if marked else ()))
    return PaperTable(f"{line.label}, {line.area}, by month", header, tuple(rows), is_detail=True)


def build_ward_table(report: Report, wards: ReportWards) -> PaperTable:
    """Build the table of wards: counts, last year's, share of the area and verdict.

    Incidents in no ward come last.
    """
    header = ("Ward", LAST_YEAR, THIS, "Share", _VERDICT)
    rows = [
        (
            ward.ward,
            format_number(ward.last_year),
            WITHHELD if ward.count is None else format_number(ward.count),
            format_percent(ward.share),
            verdict_words.LABELS[ward.verdict] if ward.verdict else NOT_AVAILABLE,
        )
        for ward in wards.wards
    ]
    # Without this row the wards would not add up to the total in the text.
    if wards.unplaced:
        share = format_percent(100 * wards.unplaced / count_total(report, wards))
        rows.append(("In none of the wards", NOT_AVAILABLE, format_number(wards.unplaced), share, NOT_AVAILABLE))
    what = capitalise(name_incidents(wards.indicator))
    caption = f"{what}, ward boundaries of {wards.vintage}, {report.area}, {report.quarter.label}"
    return PaperTable(caption, header, tuple(rows), words=_WORDS, is_detail=True)


def build_location_table(report: Report, repeat_locations: RepeatLocations) -> PaperTable:
    """Build the table of repeat locations with their wards and counts, new or continuing."""
    least = f"{format_number(repeat_locations.minimum)} or more {name_incidents(repeat_locations.indicator)}"
    caption = f"Locations with {least}, {report.area}, {report.quarter.label}"
    rows = tuple(
        (
            place.location,
            place.ward,
            format_number(place.count),
            capitalise(place.state) if place.state else NOT_AVAILABLE,
        )
        for place in repeat_locations.places
    )
    return PaperTable(caption, ("Location", "Ward", THIS, _STATE), rows, texts=2, words=_WORDS, is_detail=True)


def build_hotspot_table(report: Report, hotspots: ReportHotspots) -> PaperTable:
    """Build the table of hotspots, numbered as on their map: wards, counts, share, verdict, months and development."""
    header = ("Hotspot", "Ward", LAST_YEAR, THIS, "Share", _VERDICT, label_column("hot_months"), _PATTERN)
    rows = tuple(
        (
            f"{number}. {hotspot.name}",
            hotspot_words.shorten_wards(hotspot.ward),
            format_number(hotspot.last_year),
            format_number(hotspot.count),
            format_percent(hotspot.share),
            verdict_words.LABELS[hotspot.verdict] if hotspot.verdict else NOT_AVAILABLE,
            f"{hotspot.hot_months} of {hotspot.judged_months}",
            hotspot_words.PATTERNS[hotspot.pattern] if hotspot.pattern else NOT_AVAILABLE,
        )
        for number, hotspot in enumerate(hotspots.hotspots, 1)
    )
    caption = f"Hotspots of {name_incidents(hotspots.indicator)}, {report.area}, {report.quarter.label}"
    return PaperTable(caption, header, rows, texts=2, words=_WORDS, is_detail=True)


def _format_changes(line: Line) -> tuple[str, ...]:
    """Format a line as the columns of three quarters, the change on last year, and its verdict."""
    before, earlier = line.last_year, line.previous_quarter
    percentage = format_pct_difference(line, before)
    # A percentage of a percentage is in points, which need no warning.
    small = line.measured in ("count", "level") and before is not None and before.base < SMALL_BASE
    comparable = line.quarter_value is not None and before is not None
    return (
        format_value(line.measured, before.base if before else None),
        format_value(line.measured, earlier.base if earlier else None),
        _format_or_missing(line, line.quarter_value),
        format_difference(line, before),
        f"{percentage}*" if small and percentage != NOT_AVAILABLE else percentage,
        verdict_words.LABELS[line.chance.verdict] if line.chance else "Not tested" if comparable else NOT_AVAILABLE,
    )


def _format_ranks(standing: AreaStanding, ranked_areas: Sequence[AreaStanding]) -> tuple[str, str]:
    """Format the rank of an area's rate, and its range of ranks."""
    rank = name_rank(standing, ranked_areas).removeprefix("the ")
    low, high = standing.rank_low, standing.rank_high
    return capitalise(rank), NOT_AVAILABLE if low is None or high is None else capitalise(name_ranks(low, high))


def _format_or_missing(line: Line, value: float | None) -> str:
    return name_missing(line) if value is None else format_value(line.measured, value)


def _write_published_caption(what: str, report: Report, rows: tuple[tuple[str, ...], ...]) -> str:
    """Write the caption of a table in the published columns, with the months of the year to date."""
    year_to_date = f"Year to date: {report.quarter.year_to_date.span}"
    return _write_caption(f"{what}, {report.area}, {report.quarter.label}. {year_to_date}", rows)


def _write_caption(text: str, rows: tuple[tuple[str, ...], ...]) -> str:
    """Write the caption, and explain the mark of a small percentage if a row has one."""
    return f"{text}. {SMALL_NOTE}" if any(cell.endswith("%*") for row in rows for cell in row) else text
