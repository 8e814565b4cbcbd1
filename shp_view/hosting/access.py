"""The role of each visitor and the pages that role opens: from the login alone, never from the link."""

from __future__ import annotations

import hashlib
import json
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
SIGN_IN_ENDED = "Your sign-in has ended. Sign in again."
UNVERIFIED = "Your sign-in has no verified e-mail address, so the dashboard cannot identify you."
NO_ACCESS = "{address} does not have access to this dashboard. Ask the analyst."
NO_LOGIN = (
    "No sign-in is set up, so this dashboard can only be opened on the computer that it runs on. See docs/access.md."
)
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
# How the names of the headers begin that proxies add. No browser sends one of these.
_PROXY = (
    "akamai-", "cf-", "client-ip", "fastly-", "forwarded", "true-client", "via", "x-amzn-", "x-appengine-", "x-arr-",
    "x-azure", "x-client", "x-cluster", "x-envoy-", "x-forwarded", "x-host", "x-original", "x-proxy", "x-real",
    "x-remote", "x-scheme", "x-url-scheme",
)  # fmt: skip
_DEFAULT_PORTS = {"http": (80,), "https": (443,), "": (80, 443)}  # by the scheme; a host name alone gives none


@dataclass(frozen=True)
class Visitor:
    """A visitor: the role, and the address where one is signed in.

    `role`: None where nothing may be shown. `reason`: the reason for that. `has_login`: whether this deployment
    has a sign-in.
    """

    role: Role | None
    address: str = ""
    reason: str = ""
    has_login: bool = False


def identify_visitor(
    claims: Mapping[str, Any],
    access: Access,
    policy: Disclosure,
    now: float,
    *,
    is_on_this_machine: bool,
    has_signed_out: bool = False,
) -> Visitor:
    """Identify the visitor by the claims of the login.

    `claims`: what `st.user` holds; `is_logged_in` is among them only where a sign-in is set up. `now`: in
    seconds since 1970, as `exp` is. `is_on_this_machine`: whether the browser runs on this machine.
    `has_signed_out`: whether the person has ended this sign-in.
    """
    public: Role | None = "public" if policy.public else None
    # Without a sign-in, only somebody at this machine is trusted: a forgotten setting must not open the records.
    if "is_logged_in" not in claims:
        return Visitor("analyst") if is_on_this_machine else Visitor(public, reason="" if public else NO_LOGIN)
    if claims["is_logged_in"] is not True:
        return Visitor(public, reason="" if public else SIGN_IN, has_login=True)
    address = claims.get("email")
    if not isinstance(address, str) or not address or not _is_verified(claims):
        return Visitor(None, reason=UNVERIFIED, has_login=True)
    # Lists of addresses are typed by hand, and no provider of mail tells capital letters apart.
    address = address.strip().lower()
    if has_signed_out or not _is_current(claims.get("exp"), now):
        return Visitor(None, address, SIGN_IN_ENDED, has_login=True)
    role = access.find_role(address)
    return Visitor(role, address, "" if role else NO_ACCESS.format(address=address), has_login=True)


def compute_sign_in_key(claims: Mapping[str, Any]) -> str:
    """Compute a key of a sign-in, which nothing about the person follows from; empty for nobody signed in."""
    if claims.get("is_logged_in") is not True:
        return ""
    # What Streamlit adds to the provider's claims differs between its cookie and what a page reads.
    of_the_provider = {name: claims[name] for name in sorted({*claims} - {"is_logged_in", "origin", "tokens"})}
    return hashlib.sha256(json.dumps(of_the_provider, sort_keys=True, default=str).encode()).hexdigest()


def find_sign_in_end(claims: Mapping[str, Any], now: float) -> float:
    """Find when a sign-in ends by itself, in seconds since 1970: at once where it is not valid."""
    end = claims.get("exp")
    return float(end) if isinstance(end, (int, float)) and _is_current(end, now) else now


def is_local(remote: str | None, headers: Mapping[str, str], port: int) -> bool:
    """Check whether the browser runs on this machine and connects without a proxy.

    `remote`: the address of the connection; Streamlit gives None for a loopback address. `port`: the server's own.
    A proxy on this machine also connects from loopback, but its headers, or the address that the browser requested,
    give it away. That address and the origin of the requesting page must both be this machine and this port: another
    port is a proxy's, or another site's on this machine.
    """
    values_by_name = {name.lower(): value for name, value in headers.items()}
    if remote is not None and remote not in _LOOPBACK:
        return False
    if "host" not in values_by_name or any(name.startswith(_PROXY) for name in values_by_name):
        return False
    addresses = [f"//{values_by_name['host']}", *([values_by_name["origin"]] if "origin" in values_by_name else [])]
    return all(_is_own_address(address, port) for address in addresses)


def _is_own_address(address: str, port: int) -> bool:
    """Check whether an address is this machine and a port. An address that is not valid is not."""
    try:
        parts = urlsplit(address)
        host, explicit_port = parts.hostname, parts.port
    except ValueError:
        return False
    ports = _DEFAULT_PORTS.get(parts.scheme, ()) if explicit_port is None else (explicit_port,)
    return host in _LOOPBACK and port in ports


def _is_verified(claims: Mapping[str, Any]) -> bool:
    """Check the claim that the e-mail address is verified.

    Some providers own all their addresses and omit the claim. Where it is present it must be true.
    """
    return claims.get("email_verified", True) in (True, "true")


def _is_current(end: object, now: float) -> bool:
    """Check that the token has not expired. A token without an expiry time is not valid."""
    return isinstance(end, (int, float)) and not isinstance(end, bool) and now < end
