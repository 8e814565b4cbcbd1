"""A meeting pack: views in their order, by their links alone. It holds no figure, so each reader sees their own.

Written as JSON, [[page, {parameter: words}, title], ...]: in a file as it is, in a link deflated and in base64.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shp_data.domain.errors import UserError
from shp_view.views import views

MOST = 60  # slides
LONGEST_TITLE = 200
LONGEST_LINK = 6_000  # characters of a pack in an address: servers and mail refuse longer ones
_LONGEST_WORDS = 300
_LONGEST_FILE = 200_000  # bytes, unpacked


class PackError(UserError):
    """What was given is no meeting pack."""


@dataclass(frozen=True)
class Slide:
    """One view of a pack: its page, the parameters of its address, and its title; "" for the view's own."""

    page: str
    parameters: tuple[tuple[str, str], ...]
    title: str = ""


Pack = tuple[Slide, ...]


def slide(page: str, parameters: Mapping[str, str]) -> Slide:
    """The slide of a view; parameters that its page does not know are left out."""
    return Slide(page, tuple(sorted(views.kept(page, parameters).items())))


def moved(pack: Pack, place: int, by: int) -> Pack:
    """The pack with one slide so many places further on (back when negative); as it is at either end."""
    to = place + by
    if not (0 <= place < len(pack) and 0 <= to < len(pack)):
        return pack
    rest = [*pack[:place], *pack[place + 1 :]]
    return (*rest[:to], pack[place], *rest[to:])


def renamed(pack: Pack, place: int, title: str) -> Pack:
    """The pack with another title for one slide; "" gives the slide its own again."""
    return tuple(replace(one, title=_line(title)) if n == place else one for n, one in enumerate(pack))


def removed(pack: Pack, place: int) -> Pack:
    """The pack without one slide."""
    return (*pack[:place], *pack[place + 1 :])


def added(pack: Pack, more: Iterable[Slide]) -> Pack:
    """The pack with further slides at its end. Raises PackError where it would hold too many."""
    return _checked((*pack, *more))


def to_file(pack: Pack) -> bytes:
    """The pack as a file."""
    return json.dumps(_plain(pack), ensure_ascii=False, indent=1).encode()


def from_file(data: bytes) -> Pack:
    """The pack of a file. Raises PackError for anything else."""
    if len(data) > _LONGEST_FILE:
        raise PackError(_wrong("it is too large"))
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise PackError(_wrong("it is no JSON, or not all of it is there")) from None
    if not isinstance(found, list):
        raise PackError(_wrong("it holds no list of slides"))
    return _checked(tuple(_read(place, one) for place, one in enumerate(found, 1)))


def to_words(pack: Pack) -> str:
    """The pack as a link writes it; an empty pack is empty."""
    if not pack:
        return ""
    text = json.dumps(_plain(pack), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


def from_words(words: str) -> Pack:
    """The pack that a link holds; none is empty. Raises PackError for anything else."""
    if not words:
        return ()
    try:
        packed = base64.b64decode(words + "=" * (-len(words) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(packed, _LONGEST_FILE + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise PackError(_wrong("the link is damaged, or not all of it is there")) from None
    if not unpacking.eof and len(data) <= _LONGEST_FILE:
        raise PackError(_wrong("the link is damaged, or not all of it is there"))
    return from_file(data)


def _plain(pack: Pack) -> list[list[Any]]:
    return [[one.page, dict(one.parameters), one.title] for one in pack]


def _read(place: int, found: object) -> Slide:
    match found:
        case [str(page), dict(parameters), str(title)] if all(isinstance(words, str) for words in parameters.values()):
            if page not in views.SOURCES:
                raise PackError(_wrong(f"slide {place} is of the page {page[:40]!r}, which has no views"))
            if any(len(words) > _LONGEST_WORDS for words in parameters.values()):
                raise PackError(_wrong(f"a parameter of slide {place} is too long"))
            return replace(slide(page, parameters), title=_line(title))
    raise PackError(_wrong(f"slide {place} is not a page, its parameters and a title"))


def _checked(pack: Pack) -> Pack:
    if len(pack) > MOST:
        raise PackError(f"A meeting pack holds {MOST} slides at most; this would be {len(pack):,}. Remove some first.")
    return pack


def _line(title: str) -> str:
    """A title on one line, no longer than a slide can hold."""
    return " ".join(title.split())[:LONGEST_TITLE]


def _wrong(why: str) -> str:
    return f"The meeting pack cannot be read: {why}. Ask for its link or its file again, or make a new pack."
