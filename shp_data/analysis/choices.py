"""The choices that the filters offer of a store: its indicators, themes and periods."""

from __future__ import annotations

from shp_data.domain.errors import SelectionError
from shp_data.domain.periods import Month, Period, parse_financial_year, parse_quarter
from shp_data.store.reading import Reader


def list_indicator_choices(reader: Reader) -> dict[str, tuple[str, ...]]:
    """List what can be counted, by label: each loaded indicator, and before them each theme with several."""
    vocabulary, indicators = reader.partnership.vocabulary, reader.store.list_indicators()
    choices: dict[str, tuple[str, ...]] = {}
    for theme, label in vocabulary.themes.items():
        total = vocabulary.select_theme_total(theme, indicators)
        # A theme of one indicator would offer the same choice twice.
        if len(total) > 1:
            choices[f"{label} (all)"] = total
        of_theme = (id_ for id_ in indicators if vocabulary.find_indicator(id_).theme == theme)
        choices |= {vocabulary.find_indicator(id_).short: (id_,) for id_ in of_theme}
    return choices


def list_periods(reader: Reader) -> list[Period]:
    """List the periods that hold a loaded month, in the order in which they are offered.

    Quarters, the latest first; the year to date; financial years; months.
    """
    months = reader.store.list_months()
    if not months:
        return []
    quarters = dict.fromkeys(parse_quarter(month.quarter) for month in reversed(months))
    years = dict.fromkeys(parse_financial_year(month.financial_year) for month in reversed(months))
    # In April the year to date is the month itself: the keys of the dictionary drop the second one.
    to_date = Period(months[-1].year_start, months[-1])
    singles = (Period(month, month) for month in reversed(months))
    return list(dict.fromkeys([*quarters, to_date, *years, *singles]))


def find_default_period(reader: Reader) -> Period:
    """Find the latest whole quarter, or else the latest month. Raises SelectionError on an empty store."""
    months = reader.store.list_months()
    if not months:
        raise SelectionError("the store holds no month: load files on the Load files page")
    # A quarter that has just begun would open every page on figures that are not complete.
    whole = [period for period in list_periods(reader) if period.length == 3 and is_whole(period, months)]
    return whole[0] if whole else Period(months[-1], months[-1])


def is_whole(period: Period, months: tuple[Month, ...]) -> bool:
    """Return whether every month of the period is among these months."""
    return set(months).issuperset(period.months)
