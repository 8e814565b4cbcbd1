"""The report's title and key messages: what changed by more than chance, what is not in yet, where the area stands."""

from __future__ import annotations

from collections.abc import Sequence

from shp_data.analysis.report.report_value import Line, Report
from shp_view.text.area_words import standing_said
from shp_view.text.place_words import moved
from shp_view.text.report_cells import LAST_YEAR, Cell, Said, against_cells, chance_cells, name_within, value_cell
from shp_view.text.wording import listed


def title(report: Report) -> str:
    """The title of the report: `Community safety performance report, Anytown, 2020-21 Q3 (Oct to Dec 2020)`."""
    return f"Community safety performance report, {report.area}, {report.quarter.label}"


def summary_said(report: Report) -> tuple[Said, ...]:
    """The key messages: up to seven, each with the cells it was made from; none for a report without lines."""
    lines = [line for line in report.lines if line.measured != "rate_per_1000"]  # a rate goes with its count
    judged = [line for line in lines if line.chance]
    said = [
        *_beyond(report, judged),
        _usual(report, judged),
        _untested(report, lines),
        *_missing(report, lines),
        _standings(report),
    ]
    return tuple(one for one in said if one)


def _beyond(report: Report, judged: Sequence[Line]) -> list[Said]:
    """Which indicators rose, and which fell, by more than chance; that none did, where any was tested."""
    said = []
    for verdict, rose in (("higher than expected", True), ("lower than expected", False)):
        found = [line for line in judged if line.chance and line.chance.verdict == verdict]
        if found:
            bases = [line.last_year.base if line.last_year else 0 for line in found]
            changes = [(name_within(one), base, one.quarter_value or 0) for one, base in zip(found, bases, strict=True)]
            said.append(Said(moved(rose, changes), _change_cells(report, found)))
    if judged and not said:
        text = "No indicator rose or fell by more than chance compared with the same quarter last year."
        said.append(Said(text, _change_cells(report, judged)))
    return said


def _usual(report: Report, judged: Sequence[Line]) -> Said | None:
    found = [line for line in judged if line.chance and line.chance.verdict == "within usual variation"]
    if not found:
        return None
    text = f"Within usual variation, compared with the same quarter last year: {_names(found)}."
    return Said(text, _change_cells(report, found))


def _untested(report: Report, lines: Sequence[Line]) -> Said | None:
    """Which figures are in, and their change on last year is not tested against chance?"""
    found = [line for line in lines if line.quarter_value is not None and line.chance is None]
    if not found:
        return None
    text = f"Not tested against chance: {_names(found)}."
    return Said(text, tuple(value_cell(report, line) for line in found))


def _missing(report: Report, lines: Sequence[Line]) -> list[Said]:
    """Which figures are not in yet, and which are not to be had for the area? That all are in, where none is."""
    missing = [line for line in lines if line.quarter_value is None]
    waiting, lost = ([line for line in missing if bool(line.not_known) is is_lost] for is_lost in (False, True))
    said = [(f"Not yet in: {_names(waiting)}.", waiting)] if waiting else []
    said += [(f"Not available for {report.area}: {_names(lost)}.", lost)] if lost else []
    said += [("The figure of every indicator is in.", list(lines))] if lines and not missing else []
    return [Said(text, tuple(value_cell(report, line) for line in found)) for text, found in said]


def _standings(report: Report) -> Said | None:
    """Where does the report's area stand among the areas compared, by each rate?"""
    said = [one for one in (standing_said(report, compared) for compared in report.compared) if one]
    cells = tuple(cell for one in said for cell in one.cells)
    return Said(" ".join(one.text for one in said), cells) if said else None


def _change_cells(report: Report, lines: Sequence[Line]) -> tuple[Cell, ...]:
    cells = [(value_cell(report, one), against_cells(report, one, LAST_YEAR)[0]) for one in lines]
    pairs = zip(cells, (chance_cells(report, one) for one in lines), strict=True)
    return tuple(cell for both, chance in pairs for cell in (*both, *chance))


def _names(lines: Sequence[Line]) -> str:
    return listed([name_within(line) for line in lines])
