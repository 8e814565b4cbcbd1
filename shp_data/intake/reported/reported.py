"""A reported-figures file -> its figures: which columns it has, and what each row says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import pyarrow.compute as pc

from shp_data.domain import schema
from shp_data.domain.errors import InputError
from shp_data.domain.reported import ReportedFigure, measured
from shp_data.domain.schema import UNKNOWN
from shp_data.domain.vocabulary import Indicator, plain
from shp_data.intake.readers.chunks import ROW, RawChunk
from shp_data.intake.readers.headers import of_figures
from shp_data.intake.readers.rejects import is_rejected
from shp_data.intake.reported.figure_cells import CellError, area_of, indicator_of, number_of, period_of
from shp_data.intake.reported.figures import FigureRow, Figures

NONE_YET = "holds no figure yet: fill in the Value column, save it, and load it again"
_BLANK = " \t\n\r\xa0\ufeff"


def parted(chunk: RawChunk) -> tuple[RawChunk | None, RawChunk | None]:
    """The incidents and the reported figures of a chunk; None where it holds none.

    The header decides. Only the rejected rows of a load of both are both: there a row with a period or a value,
    and without a date, is a figure. Raises InputError as `figure_columns`.
    """
    columns = figure_columns(chunk.header)
    dates = [title for title in chunk.header if plain(title) == "date"]
    mended = is_rejected(chunk.header)
    if columns is None or (dates and not mended):
        return chunk, None
    if not mended:
        return None, chunk
    of_a_figure = pc.or_(*(pc.is_valid(chunk.table[columns[ours]]) for ours in ("period", "value")))
    for date in dates:
        of_a_figure = pc.and_(of_a_figure, pc.is_null(chunk.table[date]))
    incidents = chunk.table.filter(pc.invert(of_a_figure))
    figures = replace(chunk, table=chunk.table.filter(of_a_figure))
    return (RawChunk(incidents) if incidents.num_rows else None), figures


def figure_columns(header: Sequence[str]) -> dict[str, str] | None:
    """Our columns of a reported-figures file -> this header's; None where it lacks a needed one.

    Raises InputError where two columns could be the year to date.
    """
    found: dict[str, str] = {}
    for field in schema.FIGURE_FILE:
        fitting = [title for title in header if plain(title) in (plain(field.name), plain(field.label))]
        if fitting:
            found[field.name] = fitting[0]
        if len(fitting) > 1 and set(schema.FIGURE_REQUIRED) <= found.keys():
            raise InputError(f"{' and '.join(fitting)} could both be {field.label!r}. Rename or remove one.")
    return found if set(schema.FIGURE_REQUIRED) <= found.keys() else None


def lacking(header: Collection[str]) -> str:
    """What does a file lack to be one of reported figures? Empty where it does not look like one."""
    if not of_figures(header):
        return ""
    names = {plain(title) for title in header}
    wanted = [field.label for field in schema.FIGURE_FILE if field.name in schema.FIGURE_REQUIRED]
    missing = [label for label in wanted if plain(label) not in names]
    return (
        f"looks like reported figures, but has no column {' and no '.join(missing)}; the columns are "
        f"{', '.join(header)}. Give the column its name again, or fill in a new template."
    )


def read_figures(chunk: RawChunk, file: str, today: dt.date) -> Figures:
    """The reported figures of a chunk that has their columns. What has no value is not in yet.

    `file`: its name as shown. `today`: a period that begins later is refused.
    """
    columns = figure_columns(chunk.header) or {}
    area, period = lru_cache(area_of), lru_cache(lambda text: period_of(text, today))

    def figure(cells: Mapping[str, str], indicator: Indicator, row: int) -> ReportedFigure:
        where, when = area(cells["area"]), period(cells["period"])
        return ReportedFigure(indicator.id, where, when, *_numbers(cells, indicator), file, row)

    rows = [FigureRow(bad.row, _place(chunk, bad.row), reason=bad.reason) for bad in chunk.bad]
    waiting = 0
    for row, cells in _cells(chunk, columns):
        if not cells["value"] and not cells.get("year_to_date"):
            waiting += 1
            continue
        place, id_ = _place(chunk, row), UNKNOWN
        try:
            indicator = indicator_of(cells["indicator"])
            id_ = indicator.id
            rows.append(FigureRow(row, place, id_, figure(cells, indicator, row)))
        except CellError as error:
            reason = f"{place}, {_column(chunk, columns[error.column])}: {error}"
            rows.append(FigureRow(row, place, id_, reason=reason))
    return Figures(tuple(rows), waiting)


def _cells(chunk: RawChunk, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each row, and its cells by our column."""
    texts = [[(text or "").strip(_BLANK) for text in chunk.table[title].to_pylist()] for title in columns.values()]
    for number, *cells in zip(chunk.table[ROW].to_pylist(), *texts, strict=True):
        yield number, dict(zip(columns, cells, strict=True))


def _numbers(cells: Mapping[str, str], indicator: Indicator) -> tuple[float, float | None]:
    """The value, and the year to date where it is given. Raises CellError."""
    if not cells["value"]:
        raise CellError("value", "no value, though a year to date is given; write both, or leave both empty")
    value = number_of(cells["value"], indicator, "value")
    if not cells.get("year_to_date"):
        return value, None
    to_date = number_of(cells["year_to_date"], indicator, "year_to_date")
    if measured(indicator) == "count" and to_date < value:
        raise CellError(
            "year_to_date",
            f"'{cells['year_to_date']}' is less than the period's own '{cells['value']}'; "
            "write the count from April to the period's end, or leave it empty",
        )
    return value, to_date


def _place(chunk: RawChunk, row: int) -> str:
    """`sheet Figures, row 12`; of a file without sheets, `row 12`."""
    return f"sheet {chunk.sheet}, row {row}" if chunk.sheet else f"row {row}"


def _column(chunk: RawChunk, title: str) -> str:
    """`column D (Value)`, by the letter that a spreadsheet shows."""
    place, letters = chunk.header.index(title) + 1, ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"column {letters} ({title})"
