"""The report on the page: its sentences with the figures behind them, and tables. Every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from shp_view.documents.paper import PaperTable, Part
from shp_view.text import markup, wording
from shp_view.text.report_sentences import Sentence, SentenceValue

_FIGURES = ("Figure", "Of", "Area", "Period", "Value")


def format_part(report_part: Part) -> str:
    """Format an indicator: heading, sentences with the figures behind them, notes and tables."""
    notes = "".join(f'<p class="quiet">{escape(note)}</p>' for note in (*report_part.notes, report_part.source) if note)
    commentary = (
        f"<blockquote><b>Commentary.</b> {_format_lines(report_part.commentary)}</blockquote>"
        if report_part.commentary
        else ""
    )
    grids = "".join(
        f"<details><summary>{escape(table.caption)}</summary>{format_table(table)}</details>"
        for table in report_part.tables
    )
    return (
        f'<section class="paper"><h3>{escape(report_part.heading)}</h3>'
        f"{''.join(map(_format_sentence, report_part.sentences))}{commentary}{notes}{grids}</section>"
    )


def format_summary(messages: tuple[Sentence, ...]) -> str:
    """Format the key messages, each with the figures behind it."""
    return f'<section class="paper">{"".join(map(_format_sentence, messages))}</section>'


def format_table(table: PaperTable, links: Mapping[str, str] | None = None) -> str:
    """Format a table of the report. `links`: the link of a row, by the text of its first cell."""
    head = "".join(
        f'<th scope="col"{_format_class(table, column)}>{escape(name)}</th>' for column, name in enumerate(table.header)
    )
    rows = "".join(_format_row(table, row, (links or {}).get(row[0])) for row in table.rows)
    return markup.make_table(table.caption, head, rows, linked=bool(links))


def format_contents(headings: Mapping[str, str]) -> str:
    """Format links to the headings of the page, by their anchors."""
    return " · ".join(f'<a href="#{escape(anchor)}">{escape(name)}</a>' for anchor, name in headings.items())


def _format_row(table: PaperTable, row: tuple[str, ...], link: str | None) -> str:
    first, *cells = (escape(cell) for cell in row)
    first = f'<a href="{escape(link)}" target="_self">{first}</a>' if link else first
    rest = "".join(f"<td{_format_class(table, column)}>{cell}</td>" for column, cell in enumerate(cells, 1))
    return f'<tr><th scope="row">{first}</th>{rest}</tr>'


def _format_class(table: PaperTable, column: int) -> str:
    return ' class="number"' if table.is_number_column(column) else ""


def _format_sentence(sentence: Sentence) -> str:
    if not sentence.values:
        return f"<p>{escape(sentence.text)}</p>"
    rows = tuple((item.name, item.subject, item.area, item.period, _format_value(item)) for item in sentence.values)
    figures = format_table(PaperTable("The figures that this was made from", _FIGURES, rows, texts=4))
    return f'<details class="said"><summary>{escape(sentence.text)}</summary>{figures}</details>'


def _format_value(item: SentenceValue) -> str:
    if isinstance(item.value, str):
        return item.value
    if item.value is None or wording.is_missing(item.value):
        return wording.NOT_AVAILABLE
    return f"{item.value:,.6g}" if abs(item.value) < 1_000 else f"{item.value:,.0f}"


def _format_lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())
