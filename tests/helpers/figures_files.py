"""Files of reported figures, made small enough to be read in a test."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from shp_data.domain.reported import FigureKey
from shp_data.store.files.manifest import Load

HEADER = ("area", "indicator", "period", "value", "year_to_date")
COUNT = ("Hartlepool", "noise_complaints", "2020-21-Q3", "87", "441")
PERCENT = ("Hartlepool", "treatment_non_opiate", "2020-21-Q3", "25.7", "")
LEVEL = ("Hartlepool", "young_people_known", "2020-21-Q3", "43", "")


def figures_csv(path: Path, *rows: Sequence[str], header: Sequence[str] = HEADER) -> Path:
    """A CSV of these rows."""
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def figures_xlsx(path: Path, *rows: Sequence[object], header: Sequence[str] = HEADER, sheet: str = "Figures") -> Path:
    """A workbook of one sheet with these rows; numbers are numbers."""
    with xlsxwriter.Workbook(path) as book:
        made = book.add_worksheet(sheet)
        for place, cells in enumerate([header, *rows]):
            made.write_row(place, 0, cells)
    return path


def values(load: Load) -> dict[FigureKey, tuple[float, float | None]]:
    """The figures that a load brought: what they are of -> value and year to date."""
    return {figure.key: (figure.value, figure.year_to_date) for figure in load.figures}


def reasons(load: Load, root: Path) -> list[str]:
    """Why rows were rejected, in their order."""
    with (root / load.rejected_file).open(encoding="utf-8-sig", newline="") as file:
        return [row["rejected_reason"] for row in csv.DictReader(file)]
