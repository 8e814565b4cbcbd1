"""The tables of the report as they are printed: indicators in the published columns, areas, months, wards, places."""

from __future__ import annotations

from collections.abc import Sequence

from shp_data.analysis.report.report_value import Compared, Line, Places, Report, Section, Standing, Wards
from shp_view.documents.paper import Grid
from shp_view.text import wording
from shp_view.text.area_words import rank_words, ranked
from shp_view.text.comparison_words import rank_words as open_ranks
from shp_view.text.place_words import total_of
from shp_view.text.report_cells import LAST_YEAR, PREVIOUS, THIS, difference, pct_difference, printed, things_of
from shp_view.text.wording import NOT_AVAILABLE, SMALL_BASE, capital, month_label, number, percent

NOT_YET_IN = "not yet in"
WITHHELD = "withheld"
SMALL_NOTE = f"* % of fewer than {SMALL_BASE}: it says less than it seems to."
_VERDICT, _STATE = "More than chance?", "New or continuing"
_RANK, _OPEN = "Rank by rate", "Ranks that chance leaves open"
_WORDS = (_VERDICT, _RANK, _OPEN, _STATE)
_CHANGE = ("Difference", "% difference", _VERDICT)


def chapter_grid(report: Report, section: Section) -> Grid:
    """The indicators of a priority in the published columns, each quarter with its months."""
    quarter = report.quarter
    header = ("Indicator", f"Year to date ({quarter.year_to_date.span})", *_quarters(report), *_CHANGE)
    rows = tuple((line.label, printed(line.measured, line.year_to_date), *_changes(line)) for line in section.lines)
    return Grid(_caption(f"{section.priority}, {report.area}, {quarter.label}", rows), header, rows, words=_WORDS)


def compared_grid(report: Report, compared: Compared) -> Grid:
    """The areas side by side: counts, change, the rate per 1,000, its rank, and the ranks that chance leaves open."""
    of = ranked(compared)
    header = ("Area", *_quarters(report), *_CHANGE, "Rate per 1,000", _RANK, _OPEN)
    rows = tuple(
        (
            one.area,
            *_changes(one.count),
            wording.rate(one.rate.quarter_value if one.rate else None),
            *(_ranks(one, of) if one.rank is not None else (NOT_AVAILABLE, NOT_AVAILABLE)),
        )
        for one in compared.areas
    )
    caption = f"{capital(things_of(compared.indicator))} by area, {report.quarter.label}"
    return Grid(_caption(caption, rows), header, rows, words=_WORDS)


def months_grid(line: Line) -> Grid:
    """The months of the quarter, with and without COVID-related where they are marked, and the quarter."""
    marked = any(month.excluding_covid is not None for month in line.months)
    found = [(month_label(month.month), month.value, month.excluding_covid) for month in line.months]
    if line.measured == "count":
        found.append((THIS, line.quarter_value, line.covid.excluding if line.covid else None))
    rows = [
        (name, _or_not_in(line, value), *((printed(line.measured, without),) if marked else ()))
        for name, value, without in found
    ]
    header = ("Month", capital(line.unit), *(("Without COVID-related",) if marked else ()))
    return Grid(f"{line.label}, {line.area}, by month", header, tuple(rows))


def wards_grid(report: Report, wards: Wards) -> Grid:
    """The wards with their counts, last year's, their share of the area and their verdict; the unplaced last."""
    last_year, _, this_quarter = _quarters(report)
    header = ("Ward", last_year, this_quarter, "Share", _VERDICT)
    rows = [
        (
            ward.ward,
            number(ward.last_year),
            WITHHELD if ward.count is None else number(ward.count),
            percent(ward.share),
            capital(ward.verdict) if ward.verdict else NOT_AVAILABLE,
        )
        for ward in wards.wards
    ]
    if wards.unplaced:
        share = percent(100 * wards.unplaced / total_of(report, wards))
        shown = (NOT_AVAILABLE, number(wards.unplaced), share, NOT_AVAILABLE)
        rows.append(("In none of the wards", *shown))
    caption = f"{capital(things_of(wards.indicator))} by ward of {wards.vintage}, {report.area}, {report.quarter.label}"
    return Grid(caption, header, tuple(rows), words=_WORDS)


def places_grid(report: Report, places: Places) -> Grid:
    """The repeat locations with their wards and counts, new or continuing."""
    least = f"{number(places.minimum)} or more {things_of(places.indicator)}"
    caption = f"Places with {least}, {report.area}, {report.quarter.label}"
    rows = tuple(
        (place.location, place.ward, number(place.count), capital(place.state) if place.state else NOT_AVAILABLE)
        for place in places.places
    )
    return Grid(caption, ("Place", "Ward", THIS, _STATE), rows, texts=2, words=_WORDS)


def _quarters(report: Report) -> tuple[str, str, str]:
    """The headers of the three quarters that are printed, each with its months."""
    quarter = report.quarter
    named = {LAST_YEAR: quarter.last_year, PREVIOUS: quarter.previous, THIS: quarter}
    first, second, third = (f"{name} ({period.span})" for name, period in named.items())
    return first, second, third


def _changes(line: Line) -> tuple[str, ...]:
    """A line in the columns of the three quarters, the change on last year, and whether it is more than chance."""
    before, earlier = line.last_year, line.previous_quarter
    percentage = pct_difference(line, before)
    small = line.measured in ("count", "level") and before is not None and before.base < SMALL_BASE
    known = line.quarter_value is not None and before is not None
    return (
        printed(line.measured, before.base if before else None),
        printed(line.measured, earlier.base if earlier else None),
        _or_not_in(line, line.quarter_value),
        difference(line, before),
        f"{percentage}*" if small and percentage != NOT_AVAILABLE else percentage,
        capital(line.chance.verdict) if line.chance else "Not tested" if known else NOT_AVAILABLE,
    )


def _ranks(one: Standing, known: Sequence[Standing]) -> tuple[str, str]:
    """Where a rate stands among those known, and the ranks that chance leaves open."""
    rank = rank_words(one, known).removeprefix("the ")
    return capital(rank), capital(open_ranks(one.rank_low, one.rank_high, len(known)))


def _or_not_in(line: Line, value: float | None) -> str:
    if value is None and not line.not_known:
        return NOT_YET_IN
    return printed(line.measured, value)


def _caption(text: str, rows: tuple[tuple[str, ...], ...]) -> str:
    """The caption, with what the mark of a small percentage means where a row bears one."""
    return f"{text}. {SMALL_NOTE}" if any(cell.endswith("%*") for row in rows for cell in row) else text
