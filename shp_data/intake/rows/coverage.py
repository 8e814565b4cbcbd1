"""The months that a load covers. A month without an incident is a zero only if it is covered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shp_data.domain.periods import Month
from shp_data.domain.vocabulary import Supplier
from shp_data.store.files.manifest import SupplierMonth


def find_covered_months(
    months_with_rows: Iterable[SupplierMonth], sources: Mapping[str, Supplier]
) -> set[SupplierMonth]:
    """Return the supplier months that a load covers, from those in which it has rows.

    A supplier that partnership.toml lists with its indicators covers all of them in each month with any of
    its rows in the load. For any other supplier, an indicator is covered from its first to its last month, in
    the months with any rows of that supplier. Outside those months nothing is known.
    """
    months: dict[str, set[str]] = defaultdict(set)
    indicators: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for supplier_month in months_with_rows:
        months[supplier_month.source].add(supplier_month.month)
        indicators[supplier_month.source][supplier_month.indicator].add(supplier_month.month)
    covered_months = set()
    for source, source_months in months.items():
        listed = sources[source].indicators if source in sources else ()
        for indicator in {*listed, *indicators[source]}:
            indicator_months = indicators[source][indicator]
            covered_months |= {
                SupplierMonth(source, indicator, month)
                for month in source_months
                if indicator in listed or min(indicator_months) <= month <= max(indicator_months)
            }
    return covered_months


def find_gap_months(
    months_with_rows: Iterable[tuple[int, SupplierMonth]], sources: Mapping[str, Supplier]
) -> set[SupplierMonth]:
    """Return the supplier months without any row, between the first and last month of a supplier in one file.

    `months_with_rows`: the number of a file, and a supplier month in which it has rows. This applies only to
    suppliers whose indicators are listed, because listing them states that a month without a row had no
    incidents. It works file by file, because a file may be missing from the load: a month that no file spans
    stays unknown.
    """
    months: dict[tuple[int, str], set[str]] = defaultdict(set)
    for file, supplier_month in months_with_rows:
        if supplier_month.source in sources and sources[supplier_month.source].indicators:
            months[file, supplier_month.source].add(supplier_month.month)
    return {
        SupplierMonth(source, indicator, month)
        for (_, source), source_months in months.items()
        for month in _list_months(min(source_months), max(source_months)) - source_months
        for indicator in sources[source].indicators
    }


def _list_months(first: str, last: str) -> set[str]:
    """Return the months from `first` to `last`, both included."""
    months, month = {last}, Month.parse(first)
    while str(month) < last:
        months.add(str(month))
        month = month.shift(1)
    return months
