"""Read a file of reported figures: its columns, each cell, each row, and the rows of a load against one another."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import pyarrow.compute as pc

from shp_data.domain import schema
from shp_data.domain.counting import format_count
from shp_data.domain.errors import InputError, SelectionError
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_period
from shp_data.domain.reported import FigureKey, MeasureKind, ReportedFigure, classify_measure
from shp_data.domain.schema import UNKNOWN
from shp_data.domain.vocabulary import Indicator, normalise_name
from shp_data.intake.readers.chunks import BLANK, ROW, RawChunk
from shp_data.intake.readers.headers import is_figures_header
from shp_data.intake.readers.rejects import is_rejects_header
from shp_data.store.files.manifest import Tally

MAX_FIGURES = 200_000  # rows of one file: a century of every indicator in every area is a tenth of it
NONE_YET = "contains no figures yet. Fill in the Value column, save the file and load it again"
_EARLIEST = Month(1970, 1)
_LARGEST = 1_000_000_000
_LONGEST = 40  # characters of a value that an error shows
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(%?)")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: 00:00)?|(\d{1,2})/(\d{1,2})/(\d{4})")  # as Excel keeps or prints it
_NAMED_MONTHS = ("%b %Y", "%B %Y", "%b-%y", "%b-%Y")  # Oct-20 is how Excel shows a month that was typed
_EXAMPLES: Final[dict[MeasureKind, str]] = {
    "count": "the count, such as 90",
    "level": "the whole number, such as 43",
    "percent": "the percentage, such as 25.7",
}


@dataclass(frozen=True)
class FigureRow:
    """One row of a reported-figures file: its figure, or the reason why it has none.

    `row`: its number. `position`: its position in the file, in words. `indicator`: an id, or `(unknown)` if
    it is not recognised. `duplicate`: an earlier row of the load has the same figure.
    """

    row: int
    position: str
    indicator: str = UNKNOWN
    figure: ReportedFigure | None = None
    reason: str = ""
    duplicate: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether its figure enters the store."""
        return not self.reason and not self.duplicate


@dataclass(frozen=True)
class Figures:
    """The content of a file of reported figures: its rows with a figure, and the number still awaited."""

    rows: tuple[FigureRow, ...] = ()
    awaited: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Return both together. Raises InputError if there are more than any report needs."""
        rows = len(self.rows) + self.awaited + len(other.rows) + other.awaited
        if rows > MAX_FIGURES:
            raise InputError(
                f"contains more than {MAX_FIGURES:,} rows of reported figures. Remove the rows that are not needed."
            )
        return Figures(self.rows + other.rows, self.awaited + other.awaited)

    @property
    def accepted(self) -> tuple[ReportedFigure, ...]:
        """The figures that enter the store."""
        return tuple(row.figure for row in self.rows if row.figure and row.is_accepted)

    @property
    def keys(self) -> tuple[FigureKey, ...]:
        """The keys of the figures that enter the store, or are in it from another row."""
        return tuple(row.figure.key for row in self.rows if row.figure and not row.reason)

    @property
    def reasons(self) -> dict[int, str]:
        """The rejected rows: row number -> reason. A row of a table of counts may have several."""
        reasons: dict[int, dict[str, None]] = defaultdict(dict)
        for row in self.rows:
            if row.reason:
                reasons[row.row][row.reason] = None
        return {row: "; ".join(texts) for row, texts in reasons.items()}

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """The number of rows read, accepted, duplicate and rejected, by indicator."""
        tallies: dict[str, Tally] = defaultdict(Tally)
        for row in self.rows:
            tallies[row.indicator] += Tally(1, int(row.is_accepted), int(row.duplicate), int(bool(row.reason)))
        return dict(sorted(tallies.items()))

    @property
    def summary(self) -> str:
        """A summary of the file: `reported figures; 4 figures awaited`. Empty if it has none."""
        if not self.rows and not self.awaited:
            return ""
        awaited_text = f"; {format_count(self.awaited, 'figures')} awaited" if self.awaited else ""
        return f"reported figures{awaited_text}"


def judge_figures(figures_by_file: Mapping[int, Figures]) -> dict[int, Figures]:
    """Judge the figures of a load against one another, in the order given, by file number.

    The same figure again is a duplicate. A different figure for the same indicator, area and period is
    rejected.
    """
    first: dict[FigureKey, tuple[int, FigureRow]] = {}
    return {
        number: replace(figures, rows=tuple(_judge_row(first, number, row) for row in figures.rows))
        for number, figures in figures_by_file.items()
    }


def _judge_row(first: dict[FigureKey, tuple[int, FigureRow]], number: int, row: FigureRow) -> FigureRow:
    """Judge a row against the earlier rows, and add it to them if it is the first of its key."""
    if row.figure is None:
        return row
    file, first_row = first.setdefault(row.figure.key, (number, row))
    if first_row is row or first_row.figure is None:
        return row
    if (first_row.figure.value, first_row.figure.year_to_date) == (row.figure.value, row.figure.year_to_date):
        return replace(row, duplicate=True)
    position = first_row.position if file == number else f"{first_row.figure.file}, {first_row.position}"
    numbers, first_numbers = _format_numbers(row.figure), _format_numbers(first_row.figure)
    reason = (
        f"{row.position}: {numbers}, but {position} has {first_numbers} for the same indicator, area and period; "
        "remove the wrong one"
    )
    return replace(row, reason=reason)


def _format_numbers(figure: ReportedFigure) -> str:
    """Format a figure's numbers for an error message."""
    to_date = f" and {figure.year_to_date:,.10g} for the year to date" if figure.year_to_date is not None else ""
    return f"'{figure.value:,.10g}{to_date}'"


def split_chunk(chunk: RawChunk) -> tuple[RawChunk | None, RawChunk | None]:
    """Split a chunk into its incidents and its reported figures; None where it has none.

    The header decides. Only the rejected rows of a load of both contain both: there a row with a period or a
    value, and without a date, is a figure. Raises InputError as `match_figure_columns`.
    """
    columns = match_figure_columns(chunk.header)
    dates = [title for title in chunk.header if normalise_name(title) == "date"]
    is_rejects = is_rejects_header(chunk.header)
    if columns is None or (dates and not is_rejects):
        return chunk, None
    if not is_rejects:
        return None, chunk
    # In a file of rejected rows, each kind leaves the columns of the other empty.
    is_figure = pc.or_(*(pc.is_valid(chunk.table[columns[column]]) for column in ("period", "value")))
    for date in dates:
        is_figure = pc.and_(is_figure, pc.is_null(chunk.table[date]))
    incidents = chunk.table.filter(pc.invert(is_figure))
    figures = replace(chunk, table=chunk.table.filter(is_figure))
    return (replace(chunk, table=incidents, bad=()) if incidents.num_rows else None), figures


def match_figure_columns(header: Sequence[str]) -> dict[str, str] | None:
    """Match our columns of a reported-figures file to this header; None if a needed one is missing.

    Raises InputError if two columns could be the year to date.
    """
    matched: dict[str, str] = {}
    for field in schema.FIGURE_FILE:
        titles = [
            title
            for title in header
            if normalise_name(title) in (normalise_name(field.name), normalise_name(field.label))
        ]
        if titles:
            matched[field.name] = titles[0]
        if len(titles) > 1 and set(schema.FIGURE_REQUIRED) <= matched.keys():
            raise InputError(f"{' and '.join(titles)} could both be {field.label!r}. Rename or remove one.")
    return matched if set(schema.FIGURE_REQUIRED) <= matched.keys() else None


def describe_missing(header: Collection[str]) -> str:
    """Describe what a file needs to be one of reported figures. Empty if it does not look like one."""
    if not is_figures_header(header):
        return ""
    names = {normalise_name(title) for title in header}
    wanted = [field.label for field in schema.FIGURE_FILE if field.name in schema.FIGURE_REQUIRED]
    missing = [label for label in wanted if normalise_name(label) not in names]
    return (
        f"looks like reported figures, but has no column {' and no '.join(missing)}; the columns are "
        f"{', '.join(header)}. Restore the column's name, or fill in a new template."
    )


def read_figures(
    chunk: RawChunk,
    file: str,
    today: dt.date,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] = MappingProxyType({}),
) -> Figures:
    """Read the reported figures of a chunk. A row without a value counts as awaited.

    `file`: its name as displayed. `today`: a period that begins later is refused. `columns`: our column -> header;
    by default, the headers that are our own names. `constants`: our column -> its text in every row.
    """
    columns = match_figure_columns(chunk.header) or {} if columns is None else columns
    # A file repeats a few areas and periods in thousands of rows.
    cached_area, cached_period = lru_cache(read_area), lru_cache(lambda text: read_period(text, today))

    def parse_figure(cells: Mapping[str, str], indicator: Indicator, row: int) -> ReportedFigure:
        area_name, period_name = cached_area(cells["area"]), cached_period(cells["period"])
        return ReportedFigure(indicator.id, area_name, period_name, *_parse_numbers(cells, indicator), file, row)

    rows = [FigureRow(bad.row, _describe_row(chunk, bad.row), reason=bad.reason) for bad in chunk.bad]
    awaited = 0
    for row, row_cells in _read_cells(chunk, columns):
        cells = {**row_cells, **constants}
        if not cells["value"] and not cells.get("year_to_date"):
            awaited += 1
            continue
        position, id_ = _describe_row(chunk, row), UNKNOWN
        try:
            indicator = read_indicator(cells["indicator"])
            id_ = indicator.id
            rows.append(FigureRow(row, position, id_, parse_figure(cells, indicator, row)))
        except CellError as error:
            column = columns.get(error.column, columns["value"])
            reason = f"{position}, {_describe_column(chunk, column)}: {error}"
            rows.append(FigureRow(row, position, id_, reason=reason))
    return Figures(tuple(rows), awaited)


def _read_cells(chunk: RawChunk, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each row, and its cells by our column."""
    texts = [[(text or "").strip(BLANK) for text in chunk.table[title].to_pylist()] for title in columns.values()]
    for number, *cells in zip(chunk.table[ROW].to_pylist(), *texts, strict=True):
        yield number, dict(zip(columns, cells, strict=True))


def _parse_numbers(cells: Mapping[str, str], indicator: Indicator) -> tuple[float, float | None]:
    """Return the value, and the year to date if it is given. Raises CellError."""
    if not cells["value"]:
        raise CellError("value", "no value, but there is a year to date; write both, or leave both empty")
    value = read_number(cells["value"], indicator, "value")
    if not cells.get("year_to_date"):
        return value, None
    to_date = read_number(cells["year_to_date"], indicator, "year_to_date")
    if classify_measure(indicator) == "count" and to_date < value:
        raise CellError(
            "year_to_date",
            f"'{cells['year_to_date']}' is less than the period's value '{cells['value']}'; "
            "write the count from April to the period's end, or leave it empty",
        )
    return value, to_date


def _describe_row(chunk: RawChunk, row: int) -> str:
    """Describe the position of a row: `sheet Figures, row 12`, or `row 12` in a file without sheets."""
    return f"sheet {chunk.sheet}, row {row}" if chunk.sheet else f"row {row}"


def _describe_column(chunk: RawChunk, title: str) -> str:
    """Describe a column by the letter that a spreadsheet uses: `column D (Value)`."""
    position, letters = chunk.header.index(title) + 1, ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"column {letters} ({title})"


class CellError(ValueError):
    """A cell that cannot be used: its column, and what is wrong with it."""

    def __init__(self, column: str, fault: str) -> None:
        """Create the error. `column`: our name for it. `fault`: the value, what was expected and what to do."""
        super().__init__(fault)
        self.column = column


def read_area(text: str | None) -> str:
    """Return the printed name of the Local Policing Area in a cell, in any usual spelling. Raises CellError."""
    areas = partnership().areas
    valid_names = ", ".join(areas.lpa_names)
    if not text:
        raise CellError("area", f"no area; write one of {valid_names}")
    try:
        name = areas.find_lpa(text)
    except SelectionError:
        name = ""
    if name not in areas.lpa_names:
        raise CellError("area", f"{_quote(text)} is not an area; write one of {valid_names}")
    return name


def read_indicator(text: str | None) -> Indicator:
    """Return the reported indicator with this id, label or short name.

    Raises CellError, also for other kinds of indicator.
    """
    if not text:
        raise CellError("indicator", "no indicator; write its name as in the template")
    try:
        indicator = partnership().vocabulary.find_indicator(text)
    except SelectionError as error:
        fault = f"{_quote(text)} is not an indicator; write its name as in the template"
        raise CellError("indicator", fault) from error
    if indicator.kind == "incident":
        raise CellError("indicator", f"{_quote(text)} is counted from records; load the records and remove this row")
    if indicator.kind == "derived":
        raise CellError("indicator", f"{_quote(text)} is calculated by the dashboard; remove this row")
    return indicator


def read_period(text: str | None, today: dt.date) -> str:
    """Return the name of the month or quarter in a cell, `2020-10` or `2020-21-Q3`. Raises CellError."""
    expected = "a month, such as 2020-10, or a quarter, such as 2020-21 Q3"
    if not text:
        raise CellError("period", f"no period; write {expected}")
    period = _parse_period(text.strip())
    if period is None or period.length not in (1, 3) or " to " in period.name:
        raise CellError("period", f"{_quote(text)} is not recognised; write {expected}")
    if period.first.first_day > today:
        raise CellError("period", f"{_quote(text)} is in the future; write the period of the figure")
    if period.first < _EARLIEST:
        raise CellError("period", f"{_quote(text)} is before 1970; write the period of the figure")
    return period.name


def read_number(text: str, indicator: Indicator, column: str) -> float:
    """Return the number in a cell, as the indicator measures it. A percentage of 25.7 % is 25.7.

    `column`: our name of the cell's column. Raises CellError.
    """
    kind = classify_measure(indicator)
    advice = f"write {_EXAMPLES[kind]}"
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        raise CellError(
            column, f"{_quote(text)} is not a number; {advice}, or leave the cell empty until you have the figure"
        )
    value, sign = float(match[1].replace(",", "")), match[2]
    if value < 0:
        raise CellError(column, f"{_quote(text)} is below zero; {advice}")
    if kind == "percent":
        return _check_percentage(text, value, sign, column)
    if sign:
        raise CellError(column, f"{_quote(text)} is a percentage, but {indicator.short} is not; {advice}")
    if value != int(value) or value > _LARGEST:
        fault = "is not a whole number" if value != int(value) else f"is more than {_LARGEST:,}"
        raise CellError(column, f"{_quote(text)} {fault}; {advice}")
    return value


def _check_percentage(text: str, value: float, sign: str, column: str) -> float:
    if value > 100:
        raise CellError(column, f"{_quote(text)} is more than 100 %; write {_EXAMPLES['percent']}")
    # Excel stores 25.7 % as 0.257. A real percentage below 1 is possible, so the person decides.
    if 0 < value < 1 and not sign:
        likely = f"{value * 100:.10g}"
        raise CellError(
            column, f"{_quote(text)} looks like a fraction; write {likely}, or {text.strip()}% as text if it is right"
        )
    return value


def _parse_period(text: str) -> Period | None:
    """Return the month or quarter in a text; None if it is neither."""
    # Excel turns a typed month into its first day. Any other day is not a period.
    match = _DAY.fullmatch(text)
    if match:
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        return _make_month(int(year), int(month)) if int(day) == 1 else None
    for date_format in _NAMED_MONTHS:
        try:
            date = dt.datetime.strptime(text, date_format)
        except ValueError:
            continue
        return _make_month(date.year, date.month)
    try:
        return parse_period(text)
    except SelectionError:
        return None


def _make_month(year: int, month: int) -> Period | None:
    try:
        return Period(Month(year, month), Month(year, month))
    except SelectionError:
        return None


def _quote(text: str) -> str:
    return f"'{text[:_LONGEST]}'"
