"""A check of the figures of a published report against their own counts and the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from shp_data.analysis.context import ONS
from shp_data.analysis.report.check_rules import Finding, Key, PublishedFigure, list_findings
from shp_data.analysis.report.report import build_report
from shp_data.analysis.report.report_value import Line, Report
from shp_data.domain.counting import choose_noun, format_count
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, parse_quarter
from shp_data.domain.reported import classify_measure
from shp_data.store.reading import Reader

COLUMNS = ("quarter", "area", "indicator", "name", "figure", "published", "expected", "against", "why")
PRINTED = {
    "year_to_date": "Year to date",
    "same_quarter_last_year": "Same quarter last year",
    "quarter_value": "This quarter",
    "difference": "Difference",
    "pct_difference": "% difference",
}


def check_figures(reader: Reader, rows: pd.DataFrame) -> Figure:
    """Check published figures and list those that do not follow from their counts or the store.

    Differences, percentages, and rates with their count are checked against the table itself. They are
    checked against the store only where the table cannot decide.

    Parameters
    ----------
    rows : pandas.DataFrame
        Text columns as `read_published` returns them: quarter, area, indicator (its id), year_to_date,
        same_quarter_last_year, quarter_value, difference and pct_difference, missing where nothing was
        published.

    Returns
    -------
    Figure
        A table with a row for each figure that does not follow, in COLUMNS, all text: `figure` is the
        printed name of its column, `published` the figure as printed, `expected` the figure that follows,
        and `against` what it follows from: its own counts, the quarter before or the store. Empty where
        every figure follows.

    Raises
    ------
    NotAllowedError
        If the viewer may not see the report.
    """
    published = parse_rows(rows)
    reports = _build_reports(reader, published)
    lines = {(each.quarter, line.area, line.indicator): line for each in reports for line in each.list_all_lines()}
    table_rows = [_format_finding(finding) for finding in list_findings(published, lines)]
    table = pd.DataFrame(table_rows, columns=list(COLUMNS), dtype="str")
    return _build_figure(reader, table, published, reports, lines)


def describe_check(rows: int, wrong: int, *, empty: bool = False) -> str:
    """Describe the result of a check: `2 rows checked: every figure follows`. `empty`: whether no row has a figure."""
    if empty:
        return f"{format_count(rows, 'rows')} without figures: there was nothing to check"
    if not wrong:
        return f"{format_count(rows, 'rows')} checked: every figure follows"
    return f"{format_count(rows, 'rows')} checked: {format_count(wrong, 'figures')} {_choose_verb(wrong)} not follow"


def has_no_figure(rows: pd.DataFrame) -> bool:
    """Check whether no row of a table of published figures has a figure."""
    return bool(rows[list(PRINTED)].isna().all(axis=None))


def _choose_verb(wrong: int) -> str:
    return "does" if wrong == 1 else "do"


def parse_rows(table: pd.DataFrame) -> list[PublishedFigure]:
    """Parse the rows of a table of published figures.

    Parameters
    ----------
    table : pandas.DataFrame
        The table, as `check_figures` takes it.

    Returns
    -------
    list of PublishedFigure
        One for each row.
    """
    vocabulary = partnership().vocabulary
    return [
        PublishedFigure(
            parse_quarter(record["quarter"]),
            record["area"],
            vocabulary.find_indicator(record["indicator"]),
            {name: Decimal(record[name]) for name in PRINTED if not pd.isna(record[name])},
        )
        for record in table.to_dict("records")
    ]


def _build_reports(reader: Reader, rows: Iterable[PublishedFigure]) -> list[Report]:
    """Build the reports that hold the store's figures for the rows. Areas that one report compares share it."""
    reports: dict[tuple[Period, str], Report] = {}
    for row in rows:
        # A report has the lines of every area that it compares, so one may serve several rows.
        in_report = any(
            built.quarter == row.quarter and built.find_line(row.indicator.id, row.area) for built in reports.values()
        )
        if not in_report and (row.quarter, row.area) not in reports:
            reports[row.quarter, row.area] = build_report(reader, row.quarter, row.area)
    return list(reports.values())


def _format_finding(finding: Finding) -> tuple[str, ...]:
    row = finding.row
    published = f"{row.figures[finding.figure]:f}"
    row_key = (row.quarter.name, row.area, row.indicator.id, row.indicator.label, PRINTED[finding.figure])
    return (*row_key, published, finding.expected, finding.against, finding.why)


def _build_figure(
    reader: Reader,
    table: pd.DataFrame,
    rows: Sequence[PublishedFigure],
    reports: Iterable[Report],
    lines: Mapping[Key, Line],
) -> Figure:
    checked = sum(len(row.figures) for row in rows)
    wrong = len(table)
    checked_figures = f"{checked:,} published {choose_noun(checked, 'figures')}"
    title = f"{wrong:,} of {checked_figures} {_choose_verb(wrong)} not follow" if wrong else "Every figure follows"
    quarters = dict.fromkeys(row.quarter.label for row in sorted(rows, key=lambda row: row.quarter.first))
    months = reader.store.list_months()
    rates = any(classify_measure(row.indicator) == "rate_per_1000" for row in rows)
    sources = dict.fromkeys(source for area_report in reports for source in area_report.sources)
    return Figure(
        table=table,
        title=title,
        subtitle=f"Check of {checked_figures}, {', '.join(quarters)}",
        unit="figures",
        sources=tuple(dict.fromkeys((*sources, *((ONS,) if rates else ())))),
        as_of=months[-1].label if months else "no month",
        caveats=_describe_unmatched(rows, lines),
        synthetic=reader.store.has_synthetic,
    )


def _describe_unmatched(rows: Sequence[PublishedFigure], lines: Mapping[Key, Line]) -> tuple[str, ...]:
    """Describe the rows that could be checked against their own counts only."""
    published_rows = [row for row in rows if row.figures]
    missing = [row for row in published_rows if row.key not in lines or lines[row.key].quarter_value is None]
    if not missing:
        return ()
    which = f"{len(missing):,} of {len(published_rows):,} rows" if len(missing) < len(published_rows) else "All rows"
    return (f"{which} could be checked against their own counts only: the store has no such figure for the quarter.",)
