"""Worked example of what a role sees: the rule on an invented line, and what is withheld of the data in view."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shp_data.analysis.context import name_area
from shp_data.analysis.report.report import find_quarter
from shp_data.domain.disclosure import find_withheld, round_count
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Viewer
from shp_data.store.reading import Reader, count_records, is_protected
from shp_view.methods.worked_data import ExampleData, NoExampleError
from shp_view.text import wording

INVENTED_COUNTS = {"A": 0, "B": 1, "C": 2, "D": 6, "E": 9}  # invented, and the same whatever is loaded


def _explain_roles(data: ExampleData) -> str:
    return f"{_describe_invented()}\n\n{_describe_withheld(data)}"


def _describe_invented() -> str:
    """Describe what a partner and the public see of five invented wards."""
    policy = partnership().disclosure
    visible = {
        name: count
        for name, count in INVENTED_COUNTS.items()
        if name not in find_withheld(INVENTED_COUNTS, policy.withhold_under)
    }
    hidden, hidden_total = INVENTED_COUNTS.keys() - visible, sum(INVENTED_COUNTS.values()) - sum(visible.values())
    public = {name: round_count(count, policy.round_to) for name, count in visible.items()}
    return (
        f"Five wards have {_list_counts(INVENTED_COUNTS)}, {sum(INVENTED_COUNTS.values())} together. A partner sees {_list_counts(visible)}, and can "
        f"work out that {wording.join_names(sorted(hidden))} have {hidden_total} together. The public sees "
        f"{_list_counts(public)}."
    )


def _list_counts(line: Mapping[str, int]) -> str:
    return wording.join_names([f"{name} {count}" for name, count in line.items()]) if line else "none of them"


def _describe_withheld(data: ExampleData) -> str:
    """Describe how many of the counts by ward are withheld, indicator by indicator."""
    quarter = find_quarter(data.selection.period)
    names = {
        row["indicator"]: row["name"]
        for row in data.complete_rows
        if data.reader.store.covers([row["indicator"]], quarter, data.selection.areas)
    }
    if not names:
        raise NoExampleError(f"{quarter.label} is not loaded whole: choose another period.")
    selection = partnership().select(tuple(names), quarter, data.selection.areas)
    viewer = (
        Viewer("partner") if data.reader.viewer.role == "analyst" else data.reader.viewer
    )  # never more than one's own role sees
    where = f"**{name_area(selection)}, {quarter.label}**"
    if not is_protected(Reader(data.reader.store, viewer), selection):
        return f"{where}: all that is loaded is published already, so nothing is withheld."
    table = count_records(Reader(data.reader.store, viewer), selection, ["indicator", "lpa", "ward"])
    missing = table["count"].isna().groupby(table["indicator"])
    withheld_counts = [
        f"{names[id_]} {wording.format_number(missing_rows.sum())} of {len(missing_rows)}"
        for id_, missing_rows in missing
        if len(missing_rows)
    ]
    return f"{where}, counts by ward, and of what lies in none, that are withheld from partners: {'; '.join(withheld_counts)}."


EXAMPLES: dict[str, Callable[[ExampleData], str]] = {"roles": _explain_roles}
