"""The reported count or level of an area in any period, from the figures that suppliers gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shp_data.domain.periods import Month, Period
from shp_data.domain.reported import FigureKey, ReportedFigure, classify_measure
from shp_data.domain.vocabulary import Indicator


def find_reported_value(
    figures: Mapping[FigureKey, ReportedFigure],
    indicator: Indicator,
    area: str,
    period: Period,
    count_month: Callable[[Month], int | None] = lambda _: None,
) -> float | None:
    """Find the value of a period as its supplier gave it, else the sum of its months.

    `count_month`: counts the records of a month, where they are loaded: they come before the figure of the month.
    Return None where a month is missing, or where the values cannot be added.
    """
    supplied = figures.get(FigureKey(indicator.id, area, period.name))
    if supplied or classify_measure(indicator) != "count":
        return supplied.value if supplied else None
    total = 0.0
    for month in period:
        records, figure = count_month(month), figures.get(FigureKey(indicator.id, area, str(month)))
        if records is None and figure is None:
            return None
        total += records if records is not None else figure.value if figure else 0.0
    return total
