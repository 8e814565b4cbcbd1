"""Residents of wards: population files as published by the Office for National Statistics (ONS) or simpler, in;
the rows of populations.csv, for each ward of each year's boundaries and for each area, out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shp_data.domain.areas import WardBoundaries
from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import normalise_name
from shp_data.setup.boundary_files import Boundaries, Zone

COLUMNS = ("level", "vintage", "code", "name", "lpa", "year", "basis", "population")  # of populations.csv
_BASIS = "mid-year estimate"
# The headers of ONS's workbooks of any year, and simpler ones, in small letters.
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
                f"{path.name}: no row has the headers that are needed; expected a ward's code (Ward Code, WD22CD or "
                "ward_code), and its residents (Total, All Ages or residents) with a year, or a column for each year."
            )
        for table, header in headers.items():
            for location, code, year, people in _read_rows(tables[table], header, table, area_words):
                # A ward may be on several sheets or in several files, which does no harm if the figures agree.
                if counts.setdefault((code, year), people) != people:
                    raise InputError(
                        f"{location}: {code} has {counts[code, year]:,} residents in {year} above; one is wrong."
                    )
                read_at.setdefault(code, location)
    return Residents(counts, read_at)


def build_populations(
    residents: Residents, vintages: Sequence[tuple[WardBoundaries, Boundaries]], areas: Sequence[Zone]
) -> list[tuple[object, ...]]:
    """Build the rows of populations.csv, in COLUMNS: each ward of each ward year, and each area as their sum.

    An area has a figure for each year in which every one of its wards has one. Raises InputError where a
    ward has no figure at all, a code is in no ward file, or the wards of two ward years do not add up to
    the same.
    """
    ward_codes = frozenset().union(*(wards.ward_codes for _, wards in vintages))
    for code, location in residents.read_at.items():
        if code not in ward_codes:
            files = ", ".join(wards.file for _, wards in vintages)
            raise InputError(
                f"{location}: ward {code!r} is in none of the ward files ({files}). "
                "Remove its rows (or sheet) if they are of other wards, or add the ward boundaries of that year."
            )
    years_by_code: dict[str, list[int]] = {}
    for code, year in sorted(residents.counts):
        years_by_code.setdefault(code, []).append(year)
    rows: list[tuple[object, ...]] = []
    sums: dict[tuple[str, int], tuple[int, str]] = {}
    for vintage, wards in vintages:
        for zone in wards.zones:
            if zone.code not in years_by_code:
                raise InputError(
                    f"{wards.file}: ward {zone.code} ({zone.name}, {zone.area}) has no population; expected one for "
                    "every ward of every file. Add its row to the populations, or leave this file out."
                )
            rows += [
                ("ward", vintage.id, zone.code, zone.name, zone.area, year, _BASIS, residents.counts[zone.code, year])
                for year in years_by_code[zone.code]
            ]
        for area in areas:
            _add_sums(sums, residents, wards, area.name, vintage.id)
    return _list_area_rows(sums, areas) + rows


def _read_tables(path: Path) -> dict[str, Rows]:
    """Read the rows of a CSV, or of each sheet of a workbook, by its name in messages."""
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsb", ".ods"):
        return _read_sheets(path)
    try:
        data = path.read_bytes()
        # Excel on Windows saves CSV in Windows-1252 unless it is asked for UTF-8.
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
        return {path.name: list(csv.reader(io.StringIO(text, newline="")))}
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name}: this is not a CSV file ({error}). In Excel, save it as CSV UTF-8.") from error


def _read_sheets(path: Path) -> dict[str, Rows]:
    from python_calamine import CalamineError, CalamineWorkbook  # only where a workbook is given

    try:
        book = CalamineWorkbook.from_path(str(path))
        return {f"{path.name}, sheet {name}": book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise InputError(
            f"{path.name}: this workbook cannot be read ({error}). In Excel, save it again as XLSX."
        ) from error


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
        raise InputError(f"{table}: neither a column nor the name gives the year. Add a column named year.")
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
        raise InputError(
            f"{location}: {text[:40]!r} is not a whole number; expected one, such as 2345 (missing is not zero)."
        )
    return int(digits)


def _add_sums(
    sums: dict[tuple[str, int], tuple[int, str]], residents: Residents, wards: Boundaries, area: str, ward_year: str
) -> None:
    """Add an area's residents in each year in which every ward of it has a figure."""
    codes = {zone.code for zone in wards.zones if zone.area == area}
    years = {year for code, year in residents.counts if code in codes}
    for year in sorted(years):
        # A sum without one of its wards would look like a fall in the population.
        if all((code, year) in residents.counts for code in codes):
            total = sum(residents.counts[code, year] for code in codes)
            earlier, earlier_year = sums.setdefault((area, year), (total, ward_year))
            if earlier != total:
                raise InputError(
                    f"{area}, {year}: its wards of {earlier_year} have {earlier:,} residents and those of {ward_year} "
                    f"{total:,}; expected the same. Check that both are from the same release of estimates."
                )


def _list_area_rows(sums: Mapping[tuple[str, int], tuple[int, str]], areas: Sequence[Zone]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for area in areas:
        years = sorted(year for name, year in sums if name == area.name)
        if not years:
            raise InputError(f"{area.name}: no year has a population for all its wards; expected at least one.")
        rows += [("lpa", "", area.code, area.name, area.name, y, _BASIS, sums[area.name, y][0]) for y in years]
    return rows
