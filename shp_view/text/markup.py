"""The HTML that Streamlit has no element for, from the files in `templates/`. Jinja2 escapes every text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shp_view.text.map_words import LegendEntry
from shp_view.theme import Theme

TEMPLATES = Path(__file__).parents[1] / "templates"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>$:~|#]|^[-+=])")


class Cell(NamedTuple):
    """A cell of a table: its text, its CSS classes and its tooltip."""

    text: str
    css: str = ""
    tooltip: str = ""


def render(template: str, **values: Any) -> Markup:
    """Render a template with values. Every value is escaped, unless it is the result of another template."""
    return Markup(_ENVIRONMENT.get_template(template).render(values))  # nosec B704  # the templates are our own


def read_style(name: str) -> str:
    """Read a style sheet from the folder of templates, as HTML."""
    return f"<style>{(TEMPLATES / name).read_text(encoding='utf-8')}</style>"


STYLE, DESK_MAP_STYLE = read_style("style.css"), read_style("desk_map.css")


def escape_markdown(text: str) -> str:
    """Escape a text from a file so that Markdown shows it unchanged, without picture, colour or formula."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def make_link(label: str, address: str) -> str:
    """Make a link that opens in the same window."""
    return render("link.html", label=label, address=address)


def make_table(
    caption: str, header: Iterable[Cell], rows: Iterable[Sequence[Cell]], links: Sequence[str] = ()
) -> Markup:
    """Make a table that scrolls within itself. `links`: the address behind the first cell of each row, or ""."""
    return render("table.html", caption=caption, header=header, rows=rows, links=links)


def make_card(name: str, number: str, facts: str, line: str, sentence: str) -> str:
    """Make a card with its name, its number in large type, a line of facts, a small chart and a sentence.

    `line`: the chart from `draw_sparkline`.
    """
    return render("card.html", name=name, number=number, facts=facts, line=line, sentence=sentence)


def draw_sparkline(
    counts: Sequence[float | None], marked: Sequence[bool], ends: tuple[str, str], alt: str, colours: Theme
) -> Markup:
    """Draw a small line from zero, with the marked months behind it and the first and last month under it.

    A missing month is a gap. The line is a plain picture, because a card's chart must load faster than a
    large one.
    """
    # The picture is 300 by 56 units. It scales with its card.
    step = 300 / max(len(counts) - 1, 1)
    top = max((n for n in counts if n is not None), default=0) or 1
    path, pen = [], "M"
    for index, count in enumerate(counts):
        if count is not None:
            path.append(f"{pen}{index * step:.1f},{56 - 50 * count / top:.1f}")
        # After a gap the pen is lifted, so that no line crosses missing months.
        pen = "M" if count is None else "L"
    marked_indices = [index for index, inside in enumerate(marked) if inside]
    left, width = ((marked_indices[0] - 0.5) * step, len(marked_indices) * step) if marked_indices else (0, 0)
    return render("sparkline.html", path="".join(path), left=left, width=width, ends=ends, alt=alt, colours=colours)


def make_legend(title: str, entries: Iterable[LegendEntry]) -> str:
    """Make a map legend in one line that wraps."""
    return render("legend.html", title=title, entries=entries)
