"""Counts with their nouns, singular or plural. Plurals are made only here."""

from __future__ import annotations

from collections.abc import Sequence

_ONE = {"people": "person"}


def choose_noun(count: int, plural: str) -> str:
    """Choose the noun that follows the digits of a count: `fires`, or `fire` after 1."""
    # Only the last word changes: `reported figures` becomes `reported figure`.
    *before, last = plural.split(" ")
    return " ".join([*before, _ONE.get(last, last.removesuffix("s"))]) if count == 1 else plural


def format_count(count: int, plural: str) -> str:
    """Format a count with its noun for use in a sentence: `1,246 fires`, `1 fire`, `no fires`."""
    return f"{f'{count:,}' if count else 'no'} {choose_noun(count, plural)}"


def join_names(names: Sequence[str]) -> str:
    """Join names into a phrase: `A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
