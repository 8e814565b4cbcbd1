"""Which months does a load speak for? A month without an incident is a zero only where it is covered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shp_data.domain.periods import Month
from shp_data.domain.vocabulary import Source
from shp_data.store.files.manifest import Cell


def covered(seen: Iterable[Cell], sources: Mapping[str, Source]) -> set[Cell]:
    """The cells that a load covers, given those that it has rows in.

    A source that partnership.toml lists with its indicators covers them all in each month that the load has
    any of its rows for. For any other source an indicator is covered from its first to its last month, in
    the months for which the load has any rows of that source: before and after, nothing is known.
    """
    months: dict[str, set[str]] = defaultdict(set)
    indicators: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for cell in seen:
        months[cell.source].add(cell.month)
        indicators[cell.source][cell.indicator].add(cell.month)
    found = set()
    for source, present in months.items():
        listed = sources[source].indicators if source in sources else ()
        for indicator in {*listed, *indicators[source]}:
            own = indicators[source][indicator]
            found |= {
                Cell(source, indicator, month)
                for month in present
                if indicator in listed or min(own) <= month <= max(own)
            }
    return found


def between(seen: Iterable[tuple[int, Cell]], sources: Mapping[str, Source]) -> set[Cell]:
    """The cells of months without any row, between the first and the last month that one file has of a source.

    `seen`: the number of a file, and a cell that it has rows in. Only for a source of which somebody has said, by
    listing its indicators, that a month without a row had none: else a month without a row is not known. It goes by
    the file, since among the files of a load one may have been forgotten: a month that no file spans stays unknown.
    """
    months: dict[tuple[int, str], set[str]] = defaultdict(set)
    for file, cell in seen:
        if cell.source in sources and sources[cell.source].indicators:
            months[file, cell.source].add(cell.month)
    return {
        Cell(source, indicator, month)
        for (_, source), present in months.items()
        for month in _span(min(present), max(present)) - present
        for indicator in sources[source].indicators
    }


def _span(first: str, last: str) -> set[str]:
    """The months from one to another, both included."""
    found, month = {last}, Month.parse(first)
    while str(month) < last:
        found.add(str(month))
        month = month.plus(1)
    return found
