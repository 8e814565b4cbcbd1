"""The sentences on what the loaded records leave without a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shp_data.analysis.context import name_indicators
from shp_data.domain.clock import UK
from shp_data.domain.counting import format_count, join_names
from shp_data.domain.events import DatedEvent
from shp_data.domain.figure import Caveat, Coverage, CoverageState, Figure
from shp_data.domain.periods import Month, group_into_periods
from shp_data.store.completeness import MonthDecision
from shp_view.text.wording import capitalise

MANY = 0.1  # the share of records without coordinates from which on a page says so over everything else
_NAMED = 3  # so many sources or areas are named; of more it is said how many


def explain_coverage(coverage: Coverage) -> str:
    """Explain what has no figure, and why. Return "" where the coverage is complete."""
    if coverage.state == "complete":
        return ""
    runs = group_into_periods(coverage.months)
    if coverage.state == "months missing":
        labels = ", ".join(run.label for run in runs)
        return f"Not loaded: {labels}. What lacks a month is not compared with a whole."
    if coverage.state == "partial supplier":
        ((name, areas),) = coverage.suppliers
        return f"{name} covers {join_names(areas)} alone: of other areas it says nothing."
    if coverage.state in ("other supplier", "other areas"):
        return _describe_other_supplier(coverage)
    if coverage.state == "areas missing":
        return _explain_missing_areas(coverage)
    if coverage.is_doubt:
        return _explain_doubt(coverage)
    if coverage.state == "left out":
        months = join_names([name_month(month) for month in coverage.months])
        verb = "is" if len(coverage.months) == 1 else "are"
        return f"{months} {verb} left out of {name_indicators(coverage.indicators)}, by the decision of an analyst."
    records = f"of the records of {name_indicators(coverage.indicators)}"
    if coverage.state == "partly unplaced":
        return _describe_unplaced_share(records, coverage.share)
    if coverage.state in ("at no place", "in no hexagon"):
        return f"None {records} has coordinates, so no {coverage.state.split()[-1]} counts them."
    records = f"{records} in {join_names([run.span for run in runs])}"
    if coverage.state == "in no ward":
        return f"Too many {records} lie in no ward of {coverage.ward_year}, so their wards have no figure."
    if coverage.state == "in no LSOA":
        return f"Too many {records} have no coordinates, so their LSOAs have no figure."
    return f"None {records} has coordinates or a ward, so no area or ward has a figure."


_LOOKS: dict[CoverageState, str] = {
    "possibly incomplete": "looks incomplete",
    "possibly too large": "looks too large",
    "unusually placed": "has an unusual number of records without a place",
}


def name_month(month: Month) -> str:
    """Name a month in full: `March 2024`."""
    return f"{month.first_day:%B %Y}"


def _explain_doubt(coverage: Coverage) -> str:
    """Explain why a month is in question: `March 2024 looks incomplete: 14 records, about 360 expected (...).`"""
    numbers = ""
    if coverage.count is not None and coverage.expected is not None:
        numbers = f": {format_count(coverage.count, 'records')}, about {coverage.expected:,} expected"
    subject = ", ".join((name_indicators(coverage.indicators), *coverage.areas))
    return f"{name_month(coverage.months[0])} {_LOOKS[coverage.state]}{numbers} ({subject})."


def mark_doubts(monthly: Figure) -> Figure:
    """Add the months in question to the events of a trend, so that its chart marks them."""
    chart_months = set(monthly.table["month"])
    # Several questions on one month are one mark, and so are months in a row.
    months = {month for doubt in monthly.doubts for month in doubt.months if str(month) in chart_months}
    events = tuple(DatedEvent("in question", run.first, run.last, "") for run in group_into_periods(months))
    if not events:
        return monthly
    start = len(monthly.events) + 1
    text = "; ".join(f"{number} {event.period.span}: {event.label}" for number, event in enumerate(events, start))
    return replace(monthly, events=(*monthly.events, *events), caveats=(*monthly.caveats, f"{text}."))


def describe_decision(doubt: Coverage, decision: MonthDecision, *, applies: bool = True) -> str:
    """Describe a decision on a month: what was decided, by whom, when, and on what."""
    at = decision.at.astimezone(UK)
    outcome = "complete" if decision.is_complete else "left out"
    text = (
        f"{name_month(doubt.months[0])}: {outcome}. {decision.by}, {at.day} {at:%b %Y, %H:%M}. {_explain_doubt(doubt)}"
    )
    return text if applies else f"{text} The month has another count now, so this decision no longer applies."


def list_doubts(doubts: Sequence[Coverage]) -> list[str]:
    """List the first months in question as sentences, and how many more there are."""
    sentences = [explain_coverage(doubt) for doubt in doubts[:_NAMED]]
    more = len(doubts) - _NAMED
    return sentences + (
        [f"{format_count(more, 'more months')} {'is' if more == 1 else 'are'} in question: see the Data page."]
        if more > 0
        else []
    )


def list_caveats(caveats: Iterable[Caveat]) -> tuple[str, ...]:
    """List the caveats of a figure or a report as sentences, each once."""
    texts = (explain_coverage(caveat) if isinstance(caveat, Coverage) else caveat for caveat in caveats)
    return tuple(dict.fromkeys(texts))


def _explain_missing_areas(coverage: Coverage) -> str:
    """Name the suppliers that cover only some areas, and the areas that have no figure."""
    more = len(coverage.suppliers) - _NAMED
    sentences = [f"{name} covers {_name_areas(areas)} alone" for name, areas in coverage.suppliers[:_NAMED]]
    if more > 0:
        sentences.append(f"{format_count(more, 'more sources')} {'covers' if more == 1 else 'cover'} some areas alone")
    together = f", nor for {coverage.together} together" if coverage.together else ""
    return (
        f"{join_names(sentences)}: there is no figure of {name_indicators(coverage.indicators)} "
        f"for {_name_areas(coverage.areas)}{together}."
    )


def _describe_other_supplier(coverage: Coverage) -> str:
    """Say that the records of a supplier in areas that it is not responsible for are counted apart."""
    ((name, areas),) = coverage.suppliers
    if coverage.state == "other areas":
        which = join_names(areas) if areas else "none of the areas"
        return f"{name} is now responsible for {which}, but was not when its records were loaded: load its files again."
    verb = "is" if coverage.records == 1 else "are"
    apart = f"{capitalise(format_count(coverage.records, 'records'))} from {name} {verb} counted apart"
    if areas:
        return f"{apart}: it is responsible only for {_name_areas(areas)}."
    return f"{apart}: it is responsible for none of the areas, so its months do not count as loaded."


def _describe_unplaced_share(records: str, share: float) -> str:
    if share == 1:
        return f"None {records} in this period has coordinates or a ward, so no area counts them."
    which = "Many" if share >= MANY else "Some"
    return f"{which} {records} in this period have neither coordinates nor a ward, so no area counts them."


def _name_areas(names: Sequence[str]) -> str:
    return join_names(names) if len(names) <= _NAMED else f"{len(names):,} Local Policing Areas"
