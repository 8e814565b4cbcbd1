"""Who looks, with which role, and which pages that role opens: by the login alone, never by the link."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from shp_data.domain.access import Access
from shp_data.domain.disclosure import Disclosure
from shp_data.domain.selection import Role

_PUBLIC = ("headlines", "comparison", "hotspots", "methods")
_PARTNER = (*_PUBLIC, "trends", "report")
_ANALYST = (*_PARTNER, "ward", "repeats", "present", "records", "data", "load_files")
PAGES: Mapping[Role, tuple[str, ...]] = MappingProxyType({"analyst": _ANALYST, "partner": _PARTNER, "public": _PUBLIC})
# Set while a server that serves nobody yet draws its first page, so that the first viewer need not wait.
starting = threading.Event()

SIGN_IN = "Sign in to see this dashboard."
ENDED = "Your sign-in has ended. Sign in again."
UNVERIFIED = "Your sign-in gives no e-mail address that is verified, so the dashboard cannot tell who you are."
NOT_ON_THE_MAP = "{address} has no access to this dashboard. Ask its analyst for it."
NO_LOGIN = (
    "This dashboard has no sign-in set up, so it answers on its own machine only. docs/access.md says how to set "
    "one up."
)
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_PROXY = frozenset(("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"))


@dataclass(frozen=True)
class Visitor:
    """Who looks: the role, None where nothing may be shown, and then why; the address where one is signed in.

    `login`: is there a sign-in on this deployment?
    """

    role: Role | None
    address: str = ""
    why: str = ""
    login: bool = False


def visitor(claims: Mapping[str, Any], access: Access, policy: Disclosure, now: float, *, local: bool) -> Visitor:
    """Who looks, by the claims of the login?

    `claims`: what `st.user` holds: `is_logged_in` is among them only where a sign-in is set up. `now`: in seconds
    since 1970, as `exp` is. `local`: does the browser run on this very machine?
    """
    public: Role | None = "public" if policy.public else None
    if "is_logged_in" not in claims:
        return Visitor("analyst") if local else Visitor(public, why="" if public else NO_LOGIN)
    if claims["is_logged_in"] is not True:
        return Visitor(public, why="" if public else SIGN_IN, login=True)
    address = claims.get("email")
    if not isinstance(address, str) or not address or not _verified(claims):
        return Visitor(None, why=UNVERIFIED, login=True)
    address = address.strip().lower()
    if not _lasts(claims.get("exp"), now):
        return Visitor(None, address, ENDED, login=True)
    role = access.role_of(address)
    return Visitor(role, address, "" if role else NOT_ON_THE_MAP.format(address=address), login=True)


def is_local(remote: str | None, headers: Mapping[str, str]) -> bool:
    """Does the browser run on this very machine, and come to it by no proxy?

    `remote`: the address that the connection comes from; None is how Streamlit tells a loopback one. A proxy on
    this machine connects from loopback as well, but gives itself away by its own headers, or by the name that the
    browser asked for: what it asked for must be this machine's own too, as must the page that asks.
    """
    told = {name.lower(): value for name, value in headers.items()}
    if remote is not None and remote not in _LOOPBACK:
        return False
    if "host" not in told or _PROXY.intersection(told):
        return False
    asked = [f"//{told['host']}", *([told["origin"]] if "origin" in told else [])]
    return all(_host(address) in _LOOPBACK for address in asked)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _verified(claims: Mapping[str, Any]) -> bool:
    """Some providers do not make the claim, as every address of theirs is their own; what is made must be true."""
    return claims.get("email_verified", True) in (True, "true")


def _lasts(end: object, now: float) -> bool:
    """Every token tells when it ends; one that does not is none."""
    return isinstance(end, (int, float)) and not isinstance(end, bool) and now < end
