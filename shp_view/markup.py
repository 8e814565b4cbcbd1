"""The few pieces of HTML that Streamlit has no element for. Every text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from shp_view.map_classes import LegendEntry

STYLE = """<style>
.stMainBlockContainer {padding: 3.2rem clamp(1rem, 3vw, 3rem) 2rem; max-width: 1500px}
.stPageLink p {text-decoration: underline; text-underline-offset: .2em}
</style>"""

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_SWATCH = "display:inline-block;width:1em;height:1em;border:1px solid #8a8f98;vertical-align:-.15em;margin-right:.4em;"


def literal(text: str) -> str:
    """A text from a file as Markdown that shows it as it is: no picture, colour or formula comes of it."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def card(name: str, number: str, facts: str) -> str:
    """The head of a card: its name, its number, large, and a line of facts under it."""
    return (
        f'<h3 style="margin:0;padding:0;font-size:1.05rem">{escape(name)}</h3>'
        f'<p style="font-size:2.6rem;font-weight:600;line-height:1.15;margin:.2rem 0 0">{escape(number)}</p>'
        f'<p style="margin:.2rem 0 0">{escape(facts)}</p>'
    )


def legend(title: str, entries: Iterable[LegendEntry]) -> str:
    """What each colour of a map means, in one line that wraps."""
    items = "".join(
        f'<span style="white-space:nowrap;margin-right:1.1rem"><span style="{_SWATCH}background:{entry.colour}">'
        f"</span>{escape(entry.label)}</span>"
        for entry in entries
    )
    return f'<p style="margin:0;line-height:1.9"><b>{escape(title)}</b>&ensp;{items}</p>'
