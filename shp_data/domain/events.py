"""Dated events: lockdowns, elections, changes of recording, operations."""

from __future__ import annotations

from dataclasses import dataclass

from shp_data.domain.errors import SettingsError
from shp_data.domain.periods import Month, Period


@dataclass(frozen=True)
class DatedEvent:
    """An event, its first and last month, and its source.

    `exceptional`: whether its months are left out when the usual variation of a count is measured.
    `step_change`: whether a series is not comparable before and after its first month, such as after a change
    of recording.
    """

    label: str
    first: Month
    last: Month
    source: str
    exceptional: bool = False
    step_change: bool = False

    def __post_init__(self) -> None:
        """Refuse an event that ends before it starts."""
        if self.last < self.first:
            raise SettingsError(
                f"partnership.toml [[events]] {self.label}: last ({self.last}) is before first ({self.first})"
            )

    @property
    def period(self) -> Period:
        """The months of the event."""
        return Period(self.first, self.last)
