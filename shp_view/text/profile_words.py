"""A ward's profile in words: where it stands, its boundaries, its places, what was agreed; and what a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from shp_data.analysis.context import place_name
from shp_data.analysis.places.search import FEWEST, MOST
from shp_data.domain.areas import Ward, WardChange
from shp_data.domain.events import Event
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month
from shp_data.domain.selection import Selection
from shp_data.store.notes.actions import Action, Actions
from shp_view.text import wording
from shp_view.text.comparison_words import interval_words, rank_words
from shp_view.text.rows import Row, plain_rows
from shp_view.text.sentences import what_of

INDICATORS = (
    *("name", "count", "last_year", "difference", "pct_difference", "verdict"),
    *("rate_per_1000", "share", "rank"),
)
PLACES = ("location", "count", "last_year", "months_present")
FOUND = ("location", "ward", "lpa", "count")
CHOOSE = "Choose a ward for its profile"
VISITORS = (
    "Many people come to this ward who do not live there: its rate per resident looks higher than the risk to any one "
    "person is."
)
EXPLAINED = (
    "Share: of the incidents of the whole Local Policing Area. Rank: among its wards by rate, the first is the "
    "highest; a range where chance does not tell wards apart."
)
RECORDED_HERE = "Recorded on the ward's profile"


def standing_sentence(among: Figure, ward: Ward) -> str:
    """Where does a ward stand among those of its LPA, and what share of the incidents is it? Empty where not known.

    `among`: the wards of the LPA, as `comparison.wards` gives them.
    """
    columns = ["code", "count", "rate_per_1000", "rate_low", "rate_high", "share", "rank_low", "rank_high"]
    rows = plain_rows(among.table, columns)
    ranked = sum(row["rank_low"] is not None for row in rows)
    own = next((row for row in rows if row["code"] == ward.code), None)
    if ranked == 1 or own is None or own["rank_low"] is None:
        return ""
    total = int(among.table["count"].sum())
    of = f"of the {wording.number(ranked)} wards of {ward.lpa}"
    if not total:
        return f"No ward of {ward.lpa} had any."
    low, high = int(own["rank_low"]), int(own["rank_high"])
    others = "most other wards" if high - low + 1 < ranked else "the other wards"
    where = _ranks(low, high, ranked)
    interval = interval_words(own["rate_low"], own["rate_high"])
    rate = f"Its rate, {wording.rate(own['rate_per_1000'])} per 1,000 residents (95% interval {interval}),"
    said = f"{rate} is {where} {of}" if where else f"{rate} cannot be told from those of {others} of {ward.lpa}"
    return f"{said}. {_share(own, total, ward.lpa)}"


def _ranks(low: int, high: int, of: int) -> str:
    """`the highest`, `the second to third highest`, `among the three lowest`; empty where most ranks are open."""
    if high - low + 1 > max(2, of / 2):
        return ""
    from_top = low + high <= of + 1
    best, worst = (low, high) if from_top else (of + 1 - high, of + 1 - low)
    name = "highest" if from_top else "lowest"
    first, last = ("" if rank == 1 else f"{wording.ordinal(rank)} " for rank in (best, worst))
    if best == worst:
        return f"the {first}{name}"
    return f"among the {wording.cardinal(worst)} {name}" if best == 1 else f"the {first}to {last}{name}"


def _share(own: Row, total: int, lpa: str) -> str:
    if own["count"] == 0:
        return f"It had none of the {wording.number(total)} in {lpa}."
    part = f"{wording.number(own['count'])} of the {wording.number(total)} in {lpa}"
    large = total >= wording.SMALL_BASE
    return f"It had {wording.percent(own['share'])} ({part})." if large else f"It had {part}."


def notes_of(ward: Ward, vintage: str) -> tuple[str, ...]:
    """What must be known of a ward before its figures are read: that visitors come, that its boundaries changed."""
    visitors = VISITORS if partnership().draws_visitors(ward) else ""
    return tuple(filter(None, (visitors, boundary_note(partnership().areas.changes_of(ward), vintage))))


def boundary_note(changes: Sequence[WardChange], vintage: str) -> str:
    """That a ward is not the same before and after an election, and which it is here; empty where it never changed."""
    if not changes:
        return ""
    told = "; ".join(change.note for change in changes)
    return (
        f"This ward's boundaries changed: {told}. All figures here, those of other years too, are counted within its "
        f"boundaries of {vintage}."
    )


def with_ranks(figure: Figure) -> Figure:
    """A profile with the open ranks as a text, `rank`."""
    rows = plain_rows(figure.table, ["rank_low", "rank_high", "ranked"])
    texts = [rank_words(row["rank_low"], row["rank_high"], int(row["ranked"] or 0)) for row in rows]
    return replace(figure, table=figure.table.assign(rank=pd.array(texts, dtype="str")))


def places_sentence(figure: Figure, count: wording.Number) -> str:
    """How much of a ward's incidents do its busiest places hold? `count`: of the whole ward."""
    if figure.table.empty:
        return f"No {what_of(figure)} with coordinates were recorded in this period."
    held, number = int(figure.table["count"].sum()), len(figure.table)
    first = figure.table.iloc[0]
    busiest = wording.counted(first["count"], what_of(figure))
    start = f"The busiest place is {place_name(first['location'])}, with {busiest}"
    if count is None or wording.is_missing(count) or not count or number == 1:
        return f"{start}."
    shown = f"the {wording.cardinal(number)} places below hold {wording.number(held)}"
    return f"{start}; {shown} of the ward's {wording.number(count)}."


def with_names(figure: Figure) -> Figure:
    """A table of places in which one without a name is called so."""
    named = [place_name(name) for name in figure.table["location"]]
    return replace(figure, table=figure.table.assign(location=pd.array(named, dtype="str")))


def with_actions(months: Figure, actions: Actions) -> Figure:
    """A trend with the months in which something was agreed among its events, numbered after those it has."""
    shown = set(months.table["month"])
    agreed = [Month(action.agreed.year, action.agreed.month) for action in actions]
    counts = {month: agreed.count(month) for month in sorted(set(agreed)) if str(month) in shown}
    events = tuple(
        Event("an action agreed" if n == 1 else f"{n} actions agreed", month, month, RECORDED_HERE)
        for month, n in counts.items()
    )
    if not events:
        return months
    start = len(months.events) + 1
    told = "; ".join(f"{number} {event.period.span}: {event.label}" for number, event in enumerate(events, start))
    return replace(months, events=(*months.events, *events), caveats=(*months.caveats, f"{told}."))


def other_boundaries(action: Action, ward: Ward) -> str:
    """That an action was agreed for a ward within other boundaries than those shown; empty where it was not."""
    if action.place is not None or action.ward_code == ward.code:
        return ""
    return f"It was agreed for the ward within its boundaries of {action.vintage}, and is judged within those."


def found_note(found: Figure, text: str) -> str:
    """How much a search found, or what to do where it found nothing."""
    number = len(found.table)
    if len(text.strip()) < FEWEST:
        return f"Type at least {wording.cardinal(FEWEST)} letters of a ward's or street's name."
    if not number:
        return (
            f"No ward, and no street with any incident loaded, is called “{text[:60]}”. Try a part of the name, such "
            "as “york”."
        )
    if number == MOST:
        return f"The {MOST} best matches for “{text[:60]}”; type more of the name for fewer."
    return f"{wording.capital(wording.counted(number, 'matches')) if number > 1 else '1 match'} for “{text[:60]}”."


def choose_sentence(chosen: Selection, number: int) -> str:
    """What to do where no ward is chosen."""
    return (
        f"Choose one of the {wording.number(number)} wards below, or in the side bar, or search for a street: "
        f"the figures are of {chosen.period.label}."
    )
