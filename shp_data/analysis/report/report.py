"""The quarterly performance report: every indicator of the plan, in the columns that the partnership publishes."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from shp_data.analysis.context import BOUNDARIES, ONS, attributions, figure
from shp_data.analysis.report.report_blocks import compared, places, wards
from shp_data.analysis.report.report_lines import lines
from shp_data.analysis.report.report_numbers import Numbers, numbers
from shp_data.analysis.report.report_value import Compared, Line, Report, Section
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, parse_quarter
from shp_data.domain.selection import Selection, Viewer
from shp_data.domain.vocabulary import Indicator
from shp_data.store.facts import Store


def quarter_of(period: Period) -> Period:
    """Which quarter does a period end in? The report is of whole quarters."""
    return parse_quarter(period.last.quarter)


def report(store: Store, quarter: Period, area: str, viewer: Viewer) -> Report:
    """What is the quarterly performance report of a quarter and an LPA?

    `quarter`: a quarter of the financial year. `area`: the printed name of an LPA. Every indicator of the plan has
    a line; what is not loaded, or not supplied yet, is None in it. Partners see no repeat locations, and wards as
    everywhere. Raises SelectionError for another period or area, and NotAllowedError: it is not for the public.
    """
    known = partnership()
    if viewer.role == "public":
        raise NotAllowedError("the report is for the partnership alone: choose figures by ward or Local Policing Area")
    if quarter != quarter_of(quarter):
        raise SelectionError(f"the report is of a quarter; {quarter.label} is none. Choose such as 2020-21-Q3")
    if area not in known.areas.lpa_names:
        raise SelectionError(f"the report is of one area: {', '.join(known.areas.lpa_names)}; {area!r} is none of them")
    found = numbers(store, quarter, viewer)
    plan = {
        priority: [one for one in indicators if _shown(store, one, quarter, area)]
        for priority, indicators in known.vocabulary.of_the_plan().items()
    }
    own_lines = lines(found, [one for own in plan.values() for one in own], area, quarter, viewer)
    sections = tuple(
        Section(known.vocabulary.priorities[priority], tuple(own_lines[one.id] for one in own))
        for priority, own in plan.items()
        if own
    )
    return _whole(found, sections, area, quarter, viewer)


def _whole(found: Numbers, sections: tuple[Section, ...], area: str, quarter: Period, viewer: Viewer) -> Report:
    """The report of an area's sections, with the blocks, sources and caveats that belong to it."""
    store, words = found.store, partnership().vocabulary
    own = {line.indicator: line for section in sections for line in section.lines}
    incidents = [id_ for id_ in own if words.indicator(id_).kind == "incident"]
    counted = [id_ for id_ in incidents if store.covers([id_], quarter, (area,))]
    about = figure(store, Selection(tuple(counted), quarter, (area,)), pd.DataFrame()) if counted else None
    months = store.months()
    mapped = [id_ for id_ in counted if words.indicator(id_).mappable]
    vintage = partnership().areas.vintage_on(quarter.last.last_day)
    by_ward = [id_ for id_ in mapped if store.covers([id_], quarter, (area,), wards=vintage)]
    return Report(
        partnership=partnership().name,
        area=area,
        quarter=quarter,
        as_of=months[-1].label if months else "no month",
        synthetic=store.synthetic,
        sections=sections,
        compared=tuple(
            _compared(found, id_, own, area, quarter, viewer) for id_ in own if words.indicator(id_).compared
        ),
        wards=tuple(wards(store, id_, area, quarter, viewer) for id_ in by_ward),
        places=tuple(places(store, id_, area, quarter, viewer) for id_ in mapped if viewer.role == "analyst"),
        sources=_sources(about.sources if about else (), own.values(), mapped=bool(mapped)),
        caveats=(*_caveats(about.caveats if about else (), own.values()), *_of_role(viewer)),
    )


def _of_role(viewer: Viewer) -> tuple[str, ...]:
    """What the report leaves out for those who are no analyst."""
    if viewer.role == "analyst":
        return ()
    small = partnership().disclosure.withhold_under - 1
    return (
        f"By ward, counts from 1 to {small} are withheld, and others from which they could be worked out. Repeat "
        "locations are for the analyst alone.",
    )


def _shown(store: Store, indicator: Indicator, quarter: Period, area: str) -> bool:
    """Does the report name an indicator? One that stands in for others only where it is loaded and they are not."""
    others = [id_ for id_ in indicator.instead_of if store.covers([id_], quarter, (area,))]
    return not indicator.instead_of or (store.covers([indicator.id], quarter, (area,)) and not others)


def _compared(
    found: Numbers, indicator: str, own: dict[str, Line], area: str, quarter: Period, viewer: Viewer
) -> Compared:
    """The areas side by side; the report's own area with the lines that it has already."""
    words = partnership().vocabulary
    rate = next((i for i in words.indicators.values() if i.numerator == indicator and i.kind == "derived"), None)
    asked = [words.indicator(indicator), *([rate] if rate else [])]
    by_area = {
        lpa: own if lpa == area else lines(found, asked, lpa, quarter, viewer) for lpa in partnership().areas.lpa_names
    }
    return compared(found.store, indicator, rate.id if rate else None, by_area, quarter, viewer)


def _sources(counted: Iterable[str], lines: Iterable[Line], *, mapped: bool) -> tuple[str, ...]:
    """An attribution for each source of the incidents, each supplier of a figure, the residents and the boundaries."""
    words = partnership().vocabulary
    given = {
        line.source
        for line in lines
        if line.quarter_value is not None and words.indicator(line.indicator).kind == "reported"
    }
    return tuple(dict.fromkeys((*counted, *attributions(given), ONS, *((BOUNDARIES,) if mapped else ()))))


def _caveats(counted: Iterable[str], lines: Iterable[Line]) -> tuple[str, ...]:
    """What stands under the whole report: what holds of its incidents, and how its rates are made."""
    rates = [line for line in lines if line.measured == "rate_per_1000" and line.quarter_value is not None]
    basis = (
        "Quarters and the year to date are over the same residents: those of the year before the financial year's "
        "start. A rate published over another year's residents differs in the first decimal.",
    )
    own = {note for line in lines for note in line.notes}
    return tuple(note for note in dict.fromkeys((*counted, *(basis if rates else ()))) if note not in own)
