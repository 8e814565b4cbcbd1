"""The repeat locations in words: the page's title and sentences, its list, and the alternative texts."""

from __future__ import annotations

from dataclasses import replace

from shp_data.analysis.context import area_of, place_name
from shp_data.analysis.places.concentration import Half, half
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection
from shp_view.text import wording
from shp_view.text.rows import plain_rows
from shp_view.text.sentences import what_of
from shp_view.text.wording import capital, counted, number, percent

MOST = 300  # places that a list and a map show: more could not be read, and would be slow to send
_ALL_NAMED = 10  # places: an alternative text that names more would be as long as the list
PICKED = (
    "Places come to notice when they have many incidents: of places picked so, more rise on last year than by chance, "
    "and most have fewer again later."
)
_UNKNOWN = (
    "New, continuing and cleared places cannot be told apart: not all of this period and of the one before is loaded."
)


def title(found: Figure, minimum: int, chosen: Selection, *, whole: bool) -> str:
    """How many places had the minimum or more? `whole`: whether every month of the period is loaded."""
    said = f"{number(minimum)} or more {what_of(found)}"
    if found.not_known:
        return f"Places with {said}: {wording.NOT_AVAILABLE}"
    if not whole:
        return f"Places with {said}: the period is not loaded whole"
    many = counted(len(found.table), "places") if len(found.table) else "no place"
    return f"{capital(many)} in {area_of(chosen)} had {said}"


def states_sentence(found: Figure, cleared: Figure, minimum: int, before: Period) -> str:
    """How many of the places are new, continuing and cleared since the period before?"""
    if found.not_known:
        return found.not_known
    states = found.table["state"]
    if states.isna().any():
        return _UNKNOWN
    least, count = f"{number(minimum)} or more", len(states)
    old, gone = int((states == "continuing").sum()), len(cleared.table)
    they, are = ("it", "It is") if count == 1 else ("they", "All are")
    told = []
    if count and not old:
        told.append(f"{are} new: {they} had fewer than {number(minimum)} in {before.label}.")
    elif count and old == count:
        told.append(f"{are} continuing: {they} had {least} in {before.label}, too.")
    elif count:
        told.append(
            f"{number(count - old)} {_be(count - old)} new, and {number(old)} had {least} in {before.label}, too."
        )
    if gone:
        then = "then" if told else f"in {before.label}"
        they, have = ("it", "has") if gone == 1 else ("they", "have")
        told.append(f"{counted(gone, 'places')} {_be(gone)} cleared: {they} had {least} {then} and {have} fewer now.")
    if not count:
        told.append("For more, choose a smaller number, a longer period or a larger area.")
    return " ".join(told)


def chance_sentence(observed: int, expected: float) -> str:
    """How many such places are there, beside those to expect by chance? Empty where there are neither."""
    few = expected < 0.5
    if few and not observed:
        return ""
    about = "fewer than one such place" if few else f"about {counted(int(wording.rounded(expected)), 'such places')}"
    return (
        f"Chance alone would make {about}, if the incidents of each ward fell on all its known places alike; places "
        "are not alike, so more than that is usual."
    )


def half_sentence(found: Half | None, unit: str) -> str:
    """How few places hold half of the incidents? Empty where nothing happened."""
    if found is None:
        return ""
    return (
        f"Half of the {unit} happened at {percent(found.share)} of the places where there were any "
        f"({number(found.places)} of {number(found.of)})."
    )


def half_title(found: Half, unit: str) -> str:
    """The same as a message over its chart."""
    return f"Half of the {unit} happened at {percent(found.share)} of the places"


def busiest(figure: Figure) -> Figure:
    """As many of the places as a list and a map show, those with the most; with a caveat where there are more."""
    many = len(figure.table)
    if many <= MOST:
        return figure
    cut = f"Shown are the {number(MOST)} of {number(many)} places with the most; the tables to download hold them all."
    return replace(figure, table=figure.table.head(MOST), caveats=(cut, *figure.caveats))


def listed(figure: Figure, *, numbered: bool = False) -> Figure:
    """The list as it is read: each place by its name, or what to call it, and its ward.

    `numbered`: after its number on the map.
    """
    pairs = enumerate(zip(figure.table["location"], figure.table["ward"], strict=True), 1)
    names = [f"{f'{n}. ' if numbered else ''}{place_name(name)}, {ward}" for n, (name, ward) in pairs]
    return replace(figure, table=figure.table.assign(location=names))


def map_alt(found: Figure, cleared: Figure) -> str:
    """What does the map say? How many places of each kind, and the busiest."""
    rows = plain_rows(found.table, ["location", "ward", "count", "state"])
    if not rows:
        return f"Map without any repeat location. {capital(counted(len(cleared.table), 'places'))} cleared."
    states = [row["state"] for row in rows]
    kinds = [f"{number(states.count(state))} {state}" for state in ("new", "continuing") if state in states]
    kinds += [f"{number(len(cleared.table))} cleared"] if len(cleared.table) else []
    told = [f"{place_name(row['location'])} in {row['ward']} ({number(row['count'])})" for row in rows[:_ALL_NAMED]]
    beside = f": {wording.listed(kinds)}" if kinds else ""
    return f"Map of {counted(len(rows), 'repeat locations')}{beside}. The busiest: {wording.listed(told)}."


def curve_alt(curve: Figure) -> str:
    """What does the curve of the concentration say? Where it reaches half, and how far all places go."""
    found = half(curve)
    if found is None:
        return "No figure is available to draw."
    return (
        f"Curve of the share of {curve.unit} held by the busiest places, from none to all of "
        f"{counted(found.of, 'places')}, over the straight line of an even spread. It reaches half at "
        f"{percent(found.share)} of them ({number(found.places)})."
    )


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
