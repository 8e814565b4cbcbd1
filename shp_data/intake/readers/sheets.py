"""Which sheets of a workbook are read: those that a person chose, or those that are clearly one table."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shp_data.domain.counting import join_names
from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.readers.headers import LEAST, TITLE_ROWS, Cells, find_header, guess_header, is_figures_header

_DATE = re.compile(
    r"(\d{4}[-/]\d\d?([-/]\d\d?)?|\d\d?[-/.]\d\d?[-/.]\d{2,4}|"
    r"(\d\d?(st|nd|rd|th)?[- ])?[A-Za-z]{3,9}[- ]\d{2,4})([ T].*)?"
)
_MOST_NAMED = 20  # sheets in a message


class SheetsError(InputError):
    """A workbook of which it is not clear which sheets to read.

    `sheets`: the sheets with rows. `likely`: those that look like records.
    """

    def __init__(self, message: str, sheets: Sequence[WorkbookSheet]) -> None:
        """Create the error. `sheets`: the sheets with rows."""
        super().__init__(message)
        self.sheets = tuple(sheet.name for sheet in sheets)
        self.likely = tuple(sheet.name for sheet in sheets if sheet.looks_like_records)


@dataclass(frozen=True)
class WorkbookSheet:
    """The beginning of a sheet with rows.

    `place`: its place in the workbook. `name`: its name. `header`: its header's cells, without the empty ones at
    the end. `header_row`: the header's row number. `is_recognised`: whether the header has recognised names.
    `rows`: the cells of the first rows below the header.
    """

    place: int
    name: str
    header: tuple[str | None, ...]
    header_row: int
    is_recognised: bool
    rows: tuple[Cells, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names in the header, in their plain form."""
        return frozenset(normalise_name(cell) for cell in self.header if cell and cell.strip())

    @property
    def is_figures(self) -> bool:
        """Whether it has reported figures."""
        return self.is_recognised and is_figures_header(self.header)

    @property
    def looks_like_records(self) -> bool:
        """Whether its header is recognised, or one of its columns contains dates."""
        return self.is_recognised or any(self._has_dates(column) for column in range(len(self.header)))

    def _has_dates(self, column: int) -> bool:
        values = [cells[column] for cells in self.rows if column < len(cells) and cells[column]]
        return len(self.names) > 1 and bool(values) and all(_DATE.fullmatch(value or "") for value in values)


def describe_sheet(
    place: int, name: str, head: Sequence[tuple[int, Cells]], header_names: Collection[str]
) -> WorkbookSheet:
    """Describe a sheet by its first rows with their numbers: where its header is, and what it is."""
    rows = [cells for _, cells in head]
    recognised = find_header(rows, header_names)
    index = recognised if recognised is not None else guess_header(rows) or 0
    header = rows[index]
    width = max(position for position, cell in enumerate(header, 1) if cell)
    return WorkbookSheet(
        place, name, tuple(header[:width]), head[index][0], recognised is not None, tuple(rows[index + 1 :])
    )


def choose_sheets(sheets: Sequence[WorkbookSheet], wanted: Sequence[str], file: str) -> list[WorkbookSheet]:
    """Choose the sheets to read together as one table, in the order of the workbook.

    `sheets`: those with rows, at least one. `wanted`: the names that a person chose, without regard to case and
    blanks; empty for an automatic choice: the only sheet, the only sheet of reported figures, or all sheets that
    look like records if they have the same header. `file`: the workbook's name. Raises InputError if two sheets
    have reported figures, and SheetsError if it is not clear which sheets are meant.
    """
    if wanted:
        selection = _find_wanted(sheets, wanted, file)
        _refuse_second_figures(selection, file)
        return selection
    if len(sheets) == 1:
        return list(sheets)
    recognised = [sheet for sheet in sheets if sheet.is_recognised]
    if recognised and recognised[0].is_figures:
        _refuse_second_figures(sheets, file)
        return recognised[:1]
    # A sheet of notes is passed over if others are recognised. If none is, a person decides what is a note.
    candidates = [sheet for sheet in sheets if sheet.looks_like_records] if recognised else list(sheets)
    if len({sheet.names for sheet in candidates}) > 1:
        names = _name_sheets(candidates)
        problem = f"its sheets {names} have different columns"
        if not recognised:
            problem = f"none of its sheets ({names}) has a recognised header in its first {TITLE_ROWS + 1} rows"
        raise SheetsError(
            f"{file}: {problem}. Choose the sheets to load on the Load files page or with --sheet, or keep only the "
            "sheets with the records.",
            sheets,
        )
    return candidates


def _find_wanted(sheets: Sequence[WorkbookSheet], wanted: Sequence[str], file: str) -> list[WorkbookSheet]:
    """Return the sheets with these names. Raises SheetsError if one is missing, or they are not one table."""
    by_name = {normalise_name(sheet.name): sheet for sheet in sheets}
    missing = [name for name in wanted if normalise_name(name) not in by_name]
    if missing:
        raise SheetsError(
            f"{file}: has no sheet {join_names(list(map(repr, missing)))} with rows. Choose from "
            f"{_name_sheets(sheets)}.",
            sheets,
        )
    names = {normalise_name(name) for name in wanted}
    selection = [sheet for key, sheet in by_name.items() if key in names]
    for sheet in selection[1:]:
        if len(sheet.names & selection[0].names) < LEAST:
            raise SheetsError(
                f"{file}: the sheets {_name_sheets([selection[0], sheet])} have different columns, so they are not one "
                "table. Choose sheets with the same columns, and load the others separately.",
                sheets,
            )
    return selection


def _refuse_second_figures(sheets: Sequence[WorkbookSheet], file: str) -> None:
    """Raise InputError if two sheets have figures.

    A year with a sheet for each quarter must not load only the first.
    """
    figures = [sheet for sheet in sheets if sheet.is_figures]
    if len(figures) > 1:
        raise InputError(
            f"{file}: the sheets {_name_sheets(figures[:2])} both contain reported figures. "
            "Put all the rows on one sheet, or save each sheet as a separate file."
        )


def _name_sheets(sheets: Sequence[WorkbookSheet]) -> str:
    return join_names([sheet.name for sheet in sheets[:_MOST_NAMED]])
