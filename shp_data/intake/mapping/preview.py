"""A preview of a file before it is loaded: its header, its first rows, and what is not recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.compute as pc

from shp_data.domain.clock import get_today
from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Supplier, normalise_name
from shp_data.intake.readers.chunks import RawChunk
from shp_data.intake.readers.files import InputFile, find_files
from shp_data.intake.readers.tables import read_chunks
from shp_data.intake.reported.figures import NONE_YET, Figures, describe_missing, read_figures, split_chunk
from shp_data.intake.rows.blanks import clear_blanks
from shp_data.intake.rows.columns import (
    POLICE_UK,
    FileReading,
    choose_reading,
    list_headers,
    list_missing_columns,
    match_columns,
)
from shp_data.intake.rows.dates import DateEvidence, read_dates

_ROWS = 5
_SAMPLE = 1000  # rows that show which columns and areas a file has
_LONGEST = 80  # characters of a cell that a preview shows


@dataclass(frozen=True)
class Preview:
    """A file before it is loaded.

    `rows`: the first five, as text. `sample`: header -> values of up to 1,000 rows, spread over the first
    chunk. `reading`: how it will be read; None if needed columns are not matched. `unknown_categories`: its
    categories that have no indicator, with their number of rows, the most common first. `dates`: what the dates
    of the first chunk show. `figures`: its content if it is a file of reported figures, which needs no mapping.
    `fault`: why it cannot be read, or which columns are missing; empty if it can be loaded as it is.
    """

    name: str
    file: InputFile | None = None
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reading: FileReading | None = None
    unknown_categories: Mapping[str, int] = field(default_factory=dict)
    dates: DateEvidence = field(default_factory=DateEvidence)
    figures: Figures | None = None
    fault: str = ""

    @property
    def needs_mapping(self) -> bool:
        """Whether a mapping would help, because columns, categories or dates are not recognised."""
        is_clear = self.reading is not None and not self.unknown_categories and not self.dates.are_unreadable
        return bool(self.header) and self.figures is None and not is_clear

    @property
    def needs_date_order(self) -> bool:
        """Whether its dates seem to be in month-first order, and nobody has chosen the order."""
        return self.reading is not None and not self.reading.source.date_order and self.dates.is_month_first

    @property
    def is_loadable(self) -> bool:
        """Whether a load would accept any of it as it is now."""
        is_readable = self.reading is not None and not self.needs_date_order and not self.dates.are_unreadable
        return not self.fault and (is_readable or self.figures is not None)

    @property
    def has_fixed_format(self) -> bool:
        """Whether it is a data.police.uk download or a file of reported figures: each is read in one way only."""
        return self.figures is not None or (self.reading is not None and self.reading.source.format == POLICE_UK)


def preview_files(path: Path, sources: Mapping[str, Supplier], name: str | None) -> list[Preview]:
    """Preview this file, or each file of this zip. `name`: the supplier, if the user gave it."""
    header_names = list_headers(sources.values())
    return [
        _preview_file(item, header_names, sources, name)
        if isinstance(item, InputFile)
        else Preview(item.name, fault=item.message)
        for item in find_files([path])
    ]


def count_categories(file: InputFile, header_names: Collection[str], column: str) -> dict[str, int]:
    """Count the rows of each category in a column of incidents, the most common first, without blanks.

    Categories that differ only in case, spaces or hyphens are one, in its most common spelling. The whole
    file is read. Raises InputError if it cannot be read to the end.
    """
    counts: Counter[str] = Counter()
    for chunk in read_chunks(file, header_names):
        incidents, _ = split_chunk(chunk)
        if incidents is None:
            continue
        for pair in pc.value_counts(clear_blanks(incidents.table[column], "indicator").drop_null()).to_pylist():
            counts[pair["values"]] += pair["counts"]
    spellings: dict[str, str] = {}
    for text, _ in counts.most_common():
        spellings.setdefault(normalise_name(text), text)
    rows = Counter[str]()
    for text, times in counts.items():
        rows[spellings[normalise_name(text)]] += times
    return dict(rows.most_common())


def select_undecided(rows_by_category: Mapping[str, int], source: Supplier | None) -> dict[str, int]:
    """Return the categories that neither the vocabulary nor the supplier's mapping covers."""
    vocabulary_names = set(partnership().vocabulary.map_categories(source))
    mapped_names = {normalise_name(name) for name in source.categories} if source else set()
    return {
        name: rows
        for name, rows in rows_by_category.items()
        if normalise_name(name) not in vocabulary_names | mapped_names
    }


def find_standard_header(column: str, header: Collection[str]) -> str | None:
    """Return the file's header that equals our own name of a column."""
    return next((title for title in header if normalise_name(title) == normalise_name(column)), None)


def build_mapping(
    base: Supplier,
    header: Collection[str],
    selection: Mapping[str, str],
    meanings: Mapping[str, str],
    whole: str | None,
) -> Supplier:
    """Return the supplier's mapping with the user's columns in place of its own, and its categories extended.

    `selection`: our column -> the file's header; headers that are our own names need no mapping, unless they are not
    selected: the mapping then says that they are not used. `meanings`:
    category -> indicator id, empty to leave its rows out. `whole`: the one indicator of a file without
    categories. Raises InputError if a needed column has no header, or if one header is used for two columns.
    """
    if missing := list_missing_columns(selection, whole):
        raise InputError(f"choose a column for {' and '.join(missing)}")
    twice = [title for title, times in Counter(selection.values()).items() if times > 1]
    if twice:
        raise InputError(f"the column {twice[0]!r} is selected twice. Select a different column for each item")
    mapped_headers = {
        column: title for column, title in selection.items() if find_standard_header(column, header) != title
    }
    # A column that has our own name would be read although it is not selected.
    matched = match_columns(header, replace(base, headers=mapped_headers))
    mapped_headers |= {column: "" for column in matched if column not in selection}
    return replace(base, headers=mapped_headers, categories={**base.categories, **meanings}, indicator=whole)


def _preview_file(
    file: InputFile, header_names: Collection[str], sources: Mapping[str, Supplier], name: str | None
) -> Preview:
    try:
        first = next(iter(read_chunks(file, header_names)))
        incidents, _ = split_chunk(first)
        if incidents is None:
            return Preview(
                file.name,
                file,
                tuple(first.header),
                _read_first_rows(first),
                figures=_read_all_figures(file, header_names),
            )
    except InputError as error:
        return Preview(file.name, fault=_name_fault(file, error))
    file_preview = Preview(
        file.name, file, tuple(first.header), _read_first_rows(first), _sample_values(RawChunk(incidents.table))
    )
    try:
        reading = choose_reading(file_preview.header, file.stem, sources, name)
        return replace(
            file_preview,
            reading=reading,
            unknown_categories=_count_unknown(file, header_names, reading),
            dates=read_dates(incidents.table, reading.headers, reading.source.date_order).evidence,
        )
    except InputError as error:
        if describe_missing(file_preview.header):  # no mapping would make incidents of it
            return Preview(file.name, fault=_name_fault(file, error))
        return replace(file_preview, fault=str(error))


def _read_first_rows(chunk: RawChunk) -> tuple[tuple[str, ...], ...]:
    rows = chunk.table.slice(0, _ROWS).to_pylist()
    return tuple(tuple((row[title] or "")[:_LONGEST] for title in chunk.header) for row in rows)


def _sample_values(chunk: RawChunk) -> dict[str, tuple[str, ...]]:
    """Return values of some rows, spread evenly, because a file is often in the order of areas or days."""
    step = max(1, -(-chunk.table.num_rows // _SAMPLE))
    sample_rows = chunk.table.take(list(range(0, chunk.table.num_rows, step)))
    return {
        title: tuple((value or "")[:_LONGEST] for value in clear_blanks(sample_rows[title]).to_pylist())
        for title in chunk.header
    }


def _read_all_figures(file: InputFile, header_names: Collection[str]) -> Figures:
    """Return the reported figures of a whole file. Raises InputError if every figure is still awaited."""
    all_figures = Figures()
    for chunk in read_chunks(file, header_names):
        all_figures += read_figures(chunk, file.name, get_today())
    if all_figures.awaited and not all_figures.rows:
        raise InputError(NONE_YET)
    return all_figures


def _name_fault(file: InputFile, error: InputError) -> str:
    """Return the error message of a file, with the file's name before it."""
    return str(error) if str(error).startswith(file.name) else f"{file.name}: {error}"


def _count_unknown(file: InputFile, header_names: Collection[str], reading: FileReading) -> dict[str, int]:
    """Count the rows of unrecognised categories. Those of data.police.uk are in partnership.toml."""
    if reading.source.indicator or reading.source.format == POLICE_UK:
        return {}
    return select_undecided(count_categories(file, header_names, reading.headers["indicator"]), reading.source)
