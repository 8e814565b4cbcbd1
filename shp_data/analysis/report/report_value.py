"""The quarterly performance report as a plain value, which the page, the documents and the tests all read.

Nothing here is rounded. What is not known is None, never zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shp_data.domain.figure import COMPLETE, Caveat, Coverage
from shp_data.domain.periods import Period
from shp_data.domain.reported import MeasureKind
from shp_data.domain.vocabulary import Polarity


@dataclass(frozen=True)
class MonthValue:
    """One month of the quarter, `2020-10`: its value, and the value without COVID-related incidents."""

    month: str
    value: float | None
    excluding_covid: float | None = None


@dataclass(frozen=True)
class Covid:
    """The incidents marked as COVID-related in the quarter, their share in per cent, and the rest.

    `excluding`: the quarter without them. `excluding_last_year`: the same quarter last year without them.
    """

    count: int
    share: float
    excluding: int
    excluding_last_year: int | None


@dataclass(frozen=True)
class Change:
    """The change of a quarter's value from an earlier value.

    `base`: the earlier value. `difference`: in the indicator's unit; None for percentages. `pct_difference`:
    in per cent of the base, None where that is 0; for percentages the difference in percentage points.
    `is_certain`: whether no month of the two periods is in question.
    """

    base: float
    difference: float | None
    pct_difference: float | None
    is_certain: bool = True


@dataclass(frozen=True)
class Chance:
    """The test of the change on the same quarter last year, as `significance.compare` returns it.

    `dispersion`: estimated from the months; None where there are too few months, and 1 was used.
    """

    rate_ratio: float | None
    low: float | None
    high: float | None
    p_value: float
    verdict: str
    dispersion: float | None


@dataclass(frozen=True)
class Line:
    """One indicator of one area: the row of the published table, and the detail behind it.

    `measured`: the kind of number of all its values: counts can be added; levels and percentages cannot;
    rates are per 1,000 residents. `unit`: what is counted. `year_to_date_as`: where the year to date comes
    from: `sum` of what is loaded, `supplied`, or "" where there is none. `year_to_date_sum`: what the sum
    would be where the supplied one differs from it. `notes`: what a reader must know, each a sentence or
    what is not covered. `coverage`: whether the area has the figure of what is loaded; a figure that is not
    supplied yet counts as complete. `source`: the suppliers of what is loaded of it, else its usual supplier.
    `is_from_records`: whether the quarter's value is counted from records.
    `is_supplied`: whether any figure of it was ever supplied for the area, or is loaded for other areas.
    """

    indicator: str
    area: str
    label: str
    short: str
    unit: str
    measured: MeasureKind
    polarity: Polarity
    source: str
    year_to_date: float | None
    quarter_value: float | None
    last_year: Change | None
    previous_quarter: Change | None
    year_to_date_as: str = ""
    year_to_date_sum: float | None = None
    chance: Chance | None = None
    months: tuple[MonthValue, ...] = ()
    covid: Covid | None = None
    notes: tuple[Caveat, ...] = ()
    coverage: Coverage = COMPLETE
    is_from_records: bool = False
    is_supplied: bool = True

    @property
    def doubts(self) -> tuple[Coverage, ...]:
        """The months in question on which the values of the line depend."""
        return tuple(note for note in self.notes if isinstance(note, Coverage) and note.is_doubt)

    @property
    def same_quarter_last_year(self) -> float | None:
        """The value of the same quarter last year, even where this quarter's is not supplied yet."""
        return self.last_year.base if self.last_year else None


@dataclass(frozen=True)
class AreaStanding:
    """One area of a comparison: its count and rate lines, and the rank of its rate; 1 is the highest.

    `rank`: by the rate as printed, to one decimal; areas that print alike share one. `rank_low` to
    `rank_high`: the ranks that chance leaves open.
    """

    area: str
    count: Line
    rate: Line | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None


@dataclass(frozen=True)
class AreaComparison:
    """The comparison of the areas for one indicator, in the partnership's order."""

    indicator: str
    areas: tuple[AreaStanding, ...]


@dataclass(frozen=True)
class WardValue:
    """One ward: its count, last year's count, its share of the area in per cent, and its verdict.

    `count` is None where it is withheld from the viewer, and so are the others.
    """

    code: str
    ward: str
    count: int | None
    last_year: int | None
    share: float | None
    verdict: str | None


@dataclass(frozen=True)
class ReportWards:
    """The wards of the area for one indicator, the most incidents first, those withheld last.

    `unplaced`: the incidents that are in none of them; None where that is withheld.
    """

    indicator: str
    vintage: str
    wards: tuple[WardValue, ...]
    unplaced: int | None

    @property
    def withheld_count(self) -> int:
        """The number of wards whose count is withheld."""
        return sum(ward.count is None for ward in self.wards)

    @property
    def empty_wards(self) -> tuple[str, ...]:
        """The wards without incidents."""
        return tuple(ward.ward for ward in self.wards if ward.count == 0)


@dataclass(frozen=True)
class RepeatLocation:
    """A repeat location: its name, ward, point and count, and whether it was one in the quarter before.

    `state`: new or continuing; None where the quarter before is not loaded.
    """

    location: str
    ward: str
    longitude: float
    latitude: float
    count: int
    state: str | None


@dataclass(frozen=True)
class RepeatLocations:
    """The repeat locations of one indicator: those with at least `minimum` in the quarter, most first.

    `coverage`: whether it is known if there are any.
    """

    indicator: str
    minimum: int
    places: tuple[RepeatLocation, ...]
    coverage: Coverage = COMPLETE


@dataclass(frozen=True)
class HotspotValue:
    """One hotspot: its name, wards, count, last year's count, share of the area in per cent, and verdict.

    `hot_months`: those of the `judged_months` of the last year in which it was hot. `pattern`: its development;
    None where too few months are loaded.
    """

    name: str
    ward: str
    count: int
    last_year: int | None
    share: float
    verdict: str | None
    hot_months: int
    judged_months: int
    pattern: str | None


@dataclass(frozen=True)
class ReportHotspots:
    """The hotspots of one indicator in the quarter, most incidents first.

    `is_known`: whether it is known if there are any.
    """

    indicator: str
    hotspots: tuple[HotspotValue, ...]
    is_known: bool = True


@dataclass(frozen=True)
class Section:
    """One priority of the plan: its label, and its indicators in the area, each followed by its rate."""

    priority: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Report:
    """The report of one quarter and area.

    `as_of`: the latest month loaded, such as Mar 2021. `caveats` and `sources` apply to the whole report.
    `synthetic`: whether any record behind it is invented.
    """

    partnership: str
    area: str
    quarter: Period
    as_of: str
    synthetic: bool
    sections: tuple[Section, ...]
    compared: tuple[AreaComparison, ...]
    wards: tuple[ReportWards, ...]
    places: tuple[RepeatLocations, ...]
    sources: tuple[str, ...]
    caveats: tuple[Caveat, ...]
    hotspots: tuple[ReportHotspots, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the area, in the order of the report."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def unsupplied_lines(self) -> tuple[Line, ...]:
        """The lines of the area that nobody has ever supplied: the report lists them once, without a row."""
        return tuple(line for line in self.lines if not line.is_supplied)

    def list_all_lines(self) -> Iterator[Line]:
        """Yield every line of the area, then those of the areas compared with it: the rows of the CSV."""
        yield from self.lines
        for comparison in self.compared:
            others = [standing for standing in comparison.areas if standing.area != self.area]
            yield from (standing.count for standing in others)
            yield from (standing.rate for standing in others if standing.rate)

    def find_line(self, indicator: str, area: str | None = None) -> Line | None:
        """Find the line of an indicator, in the report's area unless another is named.

        Return None where there is none.
        """
        key = (indicator, area or self.area)
        return next((line for line in self.list_all_lines() if (line.indicator, line.area) == key), None)

    def find_comparison(self, indicator: str) -> AreaComparison | None:
        """Find the comparison of the areas for an indicator, if they are compared."""
        return next((block for block in self.compared if block.indicator == indicator), None)

    def find_wards(self, indicator: str) -> ReportWards | None:
        """Find the wards for an indicator, where its incidents are loaded."""
        return next((block for block in self.wards if block.indicator == indicator), None)

    def find_repeat_locations(self, indicator: str) -> RepeatLocations | None:
        """Find the repeat locations of an indicator.

        Return None where its incidents are not loaded or the viewer may not see locations.
        """
        return next((block for block in self.places if block.indicator == indicator), None)

    def find_hotspots(self, indicator: str) -> ReportHotspots | None:
        """Find the hotspots of an indicator.

        Return None where its incidents are not loaded or the viewer may not see locations.
        """
        return next((block for block in self.hotspots if block.indicator == indicator), None)
