"""The disclosure policy: which role may see what. docs/decisions/0007 gives the reasons and the proof.

analyst: everything. partner: LPAs by month in full; wards by whole quarter, with small counts withheld.
public: the same quarters, rounded, if the deployment allows it. All other figures for these roles are
calculated from these tables, so they reveal nothing more. Data that is published already (`open`
suppliers) is shown unchanged to each role, except records, streets and map points, which only the analyst
may see. Of data that is not, nobody but the analyst sees any LSOA: they cut across wards, so a table of each
could be subtracted from the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from shp_data.domain.errors import NotAllowedError, SettingsError
from shp_data.domain.periods import Period
from shp_data.domain.selection import Selection, Viewer

K = TypeVar("K")

_WARDS = (
    "By ward, this role sees whole quarters with COVID-related incidents included, and no months: choose a quarter "
    "or a financial year with all incidents, or choose all wards."
)
_PUBLIC = "The public sees whole quarters with all incidents: choose a quarter or a financial year."
_LSOAS = (
    "This role sees LSOAs only of data that is published already, because small areas that cross each other could "
    "give away a withheld count: choose wards."
)
_RECORDS = (
    "Only the analyst can see records, streets and points on a map: choose figures by ward or by Local Policing Area."
)


@dataclass(frozen=True)
class Disclosure:
    """The [disclosure] table of partnership.toml.

    `withhold_under`: a count by ward from 1 to less than this is withheld from partners. `round_to`: the
    public sees counts as multiples of this. `public`: whether the public may see figures at all.
    """

    withhold_under: int = 5
    round_to: int = 5
    public: bool = False

    def __post_init__(self) -> None:
        """Refuse settings that are too low to protect anything."""
        for name, value, least in (("withhold_under", self.withhold_under, 3), ("round_to", self.round_to, 2)):
            if value < least:
                where = f"partnership.toml [disclosure] {name}"
                raise SettingsError(f"{where}: {value} is too low to protect anything; expected {least} or more")


def find_withheld(line: Mapping[K, int], under: int) -> frozenset[K]:
    """Find the counts of a line to withhold from a viewer who knows their total and this rule.

    `line`: the count of every ward of an LPA, and of its records in none of them, for one indicator and
    quarter.

    Small counts, from 1 to less than `under`, are withheld. They are enough if, by their number and sum, each
    of them could still be any small count. Otherwise all other counts but 0 are withheld with them, up to the
    first that is larger than the smallest by `under` - 2: the withheld wards could exchange their counts
    without any change in what is shown. If there is no such count, the whole line is withheld. Nothing is
    withheld if no count is small.
    """
    # Not 0, which is about nobody: a 0 is withheld only with its whole line.
    small = [count for count in line.values() if 0 < count < under]
    if not small:
        return frozenset()
    # A viewer can subtract, and so knows the sum of the withheld counts. Each of them can still be any small count if
    # the sum is at least `gap` away from its least and its greatest possible value.
    gap = under - 2
    total, number = sum(small), len(small)
    if number + gap <= total <= number * (under - 1) - gap:
        return frozenset(name for name, count in line.items() if 0 < count < under)
    larger = [count for count in line.values() if count >= under and count - min(small) >= gap]
    if not larger:
        return frozenset(line)
    # All counts up to that one: the same wards are withheld if these wards exchange their counts, so the rule does not
    # reveal which of them has the small one.
    return frozenset(name for name, count in line.items() if 0 < count <= min(larger))


def round_count(count: int, base: int) -> int:
    """Round a count to the nearest multiple, halves up."""
    return (count + base // 2) // base * base


def check_role(viewer: Viewer, policy: Disclosure) -> None:
    """Check that a viewer may see any figure at all. Raises NotAllowedError."""
    # A list of the allowed roles, so that an unknown role sees nothing.
    allowed = ("analyst", "partner", "public") if policy.public else ("analyst", "partner")
    if viewer.role not in allowed:
        raise NotAllowedError(f"the role {viewer.role!r} may not see figures from this store")


def check_analyst(viewer: Viewer) -> None:
    """Check that a viewer may see records, streets and points. Raises NotAllowedError."""
    if viewer.role == "analyst":
        return
    if viewer.role not in ("partner", "public"):
        raise NotAllowedError(f"the role {viewer.role!r} may not see figures from this store")
    raise NotAllowedError(_RECORDS)


def check_table(selection: Selection, by: Collection[str], viewer: Viewer) -> None:
    """Check that a viewer may see a table of data that is not open.

    `by`: the columns that it counts by, as in `store.reading.count_records`. Raises NotAllowedError, which
    says what to ask for instead.
    """
    if viewer.role == "analyst" or (viewer.role == "partner" and not is_by_ward(selection, by)):
        return
    # Tables finer than a whole quarter could be subtracted from one another.
    finer = {"month", "source", "covid_related"}.intersection(by)
    if finer or selection.covid != "include" or not split_into_quarters(selection.period):
        raise NotAllowedError(_PUBLIC if viewer.role == "public" else _WARDS)


def check_lsoas(viewer: Viewer, *, is_open: bool) -> None:
    """Check that a viewer may see LSOAs. `is_open`: whether all the data is published. Raises NotAllowedError."""
    if viewer.role != "analyst" and not is_open:
        raise NotAllowedError(_LSOAS)


def is_by_ward(selection: Selection, by: Collection[str]) -> bool:
    """Return whether a table shows separate wards."""
    return "ward" in by or selection.ward is not None


def split_into_quarters(period: Period) -> tuple[Period, ...]:
    """Split a period into quarters of the financial year. Return none if it is not made of whole ones."""
    quarters = tuple(Period(month, month.shift(2)) for month in period.months[::3])
    is_whole = all(quarter.name == quarter.first.quarter for quarter in quarters) and quarters[-1].last == period.last
    return quarters if is_whole else ()
