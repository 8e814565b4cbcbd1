"""Tables of counts: each row or cell counts several incidents, so none of them is an incident.

They are recognised by their columns and values, and never loaded as incidents. Those by Local Policing Area, by month
or quarter, of reported indicators, can be loaded as reported figures if a person confirms it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain.counting import format_count, join_names
from shp_data.domain.errors import InputError
from shp_data.domain.partnership import partnership
from shp_data.domain.vocabulary import normalise_name
from shp_data.intake.readers.chunks import BLANK, RawChunk, sample_values
from shp_data.intake.readers.files import CountsAnswer, InputFile
from shp_data.intake.reported.figures import CellError, Figures, read_area, read_figures, read_indicator, read_period
from shp_data.intake.rows.columns import is_police_download

By = Literal["row", "period", "area", "indicator"]
ColumnValues = Mapping[str, Sequence[str]]
_LEAST_STEPS = 10  # rows that show that a column numbers them
_MOST = 0.6  # of the values of a column: a short table may have counts that are withheld, or wrong cells
_WHOLE = re.compile(r"\d{1,3}(,\d{3})+|\d+(\.0+)?")
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?\s*%?")
_YEAR = re.compile(r"(19|20)\d\d([-/](19|20)?\d\d)?")
_MONTH_NAMES: Final = frozenset(name.casefold() for name in (*calendar.month_name, *calendar.month_abbr) if name)
_TIME = re.compile(r"(.*\d[ T])?(?!0?0:00)\d\d?:\d\d(:\d\d.*)?Z?")
# A header of these words alone names a count, if one of the first is among them. "Incident number" is an id, and a
# "number of calls" or "number of casualties" is of one incident.
_COUNTS = frozenset(["count", "counts", "frequency", "freq", "volume", "incidents", "crimes", "offences", "fires"])
_WITH_COUNTS = frozenset(
    ["number", "no", "num", "of", "the", "total", "sum", "all", "recorded", "reported", "incident", "crime", "offence",
     "fire", "record", "records"]
)  # fmt: skip
# These headers may name a count, or something else.
_UNCERTAIN = frozenset(
    ["number", "no", "n", "num", "total", "totals", "sum", "cases", "complaints", "reports", "records"]
)
_TOTALS = frozenset(["total", "totals", "grandtotal", "all", "overall"])
_IDS = frozenset(["id", "ref", "reference", "urn", "number", "no", "key"])
_OF_ONE_INCIDENT = frozenset(
    ["street", "road", "address", "location", "postcode", "site", "place", "premises", "house", "longitude", "latitude",
     "easting", "northing", "eastings", "northings", "x", "y", "lat", "lon", "long", "time"]
)  # fmt: skip


@dataclass(frozen=True)
class CountTable:
    """A table of counts.

    `by`: one count in each row, or one for each period, area or indicator, which the headers name. `counts`: the
    headers of the columns of counts. `columns`: our columns of reported figures (indicator, area, period) -> header.
    `fault`: why it cannot be loaded as reported figures; empty if it can. `rows`, `total`: its rows and the sum of its
    counts, None if they are not all whole numbers.
    """

    by: By
    counts: tuple[str, ...]
    columns: Mapping[str, str]
    fault: str
    rows: int = 0
    total: int | None = 0

    @property
    def missing_columns(self) -> tuple[str, ...]:
        """The columns of reported figures that it does not have, so that a person must give their value."""
        return tuple(column for column in ("indicator", "area") if column not in self.columns and column != self.by)

    def add_rows(self, chunk: RawChunk) -> CountTable:
        """Return the table with the rows of one more chunk, without those of totals."""
        total, rows = self.total, chunk.table
        for title in set(chunk.header) - {*self.counts}:
            totals = [text for text in rows[title].unique().to_pylist() if text and _is_total(text)]
            rows = rows.filter(pc.invert(pc.is_in(rows[title], pa.array(totals, pa.string()))))
        for title in self.counts:
            for pair in pc.value_counts(rows[title]).to_pylist():
                text = (pair["values"] or "").strip(BLANK)
                if total is not None and _WHOLE.fullmatch(text):
                    total += _parse_whole(text) * pair["counts"]
                elif _NUMBER.fullmatch(text):
                    total = None
        return replace(self, rows=self.rows + rows.num_rows, total=total)

    def describe(self) -> str:
        """Describe it: `a table of counts: 3 rows with 47 incidents`."""
        counts = f" with {format_count(self.total, 'incidents')}" if self.total is not None else ""
        return f"a table of counts: {format_count(self.rows, 'rows')}{counts}"

    def explain(self) -> str:
        """Explain why it is not loaded as records."""
        what = f"{self.counts[0]!r} counts several" if self.by == "row" else f"here each {self.by} has a count"
        return f"is {self.describe()}. In a file of records each row is one incident, but {what}."

    def make_error(self) -> InputError:
        """Return the error of a load."""
        advice = "Load it as reported figures on the Load files page."
        if self.fault:
            advice = f"It is not loaded as reported figures either: {self.fault}. Ask the supplier for the records."
        each_row = " If each row is one incident, use --rows-are-incidents." if self.by == "row" else ""
        return InputError(f"{self.explain()} {advice}{each_row}")


def find_count_table(chunk: RawChunk, today: dt.date) -> CountTable | None:
    """Return the table of counts that a file is, from a chunk with rows; None if each row may be an incident."""
    if is_police_download(chunk.header):
        return None
    tests = _Tests(today)
    titles_by: dict[By, list[str]] = {
        "period": [title for title in chunk.header if tests.is_month(title)],
        "area": [title for title in chunk.header if tests.is_area(title) or tests.is_ward(title)],
        "indicator": [title for title in chunk.header if tests.is_reported(title) or tests.is_recorded(title)],
    }
    words = [title for title in chunk.header if _may_be_count(title)]
    # The values of a file are looked at only if its header gives a reason.
    if not words and max(map(len, titles_by.values())) < 2:
        return None
    sample = sample_values(chunk)
    for by, titles in titles_by.items():
        counts = [title for title in titles if _fit(sample[title], _is_number)]
        # Columns of 0 and 1 say yes or no.
        if len(counts) > 1 and any(value not in ("", "0", "1") for title in counts for value in sample[title]):
            return _describe_table(by, counts, sample, tests)
    count = next((title for title in words if _counts_incidents(title, sample, tests)), None)
    return _describe_table("row", [count], sample, tests) if count else None


class CountsReading:
    """What is read of a file that may be a table of counts, chunk by chunk.

    `table`: the table of counts that it is, if nobody has said yet what to do with it.
    """

    def __init__(self, file: InputFile, today: dt.date) -> None:
        self._file, self._today, self._figures, self._is_decided = file, today, Figures(), False
        self.table: CountTable | None = None

    def take(self, chunk: RawChunk) -> bool:
        """Take a chunk of what may be incidents. Return whether it is part of a table of counts."""
        answer = self._file.counts
        if not self._is_decided and chunk.table.num_rows:
            self._is_decided = True
            self.table = None if answer and answer.is_records else find_count_table(chunk, self._today)
        if self.table is None:
            return False
        self.table = self.table.add_rows(chunk)
        if answer:
            self._figures += read_count_table(chunk, self.table, answer, self._file.name, self._today)
        return True

    def read_figures(self) -> Figures:
        """Return the figures that were read. Raises InputError if nobody has said that they are reported figures."""
        if self.table and not self._file.counts:
            raise self.table.make_error()
        return self._figures


def read_count_table(chunk: RawChunk, table: CountTable, answer: CountsAnswer, file: str, today: dt.date) -> Figures:
    """Read the rows of a table of counts as reported figures, one for each count.

    `answer`: the indicator and the area, where the table does not give them.
    """
    figures = Figures()
    values = {"indicator": answer.indicator, "area": answer.area}
    for number, title in enumerate(table.counts):
        constants = {column: values[column] for column in table.missing_columns}
        constants |= {table.by: title} if table.by != "row" else {}
        # A row that is no row is rejected once, and not for each of its months.
        part = chunk if number == 0 else replace(chunk, bad=())
        figures += read_figures(part, file, today, {**table.columns, "value": title}, constants)
    return figures


class _Tests:
    """What the text of a cell or a header can be."""

    def __init__(self, today: dt.date) -> None:
        self._today, self._vocabulary, areas = today, partnership().vocabulary, partnership().areas
        self._categories = self._vocabulary.map_categories()
        wards = [ward for ward_year in areas.wards.values() for ward in ward_year.values()]
        self._wards = {normalise_name(text) for ward in wards for text in (ward.name, ward.code)}

    def is_area(self, text: str) -> bool:
        """Return whether it names a Local Policing Area."""
        return _can_read(read_area, text)

    def is_ward(self, text: str) -> bool:
        """Return whether it names a ward."""
        return normalise_name(text).removesuffix("ward") in self._wards

    def is_period(self, text: str) -> bool:
        """Return whether it names a month or quarter."""
        return _can_read(lambda text: read_period(text, self._today), text)

    def is_month(self, text: str) -> bool:
        """Return whether it names a month, also without its year, a quarter or a year."""
        return self.is_period(text) or text.casefold() in _MONTH_NAMES or bool(_YEAR.fullmatch(text))

    def is_reported(self, text: str) -> bool:
        """Return whether it names a reported indicator."""
        return _can_read(read_indicator, text)

    def is_recorded(self, text: str) -> bool:
        """Return whether it names an indicator that is counted from records."""
        return self._categories.get(normalise_name(text)) in self._vocabulary.list_incident_indicators()


def _can_read(read: Callable[[str], object], text: str) -> bool:
    try:
        return bool(read(text))
    except CellError:
        return False


def _describe_table(by: By, counts: Sequence[str], sample: ColumnValues, tests: _Tests) -> CountTable:
    """Describe a table with these columns of counts, and why reported figures cannot be made of it."""
    others = {title: values for title, values in sample.items() if title not in counts and not _is_total(title)}
    columns: dict[str, str] = {}
    for column, test in (("area", tests.is_area), ("indicator", tests.is_reported), ("period", tests.is_period)):
        title = next((title for title, values in others.items() if _fit(values, test)), None)
        if title and column != by:
            columns[column] = title
            del others[title]
    return CountTable(by, tuple(counts), columns, _find_fault(by, counts, columns, others, tests))


def _find_fault(by: By, counts: Sequence[str], columns: Mapping[str, str], others: ColumnValues, tests: _Tests) -> str:
    """Say why reported figures cannot be made of a table; empty if they can. `others`: its other columns."""
    is_by_ward = by == "area" and not all(map(tests.is_area, counts))
    if is_by_ward or any(_fit(values, tests.is_ward) for values in others.values()):
        return "its counts are by ward, and reported figures are by Local Policing Area"
    if by == "period" and not all(map(tests.is_period, counts)):
        return "the headers of its counts must be quarters, or months with a year, such as Apr 2024"
    if by != "period" and "period" not in columns:
        return "it has no column of months or quarters"
    if by == "indicator" and not all(map(tests.is_reported, counts)):
        return "some of its indicators are counted from records"
    recorded = [title for title, values in others.items() if _fit(values, tests.is_recorded)]
    if recorded:
        return f"what {recorded[0]!r} names is counted from records"
    varied = [title for title, values in others.items() if len({value for value in values if value}) > 1]
    return f"its rows also differ in {join_names(list(map(repr, varied)))}" if varied else ""


def _may_be_count(title: str) -> bool:
    """Return whether a header may name a count of incidents."""
    words = _split_words(title)
    return _is_certain(words) or (bool(words & _UNCERTAIN) and words <= _UNCERTAIN | {"of", "the"})


def _is_certain(words: set[str]) -> bool:
    return bool(words & _COUNTS) and words <= _COUNTS | _WITH_COUNTS


def _counts_incidents(title: str, sample: ColumnValues, tests: _Tests) -> bool:
    """Return whether a column, whose header may name a count, counts the incidents of its row."""
    values = [value for value in sample[title] if value]
    numbers = [_parse_whole(value) for value in values if _WHOLE.fullmatch(value)]
    several = sum(number > 1 for number in numbers)
    if not values or len(numbers) < _MOST * len(values) or several < min(2, len(values)):
        return False
    if _are_steps(numbers, _LEAST_STEPS):  # the number of each row
        return False
    others = {name: texts for name, texts in sample.items() if name != title}
    # A time of day, or an id of its own, is of one incident.
    if any(_fit(texts, _has_time) or _are_ids(name, texts) for name, texts in others.items()):
        return False
    if _is_certain(_split_words(title)):
        return True
    has_period = any(_fit(texts, tests.is_period) for texts in others.values())
    has_details = any(_split_words(name) & _OF_ONE_INCIDENT for name in others)
    rows = list(zip(*others.values(), strict=True))
    return has_period and not has_details and len(set(rows)) == len(rows)


def _are_ids(title: str, values: Sequence[str]) -> bool:
    """Return whether each row has an id of its own that does more than number the rows."""
    filled = [value for value in values if value]
    if not _split_words(title) & _IDS or len(filled) < _MOST * len(values) or len(set(filled)) < len(filled):
        return False
    return not (all(map(_WHOLE.fullmatch, filled)) and _are_steps(list(map(_parse_whole, filled)), 3))


def _are_steps(numbers: Sequence[int], least: int) -> bool:
    """Return whether numbers go up in equal steps, as numbers of rows do, also in a sample of the rows."""
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) >= least and len(steps) == 1 and steps != {0}


def _fit(values: Sequence[str], test: Callable[[str], bool]) -> bool:
    """Return whether most values pass a test, without blanks and totals; False if there is none."""
    filled = [value for value in values if value and not _is_total(value)]
    passed = {value: test(value) for value in set(filled)}
    return bool(filled) and sum(passed[value] for value in filled) >= _MOST * len(filled)


def _is_total(text: str) -> bool:
    return normalise_name(text) in {*_TOTALS, normalise_name(partnership().region)}


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def _has_time(text: str) -> bool:
    return bool(_TIME.fullmatch(text))


def _parse_whole(text: str) -> int:
    return int(float(text.replace(",", "")))


def _split_words(title: str) -> set[str]:
    """Return the words of a header in lower case; `IncidentCount` has two."""
    return set(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title).casefold()))
