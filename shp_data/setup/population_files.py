"""Population files (CSV or workbook), as published by the Office for National Statistics (ONS) or simpler."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import normalise_name

_CODE = r"(ward|wd).*(code|cd)( ?\d)?|code|mnemonic"
_AREA = r"(la|lad|local ?authority).*(code|cd|name|nm)\d?.*"
_YEAR = r"(mid-?)?year"
_ONE_YEAR = r"(mid-?)?((?:19|20)\d\d)"
_TOTAL = r"total|all ?ages|all ?persons|all ?people|(usual ?)?residents|population|persons|people|value"
_HEAD_WITHIN = 25  # rows: ONS puts notes above the header

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Residents:
    """The residents of each ward: (code, year) -> residents, and where each code was first read."""

    counts: Mapping[tuple[str, int], int]
    read_at: Mapping[str, str]


@dataclass(frozen=True)
class _Header:
    """The columns of a table: the ward's code, its area (every column that names one), its years."""

    row: int
    code: int
    areas: tuple[int, ...]
    year: int | None
    totals: Mapping[int, int | None]  # column -> the year that its header says


def read_residents(paths: Iterable[Path], areas: Mapping[str, str]) -> Residents:
    """Read the residents of each ward from CSV files or workbooks.

    There is a row for each ward (ONS's mid-year estimates), or for each ward and year. A header within the
    first rows names the ward's code, the year, and the residents (`Total`, `All Ages`, `residents`), or has
    a column for each year. A year that no column gives is that of the sheet's or file's name (`Mid-2022
    Persons`). `areas`: name -> code; rows of other local authorities, where the file names them, are
    skipped (none are, if it is empty). Raises InputError.
    """
    area_words = {normalise_name(word) for pair in areas.items() for word in pair}
    counts: dict[tuple[str, int], int] = {}
    read_at: dict[str, str] = {}
    for path in paths:
        tables = {
            table: rows for table, rows in _read_tables(path).items() if not re.search(r"\b(fe)?males?\b", table, re.I)
        }
        headers = {table: header for table, rows in tables.items() if (header := _find_header(rows))}
        if not headers:
            raise InputError(
                f"{path.name}: no row names the columns that are needed; expected a ward's code (Ward Code, WD22CD or "
                "ward_code), and its residents (Total, All Ages or residents) with a year, or a column for each year."
            )
        for table, header in headers.items():
            for location, code, year, people in _read_rows(tables[table], header, table, area_words):
                if counts.setdefault((code, year), people) != people:
                    raise InputError(
                        f"{location}: {code} has {counts[code, year]:,} residents in {year} above; one is wrong."
                    )
                read_at.setdefault(code, location)
    return Residents(counts, read_at)


def _read_tables(path: Path) -> dict[str, Rows]:
    """Read the rows of a CSV, or of each sheet of a workbook, by its name in messages."""
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsb", ".ods"):
        return _read_sheets(path)
    try:
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
        return {path.name: list(csv.reader(io.StringIO(text, newline="")))}
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name}: this is no CSV ({error}); in Excel, save it as CSV UTF-8.") from error


def _read_sheets(path: Path) -> dict[str, Rows]:
    from python_calamine import CalamineError, CalamineWorkbook  # only where a workbook is given

    try:
        book = CalamineWorkbook.from_path(str(path))
        return {f"{path.name}, sheet {name}": book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise InputError(f"{path.name}: this workbook cannot be read ({error}); save it anew as XLSX.") from error


def _find_header(rows: Rows) -> _Header | None:
    """Find the header of a table of wards; None where there is none."""
    for number, row in enumerate(rows[:_HEAD_WITHIN]):
        names = [" ".join(str(cell).lower().replace("_", " ").split()) for cell in row]

        def find_columns(pattern: str, names: Sequence[str] = names) -> list[int]:
            return [position for position, name in enumerate(names) if re.fullmatch(pattern, name)]

        codes, year = find_columns(_CODE), next(iter(find_columns(_YEAR)), None)
        totals: dict[int, int | None] = {place: int(names[place][-4:]) for place in find_columns(_ONE_YEAR)}
        if codes and (totals or (total_columns := find_columns(_TOTAL))):
            return _Header(number, codes[0], tuple(find_columns(_AREA)), year, totals or {total_columns[0]: None})
    return None


def _read_rows(rows: Rows, header: _Header, table: str, area_words: set[str]) -> Iterable[tuple[str, str, int, int]]:
    """Read the location, ward code, year and residents of each figure, of the areas wanted where they are named."""
    years_in_name = re.findall(r"mid[- _]?(\d{4})", table, re.IGNORECASE) or re.findall(r"(?:19|20)\d\d", table)
    if None in header.totals.values() and header.year is None and len(set(years_in_name)) != 1:
        raise InputError(f"{table}: no column says the year, and neither does its name; add a column year.")
    for number, row in enumerate(rows[header.row + 1 :], header.row + 2):
        code = _read_cell(row, header.code)
        if not code or (
            area_words
            and header.areas
            and not any(normalise_name(_read_cell(row, position)) in area_words for position in header.areas)
        ):
            continue  # a blank line or a note at the foot; another local authority
        for position, year in header.totals.items():
            location = f"{table}, row {number}"
            if year is None:
                year = _parse_whole_number(
                    years_in_name[0] if header.year is None else _read_cell(row, header.year), f"{location}, year"
                )
            yield (
                location,
                code,
                year,
                _parse_whole_number(_read_cell(row, position), f"{location}, {_read_cell(rows[header.row], position)}"),
            )


def _read_cell(row: Sequence[Any], position: int) -> str:
    value = row[position] if position < len(row) else ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


def _parse_whole_number(text: str, location: str) -> int:
    """Parse a whole number, such as `2,345`. Raises InputError; a missing number is not zero."""
    digits = text.replace(",", "")
    if not digits.isdecimal():
        raise InputError(f"{location}: {text[:40]!r} is no whole number; expected one, as 2345 (missing is not zero).")
    return int(digits)
