"""Which figures of a published report do not follow from their own counts, or from the store, and why?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from shp_data.analysis.context import ONS
from shp_data.analysis.report.check_rules import Finding, Key, Row, findings
from shp_data.analysis.report.report import report
from shp_data.analysis.report.report_value import Line, Report
from shp_data.domain.counting import counted, noun
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Period, parse_quarter
from shp_data.domain.reported import measured
from shp_data.domain.selection import Viewer
from shp_data.store.facts import Store

COLUMNS = ("quarter", "area", "indicator", "name", "figure", "published", "expected", "against", "why")
PRINTED = {
    "year_to_date": "Year to date",
    "same_quarter_last_year": "Same quarter last year",
    "quarter_value": "This quarter",
    "difference": "Difference",
    "pct_difference": "% difference",
}


def check(store: Store, rows: pd.DataFrame, viewer: Viewer) -> Figure:
    """Which published figures do not follow, what follows instead, and why?

    `rows`: text columns as `read_published` gives them: quarter, area, indicator (its id), year_to_date,
    same_quarter_last_year, quarter_value, difference and pct_difference, missing where nothing was published. Out:
    a row for each figure that does not follow, in COLUMNS, all text: `figure` is its column's printed name,
    `published` it as printed, `expected` what follows, and `against` from what: its own counts, the quarter before
    or the store. Differences, percentages, and rates beside their count are held against the table itself;
    against the store only where it cannot tell. Empty where every figure follows. Raises NotAllowedError.
    """
    published = as_rows(rows)
    reports = _reports(store, published, viewer)
    lines = {(one.quarter, line.area, line.indicator): line for one in reports for line in one.every_line()}
    found = [_printed(finding) for finding in findings(published, lines)]
    table = pd.DataFrame(found, columns=list(COLUMNS), dtype="str")
    return _figure(store, table, published, reports, lines)


def found_words(rows: int, wrong: int) -> str:
    """What a check of so many rows found, in words: `2 rows checked: every figure follows`."""
    if not wrong:
        return f"{counted(rows, 'rows')} checked: every figure follows"
    return f"{counted(rows, 'rows')} checked: {counted(wrong, 'figures')} {_do(wrong)} not follow"


def _do(wrong: int) -> str:
    return "does" if wrong == 1 else "do"


def as_rows(table: pd.DataFrame) -> list[Row]:
    """The rows of a table as `check` takes it."""
    vocabulary = partnership().vocabulary
    return [
        Row(
            parse_quarter(record["quarter"]),
            record["area"],
            vocabulary.indicator(record["indicator"]),
            {name: Decimal(record[name]) for name in PRINTED if not pd.isna(record[name])},
        )
        for record in table.to_dict("records")
    ]


def _reports(store: Store, rows: Iterable[Row], viewer: Viewer) -> list[Report]:
    """The reports that hold what the store knows of the rows; areas that a report compares need none of their own."""
    made: dict[tuple[Period, str], Report] = {}
    for row in rows:
        held = any(one.quarter == row.quarter and one.line(row.indicator.id, row.area) for one in made.values())
        if not held and (row.quarter, row.area) not in made:
            made[row.quarter, row.area] = report(store, row.quarter, row.area, viewer)
    return list(made.values())


def _printed(finding: Finding) -> tuple[str, ...]:
    row = finding.row
    published = f"{row.figures[finding.figure]:f}"
    of = (row.quarter.name, row.area, row.indicator.id, row.indicator.label, PRINTED[finding.figure])
    return (*of, published, finding.expected, finding.against, finding.why)


def _figure(
    store: Store, table: pd.DataFrame, rows: Sequence[Row], reports: Iterable[Report], lines: Mapping[Key, Line]
) -> Figure:
    checked = sum(len(row.figures) for row in rows)
    wrong = len(table)
    of = f"{checked:,} published {noun(checked, 'figures')}"
    title = f"{wrong:,} of {of} {_do(wrong)} not follow" if wrong else "Every figure follows"
    quarters = dict.fromkeys(row.quarter.label for row in sorted(rows, key=lambda row: row.quarter.first))
    months = store.months()
    rates = any(measured(row.indicator) == "rate_per_1000" for row in rows)
    sources = dict.fromkeys(source for one in reports for source in one.sources)
    return Figure(
        table=table,
        title=title,
        subtitle=f"Check of {of}, {', '.join(quarters)}",
        unit="figures",
        sources=tuple(dict.fromkeys((*sources, *((ONS,) if rates else ())))),
        as_of=months[-1].label if months else "no month",
        caveats=_unknown(rows, lines),
        synthetic=store.synthetic,
    )


def _unknown(rows: Sequence[Row], lines: Mapping[Key, Line]) -> tuple[str, ...]:
    """Which rows could be held against themselves alone."""
    given = [row for row in rows if row.figures]
    missing = [row for row in given if row.key not in lines or lines[row.key].quarter_value is None]
    if not missing:
        return ()
    what = f"{len(missing):,} of {len(given):,} rows" if len(missing) < len(given) else "All rows"
    return (f"{what} could be checked against their own counts only: the store has no such figure for the quarter.",)
