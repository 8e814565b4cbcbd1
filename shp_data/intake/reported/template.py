"""The workbook of reported figures that an officer fills in, with its guide. `figures` reads it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shp_data.domain import schema
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.reported import MeasureKind, classify_measure
from shp_data.domain.vocabulary import Indicator

FIGURES, GUIDE = "Figures", "How to fill this in"  # the sheets
_UNIT = "Unit"  # for the officer; a load does not read it
_LABELS = {field.name: field.label for field in schema.FIGURE_FILE}
_COLUMNS = {  # header -> width in characters
    _LABELS["area"]: 20,
    _LABELS["indicator"]: 66,
    _UNIT: 12,
    _LABELS["period"]: 14,
    _LABELS["value"]: 12,
    _LABELS["year_to_date"]: 16,
}
_AREA, _INDICATOR, _VALUE, _TO_DATE = 0, 1, 4, 5  # places of columns
_SPARE_ROWS = 100  # below the last, for rows that an officer adds
KINDS: Final[dict[MeasureKind, tuple[str, str, str]]] = {  # its name, what it means, the number format of its cells
    "count": ("count", "How many in the period. Quarters add up to the year. A whole number, such as 90.", "#,##0"),
    "level": (
        "level",
        "How many at the end of the period. Quarters do not add up. A whole number, such as 43.",
        "#,##0",
    ),
    "percent": (
        "percentage",
        "Enter 25.7 for 25.7 %, without the % sign: Excel would store 0.257. Quarters do not add up.",
        "0.0",
    ),
}
_LINE = 185  # characters that go into a line of the guide


@dataclass(frozen=True)
class _TemplateRow:
    area: str
    indicator: Indicator
    period: Period

    @property
    def kind(self) -> MeasureKind:
        return classify_measure(self.indicator)

    @property
    def period_text(self) -> str:
        """The period in a form that Excel does not change: `2020-21 Q3`, `Oct 2020`."""
        return self.period.span if self.period.length == 1 else self.period.name.replace("-Q", " Q")


def write_template(target: Path, quarter: Period, areas: tuple[str, ...]) -> None:
    """Write the workbook in which an officer gives the reported figures of a quarter.

    `areas`: printed names of LPAs. The sheet Figures has a row for each area, reported indicator and period
    (the quarter, its months if the indicator is monthly, the same quarter last year), with the value left
    empty. The sheet How to fill this in explains each kind of number. Raises UserError if the workbook cannot
    be written.
    """
    content = build_template(quarter, areas)
    try:
        target.write_bytes(content)
    except OSError as error:
        raise UserError(
            f"{target.name} cannot be written: {error.strerror}. Close it if it is open, or choose another file name."
        ) from error


def build_template(quarter: Period, areas: tuple[str, ...]) -> bytes:
    """Return the bytes of the workbook that `write_template` writes."""
    import xlsxwriter  # slow: only where a workbook is written

    rows = [
        row
        for area in areas
        for indicator in list_reported_indicators()
        for row in _make_rows(area, indicator, quarter)
    ]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": f"Reported figures, {quarter.label}", "author": partnership().name})
        sheet = book.add_worksheet(FIGURES)
        first_indicator_row = write_guide(book, book.add_worksheet(GUIDE), quarter)
        _write_rows(book, sheet, rows)
        _add_validation(sheet, rows, first_indicator_row)
        _set_up_sheet(sheet, f"Reported figures, {quarter.label}")
    return buffer.getvalue()


def _make_rows(area: str, indicator: Indicator, quarter: Period) -> Iterator[_TemplateRow]:
    yield _TemplateRow(area, indicator, quarter)
    if indicator.monthly:
        yield from (_TemplateRow(area, indicator, Period(month, month)) for month in quarter)
    yield _TemplateRow(area, indicator, quarter.last_year)


def _write_rows(book: Any, sheet: Any, rows: list[_TemplateRow]) -> None:
    """Write the header, and a row for each figure that is asked for. Cells to fill in are highlighted."""
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1"})
    text = book.add_format({"num_format": 49})  # text, so that Excel makes no date of a period
    box = {"bg_color": "#FFF9DB", "border": 1, "border_color": "#B0A060"}
    boxes = {kind: book.add_format(box | {"num_format": number}) for kind, (_, _, number) in KINDS.items()}
    sheet.set_row(0, 32)
    for column, (name, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(column, column, width, text if column < _VALUE else None)
        sheet.write_string(0, column, name, head)
    for row_number, row in enumerate(rows, 1):
        for column, cell_text in enumerate((row.area, row.indicator.label, row.indicator.unit, row.period_text)):
            sheet.write_string(row_number, column, cell_text, text)
        for column in (_VALUE, _TO_DATE):
            sheet.write_blank(row_number, column, None, boxes[row.kind])


def _add_validation(sheet: Any, rows: list[_TemplateRow], first: int) -> None:
    """Restrict what Excel lets an officer enter.

    `first`: the row of the guide in which the list of indicators starts.
    """
    last = len(rows) + _SPARE_ROWS
    names = f"='{GUIDE}'!$A${first + 1}:$A${first + len(list_reported_indicators())}"
    areas = list(partnership().areas.lpa_names)
    sheet.data_validation(1, _AREA, last, _AREA, _make_list_rule(areas, "area"))
    sheet.data_validation(1, _INDICATOR, last, _INDICATOR, _make_list_rule(names, "indicator"))
    for row_number, row in enumerate(rows, 1):
        sheet.data_validation(row_number, _VALUE, row_number, _TO_DATE, _make_number_rule(row.kind))


def _make_list_rule(source: list[str] | str, what: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_title": f"Not an {what}",
        "error_message": f"Choose the {what} from the list.",
    }


def _make_number_rule(kind: MeasureKind) -> dict[str, Any]:
    """Return the rule for a number: a whole number from 0, or a percentage from 0 to 100."""
    bounds: dict[str, Any] = {"validate": "integer", "criteria": ">=", "value": 0}
    error = "Enter a whole number, such as 90. Leave the cell empty if you do not have the figure yet."
    if kind == "percent":
        bounds = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
        error = "Enter 25.7 for 25.7 %. Leave the cell empty if you do not have the figure yet."
    return {**bounds, "error_title": "Not a valid number", "error_message": error}


def _set_up_sheet(sheet: Any, title: str) -> None:
    """Freeze the header row, and set the sheet to print on A4 pages, one page wide."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L&B{title.replace('&', '&&')}")
    sheet.set_footer("&RPage &P of &N")
    sheet.activate()


def list_reported_indicators() -> list[Indicator]:
    """Return the reported indicators, in the order of the plan."""
    vocabulary = partnership().vocabulary
    order = list(vocabulary.priorities)
    reported = [indicator for indicator in vocabulary.indicators.values() if indicator.kind == "reported"]
    return sorted(reported, key=lambda indicator: order.index(indicator.priority))


def write_guide(book: Any, sheet: Any, quarter: Period) -> int:
    """Write the guide, then the list of indicators. Return the row in which the list starts, counted from 0."""
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 66, wrapped)
    sheet.set_column(1, 1, 14, wrapped)
    sheet.set_column(2, 2, 95, wrapped)
    sheet.write_string(0, 0, f"How to enter the reported figures for {quarter.label}", bold)
    row = 2
    for line in _list_steps():
        sheet.merge_range(row, 0, row, 2, line, wrapped)
        sheet.set_row(row, 32 if len(line) > _LINE else 16)
        row += 1
    for column, name in enumerate(("Indicator", "Unit", "Kind of number")):
        sheet.write_string(row + 1, column, name, bold)
    first = row + 2
    for row_number, indicator in enumerate(list_reported_indicators(), first):
        name, meaning, _ = KINDS[classify_measure(indicator)]
        for column, text in enumerate((indicator.label, indicator.unit, f"{name.capitalize()}. {meaning}")):
            sheet.write_string(row_number, column, text, wrapped)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return first


def _list_steps() -> tuple[str, ...]:
    """Return the steps that an officer follows, one line each."""
    return (
        f"1. On the sheet {FIGURES}, enter each figure in the yellow cell of its row, in the column "
        f"{_LABELS['value']}. You do not need to change anything else.",
        "2. Leave the cell empty if you do not have a figure yet; 0 means that there were none. You can fill it in "
        "later and load the same workbook again: a new figure replaces the earlier one.",
        f"3. {_LABELS['year_to_date']}: from April to the end of the period. Fill it in only if the supplier gives it, "
        "exactly as given, even if it is not the sum of the quarters: the report then says so. Otherwise leave it "
        "empty, and the quarters are added up.",
        "4. The figure for the same quarter last year is needed to calculate the change. Leave it empty if it is "
        "already loaded and has not been revised.",
        "5. To give a figure for another area, indicator or period, add a row below the last one. Periods are quarters "
        "(2020-21 Q3) or months (Oct 2020).",
        "6. Save the workbook as XLSX (or CSV) and load it on the Load files page. The page lists every row that "
        "cannot be used, with its row number, its column and what to do.",
    )
