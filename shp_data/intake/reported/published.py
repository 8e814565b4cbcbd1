"""A table of published figures -> text columns, to be checked: `python -m shp_data check`. Nothing of it is stored."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd

from shp_data.domain.errors import InputError, SelectionError, unknown
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_quarter
from shp_data.domain.vocabulary import plain
from shp_data.intake.readers.chunks import ROW
from shp_data.intake.readers.files import InputFile, find_files
from shp_data.intake.readers.tables import read_chunks

MAX_ROWS = 20_000
FIGURES = ("year_to_date", "same_quarter_last_year", "quarter_value", "difference", "pct_difference")
COLUMNS = ("quarter", "area", "indicator", *FIGURES)
# What a table may call our columns. Of an indicator it may give the id, the label or both: the first that is filled.
_NAMES: Mapping[str, tuple[str, ...]] = {name: (name,) for name in COLUMNS} | {
    "indicator": ("indicator_id", "indicator", "label"),
    "difference": ("difference", "published_difference"),
    "pct_difference": ("pct_difference", "published_pct_difference"),
}
_NUMBER = re.compile(r"[+-]?(\d{1,9}|\d{1,3}(,\d{3}){1,2})(\.\d+)?")
_DECIMALS = 6  # beyond them stands what binary arithmetic left, never what was printed
_BLANK = " \t\r\n\xa0\ufeff"

Cells = Mapping[str, str | None]


def read_published(path: Path) -> pd.DataFrame:
    """Which figures does a file say were published?

    The file: CSV or a workbook with the columns quarter, area, indicator_id (or label), year_to_date,
    same_quarter_last_year, quarter_value, difference and pct_difference; the last two may be called
    published_difference and published_pct_difference. Out: COLUMNS, all text: the quarter as 2020-21-Q3, the
    area's printed name, the indicator's id, and numbers with the decimals they were printed with (six at most),
    missing where the cell is empty. Raises InputError that names file, row, column and the value seen.
    """
    file = _one_file(path)
    rows = list(_rows(file))
    if not rows:
        raise InputError(f"{file.name}: holds no row below its header. Give a row for each indicator and area.")
    _refuse_repeated(file, rows)
    return pd.DataFrame([cells for _, cells in rows], columns=list(COLUMNS), dtype="str")


def _one_file(path: Path) -> InputFile:
    found = find_files([path])
    first = found[0]
    if len(found) > 1:
        raise InputError(f"{path.name}: holds {len(found)} files. Give the one table of published figures.")
    if not isinstance(first, InputFile):
        raise InputError(first.message)
    return first


def _rows(file: InputFile) -> Iterator[tuple[int, Cells]]:
    """The rows of the table with their numbers, each cell understood."""
    known = frozenset(plain(name) for names in _NAMES.values() for name in names)
    headers: Mapping[str, list[str]] | None = None
    read = 0
    for chunk in read_chunks(file, known):
        headers = headers or _headers(file, [name for name in chunk.table.column_names if name != ROW])
        read += len(chunk.table)
        if read > MAX_ROWS:
            raise InputError(f"{file.name}: has more than {MAX_ROWS:,} rows. Give the published figures only.")
        if chunk.bad:
            raise InputError(f"{file.name}, row {chunk.bad[0].row}: {chunk.bad[0].reason}.")
        for record in chunk.table.to_pylist():
            yield record[ROW], _understood(file, record, headers)


def _headers(file: InputFile, header: Collection[str]) -> dict[str, list[str]]:
    """Our column -> the file's; of an indicator there may be several. Raises InputError for one missing or twice."""
    theirs = {plain(name): name for name in header}
    found = {ours: [theirs[plain(name)] for name in names if plain(name) in theirs] for ours, names in _NAMES.items()}
    missing = [" or ".join(_NAMES[ours]) for ours, names in found.items() if not names]
    if missing:
        raise InputError(
            f"{file.name}: no column for {'; '.join(missing)}. The columns are {', '.join(header)[:500]}. Add what is "
            "missing; leave its cells empty where nothing was published."
        )
    for ours, names in found.items():
        if len(names) > 1 and ours != "indicator":
            raise InputError(
                f"{file.name}: {' and '.join(names)} mean the same; which holds cannot be known. Keep one."
            )
    return found


def _understood(file: InputFile, record: Mapping[str, str | None], headers: Mapping[str, list[str]]) -> Cells:
    cells: dict[str, str | None] = {}
    for ours, names in headers.items():
        name = next((name for name in names if _text(record[name])), names[0])
        try:
            cells[ours] = _cell(ours, _text(record[name]))
        except (SelectionError, ValueError) as error:
            raise InputError(f"{file.name}, row {record[ROW]}, column {name!r}: {error}") from error
    return cells


def _cell(ours: str, text: str) -> str | None:
    """A cell as the check reads it. Raises SelectionError or ValueError that says what is wrong with it."""
    known = partnership()
    if ours in FIGURES:
        return _number(text) if text else None
    if not text:
        raise ValueError("is empty; every row needs it")
    if ours == "quarter":
        return parse_quarter(text).name
    if ours == "indicator":
        return known.vocabulary.indicator(text).id
    area = known.areas.lpa(text)
    if area not in known.areas.lpa_names:
        raise SelectionError(unknown("area", text, known.areas.lpa_names))
    return area


def _number(text: str) -> str:
    """`1,246`, `39%` and `−0.4` as `1246`, `39` and `-0.4`."""
    written = text.replace("−", "-").removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(written):
        raise ValueError(f"{text[:40]!r} is no number; expected such as 1246 or -0.4, or an empty cell")
    number = Decimal(written.replace(",", ""))
    if -int(number.as_tuple().exponent) > _DECIMALS:
        number = number.quantize(Decimal(1).scaleb(-_DECIMALS), rounding=ROUND_HALF_UP).normalize()
    return f"{number + 0:f}"


def _text(cell: str | None) -> str:
    return (cell or "").strip(_BLANK)


def _refuse_repeated(file: InputFile, rows: Collection[tuple[int, Cells]]) -> None:
    first: dict[tuple[str | None, ...], int] = {}
    for number, cells in rows:
        key = (cells["quarter"], cells["area"], cells["indicator"])
        if key in first:
            raise InputError(
                f"{file.name}, rows {first[key]} and {number}: both give {cells['indicator']} of {cells['area']} in "
                f"{cells['quarter']}; which holds cannot be known. Keep one."
            )
        first[key] = number
