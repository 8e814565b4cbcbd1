"""Reported figures: numbers that suppliers provide in total, not as incident records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from shp_data.domain.vocabulary import Indicator

MeasureKind = Literal["count", "level", "percent", "rate_per_1000"]


class FigureKey(NamedTuple):
    """The key of a reported figure: indicator, area and period.

    An indicator's id, the printed name of an LPA, and the name of a month or quarter.
    """

    indicator: str
    area: str
    period: str


@dataclass(frozen=True)
class ReportedFigure:
    """One figure as its supplier gave it, and the file and row that it came from.

    `value`: a count, a level or a percentage (25.7 for 25.7 %). `year_to_date`: from April to the end of the
    period, only if the supplier gave it. `row`: the row of the file, or of the sheet in a workbook.
    """

    indicator: str
    area: str
    period: str
    value: float
    year_to_date: float | None = None
    file: str = ""
    row: int = 0

    @property
    def key(self) -> FigureKey:
        """The key of the figure. A later figure with the same key replaces it."""
        return FigureKey(self.indicator, self.area, self.period)


def classify_measure(indicator: Indicator) -> MeasureKind:
    """Classify the measure of an indicator: count, level, percent or rate_per_1000.

    A count can be added up. A level or percentage cannot.
    """
    # Derived first: a rate has a unit and no level, and would pass for a count.
    if indicator.kind == "derived":
        return "rate_per_1000"
    if indicator.unit == "percent":
        return "percent"
    return "level" if indicator.level else "count"
