"""The text of the Repeat locations page: its title and sentences, its list, and the alternative texts."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis.context import name_area, name_location
from shp_data.analysis.places.concentration import Half, find_half
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_view.text import wording
from shp_view.text.coverage_words import explain_coverage
from shp_view.text.rows import make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.text.wording import capitalise, format_count, format_number, format_percent

MOST = 300  # locations that a list and a map show: more could not be read, and would be slow to send
_ALL_NAMED = 10  # locations: an alternative text that names more would be as long as the list
PICKED = (
    "Locations are listed because their count is high now. Many of them fall back later by themselves (regression "
    "to the mean)."
)
_UNKNOWN = (
    "Some months of this period or of the one before are not loaded, so it is not possible to say which repeat "
    "locations are new."
)


def write_title(figure: Figure, minimum: int, selection: Selection, *, whole: bool) -> str:
    """Write how many locations had the minimum or more. `whole`: whether every month of the period is loaded."""
    threshold = f"{format_number(minimum)} or more {name_subject(figure)}"
    if not figure.coverage.is_complete:
        return f"Locations with {threshold}: {wording.NOT_AVAILABLE}"
    if not whole:
        return f"Locations with {threshold}: some months of the period are not loaded"
    count_text = format_count(len(figure.table), "locations")
    return f"{capitalise(count_text)} in {name_area(selection)} had {threshold}"


def describe_states(figure: Figure, cleared: Figure, minimum: int, before: Period) -> str:
    """Describe how many locations are new, continuing and no longer repeat locations since the period before."""
    if not figure.coverage.is_complete:
        return explain_coverage(figure.coverage)
    states = figure.table["state"]
    if states.isna().any():
        return _UNKNOWN
    least, count = f"{format_number(minimum)} or more", len(states)
    old, former = int((states == "continuing").sum()), len(cleared.table)
    they, are = ("it", "It is") if count == 1 else ("they", "All are")
    sentences = []
    if count and not old:
        sentences.append(f"{are} new: {they} had fewer than {format_number(minimum)} in {before.label}.")
    elif count and old == count:
        sentences.append(f"{are} continuing: {they} also had {least} in {before.label}.")
    elif count:
        sentences.append(
            f"{format_number(count - old)} {wording.choose_is(count - old)} new, and {format_number(old)} also had "
            f"{least} in {before.label}."
        )
    if former:
        # The period has its name in the sentence before, if there is one.
        then = "then" if sentences else f"in {before.label}"
        they, have = ("it", "has") if former == 1 else ("they", "have")
        a_location = "a repeat location" if former == 1 else "repeat locations"
        sentences.append(
            f"{format_count(former, 'locations')} {wording.choose_is(former)} no longer {a_location}: "
            f"{they} had {least} {then} and {have} fewer now."
        )
    if not count:
        sentences.append("To see more, choose a smaller number, a longer period or a larger area.")
    return " ".join(sentences)


def explain_chance(observed: int, expected: float) -> str:
    """Compare the number of such locations with the number expected by chance; empty if there are neither."""
    # Under a half rounds to none, and "about 0" would not be plain English.
    few = expected < 0.5
    if few and not observed:
        return ""
    number = "none" if few else f"about {format_number(expected)}"
    return (
        f"If the incidents of each ward were spread evenly over its known locations, you would expect {number}. "
        "Some locations always have more than others, so a higher number is common."
    )


def describe_half(half_point: Half | None, unit: str) -> str:
    """Describe how few locations have half of the incidents; empty if there are no incidents."""
    if half_point is None:
        return ""
    return (
        f"Half of the {unit} happened at {format_percent(half_point.share)} of the locations with any "
        f"({format_number(half_point.locations)} of {format_number(half_point.all_locations)})."
    )


def write_half_title(half_point: Half, unit: str) -> str:
    """Write the share of locations that have half of the incidents, as a chart title."""
    return f"Half of the {unit} happened at {format_percent(half_point.share)} of the locations"


def select_busiest(figure: Figure) -> Figure:
    """Select the busiest locations, as many as a list and a map show; add a caveat if there are more."""
    count = len(figure.table)
    if count <= MOST:
        return figure
    caveat = (
        f"Showing the {format_number(MOST)} busiest of {format_number(count)} locations. "
        "The downloads contain all of them."
    )
    return replace(figure, table=figure.table.head(MOST), caveats=(caveat, *figure.caveats))


def list_locations(figure: Figure, *, numbered: bool = False) -> Figure:
    """List the locations by name, or by a description, with their wards.

    `numbered`: whether each has its number on the map in front.
    """
    # Numbers are given here, in the order of the list, so that list and map agree.
    pairs = enumerate(zip(figure.table["location"], figure.table["ward"], strict=True), 1)
    names = [f"{f'{position}. ' if numbered else ''}{name_location(name)}, {ward}" for position, (name, ward) in pairs]
    return replace(figure, table=figure.table.assign(location=names))


def describe_map(figure: Figure, cleared: Figure) -> str:
    """Describe the map: the number of locations of each kind, and the busiest."""
    rows = make_plain_rows(figure.table, ["location", "ward", "count", "state"])
    if not rows:
        return f"Map without any repeat location. No longer repeat locations: {format_number(len(cleared.table))}."
    states = [row["state"] for row in rows]
    kinds = [f"{format_number(states.count(state))} {state}" for state in ("new", "continuing") if state in states]
    kinds += [f"{format_number(len(cleared.table))} no longer repeat locations"] if len(cleared.table) else []
    texts = [
        f"{name_location(row['location'])} in {row['ward']} ({format_number(row['count'])})"
        for row in rows[:_ALL_NAMED]
    ]
    kinds_text = f": {wording.join_names(kinds)}" if kinds else ""
    return (
        f"Map of {format_count(len(rows), 'repeat locations')}{kinds_text}. The busiest: {wording.join_names(texts)}."
    )


def describe_curve(curve: Figure) -> str:
    """Describe the curve of the concentration: where it reaches half, and the number of locations."""
    half_point = find_half(curve)
    if half_point is None:
        return wording.NO_FIGURE
    return (
        f"Curve of the share of {curve.unit} at the busiest locations, from none to all of "
        f"{format_count(half_point.all_locations, 'locations')}, with the straight line of an even spread. "
        f"It reaches half at {format_percent(half_point.share)} of them ({format_number(half_point.locations)})."
    )
