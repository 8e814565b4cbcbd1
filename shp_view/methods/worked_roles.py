"""Worked example of what a role sees: the rule on an invented line, and what is withheld of the data in view."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shp_data.analysis.context import area_of
from shp_data.analysis.report.report import quarter_of
from shp_data.domain.disclosure_rule import rounded, withheld
from shp_data.domain.partnership import partnership
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.reading import is_protected, summary
from shp_view.methods.worked_data import InView, NoExampleError
from shp_view.text import wording

LINE = {"A": 0, "B": 1, "C": 2, "D": 6, "E": 9}  # invented, and the same whatever is loaded


def _roles(data: InView) -> str:
    return f"{_invented()}\n\n{_in_view(data)}"


def _invented() -> str:
    """What a partner and the public see of five invented wards."""
    policy = partnership().disclosure
    shown = {name: count for name, count in LINE.items() if name not in withheld(LINE, policy.withhold_under)}
    hidden, left = LINE.keys() - shown, sum(LINE.values()) - sum(shown.values())
    public = {name: rounded(count, policy.round_to) for name, count in shown.items()}
    return (
        f"Five wards have {_told(LINE)}, {sum(LINE.values())} together. A partner sees {_told(shown)}, and can "
        f"work out that {wording.listed(sorted(hidden))} have {left} together. The public sees "
        f"{_told(public)}."
    )


def _told(line: Mapping[str, int]) -> str:
    return wording.listed([f"{name} {count}" for name, count in line.items()]) if line else "none of them"


def _in_view(data: InView) -> str:
    """How many of the counts by ward are withheld, indicator by indicator."""
    quarter = quarter_of(data.chosen.period)
    names = {
        row["indicator"]: row["name"]
        for row in data.counted
        if data.store.covers([row["indicator"]], quarter, data.chosen.areas)
    }
    if not names:
        raise NoExampleError(f"{quarter.label} is not loaded whole: choose another period.")
    chosen = Selection(tuple(names), quarter, data.chosen.areas)
    viewer = Viewer("partner") if data.viewer.role == "analyst" else data.viewer  # never more than one's own role sees
    where = f"**{area_of(chosen)}, {quarter.label}**"
    if not is_protected(data.store, chosen, viewer):
        return f"{where}: all that is loaded is published already, so nothing is withheld."
    shown = summary(data.store, chosen, ["indicator", "lpa", "ward"], viewer)
    missing = shown["count"].isna().groupby(shown["indicator"])
    told = [f"{names[id_]} {wording.number(of.sum())} of {len(of)}" for id_, of in missing if len(of)]
    return f"{where}, counts by ward, and of what lies in none, that are withheld from partners: {'; '.join(told)}."


EXAMPLES: dict[str, Callable[[InView], str]] = {"roles": _roles}
