"""Read a reported-figures file: its columns, and the figure of each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import pyarrow.compute as pc

from shp_data.domain import schema
from shp_data.domain.errors import InputError
from shp_data.domain.reported import ReportedFigure, classify_measure
from shp_data.domain.schema import UNKNOWN
from shp_data.domain.vocabulary import Indicator, normalise_name
from shp_data.intake.readers.chunks import ROW, RawChunk
from shp_data.intake.readers.headers import is_figures_header
from shp_data.intake.readers.rejects import is_rejects_header
from shp_data.intake.reported.figure_cells import CellError, read_area, read_indicator, read_number, read_period
from shp_data.intake.reported.figures import FigureRow, Figures

NONE_YET = "holds no figure yet: fill in the Value column, save it, and load it again"
_BLANK = " \t\n\r\xa0\ufeff"


def split_chunk(chunk: RawChunk) -> tuple[RawChunk | None, RawChunk | None]:
    """Split a chunk into its incidents and its reported figures; None where it has none.

    The header decides. Only the rejected rows of a load of both hold both: there a row with a period or a
    value, and without a date, is a figure. Raises InputError as `match_figure_columns`.
    """
    columns = match_figure_columns(chunk.header)
    dates = [title for title in chunk.header if normalise_name(title) == "date"]
    is_rejects = is_rejects_header(chunk.header)
    if columns is None or (dates and not is_rejects):
        return chunk, None
    if not is_rejects:
        return None, chunk
    is_figure = pc.or_(*(pc.is_valid(chunk.table[columns[column]]) for column in ("period", "value")))
    for date in dates:
        is_figure = pc.and_(is_figure, pc.is_null(chunk.table[date]))
    incidents = chunk.table.filter(pc.invert(is_figure))
    figures = replace(chunk, table=chunk.table.filter(is_figure))
    return (RawChunk(incidents) if incidents.num_rows else None), figures


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
        f"{', '.join(header)}. Give the column its name again, or fill in a new template."
    )


def read_figures(chunk: RawChunk, file: str, today: dt.date) -> Figures:
    """Read the reported figures of a chunk that has their columns. A row without a value counts as awaited.

    `file`: its name as displayed. `today`: a period that begins later is refused.
    """
    columns = match_figure_columns(chunk.header) or {}
    cached_area, cached_period = lru_cache(read_area), lru_cache(lambda text: read_period(text, today))

    def parse_figure(cells: Mapping[str, str], indicator: Indicator, row: int) -> ReportedFigure:
        area_name, period_name = cached_area(cells["area"]), cached_period(cells["period"])
        return ReportedFigure(indicator.id, area_name, period_name, *_parse_numbers(cells, indicator), file, row)

    rows = [FigureRow(bad.row, _describe_row(chunk, bad.row), reason=bad.reason) for bad in chunk.bad]
    awaited = 0
    for row, cells in _read_cells(chunk, columns):
        if not cells["value"] and not cells.get("year_to_date"):
            awaited += 1
            continue
        position, id_ = _describe_row(chunk, row), UNKNOWN
        try:
            indicator = read_indicator(cells["indicator"])
            id_ = indicator.id
            rows.append(FigureRow(row, position, id_, parse_figure(cells, indicator, row)))
        except CellError as error:
            reason = f"{position}, {_describe_column(chunk, columns[error.column])}: {error}"
            rows.append(FigureRow(row, position, id_, reason=reason))
    return Figures(tuple(rows), awaited)


def _read_cells(chunk: RawChunk, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each row, and its cells by our column."""
    texts = [[(text or "").strip(_BLANK) for text in chunk.table[title].to_pylist()] for title in columns.values()]
    for number, *cells in zip(chunk.table[ROW].to_pylist(), *texts, strict=True):
        yield number, dict(zip(columns, cells, strict=True))


def _parse_numbers(cells: Mapping[str, str], indicator: Indicator) -> tuple[float, float | None]:
    """Return the value, and the year to date if it is given. Raises CellError."""
    if not cells["value"]:
        raise CellError("value", "no value, though a year to date is given; write both, or leave both empty")
    value = read_number(cells["value"], indicator, "value")
    if not cells.get("year_to_date"):
        return value, None
    to_date = read_number(cells["year_to_date"], indicator, "year_to_date")
    if classify_measure(indicator) == "count" and to_date < value:
        raise CellError(
            "year_to_date",
            f"'{cells['year_to_date']}' is less than the period's own '{cells['value']}'; "
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
