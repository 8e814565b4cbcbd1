"""Which months does a load speak for? A month without an incident is a zero only where it is covered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shp_data.domain.vocabulary import Source
from shp_data.store.manifest import Cell


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
