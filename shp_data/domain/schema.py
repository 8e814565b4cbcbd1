"""The columns of every table, each defined once in columns.csv: name, type, label and meaning."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

UNPLACED = "(unplaced)"  # an LPA: neither coordinates nor a ward; a ward: in an LPA, but in none of its wards
OUTSIDE = "(outside)"  # coordinates beyond every LPA
OTHER_SUPPLIER = "(other supplier)"  # in an LPA that its supplier is not responsible for: no figure of an area has it
NO_AREA = (UNPLACED, OUTSIDE, OTHER_SUPPLIER)  # the values that stand for an LPA where there is none
LSOA = "lsoa"  # the column of LSOA codes, and the name of their boundaries where a ward year names those of wards
UNKNOWN = "(unknown)"  # the indicator of a row whose category is not understood

FieldKind = Literal["text", "integer", "number", "boolean", "date", "month"]


@dataclass(frozen=True)
class Field:
    """One column: its name in tables, its label on screen, its type and its meaning."""

    name: str
    label: str
    kind: FieldKind
    meaning: str
    unit: str = ""


def _read_fields(table: str) -> tuple[Field, ...]:
    """Read the columns of one table from columns.csv, in order."""
    with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    return tuple(Field(**row) for row in rows if row.pop("table") == table)


# The incident file, in the order in which a template would list it.
INCIDENT_FILE = _read_fields("incident file")
REQUIRED = ("date", "indicator")
# The reported-figures file, in the order of its template. A header may be the name or the label.
FIGURE_FILE = _read_fields("figure file")
FIGURE_REQUIRED = ("area", "indicator", "period", "value")
# A stored record: the columns stored of an incident, and the file and row that it came from.
RECORD = _read_fields("record")
# The columns of tables of figures.
MEASURES = _read_fields("figures")
# MEASURES last: where a name is in two tables, the label of the figure is the one that a page prints.
LABELS = {field.name: field.label for field in (*INCIDENT_FILE, *RECORD, *MEASURES)}


def name_ward_column(ward_year: str) -> str:
    """Return the stored column with the ward codes of a ward year: `ward_2020`."""
    return f"ward_{ward_year}"
