"""Population files, CSV or workbook, as the Office for National Statistics (ONS) publishes them or simpler."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import plain

_CODE = r"(ward|wd).*(code|cd)( ?\d)?|code|mnemonic"
_AREA = r"(la|lad|local ?authority).*(code|cd|name|nm)\d?.*"
_YEAR = r"(mid-?)?year"
_ONE_YEAR = r"(mid-?)?((?:19|20)\d\d)"
_TOTAL = r"total|all ?ages|all ?persons|all ?people|(usual ?)?residents|population|persons|people|value"
_HEAD_WITHIN = 25  # rows: ONS puts notes above the header

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Residents:
    """How many people live in each ward: (code, year) -> residents, and where each code was first read."""

    known: Mapping[tuple[str, int], int]
    read_at: Mapping[str, str]


@dataclass(frozen=True)
class _Head:
    """Which column of a table holds what: the ward's code, its area (all that name one), its years."""

    row: int
    code: int
    areas: tuple[int, ...]
    year: int | None
    totals: Mapping[int, int | None]  # column -> the year that its header says


def read_residents(paths: Iterable[Path], areas: Mapping[str, str]) -> Residents:
    """How many people live in each ward, as CSV files or workbooks say?

    A row a ward (ONS's mid-year estimates), or a row a ward and year; a header within the first rows names the
    ward's code, the year, and the residents (`Total`, `All Ages`, `residents`), or has a column for each year. A
    year that no column gives is that of the sheet's or file's name (`Mid-2022 Persons`). `areas`: name -> code; rows
    of other local authorities, where the file names them, are passed over (of none, if it is empty). Raises
    InputError.
    """
    own = {plain(word) for pair in areas.items() for word in pair}
    known: dict[tuple[str, int], int] = {}
    read_at: dict[str, str] = {}
    for path in paths:
        tables = {
            where: rows for where, rows in _tables(path).items() if not re.search(r"\b(fe)?males?\b", where, re.I)
        }
        heads = {where: head for where, rows in tables.items() if (head := _head(rows))}
        if not heads:
            raise InputError(
                f"{path.name}: no row names the columns that are needed; expected a ward's code (Ward Code, WD22CD or "
                "ward_code), and its residents (Total, All Ages or residents) with a year, or a column for each year."
            )
        for where, head in heads.items():
            for at, code, year, people in _rows(tables[where], head, where, own):
                if known.setdefault((code, year), people) != people:
                    raise InputError(f"{at}: {code} has {known[code, year]:,} residents in {year} above; one is wrong.")
                read_at.setdefault(code, at)
    return Residents(known, read_at)


def _tables(path: Path) -> dict[str, Rows]:
    """The rows of a CSV, or of each sheet of a workbook, by what to call them."""
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsb", ".ods"):
        return _sheets(path)
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


def _sheets(path: Path) -> dict[str, Rows]:
    from python_calamine import CalamineError, CalamineWorkbook  # only where a workbook is given

    try:
        book = CalamineWorkbook.from_path(str(path))
        return {f"{path.name}, sheet {name}": book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise InputError(f"{path.name}: this workbook cannot be read ({error}); save it anew as XLSX.") from error


def _head(rows: Rows) -> _Head | None:
    """The header of a table of wards; None where there is none."""
    for number, row in enumerate(rows[:_HEAD_WITHIN]):
        names = [" ".join(str(cell).lower().replace("_", " ").split()) for cell in row]

        def fitting(pattern: str, names: Sequence[str] = names) -> list[int]:
            return [place for place, name in enumerate(names) if re.fullmatch(pattern, name)]

        codes, year = fitting(_CODE), next(iter(fitting(_YEAR)), None)
        totals: dict[int, int | None] = {place: int(names[place][-4:]) for place in fitting(_ONE_YEAR)}
        if codes and (totals or (single := fitting(_TOTAL))):
            return _Head(number, codes[0], tuple(fitting(_AREA)), year, totals or {single[0]: None})
    return None


def _rows(rows: Rows, head: _Head, where: str, own: set[str]) -> Iterable[tuple[str, str, int, int]]:
    """Where each figure stands, its ward code, year and residents; of the areas wanted, where the table names them."""
    named = re.findall(r"mid[- _]?(\d{4})", where, re.IGNORECASE) or re.findall(r"(?:19|20)\d\d", where)
    if None in head.totals.values() and head.year is None and len(set(named)) != 1:
        raise InputError(f"{where}: no column says the year, and neither does its name; add a column year.")
    for number, row in enumerate(rows[head.row + 1 :], head.row + 2):
        code = _cell(row, head.code)
        if not code or (own and head.areas and not any(plain(_cell(row, place)) in own for place in head.areas)):
            continue  # a blank line or a note at the foot; another local authority
        for place, year in head.totals.items():
            at = f"{where}, row {number}"
            if year is None:
                year = _whole(named[0] if head.year is None else _cell(row, head.year), f"{at}, year")
            yield at, code, year, _whole(_cell(row, place), f"{at}, {_cell(rows[head.row], place)}")


def _cell(row: Sequence[Any], place: int) -> str:
    value = row[place] if place < len(row) else ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


def _whole(text: str, at: str) -> int:
    """A whole number; `2,345` is one. Raises InputError; a missing number is not zero."""
    plainly = text.replace(",", "")
    if not plainly.isdecimal():
        raise InputError(f"{at}: {text[:40]!r} is no whole number; expected one, as 2345 (missing is not zero).")
    return int(plainly)
