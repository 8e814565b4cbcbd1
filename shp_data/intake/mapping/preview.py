"""A preview of a file before it is loaded: its header, its first rows, and what is not recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain.clock import get_today
from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import Rule, Supplier, normalise_name
from shp_data.intake.readers.chunks import ROW, RawChunk, sample_values, tabulate_sample
from shp_data.intake.readers.files import InputFile, find_files
from shp_data.intake.readers.sheets import SheetsError
from shp_data.intake.readers.tables import NO_ROWS, make_unexpected_error, read_chunks
from shp_data.intake.reported.figures import NONE_YET, Figures, describe_missing, read_figures, split_chunk
from shp_data.intake.rows.blanks import clear_blanks, is_blank
from shp_data.intake.rows.categories import find_headers, judge_row
from shp_data.intake.rows.columns import (
    POLICE_UK,
    FileReading,
    choose_reading,
    is_police_download,
    list_headers,
    list_missing_columns,
    match_columns,
)
from shp_data.intake.rows.count_tables import CountsReading, CountTable
from shp_data.intake.rows.dates import DateEvidence, read_dates
from shp_data.intake.rows.outside import OutsideFile, find_outside_sample

_ROWS = 5
_TOTALS = ("total", "totals", "grand total", "sub total", "subtotal", "overall total", "sum")
_CASES = (str.lower, str.upper, str.title, str.capitalize)
_TOTAL_TEXTS = pa.array({change_case(text) for text in _TOTALS for change_case in _CASES})
_LONGEST = 80  # characters of a cell that a preview shows
_MOST_VALUES = 1000  # of a column whose values are counted; a column of categories has far fewer


@dataclass(frozen=True)
class Contents:
    """What a file contains, whatever its columns and categories mean.

    `rows`: the first five, as text. `sample`: header -> values of up to 1,000 rows, spread over the first chunk
    with rows. `value_counts`: header -> value -> its number of rows, for columns with at most 1,000 values.
    `figures`: its content if it is a file of reported figures. `counts`: the table of counts that it is, if nobody has
    said yet what to do with it. `sheets`: of a workbook in which several sheets have
    rows, those that are read. `unread`: the others.
    """

    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    value_counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    figures: Figures | None = None
    counts: CountTable | None = None
    sheets: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


ContentsReader = Callable[[InputFile, Collection[str]], Contents]


@dataclass(frozen=True)
class Preview:
    """A file before it is loaded.

    `rows`: the first five, as text. `sample`: header -> values of up to 1,000 rows, spread over the first
    chunk. `reading`: how it will be read; None if needed columns are not matched. `unknown_categories`: its
    categories that have no indicator, with their number of rows, the most common first. `left_out`: the rows
    that its mapping leaves out on purpose, by reason. `dates`: what the dates of the sample show. `figures`: its
    content if it is a file of reported figures, which needs no mapping. `outside`: where its records seem to be, if
    most of them are outside every area. `fault`: why it cannot be read, or which columns are missing; empty if it
    can be loaded as it is. `sheets`: of a workbook of which a person can choose the sheets, all sheets with rows.
    `read_sheets`: those that are read, or that look like records if a person must choose. `counts`: the table of
    counts that it is, about which a person must say what to do.
    """

    name: str
    file: InputFile | None = None
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reading: FileReading | None = None
    unknown_categories: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    dates: DateEvidence = field(default_factory=DateEvidence)
    figures: Figures | None = None
    outside: OutsideFile | None = None
    fault: str = ""
    sheets: tuple[str, ...] = ()
    read_sheets: tuple[str, ...] = ()
    counts: CountTable | None = None

    @property
    def needs_sheets(self) -> bool:
        """Whether a person must choose the sheets to read."""
        return bool(self.sheets) and not self.header

    @property
    def needs_answer(self) -> bool:
        """Whether a person must say how it is to be read, before anything else."""
        return self.needs_sheets or self.counts is not None

    @property
    def needs_mapping(self) -> bool:
        """Whether a mapping would help, because columns, categories or dates are not recognised."""
        is_fixed = self.figures is not None or self.counts is not None
        is_clear = self.reading is not None and not self.unknown_categories and not self.dates.are_unreadable
        return bool(self.header) and not is_fixed and not is_clear

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


def preview_files(
    path: Path,
    sources: Mapping[str, Supplier],
    name: str | None,
    read: ContentsReader | None = None,
    answer: Callable[[InputFile], InputFile] = lambda file: file,
) -> list[Preview]:
    """Preview this file, or each file of this zip.

    `name`: the supplier, if the user gave it. `read`: what reads the contents of a file, `read_contents` if it is
    not given. `answer`: returns a file with what the user chose for it, such as its sheets.
    """
    header_names = list_headers(sources.values())
    return [
        _preview_file(answer(item), header_names, sources, name, read or read_contents)
        if isinstance(item, InputFile)
        else Preview(item.name, fault=item.message)
        for item in find_files([path])
    ]


def read_contents(file: InputFile, header_names: Collection[str]) -> Contents:
    """Read what a preview needs of a file, in one pass. Raises InputError if it cannot be read to the end."""
    chunks = read_chunks(file, header_names)
    first = next(chunks)
    read = _read_incidents if split_chunk(first)[0] else _read_figures
    return read(file, chain([first], chunks))


def _read_incidents(file: InputFile, chunks: Iterable[RawChunk]) -> Contents:
    """Read a file of incidents. Of a data.police.uk download, the first chunk shows all that a preview needs."""
    contents, counts, rows = Contents(), dict[str, Counter[str]](), 0
    counts_reading = CountsReading(file, get_today())
    for chunk in chunks:
        incidents, _ = split_chunk(chunk)
        rows += chunk.table.num_rows + len(chunk.bad)
        if incidents is None:
            continue
        # The first chunk of a Parquet file has no rows.
        if not contents.rows:
            sample, counts = _clear_sample(sample_values(incidents)), {title: Counter() for title in chunk.header}
            contents = Contents(
                tuple(chunk.header), _read_first_rows(chunk), sample, sheets=chunk.sheets, unread=chunk.unread
            )
        if is_police_download(chunk.header) or not counts_reading.take(incidents):
            _count_values(_drop_totals(incidents.table), counts)
        if rows and is_police_download(chunk.header):
            break
    if not rows:
        raise InputError(NO_ROWS)
    if counts_reading.table and not file.counts:
        return replace(contents, counts=counts_reading.table)
    if counts_reading.table:
        return replace(contents, figures=counts_reading.read_figures())
    return replace(contents, value_counts={title: _merge_spellings(counter) for title, counter in counts.items()})


def _read_figures(file: InputFile, chunks: Iterable[RawChunk]) -> Contents:
    """Read a file of reported figures. Raises InputError if it has none, or every figure is still awaited."""
    contents, figures = Contents(), Figures()
    for chunk in chunks:
        figures += read_figures(chunk, file.name, get_today())
        if not contents.rows:
            contents = Contents(tuple(chunk.header), _read_first_rows(chunk))
    if not figures.rows:
        raise InputError(NONE_YET if figures.awaited else NO_ROWS)
    return replace(contents, figures=figures)


def count_categories(file: InputFile, header_names: Collection[str], column: str) -> dict[str, int]:
    """Count the rows of each category in a column of incidents, the most common first, without blanks.

    Categories that differ only in case, spaces or hyphens are one, in its most common spelling. The whole
    file is read. Raises InputError if it cannot be read to the end.
    """
    counter = Counter[str]()
    for chunk in read_chunks(file, header_names):
        incidents, _ = split_chunk(chunk)
        if incidents is not None:
            categories = clear_blanks(_drop_totals(incidents.table)[column], "indicator")
            _add_counts(counter, pc.value_counts(categories))
    return _merge_spellings(counter)


def count_combinations(
    file: InputFile, header_names: Collection[str], columns: Sequence[str]
) -> list[tuple[dict[str, str], int]]:
    """Count the rows of each combination of cells in some columns of incidents, the most common first.

    Return pairs of header -> cell, blanks trimmed, and rows. The whole file is read. Raises InputError if it cannot
    be read to the end.
    """
    counts = Counter[tuple[str, ...]]()
    for chunk in read_chunks(file, header_names):
        incidents, _ = split_chunk(chunk)
        if incidents is None:
            continue
        table = _drop_totals(incidents.table)
        table = pa.table({title: clear_blanks(table[title], "indicator") for title in columns})
        for cells in table.group_by([*columns]).aggregate([([], "count_all")]).to_pylist():
            counts[tuple(cells[title] or "" for title in columns)] += cells["count_all"]
    return [(dict(zip(columns, cells, strict=True)), rows) for cells, rows in counts.most_common()]


def find_standard_header(column: str, header: Collection[str]) -> str | None:
    """Return the file's header that equals our own name of a column."""
    return next((title for title in header if normalise_name(title) == normalise_name(column)), None)


def build_mapping(
    base: Supplier,
    header: Collection[str],
    selection: Mapping[str, str],
    meanings: Mapping[str, str],
    whole: str | None,
    rules: tuple[Rule, ...] = (),
) -> Supplier:
    """Return the supplier's mapping with the user's columns and rules in place of its own, and its categories extended.

    `selection`: our column -> the file's header. A column that would be read although it is not selected is mapped
    to an empty text. `meanings`: category -> indicator id, empty to leave its rows out. `whole`: the one indicator of
    a file without categories. Raises InputError if a needed column has no header, or if one header is used for two
    columns.
    """
    if missing := list_missing_columns(selection, needs_category=not (whole or rules)):
        raise InputError(f"choose a column for {' and '.join(missing)}")
    twice = [title for title, times in Counter(selection.values()).items() if times > 1]
    if twice:
        raise InputError(f"the column {twice[0]!r} is selected twice. Select a different column for each item")
    unused = {column: "" for column in match_columns(header, replace(base, headers={})) if column not in selection}
    categories = {**base.categories, **meanings}
    return replace(base, headers={**selection, **unused}, categories=categories, indicator=whole, rules=rules)


def _preview_file(
    file: InputFile,
    header_names: Collection[str],
    sources: Mapping[str, Supplier],
    name: str | None,
    read: ContentsReader,
) -> Preview:
    """Preview one file. Whatever is wrong with it, the other files go on."""
    try:
        return _describe_contents(file, read(file, header_names), header_names, sources, name)
    except SheetsError as error:
        return Preview(file.name, file, fault=str(error), sheets=error.sheets, read_sheets=error.likely)
    except InputError as error:
        return Preview(file.name, fault=_name_fault(file, error))
    except Exception as error:  # noqa: BLE001  # logged, and displayed with the file
        return Preview(file.name, fault=str(make_unexpected_error(file.name, error)))


def _describe_contents(
    file: InputFile,
    contents: Contents,
    header_names: Collection[str],
    sources: Mapping[str, Supplier],
    name: str | None,
) -> Preview:
    """Return what the contents of a file mean to these suppliers."""
    preview = Preview(file.name, file, contents.header, contents.rows, contents.sample, figures=contents.figures)
    if contents.figures is not None:
        return preview
    preview = replace(preview, sheets=(*contents.sheets, *contents.unread), read_sheets=contents.sheets)
    if contents.counts:
        return replace(preview, counts=contents.counts, fault=_name_fault(file, contents.counts.make_error()))
    try:
        reading = choose_reading(contents.header, file.stem, sources, name)
    except InputError as error:
        if describe_missing(contents.header):  # no mapping would make incidents of it
            raise
        return replace(preview, fault=str(error))
    unknown, left_out = _judge_rows(file, contents, header_names, reading)
    sample = tabulate_sample(contents.sample)
    return replace(
        preview,
        reading=reading,
        unknown_categories=unknown,
        left_out=left_out,
        dates=read_dates(sample, reading.headers, reading.source.date_order).evidence,
        outside=find_outside_sample(sample, reading, sources),
    )


def _read_first_rows(chunk: RawChunk) -> tuple[tuple[str, ...], ...]:
    rows = chunk.table.slice(0, _ROWS).to_pylist()
    return tuple(tuple((row[title] or "")[:_LONGEST] for title in chunk.header) for row in rows)


def _clear_sample(sample: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return a sample with an empty text for each word that says that there is nothing."""
    return {title: tuple("" if is_blank(value) else value for value in values) for title, values in sample.items()}


def _count_values(table: pa.Table, counts: dict[str, Counter[str]]) -> None:
    """Add the values of a table to the counts, and drop the columns that have too many values."""
    for title, counter in list(counts.items()):
        values = pc.value_counts(clear_blanks(table[title], "indicator"))
        if len(values) <= _MOST_VALUES:
            _add_counts(counter, values)
        if max(len(values), len(counter)) > _MOST_VALUES:
            del counts[title]


def _add_counts(counter: Counter[str], values: pa.StructArray) -> None:
    """Add the values of a column and their numbers of rows, without empty cells."""
    for pair in values.to_pylist():
        if pair["values"]:
            counter[pair["values"]] += pair["counts"]


def _merge_spellings(counter: Counter[str]) -> dict[str, int]:
    """Return the values, the most common first; those that differ only in case, spaces or hyphens are one."""
    spellings: dict[str, str] = {}
    for text, _ in counter.most_common():
        spellings.setdefault(normalise_name(text), text)
    rows = Counter[str]()
    for text, times in counter.items():
        rows[spellings[normalise_name(text)]] += times
    return dict(rows.most_common())


def _name_fault(file: InputFile, error: InputError) -> str:
    """Return the error message of a file, with the file's name before it."""
    return str(error) if str(error).startswith(file.name) else f"{file.name}: {error}"


def _judge_rows(
    file: InputFile, contents: Contents, header_names: Collection[str], reading: FileReading
) -> tuple[dict[str, int], dict[str, int]]:
    """Count the rows that the mapping does not decide, by their cells, and those that it leaves out, by reason."""
    source, category = reading.source, None if reading.source.indicator else reading.headers.get("indicator")
    rule_headers = find_headers(contents.header, source.list_rule_headers())
    columns = list(dict.fromkeys([*([category] if category else []), *rule_headers]))
    words, vocabulary = partnership().vocabulary.map_categories(source), partnership().vocabulary
    unknown, left_out, spellings = Counter[str](), Counter[str](), dict[str, str]()
    for row, rows in _count_cells(file, contents, header_names, columns):
        judgement = judge_row(source, words, row, category, vocabulary)
        name = ", ".join(filter(None, row.values()))
        if judgement.left_out:
            left_out[judgement.refusal or ""] += rows
        elif judgement.refusal and name and source.format != POLICE_UK:
            unknown[spellings.setdefault(normalise_name(name), name)] += rows
    return dict(unknown.most_common()), dict(left_out.most_common())


def _count_cells(
    file: InputFile, contents: Contents, header_names: Collection[str], columns: Sequence[str]
) -> Iterable[tuple[Mapping[str, str], int]]:
    """Count the rows of each combination of cells, from the contents if they show it, or else from the file."""
    # Most files decide by one column, and a month of data.police.uk by its category and the month: no second reading.
    varied = [title for title in columns if len(contents.value_counts.get(title, ())) != 1]
    is_one_month = is_police_download(contents.header) and len(varied) <= 1
    if columns and (len(columns) == 1 or is_one_month) and all(title in contents.value_counts for title in columns):
        fixed = {title: value for title in columns for value in contents.value_counts[title] if title not in varied}
        column = (varied or list(columns))[0]
        return [({**fixed, column: value}, rows) for value, rows in contents.value_counts[column].items()]
    return count_combinations(file, header_names, columns) if columns else []


def _drop_totals(table: pa.Table) -> pa.Table:
    """Return the rows that do not only add up the others: no cell of theirs says `Total`."""
    is_total = [pc.is_in(column, _TOTAL_TEXTS) for column in table.drop_columns([ROW]).columns]
    return table.filter(pc.invert(reduce(pc.or_, is_total)))
