"""What can be asked of a store: its indicators and themes, and its periods. What the filters offer."""

from __future__ import annotations

from shp_data.domain.errors import SelectionError, unknown
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_financial_year, parse_quarter
from shp_data.store.reading import Store

_THEME = "theme-"  # an indicator may be called like its theme


def whats(store: Store) -> dict[str, str]:
    """The choices of what to count, id -> label: each loaded indicator, and before them each theme of several."""
    words = partnership().vocabulary
    found: dict[str, str] = {}
    for theme, label in words.themes.items():
        loaded = _loaded(store, theme)
        if len(loaded) > 1:
            found[_THEME + theme] = f"{label} (all)"
        found |= {id_: words.indicator(id_).short for id_ in loaded}
    return found


def indicators_of(store: Store, what: str) -> tuple[str, ...]:
    """Which indicators does a choice of `whats` count? Raises SelectionError for any other."""
    if what.startswith(_THEME):
        return _loaded(store, what.removeprefix(_THEME))
    if what not in store.indicators():
        raise SelectionError(unknown("indicator", what, store.indicators()))
    return (what,)


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


def _loaded(store: Store, theme: str) -> tuple[str, ...]:
    loaded = store.indicators()
    return tuple(id_ for id_ in partnership().vocabulary.incident_indicators(theme) if id_ in loaded)
