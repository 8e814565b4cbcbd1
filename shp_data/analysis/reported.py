"""The reported count or level of an area in any period, from the figures that suppliers gave."""

from __future__ import annotations

from collections.abc import Mapping

from shp_data.domain.periods import Period
from shp_data.domain.reported import FigureKey, ReportedFigure, classify_measure
from shp_data.domain.vocabulary import Indicator


def find_reported_value(
    figures: Mapping[FigureKey, ReportedFigure], indicator: Indicator, area: str, period: Period
) -> float | None:
    """Find the value of a period as its supplier gave it, else the sum of its months.

    Return None where a month is missing, or where the values cannot be added.
    """
    supplied = figures.get(FigureKey(indicator.id, area, period.name))
    if supplied or classify_measure(indicator) != "count":
        return supplied.value if supplied else None
    months = [figures.get(FigureKey(indicator.id, area, str(month))) for month in period]
    return None if None in months else sum(month.value for month in months if month)
