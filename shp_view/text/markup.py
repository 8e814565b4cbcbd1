"""The pieces of HTML that Streamlit has no element for. Every text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from shp_view.text.map_words import LegendEntry
from shp_view.theme import DARK, LIGHT, Theme

# Streamlit's own copies of a figure are hidden: they leave out its source, the mark of the sample, and what
# makes a text harmless to a spreadsheet. Tables in Markdown wrap: one that scrolls is not reached by keyboard. What is
# picked of a few is written in the page's own colour: the theme's primary one is too dark for letters on a dark page.
STYLE = """<style>
.stMainBlockContainer {padding: 3.2rem clamp(1rem, 3vw, 3rem) 2rem; max-width: 1500px}
.figures {overflow: auto; max-height: 42rem}
.figures table {border-collapse: collapse; width: 100%; font-size: .95rem}
.figures caption {text-align: left; opacity: .75; font-size: .85rem; padding: 0 0 .4rem; max-width: calc(100vw - 2rem)}
.figures th, .figures td {text-align: left; padding: .42rem .5rem; font-weight: 400; border-bottom: 1px solid #84898e66}
.figures thead th {font-weight: 600; border-bottom: 2px solid #84898e; vertical-align: bottom}
.figures td {white-space: nowrap}
.figures td[title] {white-space: normal; min-width: 7.8em}
.figures .number {text-align: right; font-variant-numeric: tabular-nums}
@media (max-width: 640px) {
.figures {max-height: none}
.figures table {font-size: .82rem}
.figures th, .figures td {padding: .35rem .3rem; white-space: normal}
.figures td[title] {min-width: 0}
}
.figures .muted {opacity: .6}
.figures td[title] {text-decoration: underline dotted; text-underline-offset: .25em; cursor: help}
.stHtml a {color: inherit; text-underline-offset: .2em}
.lead {display: inline-block; padding: .4rem 0; color: inherit; text-underline-offset: .2em}
[data-testid="stElementToolbar"] button:is([aria-label^="Download as"], [aria-label^="Copy Vega"]) {display: none}
.paper p, .paper .said {max-width: 75ch; margin: 0 0 .6rem}
.paper summary {cursor: pointer}
.paper .said > summary {list-style: none}
.paper .said > summary::-webkit-details-marker {display: none}
.paper .said > summary::after {content: " figures"; font-size: .8rem; opacity: .75; text-decoration: underline dotted}
.paper blockquote {margin: 0 0 .8rem; padding: .2rem 0 .2rem 1rem; border-left: 3px solid #84898e; max-width: 75ch}
.paper .quiet {opacity: .75; font-size: .9rem}
[data-testid="stMarkdownContainer"] table {font-size: .85rem; overflow-wrap: anywhere}
[data-testid="stMarkdownContainer"] :is(th, td) {padding: .25rem .35rem}
button[data-variant="segmented_control"][data-selected] {color: inherit !important}
[data-testid="stMain"]:focus-visible, .deck-events-root:focus-visible
 {outline: 2px solid !important; outline-offset: -3px}
.stPageLink p {text-decoration: underline; text-underline-offset: .2em}
</style>"""

# On a wide screen the head of a table stays in sight, over the rows. On a narrow one a table wider than its place
# has a shadow at the side where more of it lies: it stands still, and a cover in the page's own colour moves with the
# table and hides it where the table ends.
_PAGE, _SHADE = f"light-dark({LIGHT.background}, {DARK.background})", "#84898e99"
_SIDES = (("right", "left"), ("left", "right"))
_COVERS = ", ".join(f"linear-gradient(to {to}, {_PAGE} 40%, transparent) {at} / 2.4rem 100%" for to, at in _SIDES)
_SHADOWS = ", ".join(f"linear-gradient(to {to}, {_SHADE}, transparent) {at} / .8rem 100%" for to, at in _SIDES)
STYLE += f"""<style>@media (max-width: 640px) {{ .figures {{
background: {_COVERS}, {_SHADOWS}; background-repeat: no-repeat; background-attachment: local, local, scroll, scroll
}} }}
@media (min-width: 641px) {{ .figures thead th {{position: sticky; top: 0; background: {_PAGE}}} }}</style>"""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>$:~|#]|^[-+=])")
_SWATCH = "display:inline-block;width:1em;height:1em;border:1px solid #8a8f98;vertical-align:-.15em;margin-right:.4em;"


def escape_markdown(text: str) -> str:
    """Escape a text from a file so that Markdown shows it unchanged, without picture, colour or formula."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def make_link(label: str, address: str) -> str:
    """Make a link that opens in the same window."""
    return f'<a class="lead" href="{escape(address)}" target="_self">{escape(label)}</a>'


def make_table(caption: str, head: str, rows: str, *, linked: bool) -> str:
    """Make a table that scrolls within itself, from the cells of its head and rows, which are already escaped.

    `linked`: whether its rows have links. A table without links takes the keyboard focus as a whole, so
    that it can be scrolled without a mouse.
    """
    region = "" if linked else f' role="region" tabindex="0" aria-label="{escape(caption)}"'
    return (
        f'<div class="figures"{region}><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def make_card(name: str, number: str, facts: str, line: str, sentence: str) -> str:
    """Make a card with its name, its number in large type, a line of facts, a small chart and a sentence."""
    return (
        f'<h3 style="margin:0;padding:0;font-size:1.05rem">{escape(name)}</h3>'
        f'<p style="font-size:2.6rem;font-weight:600;line-height:1.15;margin:.2rem 0 0">{escape(number)}</p>'
        f'<p style="margin:.2rem 0 .6rem">{escape(facts)}</p>{line}'
        f'<p style="margin:.6rem 0 0">{escape(sentence)}</p>'
    )


def draw_sparkline(
    counts: Sequence[float | None], marked: Sequence[bool], ends: tuple[str, str], alt: str, colours: Theme
) -> str:
    """Draw a small line from zero, with the marked months behind it and the first and last month under it.

    A missing month is a gap. The line is a plain picture, because a card's chart must load faster than a
    large one.
    """
    step = 300 / max(len(counts) - 1, 1)
    top = max((n for n in counts if n is not None), default=0) or 1
    path, pen = [], "M"
    for index, count in enumerate(counts):
        if count is not None:
            path.append(f"{pen}{index * step:.1f},{56 - 50 * count / top:.1f}")
        pen = "M" if count is None else "L"
    marked_indices = [index for index, inside in enumerate(marked) if inside]
    left, width = ((marked_indices[0] - 0.5) * step, len(marked_indices) * step) if marked_indices else (0, 0)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 0 312 60" preserveAspectRatio="none">'
        f'<rect x="{left:.1f}" width="{width:.1f}" height="60" fill="{colours.band}"/>'
        f'<path d="{"".join(path)}" fill="none" stroke="{colours.focus}" stroke-width="2" '
        f'vector-effect="non-scaling-stroke" stroke-linejoin="round"/></svg>'
    )
    return (
        f'<img alt="{escape(alt)}" src="data:image/svg+xml,{quote(svg)}" style="width:100%;height:60px">'
        f'<p style="display:flex;justify-content:space-between;font-size:.75rem;opacity:.75;margin:0">'
        f"<span>{escape(ends[0])}</span><span>{escape(ends[1])}</span></p>"
    )


def make_legend(title: str, entries: Iterable[LegendEntry]) -> str:
    """Make a map legend in one line that wraps."""
    items = "".join(
        f'<span style="display:inline-block;margin-right:1.1rem"><span style="{_SWATCH}background:{entry.colour}">'
        f"</span>{escape(entry.label)}</span>"
        for entry in entries
    )
    return f'<p style="margin:0;line-height:1.9"><b>{escape(title)}</b>&ensp;{items}</p>'
