"""The roles of users, by e-mail address or e-mail domain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shp_data.domain.errors import SettingsError
from shp_data.domain.selection import Role

# The part before the @ may be empty: the entry is then for a whole domain.
_ENTRY = re.compile(r"[^@\s]*@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Access:
    """The [access] table of partnership.toml.

    `analysts`, `partners`: each entry is an address such as `a.name@council.gov.uk`, or `@council.gov.uk` for
    every address of that domain, but not of its subdomains. Case does not matter. Raises SettingsError.
    """

    analysts: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an entry that is not an address or domain, and an entry with two roles."""
        for role, entries in (("analysts", self.analysts), ("partners", self.partners)):
            for entry in entries:
                if not _ENTRY.fullmatch(entry):
                    raise SettingsError(
                        f"partnership.toml [access] {role}: {entry[:80]!r} is neither an address such as "
                        "a.name@council.gov.uk nor a domain such as @council.gov.uk"
                    )
        both = _lower_entries(self.analysts) & _lower_entries(self.partners)
        if both:
            raise SettingsError(f"partnership.toml [access]: {min(both)!r} is in analysts and in partners; keep one")

    def find_role(self, address: str) -> Role | None:
        """Find the role of an address: its own entry first, then its domain, else None."""
        # The last @ divides, because the name before it may have one in quotes; such a name is refused below.
        name, at, domain = address.strip().lower().rpartition("@")
        if not (name and at and domain) or "@" in name:
            return None
        # The address itself comes first, so that one person can have another role than the rest of a domain.
        for entry in (f"{name}@{domain}", f"@{domain}"):
            if entry in _lower_entries(self.analysts):
                return "analyst"
            if entry in _lower_entries(self.partners):
                return "partner"
        return None


def _lower_entries(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(entry.lower() for entry in entries)
