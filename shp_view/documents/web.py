"""The report on the page: its sentences with the figures behind them, and its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from shp_view.documents.paper import PaperTable, Part
from shp_view.text import wording
from shp_view.text.markup import Cell, make_table, render
from shp_view.text.report_sentences import Sentence, SentenceValue

_FIGURES = ("Figure", "Of", "Area", "Period", "Value")


def format_part(report_part: Part) -> Markup:
    """Format an indicator: heading, sentences with the figures behind them, notes and tables."""
    return render("report_part.html", part=report_part, format_table=format_table, tabulate_values=_tabulate_values)


def format_summary(messages: tuple[Sentence, ...]) -> Markup:
    """Format the key messages, each with the figures behind it."""
    return render("report_summary.html", sentences=messages, tabulate_values=_tabulate_values)


def format_table(table: PaperTable, links: Mapping[str, str] | None = None) -> Markup:
    """Format a table of the report. `links`: the link of a row, by the text of its first cell."""
    header, *rows = (
        [Cell(text, "number" if table.is_number_column(column) else "") for column, text in enumerate(row)]
        for row in (table.header, *table.rows)
    )
    return make_table(table.caption, header, rows, [links.get(row[0], "") for row in table.rows] if links else ())


def format_contents(headings: Mapping[str, str]) -> Markup:
    """Format links to the headings of the page, by their anchors."""
    return render("contents.html", headings=headings)


def _tabulate_values(values: Sequence[SentenceValue]) -> Markup:
    """Tabulate the figures behind a sentence."""
    rows = tuple((item.name, item.subject, item.area, item.period, _format_value(item)) for item in values)
    return format_table(PaperTable("The figures behind this sentence", _FIGURES, rows, texts=4))


def _format_value(item: SentenceValue) -> str:
    if isinstance(item.value, str):
        return item.value
    if item.value is None or wording.is_missing(item.value):
        return wording.NOT_AVAILABLE
    # A rate or ratio keeps its decimals, so that a reader can check the rounded one in the sentence.
    return f"{item.value:,.6g}" if abs(item.value) < 1_000 else f"{item.value:,.0f}"
