"""The repeat locations in words: the page's title and sentences, its list, and the alternative texts."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis.context import name_area, name_location
from shp_data.analysis.places.concentration import Half, find_half
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_view.text import wording
from shp_view.text.rows import make_plain_rows
from shp_view.text.sentences import name_subject
from shp_view.text.wording import capitalise, format_count, format_number, format_percent

MOST = 300  # places that a list and a map show: more could not be read, and would be slow to send
_ALL_NAMED = 10  # places: an alternative text that names more would be as long as the list
PICKED = (
    "Places come to notice when they have many incidents: of places picked so, more rise on last year than by chance, "
    "and most have fewer again later."
)
_UNKNOWN = (
    "New, continuing and cleared places cannot be told apart: not all of this period and of the one before is loaded."
)


def write_title(figure: Figure, minimum: int, selection: Selection, *, whole: bool) -> str:
    """Write how many locations had the minimum or more. `whole`: whether every month of the period is loaded."""
    threshold = f"{format_number(minimum)} or more {name_subject(figure)}"
    if figure.not_known:
        return f"Places with {threshold}: {wording.NOT_AVAILABLE}"
    if not whole:
        return f"Places with {threshold}: the period is not loaded whole"
    count_text = format_count(len(figure.table), "places") if len(figure.table) else "no place"
    return f"{capitalise(count_text)} in {name_area(selection)} had {threshold}"


def describe_states(figure: Figure, cleared: Figure, minimum: int, before: Period) -> str:
    """Describe how many locations are new, continuing and cleared since the period before."""
    if figure.not_known:
        return figure.not_known
    states = figure.table["state"]
    if states.isna().any():
        return _UNKNOWN
    least, count = f"{format_number(minimum)} or more", len(states)
    old, gone = int((states == "continuing").sum()), len(cleared.table)
    they, are = ("it", "It is") if count == 1 else ("they", "All are")
    sentences = []
    if count and not old:
        sentences.append(f"{are} new: {they} had fewer than {format_number(minimum)} in {before.label}.")
    elif count and old == count:
        sentences.append(f"{are} continuing: {they} had {least} in {before.label}, too.")
    elif count:
        sentences.append(
            f"{format_number(count - old)} {_choose_is(count - old)} new, and {format_number(old)} had {least} in {before.label}, too."
        )
    if gone:
        then = "then" if sentences else f"in {before.label}"
        they, have = ("it", "has") if gone == 1 else ("they", "have")
        sentences.append(
            f"{format_count(gone, 'places')} {_choose_is(gone)} cleared: {they} had {least} {then} and {have} fewer now."
        )
    if not count:
        sentences.append("For more, choose a smaller number, a longer period or a larger area.")
    return " ".join(sentences)


def explain_chance(observed: int, expected: float) -> str:
    """Compare the number of such locations with the number expected by chance; empty if there are neither."""
    few = expected < 0.5
    if few and not observed:
        return ""
    about = (
        "fewer than one such place"
        if few
        else f"about {format_count(int(wording.round_number(expected)), 'such places')}"
    )
    return (
        f"Chance alone would make {about}, if the incidents of each ward fell on all its known places alike; places "
        "are not alike, so more than that is usual."
    )


def describe_half(half_point: Half | None, unit: str) -> str:
    """Describe how few locations hold half of the incidents; empty if there are no incidents."""
    if half_point is None:
        return ""
    return (
        f"Half of the {unit} happened at {format_percent(half_point.share)} of the places where there were any "
        f"({format_number(half_point.locations)} of {format_number(half_point.all_locations)})."
    )


def write_half_title(half_point: Half, unit: str) -> str:
    """Write the share of locations that hold half of the incidents, as a chart title."""
    return f"Half of the {unit} happened at {format_percent(half_point.share)} of the places"


def select_busiest(figure: Figure) -> Figure:
    """Select the busiest locations, as many as a list and a map show; add a caveat if there are more."""
    count = len(figure.table)
    if count <= MOST:
        return figure
    caveat = f"Shown are the {format_number(MOST)} of {format_number(count)} places with the most; the tables to download hold them all."
    return replace(figure, table=figure.table.head(MOST), caveats=(caveat, *figure.caveats))


def list_locations(figure: Figure, *, numbered: bool = False) -> Figure:
    """List the locations by name, or by a description, with their wards.

    `numbered`: whether each has its number on the map in front.
    """
    pairs = enumerate(zip(figure.table["location"], figure.table["ward"], strict=True), 1)
    names = [f"{f'{position}. ' if numbered else ''}{name_location(name)}, {ward}" for position, (name, ward) in pairs]
    return replace(figure, table=figure.table.assign(location=names))


def describe_map(figure: Figure, cleared: Figure) -> str:
    """Describe the map: the number of locations of each kind, and the busiest."""
    rows = make_plain_rows(figure.table, ["location", "ward", "count", "state"])
    if not rows:
        return f"Map without any repeat location. {capitalise(format_count(len(cleared.table), 'places'))} cleared."
    states = [row["state"] for row in rows]
    kinds = [f"{format_number(states.count(state))} {state}" for state in ("new", "continuing") if state in states]
    kinds += [f"{format_number(len(cleared.table))} cleared"] if len(cleared.table) else []
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
        return "No figure is available to draw."
    return (
        f"Curve of the share of {curve.unit} held by the busiest places, from none to all of "
        f"{format_count(half_point.all_locations, 'places')}, over the straight line of an even spread. It reaches half at "
        f"{format_percent(half_point.share)} of them ({format_number(half_point.locations)})."
    )


def _choose_is(count: int) -> str:
    return "is" if count == 1 else "are"
