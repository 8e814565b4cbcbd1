"""The report on the page: its sentences with the figures behind them, its tables. Every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from shp_view.documents.paper import Grid, Part
from shp_view.text import markup, wording
from shp_view.text.report_cells import Cell, Said

_FIGURES = ("Figure", "Of", "Area", "Period", "Value")


def part(shown: Part) -> str:
    """An indicator's heading, what is said of it with the figures behind each sentence, its notes and tables."""
    notes = "".join(f'<p class="quiet">{escape(note)}</p>' for note in (*shown.notes, shown.source) if note)
    commentary = f"<blockquote><b>Commentary.</b> {_lines(shown.commentary)}</blockquote>" if shown.commentary else ""
    grids = "".join(f"<details><summary>{escape(one.caption)}</summary>{grid(one)}</details>" for one in shown.grids)
    return (
        f'<section class="paper"><h3>{escape(shown.heading)}</h3>'
        f"{''.join(map(_said, shown.said))}{commentary}{notes}{grids}</section>"
    )


def summary(messages: tuple[Said, ...]) -> str:
    """The key messages, each with the figures behind it."""
    return f'<section class="paper">{"".join(map(_said, messages))}</section>'


def grid(shown: Grid, links: Mapping[str, str] | None = None) -> str:
    """A table of the report. `links`: where a row leads, by the text of its first cell."""
    head = "".join(f'<th scope="col"{_side(shown, at)}>{escape(name)}</th>' for at, name in enumerate(shown.header))
    rows = "".join(_row(shown, row, (links or {}).get(row[0])) for row in shown.rows)
    return markup.table(shown.caption, head, rows, linked=bool(links))


def contents(headings: Mapping[str, str]) -> str:
    """Links to the headings of the page, by their anchors."""
    return " · ".join(f'<a href="#{escape(anchor)}">{escape(name)}</a>' for anchor, name in headings.items())


def _row(shown: Grid, row: tuple[str, ...], link: str | None) -> str:
    first, *cells = (escape(cell) for cell in row)
    first = f'<a href="{escape(link)}" target="_self">{first}</a>' if link else first
    rest = "".join(f"<td{_side(shown, at)}>{cell}</td>" for at, cell in enumerate(cells, 1))
    return f'<tr><th scope="row">{first}</th>{rest}</tr>'


def _side(shown: Grid, at: int) -> str:
    return ' class="number"' if shown.is_number(at) else ""


def _said(said: Said) -> str:
    if not said.cells:
        return f"<p>{escape(said.text)}</p>"
    rows = tuple((cell.name, cell.of, cell.area, cell.period, _value(cell)) for cell in said.cells)
    behind = grid(Grid("The figures that this was made from", _FIGURES, rows, texts=4))
    return f'<details class="said"><summary>{escape(said.text)}</summary>{behind}</details>'


def _value(cell: Cell) -> str:
    if isinstance(cell.value, str):
        return cell.value
    if cell.value is None or wording.is_missing(cell.value):
        return wording.NOT_AVAILABLE
    return f"{cell.value:,.6g}" if abs(cell.value) < 1_000 else f"{cell.value:,.0f}"


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())
