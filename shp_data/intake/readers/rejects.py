"""Rejected rows, written out whole: file, row number, reason, and every column as received."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from shp_data.domain.spreadsheet import escape_formula
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.tables import read_chunks

REJECT_COLUMNS = ("rejected_file", "rejected_row", "rejected_reason")
TEXT_COLUMN = "rejected_text"  # of a row that is not even a row


def write_rejected(
    rejected: Iterable[tuple[InputFile, dict[int, str]]], header_names: Collection[str], target: Path
) -> None:
    """Write the rejected rows of some files to a CSV that can be corrected and loaded again.

    `rejected`: each file with its rejected row numbers and their reasons. The files are read again for their
    text. `header_names`: the recognised headers, as `read_chunks` takes them. A recognised header that files
    spell differently becomes one column, so that it does not repeat. Text that a spreadsheet would take for a
    formula is neutralised.
    """
    files = list(rejected)
    # Files of one load may have different columns, so all headers are needed before the first row is written.
    columns: dict[str, str] = {}  # a column's key, to its header in the first file that has it
    for file, _ in files:
        for name in _list_columns(file, header_names):
            columns.setdefault(_make_key(name, header_names), name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, [*REJECT_COLUMNS, *columns, TEXT_COLUMN])
        writer.writerow({name: escape_formula(columns.get(name, name)) for name in writer.fieldnames})
        for file, reasons in files:
            for row, values in _read_rows(file, header_names, reasons):
                reject_values = dict(zip(REJECT_COLUMNS, (file.name, str(row), reasons[row]), strict=True))
                writer.writerow({name: escape_formula(value) for name, value in {**values, **reject_values}.items()})


def is_rejects_header(header: Collection[str]) -> bool:
    """Return whether this is the header of a file that `write_rejected` wrote."""
    return set(REJECT_COLUMNS) <= set(header)


def _list_columns(file: InputFile, header_names: Collection[str]) -> list[str]:
    first = next(iter(read_chunks(file, header_names)))
    return [name for name in first.table.column_names if name not in ("row", *REJECT_COLUMNS, TEXT_COLUMN)]


def _make_key(name: str, header_names: Collection[str]) -> str:
    """Return the key of a column: a recognised header in its plain form, any other as it is."""
    return normalise_name(name) if normalise_name(name) in header_names else name


def _read_rows(
    file: InputFile, header_names: Collection[str], wanted: Collection[int]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the wanted rows of a file, as text by the key of their column."""
    for chunk in read_chunks(file, header_names):
        numbers = chunk.table.column("row").to_pylist()
        indices = [index for index, number in enumerate(numbers) if number in wanted]
        rows: list[tuple[int, dict[str, str]]] = [(bad.row, {TEXT_COLUMN: bad.text}) for bad in chunk.bad]
        for values in chunk.table.take(pa.array(indices, pa.int64())).to_pylist():
            row = values.pop("row")
            rows.append((row, {_make_key(name, header_names): value or "" for name, value in values.items()}))
        yield from sorted(rows, key=lambda pair: pair[0])
