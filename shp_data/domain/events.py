"""What happened when: lockdowns, elections, changes of recording, operations."""

from __future__ import annotations

from dataclasses import dataclass

from shp_data.domain.errors import SettingsError
from shp_data.domain.periods import Month, Period


@dataclass(frozen=True)
class Event:
    """What happened, from its first month to its last, and where that is said.

    `exceptional`: whether its months are no measure of how much a count varies as a rule. `step_change`:
    whether from its first month on a series is another than before, such as after a change of recording.
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
        """Its months."""
        return Period(self.first, self.last)
