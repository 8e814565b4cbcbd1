"""The report as a workbook: a sheet of unrounded numbers for each block, and one of notes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shp_data.analysis.report.report_value import AreaStanding, Change, Line, Report
from shp_data.analysis.statistics.significance import LEVEL
from shp_data.domain.periods import Month
from shp_data.domain.reported import MeasureKind
from shp_data.domain.schema import UNPLACED
from shp_view.documents.paper import NOTICE
from shp_view.documents.workbook import HEADER, TITLE, escape_text, estimate_row_height, write_cell, write_notes
from shp_view.report.report_grids import WITHHELD
from shp_view.text import verdict_words
from shp_view.text.coverage_words import list_caveats
from shp_view.text.hotspot_words import PATTERNS
from shp_view.text.report_sentences import AWAITED, describe_unsupplied, name_missing
from shp_view.text.wording import label_column
from shp_view.theme import LIGHT

# How a column is shown. Values, differences and changes depend on what kind of number their row holds.
ColumnKind = Literal["text", "value", "change", "whole", "rate", "share", "ratio", "p", "month", "degrees"]
SheetValue = float | str | dt.date | None

_UNITS = {"percent": "%", "rate_per_1000": "per 1,000 residents"}
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
_LONGEST = 32_000  # characters that a cell holds, and some to spare


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its printed name, its kind, its width in characters, and whether it is printed."""

    title: str
    kind: ColumnKind = "value"
    width: int = 11
    on_paper: bool = True


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet: its cells, and the kind of number that its values are."""

    cells: tuple[SheetValue, ...]
    measured: MeasureKind = "count"


@dataclass(frozen=True)
class Sheet:
    """One block of the report: the name of the sheet, its columns and its rows."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]


_INDICATOR = Column("Indicator", "text", 54)
_AREA = Column("Area", "text", 20)
# In the order and with the names of the published table.
_PUBLISHED = (
    *map(Column, ("Year to date", "Same quarter last year", "This quarter", "Difference")),
    Column("% difference", "change"),
)
_PREVIOUS = (
    *map(Column, ("Previous quarter", "Difference on previous quarter")),
    Column("% difference on previous quarter", "change"),
)
_STATUS = Column("Status", "text", 12)
_VERDICT = Column(label_column("verdict"), "text", 24)
_DETAILS = (
    Column("p-value", "p", 9, on_paper=False),
    Column("Ratio to last year", "ratio", 9, on_paper=False),
    Column("Ratio, low", "ratio", 9, on_paper=False),
    Column("Ratio, high", "ratio", 9, on_paper=False),
    Column("Year to date is", "text", 11, on_paper=False),
    Column("Sum of the quarters, where it differs", width=14, on_paper=False),
    Column("Source", "text", 46, on_paper=False),
    Column("Notes", "text", 80, on_paper=False),
)


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
        title, comments = f"Performance report: {report.area}, {report.quarter.label}", (_choose_notice(report), link)
        book.set_properties({
            "title": title, "subject": "Quarterly performance report", "author": report.partnership,
            "comments": " ".join(filter(None, comments)),
        })  # fmt: skip
    return buffer.getvalue()


def build_sheets(report: Report, commentary: Mapping[str, str]) -> tuple[Sheet, ...]:
    """Build every sheet of a report except its notes. Include the commentary (by indicator) if there is any."""
    blocks: tuple[Callable[[Report], Sheet], ...] = (
        _build_indicators, _build_months, _build_covid, _build_areas, _build_wards, _build_hotspots,
        _build_locations,
    )  # fmt: skip
    words = {id_: text for id_, text in commentary.items() if text.strip()}
    return (*(block(report) for block in blocks), *((_build_commentary(report, words),) if words else ()))


def _build_indicators(report: Report) -> Sheet:
    columns = (_INDICATOR, _AREA, Column("Unit", "text", 21), *_PUBLISHED, *_PREVIOUS, _STATUS, _VERDICT, *_DETAILS)
    rows = (
        SheetRow(
            (line.label, line.area, _UNITS.get(line.measured, line.unit), *_list_values(line), *_list_details(line)),
            line.measured,
        )
        for line in report.list_all_lines()
        if line.is_supplied
    )
    return Sheet("Indicators", columns, tuple(rows))


def _build_months(report: Report) -> Sheet:
    columns = (_INDICATOR, _AREA, Column("Month", "month"), Column("Count"), Column("Without COVID-related", width=14))
    rows = (
        SheetRow((line.label, line.area, Month.parse(m.month).first_day, m.value, m.excluding_covid), line.measured)
        for line in report.list_all_lines()
        for m in line.months
    )
    return Sheet("Months", columns, tuple(rows))


def _build_covid(report: Report) -> Sheet:
    titles = ("This quarter", "COVID-related", "Without COVID-related", "Same quarter last year without")
    this, related, without, last_year = (Column(title, "whole", 15) for title in titles)
    columns = (_INDICATOR, _AREA, this, related, Column("COVID-related share, %", "share", 15), without, last_year)
    rows = (
        SheetRow((
            line.label, line.area, line.quarter_value, line.covid.count, line.covid.share, line.covid.excluding,
            line.covid.excluding_last_year,
        ))
        for line in report.list_all_lines()
        if line.covid
    )  # fmt: skip
    return Sheet("COVID-related", columns, tuple(rows))


def _build_areas(report: Report) -> Sheet:
    periods = ("year to date", "same quarter last year", "quarter")
    rates = tuple(Column(f"Rate per 1,000, {period}", "rate", 14) for period in periods)
    ranks = tuple(Column(title, "whole", 9) for title in ("Rank by rate", "Rank, best", "Rank, worst"))
    rows = (
        SheetRow(_list_standing(standing))
        for block in report.compared
        for standing in block.areas
        if standing.count.is_supplied
    )
    return Sheet("Areas compared", (_INDICATOR, _AREA, *_PUBLISHED, _STATUS, _VERDICT, *rates, *ranks), tuple(rows))


def _build_wards(report: Report) -> Sheet:
    columns = (
        _INDICATOR, Column("Ward", "text", 34), Column("Ward code", "text", 13), Column("Boundaries of", "text", 12),
        Column("This quarter", "whole"), Column("Same quarter last year", "whole"), Column("Share, %", "share"),
        _VERDICT,
    )  # fmt: skip
    rows: list[SheetRow] = []
    for block in report.wards:
        label = _name_indicator(report, block.indicator)
        for ward in block.wards:
            # The report names each ward of its area: a ward without a count is one whose count is withheld.
            count = WITHHELD if ward.count is None else ward.count
            verdict = verdict_words.LABELS[ward.verdict] if ward.verdict else None
            cells = (label, ward.ward, ward.code, block.vintage, count, ward.last_year, ward.share, verdict)
            rows.append(SheetRow(cells))
        if block.unplaced:
            rows.append(SheetRow((label, UNPLACED, None, block.vintage, block.unplaced, None, None, None)))
    return Sheet("Wards", columns, tuple(rows))


def _build_locations(report: Report) -> Sheet:
    columns = (
        _INDICATOR, Column("Location", "text", 44), Column("Ward", "text", 34), Column("This quarter", "whole"),
        Column("Since the quarter before", "text", 14), Column("Longitude", "degrees"), Column("Latitude", "degrees"),
    )  # fmt: skip
    rows = (
        SheetRow((
            _name_indicator(report, block.indicator), location.location, location.ward, location.count, location.state,
            location.longitude, location.latitude,
        ))
        for block in report.places
        for location in block.places
    )  # fmt: skip
    return Sheet("Repeat locations", columns, tuple(rows))


def _build_hotspots(report: Report) -> Sheet:
    columns = (
        _INDICATOR, Column("Hotspot", "text", 44), Column("Ward", "text", 34), Column("This quarter", "whole"),
        Column("Same quarter last year", "whole"), Column("Share, %", "share"), _VERDICT,
        *(Column(label_column(name), "whole") for name in ("hot_months", "judged_months")),
        Column(label_column("pattern"), "text", 24),
    )  # fmt: skip
    rows = (
        SheetRow((
            _name_indicator(report, block.indicator), hotspot.name, hotspot.ward, hotspot.count, hotspot.last_year,
            hotspot.share, verdict_words.LABELS[hotspot.verdict] if hotspot.verdict else None, hotspot.hot_months,
            hotspot.judged_months, PATTERNS[hotspot.pattern] if hotspot.pattern else None,
        ))
        for block in report.hotspots
        for hotspot in block.hotspots
    )  # fmt: skip
    return Sheet("Hotspots", columns, tuple(rows))


def _build_commentary(report: Report, words: Mapping[str, str]) -> Sheet:
    rows = (
        SheetRow((_name_indicator(report, id_), text[start : start + _LONGEST]))
        for id_, text in words.items()
        for start in range(0, len(text), _LONGEST)  # a longer text goes on in the next row
    )
    return Sheet("Commentary", (_INDICATOR, Column("Commentary", "text", 100)), tuple(rows))


def _list_values(line: Line) -> Iterable[SheetValue]:
    """List the cells of _PUBLISHED, _PREVIOUS, _STATUS and _VERDICT."""
    before = line.previous_quarter
    return (*_list_published(line), before.base if before else None, *_list_change(before), *_list_status(line))


def _list_published(line: Line) -> Iterable[SheetValue]:
    return (line.year_to_date, line.same_quarter_last_year, line.quarter_value, *_list_change(line.last_year))


def _list_change(against: Change | None) -> tuple[SheetValue, SheetValue]:
    return (against.difference, against.pct_difference) if against else (None, None)


def _list_status(line: Line) -> tuple[SheetValue, SheetValue]:
    """List the status of a figure that is missing, and the verdict on its change."""
    missing = name_missing(line) if line.quarter_value is None else None
    return missing, verdict_words.LABELS[line.chance.verdict] if line.chance else None


def _list_details(line: Line) -> Iterable[SheetValue]:
    chance = line.chance
    tested = (chance.p_value, chance.rate_ratio, chance.low, chance.high) if chance else (None,) * 4
    to_date = (line.year_to_date_as or None, line.year_to_date_sum)
    return (*tested, *to_date, line.source, " ".join(list_caveats(line.notes)) or None)


def _list_standing(standing: AreaStanding) -> tuple[SheetValue, ...]:
    rate = standing.rate
    rates = (rate.year_to_date, rate.same_quarter_last_year, rate.quarter_value) if rate else (None,) * 3
    ranks = (standing.rank, standing.rank_low, standing.rank_high)
    counts = (*_list_published(standing.count), *_list_status(standing.count))
    return (standing.count.label, standing.area, *counts, *rates, *ranks)


def _name_indicator(report: Report, indicator: str) -> str:
    line = report.find_line(indicator)
    return line.label if line else indicator


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
    # Three letters less than the column has room for: the type is bold, and the button of the filter is in the cell.
    worksheet.set_row(_TOP, estimate_row_height((column.title, column.width - 3) for column in sheet.columns))
    for position, column in enumerate(sheet.columns):
        worksheet.write_string(_TOP, position, column.title, words if column.kind == "text" else numbers)
        worksheet.set_column(position, position, column.width)


def _write_rows(book: Any, worksheet: Any, sheet: Sheet) -> None:
    styles: dict[str, Any] = {}
    for number, row in enumerate(sheet.rows, _TOP + 1):
        cells = list(zip(sheet.columns, row.cells, strict=True))
        texts = ((value, column.width) for column, value in cells if isinstance(value, str))
        worksheet.set_row(number, estimate_row_height(texts))
        value_format, change_format = _BY_ROW[row.measured]
        formats = {"value": value_format, "change": change_format, **_BY_COLUMN}
        for position, (column, value) in enumerate(cells):
            # One style for each format and not for each cell, of which a workbook holds a limited number.
            number_format = formats[column.kind]
            if number_format not in styles:
                words = {"text_wrap": True} | _INDENT if column.kind == "text" else {}
                styles[number_format] = book.add_format({"num_format": number_format, "valign": "top"} | words)
            write_cell(worksheet, number, position, value, styles[number_format])


def _set_up_page(worksheet: Any, report: Report) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)  # as wide as the page, as long as it takes
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # An ampersand begins a code in a footer; two of them are printed as one.
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
    yield from (("Caveat", caveat) for caveat in list_caveats(report.caveats))
    lines = [line for line in report.lines if line.is_supplied]
    yield from ((f"On {line.short}", note) for line in lines for note in list_caveats(line.notes))
    if unsupplied := describe_unsupplied(report):
        yield "Not supplied", unsupplied.removeprefix("Not supplied: ")
    yield from (("Source", source.removeprefix("Source: ")) for source in report.sources)


def _list_methods(report: Report) -> Iterator[tuple[str, str]]:
    level = f"{100 * (1 - LEVEL):g} %"
    yield "Numbers", "Stored unrounded. Cells are formatted as in the report."
    yield "Empty cells", f"Not available, never zero. A figure that the supplier has not sent yet is '{AWAITED}'."
    yield "Difference", "This quarter minus the earlier one. % difference is of the earlier one; there is none of 0."
    yield "Percentages", "Their change is in percentage points, in the column % difference."
    yield "Year to date", "From April to the quarter's end: the sum of what is loaded, or as the supplier gave it."
    yield "Rates", "Per 1,000 residents."
    yield (
        label_column("verdict"),
        "Whether the change on the same quarter last year is larger than expected from chance and normal "
        f"month-to-month variation. The ratio is this quarter's rate divided by last year's ({level} interval).",
    )
    yield "Rank", "1 is the highest rate. Best and worst are the range of ranks when chance is allowed for."
    for block in report.places[:1]:
        yield "Repeat locations", f"Locations with at least {block.minimum} incidents of one indicator in the quarter."
    for reason in list_caveats(block.coverage for block in report.places if not block.coverage.is_complete):
        yield "Repeat locations", reason
