"""Residents of wards and authorities: files as published by the Office for National Statistics (ONS) or simpler, in;
the rows of populations.csv, for each ward of each year's boundaries and for each area, out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shp_data.domain import settings
from shp_data.domain.areas import WardBoundaries
from shp_data.domain.errors import InputError
from shp_data.domain.vocabulary import normalise_name
from shp_data.setup.boundary_files import Boundaries, Zone

# Of populations.csv.
COLUMNS = ("level", "vintage", "code", "name", "lpa", "edition", "year", "basis", "population")
_BASIS = "mid-year estimate"
# The headers of ONS's workbooks of any year, and simpler ones, in small letters.
_CODE = r"(ward|wd).*(code|cd)( ?\d)?|code|mnemonic"
_AREA = r"(la|lad|local ?authority).*(code|cd|name|nm)\d?.*"
_AREA_CODE = r"(la|lad|local ?authority) ?(\d\d)? ?(code|cd)"
_GEOGRAPHY = r"geography\d?"  # the kind of area in a row, in ONS's estimates of authorities
_YEAR = r"(mid-?)?year"
_ONE_YEAR = r"(mid-?)?((?:19|20)\d\d)"
_TOTAL = r"total|all ?ages|all ?persons|all ?people|(usual ?)?residents|population|persons|people|value"
_HEAD_WITHIN = 25  # rows: ONS puts notes above the header
# Sheets of ONS's workbooks that have a row for each area or ward, but not its number of residents.
_OTHER_SHEETS = re.compile(r"\b(fe)?males?\b|\bMYE ?[3567]\b", re.IGNORECASE)

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Residents:
    """The residents of each ward: (code, year) -> residents, and where each code was first read.

    `areas`: edition of the estimates -> (area code, year) -> residents of each area; empty where no estimate is
    of the areas themselves. `read_at` has no codes of workbooks, which may have sheets of other years' wards.
    """

    counts: Mapping[tuple[str, int], int]
    read_at: Mapping[str, str]
    areas: Mapping[str, Mapping[tuple[str, int], int]]


@dataclass(frozen=True)
class _Header:
    """The columns of a table: the ward's code, its area (every column that names one), its years, its edition.

    `code`: None in a table of areas.
    """

    row: int
    code: int | None
    areas: tuple[int, ...]
    edition: int | None
    year: int | None
    totals: Mapping[int, int | None]  # column -> the year that its header says


@dataclass(frozen=True)
class _Figure:
    """One number of residents, of a ward or of an area, and where it was read."""

    location: str
    code: str
    year: int
    people: int
    edition: str | None  # None for a ward


def read_residents(paths: Iterable[Path], areas: Mapping[str, str], *, skip_others: bool = True) -> Residents:
    """Read the residents of each ward, and of each area, from CSV files or workbooks.

    There is a row for each ward or area (ONS's mid-year estimates), or for each and year. A header within the
    first rows names the code of the ward or local authority, the year, and the residents (`Total`, `All Ages`,
    `residents`), or has a column for each year. A year that no column gives is that of the sheet's or file's
    name, or of the notes above the header (`Mid-2022 Persons`). Where no file has estimates of the areas,
    those of all authorities in England and Wales that ship with the code are used, if all the areas are
    authorities. `areas`: name -> code. `skip_others`: whether to skip the wards of other local authorities,
    where the file names them. Raises InputError.
    """
    words = {normalise_name(word): code for name, code in areas.items() for word in (name, code)}
    counts: dict[tuple[str, int], int] = {}
    read_at: dict[str, str] = {}
    totals: dict[str, dict[tuple[str, int], int]] = {}
    for path in paths:
        for figure in _read_file(path, words, skip_others=skip_others):
            if figure.edition is not None:
                _add_figure(totals.setdefault(figure.edition, {}), figure)
                continue
            _add_figure(counts, figure)
            if not _is_workbook(path):
                read_at.setdefault(figure.code, figure.location)
    return Residents(counts, read_at, _check_areas(totals, areas) if totals else _read_shipped(words))


def _add_figure(counts: dict[tuple[str, int], int], figure: _Figure) -> None:
    """Add a figure to others. It may be on several sheets or in several files, which does no harm if they agree."""
    if (known := counts.setdefault((figure.code, figure.year), figure.people)) != figure.people:
        raise InputError(
            f"{figure.location}: {figure.code} has {known:,} residents in {figure.year} above; one is wrong."
        )


def _check_areas(
    totals: Mapping[str, Mapping[tuple[str, int], int]], areas: Mapping[str, str]
) -> Mapping[str, Mapping[tuple[str, int], int]]:
    """Check that each edition of estimates has every area. Raises InputError."""
    for edition, counts in totals.items():
        missing = [name for name, code in areas.items() if code not in {code for code, _ in counts}]
        if missing:
            raise InputError(f"{edition}: it has no residents of {', '.join(missing)}; expected every area.")
    return totals


def _read_shipped(words: Mapping[str, str]) -> dict[str, dict[tuple[str, int], int]]:
    """Read the estimates of the areas that ship with the code; empty unless all the areas are in them."""
    totals: dict[str, dict[tuple[str, int], int]] = {}
    for figure in _read_file(settings.AUTHORITY_POPULATIONS, words, skip_others=True):
        _add_figure(totals.setdefault(figure.edition or "", {}), figure)
    # Some areas by one series and some by another would be figures that cannot be compared.
    return {
        edition: counts for edition, counts in totals.items() if {code for code, _ in counts} == set(words.values())
    }


def build_populations(
    residents: Residents, vintages: Sequence[tuple[WardBoundaries, Boundaries]], areas: Sequence[Zone]
) -> list[tuple[object, ...]]:
    """Build the rows of populations.csv, in COLUMNS: each ward of each ward year, and each area.

    Without estimates of the areas themselves, an area is the sum of its wards, in each year in which every
    one of them has a figure. Raises InputError where a ward has no figure at all, a code is in no ward file,
    or the wards of two ward years do not add up to the same.
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
                ("ward", vintage.id, zone.code, zone.name, zone.area, "", year, _BASIS, count)
                for year in years_by_code[zone.code]
                for count in (residents.counts[zone.code, year],)
            ]
        for area in areas if not residents.areas else ():
            _add_sums(sums, residents, wards, area.name, vintage.id)
    if residents.areas:
        return _list_estimate_rows(residents.areas, areas) + rows
    return _list_area_rows(sums, areas) + rows


def _read_file(path: Path, words: Mapping[str, str], *, skip_others: bool) -> Iterable[_Figure]:
    """Read every figure of a file. `words`: name or code of an area -> its code. Raises InputError."""
    tables = {table: rows for table, rows in _read_tables(path).items() if not _OTHER_SHEETS.search(table)}
    headers = {table: header for table, rows in tables.items() if (header := _find_header(rows))}
    if not headers:
        raise InputError(
            f"{path.name}: no row has the headers that are needed; expected the code of a ward (Ward Code, WD22CD or "
            "ward_code) or local authority (LAD23CD or lad_code), and its residents (Total, All Ages or residents) "
            "with a year, or a column for each year."
        )
    for table, header in headers.items():
        yield from _read_rows(tables[table], header, table, path.name, words, skip_others=skip_others)


def _read_tables(path: Path) -> dict[str, Rows]:
    """Read the rows of a CSV, or of each sheet of a workbook, by its name in messages."""
    if _is_workbook(path):
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


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() in (".xlsx", ".xls", ".xlsb", ".ods")


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
    """Find the header of a table of wards or areas; None where there is none."""
    for number, row in enumerate(rows[:_HEAD_WITHIN]):
        names = [" ".join(str(cell).lower().replace("_", " ").split()) for cell in row]

        def find_columns(pattern: str, names: Sequence[str] = names) -> list[int]:
            return [position for position, name in enumerate(names) if re.fullmatch(pattern, name)]

        codes, year = find_columns(_CODE), next(iter(find_columns(_YEAR)), None)
        totals: dict[int, int | None] = {place: int(names[place][-4:]) for place in find_columns(_ONE_YEAR)}
        if not totals:
            totals = dict.fromkeys(find_columns(_TOTAL)[:1])
        # ONS's estimates of authorities have rows for countries, regions and counties too, of which a column tells.
        if totals and (not codes or find_columns(_GEOGRAPHY)) and (areas := [*codes, *find_columns(_AREA_CODE)]):
            areas += find_columns(rf"name|{_AREA}")
            return _Header(number, None, tuple(areas), next(iter(find_columns("edition")), None), year, totals)
        if totals and codes:
            return _Header(number, codes[0], tuple(find_columns(_AREA)), None, year, totals)
    return None


def _read_rows(
    rows: Rows, header: _Header, table: str, file: str, words: Mapping[str, str], *, skip_others: bool
) -> Iterable[_Figure]:
    """Read each figure of a table, of the areas wanted where the rows name them."""
    year_of_table = _find_year(table, rows[: header.row])
    if None in header.totals.values() and header.year is None and year_of_table is None:
        raise InputError(f"{table}: neither a column nor the name gives the year. Add a column named year.")
    for number, row in enumerate(rows[header.row + 1 :], header.row + 2):
        area = next((words[word] for word in _list_words(row, header.areas) if word in words), None)
        code = area if header.code is None else _read_cell(row, header.code)
        if not code or (header.code is not None and skip_others and header.areas and words and not area):
            continue  # a blank line or a note at the foot; another local authority
        edition = None if header.code is not None else file
        if header.edition is not None:
            edition = _read_cell(row, header.edition)
        for position, year in header.totals.items():
            location = f"{table}, row {number}"
            if year is None and header.year is not None:
                year = _parse_whole_number(_read_cell(row, header.year), f"{location}, year")
            people = _parse_whole_number(
                _read_cell(row, position), f"{location}, {_read_cell(rows[header.row], position)}"
            )
            yield _Figure(location, code, year or year_of_table or 0, people, edition)


def _list_words(row: Sequence[Any], places: Iterable[int]) -> list[str]:
    return [normalise_name(_read_cell(row, place)) for place in places]


def _find_year(table: str, notes: Rows) -> int | None:
    """Find the only year that the name of a table gives, or else the notes above its header."""
    title = " ".join(str(cell) for row in notes for cell in row)
    for pattern, text in (
        (r"mid[- _]?(\d{4})", table), (r"\bmye(\d\d)", table), (r"mid[- _]?(\d{4})", title), (r"(?:19|20)\d\d", table),
    ):  # fmt: skip
        years = set(re.findall(pattern, text, re.IGNORECASE))
        if len(years) == 1:
            year = int(years.pop())
            return year if year > 99 else 2000 + year  # mye24tablesew.xlsx
    return None


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
        rows += [("lpa", "", area.code, area.name, area.name, "", y, _BASIS, sums[area.name, y][0]) for y in years]
    return rows


def _list_estimate_rows(
    estimates: Mapping[str, Mapping[tuple[str, int], int]], areas: Sequence[Zone]
) -> list[tuple[object, ...]]:
    """List the rows of the areas from estimates of the areas themselves, by edition."""
    return [
        ("lpa", "", area.code, area.name, area.name, edition, year, _BASIS, people)
        for edition, counts in estimates.items()
        for area in areas
        for (code, year), people in sorted(counts.items())
        if code == area.code
    ]
