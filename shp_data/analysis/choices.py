"""What can be asked of a store: its indicators and themes, and its periods. What the filters offer."""

from __future__ import annotations

from shp_data.domain.errors import SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_financial_year, parse_quarter
from shp_data.store.facts import Store


def whats(store: Store) -> dict[str, tuple[str, ...]]:
    """What can be counted, by its words: each loaded indicator, and before them each theme of several."""
    words = partnership().vocabulary
    found: dict[str, tuple[str, ...]] = {}
    for theme, label in words.themes.items():
        loaded = tuple(id_ for id_ in words.incident_indicators(theme) if id_ in store.indicators())
        if len(loaded) > 1:
            found[f"{label} (all)"] = loaded
        found |= {words.indicator(id_).short: (id_,) for id_ in loaded}
    return found


def periods(store: Store) -> list[Period]:
    """The periods that hold any loaded month, in the order in which they are offered.

    Quarters, the latest first; the year to date; financial years; months.
    """
    months = store.months()
    if not months:
        return []
    quarters = dict.fromkeys(parse_quarter(month.quarter) for month in reversed(months))
    years = dict.fromkeys(parse_financial_year(month.financial_year) for month in reversed(months))
    to_date = Period(months[-1].year_start, months[-1])
    singles = (Period(month, month) for month in reversed(months))
    return list(dict.fromkeys([*quarters, to_date, *years, *singles]))


def default_period(store: Store) -> Period:
    """The latest quarter that is whole, else the latest month. Raises SelectionError on an empty store."""
    months = store.months()
    if not months:
        raise SelectionError("the store holds no month: load files on the Load files page")
    whole = [p for p in periods(store) if p.length == 3 and is_whole(p, months)]
    return whole[0] if whole else Period(months[-1], months[-1])


def is_whole(period: Period, months: tuple[Month, ...]) -> bool:
    """Is every month of the period among these?"""
    return set(months).issuperset(period.months)
