"""The areas side by side, in words: each rate and its rank, what chance leaves open, and each area's change."""

from __future__ import annotations

from collections.abc import Sequence

from shp_data.analysis.report.report_value import Compared, Line, Report, Standing
from shp_view.text import wording
from shp_view.text.report_cells import (
    LAST_YEAR,
    THIS,
    Cell,
    Said,
    against_cells,
    chance_cells,
    more_than_chance,
    things_of,
    value_cell,
)
from shp_view.text.wording import cardinal, listed, number, ordinal, rate


def compared_said(report: Report, compared: Compared) -> tuple[Said, ...]:
    """Where the report's area stands, and the others; each area's count and change; which are more than chance."""
    known = ranked(compared)
    others = sorted((one for one in known if one.area != report.area), key=lambda one: one.rank or 0)
    said = [standing_said(report, compared), _others(report, known, others), _changes(report, compared)]
    return tuple(one for one in (*said, _verdicts(report, compared)) if one)


def standing_said(report: Report, compared: Compared) -> Said | None:
    """The rate of the report's area, its rank, and the ranks that chance leaves open; nothing where it has none."""
    known, what = ranked(compared), things_of(compared.indicator)
    own = next((one for one in known if one.area == report.area), None)
    if own is None:
        return None
    shown = f"{rate(_rate(own))} per 1,000 residents"
    areas = f"{cardinal(len(known))} areas{'' if len(known) == len(compared.areas) else ' whose rate is known'}"
    if len(compared.areas) == 1:
        text = f"The rate of {what} in {own.area} is {shown}"
    elif len(known) == 1:
        text = f"{own.area} is the only area whose rate of {what} is known, {shown}"
    elif _alike(known):
        text = f"All {areas} have the same rate of {what}, {shown}{_open(own)}"
    else:
        text = f"{own.area} has {rank_words(own, known)} rate of {what} of the {areas}, {shown}{_open(own)}"
    count = Cell("Areas compared", "Areas", "", report.quarter.label, len(known))
    return Said(f"{text}.", (*_rank_cells(report, own), count))


def ranked(compared: Compared) -> list[Standing]:
    """The areas whose rate is known, and so has a rank."""
    return [one for one in compared.areas if one.rank is not None]


def _alike(known: Sequence[Standing]) -> bool:
    """Do several areas all share one rank?"""
    return len(known) > 1 and len({one.rank for one in known}) == 1


def rank_words(one: Standing, known: Sequence[Standing]) -> str:
    """A rank among those that have one: `the highest`, `the second highest`, `the joint lowest`."""
    rank = one.rank or 1
    sharing, of = sum(other.rank == rank for other in known), len(known)
    if of == 1:
        return "the only one"
    joint = "joint " if sharing > 1 else ""
    if rank == 1:
        return f"the {joint}highest"
    return f"the {joint}lowest" if rank + sharing - 1 == of else f"the {joint}{ordinal(rank)} highest"


def _open(one: Standing) -> str:
    """What chance leaves open of a rank, to follow it."""
    if one.rank_low is None or one.rank_high is None:
        return ""
    if one.rank_low == one.rank_high:
        return "; chance leaves no other rank open" if one.rank_low == one.rank else ""
    return f"; chance leaves its rank open between {ordinal(one.rank_low)} and {ordinal(one.rank_high)}"


def _others(report: Report, known: Sequence[Standing], others: Sequence[Standing]) -> Said | None:
    if not others or (_alike(known) and len(others) < len(known)):
        return None  # said of the report's area already
    told = [f"{one.area} {rank_words(one, known)} ({rate(_rate(one))})" for one in others]
    told[0] = told[0].replace(f"{others[0].area} ", f"{others[0].area} has ", 1)
    if len(known) == 1:
        told = [f"{others[0].area} is the only area whose rate is known ({rate(_rate(others[0]))})"]
    return Said(f"{listed(told)}.", tuple(cell for one in others for cell in _rank_cells(report, one)))


def _changes(report: Report, compared: Compared) -> Said:
    told = [f"{one.area} {_change(one.count)}" for one in compared.areas]
    what = wording.capital(things_of(compared.indicator))
    text = f"{what}, with the change on the same quarter last year: {listed(told)}."
    cells = [(value_cell(report, one.count), *against_cells(report, one.count, LAST_YEAR)) for one in compared.areas]
    return Said(text, tuple(cell for found in cells for cell in found))


def _change(line: Line) -> str:
    """`1,246 (350 more, 39%)`, `7 (the same)`, `7 (last year not available)`, `not yet in`, `not available`."""
    value, before = line.quarter_value, line.last_year
    if value is None:
        return wording.NOT_AVAILABLE if line.not_known else "not yet in"
    if before is None:
        return f"{number(value)} (last year {wording.NOT_AVAILABLE})"
    if value == before.base:
        return f"{number(value)} (the same)"
    size = f"{number(abs(value - before.base))} {'more' if value > before.base else 'fewer'}"
    large = before.base >= wording.SMALL_BASE and before.pct_difference is not None
    return f"{number(value)} ({size}{f', {wording.percent(abs(before.pct_difference or 0))}' if large else ''})"


def _verdicts(report: Report, compared: Compared) -> Said | None:
    """In which areas is the change more than chance? Nothing where none was tested."""
    judged = [one for one in compared.areas if one.count.chance]
    beyond, usual = (
        [one.area for one in judged if more_than_chance(one.count) is is_more] for is_more in (True, False)
    )
    if not judged:
        return None
    told = [f"is more than chance in {listed(beyond)}"] if beyond else []
    told += [f"is within usual variation in {listed(usual)}"] if usual else []
    cells = tuple(cell for one in judged for cell in chance_cells(report, one.count))
    return Said(f"The change {' and '.join(told)}.", cells)


def _rate(one: Standing) -> float | None:
    return one.rate.quarter_value if one.rate else None


def _rank_cells(report: Report, one: Standing) -> tuple[Cell, ...]:
    label = one.rate.label if one.rate else one.count.label
    values = {
        THIS: _rate(one),
        "Rank": one.rank,
        "Rank that chance leaves open, best": one.rank_low,
        "Rank that chance leaves open, worst": one.rank_high,
    }
    return tuple(Cell(name, label, one.area, report.quarter.label, value) for name, value in values.items())
