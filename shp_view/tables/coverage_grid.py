"""Which months are loaded, as a table that shows its gaps: it scrolls sideways and reads in either theme.

Markup, since no element of the page can group columns under a financial year. Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

import pandas as pd

from shp_data.analysis.loaded import BEYOND, GAP, LOADED
from shp_data.domain.figure import Figure
from shp_data.domain.periods import Month, Period, runs
from shp_view.text.rows import Row, plain_rows
from shp_view.text.wording import counted, listed, number
from shp_view.theme import theme

SEVERAL = 6  # sources; of more, one is shown at a time
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


def title(figure: Figure, *, figures: bool = False) -> str:
    """What is loaded, from when to when, and is anything missing? The message over the page.

    `figures`: whether any reported figures are.
    """
    table = figure.table
    if table.empty:
        return "Reported figures are loaded, and no records" if figures else "Nothing is loaded"
    span = Period(Month.parse(table["month"].min()), Month.parse(table["month"].max()))
    count, sources = table["indicator"].nunique(), table["source"].nunique()
    start = f"{counted(count, 'indicators')} {'is' if count == 1 else 'are'} loaded from "
    start += f"{'one source' if sources == 1 else counted(sources, 'sources')}, "
    start += f"{_long(span.first)} to {_long(span.last)}" if span.length > 1 else _long(span.first)
    return f"{start}; {_missing(table)}"


def one_of(figure: Figure) -> list[str]:
    """The sources of which one is shown at a time, in order; none where they are few enough to be shown together."""
    sources = list(figure.table["source"].unique())
    return sources if len(sources) > SEVERAL else []


def grid(figure: Figure, source: str | None = None, *, dark: bool = False) -> str:
    """The table of months: a row for each source and indicator, a column for each month, years above them.

    Table: source, indicator, month, count, state. A long gap in every row is one column that says so. `source`: the
    one to show; None for all.
    """
    table = figure.table if source is None else figure.table[figure.table["source"] == source]
    rows = plain_rows(table, ["source", "indicator", "month", "count", "state"])
    columns = _columns(rows)
    body = "".join(
        f'<tr class="source"><th class="name" scope="colgroup">{escape(source)}</th>'
        f'<th colspan="{len(columns)}"></th></tr>'
        + "".join(_line(name, list(cells), columns) for name, cells in groupby(of, key=lambda r: r["indicator"]))
        for source, of in groupby(rows, key=lambda row: row["source"])
    )
    return (
        f'{STYLE}<div class="months" role="region" tabindex="0" aria-label="{escape(figure.title)}" '
        f'style="--page:{theme(dark).background}"><table>'
        f"<thead>{_head(columns)}</thead><tbody>{body}</tbody></table></div>"
    )


def _missing(table: pd.DataFrame) -> str:
    gaps = table[table["state"] == GAP]
    ends = table[table["state"] == LOADED].groupby("indicator")["month"].max()
    early = int((ends < table["month"].max()).sum())
    beyond = f"{counted(early, 'indicators')} {'ends' if early == 1 else 'end'} before {_long(_last(table))}"
    if gaps.empty:
        return f"no month between is missing, but {beyond}" if early else "no month is missing"
    found = runs(map(Month.parse, gaps["month"].unique()))
    months = sum(period.length for period in found)
    every = len(gaps) == months * table.groupby(["source", "indicator"]).ngroups
    which = listed([_span(period) for period in found]) if len(found) <= 3 else counted(months, "months")
    verb = "is" if months == 1 else "are"
    some = "" if every else " for some of them"
    return f"{which} {verb} missing{some}{f', and {beyond}' if early else ''}"


def _last(table: pd.DataFrame) -> Month:
    return Month.parse(table["month"].max())


def _span(period: Period) -> str:
    if period.length == 1:
        return _long(period.first)
    return f"{_long(period.first)} to {_long(period.last)} ({period.length} months)"


def _long(month: Month) -> str:
    return f"{month.first_day:%B %Y}"


def _columns(rows: Sequence[Row]) -> list[Period]:
    """The columns: each month, or a long gap that is in every row as one."""
    months = {Month.parse(row["month"]) for row in rows}
    there = {Month.parse(row["month"]) for row in rows if row["count"] is not None}
    long = [period for period in runs(months - there) if period.length >= LONG_GAP]
    inside = {month for period in long for month in period}
    return sorted([*long, *(Period(m, m) for m in months - inside)], key=lambda period: period.first)


def _head(columns: Sequence[Period]) -> str:
    """Two lines: the financial years, and the months under them. A long gap stands in both."""
    years, months = '<th class="name" rowspan="2" scope="col">Source and indicator</th>', ""
    for (year, long), group in groupby(columns, key=_year):
        of = list(group)
        if long:
            years += f'<th class="year" rowspan="2" scope="col">{of[0].first.label}<br>to {of[0].last.label}</th>'
            continue
        years += f'<th class="year" colspan="{len(of)}" scope="colgroup">{year}</th>'
        for place, period in enumerate(of):
            mark = ' class="new"' if place == 0 else ""
            months += f'<th{mark} scope="col"><abbr title="{period.label}">{period.label[:3]}</abbr></th>'
    return f"<tr>{years}</tr><tr>{months}</tr>"


def _year(period: Period) -> tuple[str, bool]:
    return period.first.financial_year, period.length > 1


def _line(name: str, cells: Sequence[Row], columns: Sequence[Period]) -> str:
    by = {cell["month"]: cell for cell in cells}
    told, before = "", ""
    for period in columns:
        year = str(_year(period))
        mark = " new" if year != before else ""
        told += _cell(by[str(period.first)], period, mark)
        before = year
    return f'<tr><th class="name" scope="row">{escape(name)}</th>{told}</tr>'


def _cell(cell: Row, period: Period, mark: str) -> str:
    if cell["state"] == GAP:
        text = f"gap: {period.length} months" if period.length > 1 else "gap"
        return f'<td class="gap{mark}" title="{period.first.label}: not loaded">{text}</td>'
    if cell["state"] == BEYOND:
        return f'<td class="beyond{mark}" title="{period.label}: not loaded">–</td>'
    return f'<td class="cell{mark}">{number(cell["count"])}</td>'
