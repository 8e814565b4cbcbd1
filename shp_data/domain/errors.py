"""Errors for users: what is wrong and where, the value seen, the value expected, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """An error in the input, in words that the user can act on."""


class SettingsError(UserError):
    """A setting in partnership.toml or the environment that cannot be used."""


class InputError(UserError):
    """A file that cannot be read. Nothing from it was stored."""


class SelectionError(UserError):
    """A request for a figure that is not in the vocabulary or the loaded data."""


class StoreError(UserError):
    """A store that cannot be opened or written."""


class NotAllowedError(UserError):
    """A request that the viewer's role does not allow."""


def describe_unknown(kind: str, value: object, valid: Iterable[str]) -> str:
    """Describe an unknown `value` in one sentence: its kind, the value and the valid ones."""
    # Shortened, because the value may be a whole pasted document.
    return f"unknown {kind} {str(value)[:80]!r}; valid: {', '.join(valid)}"
