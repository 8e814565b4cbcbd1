"""What is loaded: the months that each source speaks for, their gaps, reported figures, and every load's rows."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from shp_data.analysis.context import attributions
from shp_data.domain.clock import UK
from shp_data.domain.counting import listed
from shp_data.domain.errors import StoreError
from shp_data.domain.figure import Figure
from shp_data.domain.partnership import partnership
from shp_data.domain.periods import Month, Period, parse_period, runs
from shp_data.domain.reported import ReportedFigure
from shp_data.domain.schema import UNKNOWN
from shp_data.domain.selection import Viewer
from shp_data.store.facts import Store
from shp_data.store.files.manifest import Load, Tally

LOADED, GAP, BEYOND = "loaded", "gap", "beyond"
_VALUE = re.compile(r"'([^']*)'")
_ROW = re.compile(r"\brow \d+")
_PLACE = re.compile(r"(sheet .*?, )?row \d+(, |: )")  # before the reason why a reported figure was rejected
_NAMED = 3  # so many of the values that a reason was given for are shown
_LEFT_OUT = "is left out by the mapping of"  # in the reason of a row that somebody meant to leave out


def months(store: Store) -> Figure:
    """How many records does each source hold of each indicator and month, and where are the gaps?

    Columns source, indicator (short name), month, count and state, with a row for every month from the
    store's first to its last. `state`: loaded; gap, between two loaded months; beyond, before the first or
    after the last. Count is missing where nothing is loaded, and 0 where the source had none. The caveats
    say where two sources speak for the same indicator and month, and which sources cover some areas alone.
    """
    words = partnership().vocabulary
    loaded = store.months()
    span = Period(loaded[0], loaded[-1]) if loaded else None
    order = {id_: place for place, id_ in enumerate(words.indicators)}
    own: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for cell, count in store.coverage.items():
        own[cell.source, cell.indicator][cell.month] = count
    names = [str(month) for month in span or ()]
    rows = [
        (source, short, month, found.get(month), state)
        for (source, indicator), found in sorted(own.items(), key=lambda kv: (kv[0][0], order[kv[0][1]]))
        for short in (words.indicator(indicator).short,)
        for month, state in zip(names, _states(names, found), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["source", "indicator", "month", "count", "state"])
    label = f", {span.label}" if span else ""
    return Figure(
        table.astype({"count": "Int64"}),
        title="Months loaded by source and indicator",
        subtitle=f"Records loaded by source, indicator and month{label}",
        unit="records",
        sources=attributions(cell.source for cell in store.coverage),
        as_of=span.last.label if span else "no month",
        caveats=(*doubled(store), *_covering(store)),
        synthetic=store.synthetic,
    )


def reported(store: Store, viewer: Viewer) -> Figure:
    """Which reported figures are in force, and where were they read? The latest period first.

    Columns indicator (short name), area, period, value, year_to_date (as supplied; missing where it was not),
    file and row. Raises NotAllowedError.
    """
    words = partnership().vocabulary.indicators
    order = list(words)
    figures = [f for f in store.reported(viewer).values() if f.indicator in words]
    figures.sort(key=lambda figure: (order.index(figure.indicator), figure.area))
    figures.sort(key=lambda figure: _ends(parse_period(figure.period)), reverse=True)
    rows = [
        (words[f.indicator].short, f.area, parse_period(f.period).label, f.value, f.year_to_date, f.file, f.row)
        for f in figures
    ]
    columns = ["indicator", "area", "period", "value", "year_to_date", "file", "row"]
    table = pd.DataFrame(rows, columns=columns).astype({"value": "Float64", "year_to_date": "Float64"})
    last = parse_period(figures[0].period).last.label if figures else "no month"
    return Figure(
        table,
        title="Reported figures",
        subtitle=f"Reported figures, to {last}",
        unit="figures",
        sources=attributions(_suppliers(figures)),
        as_of=last,
    )


def doubled(store: Store) -> tuple[str, ...]:
    """Where do two sources speak for the same indicator and month? A sentence for each indicator."""
    words = partnership().vocabulary
    said = []
    for indicator, twice in store.doubled().items():
        names = " and ".join(sorted(set().union(*twice.values())))
        spans = ", ".join(
            f"{run.first.label} to {run.last.label}" if run.length > 1 else run.first.label for run in runs(twice)
        )
        said.append(
            f"{words.indicator(indicator).short} comes from {names} for the same months ({spans}): an "
            "incident that both reported is counted twice."
        )
    return tuple(said)


def _covering(store: Store) -> tuple[str, ...]:
    """Which sources cover some areas alone? A sentence for each."""
    every = partnership().areas.lpa_names
    by_source = {source: [name for name in every if name in lpas] for source, lpas in sorted(store.areas.items())}
    return tuple(
        f"{source} covers {listed(lpas)} alone: of other areas it says nothing."
        for source, lpas in by_source.items()
        if 0 < len(lpas) < len(every)
    )


def by_file(load: Load) -> Figure:
    """What became of each file? Columns file, status, read, accepted, duplicates, rejected, message."""
    rows = [
        {"file": f.file, "status": f.status.replace("_", " "), **_counts(f.tally), "message": f.message}
        for f in load.files
    ]
    table = pd.DataFrame(rows)
    if not table["message"].any():
        table = table.drop(columns="message")
    return _of_load(load, table, "Load by file")


def by_indicator(load: Load) -> Figure:
    """What became of the rows of each indicator? Columns indicator, read, accepted, duplicates, rejected."""
    words = partnership().vocabulary.indicators
    sums: dict[str, Tally] = defaultdict(Tally)
    for file in load.files:
        for indicator, tally in file.by_indicator.items():
            sums[indicator] += tally
    rows = [
        {"indicator": words[id_].short if id_ in words else UNKNOWN, **_counts(sums[id_])}
        for id_ in (*words, UNKNOWN)
        if id_ in sums
    ]
    columns = ["indicator", "read", "accepted", "duplicates", "rejected"]
    return _of_load(load, pd.DataFrame(rows, columns=columns), "Load by indicator")


def reasons(load: Load, root: Path) -> Figure:
    """Why were rows rejected? Columns rows, reason, seen, first_row: the commonest first.

    What a mapping leaves out on purpose comes last. `seen`: the values seen; a value in quotes and where the row stands
    are left out of the reason, so that one fault counts once. `first_row`: where it was first met. Raises StoreError
    where the rejected rows cannot be read.
    """
    told = _rejections(load, root)
    several = told["rejected_file"].nunique() > 1
    where = told["rejected_file"] + ", row " + told["rejected_row"] if several else told["rejected_row"]
    counts: Counter[str] = Counter()
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[str, str] = {}
    for text, rows in where.groupby(told["rejected_reason"], sort=False):
        place = _PLACE.match(str(text))
        reason = _ROW.sub("another row", _VALUE.sub("…", str(text)[place.end() if place else 0 :]))
        counts[reason] += len(rows)
        first.setdefault(reason, rows.iloc[0])
        if values := _VALUE.findall(str(text)):
            seen[reason][", ".join(values)] += len(rows)
    order = sorted(counts.items(), key=lambda one: (_LEFT_OUT in one[0], -one[1]))
    table = [(times, reason, _examples(seen[reason]), first[reason]) for reason, times in order]
    columns = ["rows", "reason", "seen", "first_row"]
    return _of_load(load, pd.DataFrame(table, columns=columns), "Reasons for rejection")


def rows_left_out(load: Load, root: Path) -> int:
    """How many rejected rows are of categories that a mapping leaves out? Raises StoreError as `reasons`."""
    return int(_rejections(load, root)["rejected_reason"].str.contains(_LEFT_OUT, regex=False).sum())


def _rejections(load: Load, root: Path) -> pd.DataFrame:
    """Of each rejected row: the file, its row there, and the reason, as texts."""
    try:
        return pd.read_csv(
            root / load.rejected_file, usecols=["rejected_file", "rejected_row", "rejected_reason"], dtype=str,
            keep_default_na=False, encoding="utf-8-sig",
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise StoreError(f"the rejected rows of this load cannot be read: {error}") from error


def sources_of(load: Load) -> tuple[str, ...]:
    """The sources that a load speaks for: those of its records, and the suppliers of its reported figures."""
    return tuple(sorted({cell.source for cell in load.cells} | _suppliers(load.figures)))


def moment(load: Load) -> str:
    """When was it loaded, in UK time? `22 Nov 2026, 17:40`."""
    at = dt.datetime.fromisoformat(load.loaded_at).astimezone(UK)
    return f"{at.day} {at:%b %Y, %H:%M}"


def _suppliers(figures: Iterable[ReportedFigure]) -> set[str]:
    """Who supplies these figures, as the vocabulary says of their indicators."""
    words = partnership().vocabulary.indicators
    return {words[figure.indicator].source for figure in figures if figure.indicator in words}


def _ends(period: Period) -> tuple[Month, int]:
    """What later periods have more of: of two that end alike the longer comes first in reverse."""
    return period.last, period.length


def _states(months: Sequence[str], found: Mapping[str, int]) -> list[str]:
    """Of each month, whether it is among those found, between two of them, or beyond."""
    first, last = min(found), max(found)
    return [LOADED if month in found else GAP if first < month < last else BEYOND for month in months]


def _examples(values: Counter[str]) -> str:
    named = [f"{value} ({times:,})" for value, times in values.most_common(_NAMED)]
    more = len(values) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def _counts(tally: Tally) -> dict[str, int]:
    return {
        "read": tally.read,
        "accepted": tally.accepted,
        "duplicates": tally.duplicates,
        "rejected": tally.rejected,
    }


def _of_load(load: Load, table: pd.DataFrame, title: str) -> Figure:
    names = sources_of(load)
    known = partnership().sources
    months = [Month.parse(month) for month in {cell.month for cell in load.cells}]
    months += [parse_period(period).last for period in {figure.period for figure in load.figures}]
    return Figure(
        table,
        title=title,
        subtitle=f"{title}, {moment(load)}",
        unit="rows",
        sources=attributions(names),
        as_of=max(months).label if months else "no month",
        synthetic=any(name in known and known[name].synthetic for name in names),
    )
