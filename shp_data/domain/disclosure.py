"""Disclosure settings: the smallest count shown, the rounding for the public, and public access."""

from __future__ import annotations

from dataclasses import dataclass

from shp_data.domain.errors import SettingsError


@dataclass(frozen=True)
class Disclosure:
    """The [disclosure] table of partnership.toml.

    `withhold_under`: a count by ward from 1 to less than this is withheld from partners. `round_to`: the
    public sees counts as multiples of this. `public`: whether the public may see figures at all.
    """

    withhold_under: int = 5
    round_to: int = 5
    public: bool = False

    def __post_init__(self) -> None:
        """Refuse settings that are too low to protect anything."""
        for name, value, least in (("withhold_under", self.withhold_under, 3), ("round_to", self.round_to, 2)):
            if value < least:
                where = f"partnership.toml [disclosure] {name}"
                raise SettingsError(f"{where}: {value} protects nothing; expected a whole number from {least}")
