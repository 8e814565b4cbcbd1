"""What the rows of a chunk count as: the indicator that their supplier's rules and categories give them.

Rows with the same cells in the columns that decide are alike, so each combination of cells is judged once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shp_data.domain.counting import join_names
from shp_data.domain.vocabulary import Supplier, Vocabulary, normalise_name
from shp_data.intake.rows.blanks import clear_blanks
from shp_data.intake.rows.columns import POLICE_UK, FileReading

COMBINATION: Final = "\x1fcombination"  # a column beside those of the file: no header has a control character
TOTALS: Final = frozenset(["total", "totals", "grandtotal", "subtotal", "overalltotal", "sum"])  # normalised names
_LONGEST = 40  # characters of a value in a message
_LONGEST_NAME = 80


class Judgement(NamedTuple):
    """What a row counts as: an indicator, or None with the reason, which may be that it is left out on purpose."""

    indicator: str | None
    refusal: str | None = None
    left_out: bool = False


def judge_rows(
    table: pa.Table, reading: FileReading, sources: Mapping[str, Supplier], vocabulary: Vocabulary
) -> tuple[pa.Array, list[Judgement]]:
    """Judge what each row of a chunk counts as.

    A row is judged by the mapping of its own supplier, if `sources` has one with rules or categories, and
    otherwise by the file's mapping. `table`: text columns named by the file's headers.

    Returns
    -------
    tuple
        The number of each row's combination of cells, and the judgement of each combination, by number.
    """
    row_sources = _select_row_sources(table, reading, sources)
    suppliers = (reading.source, *row_sources.values())
    rule_headers = find_headers(table.column_names, (title for s in suppliers for title in s.list_rule_headers()))
    category = None if reading.source.indicator else reading.headers.get("indicator")
    supplier = reading.headers["source"] if row_sources else None
    headers = list(dict.fromkeys(header for header in (supplier, category, *rule_headers) if header))
    named = [*{name for s in suppliers for name in (*s.categories, *s.list_rule_values())}]
    columns = [clear_blanks(table.column(header), "indicator", named) for header in headers]
    numbers, combinations = _number_combinations(columns, table.num_rows)
    words = {s.name: vocabulary.map_categories(s) for s in suppliers}
    judgements = []
    for cells in combinations:
        row = dict(zip(headers, cells, strict=True))
        source = row_sources.get(row.get(supplier or "", ""), reading.source)
        judgements.append(judge_row(source, words[source.name], row, category, vocabulary))
    return numbers, judgements


def judge_row(
    source: Supplier, words: Mapping[str, str], row: Mapping[str, str], category: str | None, vocabulary: Vocabulary
) -> Judgement:
    """Judge what one row counts as by its supplier's mapping: by its rules, and where none matches by its category.

    `words`: what a category may be called, from `Vocabulary.map_categories`. `row`: header -> cell. `category`:
    the header of the category, if the file has one.
    """
    cells = {normalise_name(header): normalise_name(cell) for header, cell in row.items()}
    matching = {rule.indicator: rule for rule in source.rules if rule.matches(cells)}
    name = source.name[:_LONGEST_NAME]
    if len(matching) > 1:
        meanings = join_names([vocabulary.find_indicator(id_).short if id_ else "rows left out" for id_ in matching])
        return Judgement(None, f"more than one rule in the mapping of {name} matches it: those for {meanings}")
    for id_, rule in matching.items():
        reason = f": {rule.reason}" if rule.reason else ""
        if id_ and id_ not in vocabulary.indicators:
            return _refuse_removed(id_, name)
        return Judgement(id_) if id_ else _leave_out(f"{_quote(row, category)} is left out", name, reason)
    if source.indicator:
        is_there = source.indicator in vocabulary.indicators
        return Judgement(source.indicator) if is_there else _refuse_removed(source.indicator, name)
    text = row.get(category or "", "")
    if indicator := words.get(normalise_name(text)):
        return Judgement(indicator)
    if text and normalise_name(text) in {normalise_name(word) for word, id_ in source.categories.items() if not id_}:
        return _leave_out(f"{_quote(row, category)} is left out", name)
    if normalise_name(text) in TOTALS:
        return Judgement(None, f"'{text}' is a row of totals, not an incident")
    if source.unmatched == "left out":
        return _leave_out("it is left out", name, ": no rule or category matches it")
    if source.rules and source.format != POLICE_UK and not text:
        return Judgement(None, f"no rule in the mapping of {name} matches it; add one on the Load files page")
    if not text:
        return Judgement(None, "no indicator")
    where = (
        f'add it under [sources."{name}".categories] in partnership.toml'
        if source.format == POLICE_UK
        else "map it on the Load files page, or in partnership.toml"
    )
    return Judgement(None, f"unknown indicator '{text[:_LONGEST]}'; {where}")


def find_headers(header: Iterable[str], titles: Iterable[str]) -> list[str]:
    """Find the file's headers that are called so, in any usual spelling; titles that it lacks are left out."""
    file_headers = {normalise_name(title): title for title in header}
    keys = dict.fromkeys(map(normalise_name, titles))
    return [file_headers[key] for key in keys if key in file_headers]


def _refuse_removed(id_: str, name: str) -> Judgement:
    """Refuse a row of an indicator that was added and is removed since."""
    return Judgement(
        None, f"the mapping of {name} names the indicator '{id_}', which does not exist; change the mapping"
    )


def _quote(row: Mapping[str, str], category: str | None) -> str:
    text = row.get(category or "", "")
    return f"category '{text[:_LONGEST]}'" if text else "it"


def _leave_out(what: str, name: str, reason: str = "") -> Judgement:
    return Judgement(None, f"{what} by the mapping of {name}{reason}", left_out=True)


def _select_row_sources(table: pa.Table, reading: FileReading, sources: Mapping[str, Supplier]) -> dict[str, Supplier]:
    """Return the suppliers that rows of the chunk name and that have their own rules or categories."""
    header = reading.headers.get("source")
    if header is None or reading.source.indicator:
        return {}
    names = set(pc.unique(clear_blanks(table.column(header))).drop_null().to_pylist())
    return {
        name: sources[name] for name in names if name in sources and (sources[name].categories or sources[name].rules)
    }


def _number_combinations(columns: Sequence[pa.ChunkedArray], rows: int) -> tuple[pa.Array, list[tuple[str, ...]]]:
    """Number the combinations of cells in some columns: return the number of each row, and the cells of each number.

    An empty cell is an empty text.
    """
    numbers = pa.array(np.zeros(rows, dtype=np.int64))
    for column in columns:
        encoded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
        pairs = pc.add(pc.multiply(numbers, len(encoded.dictionary)), encoded.indices.cast(pa.int64()))
        # Numbered again after each column, because the products of many columns would not fit into an integer.
        numbers = pairs.dictionary_encode().indices.cast(pa.int64())
    _, first_rows = np.unique(numbers.to_numpy(), return_index=True)
    cells = [[value or "" for value in column.take(pa.array(first_rows)).to_pylist()] for column in columns]
    return numbers, list(zip(*cells, strict=True)) if columns else [()] * len(first_rows)
