"""The quarterly performance report: every indicator of the plan, in the columns that the partnership publishes."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from shp_data.analysis.context import BOUNDARIES, ONS, build_figure, describe_rates, list_attributions
from shp_data.analysis.report.report_blocks import (
    build_comparison,
    build_hotspots,
    build_repeat_locations,
    build_wards,
)
from shp_data.analysis.report.report_lines import build_lines
from shp_data.analysis.report.report_numbers import ReportNumbers, read_numbers
from shp_data.analysis.report.report_value import AreaComparison, Line, Report, Section
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.figure import Caveat
from shp_data.domain.periods import Period, parse_quarter
from shp_data.domain.vocabulary import Indicator
from shp_data.store.reading import Reader


def find_quarter(period: Period) -> Period:
    """Return the quarter in which a period ends. The report covers whole quarters."""
    return parse_quarter(period.last.quarter)


def build_report(reader: Reader, quarter: Period, area: str) -> Report:
    """Build the quarterly performance report of a quarter and an LPA.

    `quarter`: a quarter of the financial year. `area`: the printed name of an LPA. Every indicator of the
    plan has a line; what is not loaded, or not supplied yet, is None in it. Partners see no repeat locations
    and no hotspots, and see wards as on every page. Raises SelectionError for another period or area, and
    NotAllowedError for the public.
    """
    lpas, vocabulary = reader.partnership.areas.lpa_names, reader.partnership.vocabulary
    if reader.viewer.role == "public":
        raise NotAllowedError("the report is for the partnership alone: choose figures by ward or Local Policing Area")
    if quarter != find_quarter(quarter):
        raise SelectionError(f"the report is of a quarter; {quarter.label} is none. Choose such as 2020-21-Q3")
    if area not in lpas:
        raise SelectionError(f"the report is of one area: {', '.join(lpas)}; {area!r} is none of them")
    numbers = read_numbers(reader, quarter)
    plan = {
        priority: [indicator for indicator in indicators if _is_included(reader, indicator, quarter, area)]
        for priority, indicators in vocabulary.list_by_priority().items()
    }
    # All lines at once, whatever their section: the changes of a report are judged as one set of tests.
    lines = build_lines(numbers, [indicator for group in plan.values() for indicator in group], area, quarter)
    sections = tuple(
        Section(vocabulary.priorities[priority], tuple(lines[indicator.id] for indicator in group))
        for priority, group in plan.items()
        if group
    )
    return _assemble_report(numbers, sections, area, quarter)


def _assemble_report(numbers: ReportNumbers, sections: tuple[Section, ...], area: str, quarter: Period) -> Report:
    """Assemble an area's report from its sections, adding the blocks, sources and caveats."""
    reader = numbers.reader
    store, areas, vocabulary = reader.store, reader.partnership.areas, reader.partnership.vocabulary
    lines = {line.indicator: line for section in sections for line in section.lines}
    counted = [id_ for id_, line in lines.items() if line.is_from_records]
    # One figure of all that is counted, only for the sources and caveats that it would have.
    counted_selection = reader.partnership.select(tuple(counted), quarter, (area,))
    figure = build_figure(reader, counted_selection, pd.DataFrame()) if counted else None
    months = store.list_months()
    mapped = [id_ for id_ in counted if vocabulary.find_indicator(id_).mappable]
    ward_year = areas.find_ward_year(quarter.last.last_day)
    by_ward = [id_ for id_ in mapped if store.covers([id_], quarter, (area,), wards=ward_year)]
    repeated = mapped if reader.viewer.role == "analyst" else []
    return Report(
        partnership=reader.partnership.name,
        area=area,
        quarter=quarter,
        as_of=months[-1].label if months else "no month",
        synthetic=store.has_synthetic,
        sections=sections,
        compared=tuple(
            _compare_areas(numbers, id_, lines, area, quarter)
            for id_ in lines
            if vocabulary.find_indicator(id_).compared
        ),
        wards=tuple(build_wards(reader, id_, area, quarter) for id_ in by_ward),
        places=tuple(build_repeat_locations(reader, id_, area, quarter) for id_ in repeated),
        hotspots=tuple(build_hotspots(reader, id_, area, quarter) for id_ in repeated),
        sources=_list_sources(reader, figure.sources if figure else (), lines.values(), mapped=bool(mapped)),
        caveats=(
            *_list_caveats(figure.caveats if figure else (), lines.values(), _explain_rates(numbers, area, quarter)),
            *_explain_role(reader),
        ),
    )


def _explain_role(reader: Reader) -> tuple[str, ...]:
    """Explain what the report leaves out for viewers other than the analyst."""
    if reader.viewer.role == "analyst":
        return ()
    small = reader.partnership.disclosure.withhold_under - 1
    return (
        f"By ward, counts from 1 to {small} are withheld, and others from which they could be worked out. Repeat "
        "locations and hotspots are for the analyst alone.",
    )


def _is_included(reader: Reader, indicator: Indicator, quarter: Period, area: str) -> bool:
    """Return whether the report includes an indicator.

    One that replaces others is included only where it is loaded and they are not.
    """
    # The same incidents must not be in the report twice, in a total and in its parts.
    others = [id_ for id_ in indicator.instead_of if reader.store.covers([id_], quarter, (area,))]
    return not indicator.instead_of or (reader.store.covers([indicator.id], quarter, (area,)) and not others)


def _compare_areas(
    numbers: ReportNumbers, indicator: str, area_lines: dict[str, Line], area: str, quarter: Period
) -> AreaComparison:
    """Compare the areas for an indicator, reusing the lines of the report's area."""
    vocabulary = numbers.reader.partnership.vocabulary
    rate = next((i for i in vocabulary.indicators.values() if i.numerator == indicator and i.kind == "derived"), None)
    indicators = [vocabulary.find_indicator(indicator), *([rate] if rate else [])]
    by_area = {
        lpa: area_lines if lpa == area else build_lines(numbers, indicators, lpa, quarter)
        for lpa in numbers.reader.partnership.areas.lpa_names
    }
    return build_comparison(numbers.reader, indicator, rate.id if rate else None, by_area, quarter)


def _list_sources(reader: Reader, counted: Iterable[str], lines: Iterable[Line], *, mapped: bool) -> tuple[str, ...]:
    """List the attributions of the incidents, the suppliers of figures, the residents and the boundaries."""
    vocabulary = reader.partnership.vocabulary
    suppliers = {
        line.source
        for line in lines
        if line.quarter_value is not None
        and not line.is_from_records
        and vocabulary.find_indicator(line.indicator).kind == "reported"
    }
    return tuple(dict.fromkeys((*counted, *list_attributions(suppliers), ONS, *((BOUNDARIES,) if mapped else ()))))


def _explain_rates(numbers: ReportNumbers, area: str, quarter: Period) -> tuple[str, ...]:
    """Explain which residents the rates of the quarter and of the earlier ones are over."""
    periods = (quarter.last_year, quarter.previous, quarter)
    return (
        *describe_rates(numbers.find_population(area, period) for period in periods),
        "Quarters and the year to date are over the same residents: those of the year before the financial year's "
        "start. A rate published over another year's residents differs in the first decimal.",
    )


def _list_caveats(counted: Iterable[Caveat], lines: Iterable[Line], basis: Iterable[str]) -> tuple[Caveat, ...]:
    """List the caveats under the whole report: those of its incidents, and the basis of its rates."""
    rates = [line for line in lines if line.measured == "rate_per_1000" and line.quarter_value is not None]
    line_notes = {note for line in lines for note in line.notes}
    # What is printed under its line is not printed again under the report.
    return tuple(note for note in dict.fromkeys((*counted, *(basis if rates else ()))) if note not in line_notes)
