"""A meeting pack: an ordered list of views, stored as links only.

It holds no figures, so each reader sees their own. A pack is JSON, [[page, {parameter: words}, title],
...]: plain in a file, compressed and in base64 in a link.
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
    """The error for data that is not a valid meeting pack."""


@dataclass(frozen=True)
class Slide:
    """One view of a pack: its page, the parameters of its address, and its title; "" for the view's own title."""

    page: str
    parameters: tuple[tuple[str, str], ...]
    title: str = ""


Pack = tuple[Slide, ...]


def make_slide(page: str, parameters: Mapping[str, str]) -> Slide:
    """Make the slide of a view. It leaves out parameters that the page does not use."""
    return Slide(page, tuple(sorted(views.select_parameters(page, parameters).items())))


def move_slide(pack: Pack, position: int, by: int) -> Pack:
    """Return the pack with one slide moved by a number of places (back if negative); unchanged at either end."""
    target = position + by
    if not (0 <= position < len(pack) and 0 <= target < len(pack)):
        return pack
    rest = [*pack[:position], *pack[position + 1 :]]
    return (*rest[:target], pack[position], *rest[target:])


def rename_slide(pack: Pack, position: int, title: str) -> Pack:
    """Return the pack with another title for one slide; "" restores the view's own title."""
    return tuple(replace(item, title=_clean_title(title)) if n == position else item for n, item in enumerate(pack))


def remove_slide(pack: Pack, position: int) -> Pack:
    """Return the pack without one slide."""
    return (*pack[:position], *pack[position + 1 :])


def add_slides(pack: Pack, more: Iterable[Slide]) -> Pack:
    """Return the pack with more slides at its end. Raises PackError if there are too many."""
    return _check_size((*pack, *more))


def to_file(pack: Pack) -> bytes:
    """Return the pack as the bytes of a file."""
    return json.dumps(_to_plain(pack), ensure_ascii=False, indent=1).encode()


def read_file(data: bytes) -> Pack:
    """Read the pack of a file. Raises PackError if it is not a pack."""
    if len(data) > _LONGEST_FILE:
        raise PackError(_explain_error("it is too large"))
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise PackError(_explain_error("it is no JSON, or not all of it is there")) from None
    if not isinstance(content, list):
        raise PackError(_explain_error("it holds no list of slides"))
    return _check_size(tuple(_read_slide(position, item) for position, item in enumerate(content, 1)))


def to_link_text(pack: Pack) -> str:
    """Return the pack as text for a link; empty if the pack is empty."""
    if not pack:
        return ""
    text = json.dumps(_to_plain(pack), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


def read_link_text(words: str) -> Pack:
    """Read the pack from the text of a link; no text is an empty pack. Raises PackError for other text."""
    if not words:
        return ()
    try:
        packed = base64.b64decode(words + "=" * (-len(words) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(packed, _LONGEST_FILE + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise PackError(_explain_error("the link is damaged, or not all of it is there")) from None
    if not unpacking.eof and len(data) <= _LONGEST_FILE:
        raise PackError(_explain_error("the link is damaged, or not all of it is there"))
    return read_file(data)


def _to_plain(pack: Pack) -> list[list[Any]]:
    return [[item.page, dict(item.parameters), item.title] for item in pack]


def _read_slide(position: int, content: object) -> Slide:
    match content:
        case [str(page), dict(parameters), str(title)] if all(isinstance(words, str) for words in parameters.values()):
            if page not in views.PAGE_VIEWS:
                raise PackError(_explain_error(f"slide {position} is of the page {page[:40]!r}, which has no views"))
            if any(len(words) > _LONGEST_WORDS for words in parameters.values()):
                raise PackError(_explain_error(f"a parameter of slide {position} is too long"))
            return replace(make_slide(page, parameters), title=_clean_title(title))
    raise PackError(_explain_error(f"slide {position} is not a page, its parameters and a title"))


def _check_size(pack: Pack) -> Pack:
    if len(pack) > MOST:
        raise PackError(f"A meeting pack holds {MOST} slides at most; this would be {len(pack):,}. Remove some first.")
    return pack


def _clean_title(title: str) -> str:
    """Return a title on one line, cut to the greatest length of a slide's title."""
    return " ".join(title.split())[:LONGEST_TITLE]


def _explain_error(reason: str) -> str:
    return f"The meeting pack cannot be read: {reason}. Ask for its link or its file again, or make a new pack."
