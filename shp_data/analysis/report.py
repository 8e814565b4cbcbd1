"""The quarterly performance report: every indicator of the plan, in the columns that the partnership publishes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from shp_data.analysis.context import BOUNDARIES, ONS, attributions, figure
from shp_data.analysis.dispersion import ASSUMED
from shp_data.analysis.report_blocks import compared, places, wards
from shp_data.analysis.report_numbers import Numbers, numbers, one_month
from shp_data.analysis.report_value import Against, Chance, Compared, Covid, Line, MonthValue, Report, Section
from shp_data.analysis.significance import Comparison
from shp_data.analysis.verdicts import Pair, judged, pairs
from shp_data.domain.errors import NotAllowedError, SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, parse_quarter, runs
from shp_data.domain.reported import Measured, measured
from shp_data.domain.selection import Selection, Viewer
from shp_data.domain.vocabulary import Indicator
from shp_data.store.reading import Store


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
        priority: [one for one in indicators if _shown(store, one, quarter)]
        for priority, indicators in known.vocabulary.of_the_plan().items()
    }
    lines = _lines(found, [one for own in plan.values() for one in own], area, quarter, viewer)
    sections = tuple(
        Section(known.vocabulary.priorities[priority], tuple(lines[one.id] for one in own))
        for priority, own in plan.items()
        if own
    )
    return _whole(found, sections, area, quarter, viewer)


def _whole(found: Numbers, sections: tuple[Section, ...], area: str, quarter: Period, viewer: Viewer) -> Report:
    """The report of an area's sections, with the blocks, sources and caveats that belong to it."""
    store, words = found.store, partnership().vocabulary
    own = {line.indicator: line for section in sections for line in section.lines}
    counted = [id_ for id_ in own if words.indicator(id_).kind == "incident" and store.covers([id_], quarter)]
    about = figure(store, Selection(tuple(counted), quarter, (area,)), pd.DataFrame()) if counted else None
    months = store.months()
    mapped = [id_ for id_ in counted if words.indicator(id_).mappable]
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
        wards=tuple(wards(store, id_, area, quarter, viewer) for id_ in mapped),
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


def _shown(store: Store, indicator: Indicator, quarter: Period) -> bool:
    """Does the report name an indicator? One that stands in for others only where it is loaded and they are not."""
    others = [id_ for id_ in indicator.instead_of if store.covers([id_], quarter)]
    return not indicator.instead_of or (store.covers([indicator.id], quarter) and not others)


def _lines(
    found: Numbers, indicators: Iterable[Indicator], area: str, quarter: Period, viewer: Viewer
) -> dict[str, Line]:
    """The lines of an area by indicator; their changes are judged together, as one table of many."""
    listed = list(indicators)
    tested = [_pair(found, one, area, quarter, viewer) for one in listed]
    chances = [_chance(one, pair) for one, pair in zip(judged(tested), tested, strict=True)]
    return {one.id: _line(found, one, area, quarter, chance) for one, chance in zip(listed, chances, strict=True)}


def _line(found: Numbers, indicator: Indicator, area: str, quarter: Period, chance: Chance | None) -> Line:
    value = found.value(indicator, area, quarter)
    kind = measured(indicator)
    to_date = found.year_to_date(indicator, area, quarter)
    counted = partnership().vocabulary.indicator(indicator.numerator).unit if indicator.numerator else indicator.unit
    return Line(
        indicator=indicator.id,
        area=area,
        label=indicator.label,
        short=indicator.short,
        unit=counted,
        measured=kind,
        polarity=indicator.polarity,
        source=indicator.source,
        year_to_date=to_date.value,
        quarter_value=value,
        last_year=_against(kind, value, found.value(indicator, area, quarter.last_year)),
        previous_quarter=_against(kind, value, found.value(indicator, area, quarter.previous)),
        year_to_date_as=to_date.comes_from,
        year_to_date_sum=to_date.differs_from,
        chance=chance,
        months=_months(found, indicator, area, quarter),
        covid=_covid(found, indicator, area, quarter),
        notes=_notes(found, indicator, area, quarter),
    )


def _against(kind: Measured, value: float | None, base: float | None) -> Against | None:
    """A value beside an earlier one; None where there is no earlier one."""
    if base is None:
        return None
    if value is None:
        return Against(base, None, None)
    difference = float(Decimal(repr(value)) - Decimal(repr(base)))  # 2.9 less 3.3 is 0.4, not 0.3999
    if kind == "percent":
        return Against(base, None, difference)
    return Against(base, difference, difference / base * 100 if base else None)


def _pair(found: Numbers, indicator: Indicator, area: str, quarter: Period, viewer: Viewer) -> Pair | None:
    """What is to be tested of an indicator: its two counts. Levels, percentages and rates are not tested."""
    now, before = (found.value(indicator, area, period) for period in (quarter, quarter.last_year))
    if measured(indicator) != "count" or now is None or before is None:
        return None
    if indicator.kind == "reported":
        return Pair(int(now), int(before), 1.0, 1.0, ASSUMED)
    row = pd.DataFrame({"count": [int(now)], "last_year": [int(before)]})
    return pairs(found.store, Selection((indicator.id,), quarter, (area,)), row, (), viewer)[0]


def _chance(compared: Comparison | None, pair: Pair | None) -> Chance | None:
    if compared is None or pair is None:
        return None
    spread = pair.spread.phi if pair.spread.estimated else None
    ratio, low, high = (_finite(end) for end in (compared.rate_ratio, compared.low, compared.high))
    return Chance(ratio, low, high, compared.p_value, compared.verdict, spread)


def _finite(value: float | None) -> float | None:
    return value if value is not None and value < float("inf") else None


def _months(found: Numbers, indicator: Indicator, area: str, quarter: Period) -> tuple[MonthValue, ...]:
    """The months of the quarter; none where not one of them is known."""
    if indicator.kind == "derived":
        return ()
    made = tuple(
        MonthValue(
            str(month),
            found.value(indicator, area, one_month(month)),
            found.excluding_covid(indicator, area, one_month(month)) if indicator.kind == "incident" else None,
        )
        for month in quarter
    )
    return made if any(month.value is not None for month in made) else ()


def _covid(found: Numbers, indicator: Indicator, area: str, quarter: Period) -> Covid | None:
    if indicator.kind != "incident":
        return None
    count, without = found.value(indicator, area, quarter), found.excluding_covid(indicator, area, quarter)
    if not count or without is None:
        return None
    related = int(count) - without
    return Covid(related, related / count * 100, without, found.excluding_covid(indicator, area, quarter.last_year))


def _notes(found: Numbers, indicator: Indicator, area: str, quarter: Period) -> tuple[str, ...]:
    """What a reader of the line must know: its caveats, and what of it is missing or does not add up."""
    notes = list(indicator.caveats)
    if indicator.kind == "incident":
        loaded = set(found.store.months([indicator.id]))
        missing = [month for month in quarter if month not in loaded]
        if missing:
            notes.append(f"Not loaded: {', '.join(run.label for run in runs(missing))}.")
    if indicator.kind == "reported":
        given, added = found.given(indicator, area, quarter), found.sum_of_months(indicator, area, quarter)
        if given is None and added is None:
            notes.append(f"Not yet in: no figure for {quarter.label} has been supplied.")
        if given and added is not None and added != given.value:
            notes.append(f"The months supplied add up to {added:,.0f}, not to the quarter's {given.value:,.0f}.")
    return tuple(notes)


def _compared(
    found: Numbers, indicator: str, own: dict[str, Line], area: str, quarter: Period, viewer: Viewer
) -> Compared:
    """The areas side by side; the report's own area with the lines that it has already."""
    words = partnership().vocabulary
    rate = next((i for i in words.indicators.values() if i.numerator == indicator and i.kind == "derived"), None)
    asked = [words.indicator(indicator), *([rate] if rate else [])]
    lines = {
        lpa: own if lpa == area else _lines(found, asked, lpa, quarter, viewer) for lpa in partnership().areas.lpa_names
    }
    return compared(found.store, indicator, rate.id if rate else None, lines, quarter, viewer)


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
