"""The table of months loaded, with its gaps. It scrolls sideways and can be read in either theme.

It is markup, since no element of the page can group columns under a financial year. Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

import pandas as pd

from shp_data.analysis.loaded import BEYOND, GAP, LOADED
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period, group_into_periods
from shp_view.text.rows import ChartRow, make_plain_rows
from shp_view.text.wording import format_count, format_number, join_names
from shp_view.theme import choose_theme

MAX_SOURCES = 6  # sources; of more, one is shown at a time
LONG_GAP = 4  # a gap in every row of so many months takes one column
_HATCH = "repeating-linear-gradient(135deg,#8a8f9870 0 2px,transparent 2px 7px)"
STYLE = f"""<style>
.months {{overflow-x:auto;max-width:100%;border:1px solid #8a8f9855;border-radius:4px}}
.months table {{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;margin:0}}
.months th,.months td {{border:0;border-bottom:1px solid #8a8f9833;padding:.32rem .42rem;white-space:nowrap;
 text-align:right;font-weight:400}}
.months thead th {{text-align:center;font-weight:600}}
.months .year,.months .new {{border-left:2px solid #8a8f98}}
.months th.name {{position:sticky;left:0;text-align:left;background:var(--page);
 border-right:2px solid #8a8f98;max-width:15rem;white-space:normal;z-index:1;min-width:8rem}}
.months tr.source th {{text-align:left;font-weight:600;
 background:var(--page)}}
.months td.gap {{background:{_HATCH};text-align:center;font-style:italic}}
.months td.beyond {{text-align:center;opacity:.75}}
@media (max-width:640px) {{.months th.name {{max-width:7.5rem;min-width:6rem}}}}
</style>"""
LEGEND = (
    "**gap** (hatched): not loaded, though months before and after are. **–**: before the first or after the "
    "last month loaded. **0**: loaded, and there was none."
)


def build_title(figure: Figure, *, has_figures: bool = False) -> str:
    """Build the title of the page: what is loaded, from when to when, and which months are missing.

    `has_figures`: whether any reported figures are loaded.
    """
    table = figure.table
    if table.empty:
        return "Reported figures are loaded, and no records" if has_figures else "Nothing is loaded"
    span = Period(Month.parse(table["month"].min()), Month.parse(table["month"].max()))
    count, sources = table["indicator"].nunique(), table["source"].nunique()
    start = f"{format_count(count, 'indicators')} {'is' if count == 1 else 'are'} loaded from "
    start += f"{'one source' if sources == 1 else format_count(sources, 'sources')}, "
    start += (
        f"{_format_month(span.first)} to {_format_month(span.last)}" if span.length > 1 else _format_month(span.first)
    )
    return f"{start}; {_describe_gaps(table)}"


def list_source_choices(figure: Figure) -> list[str]:
    """List the sources to choose from, in order; empty where they are few enough to show together."""
    sources = list(figure.table["source"].unique())
    return sources if len(sources) > MAX_SOURCES else []


def build_grid(figure: Figure, source: str | None = None, *, dark: bool = False) -> str:
    """Build the table of months: a row for each source and indicator, a column for each month.

    The financial years are above the months. A long gap in every row is one column that says so.

    Parameters
    ----------
    figure
        Its table has the columns source, indicator, month, count and state.
    source
        The source to show; None for all.
    dark
        Whether the page is dark.

    Returns
    -------
    The table as HTML.
    """
    table = figure.table if source is None else figure.table[figure.table["source"] == source]
    rows = make_plain_rows(table, ["source", "indicator", "month", "count", "state"])
    columns = _list_columns(rows)
    body = "".join(
        f'<tr class="source"><th class="name" scope="colgroup">{escape(source)}</th>'
        f'<th colspan="{len(columns)}"></th></tr>'
        + "".join(
            _build_row(name, list(cells), columns) for name, cells in groupby(source_rows, key=lambda r: r["indicator"])
        )
        for source, source_rows in groupby(rows, key=lambda row: row["source"])
    )
    return (
        f'{STYLE}<div class="months" role="region" tabindex="0" aria-label="{escape(figure.title)}" '
        f'style="--page:{choose_theme(dark).background}"><table>'
        f"<thead>{_build_head(columns)}</thead><tbody>{body}</tbody></table></div>"
    )


def _describe_gaps(table: pd.DataFrame) -> str:
    gaps = table[table["state"] == GAP]
    ends = table[table["state"] == LOADED].groupby("indicator")["month"].max()
    early = int((ends < table["month"].max()).sum())
    beyond = f"{format_count(early, 'indicators')} {'ends' if early == 1 else 'end'} before {_format_month(_find_last_month(table))}"
    if gaps.empty:
        return f"no month between is missing, but {beyond}" if early else "no month is missing"
    gap_periods = group_into_periods(map(Month.parse, gaps["month"].unique()))
    months = sum(period.length for period in gap_periods)
    every = len(gaps) == months * table.groupby(["source", "indicator"]).ngroups
    which = (
        join_names([_format_span(period) for period in gap_periods])
        if len(gap_periods) <= 3
        else format_count(months, "months")
    )
    verb = "is" if months == 1 else "are"
    some = "" if every else " for some of them"
    return f"{which} {verb} missing{some}{f', and {beyond}' if early else ''}"


def _find_last_month(table: pd.DataFrame) -> Month:
    return Month.parse(table["month"].max())


def _format_span(period: Period) -> str:
    if period.length == 1:
        return _format_month(period.first)
    return f"{_format_month(period.first)} to {_format_month(period.last)} ({period.length} months)"


def _format_month(month: Month) -> str:
    return f"{month.first_day:%B %Y}"


def _list_columns(rows: Sequence[ChartRow]) -> list[Period]:
    """List the columns: each month, or one column for a long gap that is in every row."""
    months = {Month.parse(row["month"]) for row in rows}
    loaded_months = {Month.parse(row["month"]) for row in rows if row["count"] is not None}
    long_gaps = [period for period in group_into_periods(months - loaded_months) if period.length >= LONG_GAP]
    inside = {month for period in long_gaps for month in period}
    return sorted([*long_gaps, *(Period(m, m) for m in months - inside)], key=lambda period: period.first)


def _build_head(columns: Sequence[Period]) -> str:
    """Build two header lines: the financial years, and the months under them. A long gap spans both."""
    years, months = '<th class="name" rowspan="2" scope="col">Source and indicator</th>', ""
    for (year, is_long), group in groupby(columns, key=_get_year):
        periods = list(group)
        if is_long:
            years += (
                f'<th class="year" rowspan="2" scope="col">{periods[0].first.label}<br>to {periods[0].last.label}</th>'
            )
            continue
        years += f'<th class="year" colspan="{len(periods)}" scope="colgroup">{year}</th>'
        for index, period in enumerate(periods):
            mark = ' class="new"' if index == 0 else ""
            months += f'<th{mark} scope="col"><abbr title="{period.label}">{period.label[:3]}</abbr></th>'
    return f"<tr>{years}</tr><tr>{months}</tr>"


def _get_year(period: Period) -> tuple[str, bool]:
    return period.first.financial_year, period.length > 1


def _build_row(name: str, cells: Sequence[ChartRow], columns: Sequence[Period]) -> str:
    cells_by_month = {cell["month"]: cell for cell in cells}
    row_cells, before = "", ""
    for period in columns:
        year = str(_get_year(period))
        mark = " new" if year != before else ""
        row_cells += _build_cell(cells_by_month[str(period.first)], period, mark)
        before = year
    return f'<tr><th class="name" scope="row">{escape(name)}</th>{row_cells}</tr>'


def _build_cell(cell: ChartRow, period: Period, mark: str) -> str:
    if cell["state"] == GAP:
        text = f"gap: {period.length} months" if period.length > 1 else "gap"
        return f'<td class="gap{mark}" title="{period.first.label}: not loaded">{text}</td>'
    if cell["state"] == BEYOND:
        return f'<td class="beyond{mark}" title="{period.label}: not loaded">–</td>'
    return f'<td class="cell{mark}">{format_number(cell["count"])}</td>'
