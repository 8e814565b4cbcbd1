"""The report as a workbook: a sheet of real numbers for each block, and one of notes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from shp_data.analysis.report.report_value import Report
from shp_data.analysis.statistics.significance import LEVEL
from shp_view.documents.paper import NOTICE
from shp_view.documents.sheets import HEADER, TITLE, escape_text, estimate_row_height, write_cell, write_notes
from shp_view.report.report_sheets import Column, Sheet, SheetRow, build_sheets
from shp_view.text.report_sentences import AWAITED
from shp_view.text.wording import label_column
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
    """Write the report as a workbook (XLSX).

    Parameters
    ----------
    report : Report
        The report.
    commentary : Mapping[str, str]
        The analyst's words by indicator. They have their own sheet if there are any.
    link : str
        The address that reproduces the report on the dashboard.

    Returns
    -------
    bytes
        The file, with the sheets Indicators, Months, COVID-related, Areas compared, Wards, Repeat locations
        and Notes. A cell is empty where a figure is not known. Numbers are unrounded, and shown as the report
        prints them.
    """
    import xlsxwriter  # slow: off the first paint

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for sheet in build_sheets(report, commentary):
            _write_sheet(book, sheet, report)
        _set_up_page(write_notes(book, _list_notes(report, link)), report)
        book.set_properties(
            {
                "title": f"Performance report: {report.area}, {report.quarter.label}",
                "subject": "Quarterly performance report",
                "author": report.partnership,
                "comments": " ".join(text for text in (_choose_notice(report), link) if text),
            }
        )
    return buffer.getvalue()


def _write_sheet(book: Any, sheet: Sheet, report: Report) -> None:
    worksheet = book.add_worksheet(sheet.name)
    worksheet.write_string(
        0, 0, escape_text(f"{sheet.name}: {report.area}, {report.quarter.label}"), book.add_format(TITLE)
    )
    worksheet.write_string(1, 0, escape_text(f"{report.partnership}. Data to {report.as_of}."))
    worksheet.write_string(2, 0, _choose_notice(report))
    _write_header(book, worksheet, sheet)
    _write_rows(book, worksheet, sheet)
    last = _TOP + max(1, len(sheet.rows))
    if sheet.rows:
        worksheet.autofilter(_TOP, 0, last, len(sheet.columns) - 1)
    else:
        worksheet.write_string(last, 0, _NOTHING)
    worksheet.freeze_panes(_TOP + 1, 1)
    worksheet.repeat_rows(_TOP)
    worksheet.print_area(0, 0, last, sum(column.on_paper for column in sheet.columns) - 1)
    _set_up_page(worksheet, report)


def _write_header(book: Any, worksheet: Any, sheet: Sheet) -> None:
    colours = {"bg_color": LIGHT.focus, "font_color": "#FFFFFF"}
    words = book.add_format(HEADER | colours | _INDENT)
    numbers = book.add_format(HEADER | colours | {"align": "right"})
    worksheet.set_row(
        _TOP, estimate_row_height((column.title, column.width - 3) for column in sheet.columns)
    )  # bold, and a button
    for position, column in enumerate(sheet.columns):
        worksheet.write_string(_TOP, position, column.title, words if column.kind == "text" else numbers)
        worksheet.set_column(position, position, column.width)


def _write_rows(book: Any, worksheet: Any, sheet: Sheet) -> None:
    styles: dict[str, Any] = {}
    for number, row in enumerate(sheet.rows, _TOP + 1):
        texts = zip(sheet.columns, row.cells, strict=True)
        worksheet.set_row(
            number, estimate_row_height((value, column.width) for column, value in texts if isinstance(value, str))
        )
        for position, (column, value) in enumerate(zip(sheet.columns, row.cells, strict=True)):
            number_format = _choose_format(column, row)
            style = styles.get(number_format) or styles.setdefault(number_format, _make_style(book, number_format))
            write_cell(worksheet, number, position, value, style)


def _choose_format(column: Column, row: SheetRow) -> str:
    value, change = _BY_ROW[row.measured]
    return {"value": value, "change": change, **_BY_COLUMN}[column.kind]


def _make_style(book: Any, number_format: str) -> Any:
    words = {"text_wrap": True} | _INDENT if number_format == _BY_COLUMN["text"] else {}
    return book.add_format({"num_format": number_format, "valign": "top"} | words)


def _set_up_page(worksheet: Any, report: Report) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)  # as wide as the page, as long as it takes
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    footer = report.partnership.replace("&", "&&")
    worksheet.set_footer(f"&L&8{footer}{'. SYNTHETIC SAMPLE' if report.synthetic else ''}&R&8&A, page &P of &N")


def _choose_notice(report: Report) -> str:
    return NOTICE if report.synthetic else ""


def _list_notes(report: Report, link: str) -> Iterator[tuple[str, str]]:
    """List the notes that must go with the numbers, as pairs of name and text."""
    yield "Report", f"Quarterly performance report of the {report.partnership}"
    yield "Area", report.area
    yield "Quarter", report.quarter.label
    yield "Data to", report.as_of
    if report.synthetic:
        yield "Notice", NOTICE
    if link:
        yield "Reproduce it", link
    yield from _list_methods(report)
    yield from (("Caveat", caveat) for caveat in report.caveats)
    yield from ((f"On {line.short}", note) for line in report.lines for note in line.notes)
    yield from (("Source", source.removeprefix("Source: ")) for source in report.sources)


def _list_methods(report: Report) -> Iterator[tuple[str, str]]:
    level = f"{100 * (1 - LEVEL):g} %"
    yield "Numbers", "Stored unrounded. Cells are formatted as in the report."
    yield "Empty cells", f"Not available, never zero. A figure that the supplier has not sent yet is '{AWAITED}'."
    yield (
        "Difference",
        "This quarter minus the earlier one. % difference is a percentage of the earlier one; there is none of 0.",
    )
    yield "Percentages", "Their change is in percentage points, in the column % difference."
    yield "Year to date", "From April to the quarter's end: the sum of what is loaded, or as the supplier gave it."
    yield "Rates", "Per 1,000 residents."
    yield (
        label_column("verdict"),
        "Whether the change on the same quarter last year is larger than expected from chance and normal "
        f"month-to-month variation. The ratio is this quarter's rate divided by last year's, with its {level} interval.",
    )
    yield "Rank", "1 is the highest rate. Best and worst are the range of ranks when chance is allowed for."
    for block in report.places[:1]:
        yield "Repeat locations", f"Locations with at least {block.minimum} incidents of one indicator in the quarter."
    for reason in dict.fromkeys(block.not_known for block in report.places if block.not_known):
        yield "Repeat locations", reason
