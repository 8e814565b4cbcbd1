"""The report as sheets of a workbook: which columns and rows each block has. Numbers as they are, unrounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from shp_data.analysis.report.report_value import Against, Line, Report, Standing
from shp_data.domain.periods import Month
from shp_data.domain.reported import Measured
from shp_data.domain.schema import UNPLACED
from shp_view.text.wording import NOT_AVAILABLE

# How a column is shown. Values, differences and changes depend on what kind of number their row holds.
Kind = Literal["text", "value", "change", "whole", "rate", "share", "ratio", "p", "month", "degrees"]
Value = float | str | dt.date | None

NOT_YET_IN = "not yet in"
WITHHELD = "withheld"
_UNITS = {"percent": "%", "rate_per_1000": "per 1,000 residents"}
_LONGEST = 32_000  # characters that a cell holds, and some to spare


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its printed name, its kind, its width in characters, whether it is printed on paper."""

    title: str
    kind: Kind = "value"
    width: int = 11
    on_paper: bool = True


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its cells, and what kind of number its values are."""

    cells: tuple[Value, ...]
    measured: Measured = "count"


@dataclass(frozen=True)
class Sheet:
    """One block of the report: the sheet's name, its columns and its rows."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


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
_VERDICT = Column("More than chance?", "text", 24)
_BEHIND = (
    Column("p-value", "p", 9, on_paper=False),
    Column("Ratio to last year", "ratio", 9, on_paper=False),
    Column("Ratio, low", "ratio", 9, on_paper=False),
    Column("Ratio, high", "ratio", 9, on_paper=False),
    Column("Year to date is", "text", 11, on_paper=False),
    Column("Sum of the quarters, where it differs", width=14, on_paper=False),
    Column("Source", "text", 46, on_paper=False),
    Column("Notes", "text", 80, on_paper=False),
)


def sheets(report: Report, commentary: Mapping[str, str]) -> tuple[Sheet, ...]:
    """Every sheet of a report but its notes; that of the commentary (by indicator) only where there is any."""
    blocks: tuple[Callable[[Report], Sheet], ...] = (_indicators, _months, _covid, _areas, _wards, _places)
    words = {id_: text for id_, text in commentary.items() if text.strip()}
    return (*(block(report) for block in blocks), *((_commentary(report, words),) if words else ()))


def _indicators(report: Report) -> Sheet:
    columns = (_INDICATOR, _AREA, Column("Unit", "text", 21), *_PUBLISHED, *_PREVIOUS, _STATUS, _VERDICT, *_BEHIND)
    rows = (
        Row((line.label, line.area, _unit(line), *_values(line), *_behind(line)), line.measured)
        for line in report.every_line()
    )
    return Sheet("Indicators", columns, tuple(rows))


def _months(report: Report) -> Sheet:
    columns = (_INDICATOR, _AREA, Column("Month", "month"), Column("Count"), Column("Without COVID-related", width=14))
    rows = (
        Row((line.label, line.area, Month.parse(one.month).first_day, one.value, one.excluding_covid), line.measured)
        for line in report.every_line()
        for one in line.months
    )
    return Sheet("Months", columns, tuple(rows))


def _covid(report: Report) -> Sheet:
    titles = ("This quarter", "COVID-related", "Without COVID-related", "Same quarter last year without")
    this, related, without, last_year = (Column(title, "whole", 15) for title in titles)
    columns = (_INDICATOR, _AREA, this, related, Column("COVID-related share, %", "share", 15), without, last_year)
    rows = (
        Row((
            line.label, line.area, line.quarter_value, line.covid.count, line.covid.share, line.covid.excluding,
            line.covid.excluding_last_year,
        ))
        for line in report.every_line()
        if line.covid
    )  # fmt: skip
    return Sheet("COVID-related", columns, tuple(rows))


def _areas(report: Report) -> Sheet:
    rates = tuple(
        Column(f"Rate per 1,000, {when}", "rate", 14) for when in ("year to date", "same quarter last year", "quarter")
    )
    ranks = tuple(Column(title, "whole", 9) for title in ("Rank by rate", "Rank, best", "Rank, worst"))
    rows = (Row(_standing(one)) for block in report.compared for one in block.areas)
    return Sheet("Areas compared", (_INDICATOR, _AREA, *_PUBLISHED, _STATUS, _VERDICT, *rates, *ranks), tuple(rows))


def _wards(report: Report) -> Sheet:
    columns = (
        _INDICATOR, Column("Ward", "text", 34), Column("Ward code", "text", 13), Column("Boundaries of", "text", 12),
        Column("This quarter", "whole"), Column("Same quarter last year", "whole"), Column("Share, %", "share"),
        _VERDICT,
    )  # fmt: skip
    rows: list[Row] = []
    for block in report.wards:
        label = _label(report, block.indicator)
        rows += [
            Row((label, one.ward, one.code, block.vintage, _shown(one.count), one.last_year, one.share, one.verdict))
            for one in block.wards
        ]
        if block.unplaced:
            rows.append(Row((label, UNPLACED, None, block.vintage, block.unplaced, None, None, None)))
    return Sheet("Wards", columns, tuple(rows))


def _places(report: Report) -> Sheet:
    columns = (
        _INDICATOR, Column("Location", "text", 44), Column("Ward", "text", 34), Column("This quarter", "whole"),
        Column("Since the quarter before", "text", 14), Column("Longitude", "degrees"), Column("Latitude", "degrees"),
    )  # fmt: skip
    rows = (
        Row((
            _label(report, block.indicator), one.location, one.ward, one.count, one.state, one.longitude, one.latitude,
        ))
        for block in report.places
        for one in block.places
    )  # fmt: skip
    return Sheet("Repeat locations", columns, tuple(rows))


def _commentary(report: Report, words: Mapping[str, str]) -> Sheet:
    rows = (
        Row((_label(report, id_), text[start : start + _LONGEST]))
        for id_, text in words.items()
        for start in range(0, len(text), _LONGEST)
    )
    return Sheet("Commentary", (_INDICATOR, Column("Commentary", "text", 100)), tuple(rows))


def _values(line: Line) -> Iterable[Value]:
    """The cells of _PUBLISHED, _PREVIOUS, _STATUS and _VERDICT."""
    before = line.previous_quarter
    return (*_published(line), before.base if before else None, *_change(before), *_told(line))


def _published(line: Line) -> Iterable[Value]:
    return (line.year_to_date, line.same_quarter_last_year, line.quarter_value, *_change(line.last_year))


def _change(against: Against | None) -> tuple[Value, Value]:
    return (against.difference, against.pct_difference) if against else (None, None)


def _told(line: Line) -> tuple[Value, Value]:
    """Whether the figure is in, and the verdict on its change."""
    missing = NOT_AVAILABLE if line.not_known else NOT_YET_IN
    return (missing if line.quarter_value is None else None, line.chance.verdict if line.chance else None)


def _behind(line: Line) -> Iterable[Value]:
    chance = line.chance
    tested = (chance.p_value, chance.rate_ratio, chance.low, chance.high) if chance else (None,) * 4
    return (*tested, line.year_to_date_as or None, line.year_to_date_sum, line.source, " ".join(line.notes) or None)


def _standing(one: Standing) -> tuple[Value, ...]:
    rate = one.rate
    rates = (rate.year_to_date, rate.same_quarter_last_year, rate.quarter_value) if rate else (None,) * 3
    ranks = (one.rank, one.rank_low, one.rank_high)
    return (one.count.label, one.area, *_published(one.count), *_told(one.count), *rates, *ranks)


def _shown(count: int | None) -> Value:
    return WITHHELD if count is None else count


def _unit(line: Line) -> str:
    return _UNITS.get(line.measured, line.unit)


def _label(report: Report, indicator: str) -> str:
    line = report.line(indicator)
    return line.label if line else indicator
