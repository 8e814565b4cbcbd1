"""The second sheet of the template: what to write where, and what each kind of number means."""

from __future__ import annotations

from typing import Any, Final

from shp_data.domain import schema
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period
from shp_data.domain.reported import MeasureKind, classify_measure
from shp_data.domain.vocabulary import Indicator

KINDS: Final[dict[MeasureKind, tuple[str, str, str]]] = {  # its name, what it means, the number format of its cells
    "count": ("count", "How many in the period. Quarters add up to the year. A whole number, such as 90.", "#,##0"),
    "level": (
        "level",
        "How many at the end of the period. Quarters do not add up. A whole number, such as 43.",
        "#,##0",
    ),
    "percent": (
        "percentage",
        "Write 25.7 for 25.7 %, without the % sign: Excel would keep 0.257. Quarters do not add up.",
        "0.0",
    ),
}
_LINE = 185  # characters that go into a line of the guide


def list_reported_indicators() -> list[Indicator]:
    """Return the reported indicators, in the order of the plan."""
    vocabulary = partnership().vocabulary
    order = list(vocabulary.priorities)
    reported = [indicator for indicator in vocabulary.indicators.values() if indicator.kind == "reported"]
    return sorted(reported, key=lambda indicator: order.index(indicator.priority))


def write_guide(book: Any, sheet: Any, figures: str, quarter: Period) -> int:
    """Write the guide, then the list of indicators. Return the row in which the list starts, counted from 0."""
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 66, wrapped)
    sheet.set_column(1, 1, 14, wrapped)
    sheet.set_column(2, 2, 95, wrapped)
    sheet.write_string(0, 0, f"How to give the reported figures of {quarter.label}", bold)
    row = 2
    for line in _list_steps(figures):
        sheet.merge_range(row, 0, row, 2, line, wrapped)
        sheet.set_row(row, 32 if len(line) > _LINE else 16)
        row += 1
    for column, name in enumerate(("What is asked for", "Unit", "Kind of number")):
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


def _list_steps(figures: str) -> tuple[str, ...]:
    """Return the steps that an officer follows, one line each."""
    labels = {field.name: field.label for field in schema.FIGURE_FILE}
    return (
        f"1. On the sheet {figures}, write each figure into the yellow cell of its row, in the column "
        f"{labels['value']}. Nothing else needs to be changed.",
        "2. Leave the cell empty where a figure is not in yet; 0 means that there was none. Fill it in later and load "
        "the same workbook again: a figure that is given again takes the place of the earlier one.",
        f"3. {labels['year_to_date']}: from April to the end of the period. Only where the supplier gives it, and "
        "exactly as given, even if it is not the sum of the quarters: the report then says so. Otherwise leave it "
        "empty, and the quarters are added up.",
        "4. The same quarter last year is asked for so that the change can be worked out. Leave it empty if it is "
        "loaded already and has not been revised.",
        "5. For a figure of another area, indicator or period, add a row below the last. Periods are quarters "
        "(2020-21 Q3) or months (Oct 2020).",
        "6. Save as XLSX (or CSV) and load it on the Load files page. Every row that cannot be used comes back with "
        "its row, its column and what to do.",
    )
