"""Errors that a user reads: what is wrong, where, what was seen, what was expected, what to do next."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """A fault in what was given, told in words that the person who gave it can act on."""


class SettingsError(UserError):
    """partnership.toml, or a setting in the environment, cannot be used as it stands."""


class InputError(UserError):
    """A file cannot be read at all; nothing of it was stored."""


class SelectionError(UserError):
    """A figure was asked for that the vocabulary or the loaded data does not hold."""


class StoreError(UserError):
    """The store cannot be opened or written."""


class NotAllowedError(UserError):
    """The viewer's role may not see what was asked for."""


def unknown(kind: str, value: object, valid: Iterable[str]) -> str:
    """What to say of an unknown `value`: its kind, the value and the valid ones, in one sentence."""
    return f"unknown {kind} {str(value)[:80]!r}; valid: {', '.join(valid)}"
