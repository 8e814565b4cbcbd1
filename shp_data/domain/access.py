"""Who has which role: e-mail addresses and whole domains."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shp_data.domain.errors import SettingsError
from shp_data.domain.selection import Role

_ENTRY = re.compile(r"[^@\s]*@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Access:
    """The [access] table of partnership.toml.

    `analysts`, `partners`: each an address such as `a.name@council.gov.uk`, or `@council.gov.uk` for all of that
    domain, and not of those below it. Upper and lower case are one. Raises SettingsError.
    """

    analysts: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no address, and who would have two roles."""
        for role, entries in (("analysts", self.analysts), ("partners", self.partners)):
            for entry in entries:
                if not _ENTRY.fullmatch(entry):
                    raise SettingsError(
                        f"partnership.toml [access] {role}: {entry[:80]!r} is neither an address such as "
                        "a.name@council.gov.uk nor a domain such as @council.gov.uk"
                    )
        both = _lower(self.analysts) & _lower(self.partners)
        if both:
            raise SettingsError(f"partnership.toml [access]: {min(both)!r} is in analysts and in partners; keep one")

    def role_of(self, address: str) -> Role | None:
        """The role of an address: its own, else that of its domain, else none."""
        name, at, domain = address.strip().lower().rpartition("@")
        if not (name and at and domain) or "@" in name:
            return None
        for entry in (f"{name}@{domain}", f"@{domain}"):
            if entry in _lower(self.analysts):
                return "analyst"
            if entry in _lower(self.partners):
                return "partner"
        return None


def _lower(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(entry.lower() for entry in entries)
