"""Reported figures: what suppliers give as numbers, never incident by incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from shp_data.domain.vocabulary import Indicator

Measured = Literal["count", "level", "percent", "rate_per_1000"]


class FigureKey(NamedTuple):
    """What a reported figure is of: an indicator's id, the printed name of an LPA, a month or quarter by name."""

    indicator: str
    area: str
    period: str


@dataclass(frozen=True)
class ReportedFigure:
    """One figure as its supplier gave it, and where it was read.

    `value`: a count, a level or a percentage (25.7 for 25.7 %). `year_to_date`: from April to the period's
    end, only where the supplier gave it. `file` and `row`: where it stands; of a workbook the row of its sheet.
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
        """What it is of: a later figure of the same key takes its place."""
        return FigureKey(self.indicator, self.area, self.period)


def measured(indicator: Indicator) -> Measured:
    """What kind of number is an indicator: a count that adds up, a level or percentage that does not, or a rate?"""
    if indicator.kind == "derived":
        return "rate_per_1000"
    if indicator.unit == "percent":
        return "percent"
    return "level" if indicator.level else "count"
