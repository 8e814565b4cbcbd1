"""Counts with what they count, in the singular where there is one of it. The one place where a plural is made."""

from __future__ import annotations

from collections.abc import Sequence

_ONE = {"people": "person"}


def noun(count: int, plural: str) -> str:
    """What is counted, as it stands behind the digits of its count: `fires`, or `fire` behind a 1."""
    *before, last = plural.split(" ")
    return " ".join([*before, _ONE.get(last, last.removesuffix("s"))]) if count == 1 else plural


def counted(count: int, plural: str) -> str:
    """`1,246 fires`, `1 fire`, `no fires`: a count with what it counts, to stand within a sentence."""
    return f"{f'{count:,}' if count else 'no'} {noun(count, plural)}"


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
