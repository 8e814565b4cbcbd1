"""The loaded data that the worked examples are taken from: a store, and the area and period in view."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shp_data.analysis import choices, headlines
from shp_data.analysis.context import area_of
from shp_data.domain.selection import Selection, Viewer
from shp_data.store.facts import Store
from shp_data.store.reading import known_months
from shp_view.text import wording

Row = dict[Hashable, Any]


class NoExampleError(LookupError):
    """The loaded data do not show it; the message says what to choose instead."""


@dataclass(frozen=True)
class InView:
    """A store, and the area and period in view, with the rows that the examples choose from."""

    store: Store
    chosen: Selection
    viewer: Viewer

    @cached_property
    def rows(self) -> list[Row]:
        """Every indicator with its change, as on the Headlines page."""
        return headlines.every_indicator(self.store, self.chosen, self.viewer).table.to_dict("records")

    @property
    def counted(self) -> list[Row]:
        """Those whose months are all loaded, the fewest incidents in the period first."""
        known = [row for row in self.rows if not wording.is_missing(row["count"])]
        if not known:
            raise NoExampleError("No indicator has every month of this period loaded: choose another period.")
        return sorted(known, key=lambda row: int(row["count"]))

    @property
    def tested(self) -> list[Row]:
        """Those that have a verdict, the fewest incidents in both periods first."""
        known = [row for row in self.rows if not wording.is_missing(row["verdict"])]
        if not known:
            raise NoExampleError(
                f"No indicator has this period and the same period of the year before loaded: {self._comparable()}."
            )
        return sorted(known, key=lambda row: int(row["count"] + row["last_year"]))

    @property
    def judged(self) -> list[Row]:
        """Those of them that have any incidents."""
        known = [row for row in self.tested if row["count"] + row["last_year"] > 0]
        if not known:
            raise NoExampleError("There were no incidents in this period or the year before: choose another period.")
        return known

    def _comparable(self) -> str:
        """Which period to choose for a change on the year before: the first on offer that has one."""
        loaded = [known_months(self.store, self.chosen.of_indicator(id_)) for id_ in self.store.indicators()]
        for period in choices.periods(self.store):
            if any(
                choices.is_whole(period, months) and choices.is_whole(period.last_year, months) for months in loaded
            ):
                return f"choose another period, such as {period.label}"
        return "no period of the loaded data has both"

    def only(self, row: Row) -> Selection:
        """The selection of a row's indicator alone."""
        return self.chosen.of_indicator(row["indicator"])

    def named(self, row: Row) -> str:
        """What a row counts, where and when: `**Police ASB, Anytown, 2020-21 Q4 (Jan to Mar 2021)**`."""
        return f"**{row['name']}, {area_of(self.chosen)}, {self.chosen.period.label}**"


def decimals(value: float, places: int) -> str:
    """A number with so many decimals: `11.371`."""
    return f"{wording.rounded(value, places):,}"
