"""The first screen: count, change and rate of each headline theme, and a table of every indicator."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from shp_data.analysis.change import CHANGE, compare_periods
from shp_data.analysis.context import build_figure, name_indicators
from shp_data.analysis.measures import compute_rates, find_population, list_residents
from shp_data.analysis.protect import can_see_months, note_withheld
from shp_data.analysis.trends import count_by_month
from shp_data.analysis.verdicts import VERDICT, add_verdicts
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.populations import Population
from shp_data.domain.schema import name_ward_column
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader

_CARDS = 3  # where none of the headline themes is loaded
_MONTHS = 24


@dataclass(frozen=True)
class Headline:
    """One card: its theme, its row of figures, and its last two years by month."""

    theme: str
    selection: Selection
    card: Figure
    trend: Figure


def build_headlines(reader: Reader, selection: Selection) -> tuple[Headline, ...]:
    """Build a card for each headline theme with a loaded indicator.

    Where none is loaded, the first loaded themes are used. There is at least one card as long as any record
    is loaded.

    Returns
    -------
    tuple of Headline
        The columns of a card: name, count, last_year, difference, pct_difference (%), population
        (residents), rate_per_1000. The columns of its trend are those of `trends.count_by_month`; the
        counts are missing where the viewer may not see months.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the counts.
    """
    by_theme = _list_loaded_indicators(reader)
    loaded_themes = [theme for theme, indicators in by_theme.items() if indicators]
    themes = [theme for theme in reader.partnership.headlines if theme in loaded_themes] or loaded_themes[:_CARDS]
    selections = {theme: replace(selection, indicators=by_theme[theme]) for theme in themes}
    return tuple(
        Headline(theme, of_theme, build_card(reader, of_theme), _build_trend(reader, of_theme))
        for theme, of_theme in selections.items()
    )


def list_missing_themes(reader: Reader) -> tuple[str, ...]:
    """List the headline themes of which no indicator is loaded; empty if none of them is, as other themes take over."""
    by_theme, headline_themes = _list_loaded_indicators(reader), reader.partnership.headlines
    missing_themes = tuple(theme for theme in headline_themes if not by_theme[theme])
    return missing_themes if len(missing_themes) < len(headline_themes) else ()


def _list_loaded_indicators(reader: Reader) -> dict[str, tuple[str, ...]]:
    """List the loaded indicators that the total of each theme counts."""
    vocabulary, loaded = reader.partnership.vocabulary, reader.store.list_indicators()
    return {theme: vocabulary.select_theme_total(theme, loaded) for theme in vocabulary.themes}


def _build_trend(reader: Reader, selection: Selection) -> Figure:
    months = Period(selection.period.last.shift(1 - _MONTHS), selection.period.last)
    # The year before is asked for as well: the trend shows both years, and either may be protected.
    if can_see_months(reader, replace(selection, period=Period(months.first.shift(-12), months.last))):
        return count_by_month(reader, selection, _MONTHS)
    # Months without counts, and not an empty table: the chart keeps its place and its dates.
    rows = [{"month": str(month), "in_period": month in selection.period.months} for month in months]
    table = pd.DataFrame(rows).assign(**dict.fromkeys(("count", "last_year"), pd.array([None] * _MONTHS, "Int64")))
    result = build_figure(reader, selection, table)
    return replace(result, caveats=(*result.caveats, "The months are not shown one by one to this role."))


def build_card(reader: Reader, selection: Selection) -> Figure:
    """Build one row of count, change and rate per 1,000 residents, with the columns of `build_headlines`."""
    name = pd.DataFrame({"name": [name_indicators(selection.indicators)]})
    table = add_verdicts(reader, selection, compare_periods(reader, selection, name, ()), ())
    return _add_rates(reader, selection, table, "")


def compare_indicators(reader: Reader, selection: Selection) -> Figure:
    """Build a card row for every incident indicator that is loaded.

    Returns
    -------
    Figure
        A table with a row for each indicator: indicator (its id), then the columns of `build_card`.
    """
    ids = reader.store.list_indicators()
    all_indicators = replace(selection, indicators=ids)
    changes = compare_periods(reader, all_indicators, pd.DataFrame({"indicator": list(ids)}), ("indicator",))
    table = add_verdicts(reader, all_indicators, changes, ("indicator",))
    vocabulary = reader.partnership.vocabulary
    table.insert(1, "name", [vocabulary.find_indicator(id_).short for id_ in ids])
    return _add_rates(reader, all_indicators, table, "Every indicator")


def _add_rates(reader: Reader, selection: Selection, table: pd.DataFrame, measure: str) -> Figure:
    people = count_residents(selection)
    populations = [people] * len(table)
    columns = [column for column in table.columns if column not in (*CHANGE, *VERDICT)]
    rates = compute_rates(table["count"], populations)
    table = table.assign(population=list_residents(populations), rate_per_1000=rates)
    ordered = [*columns, *CHANGE, "population", "rate_per_1000", *VERDICT]
    result = build_figure(reader, selection, table[ordered], measure=measure, people=[people])
    return note_withheld(result, reader, selection)


def count_residents(selection: Selection) -> Population | None:
    """Count the residents of the selection's ward or areas; None where one of them has no population.

    A location has no residents.
    """
    areas = partnership().areas
    if selection.location:
        return None
    if selection.ward:
        return areas.find_population(name_ward_column(selection.ward_year), selection.ward, selection.period)
    names = [name for name in areas.lpa_names if name in (selection.areas or areas.lpa_names)]
    populations = [find_population(areas, name, selection.period) for name in names]
    # A rate over the residents of some of the areas would be too high.
    available = [people for people in populations if people]
    if not available or len(available) < len(names):
        return None
    return replace(available[0], residents=sum(people.residents for people in available))
