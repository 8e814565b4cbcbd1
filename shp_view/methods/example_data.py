"""The loaded data for the worked examples: a store, and the area and period in view."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shp_data.analysis import choices, headlines
from shp_data.analysis.context import name_area
from shp_data.domain.selection import Selection
from shp_data.store.reading import Reader, find_covered_months
from shp_view.text import wording

IndicatorRow = dict[Hashable, Any]


class NoExampleError(LookupError):
    """The loaded data has no example; the message says what to choose instead."""


@dataclass(frozen=True)
class ExampleData:
    """A store, and the area and period in view, with the rows that the examples choose from."""

    reader: Reader
    selection: Selection

    @cached_property
    def rows(self) -> list[IndicatorRow]:
        """Return every indicator with its change, as on the Headlines page."""
        return headlines.compare_indicators(self.reader, self.selection).table.to_dict("records")

    @property
    def complete_rows(self) -> list[IndicatorRow]:
        """Return the indicators whose months are all loaded, the fewest incidents in the period first."""
        rows = [row for row in self.rows if not wording.is_missing(row["count"])]
        if not rows:
            raise NoExampleError("No indicator has every month of this period loaded. Choose another period.")
        # Examples take the first for small numbers and the last for large ones.
        return sorted(rows, key=lambda row: int(row["count"]))

    @property
    def tested_rows(self) -> list[IndicatorRow]:
        """Return the indicators with a verdict, the fewest incidents in both periods first."""
        rows = [row for row in self.rows if not wording.is_missing(row["verdict"])]
        if not rows:
            raise NoExampleError(
                f"No indicator has both this period and the same period last year loaded. {self._suggest_period()}."
            )
        return sorted(rows, key=lambda row: int(row["count"] + row["last_year"]))

    @property
    def nonzero_rows(self) -> list[IndicatorRow]:
        """Return the indicators with a verdict and any incidents."""
        rows = [row for row in self.tested_rows if row["count"] + row["last_year"] > 0]
        if not rows:
            raise NoExampleError("There were no incidents in this period or the year before. Choose another period.")
        return rows

    def _suggest_period(self) -> str:
        """Suggest a period with a change on the year before: the first on offer that has one."""
        loaded = [
            find_covered_months(self.reader, self.selection.select_indicator(id_))
            for id_ in self.reader.store.list_indicators()
        ]
        # A suggestion must be one that works, so each period on offer is tried.
        for period in choices.list_periods(self.reader):
            if any(
                choices.is_whole(period, months) and choices.is_whole(period.last_year, months) for months in loaded
            ):
                return f"Choose another period, such as {period.label}"
        return "No period of the loaded data has both"

    def select_indicator(self, row: IndicatorRow) -> Selection:
        """Return the selection of a row's indicator alone."""
        return self.selection.select_indicator(row["indicator"])

    def describe_row(self, row: IndicatorRow) -> str:
        """Describe what a row counts, where and when: `**Police ASB, Anytown, 2020-21 Q4 (Jan to Mar 2021)**`."""
        return f"**{row['name']}, {name_area(self.selection)}, {self.selection.period.label}**"


def format_decimals(value: float, places: int) -> str:
    """Format a number with a number of decimals: `11.371`."""
    return f"{wording.round_number(value, places):,}"


def format_p(value: float) -> str:
    """Format a p-value after the letter: `= 0.0021`, or `< 0.0001`."""
    return "< 0.0001" if value < 0.0001 else f"= {format_decimals(value, 4)}"
