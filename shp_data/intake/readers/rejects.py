"""Rejected rows, written out whole: file, row number, reason, and every column as it came."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from shp_data.domain.spreadsheet import neutral
from shp_data.domain.vocabulary import plain
from shp_data.intake.readers.files import InputFile
from shp_data.intake.readers.tables import read_chunks

OWN_COLUMNS = ("rejected_file", "rejected_row", "rejected_reason")
TEXT_COLUMN = "rejected_text"  # of a row that is not even a row


def write_rejected(rejected: Iterable[tuple[InputFile, dict[int, str]]], known: Collection[str], target: Path) -> None:
    """Write the rejected rows of some files to a CSV that can be mended and loaded again.

    `rejected`: each file with its rejected row numbers and their reasons; the files are read once more for
    their text. `known`: headers as `read_chunks` takes them; one that several files spell differently is one
    column, so that no known header recurs. Text that a spreadsheet would take for a formula is neutralised.
    """
    listed = list(rejected)
    columns: dict[str, str] = {}  # a column's key, to its header in the first file that has it
    for file, _ in listed:
        for name in _columns(file, known):
            columns.setdefault(_key(name, known), name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, [*OWN_COLUMNS, *columns, TEXT_COLUMN])
        writer.writerow({name: neutral(columns.get(name, name)) for name in writer.fieldnames})
        for file, reasons in listed:
            for row, values in _rows(file, known, reasons):
                own = dict(zip(OWN_COLUMNS, (file.name, str(row), reasons[row]), strict=True))
                writer.writerow({name: neutral(value) for name, value in {**values, **own}.items()})


def is_rejected(header: Collection[str]) -> bool:
    """Is this the header of a file that `write_rejected` wrote?"""
    return set(OWN_COLUMNS) <= set(header)


def _columns(file: InputFile, known: Collection[str]) -> list[str]:
    first = next(iter(read_chunks(file, known)))
    return [name for name in first.table.column_names if name not in ("row", *OWN_COLUMNS, TEXT_COLUMN)]


def _key(name: str, known: Collection[str]) -> str:
    """What a column is known by: a known header in its plain form, any other as it is."""
    return plain(name) if plain(name) in known else name


def _rows(file: InputFile, known: Collection[str], wanted: Collection[int]) -> Iterator[tuple[int, dict[str, str]]]:
    """The wanted rows of a file, as text by the key of its column."""
    for chunk in read_chunks(file, known):
        numbers = chunk.table.column("row").to_pylist()
        picked = [index for index, number in enumerate(numbers) if number in wanted]
        found: list[tuple[int, dict[str, str]]] = [(bad.row, {TEXT_COLUMN: bad.text}) for bad in chunk.bad]
        for values in chunk.table.take(pa.array(picked, pa.int64())).to_pylist():
            row = values.pop("row")
            found.append((row, {_key(name, known): value or "" for name, value in values.items()}))
        yield from sorted(found, key=lambda pair: pair[0])
