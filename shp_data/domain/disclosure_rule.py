"""What may be shown to whom: the policy. docs/decisions/0007 says why it is so, and why it holds.

analyst: everything. partner: LPAs by month in full; wards by whole quarter, with small counts withheld. public: the
same quarters, rounded, where the deployment allows it. All that they see besides is worked out from these tables,
so it can tell no more than they do. What is published already (`open` sources) is shown to each of them as it is,
but for records, streets and map points, which are the analyst's alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from shp_data.domain.disclosure import Disclosure
from shp_data.domain.errors import NotAllowedError
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer

K = TypeVar("K")

_WARDS = (
    "By ward, this role sees whole quarters with COVID-related incidents included, and no months: choose a quarter "
    "or a financial year with all incidents, or choose all wards."
)
_PUBLIC = "The public sees whole quarters with all incidents: choose a quarter or a financial year."
_RECORDS = (
    "Records, streets and points on a map are for the analyst alone: choose figures by ward or by Local Policing Area."
)


def withheld(line: Mapping[K, int], under: int) -> frozenset[K]:
    """Which counts of a line may not be shown to one who knows what they all add up to, and this rule?

    `line`: the count of every ward of an LPA, and of its records in none of them, for one indicator and quarter.
    Withheld are the small counts, those from 1 to less than `under`: they alone, where by their number and their sum
    each of them could still be any small count. Else with them all others but 0 up to the first that is larger
    than the smallest by `under` - 2: the wards withheld could exchange their counts, and the same would be shown.
    Else, where there is no such count, the whole line. None where no count is small.
    """
    small = [count for count in line.values() if 0 < count < under]
    if not small:
        return frozenset()
    apart = under - 2
    total, number = sum(small), len(small)
    if number + apart <= total <= number * (under - 1) - apart:
        return frozenset(name for name, count in line.items() if 0 < count < under)
    larger = [count for count in line.values() if count >= under and count - min(small) >= apart]
    if not larger:
        return frozenset(line)
    return frozenset(name for name, count in line.items() if 0 < count <= min(larger))


def rounded(count: int, to: int) -> int:
    """A count to the nearest multiple, halves up."""
    return (count + to // 2) // to * to


def check_role(viewer: Viewer, policy: Disclosure) -> None:
    """May this viewer see any figure at all? Raises NotAllowedError."""
    allowed = ("analyst", "partner", "public") if policy.public else ("analyst", "partner")
    if viewer.role not in allowed:
        raise NotAllowedError(f"the role {viewer.role!r} may not see figures from this store")


def check_analyst(viewer: Viewer) -> None:
    """May this viewer see records, streets and points? Raises NotAllowedError."""
    if viewer.role == "analyst":
        return
    if viewer.role not in ("partner", "public"):
        raise NotAllowedError(f"the role {viewer.role!r} may not see figures from this store")
    raise NotAllowedError(_RECORDS)


def check_table(selection: Selection, by: Collection[str], viewer: Viewer) -> None:
    """May this viewer see a table of what is not open? Raises NotAllowedError, and says what to ask for instead.

    `by`: the columns that it counts by, as in `store.reading.summary`.
    """
    if viewer.role == "analyst" or (viewer.role == "partner" and not by_ward(selection, by)):
        return
    finer = {"month", "source", "covid_related"}.intersection(by)
    if finer or selection.covid != "include" or not whole_quarters(selection.period):
        raise NotAllowedError(_PUBLIC if viewer.role == "public" else _WARDS)


def by_ward(selection: Selection, by: Collection[str]) -> bool:
    """Does a table tell wards apart?"""
    return "ward" in by or selection.ward is not None


def whole_quarters(period: Period) -> tuple[Period, ...]:
    """The quarters of the financial year that a period is made of; none where it is not made of whole ones."""
    found = tuple(Period(month, month.plus(2)) for month in period.months[::3])
    whole = all(quarter.name == quarter.first.quarter for quarter in found) and found[-1].last == period.last
    return found if whole else ()
