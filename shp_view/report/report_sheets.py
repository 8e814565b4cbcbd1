"""The report as sheets of a workbook: the columns and rows of each block. Numbers are unrounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from shp_data.analysis.report.report_value import AreaStanding, Change, Line, Report
from shp_data.domain.periods import Month
from shp_data.domain.reported import MeasureKind
from shp_data.domain.schema import UNPLACED
from shp_view.text import verdict_words
from shp_view.text.report_sentences import AWAITED
from shp_view.text.wording import NOT_AVAILABLE, label_column

# How a column is shown. Values, differences and changes depend on what kind of number their row holds.
ColumnKind = Literal["text", "value", "change", "whole", "rate", "share", "ratio", "p", "month", "degrees"]
SheetValue = float | str | dt.date | None

WITHHELD = "withheld"
_UNITS = {"percent": "%", "rate_per_1000": "per 1,000 residents"}
_LONGEST = 32_000  # characters that a cell holds, and some to spare


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its printed name, its kind, its width in characters, and whether it is printed."""

    title: str
    kind: ColumnKind = "value"
    width: int = 11
    on_paper: bool = True


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet: its cells, and the kind of number that its values are."""

    cells: tuple[SheetValue, ...]
    measured: MeasureKind = "count"


@dataclass(frozen=True)
class Sheet:
    """One block of the report: the name of the sheet, its columns and its rows."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]


_INDICATOR = Column("Indicator", "text", 54)
_AREA = Column("Area", "text", 20)
_PUBLISHED = (
    Column("Year to date"),
    Column("Same quarter last year"),
    Column("This quarter"),
    Column("Difference"),
    Column("% difference", "change"),
)
_PREVIOUS = (
    Column("Previous quarter"),
    Column("Difference on previous quarter"),
    Column("% difference on previous quarter", "change"),
)
_STATUS = Column("Status", "text", 12)
_VERDICT = Column(label_column("verdict"), "text", 24)
_DETAILS = (
    Column("p-value", "p", 9, on_paper=False),
    Column("Ratio to last year", "ratio", 9, on_paper=False),
    Column("Ratio, low", "ratio", 9, on_paper=False),
    Column("Ratio, high", "ratio", 9, on_paper=False),
    Column("Year to date is", "text", 11, on_paper=False),
    Column("Sum of the quarters, where it differs", width=14, on_paper=False),
    Column("Source", "text", 46, on_paper=False),
    Column("Notes", "text", 80, on_paper=False),
)


def build_sheets(report: Report, commentary: Mapping[str, str]) -> tuple[Sheet, ...]:
    """Build every sheet of a report except its notes. Include the commentary (by indicator) if there is any."""
    blocks: tuple[Callable[[Report], Sheet], ...] = (
        _build_indicators,
        _build_months,
        _build_covid,
        _build_areas,
        _build_wards,
        _build_locations,
    )
    words = {id_: text for id_, text in commentary.items() if text.strip()}
    return (*(block(report) for block in blocks), *((_build_commentary(report, words),) if words else ()))


def _build_indicators(report: Report) -> Sheet:
    columns = (_INDICATOR, _AREA, Column("Unit", "text", 21), *_PUBLISHED, *_PREVIOUS, _STATUS, _VERDICT, *_DETAILS)
    rows = (
        SheetRow((line.label, line.area, _name_unit(line), *_list_values(line), *_list_details(line)), line.measured)
        for line in report.list_all_lines()
    )
    return Sheet("Indicators", columns, tuple(rows))


def _build_months(report: Report) -> Sheet:
    columns = (_INDICATOR, _AREA, Column("Month", "month"), Column("Count"), Column("Without COVID-related", width=14))
    rows = (
        SheetRow(
            (line.label, line.area, Month.parse(month.month).first_day, month.value, month.excluding_covid),
            line.measured,
        )
        for line in report.list_all_lines()
        for month in line.months
    )
    return Sheet("Months", columns, tuple(rows))


def _build_covid(report: Report) -> Sheet:
    titles = ("This quarter", "COVID-related", "Without COVID-related", "Same quarter last year without")
    this, related, without, last_year = (Column(title, "whole", 15) for title in titles)
    columns = (_INDICATOR, _AREA, this, related, Column("COVID-related share, %", "share", 15), without, last_year)
    rows = (
        SheetRow((
            line.label, line.area, line.quarter_value, line.covid.count, line.covid.share, line.covid.excluding,
            line.covid.excluding_last_year,
        ))
        for line in report.list_all_lines()
        if line.covid
    )  # fmt: skip
    return Sheet("COVID-related", columns, tuple(rows))


def _build_areas(report: Report) -> Sheet:
    rates = tuple(
        Column(f"Rate per 1,000, {when}", "rate", 14) for when in ("year to date", "same quarter last year", "quarter")
    )
    ranks = tuple(Column(title, "whole", 9) for title in ("Rank by rate", "Rank, best", "Rank, worst"))
    rows = (SheetRow(_list_standing(standing)) for block in report.compared for standing in block.areas)
    return Sheet("Areas compared", (_INDICATOR, _AREA, *_PUBLISHED, _STATUS, _VERDICT, *rates, *ranks), tuple(rows))


def _build_wards(report: Report) -> Sheet:
    columns = (
        _INDICATOR, Column("Ward", "text", 34), Column("Ward code", "text", 13), Column("Boundaries of", "text", 12),
        Column("This quarter", "whole"), Column("Same quarter last year", "whole"), Column("Share, %", "share"),
        _VERDICT,
    )  # fmt: skip
    rows: list[SheetRow] = []
    for block in report.wards:
        label = _name_indicator(report, block.indicator)
        rows += [
            SheetRow(
                (
                    label,
                    ward.ward,
                    ward.code,
                    block.vintage,
                    _mark_withheld(ward.count),
                    ward.last_year,
                    ward.share,
                    verdict_words.LABELS[ward.verdict] if ward.verdict else None,
                )
            )
            for ward in block.wards
        ]
        if block.unplaced:
            rows.append(SheetRow((label, UNPLACED, None, block.vintage, block.unplaced, None, None, None)))
    return Sheet("Wards", columns, tuple(rows))


def _build_locations(report: Report) -> Sheet:
    columns = (
        _INDICATOR, Column("Location", "text", 44), Column("Ward", "text", 34), Column("This quarter", "whole"),
        Column("Since the quarter before", "text", 14), Column("Longitude", "degrees"), Column("Latitude", "degrees"),
    )  # fmt: skip
    rows = (
        SheetRow((
            _name_indicator(report, block.indicator), location.location, location.ward, location.count, location.state, location.longitude, location.latitude,
        ))
        for block in report.places
        for location in block.places
    )  # fmt: skip
    return Sheet("Repeat locations", columns, tuple(rows))


def _build_commentary(report: Report, words: Mapping[str, str]) -> Sheet:
    rows = (
        SheetRow((_name_indicator(report, id_), text[start : start + _LONGEST]))
        for id_, text in words.items()
        for start in range(0, len(text), _LONGEST)
    )
    return Sheet("Commentary", (_INDICATOR, Column("Commentary", "text", 100)), tuple(rows))


def _list_values(line: Line) -> Iterable[SheetValue]:
    """List the cells of _PUBLISHED, _PREVIOUS, _STATUS and _VERDICT."""
    before = line.previous_quarter
    return (*_list_published(line), before.base if before else None, *_list_change(before), *_list_status(line))


def _list_published(line: Line) -> Iterable[SheetValue]:
    return (line.year_to_date, line.same_quarter_last_year, line.quarter_value, *_list_change(line.last_year))


def _list_change(against: Change | None) -> tuple[SheetValue, SheetValue]:
    return (against.difference, against.pct_difference) if against else (None, None)


def _list_status(line: Line) -> tuple[SheetValue, SheetValue]:
    """List the status of a figure that is missing, and the verdict on its change."""
    missing = NOT_AVAILABLE if line.not_known else AWAITED
    return (
        missing if line.quarter_value is None else None,
        verdict_words.LABELS[line.chance.verdict] if line.chance else None,
    )


def _list_details(line: Line) -> Iterable[SheetValue]:
    chance = line.chance
    tested = (chance.p_value, chance.rate_ratio, chance.low, chance.high) if chance else (None,) * 4
    return (*tested, line.year_to_date_as or None, line.year_to_date_sum, line.source, " ".join(line.notes) or None)


def _list_standing(standing: AreaStanding) -> tuple[SheetValue, ...]:
    rate = standing.rate
    rates = (rate.year_to_date, rate.same_quarter_last_year, rate.quarter_value) if rate else (None,) * 3
    ranks = (standing.rank, standing.rank_low, standing.rank_high)
    return (
        standing.count.label,
        standing.area,
        *_list_published(standing.count),
        *_list_status(standing.count),
        *rates,
        *ranks,
    )


def _mark_withheld(count: int | None) -> SheetValue:
    return WITHHELD if count is None else count


def _name_unit(line: Line) -> str:
    return _UNITS.get(line.measured, line.unit)


def _name_indicator(report: Report, indicator: str) -> str:
    line = report.find_line(indicator)
    return line.label if line else indicator
