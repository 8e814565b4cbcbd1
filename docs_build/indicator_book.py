"""docs/indicators.md: each indicator of partnership.toml as a reviewed document."""

from __future__ import annotations

from docs_build.markdown import NOTICE, code, page, table
from shp_data.domain.partnership import Partnership, partnership
from shp_data.domain.reported import classify_measure
from shp_data.domain.vocabulary import NO_PRIORITY, Indicator
from shp_view.text.wording import join_names

_HEAD = """# Indicator book

Every indicator of [`partnership.toml`](../partnership.toml): what it is called, what it counts, where it comes from and
how it is made. A change is made there, reviewed like code, and shows here and on every page. What is done with the
counts is in [methods.md](methods.md).

- **Kind**: *incident*, counted here from one record each; *reported*, supplied as a number; *derived*, worked out here.
- **More is**: *worse* or *better* where a rise can be judged so; *neither* where more may also mean more reports.
- **May be mapped**: whether it may ever be drawn on a map of wards or points.
"""
_MADE = {
    "count": "As supplied for each month or quarter; a year to date is the sum of its quarters, unless it is supplied.",
    "level": "As supplied: a number at a point in time, so quarters are not added up.",
    "percent": "As supplied, in per cent; differences are in percentage points, and quarters are not added up.",
}


def document() -> str:
    """The whole book, the plan's priorities in the report's order."""
    known = partnership()
    indicators = known.vocabulary.indicators.values()
    rows = [(f"[{i.label}](#{i.id})", code(i.id), i.kind, i.unit) for i in indicators]
    parts = [_HEAD, NOTICE, table(("indicator", "id", "kind", "unit"), rows)]
    for priority, label in known.vocabulary.priorities.items():
        of_it = [i for i in indicators if i.priority == priority]
        parts += [f"## {label}"] * bool(of_it) + [_described(i, known) for i in of_it]
    return page(*parts)


def _described(one: Indicator, known: Partnership) -> str:
    words = known.vocabulary
    facts = [
        ("id", code(one.id)),
        ("short name", one.short),
        ("unit", one.unit),
        ("priority of the plan", "none" if one.priority == NO_PRIORITY else words.priorities[one.priority]),
        ("theme", f"{words.themes[one.theme]} ({code(one.theme)})"),
        ("kind", one.kind),
        ("more is", one.polarity),
        ("may be mapped", _yes(one.mappable)),
        ("areas set side by side in the report", _yes(one.compared)),
        ("source", one.source),
        ("how it is made", _made(one, known)),
        ("caveats", " ".join(one.caveats) or "none"),
    ]
    return f'<a id="{one.id}"></a>\n\n### {one.label}\n\n' + table(("", ""), facts)


def _made(one: Indicator, known: Partnership) -> str:
    if one.numerator:
        return f"{known.vocabulary.find_indicator(one.numerator).label}, over residents, times 1,000."
    if one.kind != "incident":
        months = " Its months are reported beside the quarter." if one.monthly else ""
        return _MADE[classify_measure(one)] + months
    called = [
        f"{source.name} calls it {join_names([theirs for theirs, id_ in source.categories.items() if id_ == one.id])}."
        for source in known.suppliers.values()
        if one.id in source.categories.values()
    ]
    only = [known.vocabulary.find_indicator(id_).label for id_ in one.instead_of]
    shown = [f"The report shows it only where neither of these is loaded: {join_names(only)}."] if only else []
    return " ".join(["One record, one incident: records are counted.", *called, *shown])


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
