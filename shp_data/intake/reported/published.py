"""Read a table of published figures as text columns, for `python -m shp_data check`.

Nothing of it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd

from shp_data.domain.errors import InputError, SelectionError, describe_unknown
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import parse_quarter
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.readers.chunks import BLANK, ROW
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
_DECIMALS = 6  # later decimals come from binary arithmetic and were never printed

FigureCells = Mapping[str, str | None]


def read_published(path: Path) -> pd.DataFrame:
    """Read the figures that a file gives as published.

    Parameters
    ----------
    path : Path
        A CSV or workbook with the columns quarter, area, indicator_id (or label), year_to_date,
        same_quarter_last_year, quarter_value, difference and pct_difference. The last two may be called
        published_difference and published_pct_difference.

    Returns
    -------
    pd.DataFrame
        COLUMNS, all text: the quarter as 2020-21-Q3, the area's printed name, the indicator's id, and the
        numbers with the decimals they were printed with (six at most), missing where the cell is empty.

    Raises
    ------
    InputError
        If the file cannot be used. The message names the file, row, column and the value.
    """
    file = _find_single_file(path)
    rows = list(_read_rows(file))
    if not rows:
        raise InputError(f"{file.name}: has no rows below its header. Add a row for each indicator and area.")
    _refuse_repeated(file, rows)
    return pd.DataFrame([cells for _, cells in rows], columns=list(COLUMNS), dtype="str")


def _find_single_file(path: Path) -> InputFile:
    files = find_files([path])
    first = files[0]
    if len(files) > 1:
        raise InputError(f"{path.name}: contains {len(files)} files. Choose the one file of published figures.")
    if not isinstance(first, InputFile):
        raise InputError(first.message)
    return first


def _read_rows(file: InputFile) -> Iterator[tuple[int, FigureCells]]:
    """Yield the rows of the table with their numbers, each cell parsed."""
    header_names = frozenset(normalise_name(name) for names in _NAMES.values() for name in names)
    headers: Mapping[str, list[str]] | None = None
    rows_read = 0
    for chunk in read_chunks(file, header_names):
        headers = headers or _match_headers(file, [name for name in chunk.table.column_names if name != ROW])
        rows_read += len(chunk.table)
        if rows_read > MAX_ROWS:
            raise InputError(f"{file.name}: has more than {MAX_ROWS:,} rows. Include only the published figures.")
        if chunk.bad:
            raise InputError(f"{file.name}, row {chunk.bad[0].row}: {chunk.bad[0].reason}.")
        for record in chunk.table.to_pylist():
            yield record[ROW], _parse_row(file, record, headers)


def _match_headers(file: InputFile, header: Collection[str]) -> dict[str, list[str]]:
    """Return our column -> the file's headers; an indicator may have several.

    Raises InputError if one is missing or repeats.
    """
    file_headers = {normalise_name(name): name for name in header}
    matched = {
        column: [file_headers[normalise_name(name)] for name in names if normalise_name(name) in file_headers]
        for column, names in _NAMES.items()
    }
    missing = [" or ".join(_NAMES[column]) for column, names in matched.items() if not names]
    if missing:
        raise InputError(
            f"{file.name}: no column for {'; '.join(missing)}. The columns are {', '.join(header)[:500]}. Add the "
            "missing columns, and leave their cells empty where nothing was published."
        )
    for column, names in matched.items():
        if len(names) > 1 and column != "indicator":
            raise InputError(f"{file.name}: {' and '.join(names)} are the same column. Remove all but one.")
    return matched


def _parse_row(file: InputFile, record: Mapping[str, str | None], headers: Mapping[str, list[str]]) -> FigureCells:
    cells: dict[str, str | None] = {}
    for column, names in headers.items():
        name = next((name for name in names if _clean_text(record[name])), names[0])
        try:
            cells[column] = _parse_cell(column, _clean_text(record[name]))
        except (SelectionError, ValueError) as error:
            raise InputError(f"{file.name}, row {record[ROW]}, column {name!r}: {error}") from error
    return cells


def _parse_cell(column: str, text: str) -> str | None:
    """Parse a cell for the check. Raises SelectionError or ValueError that says what is wrong with it."""
    settings = partnership()
    if column in FIGURES:
        return _parse_number(text) if text else None
    if not text:
        raise ValueError("is empty; every row needs a value")
    if column == "quarter":
        return parse_quarter(text).name
    if column == "indicator":
        return settings.vocabulary.find_indicator(text).id
    area = settings.areas.find_lpa(text)
    if area not in settings.areas.lpa_names:
        raise SelectionError(describe_unknown("area", text, settings.areas.lpa_names))
    return area


def _parse_number(text: str) -> str:
    """Return `1,246`, `39%` and `−0.4` as `1246`, `39` and `-0.4`."""
    digits = text.replace("−", "-").removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(digits):
        raise ValueError(f"{text[:40]!r} is not a number; expected a number such as 1246 or -0.4, or an empty cell")
    number = Decimal(digits.replace(",", ""))
    if -int(number.as_tuple().exponent) > _DECIMALS:
        number = number.quantize(Decimal(1).scaleb(-_DECIMALS), rounding=ROUND_HALF_UP).normalize()
    return f"{number + 0:f}"


def _clean_text(cell: str | None) -> str:
    return (cell or "").strip(BLANK)


def _refuse_repeated(file: InputFile, rows: Collection[tuple[int, FigureCells]]) -> None:
    """Raise InputError if two rows give the same indicator, area and quarter."""
    first: dict[tuple[str | None, ...], int] = {}
    for number, cells in rows:
        key = (cells["quarter"], cells["area"], cells["indicator"])
        if key in first:
            raise InputError(
                f"{file.name}, rows {first[key]} and {number}: both give {cells['indicator']} for {cells['area']} in "
                f"{cells['quarter']}. Remove one."
            )
        first[key] = number
