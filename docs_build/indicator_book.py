"""docs/indicators.md: each indicator of partnership.toml as a reviewed document."""

from __future__ import annotations

from docs_build.markdown import NOTICE, format_code, format_table, join_parts
from shp_data.domain.partnership import Partnership, partnership
from shp_data.domain.reported import classify_measure
from shp_data.domain.vocabulary import NO_PRIORITY, Indicator
from shp_view.text.wording import join_names

_HEAD = """# Indicator book

Every indicator in [`partnership.toml`](../partnership.toml): its names, what it counts, who supplies it and how it is
calculated. Change it there; the change is reviewed like code and appears here and on every page. The statistics are in
[methods.md](methods.md).

- **Kind**: *incident*, counted from records; *reported*, supplied as a number; *derived*, calculated from others.
- **More is**: *worse* or *better*; *neither* if a rise may also mean that more people report.
- **May be mapped**: whether it may be drawn on a map of wards or points.
"""
_CALCULATIONS = {
    "count": "As supplied for each month or quarter; a year to date is the sum of its quarters, unless it is supplied.",
    "level": "As supplied: a number at a point in time, so quarters are not added up.",
    "percent": "As supplied, in per cent; differences are in percentage points, and quarters are not added up.",
}


def write_document() -> str:
    """Return the whole book, with the plan's priorities in the order of the report."""
    current_partnership = partnership()
    indicators = current_partnership.vocabulary.indicators.values()
    rows = [(f"[{i.label}](#{i.id})", format_code(i.id), i.kind, i.unit) for i in indicators]
    parts = [_HEAD, NOTICE, format_table(("indicator", "id", "kind", "unit"), rows)]
    for priority, label in current_partnership.vocabulary.priorities.items():
        members = [i for i in indicators if i.priority == priority]
        parts += [f"## {label}"] * bool(members) + [_describe_indicator(i, current_partnership) for i in members]
    return join_parts(*parts)


def _describe_indicator(indicator: Indicator, partnership: Partnership) -> str:
    vocabulary = partnership.vocabulary
    priority = "none" if indicator.priority == NO_PRIORITY else vocabulary.priorities[indicator.priority]
    rows = [
        ("id", format_code(indicator.id)),
        ("short name", indicator.short),
        ("unit", indicator.unit),
        ("priority of the plan", priority),
        ("theme", f"{vocabulary.themes[indicator.theme]} ({format_code(indicator.theme)})"),
        ("kind", indicator.kind),
        ("more is", indicator.polarity),
        ("may be mapped", _format_yes_no(indicator.mappable)),
        ("areas compared in the report", _format_yes_no(indicator.compared)),
        ("supplier", indicator.source),
        ("how it is calculated", _describe_calculation(indicator, partnership)),
        ("caveats", " ".join(indicator.caveats) or "none"),
    ]
    # An anchor by id, because the heading, and with it the anchor that GitHub makes, may be reworded.
    return f'<a id="{indicator.id}"></a>\n\n### {indicator.label}\n\n' + format_table(("", ""), rows)


def _describe_calculation(indicator: Indicator, partnership: Partnership) -> str:
    if indicator.numerator:
        return f"{partnership.vocabulary.find_indicator(indicator.numerator).label}, over residents, times 1,000."
    if indicator.kind != "incident":
        months = " Its months are reported next to the quarter." if indicator.monthly else ""
        records = " Months that are loaded as records are counted from them instead." if indicator.records else ""
        return _CALCULATIONS[classify_measure(indicator)] + months + records
    categories_by_supplier = {
        supplier.name: [category for category, id_ in supplier.categories.items() if id_ == indicator.id]
        for supplier in partnership.suppliers.values()
        if not supplier.ready_made
    }
    category_notes = [
        f"{name} calls it {join_names(names)}." for name, names in categories_by_supplier.items() if names
    ]
    preferred = [partnership.vocabulary.find_indicator(id_).label for id_ in indicator.instead_of]
    notes = [f"The report shows it only if none of these is loaded: {join_names(preferred)}."] if preferred else []
    return " ".join(["Each record is one incident; records are counted.", *category_notes, *notes])


def _format_yes_no(value: bool) -> str:
    return "yes" if value else "no"
