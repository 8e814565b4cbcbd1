"""The workbook of reported figures that an officer fills in: what `shp_data.intake.reported.reported` reads back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shp_data.domain import schema
from shp_data.domain.errors import UserError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.reported import Measured, measured
from shp_data.domain.vocabulary import Indicator
from shp_data.intake.reported.template_guide import KINDS, reported_indicators, write_guide

FIGURES, GUIDE = "Figures", "How to fill this in"  # the sheets
_UNIT = "Unit"  # told to the officer; not read back
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


@dataclass(frozen=True)
class _Row:
    area: str
    indicator: Indicator
    period: Period

    @property
    def kind(self) -> Measured:
        return measured(self.indicator)

    @property
    def told(self) -> str:
        """The period as Excel leaves it alone: `2020-21 Q3`, `Oct 2020`."""
        return self.period.span if self.period.length == 1 else self.period.name.replace("-Q", " Q")


def write_template(target: Path, quarter: Period, areas: tuple[str, ...]) -> None:
    """Write the workbook in which an officer gives the reported figures of a quarter.

    `areas`: printed names of LPAs. Sheet Figures: a row for each area, reported indicator and period (the
    quarter, its months where the indicator is monthly, the same quarter last year), the value left empty. Sheet
    How to fill this in: what each kind of number means. Raises UserError where it cannot be written.
    """
    made = template(quarter, areas)
    try:
        target.write_bytes(made)
    except OSError as error:
        raise UserError(
            f"{target.name} cannot be written: {error.strerror}. Close it if it is open, or name another file."
        ) from error


def template(quarter: Period, areas: tuple[str, ...]) -> bytes:
    """The bytes of that workbook."""
    import xlsxwriter  # slow: only where a workbook is written

    rows = [row for area in areas for indicator in reported_indicators() for row in _rows_of(area, indicator, quarter)]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": f"Reported figures, {quarter.label}", "author": partnership().name})
        sheet = book.add_worksheet(FIGURES)
        first = write_guide(book, book.add_worksheet(GUIDE), FIGURES, quarter)
        _write_rows(book, sheet, rows)
        _validate(sheet, rows, first)
        _set_up(sheet, f"Reported figures, {quarter.label}")
    return buffer.getvalue()


def _rows_of(area: str, indicator: Indicator, quarter: Period) -> Iterator[_Row]:
    yield _Row(area, indicator, quarter)
    if indicator.monthly:
        yield from (_Row(area, indicator, Period(month, month)) for month in quarter)
    yield _Row(area, indicator, quarter.last_year)


def _write_rows(book: Any, sheet: Any, rows: list[_Row]) -> None:
    """The header, and a row for each figure that is asked for; what is to be filled in looks so."""
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1"})
    text = book.add_format({"num_format": 49})  # text, so that Excel makes no date of a period
    boxes = {
        kind: book.add_format({"num_format": form, "bg_color": "#FFF9DB", "border": 1, "border_color": "#B0A060"})
        for kind, (_, _, form) in KINDS.items()
    }
    sheet.set_row(0, 32)
    for column, (name, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(column, column, width, text if column < _VALUE else None)
        sheet.write_string(0, column, name, head)
    for place, row in enumerate(rows, 1):
        for column, told in enumerate((row.area, row.indicator.label, row.indicator.unit, row.told)):
            sheet.write_string(place, column, told, text)
        for column in (_VALUE, _TO_DATE):
            sheet.write_blank(place, column, None, boxes[row.kind])


def _validate(sheet: Any, rows: list[_Row], first: int) -> None:
    """What Excel lets an officer enter. `first`: the row of the guide in which the list of indicators starts."""
    last = len(rows) + _SPARE_ROWS
    names = f"='{GUIDE}'!$A${first + 1}:$A${first + len(reported_indicators())}"
    areas = list(partnership().areas.lpa_names)
    sheet.data_validation(1, _AREA, last, _AREA, _listed(areas, "area"))
    sheet.data_validation(1, _INDICATOR, last, _INDICATOR, _listed(names, "indicator"))
    for place, row in enumerate(rows, 1):
        sheet.data_validation(place, _VALUE, place, _TO_DATE, _number(row.kind))


def _listed(source: list[str] | str, what: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_title": f"Not an {what}",
        "error_message": f"Choose the {what} from the list.",
    }


def _number(kind: Measured) -> dict[str, Any]:
    """Whole numbers from 0, or percentages from 0 to 100."""
    bounds: dict[str, Any] = {"validate": "integer", "criteria": ">=", "value": 0}
    error = "Write a whole number, such as 90. Leave the cell empty if the figure is not in yet."
    if kind == "percent":
        bounds = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
        error = "Write 25.7 for 25.7 %. Leave the cell empty if the figure is not in yet."
    return {**bounds, "error_title": "Not this kind of number", "error_message": error}


def _set_up(sheet: Any, title: str) -> None:
    """The header stays in sight, and the sheet prints on pages of A4, side by side none."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L&B{title.replace('&', '&&')}")
    sheet.set_footer("&RPage &P of &N")
    sheet.activate()
