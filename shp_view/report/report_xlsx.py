"""The report as a workbook: a sheet for each block, with real numbers, and one of notes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from shp_data.analysis.report.report_value import Report
from shp_data.analysis.statistics.significance import LEVEL
from shp_view.documents.paper import NOTICE
from shp_view.documents.sheets import HEADER, TITLE, harmless, height, write_cell, write_notes
from shp_view.report.report_sheets import NOT_YET_IN, Column, Row, Sheet, sheets
from shp_view.theme import LIGHT

_TOP = 4  # the header's row, from 0: a title, a line on the data, the notice and an empty one stand above it
_INDENT = {"align": "left", "indent": 1}  # so that a number and the text beside it stand apart
_NOTHING = "Nothing of this quarter and area is loaded."
_BY_ROW = {  # how the numbers of a row are shown, by what they are: their value, and their change in per cent
    "count": ("#,##0", '0"%"'),
    "level": ("#,##0", '0"%"'),
    "percent": ('0.0"%"', '0.0" points"'),
    "rate_per_1000": ("0.0", '0"%"'),
}
_BY_COLUMN = {
    "text": "@", "whole": "#,##0", "rate": "0.0", "share": "0.0", "ratio": "0.00", "p": "0.0000", "month": "mmm yyyy",
    "degrees": "0.00000",
}  # fmt: skip


def to_xlsx(report: Report, commentary: Mapping[str, str], link: str = "") -> bytes:
    """The report as an XLSX file: Indicators, Months, COVID-related, Areas compared, Wards, Repeat locations, Notes.

    `commentary`: the analyst's words by indicator, on a sheet of their own if there are any. `link`: what
    reproduces the report on the dashboard. A cell is empty where a figure is not known; numbers are unrounded,
    shown as the report prints them.
    """
    import xlsxwriter  # slow: off the first paint

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for sheet in sheets(report, commentary):
            _write_sheet(book, sheet, report)
        _print_setup(write_notes(book, _notes(report, link)), report)
        book.set_properties(
            {
                "title": f"Performance report: {report.area}, {report.quarter.label}",
                "subject": "Quarterly performance report",
                "author": report.partnership,
                "comments": " ".join(text for text in (_notice(report), link) if text),
            }
        )
    return buffer.getvalue()


def _write_sheet(book: Any, sheet: Sheet, report: Report) -> None:
    made = book.add_worksheet(sheet.name)
    made.write_string(0, 0, harmless(f"{sheet.name}: {report.area}, {report.quarter.label}"), book.add_format(TITLE))
    made.write_string(1, 0, harmless(f"{report.partnership}. Data to {report.as_of}."))
    made.write_string(2, 0, _notice(report))
    _write_header(book, made, sheet)
    _write_rows(book, made, sheet)
    last = _TOP + max(1, len(sheet.rows))
    if sheet.rows:
        made.autofilter(_TOP, 0, last, len(sheet.columns) - 1)
    else:
        made.write_string(last, 0, _NOTHING)
    made.freeze_panes(_TOP + 1, 1)
    made.repeat_rows(_TOP)
    made.print_area(0, 0, last, sum(column.on_paper for column in sheet.columns) - 1)
    _print_setup(made, report)


def _write_header(book: Any, made: Any, sheet: Sheet) -> None:
    colours = {"bg_color": LIGHT.focus, "font_color": "#FFFFFF"}
    words = book.add_format(HEADER | colours | _INDENT)
    numbers = book.add_format(HEADER | colours | {"align": "right"})
    made.set_row(_TOP, height((column.title, column.width - 3) for column in sheet.columns))  # bold, and a button
    for place, column in enumerate(sheet.columns):
        made.write_string(_TOP, place, column.title, words if column.kind == "text" else numbers)
        made.set_column(place, place, column.width)


def _write_rows(book: Any, made: Any, sheet: Sheet) -> None:
    styles: dict[str, Any] = {}
    for number, row in enumerate(sheet.rows, _TOP + 1):
        texts = zip(sheet.columns, row.cells, strict=True)
        made.set_row(number, height((value, column.width) for column, value in texts if isinstance(value, str)))
        for place, (column, value) in enumerate(zip(sheet.columns, row.cells, strict=True)):
            form = _form(column, row)
            style = styles.get(form) or styles.setdefault(form, _style(book, form))
            write_cell(made, number, place, value, style)


def _form(column: Column, row: Row) -> str:
    value, change = _BY_ROW[row.measured]
    return {"value": value, "change": change, **_BY_COLUMN}[column.kind]


def _style(book: Any, form: str) -> Any:
    words = {"text_wrap": True} | _INDENT if form == _BY_COLUMN["text"] else {}
    return book.add_format({"num_format": form, "valign": "top"} | words)


def _print_setup(made: Any, report: Report) -> None:
    made.set_landscape()
    made.set_paper(9)  # A4
    made.fit_to_pages(1, 0)  # as wide as the page, as long as it takes
    made.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    footer = report.partnership.replace("&", "&&")
    made.set_footer(f"&L&8{footer}{'. SYNTHETIC SAMPLE' if report.synthetic else ''}&R&8&A, page &P of &N")


def _notice(report: Report) -> str:
    return NOTICE if report.synthetic else ""


def _notes(report: Report, link: str) -> Iterator[tuple[str, str]]:
    """What must travel with the numbers, as pairs of name and text."""
    yield "Report", f"Quarterly performance report of the {report.partnership}"
    yield "Area", report.area
    yield "Quarter", report.quarter.label
    yield "Data to", report.as_of
    if report.synthetic:
        yield "Notice", NOTICE
    if link:
        yield "Reproduce it", link
    yield from _methods(report)
    yield from (("Caveat", caveat) for caveat in report.caveats)
    yield from ((f"On {line.short}", note) for line in report.lines for note in line.notes)
    yield from (("Source", source.removeprefix("Source: ")) for source in report.sources)


def _methods(report: Report) -> Iterator[tuple[str, str]]:
    level = f"{100 * (1 - LEVEL):g} %"
    yield "Numbers", "As they are worked out, unrounded; a cell shows them as the report prints them."
    yield "Empty cells", f"Not known or not available, never zero. A quarter that has not come is '{NOT_YET_IN}'."
    yield "Difference", "This quarter less the earlier one. % difference is of the earlier one; not available of 0."
    yield "Percentages", "Their change is in percentage points, and stands under % difference."
    yield "Year to date", "From April to the quarter's end: the sum of what is loaded, or as the supplier gave it."
    yield "Rates", "Per 1,000 residents."
    yield (
        "More than chance?",
        "Whether the change on the same quarter last year is beyond chance and the usual variation between months. The "
        f"ratio is this quarter's rate over last year's, with its {level} interval.",
    )
    yield "Rank", "1 is the highest rate. Best and worst are the ranks that chance leaves open."
    for block in report.places[:1]:
        yield "Repeat locations", f"Places with at least {block.minimum} incidents of one indicator in the quarter."
    for why in dict.fromkeys(block.not_known for block in report.places if block.not_known):
        yield "Repeat locations", why
